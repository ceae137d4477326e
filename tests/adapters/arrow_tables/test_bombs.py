"""Hostile data of every format: refused or read, in less than a gigabyte and in time; never a crash."""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from tests.adapters.arrow_tables.reading import write
from tests.adapters.arrow_tables.test_arrow_files import write_file

pytestmark = pytest.mark.slow

LIMIT_BYTES = 1_000_000_000
READ = """
import random, resource, sys
from pathlib import Path
from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.errors import TablesError, UsageError
from mlgov.monitors.profile import learn_layout, profile, render
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
folder = Path(sys.argv[2])

def judged(name):
    tables = ArrowTables(folder)
    try:
        layout = learn_layout(lambda: tables.batches(name))
        return f"rows {profile(tables.batches(name), layout).rows}"
    except (TablesError, UsageError) as error:
        return f"{type(error).__name__} {error.message}"
"""
FUZZ = """
whole = {path.name: path.read_bytes() for path in folder.glob("seed.*")}
rng, refused = random.Random(7), 0
for _ in range(int(sys.argv[3])):
    name, data = rng.choice(sorted(whole.items()))
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        place = rng.randrange(len(data) + 1)
        kind = rng.randrange(5)
        if kind == 0: data[place:place + 1] = rng.randbytes(1)
        elif kind == 1: data[place:place + 8] = rng.choice((2**31 - 1, 2**40, 2**63 - 1, 0)).to_bytes(8, "little")
        elif kind == 2: del data[place:]
        elif kind == 3: data[place:place] = data[:rng.randrange(64)]
        else: data[place:place] = rng.choice((b'"', b"{", b"[" * 99, b"1e999", b"NaN", b",", b"\\n", b"9" * 5000))
    case = "case" + Path(name).suffix
    (folder / case).write_bytes(data)
    refused += not judged(case).startswith("rows")
print(refused)
"""


