"""SageMaker data capture: JSON lines, one request and its answer per line, exploded into rows.

Labels that were collected later (ground truth) come in the same form, alone or merged into the record of the request;
their cells are columns called ``groundTruth`` (several: ``groundTruth_0``, …) when they have no names.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from mlgov.adapters.arrow_tables.captured_rows import METADATA, Held, Names, Types, joined, labels, typed_names
from mlgov.adapters.arrow_tables.limits import Limits, Tally, too_much
from mlgov.adapters.arrow_tables.payloads import PayloadError, Row, Side, read_json, side_of
from mlgov.adapters.arrow_tables.sources import DataFile
from mlgov.adapters.arrow_tables.text_lines import lines
from mlgov.errors import TablesError

_OUTPUTS = ("endpointOutput", "batchTransformOutput")
_INPUTS = ("endpointInput", "batchTransformInput")


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
    names, held = Names(expected), Held(dict(expected))
    for place, line in lines(file, tally.limits):
        for row, typed in _rows(line, place, tally.limits, names):
            tally.add(place, 1, len(row))
            yield from held.batch_before(row)
            held.add(row, typed)
    yield from held.rest()


def _rows(line: bytes, place: str, limits: Limits, names: Names) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Give the rows of one record, each with the names of its columns that have the types of JSON."""
    try:
        record = read_json(line, limits.json_depth)
        output, asked, label = _sides(record, limits.json_depth)
    except PayloadError as error:
        hint = "Capture files are JSON lines of SageMaker data capture."
        raise TablesError(f"{place}: {error}.", hint=hint) from None
    count = max(len(side.rows) for side in (output, asked, label))
    if count > limits.record_rows:
        raise too_much(place, f"has more than {limits.record_rows:,} rows in one record")
    for index in range(count):
        of_output = _row(output, index)
        row = joined(of_output, _row(asked, index), names)
        typed = typed_names(row, len(of_output), output=output.typed, asked=asked.typed)
        if label.rows:
            named = labels(_row(label, index))
            typed += named if label.typed else []
            row |= named
        yield row | _metadata(record.get("eventMetadata"), index, count), typed


def _row(side: Side, index: int) -> Row:
    return side.rows[index] if side.rows else []


def _sides(record: Any, depth: int) -> tuple[Side, Side, Side]:  # noqa: ANN401 - any JSON value
    """Read the answer, the request and the label of a record; any may be missing."""
    captured = record.get("captureData") if isinstance(record, dict) else None
    truth = record.get("groundTruthData") if isinstance(record, dict) else None
    if not isinstance(captured, dict) and not isinstance(truth, dict):
        raise PayloadError("the record has no captureData")
    output, asked = (_side(captured or {}, keys, depth) for keys in (_OUTPUTS, _INPUTS))
    label = side_of(truth, depth) if isinstance(truth, dict) else Side([])
    if output.rows and asked.rows and len(output.rows) != len(asked.rows):
        raise PayloadError(f"the request has {len(asked.rows)} rows and the answer {len(output.rows)}")
    served = max(len(output.rows), len(asked.rows))
    if served and label.rows and len(label.rows) != served:
        raise PayloadError(f"the request has {served} rows and the ground truth {len(label.rows)}")
    return output, asked, label


def _side(captured: dict[str, Any], keys: tuple[str, ...], depth: int) -> Side:
    payload = next((captured[key] for key in keys if isinstance(captured.get(key), dict)), None)
    return side_of(payload, depth) if payload else Side([])


def _metadata(metadata: object, index: int, count: int) -> dict[str, str]:
    if not isinstance(metadata, dict):
        return {}
    found = {name: str(metadata[name]) for name in METADATA if metadata.get(name) is not None}
    if count > 1 and "eventId" in found:
        found["eventId"] += f"#{index}"
    return found
