"""SQL queries, run by DuckDB: a file with one SELECT, reviewed like everything else.

``-- database: data/traffic.duckdb`` on a line of its own names a DuckDB file, which is opened for reading. Paths in the
query start from the root. The query runs in bounded memory, and can neither write nor load what DuckDB did not bring.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mlgov.adapters.arrow_tables.limits import Tally, repeated, too_much
from mlgov.adapters.arrow_tables.sources import DataFile, refuse_links
from mlgov.errors import TablesError, TablesMissingError, UsageError

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 65_536
#: What DuckDB may use; it spills nothing to disk.
MEMORY = "512MB"

_DATABASE = re.compile(r"^--\s*database:\s*(\S.*?)\s*$", re.MULTILINE)
_SETTINGS = {
    "memory_limit": MEMORY,
    "threads": "2",
    "max_temp_directory_size": "0KB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "preserve_insertion_order": "true",
}


def batches(file: DataFile, root: Path, tally: Tally) -> Iterator[pa.RecordBatch]:
    """Run a query and stream what it gives.

    Args:
        file: The file with the query.
        root: Where relative paths of the query start.
        tally: Counts rows and cells.

    Raises:
        TablesMissingError: The database, or a file that the query reads, is not there.
        TablesError: The query is no single SELECT, or fails.
        TablesLimitError: It gives too many rows, cells or columns, or needs too much memory.
        UsageError: DuckDB is not installed.
    """
    query = _query(file, tally)
    named = _DATABASE.search(query)
    database = _database(root, named[1], file.label) if named else ":memory:"
    duckdb = _duckdb()
    try:
        connection = duckdb.connect(database, read_only=bool(named), config=_SETTINGS)
    except duckdb.Error as error:
        raise TablesError(f"{file.label}: the database cannot be opened: {_said(error)}") from None
    with connection:
        connection.execute("SET file_search_path = $root", {"root": str(root.resolve())})
        connection.execute("SET lock_configuration = true")
        try:
            yield from _rows(connection, query, file.label, tally)
        except duckdb.Error as error:
            raise _explained(duckdb, file.label, error) from None


def _rows(connection: "duckdb.DuckDBPyConnection", query: str, label: str, tally: Tally) -> Iterator[pa.RecordBatch]:
    statements = connection.extract_statements(query)
    if len(statements) != 1 or statements[0].type.name not in ("SELECT", "SELECT_STATEMENT"):
        raise TablesError(f"{label} is not one SELECT.", hint="Write a single query that only reads.")
    reader = connection.sql(query).to_arrow_reader(BATCH_ROWS)
    if name := repeated(reader.schema.names):
        raise TablesError(f"{label} gives two columns named {name!r}.", hint="Rename one with AS.")
    for batch in reader:
        tally.add(label, batch.num_rows, batch.num_columns)
        if batch.nbytes > tally.limits.batch_bytes:
            said = f"gives {batch.nbytes:,} bytes in {len(batch):,} rows; the limit is {tally.limits.batch_bytes:,}"
            raise too_much(label, said)
        yield batch


def _query(file: DataFile, tally: Tally) -> str:
    if file.size > tally.limits.line_bytes:
        raise too_much(file.label, f"has {file.size:,} bytes; the limit is {tally.limits.line_bytes:,}")
    with file.system.open_input_stream(file.path, compression=None) as source:
        data: bytes = source.read()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise TablesError(f"{file.label} is not UTF-8.", hint="Save it as UTF-8.") from None


def _database(root: Path, name: str, label: str) -> str:
    refuse_links(root, name, [str(root / name)])
    if not (root / name).is_file():
        raise TablesMissingError(f"{label} names the database {name}, which is not there.")
    return str(root / name)


def _duckdb() -> Any:  # noqa: ANN401 - a module that may be missing
    try:
        import duckdb
    except ModuleNotFoundError:
        hint = "Install it with: pip install 'mlgov[duckdb]'"
        raise UsageError("SQL queries need duckdb, which is not installed.", hint=hint) from None
    return duckdb


def _explained(duckdb: Any, label: str, error: Exception) -> Exception:  # noqa: ANN401 - the module
    if isinstance(error, duckdb.OutOfMemoryException):
        return too_much(label, f"needs more than {MEMORY} of memory")
    if isinstance(error, duckdb.IOException) and "No files found" in str(error):
        return TablesMissingError(f"{label} reads files that are not there.")
    return TablesError(f"{label} fails: {_said(error)}")


def _said(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
