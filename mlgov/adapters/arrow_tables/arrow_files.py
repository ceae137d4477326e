"""Arrow IPC files and streams (also called Feather): batches one by one, sizes judged from their headers.

Nested columns are left out, as they are of Parquet. What a file says of itself is checked before it is used, because
Arrow trusts it: an offset that points elsewhere would read foreign memory.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from mlgov.adapters.arrow_tables.ipc_sizes import batch_sizes
from mlgov.adapters.arrow_tables.limits import Tally, repeated, too_much
from mlgov.adapters.arrow_tables.sources import DataFile
from mlgov.errors import TablesError

BATCH_ROWS = 65_536
_FIRST_FEATHER = b"FEA1"
_VIEW_BYTES = 16


def judge(file: DataFile, tally: Tally) -> None:
    """Judge a file by the headers of its batches. Raises TablesLimitError and TablesError."""
    with file.system.open_input_file(file.path) as source:
        if source.read_at(4, 0) == _FIRST_FEATHER:
            raise TablesError(f"{file.label} is Feather of the first version.", hint="Write it with a newer program.")
        columns = len(_schema(source).names)
        tally.check_columns(file.label, columns)
        words = 0
        for batch in batch_sizes(source):
            words += batch.bytes if batch.is_dictionary else 0
            largest = words if batch.is_dictionary else batch.bytes
            if largest > tally.limits.text_group_bytes:
                said = f"has a batch of {largest:,} unpacked bytes; the limit is {tally.limits.text_group_bytes:,}"
                raise too_much(file.label, said, hint="Write it with smaller batches, say of 100,000 rows.")
            if not batch.is_dictionary:
                tally.add(file.label, batch.rows, columns)


def batches(file: DataFile, tally: Tally) -> Iterator[pa.RecordBatch]:
    """Stream a file that was judged. Raises TablesLimitError and TablesError."""
    with file.system.open_input_file(file.path) as source:
        schema = _schema(source)
        if name := repeated(schema.names):
            raise TablesError(f"{file.label} has two columns named {name!r}.")
        flat = [field.name for field in schema if not _is_nested(field.type)]
        if schema.names and not flat:
            raise TablesError(f"{file.label} has only nested columns, which cannot be read.", hint="Give it flat ones.")
        for batch in _opened(source):
            batch.validate(full=True)
            kept = batch.select(flat)
            for start in range(0, len(kept), BATCH_ROWS):
                piece = kept.slice(start, BATCH_ROWS)
                _check_size(piece, file.label, tally)
                yield piece


def _schema(source: pa.NativeFile) -> pa.Schema:
    reader = _opened(source)
    return reader.schema


def _opened(source: pa.NativeFile) -> pa.RecordBatchStreamReader:
    """Open a stream, or a file, which is a stream between two marks."""
    source.seek(8 if source.read_at(6, 0) == b"ARROW1" else 0)
    return pa.ipc.open_stream(source, options=pa.ipc.IpcReadOptions(use_threads=False))


def _is_nested(kind: pa.DataType) -> bool:
    kind = kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind
    return bool(pt.is_nested(kind))


def _check_size(batch: pa.RecordBatch, label: str, tally: Tally) -> None:
    """Look at texts that are stored once for many rows: no header tells their size."""
    size = sum(_spelled_bytes(column) for column in batch.columns)
    if size > tally.limits.batch_bytes:
        said = f"has texts of {size:,} bytes in {len(batch):,} rows; the limit is {tally.limits.batch_bytes:,}"
        raise too_much(label, said, hint="Shorten its texts, or leave those columns out.")


def _spelled_bytes(column: pa.Array) -> int:
    """Say how many bytes a column takes at most when each row has its own copy of its text; 0 when it has already."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pt.is_run_end_encoded(column.type):
        return len(column) * _longest(column.values)
    if pt.is_dictionary(column.type):
        return len(column) * _longest(column.dictionary)
    return len(column) * _longest(column) if _is_view(column.type) else 0


def _longest(words: pa.Array) -> int:
    if _is_view(words.type):
        views = words.buffers()[1]
        if views is None:
            return 0
        lengths = np.frombuffer(views, np.int32, len(words) * 4, words.offset * _VIEW_BYTES)[::4]
        return int(lengths.max(initial=0))
    if not any(holds(words.type) for holds in (pt.is_string, pt.is_large_string, pt.is_binary, pt.is_large_binary)):
        return 0
    return int(pc.max(pc.binary_length(words)).as_py() or 0)


def _is_view(kind: pa.DataType) -> bool:
    return bool(pt.is_string_view(kind) or pt.is_binary_view(kind))
