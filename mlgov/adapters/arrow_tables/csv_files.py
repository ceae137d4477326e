"""CSV with a header: types known before, checked while reading.

The fast path lets PyArrow convert each column to its type. A cell that does not fit ends the fast path; the file is
then read again as text, and each column of each batch becomes the type that it fits. Both paths give the same values.
"""

import csv as python_csv
import io
from collections.abc import Iterator, Mapping

import pyarrow as pa
from pyarrow import csv

from mlgov.adapters.arrow_tables import cells
from mlgov.adapters.arrow_tables.limits import Tally, repeated, too_much
from mlgov.adapters.arrow_tables.quotes import QuoteWatch
from mlgov.adapters.arrow_tables.sources import DataFile
from mlgov.errors import TablesError

Types = Mapping[str, pa.DataType]

_MISFIT = "CSV conversion error to "
#: What other programs put between cells, and what people call it.
_SEPARATORS = {";": "semicolons", "\t": "tabs"}
RAGGED = "Give each row one cell for each name of the header, and put a cell with commas between quotes."
_TOO_LONG = ("straddl", "block size")


class _MisfitError(Exception):
    """A cell does not have the type of its column."""


def batches(file: DataFile, tally: Tally, expected: Types) -> Iterator[pa.RecordBatch]:
    """Stream a CSV file.

    Args:
        file: The file.
        tally: Counts rows and cells.
        expected: Types by column; other columns get the type that fits their first block.

    Raises:
        TablesError: A row has too few or too many cells, a quote is not closed, a name is used twice, or the text is
            not UTF-8.
        TablesLimitError: There are too many columns, rows or cells, or a line is too long.
    """
    names = _names(file, tally)
    if not names:
        return
    types = _types(file, tally, names, expected)
    done = 0
    try:
        for batch in _stream(file, tally, names, types):
            tally.add(file.label, batch.num_rows, batch.num_columns)
            yield _fitted(batch, types)
            done += batch.num_rows
    except _MisfitError:
        for batch in _skip(_stream(file, tally, names, {}), done):
            tally.add(file.label, batch.num_rows, batch.num_columns)
            yield _fitted(batch, types)


def _names(file: DataFile, tally: Tally) -> list[str]:
    """Read the header; a column without a name is called by its position."""
    with file.system.open_input_stream(file.path, compression=None) as source:
        line = io.BufferedReader(source).readline(tally.limits.line_bytes + 1)
    if len(line) > tally.limits.line_bytes:
        raise too_much(file.label, f"has a first line of more than {tally.limits.line_bytes:,} bytes")
    if not line.strip():
        _refuse_late(file, tally)
        return []
    try:
        names = next(python_csv.reader(io.StringIO(line.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        raise _not_utf8(file) from None
    except python_csv.Error:
        hint = "Close its quotes, and keep each name of a column on that line."
        raise TablesError(f"{file.label}:1: the header has a quote that its line does not close.", hint=hint) from None
    _refuse_separators(file, names)
    tally.check_columns(file.label, len(names))
    named = [name or f"_c{index}" for index, name in enumerate(names)]
    if name := repeated(named):
        raise TablesError(f"{file.label}:1: the header names the column {name!r} twice.", hint="Rename one of them.")
    return named


def _refuse_late(file: DataFile, tally: Tally) -> None:
    """Refuse rows below a first line without a header: they would be passed over in silence."""
    with file.system.open_input_stream(file.path, compression=None) as source:
        if source.read(tally.limits.line_bytes).strip():
            raise TablesError(
                f"{file.label}:1: the line is empty.", hint="Start the file with the names of its columns."
            )


def _not_utf8(file: DataFile) -> TablesError:
    return TablesError(f"{file.label} is not UTF-8.", hint="Save it as UTF-8.")


def _refuse_separators(file: DataFile, names: list[str]) -> None:
    """Refuse a table that would be read as one wide column."""
    for separator, called in _SEPARATORS.items():
        if len(names) == 1 and separator in names[0]:
            hint = f"Its cells seem to be separated by {called}; mlgov reads CSV with commas. Save it so."
            raise TablesError(f"{file.label}:1: the header is a single cell with {called} in it.", hint=hint)


def _types(file: DataFile, tally: Tally, names: list[str], expected: Types) -> Types:
    first = next(_stream(file, tally, names, {}), None)
    if first is None:
        return {}
    return {name: expected.get(name) or cells.guess(first.column(i)) for i, name in enumerate(names)}


def _stream(file: DataFile, tally: Tally, names: list[str], types: Types) -> Iterator[pa.RecordBatch]:
    """Read a file; columns whose type is not one of numbers or booleans come as text."""
    bad: list[int] = []

    def note(row: csv.InvalidRow) -> str:
        bad.append(row.actual_columns)
        return "error"

    direct = {name: types[name] if name in types and _is_direct(types[name]) else pa.string() for name in names}
    with file.system.open_input_stream(file.path, compression=None) as source:
        watch = QuoteWatch(source, tally.limits.cell_lines)
        try:
            yield from csv.open_csv(
                watch.stream(),
                read_options=csv.ReadOptions(
                    block_size=tally.limits.line_bytes, use_threads=False, column_names=names, skip_rows=1
                ),
                parse_options=csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
                convert_options=csv.ConvertOptions(
                    column_types=direct, null_values=list(cells.MISSING), strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid as error:
            watch.check(file.label)
            raise _explained(file, tally, names, bad, str(error)) from None
        finally:
            watch.stop()
        watch.check(file.label)


def _is_direct(wanted: pa.DataType) -> bool:
    return bool(pa.types.is_integer(wanted) or pa.types.is_floating(wanted) or pa.types.is_boolean(wanted))


def _fitted(batch: pa.RecordBatch, types: Types) -> pa.RecordBatch:
    names = batch.schema.names
    columns = [
        cells.fit(column, types[name]) if pa.types.is_string(column.type) else column
        for name, column in zip(names, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, names=names)


def _skip(stream: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """Drop the first rows of a stream."""
    for batch in stream:
        dropped = min(rows, batch.num_rows)
        rows -= dropped
        if dropped < batch.num_rows:
            yield batch.slice(dropped)


def _explained(file: DataFile, tally: Tally, names: list[str], bad: list[int], said: str) -> Exception:
    """Say what PyArrow found without repeating cells: errors are printed in public places."""
    if _MISFIT in said and "invalid UTF8" not in said:
        return _MisfitError()
    if all(word in said for word in _TOO_LONG):
        return too_much(file.label, f"has a line of more than {tally.limits.line_bytes:,} bytes")
    if bad:
        line = _line_of(file, len(names))
        said = f"{file.label}:{line}: the row has {bad[0]} cells; the header has {len(names)}."
        return TablesError(said, hint=RAGGED)
    if "invalid UTF8" in said:
        return _not_utf8(file)
    hint = "Export it again: one header, a line for each row, cells with commas between quotes."
    return TablesError(f"{file.label} is not CSV that can be read: {said.splitlines()[0][:80]}.", hint=hint)


def _line_of(file: DataFile, width: int) -> int:
    """Find the first line whose row has not ``width`` cells; 0 when this reader sees none."""
    with file.system.open_input_stream(file.path, compression=None) as source:
        reader = python_csv.reader(io.TextIOWrapper(source, "utf-8", newline=""))
        try:
            return next((reader.line_num for row in reader if row and len(row) != width), 0)
        except (python_csv.Error, UnicodeDecodeError):
            return reader.line_num + 1
