"""Which rows belong to a window: times in every form, ends of windows, rows without a time."""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from mlgov.errors import UsageError
from mlgov.monitors import Rows, Window
from mlgov.monitors.windows import RowCounter, Selection, as_times, select

WINDOW = Window(datetime(2026, 11, 20, 6, tzinfo=UTC), datetime(2026, 11, 21, 6, tzinfo=UTC))
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def kept(times: pa.Array, selection: Selection | None = None) -> tuple[list[int], Rows]:
    """Select rows 0, 1, 2, … with the given times; gives those that are kept, and the counts."""
    batch = pa.RecordBatch.from_pydict({"at": times, "row": list(range(len(times)))})
    counter = RowCounter()
    chosen = selection or Selection(WINDOW, "at")
    rows = [row["row"] for found in select([batch], chosen, counter) for row in found.to_pylist()]
    return rows, counter.rows


def test_the_start_is_in_the_window_and_the_end_is_not() -> None:
    """A row on the border belongs to exactly one window; what came after the window is not counted."""
    texts = ["2026-11-20T05:59:59.999Z", "2026-11-20T06:00:00Z", "2026-11-21T05:59:59Z", "2026-11-21T06:00:00Z"]
    assert kept(pa.array(texts)) == ([1, 2], Rows(read=3, judged=2, outside=1, undated=0))


def test_rows_without_a_readable_time_are_counted() -> None:
    """They are in no window, and somebody must hear of it."""
    texts = ["2026-11-20T12:00:00Z", None, "yesterday", "2026-11-01T00:00:00Z"]
    assert kept(pa.array(texts)) == ([0], Rows(read=4, judged=1, outside=1, undated=2))


@pytest.mark.parametrize(
    "times",
    [
        pa.array([NOON]),
        pa.array([NOON.replace(tzinfo=None)]),
        pa.array([NOON], pa.timestamp("ns", tz="America/New_York")),
        pa.array([NOON], pa.timestamp("s", tz="UTC")),
        pa.array(["2026-11-20T12:00:00Z"]),
        pa.array(["2026-11-20T14:00:00+02:00"]),
        pa.array(["2026-11-20 12:00:00"]),
        pa.array(["2026-11-20T12:00:00.000000Z"]).dictionary_encode(),
        pa.array(["2026-11-20T12:00:00Z"], pa.large_string()),
        pa.array([int(NOON.timestamp())]),
        pa.array([NOON.timestamp() * 1000]),
    ],
)
def test_times_are_read_in_every_form(times: pa.Array) -> None:
    """Timestamps of any unit and zone, text, dictionaries, seconds and milliseconds."""
    assert as_times(times).to_pylist() == [NOON]


def test_a_day_is_its_first_moment_in_utc() -> None:
    """Dates stand for midnight."""
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    assert as_times(pa.array([date(2026, 11, 20)])).to_pylist() == [midnight]
    assert as_times(pa.array(["2026-11-20"])).to_pylist() == [midnight]


def test_forms_may_be_mixed() -> None:
    """Some rows with a zone, some without, some nonsense."""
    texts = pa.array(["2026-11-20T14:00:00+02:00", "2026-11-20T12:00:00", "", "99999999999999999"])
    assert as_times(texts).to_pylist() == [NOON, NOON, None, None]


@pytest.mark.parametrize("times", [pa.array([float("nan"), float("inf"), 1e30]), pa.array([[1]] * 3), pa.nulls(3)])
def test_what_is_no_time_is_null(times: pa.Array) -> None:
    """Numbers beyond every calendar and lists are no times, and no crash."""
    assert as_times(times).null_count == 3


def test_a_source_without_its_time_column_is_an_error() -> None:
    """Taking all rows would judge the wrong ones."""
    with pytest.raises(UsageError, match=r"'att'.* Did you mean 'at'"):
        kept(pa.array([NOON]), Selection(WINDOW, "att"))


def test_without_a_time_column_every_row_is_taken() -> None:
    """The source then holds one window at a time."""
    assert kept(pa.array([NOON, None]), Selection(WINDOW))[0] == [0, 1]


def columns_of(selection: Selection, **columns: Any) -> list[str]:
    batch = pa.RecordBatch.from_pydict(columns)
    return [name for found in select([batch], selection, RowCounter()) for name in found.schema.names]


def test_times_and_excluded_columns_are_not_looked_at() -> None:
    """Ids and times drift by nature."""
    chosen = Selection(event_time="at", exclude=("id",))
    assert columns_of(chosen, at=[NOON], id=["a"], age=[1]) == ["age"]


def test_captures_are_filtered_by_their_own_time_and_keep_no_ids() -> None:
    """InferenceTime needs no setting."""
    batch = pa.RecordBatch.from_pydict(
        {
            "age": [1, 2],
            "eventId": ["a", "b"],
            "inferenceId": [None, None],
            "inferenceTime": ["2026-11-20T12:00:00Z", "2026-11-22T12:00:00Z"],
        }
    )
    found = list(select([batch], Selection(WINDOW), RowCounter()))
    assert [batch.to_pydict() for batch in found] == [{"age": [1]}]
