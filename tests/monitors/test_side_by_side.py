"""Monitors side by side: one read for all that want the same, and every result what it is alone."""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.monitors import ExecutionStatus, GroundTruth, Monitor, Source
from mlgov.monitors.run import LATENESS, Result, execute
from mlgov.monitors.side_by_side import MOST_TOGETHER, executed, groups
from mlgov.monitors.types import Job
from mlgov.ports import File, Scorer, Snapshot, Tables
from tests.fakes.scorer import MemoryScorer
from tests.monitors import four
from tests.monitors.four import DAYS, NOW, Counted, jobs_of, rows, shown, snapshot_of, watchers

TIMED = partial(Source, event_time="at", event_id="id")


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """A repository with the baselines of four monitors and of their segments."""
    return snapshot_of(watchers(TIMED(uri="any"), segments=True))


@pytest.fixture(autouse=True)
def no_threads_stay() -> None:
    """Whatever a test does, what it started has ended."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def beside(jobs: Sequence[Job], snapshot: Snapshot, tables: Tables) -> list[Result]:
    """Run jobs side by side; gives the results in their order."""
    with closing(executed(jobs, snapshot, tables, NOW, LATENESS, lambda place: None)) as found:
        results = dict(found)
    return [results[place] for place in range(len(jobs))]


def alone(jobs: Sequence[Job], snapshot: Snapshot, tables: Tables) -> list[Result]:
    """Run jobs one after the other."""
    return [execute(job, snapshot, tables, NOW) for job in jobs]


def check_same(jobs: Sequence[Job], snapshot: Snapshot, root: Path) -> tuple[list[Result], Counted]:
    """Run jobs in both ways and compare; gives the results, and what was read side by side."""
    counted = Counted(ArrowTables(root))
    found = beside(jobs, snapshot, counted)
    expected = alone(jobs, snapshot, ArrowTables(root))
    assert [shown(result) for result in found] == [shown(result) for result in expected]
    return found, counted


@pytest.mark.parametrize(
    ("name", "segments", "reads"),
    [
        ("traffic.parquet", False, 1),
        ("traffic.parquet", True, 1),
        ("traffic.feather", False, 1),
        ("traffic.ndjson", False, 1),
        ("traffic.csv", False, 2),
        ("traffic.csv", True, 2),
    ],
)
def test_four_types_read_a_source_once(
    snapshot: Snapshot, tmp_path: Path, name: str, segments: bool, reads: int
) -> None:
    """Twice when it is text whose types the baseline of data quality says."""
    source = TIMED(uri=four.write(tmp_path, name, pa.table(rows(600, days=2))))
    found, counted = check_same(jobs_of(watchers(source, segments=segments)), snapshot, tmp_path)
    assert len(counted.reads) == reads
    assert all(result.execution.rows.judged > 200 for result in found)
    assert all(result.execution.status is not ExecutionStatus.FAILED for result in found)


def test_a_folder_is_read_once_as_a_file_is(snapshot: Snapshot, tmp_path: Path) -> None:
    """File by file, each once."""
    for day in range(3):
        four.write(tmp_path, f"traffic/{day}.parquet", pa.table(rows(300, day=day, seed=day)))
    _, counted = check_same(jobs_of(watchers(TIMED(uri="traffic"))), snapshot, tmp_path)
    assert counted.reads == [("batches", "traffic")]


def test_captures_and_labels_of_their_own_are_each_read_once(snapshot: Snapshot, tmp_path: Path) -> None:
    """Labels need all captures; data quality has types of its own; attribution opens the hours of its window."""
    four.write_captures(tmp_path, pa.table(rows(500, days=3)))
    source = Source(uri="captures", format="sagemaker_capture")
    found, counted = check_same(jobs_of(watchers(source, GroundTruth(uri="labels"))), snapshot, tmp_path)
    assert sorted(counted.reads) == [("batches", "captures")] * 2 + [("batches", "labels"), ("fold", "captures")]
    labelled = [result.execution.labels.labelled for result in found if result.execution.labels]
    assert (len(labelled), labelled[0] > 100, labelled[0] == labelled[1]) == (2, True, True)


def test_captures_of_several_windows_are_read_once_per_window(snapshot: Snapshot, tmp_path: Path) -> None:
    """Without labels of their own, three types share the hours of each window."""
    four.write_captures(tmp_path, pa.table(rows(500, days=3)))
    unlabelled = [
        each.model_copy(update={"ground_truth_attribute": None})
        for each in watchers(Source(uri="captures", format="sagemaker_capture"))
    ]
    quality, _, bias, attribution = unlabelled
    _, counted = check_same(jobs_of([quality, bias, attribution], DAYS[:3]), snapshot, tmp_path)
    assert sorted(counted.reads) == [("batches", "captures")] * 3 + [("fold", "captures")] * 3


def test_a_month_in_one_file_is_read_a_few_times(snapshot: Snapshot, tmp_path: Path) -> None:
    """Thirty windows of one monitor: two reads, because sixteen run side by side."""
    source = TIMED(uri=four.write(tmp_path, "month.parquet", pa.table(rows(6000, days=30))))
    jobs = jobs_of(watchers(source)[:1], DAYS)
    found, counted = check_same(jobs, snapshot, tmp_path)
    assert len(counted.reads) == -(-30 // MOST_TOGETHER)
    assert [result.execution.window_start for result in found] == [window.start for window in DAYS]


def test_one_monitor_alone_folds_on_all_cores(snapshot: Snapshot, tmp_path: Path) -> None:
    """Nothing changes for who shares with nobody."""
    source = TIMED(uri=four.write(tmp_path, "traffic.parquet", pa.table(rows())))
    _, counted = check_same(jobs_of(watchers(source)[:1]), snapshot, tmp_path)
    assert counted.reads == [("fold", "traffic.parquet")]


def test_a_cluster_keeps_its_folds(snapshot: Snapshot, tmp_path: Path) -> None:
    """The rows that are read here are read once; what a cluster does is not fetched."""
    source = TIMED(uri=four.write(tmp_path, "traffic.parquet", pa.table(rows())))
    counted = Counted(ArrowTables(tmp_path), cluster=True)
    jobs = jobs_of(watchers(source), DAYS[:2])
    found = beside(jobs, snapshot, counted)
    assert [shown(each) for each in found] == [shown(each) for each in alone(jobs, snapshot, ArrowTables(tmp_path))]
    assert sorted(counted.reads) == [("batches", "traffic.parquet"), *[("fold", "traffic.parquet")] * 2]


# Trouble


def test_damage_in_the_midst_is_told_to_all_in_the_same_words(snapshot: Snapshot, tmp_path: Path) -> None:
    """With the rows that came before it."""
    whole = rows(2000, days=2)
    name = four.write(tmp_path, "traffic.parquet", pa.table(whole))
    data = bytearray((tmp_path / name).read_bytes())
    data[len(data) // 2 : len(data) // 2 + 400] = b"\xff" * 400
    (tmp_path / name).write_bytes(data)
    found, counted = check_same(jobs_of(watchers(TIMED(uri=name))), snapshot, tmp_path)
    assert len(counted.reads) == 1
    assert {result.execution.status for result in found} == {ExecutionStatus.FAILED}
    assert len({result.execution.failure for result in found}) == 1
    assert [result.execution.rows.read > 0 for result in found] == [False, True, True, True]


@pytest.mark.parametrize("uri", ["nowhere.parquet", "nowhere", "odd.xyz", "https//:"])
def test_what_cannot_be_read_fails_as_it_does_alone(snapshot: Snapshot, tmp_path: Path, uri: str) -> None:
    """Missing, or of no format that is known."""
    (tmp_path / "odd.xyz").write_text("a,b\n")
    found, _ = check_same(jobs_of(watchers(TIMED(uri=uri))), snapshot, tmp_path)
    assert all(result.execution.failure for result in found)


def test_a_bad_baseline_stops_one_monitor(snapshot: Snapshot, tmp_path: Path) -> None:
    """And of one segment as well; the others have what they have alone."""
    source = TIMED(uri=four.write(tmp_path, "traffic.parquet", pa.table(rows())))
    broken = "baselines/churn/model-bias/segments/region=north/analysis.json"
    for path in ("baselines/churn/model-quality/constraints.json", broken):
        snapshot = {**snapshot, path: File(path, "100644", b"{")}
    found, counted = check_same(jobs_of(watchers(source, segments=True)), snapshot, tmp_path)
    assert [result.execution.status is ExecutionStatus.FAILED for result in found] == [False, True, True, False]
    assert len(counted.reads) == 1


def test_a_monitor_that_fails_half_way_stops_nobody(snapshot: Snapshot, tmp_path: Path) -> None:
    """A column that the second file lacks."""
    four.write(tmp_path, "traffic/0.parquet", pa.table(rows(3000)))
    four.write(tmp_path, "traffic/1.parquet", pa.table(rows(3000, seed=2)).drop_columns(["said"]))
    four.write(tmp_path, "traffic/2.parquet", pa.table(rows(3000, seed=3)))
    found, counted = check_same(jobs_of(watchers(TIMED(uri="traffic"))), snapshot, tmp_path)
    assert [result.execution.status is ExecutionStatus.FAILED for result in found] == [False, True, True, False]
    assert (counted.reads, found[3].execution.rows.judged) == ([("batches", "traffic")], 9000)


def test_a_bug_that_data_brings_to_light_is_one_monitors(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has its trace; the others have their results."""
    from mlgov.monitors.types import model_bias

    def broken(*arguments: object, **named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(model_bias, "count", broken)
    source = TIMED(uri=four.write(tmp_path, "traffic.parquet", pa.table(rows())))
    found, _ = check_same(jobs_of(watchers(source)), snapshot, tmp_path)
    assert [bool(result.trace) for result in found] == [False, False, True, False]
    assert "ZeroDivisionError" in found[2].trace


def test_a_model_is_asked_by_one_monitor_at_a_time(snapshot: Snapshot, tmp_path: Path) -> None:
    """So its patience is for one monitor, as when it runs alone."""
    source = TIMED(uri=four.write(tmp_path, "traffic.parquet", pa.table(rows())))
    named = {
        "scorer": "churn",
        "features": ["age", "income"],
        "attribution_prefix": None,
        "baseline": "baselines/churn/asked",
    }
    watched = watchers(source)[3].model_copy(update=named)
    asking: set[str] = set()
    most: list[int] = []

    class Model(MemoryScorer):
        def score(self, columns: Sequence[str], asked: Sequence[Sequence[float]]) -> list[float]:
            asking.add(threading.current_thread().name)
            most.append(len(asking))
            return super().score(columns, asked)

        def __del__(self) -> None:
            asking.discard(threading.current_thread().name)

    def model(name: str) -> Scorer:
        return Model(lambda table: np.asarray(table).sum(axis=1))

    asked = snapshot_of_asked(watched, model)
    jobs = [replace(job, scorers=model) for job in jobs_of([watched], DAYS[:1])] * 3
    found, counted = check_same([*jobs, *jobs_of(watchers(source)[1:2])], {**snapshot, **asked}, tmp_path)
    assert ({*most}, counted.reads) == ({1}, [("batches", "traffic.parquet")])
    assert found[0].execution.metrics


def snapshot_of_asked(watched: Monitor, model: Callable[[str], Scorer]) -> dict[str, File]:
    """Make the baseline of a monitor that asks a model."""
    from mlgov.monitors.making import baseline_files

    made = baseline_files(lambda: [rows(2000, seed=99)], watched, scorers=model)
    return {(path := f"{watched.baseline}/{name}"): File(path, "100644", data) for name, data in made.items()}


# Any set of monitors


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Source]]:
    """Files of several formats, one damaged, one missing."""
    root = tmp_path_factory.mktemp("sources")
    table = pa.table(rows(300, days=3))
    named = [four.write(root, name, table) for name in ("a.parquet", "b.csv", "c.feather")]
    four.write(root, "damaged.parquet", table)
    (root / "damaged.parquet").write_bytes((root / "damaged.parquet").read_bytes()[:-200])
    return root, [TIMED(uri=name) for name in (*named, "damaged.parquet", "missing.csv")]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_set_of_monitors_has_the_results_of_each_alone(
    data: st.DataObject, snapshot: Snapshot, sources: tuple[Path, list[Source]]
) -> None:
    """Types, windows, formats, trouble and order as they come."""
    root, known = sources
    picked = st.tuples(st.sampled_from(known), st.integers(0, 3), st.booleans(), st.sampled_from(DAYS[:4]))
    chosen = data.draw(st.lists(picked, min_size=1, max_size=8))
    jobs = [Job("churn", watchers(source, segments=cut)[kind], window) for source, kind, cut, window in chosen]
    check_same(jobs, snapshot, root)


