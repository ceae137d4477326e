"""Which rows of a source belong to a window, and which of their columns are looked at."""

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mlgov.errors import TablesError, UsageError
from mlgov.monitors.execution import Rows
from mlgov.monitors.profile import arrow
from mlgov.monitors.schedule import Window, read_moment
from mlgov.monitors.schema import Monitor

#: Columns of SageMaker data capture that say which event a row is; they are no features.
CAPTURE_COLUMNS = ("eventId", "inferenceId", "inferenceTime")
CAPTURE_TIME = "inferenceTime"

_TIME = pa.timestamp("us", tz="UTC")
#: Numbers above this are milliseconds since 1970, below it seconds: the year 5138 in seconds, 1973 in milliseconds.
_MILLISECONDS_FROM = 1e11


@dataclass(frozen=True, slots=True)
class Selection:
    """What is taken from a source.

    Attributes:
        window: Rows with a time in it; None takes all rows.
        event_time: Column with the time of each row. None takes inferenceTime where captures have it, else all rows.
        exclude: Columns that are not looked at, besides the time.
    """

    window: Window | None = None
    event_time: str | None = None
    exclude: Collection[str] = ()


def ignored_columns(monitor: Monitor) -> frozenset[str]:
    """Name the columns that a monitor does not look at."""
    times = [monitor.source.event_time] if monitor.source.event_time else []
    return frozenset((*monitor.exclude_columns, *CAPTURE_COLUMNS, *times))


class RowCounter:
    """Counts what `select` met, while it runs."""

    def __init__(self) -> None:
        self.read = self.judged = self.undated = 0

    @property
    def rows(self) -> Rows:
        """The counts so far."""
        return Rows(self.read, self.judged, self.read - self.judged - self.undated, self.undated)


def select(batches: Iterable[pa.RecordBatch], selection: Selection, counter: RowCounter) -> Iterator[pa.RecordBatch]:
    """Keep the rows of the window and the columns that are looked at.

    Args:
        batches: The source.
        selection: What is taken.
        counter: Counts the rows.

    Raises:
        UsageError: There is no column with the times.
        TablesError: Some rows have that column and some do not.
    """
    dropped = {*selection.exclude, *CAPTURE_COLUMNS, selection.event_time}
    for batch in batches:
        counter.read += batch.num_rows
        kept = _in_window(batch, selection, counter)
        counter.judged += kept.num_rows
        if kept.num_rows:
            yield kept.select([name for name in kept.schema.names if name not in dropped])


def _in_window(batch: pa.RecordBatch, selection: Selection, counter: RowCounter) -> pa.RecordBatch:
    found = placed(batch, selection, counter)
    return batch if found is None or found.inside.all() else batch.filter(arrow.mask(found.inside))


@dataclass(frozen=True, slots=True)
class Placed:
    """When the rows of a batch were.

    Attributes:
        times: Their times, microseconds since 1970, shape ``(n,)``; where there is none the number means nothing.
        dated: Whether there is one.
        inside: Whether it is in the window.
    """

    times: npt.NDArray[np.int64]
    dated: arrow.Flags
    inside: arrow.Flags


def placed(batch: pa.RecordBatch, selection: Selection, counter: RowCounter) -> Placed | None:
    """Say when the rows of a batch were; None when every row counts, whenever it was.

    Args:
        batch: Rows that the counter has counted as read.
        selection: The window and the column with the times.
        counter: Counts rows whose time cannot be read.

    Raises:
        UsageError: There is no column with the times.
        TablesError: Some rows have that column and some do not.
    """
    name = selection.event_time or (CAPTURE_TIME if CAPTURE_TIME in batch.schema.names else None)
    if selection.window is None or name is None:
        return None
    if name not in batch.schema.names:
        said = f"The data has no column {name!r} with the times of its rows.{_meant(name, batch)}"
        # Where other rows have the column, the monitor names it rightly and the data is damaged.
        raise TablesError(said) if counter.read > batch.num_rows else UsageError(said)
    times = as_times(batch.column(name))
    counter.undated += times.null_count
    microseconds, dated = as_microseconds(times)
    start, end = _microseconds(selection.window.start), _microseconds(selection.window.end)
    return Placed(microseconds, dated, (microseconds >= start) & (microseconds < end) & dated)


def as_microseconds(times: pa.Array) -> tuple[npt.NDArray[np.int64], arrow.Flags]:
    """Give times as microseconds since 1970, shape ``(n,)``, and where there is one."""
    microseconds = arrow.plain(times.cast(pa.int64())).astype("int64", copy=False)
    empty = arrow.gaps(times)
    return microseconds, np.ones(len(times), bool) if empty is None else ~empty


def _meant(name: str, batch: pa.RecordBatch) -> str:
    close = difflib.get_close_matches(name, batch.schema.names, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def as_times(column: pa.Array) -> pa.Array:
    """Read times in UTC from timestamps, dates, ISO 8601 text or numbers of seconds or milliseconds since 1970.

    Times without a zone are UTC. What cannot be read becomes null.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        return pc.cast(column, _TIME, safe=False)
    if pa.types.is_date(column.type):
        return pc.cast(pc.cast(column, pa.timestamp("us")), _TIME)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _from_numbers(pc.cast(column, pa.float64(), safe=False))
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _from_texts(pc.cast(column, pa.string()))
    return pa.nulls(len(column), _TIME)


def _from_numbers(numbers: pa.Array) -> pa.Array:
    finite = pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))
    seconds = pc.if_else(pc.greater(pc.abs(finite), _MILLISECONDS_FROM), pc.divide(finite, 1000.0), finite)
    possible = pc.if_else(pc.less(pc.abs(seconds), _MILLISECONDS_FROM), seconds, pa.scalar(None, pa.float64()))
    return pc.cast(pc.cast(pc.round(pc.multiply(possible, 1e6)), pa.int64()), _TIME)


def _from_texts(texts: pa.Array) -> pa.Array:
    for zoned in (True, False):
        try:
            return pc.cast(pc.cast(texts, _TIME if zoned else pa.timestamp("us")), _TIME)
        except pa.ArrowInvalid:
            continue
    return pa.array([_moment(text) for text in texts.to_pylist()], _TIME)


def _moment(text: str | None) -> object:
    try:
        return read_moment(text.strip()) if text is not None else None
    except (ValueError, OverflowError):
        return None
