"""Which rows of a source belong to a window, and which of their columns are looked at."""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mlgov.errors import TablesError, UsageError
from mlgov.monitors import profile as profiles
from mlgov.monitors.profile import Layout, Profile, arrow
from mlgov.monitors.profile.learn import Learned, joined, learn
from mlgov.monitors.results import Rows
from mlgov.monitors.schedule import Window, read_moment
from mlgov.monitors.schema import Monitor
from mlgov.ports import Tables

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
        self.read = self.judged = self.undated = self.later = 0
        self.names: tuple[str, ...] = ()
        self._dateless: tuple[int, str] = (0, "")

    @property
    def rows(self) -> Rows:
        """The counts so far, without rows from after the window: a run that is repeated later counts the same."""
        read = self.read - self.later
        return Rows(read, self.judged, read - self.judged - self.undated, self.undated)

    def add(self, batch: pa.RecordBatch) -> None:
        """Count a batch of the source."""
        self.read += batch.num_rows
        self._meet(tuple(batch.schema.names))

    def miss(self, batch: pa.RecordBatch, name: str) -> None:
        """Note a batch without the column that should have the times of its rows."""
        said = f"The data has no column {name!r} with the times of its rows.{_meant(name, batch)}"
        self._dateless = (self._dateless[0] + batch.num_rows, self._dateless[1] or said)

    def join(self, more: "RowCounter") -> None:
        """Add what was counted elsewhere."""
        self.read += more.read
        self.judged += more.judged
        self.undated += more.undated
        self.later += more.later
        self._meet(more.names)
        self._dateless = (
            self._dateless[0] + more._dateless[0],
            min(filter(None, (self._dateless[1], more._dateless[1])), default=""),
        )

    def check(self) -> None:
        """Judge the whole source, whichever of its parts came first.

        Raises:
            UsageError: No row has the column with the times.
            TablesError: Some rows have it: the monitor names it rightly, and the data is damaged.
        """
        rows, said = self._dateless
        if said:
            raise UsageError(said) if rows == self.read else TablesError(said)

    def _meet(self, names: tuple[str, ...]) -> None:
        if {*names} - {*self.names}:
            self.names = names if not self.names else tuple(sorted({*names, *self.names}))


def select(batches: Iterable[pa.RecordBatch], selection: Selection, counter: RowCounter) -> Iterator[pa.RecordBatch]:
    """Keep the rows of the window and the columns that are looked at.

    Args:
        batches: The source.
        selection: What is taken.
        counter: Counts the rows.

    Raises:
        UsageError: There is no column with the times; found out at the end.
        TablesError: Some rows have that column and some do not; found out at the end.
    """
    yield from chosen(batches, selection, counter)
    counter.check()


def chosen(batches: Iterable[pa.RecordBatch], selection: Selection, counter: RowCounter) -> Iterator[pa.RecordBatch]:
    """Do what `select` does for a part of a source: whether times are missing is judged when all parts are known."""
    dropped = {*selection.exclude, *CAPTURE_COLUMNS, selection.event_time}
    for batch in batches:
        counter.add(batch)
        kept = _in_window(batch, selection, counter)
        counter.judged += kept.num_rows
        if kept.num_rows:
            yield kept.select([name for name in kept.schema.names if name not in dropped])


@dataclass(frozen=True, slots=True)
class Reading:
    """A source, and what is taken from it, on whichever engine reads it.

    Attributes:
        tables: The engine.
        uri: Address of the source.
        selection: What is taken.
        data_format: Format of the data; by the files' ending when None.
        columns: Expected types by column.
    """

    tables: Tables
    uri: str
    selection: Selection
    data_format: str | None = None
    columns: Mapping[str, pa.DataType] | None = None

    def learn(self, counter: RowCounter, *, rows_per_bin: int = 1) -> Layout:
        """Learn a layout from the rows that are taken. Raises as `select` and `mlgov.monitors.profile.learn` do."""
        return self.learned(counter).layout(rows_per_bin=rows_per_bin)

    def learned(self, counter: RowCounter) -> Learned:
        """Learn what the rows that are taken tell, without settling a layout. Raises as `learn` does."""
        step = partial(_learned, selection=self.selection)
        learned, met = self.tables.fold(
            self.uri, step, _both_learned, data_format=self.data_format, columns=self.columns
        )
        _count(counter, met)
        return learned

    def profile(self, layout: Layout, counter: RowCounter, *, only: bool = False) -> Profile:
        """Profile the rows that are taken.

        Args:
            layout: What they are counted in.
            counter: Counts the rows.
            only: Whether columns outside of the layout need not be read; those that are not are no extra columns.

        Raises what `select` raises.
        """
        step = partial(_profiled, selection=self.selection, layout=layout)
        wanted = {*layout.names, self.selection.event_time or CAPTURE_TIME} if only else None
        found, met = self.tables.fold(
            self.uri, step, _both_profiled, data_format=self.data_format, columns=self.columns, only=wanted
        )
        _count(counter, met)
        window = self.selection.window
        return replace(found, window=(window.start, window.end)) if window else found


def _count(counter: RowCounter, met: RowCounter) -> None:
    counter.join(met)
    met.check()


def _learned(batches: Iterable[pa.RecordBatch], selection: Selection) -> tuple[Learned, RowCounter]:
    counter = RowCounter()
    return learn(chosen(batches, selection, counter)), counter


def _profiled(batches: Iterable[pa.RecordBatch], selection: Selection, layout: Layout) -> tuple[Profile, RowCounter]:
    counter = RowCounter()
    return profiles.profile(chosen(batches, selection, counter), layout), counter


def _both_learned(left: tuple[Learned, RowCounter], right: tuple[Learned, RowCounter]) -> tuple[Learned, RowCounter]:
    left[1].join(right[1])
    return joined(left[0], right[0]), left[1]


def _both_profiled(left: tuple[Profile, RowCounter], right: tuple[Profile, RowCounter]) -> tuple[Profile, RowCounter]:
    left[1].join(right[1])
    return profiles.merge(left[0], right[0]), left[1]


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

    A batch without the column of the times has no row in the window; the counter notes it.
    """
    name = selection.event_time or (CAPTURE_TIME if CAPTURE_TIME in batch.schema.names else None)
    if selection.window is None or name is None:
        return None
    if name not in batch.schema.names:
        counter.miss(batch, name)
        nowhere = np.zeros(len(batch), bool)
        return Placed(np.zeros(len(batch), np.int64), nowhere, nowhere)
    times = as_times(batch.column(name))
    counter.undated += times.null_count
    microseconds, dated = as_microseconds(times)
    start, end = _microseconds(selection.window.start), _microseconds(selection.window.end)
    counter.later += int(np.count_nonzero((microseconds >= end) & dated))
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
