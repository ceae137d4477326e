"""Make reference.parquet and current.parquet: ``python make_windows.py ROWS FOLDER``. Seeded."""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

CHUNK_ROWS = 1_000_000


def window(rows: int, seed: int, shift: float) -> pa.Table:
    """Make one window; column num_00 is moved by ``shift`` standard deviations."""
    random = np.random.default_rng(seed)
    columns: dict[str, pa.Array] = {}
    for i in range(12):
        columns[f"num_{i:02d}"] = _numeric(random, rows, i, shift if i == 0 else 0.0)
    for i, size in enumerate((3, 5, 10, 25, 60, 200, 1000, 5000)):
        codes = random.choice(size, rows, p=_shares(size, i))
        columns[f"cat_{i}"] = pa.DictionaryArray.from_arrays(codes.astype("int32"), _words(size)).cast(pa.string())
    return pa.table(columns)


def _shares(size: int, i: int) -> np.ndarray:
    """Give the shares of a category column, the same for every window."""
    random = np.random.default_rng(1000 + i)
    return random.dirichlet(np.linspace(1, 3, size)) if i % 2 else np.full(size, 1 / size)


def _words(size: int) -> pa.Array:
    return pa.array([f"value {n:04d}" for n in range(size)])


def _numeric(random: np.random.Generator, rows: int, i: int, shift: float) -> pa.Array:
    kinds = (random.standard_normal, random.standard_exponential, lambda n: random.standard_t(2, n))
    values = kinds[i % 3](rows) * (i + 1) + shift
    values[:3] = 1e6  # absurd outliers must not hide the shift
    return pa.array(values, mask=random.random(rows) < 0.01 * (i % 4))


def write(path: Path, rows: int, seed: int, shift: float) -> None:
    """Write one window, a million rows at a time."""
    starts = range(0, rows, CHUNK_ROWS)
    with pq.ParquetWriter(path, window(10, seed, shift).schema) as writer:
        for number, start in enumerate(starts):
            chunk = window(min(CHUNK_ROWS, rows - start), seed + 10 * number, shift)
            writer.write_table(chunk, row_group_size=131_072)


if __name__ == "__main__":
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    write(folder / "reference.parquet", count, 1, 0.0)
    write(folder / "current.parquet", count, 2, 0.5)
