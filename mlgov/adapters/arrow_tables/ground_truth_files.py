"""SageMaker ground truth: JSON lines, one true label per line, in folders of the hour in which it was collected.

Columns: ``eventId`` (the inferenceId or eventId of the row that the label is about), ``groundTruth`` (the label as
text) and ``collectedTime`` (the hour of the folder ``yyyy/mm/dd/hh``, null outside of such folders). A label for a
request of several rows has several lines or entries; they get ``#0``, ``#1``, … after their id, as rows of captures do.
"""

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa

from mlgov.adapters.arrow_tables.hours import hour_of
from mlgov.adapters.arrow_tables.limits import Tally, too_much
from mlgov.adapters.arrow_tables.payloads import PayloadError, Row, read_json, side_of
from mlgov.adapters.arrow_tables.sources import DataFile
from mlgov.adapters.arrow_tables.text_lines import lines
from mlgov.errors import TablesError

COLUMNS = pa.schema(
    [("eventId", pa.string()), ("groundTruth", pa.string()), ("collectedTime", pa.timestamp("us", tz="UTC"))]
)
BATCH_ROWS = 65_536


def batches(file: DataFile, tally: Tally) -> Iterator[pa.RecordBatch]:
    """Stream a file of labels.

    Raises:
        TablesError: A line is no label; names file and line.
        TablesLimitError: There are too many labels, or a line is too long or too deep.
    """
    came = hour_of(file.path)
    held: list[tuple[str, str]] = []
    for place, line in lines(file, tally.limits):
        try:
            found = _labels(read_json(line, tally.limits.json_depth), tally.limits.json_depth)
        except PayloadError as error:
            hint = "Files of labels are JSON lines with groundTruthData and eventMetadata.eventId."
            raise TablesError(f"{place}: {error}.", hint=hint) from None
        if len(found) > tally.limits.record_rows:
            raise too_much(place, f"has more than {tally.limits.record_rows:,} labels in one record")
        tally.add(place, len(found), len(COLUMNS))
        held += found
        if len(held) >= BATCH_ROWS:
            yield _batch(held, came)
            held = []
    if held:
        yield _batch(held, came)


def _labels(record: object, depth: int) -> list[tuple[str, str]]:
    if not isinstance(record, dict) or not isinstance(record.get("groundTruthData"), dict):
        raise PayloadError("the record has no groundTruthData")
    metadata = record.get("eventMetadata")
    name = metadata.get("eventId") if isinstance(metadata, dict) else None
    if name is None:
        raise PayloadError("the record has no eventMetadata.eventId")
    values = [_value(row) for row in side_of(record["groundTruthData"], depth).rows]
    if len(values) == 1:
        return [(str(name), values[0])]
    return [(f"{name}#{index}", value) for index, value in enumerate(values)]


def _value(row: Row) -> str:
    cells = list(row.values()) if isinstance(row, dict) else row
    if len(cells) != 1:
        raise PayloadError(f"a label is one value, and this record has {len(cells)}")
    return str(cells[0])


def _batch(held: list[tuple[str, str]], came: datetime | None) -> pa.RecordBatch:
    names, labels = zip(*held, strict=True)
    times = pa.array([came] * len(held), COLUMNS.field("collectedTime").type)
    return pa.RecordBatch.from_arrays(
        [pa.array(names, pa.string()), pa.array(labels, pa.string()), times], schema=COLUMNS
    )
