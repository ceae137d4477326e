"""Running monitors: states for every trouble, records that are written once, revisions for late rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from mlgov.errors import LedgerError, TablesError, TablesLimitError, TablesUnreachableError
from mlgov.monitors import ExecutionStatus, FailureKind, Monitor, Source, Thresholds, Window, load_all
from mlgov.monitors import profile as profiles
from mlgov.monitors.baseline import make
from mlgov.monitors.health import MonitorHealth
from mlgov.monitors.run import Result, execute, healths, jobs_of, record, record_one
from mlgov.monitors.types import Job
from mlgov.ports import File, Snapshot
from tests.fakes.ledger import MemoryLedger
from tests.fakes.tables import MemoryTables
from tests.monitors.examples import execution, history, monitor, monitor_set

NOW = datetime(2026, 11, 20, 0, 7, tzinfo=UTC)
WINDOW = Window(datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))
TIMED = monitor(source=Source(uri="traffic", event_time="at"))


def rows(count: int = 500, *, shift: float = 0, seed: int = 1, at: datetime = WINDOW.start) -> pa.RecordBatch:
    """Make rows with a time within a day from ``at`` on."""
    random = np.random.default_rng(seed)
    times = [at + timedelta(seconds=int(second)) for second in random.integers(0, 86_400, count)]
    ages, states = random.normal(40 + shift, 5, count), random.choice(["CA", "NY"], count)
    return pa.RecordBatch.from_pydict({"age": ages, "state": states, "at": times})


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """A repository with a baseline."""
    made = make(lambda: [rows(4000, seed=9).drop_columns(["at"])], Thresholds())
    paths = {f"{TIMED.baseline}/{name}": data for name, data in made.items()}
    return {path: File(path, "100644", data) for path, data in paths.items()}


def run(
    snapshot: Snapshot, source: Sequence[pa.RecordBatch] | TablesError, watched: Monitor = TIMED, now: datetime = NOW
) -> Result:
    return execute(Job("churn", watched, WINDOW), snapshot, MemoryTables({"traffic": source}), now)


# Jobs


def test_the_last_complete_window_of_every_enabled_monitor_is_run() -> None:
    """Disabled monitors and archived sets are left alone."""
    sets = [
        monitor_set(
            monitor(), monitor(name="off", enabled=False), monitor(name="hourly", schedule="cron(0 * ? * * *)")
        ),
        monitor_set(name="old", status="archived"),
    ]
    jobs, problems = jobs_of(sets, NOW)
    assert problems == []
    assert [(job.model, job.monitor.name, job.window) for job in jobs] == [
        ("churn", "data-quality", WINDOW),
        ("churn", "hourly", Window(WINDOW.end - timedelta(hours=1), WINDOW.end)),
    ]


def test_a_span_runs_every_window_in_it() -> None:
    """Windows that are not over yet are left for later."""
    span = Window(WINDOW.start - timedelta(days=2), WINDOW.end + timedelta(days=5))
    jobs, _ = jobs_of([monitor_set()], NOW, span)
    assert [job.window.end.day for job in jobs] == [18, 19, 20]


def test_what_cannot_be_run_is_a_problem_and_stops_nobody() -> None:
    """A bad schedule and a span without a window say so."""
    sets = [monitor_set(monitor(name="bad", schedule="cron(5 * ? * * *)"), monitor())]
    jobs, problems = jobs_of(sets, NOW)
    assert ([job.monitor.name for job in jobs], len(problems)) == (["data-quality"], 1)
    assert "churn/bad" in problems[0]
    _, problems = jobs_of([monitor_set()], NOW, Window(NOW, NOW + timedelta(hours=1)))
    assert "holds no complete window" in problems[0]


def test_a_monitor_that_two_sets_declare_is_not_run() -> None:
    """Neither is taken for the other: both wait until somebody decides."""
    again = monitor_set(monitor(), monitor(name="other"), name="again")
    sets = [monitor_set(), again.model_copy(update={"spec": again.spec.model_copy(update={"model": "churn"})})]
    jobs, problems = jobs_of(sets, NOW)
    assert [job.monitor.name for job in jobs] == ["other"]
    assert problems == ["churn/data-quality: 2 monitor sets declare it."]
    jobs, problems = jobs_of([monitor_set(), monitor_set(status="archived")], NOW)
    assert (len(jobs), problems) == (1, [])


# States


def test_only_rows_of_the_window_are_judged(snapshot: Snapshot) -> None:
    """Yesterday's drift is not today's."""
    drifted = rows(shift=20, at=WINDOW.start - timedelta(days=1), seed=3)
    found = run(snapshot, [rows(), drifted]).execution
    assert found.status is ExecutionStatus.COMPLETED
    assert (found.rows.read, found.rows.judged, found.rows.outside) == (1000, 500, 500)


def test_drift_is_a_state_with_violations(snapshot: Snapshot) -> None:
    """The execution names the column and keeps the profile."""
    result = run(snapshot, [rows(shift=4)])
    assert result.execution.status is ExecutionStatus.COMPLETED_WITH_VIOLATIONS
    assert {violation.feature_name for violation in result.execution.violations} == {"age"}
    assert profiles.load(result.profile).rows == 500


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ([], ExecutionStatus.NO_DATA),
        ([rows(at=WINDOW.end)], ExecutionStatus.NO_DATA),
        ([rows(10)], ExecutionStatus.INSUFFICIENT_DATA),
    ],
)
def test_no_rows_and_few_rows_are_states(
    snapshot: Snapshot, source: Sequence[pa.RecordBatch], status: ExecutionStatus
) -> None:
    """Neither is a success, neither is a failure."""
    assert run(snapshot, source).execution.status is status


@pytest.mark.parametrize(
    ("error", "kind", "counts"),
    [
        (TablesError("line 3 is broken"), FailureKind.DAMAGED_DATA, True),
        (TablesLimitError("a billion rows"), FailureKind.REFUSED_DATA, True),
    ],
)
def test_data_that_cannot_be_read_is_a_failure_that_counts(
    snapshot: Snapshot, error: TablesError, kind: FailureKind, counts: bool
) -> None:
    """The reason is kept, and broken data is a violation of its own."""
    found = run(snapshot, error).execution
    assert found.failure is not None
    assert (found.status, found.failure.kind, found.failure.message) == (ExecutionStatus.FAILED, kind, error.message)
    assert found.counts_as_violation is counts


@pytest.mark.parametrize(
    ("error", "event_time", "kind"),
    [
        (TablesUnreachableError("s3://data/x cannot be reached"), "at", FailureKind.UNREACHABLE_DATA),
        (None, "ta", FailureKind.BAD_MONITOR),
    ],
)
def test_a_source_out_of_reach_and_a_wrong_monitor_are_no_drift(
    snapshot: Snapshot, error: TablesError | None, event_time: str, kind: FailureKind
) -> None:
    """Neither says anything about the data, so the alert rule passes them over."""
    watched = monitor(source=Source(uri="traffic", event_time=event_time))
    found = run(snapshot, error or [rows()], watched).execution
    assert found.failure is not None
    assert (found.status, found.failure.kind) == (ExecutionStatus.FAILED, kind)
    assert (found.counts_as_violation, found.is_datapoint) == (False, False)


def test_rows_without_the_times_that_others_have_are_damage(snapshot: Snapshot) -> None:
    """Then the monitor names the right column."""
    found = run(snapshot, [rows(), rows().drop_columns(["at"])]).execution
    assert found.failure is not None
    assert found.failure.kind is FailureKind.DAMAGED_DATA


def test_missing_data_is_a_failure_that_proves_nothing(snapshot: Snapshot) -> None:
    """Nobody knows whether the data is well."""
    found = execute(Job("churn", TIMED, WINDOW), snapshot, MemoryTables({}), NOW).execution
    assert found.failure is not None
    assert (found.failure.kind, found.counts_as_violation) == (FailureKind.MISSING_DATA, False)


@pytest.mark.parametrize("missing", ["profile.json", "constraints.json", "statistics.json"])
def test_a_bad_baseline_is_a_failure(snapshot: Snapshot, missing: str) -> None:
    """A monitor without its baseline never passes; a missing profile is made up for by the statistics."""
    fewer = {path: file for path, file in snapshot.items() if not path.endswith(missing)}
    found = run(fewer, [rows()]).execution
    if missing == "profile.json":
        assert found.status is ExecutionStatus.COMPLETED
    else:
        assert found.failure is not None
        assert found.failure.kind is FailureKind.BAD_BASELINE


class BrokenTables(MemoryTables):
    """Tables with a bug."""

    def batches(self, *arguments: object, **options: object) -> Iterator[pa.RecordBatch]:
        raise ZeroDivisionError("secret value 42")


def test_a_bug_of_ours_stops_no_other_monitor(snapshot: Snapshot) -> None:
    """It is a failure whose record names no data; the report has the trace."""
    result = execute(Job("churn", TIMED, WINDOW), snapshot, BrokenTables({}), NOW)
    assert result.execution.failure is not None
    assert result.execution.failure.kind is FailureKind.OUR_BUG
    assert "42" not in result.execution.failure.message
    assert result.execution.counts_as_violation is False
    assert "test_run.py" in result.trace


def test_rows_without_a_time_are_told(snapshot: Snapshot) -> None:
    """A few are a warning, many a violation, only such rows a failure."""
    undated = rows(300).set_column(2, "at", pa.nulls(300, pa.timestamp("us", tz="UTC")))
    few = run(snapshot, [rows(9700, seed=4), undated]).execution
    assert [w.constraint_check_type for w in few.warnings] == ["event_time_check"]
    assert few.status is ExecutionStatus.COMPLETED
    many = run(snapshot, [rows(500), undated]).execution
    assert "event_time_check" in {v.constraint_check_type for v in many.violations}
    assert many.counts_as_violation
    none = run(snapshot, [undated]).execution
    assert none.status is ExecutionStatus.FAILED
    assert none.counts_as_violation


def test_a_quiet_day_is_no_failure_for_an_old_row_without_a_time(snapshot: Snapshot) -> None:
    """One row of thousands is a remark; of many, some may be the window's own."""
    earlier = rows(9700, at=WINDOW.start - timedelta(days=1))
    undated = rows(600).set_column(2, "at", pa.nulls(600, pa.timestamp("us", tz="UTC")))
    quiet = run(snapshot, [earlier, undated.slice(0, 1)]).execution
    assert (quiet.status, quiet.failure) == (ExecutionStatus.NO_DATA, None)
    assert [w.constraint_check_type for w in quiet.warnings] == ["event_time_check"]
    doubtful = run(snapshot, [earlier, undated]).execution
    assert doubtful.failure is not None
    assert doubtful.failure.message == ("The window has no rows, and 600 of 10,300 rows have no time that can be read.")