# Who runs with whom


def job(uri: str = "a", day: int = 0, **more: object) -> Job:
    """Run data quality on a day."""
    return Job("churn", watchers(Source(uri=uri))[0].model_copy(update=more), DAYS[day])


def test_only_jobs_of_one_source_run_side_by_side() -> None:
    """Whatever their order; the windows of one day together."""
    assert groups([job("a", 1), job("b"), job("a", 0), job("a", 1)]) == [[1], [2, 0, 3]]
    assert groups([]) == []


def test_so_many_run_side_by_side_that_memory_stays_small() -> None:
    """Those that hold rows count four times."""
    assert [len(group) for group in groups([job()] * 40)] == [16, 16, 8]
    holding = [job(ground_truth=GroundTruth(uri="labels"))] * 6
    assert [len(group) for group in groups(holding)] == [4, 2]
    assert [len(group) for group in groups([*holding[:3], *[job()] * 5])] == [7, 1]


def test_whose_result_comes_next_is_told_before_it_is_waited_for(snapshot: Snapshot, tmp_path: Path) -> None:
    """So that a progress bar names it, and Ctrl-C has a place to come in."""
    source = TIMED(uri=four.write(tmp_path, "traffic.parquet", pa.table(rows())))
    steps: list[str] = []
    jobs = jobs_of(watchers(source))
    tell: Callable[[int], None] = lambda place: steps.append(f"tell {place}")  # noqa: E731
    with closing(executed(jobs, snapshot, ArrowTables(tmp_path), NOW, timedelta(hours=1), tell)) as found:
        for place, _ in found:
            steps.append(f"got {place}")
    assert steps == [f"{what} {place}" for place in range(4) for what in ("tell", "got")]
