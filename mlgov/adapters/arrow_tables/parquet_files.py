"""Parquet: row groups streamed one by one, texts as dictionaries, sizes judged from the footer before any row is read.

Nested columns (lists, maps, structures) are left out: one row of them may hold any number of values, which no footer
tells, and a profile could say nothing about them. Only sizes of whole row groups are asked for: PyArrow's metadata of
a single column chunk ends the process (an exception that C++ does not catch) when the footer is damaged.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mlgov.adapters.arrow_tables.limits import Tally, repeated, too_much
from mlgov.adapters.arrow_tables.sources import DataFile
from mlgov.errors import TablesError

BATCH_ROWS = 65_536
#: Parts that a file is cut into, so that several cores end at about the same time.
PARTS = 16
#: Rows of one part, at least and at most: enough that the footer, which each part reads anew, does not count.
LEAST_PART_ROWS, PART_ROWS = 100_000, 1_000_000
#: What a batch should have at most, as far as the footer tells; ``Limits.batch_bytes`` is for what it really has.
BATCH_BYTES = 64 * 1024 * 1024
_BUFFER_BYTES = 256 * 1024
_VALUE_BYTES = 16  # no type of fixed width but byte strings is wider


@dataclass(frozen=True, slots=True)
class FlatColumns:
    """The flat columns of a file.

    Attributes:
        names: Their names.
        bytes: Those of texts and byte strings, which are read as dictionaries.
        width: Bytes that one row of them takes at least.
    """

    names: list[str]
    bytes: list[str]
    width: int


def judge(file: DataFile, tally: Tally) -> tuple[list[tuple[int, int]], FlatColumns]:
    """Judge a file by its footer.

    Returns:
        Runs of row groups that can be read apart, from and to, each of 100,000 to a million rows where groups allow;
        and the columns that can be read.

    Raises:
        TablesLimitError: It is too large.
        TablesError: It has two columns of one name, or no column that can be read.
    """
    with file.system.open_input_file(file.path) as source:
        metadata = pq.read_metadata(source)
    columns = _columns(metadata, file.label)
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    tally.add(file.label, max(metadata.num_rows, sum(group.num_rows for group in groups)), metadata.num_columns)
    largest = max((group.total_byte_size for group in groups), default=0)
    limit = tally.limits.text_group_bytes if columns.bytes else tally.limits.group_bytes
    if largest > limit:
        said = f"has a row group of {largest:,} uncompressed bytes; the limit is {limit:,}"
        raise too_much(file.label, said, hint="Write it with smaller row groups, say of 100,000 rows.")
    if columns.width > BATCH_BYTES:
        raise too_much(file.label, f"has rows of {columns.width:,} bytes; the limit is {BATCH_BYTES:,}")
    return _runs([group.num_rows for group in groups]), columns


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    enough = min(max(sum(rows) // PARTS, LEAST_PART_ROWS), PART_ROWS)
    start = held = 0
    for number, count in enumerate(rows):
        held += count
        if held >= enough:
            runs.append((start, number + 1))
            start, held = number + 1, 0
    return [*runs, (start, len(rows))] if start < len(rows) or not runs else runs


def batches(
    file: DataFile,
    tally: Tally,
    columns: FlatColumns,
    groups: tuple[int, int] | None = None,
    only: Collection[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Stream a file that was judged, or those of its row groups and columns.

    Args:
        file: The file.
        tally: Knows the limits.
        columns: Its columns, from `judge`. Asking the footer again would keep each footer in memory for long: PyArrow's
            schema and footer hold each other.
        groups: Row groups, from and to; all when None.
        only: Columns; all when None, or when the file has none of them.

    Raises:
        TablesLimitError: A batch is too large.
        TablesError: It cannot be read.
    """
    with file.system.open_input_file(file.path) as source:
        metadata = pq.read_metadata(source)
        source.seek(0)
        reader = pq.ParquetFile(
            source,
            metadata=metadata,
            pre_buffer=False,
            buffer_size=_BUFFER_BYTES,
            read_dictionary=columns.bytes,
            arrow_extensions_enabled=False,  # JSON as text: only texts can be read as dictionaries
        )
        names = [name for name in columns.names if only is None or name in only] or columns.names
        for number in range(*(groups or (0, metadata.num_row_groups))):
            rows = _batch_rows(metadata.row_group(number), columns)
            for batch in reader.iter_batches(rows, row_groups=[number], columns=names, use_threads=False):
                _check_size(batch, file.label, tally)
                yield _plain(batch)