# Records


def settle(results: Sequence[Result], ledger: MemoryLedger, now: datetime = NOW) -> list[Result]:
    return record(results, ledger, now)[0]


def test_an_execution_and_its_profile_are_recorded(snapshot: Snapshot) -> None:
    """Two files, one step; raw rows never enter the ledger."""
    ledger = MemoryLedger()
    result = run(snapshot, [rows()])
    settle([result], ledger)
    assert sorted(ledger.stored) == [
        "executions/churn/data-quality/2026-11-20T000000Z.json",
        "profiles/churn/data-quality/2026-11-20T000000Z.json",
    ]
    assert load_all(ledger.stored) == [result.execution]
    assert len(ledger.steps) == 1


def test_running_the_same_window_again_records_nothing(snapshot: Snapshot) -> None:
    """Whenever it is run."""
    ledger = MemoryLedger()
    first = run(snapshot, [rows()])
    settle([first], ledger)
    again = settle([run(snapshot, [rows()], now=NOW + timedelta(days=3))], ledger, NOW + timedelta(days=3))
    assert (again[0].is_new, again[0].execution, len(ledger.steps)) == (False, first.execution, 1)


def test_late_rows_make_a_revision(snapshot: Snapshot) -> None:
    """The first record stays; the second has a path of its own and counts from now on."""
    ledger = MemoryLedger()
    settle([run(snapshot, [rows()])], ledger)
    late = settle([run(snapshot, [rows(), rows(5, seed=7)])], ledger)[0]
    assert (late.is_new, late.execution.revision) == (True, 2)
    assert late.execution.path.endswith("2026-11-20T000000Z.r2.json")
    assert late.execution.profile in ledger.stored
    assert len(load_all(ledger.stored)) == 2
    assert settle([run(snapshot, [rows(), rows(5, seed=7)])], ledger)[0].is_new is False


