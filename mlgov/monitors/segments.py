"""Segments: parts of the data by the value of a column, each judged against its own part of the baseline.

The baseline of a segment is a folder of the same shape as the monitor's, ``segments/<column>=<value>`` inside it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mlgov.errors import UsageError
from mlgov.monitors.cell_text import text_of, texts_of
from mlgov.monitors.profile import arrow
from mlgov.monitors.schema import Monitor
from mlgov.monitors.types.needs import SEGMENTS
from mlgov.ports import Snapshot

#: Segments of one column that a baseline finds by itself, and values that are counted to find them.
MOST_FOUND = 20
MOST_VALUES = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A part of the data.

    Attributes:
        column: The column that makes it.
        value: Its value there, written in one way.
    """

    column: str
    value: str

    @property
    def folder(self) -> str:
        """Its folder inside the baseline's."""
        return f"{SEGMENTS}/{quote(self.column, safe='')}={quote(self.value, safe='')}"


def declared(monitor: Monitor) -> list[Part]:
    """List the parts that a monitor names itself."""
    values = [(segment.column, text_of(value)) for segment in monitor.segments for value in segment.values]
    return sorted({Part(column, text) for column, text in values if text is not None})


def parts_of(snapshot: Snapshot, monitor: Monitor) -> list[Part]:
    """List the parts that a monitor judges: those it names, and of its other columns those that the baseline has."""
    found = set(declared(monitor))
    open_columns = {segment.column for segment in monitor.segments if not segment.values}
    prefix = f"{monitor.baseline}/{SEGMENTS}/"
    for path in snapshot:
        if open_columns and path.startswith(prefix):
            column, _, value = path.removeprefix(prefix).split("/")[0].partition("=")
            if unquote(column) in open_columns:
                found.add(Part(unquote(column), unquote(value)))
    return sorted(found)


def found_in(batches: Iterable[pa.RecordBatch], monitor: Monitor) -> list[Part]:
    """List the parts that reference data has enough rows of: those the monitor names, else the most frequent ones.

    Raises:
        UsageError: A column is missing or has too many values to be parts.
    """
    counts: dict[str, Counter[str]] = {segment.column: Counter() for segment in monitor.segments}
    for batch in batches if counts else ():
        for column, counter in counts.items():
            texts = _texts(batch, column)
            counter.update(text for text in texts.to_pylist() if text is not None)
            if len(counter) > MOST_VALUES:
                hint = "Choose a column with few values, or name the values."
                raise UsageError(f"The column '{column}' has more than {MOST_VALUES:,} values.", hint=hint)
    named = declared(monitor)
    chosen = [part for part in named if counts[part.column][part.value] >= monitor.minimum_rows]
    for segment in monitor.segments:
        if not segment.values:
            order = sorted(counts[segment.column].items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_FOUND]
            chosen += [Part(segment.column, value) for value, rows in order if rows >= monitor.minimum_rows]
    return sorted(chosen)


def rows_of(batches: Iterable[pa.RecordBatch], part: Part) -> Iterator[pa.RecordBatch]:
    """Give the rows of one part."""
    for batch in batches:
        kept = next((rows for _, rows in split(batch, [part])), None)
        if kept is not None:
            yield kept


def split(batch: pa.RecordBatch, parts: Sequence[Part]) -> Iterator[tuple[Part, pa.RecordBatch]]:
    """Give the rows of each part that the batch has any of. A column that is missing has no parts."""
    for column in dict.fromkeys(part.column for part in parts):
        if column not in batch.schema.names:
            continue
        encoded = _texts(batch, column).dictionary_encode()
        places = {text: place for place, text in enumerate(encoded.dictionary.to_pylist())}
        index = arrow.word_index(encoded)
        for part in parts:
            if part.column == column and part.value in places:
                chosen: npt.NDArray[np.bool_] = index == places[part.value]
                if chosen.any():
                    yield part, batch.filter(arrow.mask(chosen))


def _texts(batch: pa.RecordBatch, column: str) -> pa.Array:
    if column not in batch.schema.names:
        raise UsageError(f"The data has no column '{column}' to make segments of.")
    return texts_of(batch.column(column))
