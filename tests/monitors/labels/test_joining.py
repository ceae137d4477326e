"""Rows and labels find together: by which id, which label wins, and what is counted."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mlgov.errors import UsageError
from mlgov.monitors import GroundTruth, Monitor, Source, Window
from mlgov.monitors.labels import TRUTH, LabelCounts, data_span, labelled_rows
from mlgov.monitors.labels.spilling import PARTS, Parts
from mlgov.monitors.windows import RowCounter
from tests.fakes.tables import MemoryTables
from tests.monitors.examples import monitor

DAY = Window(datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))
NOW = datetime(2026, 11, 22, tzinfo=UTC)
NOON = DAY.start + timedelta(hours=12)
WATCHED = monitor(
    source=Source(uri="rows", event_time="at", event_id="id"),
    problem_type="multiclass_classification",
    inference_attribute="said",
    ground_truth_attribute="truth",
    ground_truth=GroundTruth(uri="labels", id_attribute="about", time_attribute="came"),
)


def rows(*ids: str | None, at: datetime = NOON, said: str = "yes") -> pa.RecordBatch:
    """Make rows of one time."""
    columns = {"id": pa.array(ids, pa.string()), "at": [at] * len(ids), "said": [said] * len(ids)}
    return pa.RecordBatch.from_pydict(columns)


def labels(*pairs: tuple[str | None, Any], came: datetime = NOON + timedelta(hours=5)) -> pa.RecordBatch:
    """Make labels that came at one time."""
    about, truth = zip(*pairs, strict=True)
    return pa.RecordBatch.from_pydict(
        {"about": pa.array(about, pa.string()), "truth": truth, "came": [came] * len(pairs)}
    )


def joined(
    data: Sequence[pa.RecordBatch],
    found: Sequence[pa.RecordBatch],
    watched: Monitor = WATCHED,
    *,
    now: datetime = NOW,
) -> tuple[list[tuple[str, str | None]], LabelCounts, RowCounter]:
    """Join, and give answers with labels, sorted."""
    counter, counts = RowCounter(), LabelCounts()
    tables = MemoryTables({"labels": found})
    given = labelled_rows(data, watched, DAY, tables, now=now, counter=counter, counts=counts)
    pairs = [(row["said"], row[TRUTH]) for batch in given for row in batch.to_pylist()]
    return sorted(pairs, key=str), counts, counter


def test_a_label_finds_its_row() -> None:
    """Every row comes once, with its label or without."""
    pairs, counts, counter = joined([rows("a", "b"), rows("c", said="no")], [labels(("a", "no"), ("c", "no"))])
    assert pairs == [("no", "no"), ("yes", "no"), ("yes", None)]
    assert (counts.rows, counts.labelled, counter.judged) == (3, 2, 3)


def test_the_last_label_wins() -> None:
    """By the time it came, whatever the order of the files; then by its place."""
    late = labels(("a", "late"), came=NOON + timedelta(hours=9))
    pairs, counts, _ = joined([rows("a")], [late, labels(("a", "early"), ("a", "second"))])
    assert pairs == [("yes", "late")]
    assert counts.duplicate_ids == 2
    pairs, _, _ = joined([rows("a")], [labels(("a", "first"), ("a", "second"))])
    assert pairs == [("yes", "second")]


def test_labels_that_came_after_the_run_do_not_count() -> None:
    """Or the same run would give another result when it is done again."""
    pairs, counts, _ = joined([rows("a")], [labels(("a", "no"))], now=NOON)
    assert (pairs, counts.labelled) == ([("yes", None)], 0)
    pairs, _, _ = joined([rows("a")], [labels(("a", "old")), labels(("a", "new"), came=NOW + timedelta(hours=1))])
    assert pairs == [("yes", "old")]


def test_ids_that_no_row_has_are_counted() -> None:
    """A row of another time is known all the same."""
    yesterday = rows("old", at=NOON - timedelta(days=1))
    pairs, counts, counter = joined([rows("a"), yesterday], [labels(("a", "x"), ("old", "x"), ("ghost", "x"))])
    assert (len(pairs), counts.unknown_ids, counter.rows.outside) == (1, 1, 1)


def test_rows_with_one_id_all_get_its_label() -> None:
    """And are counted."""
    pairs, counts, _ = joined([rows("a", "a", "b")], [labels(("a", "no"))])
    assert (pairs.count(("yes", "no")), counts.repeated_rows) == (2, 1)


def test_rows_and_labels_without_ids_do_not_meet() -> None:
    """Nothing is the same as nothing."""
    pairs, counts, _ = joined([rows(None, "", None)], [labels((None, "no"), ("", "no"))])
    assert pairs == [("yes", None)] * 3
    assert (counts.labelled, counts.repeated_rows) == (0, 0)


def test_delays_are_measured() -> None:
    """At 50%, 90% and 100% of the labelled rows."""
    names = [f"r{number}" for number in range(10)]
    found = [labels((name, "x"), came=NOON + timedelta(minutes=10 * n)) for n, name in enumerate(names, 1)]
    _, counts, _ = joined([rows(*names)], found)
    assert counts.report(DAY).delay_minutes == (50, 90, 100)


def test_an_inference_id_counts_before_an_event_id() -> None:
    """As Model Monitor merges them."""
    captured = pa.RecordBatch.from_pydict(
        {
            "said": ["1", "2", "3"],
            "eventId": ["e1", "e2", "e3"],
            "inferenceId": pa.array(["i1", None, "i3"], pa.string()),
            "inferenceTime": ["2026-11-19T12:00:00Z"] * 3,
        }
    )
    watched = WATCHED.model_copy(update={"source": Source(uri="rows", format="sagemaker_capture")})
    pairs, _, _ = joined([captured], [labels(("i1", "a"), ("e2", "b"), ("e3", "c"))], watched)
    assert pairs == [("1", "a"), ("2", "b"), ("3", None)]


def test_rows_of_one_request_are_told_apart() -> None:
    """By the number behind their event id."""
    captured = pa.RecordBatch.from_pydict(
        {"said": ["1", "2"], "eventId": ["e#0", "e#1"], "inferenceId": ["i", "i"], "inferenceTime": [str(NOON)] * 2}
    )
    watched = WATCHED.model_copy(update={"source": Source(uri="rows")})
    pairs, _, _ = joined([captured], [labels(("i#0", "a"), ("i#1", "b"))], watched)
    assert pairs == [("1", "a"), ("2", "b")]


def test_labels_in_a_column_need_no_join() -> None:
    """The time they came decides here, too."""
    watched = WATCHED.model_copy(update={"ground_truth": GroundTruth(time_attribute="came")})
    data = rows("a", "b").append_column("truth", pa.array(["no", "no"]))
    data = data.append_column("came", pa.array([NOON + timedelta(hours=1), NOW + timedelta(hours=1)]))
    pairs, counts, _ = joined([data], [], watched)
    assert pairs == [("yes", "no"), ("yes", None)]
    assert (counts.labelled, counts.report(DAY).delay_minutes) == (1, (60, 60, 60))


def test_a_wrong_column_is_named() -> None:
    """With the one that was meant."""
    with pytest.raises(UsageError) as caught:
        joined([rows("a").rename_columns(["id", "at", "saidd"])], [labels(("a", "x"))])
    assert "'said'" in caught.value.message
    assert "'saidd'" in caught.value.hint


def test_parts_on_disk_are_those_in_memory() -> None:
    """A join of more than memory holds gives the same rows, in the same order within a part."""
    random = np.random.default_rng(1)
    schema = pa.schema([("id", pa.string()), ("value", pa.int64())])
    batches = [
        pa.RecordBatch.from_pydict({"id": [f"k{k}" for k in random.integers(0, 500, 800)], "value": range(800)}, schema)
        for _ in range(5)
    ]
    with Parts("id", schema) as kept, Parts("id", schema, held_bytes=1_000) as spilt:
        for batch in batches:
            kept.add(batch)
            spilt.add(batch)
        assert all(kept.part(number).equals(spilt.part(number)) for number in range(PARTS))
        assert sum(kept.part(number).num_rows for number in range(PARTS)) == 4_000


@pytest.mark.parametrize("seed", range(3))
def test_order_and_cut_change_nothing(seed: int) -> None:
    """Random rows and labels, shuffled and cut; labels of one id came at different times."""
    random = np.random.default_rng(seed)
    data = [rows(f"k{n}", said=f"s{n}") for n in range(60)]
    found = [labels((f"k{random.integers(80)}", f"t{n}"), came=NOON + timedelta(minutes=n)) for n in range(100)]
    whole, counts, _ = joined(data, found)
    again, others, _ = joined([data[i] for i in random.permutation(60)], [found[i] for i in random.permutation(100)])
    assert (whole, counts) == (again, others)


# The time that rows are from


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("-P8D", "-P1D", ("2020-01-01T13", "2020-01-08T13")),
        (None, "-P1D", ("2020-01-07T13", "2020-01-08T13")),
        ("-P2D", None, ("2020-01-07T13", "2020-01-09T13")),
        (None, None, ("2020-01-08T13", "2020-01-09T13")),
    ],
)
def test_offsets_move_the_data(start: str | None, end: str | None, expected: tuple[str, str]) -> None:
    """The documented example: labels come after a day and are complete after a week."""
    watched = monitor(ground_truth=GroundTruth(uri="labels", start_time_offset=start, end_time_offset=end))
    window = Window(datetime(2020, 1, 8, 13, tzinfo=UTC), datetime(2020, 1, 9, 13, tzinfo=UTC))
    found = data_span(watched, window)
    assert (f"{found.start:%Y-%m-%dT%H}", f"{found.end:%Y-%m-%dT%H}") == expected
