"""From executions to the health of a monitor."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from mlgov.monitors.execution import Execution
from mlgov.monitors.health import MonitorHealth, health_of
from mlgov.monitors.results import ExecutionStatus, Failure, FailureKind, Violation
from mlgov.monitors.schema import AlertRule, Monitor, Source
from mlgov.names import MonitoringType

START = datetime(2026, 6, 1, tzinfo=UTC)
AGE = Violation("age", "baseline_drift_check", "0.31 is over 0.2")
MONITOR = Monitor(
    name="data-quality",
    monitoring_type=MonitoringType.DATA_QUALITY,
    source=Source.model_validate({"uri": "traffic/churn.csv"}),
    baseline="baselines/churn/data-quality",
    alert=AlertRule(datapoints_to_alert=2, evaluation_period=3),
    notify=["on-call"],
)
P, V = ExecutionStatus.COMPLETED, ExecutionStatus.COMPLETED_WITH_VIOLATIONS
NO_DATA, FEW, F = ExecutionStatus.NO_DATA, ExecutionStatus.INSUFFICIENT_DATA, ExecutionStatus.FAILED


def execution(hour: int, status: ExecutionStatus, kind: FailureKind = FailureKind.BAD_BASELINE) -> Execution:
    return Execution(
        model="churn",
        monitor="data-quality",
        monitoring_type=MonitoringType.DATA_QUALITY,
        window_start=START + timedelta(hours=hour),
        window_end=START + timedelta(hours=hour + 1),
        executed_at=START + timedelta(hours=hour + 1),
        status=status,
        source="traffic/churn.csv",
        baseline="baselines/churn/data-quality",
        violations=(AGE,) if status is V else (),
        failure=Failure(kind, "no profile.json") if status is F else None,
    )


def health(statuses: Sequence[ExecutionStatus], kind: FailureKind = FailureKind.BAD_BASELINE) -> MonitorHealth:
    executions = [execution(hour, status, kind) for hour, status in enumerate(statuses)]
    return health_of("churn", MONITOR, reversed(executions), owners=["@a"], card_path="cards/churn.yaml")


def test_a_monitor_that_never_ran_is_neither_well_nor_in_alert() -> None:
    """Nothing is known, so nothing is closed and nothing is opened."""
    never = health([])
    assert not never.in_alert
    assert not never.has_recovered
    assert never.execution_id == ""


@pytest.mark.parametrize(
    ("statuses", "in_alert", "passes", "recovered"),
    [
        ([V], False, 0, False),
        ([V, V], True, 0, False),
        ([V, V, P], True, 1, False),
        ([V, V, P, P], False, 2, True),
        ([V, V, P, NO_DATA, FEW], True, 1, False),
        ([V, V, P, NO_DATA, P], False, 2, True),
        ([P, P], False, 2, True),
        ([P, P, V], False, 0, False),
        ([P, P, F], False, 2, False),
    ],
)
def test_passes_are_counted_and_gaps_are_not(
    statuses: list[ExecutionStatus], in_alert: bool, passes: int, recovered: bool
) -> None:
    """Two passes close what two violations opened; executions without a verdict neither count nor interrupt."""
    found = health(statuses)
    assert (found.in_alert, found.consecutive_passes, found.has_recovered) == (in_alert, passes, recovered)
    assert found.needed_passes == 2


def test_the_last_verdict_tells_what_is_broken() -> None:
    """Too little data afterwards does not hide it."""
    assert health([V, V, FEW]).violations == (AGE,)
    assert health([V, V, P]).violations == ()


@pytest.mark.parametrize(
    ("statuses", "reason"), [([F], "no profile.json"), ([F, P], ""), ([F, NO_DATA], "no profile.json"), ([P, V], "")]
)
def test_a_checker_is_broken_until_it_comes_to_a_verdict(statuses: list[ExecutionStatus], reason: str) -> None:
    """Too little data proves nothing about the checker."""
    assert health(statuses).checker_broken == reason


def test_damaged_data_is_a_violation_and_no_broken_checker() -> None:
    """Who floods a monitor with broken files does not silence it."""
    found = health([F, F], FailureKind.DAMAGED_DATA)
    assert found.in_alert
    assert found.checker_broken == ""
    assert found.violations == (Violation("", "damaged_data", "no profile.json"),)


def test_the_rest_is_taken_over() -> None:
    """Title, owners, labels, card and execution come from the monitor and its card."""
    found = health([P, V])
    assert found.title == "Data quality"
    assert (found.owners, found.labels, found.card_path) == (("@a",), ("on-call",), "cards/churn.yaml")
    assert found.execution_id == execution(1, V).path


def test_a_monitor_with_a_name_of_its_own_is_called_by_it() -> None:
    """Two monitors of one type can be told apart."""
    assert health_of("churn", MONITOR.model_copy(update={"name": "night"}), []).title == "Data quality (night)"


@pytest.mark.parametrize("name", ["", "Upper", "a b", "x -->", "con"])
def test_only_legal_names_make_markers(name: str) -> None:
    """Hidden lines hold names, so names are checked."""
    with pytest.raises(ValueError, match="legal name"):
        MonitorHealth(model=name, monitor="data-quality", title="", in_alert=False)
