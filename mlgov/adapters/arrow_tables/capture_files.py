"""SageMaker data capture: JSON lines, one request and its answer per line, exploded into rows.

Columns of a row: first what the model answered (output), then what it was asked (input), as Model Monitor orders
them; then ``eventId``, ``inferenceId`` and ``inferenceTime``. Cells without names are called by the expected columns
when there are as many, else ``_c0``, ``_c1``, ….
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pyarrow as pa

from mlgov.adapters.arrow_tables import cells
from mlgov.adapters.arrow_tables.limits import Limits, Tally, too_much
from mlgov.adapters.arrow_tables.payloads import PayloadError, Row, Side, read_json, side_of
from mlgov.adapters.arrow_tables.sources import DataFile
from mlgov.errors import TablesError

#: Cells that are held before they become a batch.
BATCH_CELLS = 500_000
METADATA = ("eventId", "inferenceId", "inferenceTime")

_OUTPUTS = ("endpointOutput", "batchTransformOutput")
_INPUTS = ("endpointInput", "batchTransformInput")

Types = Mapping[str, pa.DataType]


@dataclass(slots=True)
class _Held:
    """Rows that wait for their batch.

    Attributes:
        rows: Values by column.
        typed: Columns whose values have the types of JSON.
        cells: Number of values.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    typed: set[str] = field(default_factory=set)
    cells: int = 0


def batches(file: DataFile, tally: Tally, expected: Types) -> Iterator[pa.RecordBatch]:
    """Stream a capture file.

    Args:
        file: The file.
        tally: Counts rows and cells.
        expected: Types by column, in the order of the baseline; other columns get the type that fits.

    Raises:
        TablesError: A line is no capture record; names file and line.
        TablesLimitError: There are too many rows, cells or columns, or a line is too long or too deep.
    """
    names = _Names(tuple(name for name in expected if name not in METADATA))
    types: dict[str, pa.DataType] = dict(expected)
    held = _Held()
    for place, line in json_lines(file, tally.limits):
        before = len(held.rows)
        _take(line, place, tally.limits, names, held)
        added = held.rows[before:]
        tally.add(place, len(added), max(map(len, added), default=0))
        if held.cells >= BATCH_CELLS:
            yield _batch(held, types)
            held = _Held()
    if held.rows:
        yield _batch(held, types)


class _Names:
    """Names for values without names: those that are expected when there are as many, else their places."""

    def __init__(self, expected: tuple[str, ...]) -> None:
        self._expected = expected
        self._known = {len(expected): expected}

    def beside(self, row: list[Any], named: Row) -> dict[str, Any]:
        """Name values that stand beside values with names: by the expected names that are left, when they fit."""
        left = [name for name in self._expected if name not in named]
        return dict(zip(left if len(left) == len(row) else self.of(len(row)), row, strict=True))

    def of(self, width: int) -> tuple[str, ...]:
        """Give ``width`` names."""
        if width not in self._known:
            self._known[width] = tuple(f"_c{place}" for place in range(width))
        return self._known[width]


def json_lines(file: DataFile, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Give the lines of a file that are not blank, with their places. Raises TablesLimitError."""
    with file.system.open_input_stream(file.path, compression=None) as source:
        lines = io.BufferedReader(source, buffer_size=1 << 20)
        number = 0
        while line := lines.readline(limits.line_bytes + 1):
            number += 1
            place = f"{file.label}:{number}"
            if len(line) > limits.line_bytes:
                raise too_much(place, f"has more than {limits.line_bytes:,} bytes")
            if not line.isspace():
                yield place, line


def _take(line: bytes, place: str, limits: Limits, names: _Names, held: _Held) -> None:
    """Add the rows of one record to those that are held."""
    try:
        record = read_json(line, limits.json_depth)
        output, asked = _sides(record, limits.json_depth)
    except PayloadError as error:
        hint = "Capture files are JSON lines of SageMaker data capture."
        raise TablesError(f"{place}: {error}.", hint=hint) from None
    count = max(len(output.rows), len(asked.rows))
    if count > limits.record_rows:
        raise too_much(place, f"has more than {limits.record_rows:,} rows in one record")
    for index in range(count):
        of_output: Row = output.rows[index] if output.rows else []
        of_asked: Row = asked.rows[index] if asked.rows else []
        row = _joined(of_output, of_asked, names)
        if output.typed:
            held.typed.update(islice(row, len(of_output)))
        if asked.typed:
            held.typed.update(islice(row, len(of_output), None))
        held.rows.append(row | _metadata(record.get("eventMetadata"), index, count))
        held.cells += len(row)


def _sides(record: Any, depth: int) -> tuple[Side, Side]:  # noqa: ANN401 - any JSON value
    """Read the answer and the request of a record; either may be missing."""
    if not isinstance(record, dict) or not isinstance(record.get("captureData"), dict):
        raise PayloadError("the record has no captureData")
    output, asked = (_side(record["captureData"], keys, depth) for keys in (_OUTPUTS, _INPUTS))
    if output.rows and asked.rows and len(output.rows) != len(asked.rows):
        raise PayloadError(f"the request has {len(asked.rows)} rows and the answer {len(output.rows)}")
    return output, asked


def _side(captured: dict[str, Any], keys: tuple[str, ...], depth: int) -> Side:
    payload = next((captured[key] for key in keys if isinstance(captured.get(key), dict)), None)
    return side_of(payload, depth) if payload else Side([])


def _joined(output: Row, asked: Row, names: _Names) -> dict[str, Any]:
    """Put the answer before the request; an answer named like an input gets ``output_`` before its name."""
    if isinstance(output, list):
        if isinstance(asked, list):
            return dict(zip(names.of(len(output) + len(asked)), output + asked, strict=True))
        return names.beside(output, asked) | asked
    if isinstance(asked, list):
        return output | names.beside(asked, output)
    return {f"output_{name}" if name in asked else name: value for name, value in output.items()} | asked


def _metadata(metadata: object, index: int, count: int) -> dict[str, str]:
    if not isinstance(metadata, dict):
        return {}
    found = {name: str(metadata[name]) for name in METADATA if metadata.get(name) is not None}
    if count > 1 and "eventId" in found:
        found["eventId"] += f"#{index}"
    return found


def _batch(held: _Held, types: dict[str, pa.DataType]) -> pa.RecordBatch:
    names = [name for name in dict.fromkeys(name for row in held.rows for name in row) if name not in METADATA]
    columns = [_column(name, held, types) for name in names]
    metadata = [pa.array([row.get(name) for row in held.rows], pa.string()) for name in METADATA]
    return pa.RecordBatch.from_arrays([*columns, *metadata], names=[*names, *METADATA])


def _column(name: str, held: _Held, types: dict[str, pa.DataType]) -> pa.Array:
    values = [row.get(name) for row in held.rows]
    if name in held.typed:
        return cells.from_values(values)
    texts = pa.array(values, pa.string())
    if name not in types:
        types[name] = cells.guess(texts)
    return cells.fit(texts, types[name])
