"""Data quality behind the frame: as it was, and in segments."""

from typing import Any

import numpy as np
import pyarrow as pa

from mlgov.monitors import ExecutionStatus, Monitor, Segment, Source
from mlgov.monitors import profile as profiles
from mlgov.monitors.reasons import reasons_of
from mlgov.monitors.records import load, render
from mlgov.monitors.run import execute
from mlgov.monitors.types import TYPES, Job, module_of
from mlgov.names import MonitoringType
from tests.fakes.tables import MemoryTables
from tests.monitors.examples import execution, monitor
from tests.monitors.types.worlds import NOON, NOW, WINDOW, run, snapshot_of


def watched(**given: Any) -> Monitor:
    """Make a data quality monitor with segments by region."""
    values: dict[str, Any] = {"source": Source(uri="rows", event_time="at"), "segments": [Segment(column="region")]}
    return monitor(**{**values, **given})


def rows(count: int, *, north: float = 0.0, seed: int = 1) -> pa.RecordBatch:
    """Make rows of two regions of different ages; those of the north may be older."""
    random = np.random.default_rng(seed)
    is_north = random.random(count) < 0.5
    age = random.normal(np.where(is_north, 40 + north, 60), 5)
    return pa.RecordBatch.from_pydict(
        {"at": [NOON] * count, "age": age, "region": np.where(is_north, "north", "south"), "fee": random.random(count)}
    )


def test_each_segment_is_held_against_its_own_baseline() -> None:
    """What is drift in the north is no drift in the south."""
    snapshot = snapshot_of(watched(), rows(4000, seed=9))
    found = run(watched(), snapshot, [rows(2000, north=4)])
    by_value = {segment.value: segment for segment in found.segments}
    assert by_value["north"].status is ExecutionStatus.COMPLETED_WITH_VIOLATIONS
    assert by_value["south"].status is ExecutionStatus.COMPLETED
    assert {(v.feature_name, v.segment) for v in found.violations if v.segment} == {("age", "region: north")}
    assert run(watched(), snapshot, [rows(2000)]).violations == ()
    [reason] = [each for each in reasons_of(found) if each.place == "age (region: north)"]
    assert reason.causes
    assert reason.shares
    assert load(render(found), found.path) == found


def test_segments_change_nothing_for_the_whole() -> None:
    """Its columns and its profile are those of a monitor without segments."""
    plain, split = watched(segments=[]), watched()
    window = [rows(1000)]
    one = run(plain, snapshot_of(plain, rows(4000, seed=9)), window)
    other = run(split, snapshot_of(split, rows(4000, seed=9)), window)
    assert (one.columns, one.profile_digest) == (other.columns, other.profile_digest)


def test_order_and_cut_change_nothing() -> None:
    """Profiles of pieces add up exactly, also those of segments."""
    snapshot = snapshot_of(watched(), rows(4000, seed=9))
    whole = rows(1500)
    order = pa.array(np.random.default_rng(0).permutation(1500))
    pieces = [whole.take(order).slice(start, 128) for start in range(0, 1500, 128)]
    assert render(run(watched(), snapshot, [whole])) == render(run(watched(), snapshot, pieces))


def test_the_profile_is_that_of_the_window() -> None:
    """As before there were types."""
    plain = watched(segments=[])
    found = execute(
        Job("churn", plain, WINDOW), snapshot_of(plain, rows(4000, seed=9)), MemoryTables({"rows": [rows(700)]}), NOW
    )
    assert profiles.load(found.profile).rows == 700


def test_records_without_metrics_have_the_bytes_they_had() -> None:
    """Or every old window would be recorded again as a revision."""
    text = render(execution()).decode()
    assert not any(f'"{name}"' in text for name in ("metrics", "segments", "labels", "note", "segment", "about"))


def test_every_type_has_a_module() -> None:
    """With what the frame asks of it."""
    assert set(TYPES) == set(MonitoringType)
    for monitoring_type in MonitoringType:
        module = module_of(monitoring_type)
        assert isinstance(module.READS_LABELS, bool)
        assert callable(module.make)
        assert callable(module.prepare)
