"""JSON lines: one object per line. Nested values are named with dots; lists come as their text."""

from collections.abc import Iterator

import pyarrow as pa

from mlgov.adapters.arrow_tables.captured_rows import Held
from mlgov.adapters.arrow_tables.limits import Tally
from mlgov.adapters.arrow_tables.payloads import PayloadError, flat, read_json
from mlgov.adapters.arrow_tables.sources import DataFile
from mlgov.adapters.arrow_tables.text_lines import lines
from mlgov.errors import TablesError

_HINT = 'Each line is one object, such as {"age": 21}.'


def is_capture(file: DataFile, tally: Tally) -> bool:
    """Say whether a file of JSON lines holds SageMaker's records, by the keys in its first line."""
    _, first = next(lines(file, tally.limits), ("", b""))
    return not first.lstrip().startswith(b"{") or b'"captureData"' in first or b'"groundTruthData"' in first


def batches(file: DataFile, tally: Tally) -> Iterator[pa.RecordBatch]:
    """Stream a file of JSON lines; each column of a batch has the type that fits its values.

    Args:
        file: The file.
        tally: Counts rows and cells.

    Raises:
        TablesError: A line is no object; names file and line.
        TablesLimitError: There are too many rows, cells or columns, or a line is too long or too deep.
    """
    held = Held({}, metadata=())
    for place, line in lines(file, tally.limits):
        row = _row(line, place, tally.limits.json_depth)
        tally.add(place, 1, len(row))
        yield from held.batch_before(row)
        held.add(row, row)
    yield from held.rest()


def _row(line: bytes, place: str, depth: int) -> dict[str, object]:
    try:
        value = read_json(line, depth)
    except PayloadError as error:
        raise TablesError(f"{place}: {error}.", hint=_HINT) from None
    if not isinstance(value, dict):
        raise TablesError(f"{place}: the line is no object.", hint=_HINT)
    return dict(flat(value))
