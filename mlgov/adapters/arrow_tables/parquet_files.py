"""Parquet: row groups streamed, strings as dictionaries, sizes judged from the footer before any row is read.

Only sizes of whole row groups are asked for: PyArrow's metadata of a single column chunk ends the process (an exception
that C++ does not catch) when the footer is damaged.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from mlgov.adapters.arrow_tables.limits import Tally, repeated, too_much
from mlgov.adapters.arrow_tables.sources import DataFile
from mlgov.errors import TablesError

BATCH_ROWS = 65_536
_BUFFER_BYTES = 1024 * 1024


def judge(file: DataFile, tally: Tally) -> None:
    """Judge a file by its footer. Raises TablesLimitError and TablesError."""
    with file.system.open_input_file(file.path) as source:
        metadata = pq.read_metadata(source)
        names = metadata.schema.to_arrow_schema().names
    if name := repeated(names):
        raise TablesError(f"{file.label} has two columns named {name!r}.")
    tally.add(file.label, metadata.num_rows, metadata.num_columns)
    largest = max((metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)), default=0)
    if largest > tally.limits.group_bytes:
        said = f"has a row group of {largest:,} uncompressed bytes; the limit is {tally.limits.group_bytes:,}"
        raise too_much(file.label, said)


def batches(file: DataFile) -> Iterator[pa.RecordBatch]:
    """Stream a file that was judged."""
    with file.system.open_input_file(file.path) as source:
        reader = pq.ParquetFile(source, pre_buffer=False, buffer_size=_BUFFER_BYTES, read_dictionary=_texts(source))
        yield from reader.iter_batches(batch_size=BATCH_ROWS, use_threads=False)


def _texts(source: pa.NativeFile) -> list[str]:
    schema = pq.read_schema(source)
    source.seek(0)
    return [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