class RacingLedger(MemoryLedger):
    """Another run records the same window between our reading and our writing."""

    rival: Mapping[str, bytes] = {}

    def append(self, records: Mapping[str, bytes], *, message: str, at: datetime) -> str:
        rival, self.rival = self.rival, {}
        if rival:
            self.stored |= rival
        return super().append(records, message=message, at=at)


def test_of_two_runs_at_the_same_time_one_records(snapshot: Snapshot) -> None:
    """The other finds its own result there already."""
    other = MemoryLedger()
    settle([run(snapshot, [rows()], now=NOW + timedelta(seconds=1))], other)
    ledger = RacingLedger()
    ledger.rival = other.stored
    assert settle([run(snapshot, [rows()])], ledger)[0].is_new is False
    assert len(load_all(ledger.stored)) == 1


def test_a_window_that_is_recorded_already_is_not_recorded_by_this_run(snapshot: Snapshot) -> None:
    """Whether the bytes there are the same or others, and whether they came before or just now."""
    result, later = run(snapshot, [rows()]), run(snapshot, [rows()], now=NOW + timedelta(seconds=1))
    ledger = MemoryLedger()
    assert record_one(result, ledger, NOW).is_new
    for again in (result, later):
        known = record_one(again, ledger, NOW)
        assert (known.is_new, known.execution) == (False, result.execution)
    racing = RacingLedger()
    racing.rival = ledger.stored
    known = record_one(later, racing, NOW)
    assert (known.is_new, known.execution, len(ledger.steps)) == (False, result.execution, 1)