def _columns(metadata: pq.FileMetaData, label: str) -> FlatColumns:
    fields = metadata.schema.to_arrow_schema()
    leaves = [metadata.schema.column(i) for i in range(metadata.num_columns)]
    # Two leaves of one path: a column "a.b" beside a structure "a" with a "b" could not be told apart.
    if name := repeated(fields.names) or repeated(leaf.path for leaf in leaves):
        raise TablesError(f"{label} has two columns named {name!r}.")
    tops = {field.name: field.type for field in fields if not pa.types.is_nested(field.type)}
    flat = [leaf for leaf in leaves if leaf.path in tops and not leaf.max_repetition_level]
    if leaves and not flat:
        raise TablesError(f"{label} has only nested columns, which cannot be read.", hint="Give it flat columns.")
    texts = [leaf.path for leaf in flat if leaf.physical_type == "BYTE_ARRAY" and not _is_decimal(tops[leaf.path])]
    return FlatColumns([leaf.path for leaf in flat], texts, sum(max(leaf.length or 0, _VALUE_BYTES) for leaf in flat))


def _is_decimal(kind: pa.DataType) -> bool:
    return bool(pa.types.is_decimal(kind))


def _batch_rows(group: pq.RowGroupMetaData, columns: FlatColumns) -> int:
    """Say how many rows fit into a batch: by their types, and by what the footer says of the whole group."""
    width = max(columns.width, group.total_byte_size // max(group.num_rows, 1), 1)
    return max(1, min(BATCH_ROWS, BATCH_BYTES // int(width)))


def _check_size(batch: pa.RecordBatch, label: str, tally: Tally) -> None:
    """Look at what really came: a footer may lie, and says nothing of a text that is stored once for many rows."""
    if sum(_most_bytes(column) for column in batch.columns) <= tally.limits.batch_bytes:
        return
    size = sum(_decoded_bytes(column) for column in batch.columns)
    if size > tally.limits.batch_bytes:
        said = f"has {size:,} bytes in {batch.num_rows:,} rows; the limit is {tally.limits.batch_bytes:,}"
        raise too_much(label, said, hint="Shorten its texts, or leave those columns out.")


def _most_bytes(column: pa.Array) -> int:
    """Bound what `_decoded_bytes` counts, without a look at the rows."""
    if not pa.types.is_dictionary(column.type) or not _holds_bytes(column.type.value_type):
        return _decoded_bytes(column)
    return _longest(column.dictionary) * len(column)


def _longest(words: pa.Array) -> int:
    """Say how many bytes the longest of some texts has, from where they start: that of a null counts, too."""
    if not len(words):
        return 0
    large = pa.types.is_large_string(words.type) or pa.types.is_large_binary(words.type)
    dtype = np.dtype(np.int64 if large else np.int32)
    starts = np.frombuffer(words.buffers()[1], dtype, len(words) + 1, words.offset * dtype.itemsize)
    return int(np.diff(starts).max())


def _decoded_bytes(column: pa.Array) -> int:
    """Count the bytes of a column as if each row had its own copy of its text."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    if not _holds_bytes(column.type.value_type):
        return int(column.indices.nbytes + column.dictionary.nbytes)
    return int(pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py() or 0)


def _holds_bytes(kind: pa.DataType) -> bool:
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(test(kind) for test in tests)


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Give byte strings back as such; they were dictionaries only until their size was known."""
    columns = [column.dictionary_decode() if _is_coded_bytes(column.type) else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _is_coded_bytes(kind: pa.DataType) -> bool:
    if not pa.types.is_dictionary(kind):
        return False
    return bool(pa.types.is_binary(kind.value_type) or pa.types.is_large_binary(kind.value_type))
