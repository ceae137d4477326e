"""Count two windows in bins and do nothing else: ``python bare_counts.py REFERENCE CURRENT``.

The barest comparison that PyArrow and numpy can make: decode, sort each batch of numbers, look 256 edges up in it,
count the codes of categories. Edges are those of the first batch; there are no nulls, sums, types, distances or
verdicts.
"""

import sys
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

pa.set_cpu_count(1)
pa.set_io_thread_count(1)
ROWS = 65_536
room = np.empty(ROWS)
edges: dict[str, np.ndarray] = {}
counts: defaultdict[tuple[str, str], int] = defaultdict(int)
bins: dict[tuple[str, str], np.ndarray] = {}


def count_numbers(path: str, name: str, column: pa.Array) -> None:
    """Count a batch of numbers; null slots count as what they hold."""
    values = room[: len(column)]
    np.copyto(values, np.frombuffer(column.buffers()[1], np.float64, len(column), column.offset * 8))
    values.sort()
    known = edges.setdefault(name, values[:: len(values) // 256].copy())
    found = np.diff(np.searchsorted(values, known, side="right"), prepend=0, append=len(values))
    bins[path, name] = bins.get((path, name), 0) + found


def count_words(path: str, name: str, column: pa.DictionaryArray) -> None:
    """Count a batch of categories."""
    codes = np.frombuffer(column.indices.buffers()[1], np.int32, len(column), column.indices.offset * 4)
    for word, rows in zip(column.dictionary.to_pylist(), np.bincount(codes).tolist(), strict=False):
        counts[path + name, word] += rows


for path in sys.argv[1:]:
    words = [field.name for field in pq.ParquetFile(path).schema_arrow if pa.types.is_string(field.type)]
    file = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20, read_dictionary=words)
    for batch in file.iter_batches(ROWS, use_threads=False):
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            (count_words if name in words else count_numbers)(path, name, column)
print(sum(int(found.sum()) for found in bins.values()), "numbers counted")