def test_of_two_different_results_the_second_is_a_revision(snapshot: Snapshot) -> None:
    """Nothing is overwritten and nothing is lost."""
    other = MemoryLedger()
    settle([run(snapshot, [rows(seed=5)])], other)
    ledger = RacingLedger()
    ledger.rival = other.stored
    assert settle([run(snapshot, [rows()])], ledger)[0].execution.revision == 2


def test_a_record_that_did_not_reach_the_remote_says_so(snapshot: Snapshot) -> None:
    """It is kept here; trying again would not help."""
    ledger = MemoryLedger(unreachable=True)
    with pytest.raises(LedgerError) as caught:
        settle([run(snapshot, [rows()])], ledger)
    assert caught.value.recorded
    assert len(load_all(ledger.stored)) == 1


def test_the_same_input_gives_the_same_bytes(snapshot: Snapshot) -> None:
    """Same repository, same data, same time."""
    first, second = MemoryLedger(), MemoryLedger()
    for ledger in (first, second):
        settle([run(snapshot, [rows(shift=4)])], ledger)
    assert first.stored == second.stored


def test_the_order_and_cut_of_the_rows_change_nothing(snapshot: Snapshot) -> None:
    """A re-delivered folder with other file sizes is the same window."""
    batch = rows(999)
    order = pa.array(np.random.default_rng(0).permutation(999))
    shuffled = batch.take(order)
    pieces = [shuffled.slice(start, 100) for start in range(0, 999, 100)]
    whole, cut = run(snapshot, [batch]), run(snapshot, pieces)
    assert whole.profile == cut.profile
    assert whole.execution == cut.execution


# Health


def test_the_health_of_every_monitor_is_told() -> None:
    """Also of one that did not run now; owners come from the card, else from the monitor set."""
    sets = [monitor_set(monitor(notify=["oncall"]), monitor(name="other")), monitor_set(name="old", status="archived")]
    found = {health.monitor: health for health in healths(sets, history("VV"), {"churn": ["@card-owners"]})}
    assert sorted(found) == ["data-quality", "other"]
    drifting: MonitorHealth = found["data-quality"]
    assert (drifting.in_alert, drifting.owners, drifting.labels) == (True, ("@card-owners",), ("oncall",))
    assert drifting.card_path == "cards/churn.yaml"
    assert found["other"].in_alert is False
    assert healths(sets, [], {})[0].owners == ("@model-owners",)


def test_a_failed_execution_is_a_broken_checker() -> None:
    """It gets an issue of its own."""
    failed = replace(execution(1, "failed"))
    assert healths([monitor_set()], [*history("."), failed], {})[0].checker_broken == "There is no data at traffic."