def limited(code: str, folder: Path, *arguments: str) -> str:
    """Run code in a process that may take a gigabyte and two minutes; gives what it prints."""
    # Arrow's own pool and one arena of malloc per thread take room that they do not use.
    environment = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"}
    ran = subprocess.run(
        [sys.executable, "-c", READ + code, str(LIMIT_BYTES), str(folder), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout.strip()


def test_mutated_files_are_read_or_refused(tmp_path: Path) -> None:
    """Bytes, lengths, cuts and brackets at random places of files of all formats."""
    words = pa.array(["a", "b"] * 50)
    table = pa.table({"x": [1.5, None] * 50, "c": words.dictionary_encode(), "t": words, "n": [1] * 100})
    write_file(table, tmp_path / "seed.arrow", "zstd")
    write_file(table, tmp_path / "seed.feather")
    with pa.OSFile(str(tmp_path / "seed.arrows"), "wb") as out, pa.ipc.new_stream(out, table.schema) as to:
        to.write_table(table)
    pq.write_table(table, tmp_path / "seed.parquet")
    csv.write_csv(table.drop_columns("c"), tmp_path / "seed.csv")
    rows = "".join(json.dumps(row) + "\n" for row in table.to_pylist())
    write(tmp_path / "seed.ndjson", rows)
    sides = {"endpointInput": {"data": "1,a\n2,b", "encoding": "CSV"}, "endpointOutput": {"data": "[1, 2]"}}
    write(tmp_path / "seed.jsonl", (json.dumps({"captureData": sides, "eventMetadata": {"eventId": "e"}}) + "\n") * 9)
    assert int(limited(FUZZ, tmp_path, "400")) > 80


def rows_in_a_footer(folder: Path) -> str:
    """A footer that promises half a billion rows, and nothing before it."""
    pq.write_table(pa.table({"x": pa.nulls(1_000_000, pa.int64())}), folder / "one.parquet")
    footer = pq.read_metadata(folder / "one.parquet")
    for _ in range(9):
        footer.append_row_groups(footer)
    footer.write_metadata_file(str(folder / "a.parquet"))
    return "a.parquet"


def one_row_group(folder: Path) -> str:
    """A row group that unpacks to 450 MB."""
    table = pa.table({"x": np.zeros(50_000_000, np.int8), "y": np.zeros(50_000_000, np.int64)})
    pq.write_table(table, folder / "a.parquet", compression="zstd", use_dictionary=False, row_group_size=50_000_000)
    return "a.parquet"


def packed_batch(folder: Path) -> str:
    """An Arrow batch of 800 MB in less than a hundred kilobytes."""
    write_file(pa.table({"x": np.zeros(100_000_000)}), folder / "a.arrow", "zstd")
    return "a.arrow"


def giant_cell(folder: Path) -> str:
    """A CSV cell of 60 MB."""
    write(folder / "a.csv", b"a,b\n" + b"x" * 60_000_000 + b",1\n")
    return "a.csv"


def giant_quote(folder: Path) -> str:
    """A quote that is never closed, and 32 MB of lines after it."""
    write(folder / "a.csv", b'a,b\n"' + b"x,1\n" * 8_000_000)
    return "a.csv"


def deep_json(folder: Path) -> str:
    """Five million brackets on one line."""
    write(folder / "a.ndjson", b'{"a": ' + b"[" * 5_000_000)
    return "a.ndjson"


def deep_payload(folder: Path) -> str:
    """The same within a text of a captured request."""
    write(folder / "a.jsonl", json.dumps({"captureData": {"endpointInput": {"data": "[" * 3_000_000}}}))
    return "a.jsonl"


def packed_csv(folder: Path) -> str:
    """200 MB of zeros behind the name of a CSV."""
    zeros = bytes(1_000_000)
    with gzip.open(folder / "a.csv", "wb", compresslevel=1) as out:
        for _ in range(300):
            out.write(zeros)
    return "a.csv"


def packed_text(folder: Path) -> str:
    """The same under the usual name."""
    packed_csv(folder)
    (folder / "a.csv").rename(folder / "a.csv.gz")
    return "a.csv.gz"


def zip_file(folder: Path) -> str:
    """A zip file behind the name of JSON lines."""
    with zipfile.ZipFile(folder / "a.jsonl", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a", bytes(100_000_000))
    return "a.jsonl"


REFUSED: dict[Callable[[Path], str], str] = {
    rows_in_a_footer: "TablesLimitError a.parquet has more than 500,000,000 rows",
    one_row_group: "TablesLimitError a.parquet has a row group of",
    packed_batch: "TablesLimitError a.arrow has a batch of 800,000,",
    giant_cell: "TablesLimitError a.csv has a line of more than",
    giant_quote: "TablesError a.csv:2: a quote",
    deep_json: "TablesError a.ndjson:1: JSON is nested deeper",
    deep_payload: "TablesError a.jsonl:1: ",
    packed_csv: "Tables",
    packed_text: "TablesError a.csv.gz is compressed, so its size cannot be known",
    zip_file: "TablesError a.jsonl:1: ",
}


@pytest.mark.parametrize("made", REFUSED, ids=lambda made: made.__name__)
def test_bombs_are_refused(tmp_path: Path, made: Callable[[Path], str]) -> None:
    """From what they say of themselves where they say it, else before they fill the memory."""
    said = limited("print(judged(sys.argv[3]))", tmp_path, made(tmp_path))
    assert said.replace(f"{tmp_path}/", "").startswith(REFUSED[made])


def test_a_flood_of_nan_is_counted(tmp_path: Path) -> None:
    """Five million cells that are not a number, infinite or missing take no more room than others."""
    values = np.tile([np.nan, np.inf, -np.inf, 0.0, 5e-324], 200_000)
    table = pa.table({f"x{n}": values for n in range(5)})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=100_000)
    assert limited("print(judged(sys.argv[3]))", tmp_path, "a.parquet") == "rows 1000000"
