"""The join of rows and labels: by id, in bounded memory, with account of what did not fit together.

A row is known by its inferenceId, and by its eventId where it has none. A label about an id that has several takes the
last one: by the time it came, then by where it stands in its files. Labels from after the run do not count, so that
the same run gives the same result whenever it is done again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mlgov.errors import UsageError
from mlgov.monitors.cell_text import texts_of
from mlgov.monitors.labels.columns import TRUTH, LabelledColumns, column_of, columns_of, truth_of
from mlgov.monitors.labels.spilling import PARTS, Parts
from mlgov.monitors.profile import arrow
from mlgov.monitors.results import LabelReport
from mlgov.monitors.schedule import Window
from mlgov.monitors.schema import GroundTruth, Monitor
from mlgov.monitors.windows import RowCounter, Selection, as_microseconds, as_times, placed
from mlgov.ports import Tables

Ints = npt.NDArray[np.int64]

_ID, _TIME, _INSIDE = "mlgov:id", "mlgov:time", "mlgov:inside"
_MOMENT = pa.int64()
_LABELS = pa.schema([(_ID, pa.string()), (TRUTH, pa.string()), (_TIME, _MOMENT)])
#: Columns of labels in SageMaker's format, as the adapter names them.
SAGEMAKER_LABELS = ("eventId", "groundTruth", "collectedTime")
_MINUTE = 60_000_000


@dataclass(slots=True)
class LabelCounts:
    """What the join met, while it runs."""

    rows: int = 0
    labelled: int = 0
    unknown_ids: int = 0
    duplicate_ids: int = 0
    repeated_rows: int = 0
    minutes: Counter[int] = field(default_factory=Counter)

    def report(self, span: Window) -> LabelReport:
        """Give the counts as they are recorded."""
        return LabelReport(
            span.start,
            span.end,
            self.rows,
            self.labelled,
            self.unknown_ids,
            self.duplicate_ids,
            self.repeated_rows,
            _quantiles(self.minutes),
        )


def _quantiles(minutes: Counter[int]) -> tuple[int, ...]:
    """Give the delay at 50%, 90% and 100% of the rows: the smallest that so many do not exceed."""
    if not minutes:
        return ()
    values = sorted(minutes)
    cumulative = np.cumsum([minutes[value] for value in values])
    places = [int(np.searchsorted(cumulative, share * cumulative[-1])) for share in (0.5, 0.9, 1.0)]
    return tuple(values[place] for place in places)


def labelled_rows(
    batches: Iterable[pa.RecordBatch],
    monitor: Monitor,
    span: Window,
    tables: Tables,
    *,
    now: datetime,
    counter: RowCounter,
    counts: LabelCounts,
) -> Iterator[pa.RecordBatch]:
    """Give the rows of a time with their true labels, null where there is none.

    Args:
        batches: All rows of the source.
        monitor: The monitor.
        span: The time that rows are taken from.
        tables: Where labels are read.
        now: When the monitor runs; labels from later do not count.
        counter: Counts the rows.
        counts: Counts what found together.

    Raises:
        UsageError: A column that the monitor names is missing.
        TablesError: Rows or labels cannot be read.
    """
    labels = monitor.ground_truth
    if labels is None or labels.uri is None:
        yield from _beside(batches, monitor, span, now, counter, counts)
        return
    columns = columns_of(monitor)
    stored = pa.schema([(_ID, pa.string()), (_TIME, _MOMENT), (_INSIDE, pa.bool_()), *columns.schema])
    with Parts(_ID, stored) as rows, Parts(_ID, _LABELS) as found:
        for batch in _identified(batches, monitor, columns, span, counter, counts):
            rows.add(batch)
        for batch in _labels(tables, labels, monitor, now):
            found.add(batch)
        for number in range(PARTS):
            yield from _joined(rows.part(number), found.part(number), columns, counts)


# Labels that are a column of the data


def _beside(
    batches: Iterable[pa.RecordBatch],
    monitor: Monitor,
    span: Window,
    now: datetime,
    counter: RowCounter,
    counts: LabelCounts,
) -> Iterator[pa.RecordBatch]:
    columns = columns_of(monitor)
    selection = Selection(span, monitor.source.event_time)
    for whole in batches:
        counter.add(whole)
        found = placed(whole, selection, counter)
        batch = whole if found is None else whole.filter(arrow.mask(found.inside))
        counter.judged += batch.num_rows
        counts.rows += batch.num_rows
        if not batch.num_rows:
            continue
        truth = truth_of(batch, monitor)
        asked = None if found is None else found.times[found.inside]
        if monitor.ground_truth and monitor.ground_truth.time_attribute:
            truth = _timely(batch, truth, monitor.ground_truth.time_attribute, asked, now, counts)
        counts.labelled += len(truth) - truth.null_count
        yield columns.taken(batch, truth)
    counter.check()


def _timely(
    batch: pa.RecordBatch, truth: pa.Array, name: str, asked: Ints | None, now: datetime, counts: LabelCounts
) -> pa.Array:
    """Drop labels from after the run, and note how late the others came."""
    came, dated = as_microseconds(as_times(column_of(batch, name)))
    there = ~_gaps(truth)
    late = there & dated & (came > _microseconds(now))
    if asked is not None:
        known = there & dated & ~late
        _note_delays(came[known] - asked[known], counts)
    return pc.if_else(arrow.mask(late), pa.nulls(1, pa.string())[0], truth)


# Labels that come by themselves


def _identified(
    batches: Iterable[pa.RecordBatch],
    monitor: Monitor,
    columns: LabelledColumns,
    span: Window,
    counter: RowCounter,
    counts: LabelCounts,
) -> Iterator[pa.RecordBatch]:
    """Give all rows with their ids; those of another time only count as known."""
    selection = Selection(span, monitor.source.event_time)
    schema = pa.schema([(_ID, pa.string()), (_TIME, _MOMENT), (_INSIDE, pa.bool_()), *columns.schema])
    for batch in batches:
        counter.add(batch)
        found = placed(batch, selection, counter)
        inside = np.ones(len(batch), bool) if found is None else found.inside
        counter.judged += int(inside.sum())
        counts.rows += int(inside.sum())
        ids = ids_of(batch, monitor)
        times = pa.nulls(len(batch), _MOMENT) if found is None else arrow.places(found.times, ~found.dated)
        # A row without an id has no label; a name that no label has lets it take part.
        ids = pc.fill_null(ids, "")
        taken = columns.taken(batch, pa.nulls(len(batch), pa.string()))
        yield pa.RecordBatch.from_arrays([ids, times, arrow.mask(inside), *taken.columns], schema=schema)
    counter.check()


def ids_of(batch: pa.RecordBatch, monitor: Monitor) -> pa.Array:
    """Give the id of each row as text: the declared column, else inferenceId, else eventId.

    Several rows of one request share its inferenceId; they get the number that their eventId has after ``#``.
    """
    if monitor.source.event_id:
        return _as_ids(column_of(batch, monitor.source.event_id))
    if "eventId" not in batch.schema.names:
        hint = "Name the column with the ids in source.event_id."
        raise UsageError("The rows have no ids by which labels could find them.", hint=hint)
    events = _as_ids(batch.column("eventId"))
    if "inferenceId" not in batch.schema.names:
        return events
    numbers = pc.replace_substring_regex(events, r"^(?:.*?)(#\d+)?$", r"\1")
    return pc.coalesce(pc.binary_join_element_wise(_as_ids(batch.column("inferenceId")), numbers, ""), events)


def _as_ids(column: pa.Array) -> pa.Array:
    ids = pc.cast(arrow.stored(column), pa.string())
    return pc.if_else(pc.equal(ids, ""), pa.nulls(1, pa.string())[0], ids)


def _labels(tables: Tables, labels: GroundTruth, monitor: Monitor, now: datetime) -> Iterator[pa.RecordBatch]:
    """Give labels that had come by now: id, label and the time it came."""
    assert labels.uri is not None  # noqa: S101 - for type checkers
    # Without a column of ids the labels can only be SageMaker's, whatever their files are called.
    data_format = labels.format or (None if labels.id_attribute else "sagemaker_ground_truth")
    for batch in tables.batches(labels.uri, data_format=data_format):
        id_name, truth_name, time_name = _names(batch, labels, monitor)
        came, dated = np.zeros(len(batch), np.int64), np.zeros(len(batch), bool)
        if time_name:
            came, dated = as_microseconds(as_times(column_of(batch, time_name)))
        late = dated & (came > _microseconds(now))
        ids, truth = _as_ids(column_of(batch, id_name)), texts_of(column_of(batch, truth_name))
        found = pa.RecordBatch.from_arrays([ids, truth, arrow.places(came, ~dated)], schema=_LABELS)
        yield found.filter(arrow.mask(~late & ~_gaps(truth)))


def _names(batch: pa.RecordBatch, labels: GroundTruth, monitor: Monitor) -> tuple[str, str, str | None]:
    if set(SAGEMAKER_LABELS) <= set(batch.schema.names):
        return SAGEMAKER_LABELS
    if not (labels.id_attribute and monitor.ground_truth_attribute):
        hint = "Name them in ground_truth.id_attribute and ground_truth_attribute."
        raise UsageError(f"{labels.uri} does not say which columns are the ids and the labels.", hint=hint)
    return labels.id_attribute, monitor.ground_truth_attribute, labels.time_attribute


def _joined(
    rows: pa.Table, labels: pa.Table, columns: LabelledColumns, counts: LabelCounts
) -> Iterator[pa.RecordBatch]:
    """Join one part: every row in the time once, with the last label about its id."""
    latest = _latest(labels, counts)
    known = latest.column(_ID).combine_chunks() if latest.num_rows else pa.nulls(0, pa.string())
    counts.unknown_ids += int(np.sum(~arrow.flags(pc.is_in(known, rows.column(_ID).combine_chunks()))))
    if not rows.num_rows:
        return
    inside = rows.filter(rows.column(_INSIDE))
    ids = inside.column(_ID).combine_chunks()
    distinct = len(pc.unique(ids.filter(pc.not_equal(ids, ""))))
    counts.repeated_rows += int(pc.sum(pc.not_equal(ids, "")).as_py() or 0) - distinct
    places = pc.index_in(ids, known)
    truth = latest.column(TRUTH).combine_chunks().take(places)
    counts.labelled += len(truth) - truth.null_count
    came, asked = latest.column(_TIME).combine_chunks().take(places), inside.column(_TIME).combine_chunks()
    delays = pc.drop_null(pc.subtract(came, asked))
    _note_delays(arrow.plain(delays).astype(np.int64), counts)
    whole = inside.select([*columns.texts, *columns.numbers]).append_column(TRUTH, truth)
    yield from whole.cast(columns.schema).to_batches()


def _latest(labels: pa.Table, counts: LabelCounts) -> pa.Table:
    """Keep the last label about each id: by the time it came (without one first), then by its place."""
    if not labels.num_rows:
        return labels
    times = labels.column(_TIME).combine_chunks()
    came = np.where(_gaps(times), np.iinfo(np.int64).min, arrow.plain(times).astype(np.int64))
    labels = labels.take(arrow.places(np.argsort(came, kind="stable")))
    encoded = labels.column(_ID).combine_chunks().dictionary_encode()
    last = np.zeros(len(encoded.dictionary), np.int64)
    last[arrow.plain(encoded.indices)] = np.arange(labels.num_rows)
    counts.duplicate_ids += labels.num_rows - len(last)
    return labels.take(arrow.places(np.sort(last)))


def _note_delays(microseconds: Ints, counts: LabelCounts) -> None:
    minutes, times = np.unique(np.maximum(microseconds, 0) // _MINUTE, return_counts=True)
    counts.minutes.update(dict(zip(minutes.tolist(), times.tolist(), strict=True)))


def _gaps(array: pa.Array) -> arrow.Flags:
    empty = arrow.gaps(array)
    return np.zeros(len(array), bool) if empty is None else empty


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
