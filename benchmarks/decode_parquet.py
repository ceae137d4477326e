"""Decode Parquet files with PyArrow and do nothing with them: ``python decode_parquet.py FILE ...``."""

import sys

import pyarrow as pa
import pyarrow.parquet as pq

pa.set_cpu_count(1)
pa.set_io_thread_count(1)
rows = 0
for path in sys.argv[1:]:
    file = pq.ParquetFile(path)
    words = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
    file = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20, read_dictionary=words)
    rows += sum(len(batch) for batch in file.iter_batches(65_536, use_threads=False))
print(rows, "rows")
