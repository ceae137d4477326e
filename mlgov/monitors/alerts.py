"""Alerts: m of the last n executions with violations, and the state of a monitor that people look at."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mlgov.monitors import schedule
from mlgov.monitors.execution import Execution, latest
from mlgov.monitors.results import ExecutionStatus
from mlgov.monitors.schema import AlertRule, Monitor
from mlgov.names import MonitoringType

RECENT = 30
#: Windows that a monitor's own page goes back.
HISTORY = 60


class Cell(StrEnum):
    """The state of a monitor in one word, as the dashboard shows it. From harmless to pressing."""

    NONE = "none"
    INACTIVE = "inactive"
    OK = "ok"
    PENDING = "pending"
    INSUFFICIENT = "insufficient"
    NO_DATA = "no_data"
    NO_GROUND_TRUTH = "no_ground_truth"
    MISSING = "missing"
    STALE = "stale"
    FAILED = "failed"
    IN_ALERT = "in_alert"


#: What people read for each cell.
CELL_TITLES = {
    Cell.NONE: "None",
    Cell.INACTIVE: "Inactive",
    Cell.OK: "OK",
    Cell.PENDING: "Not run yet",
    Cell.INSUFFICIENT: "Insufficient data",
    Cell.NO_DATA: "No data",
    Cell.NO_GROUND_TRUTH: "No ground truth",
    Cell.MISSING: "Missing",
    Cell.STALE: "Stale",
    Cell.FAILED: "Failed",
    Cell.IN_ALERT: "In alert",
}

_CELL_OF_STATUS = {
    ExecutionStatus.INSUFFICIENT_DATA: Cell.INSUFFICIENT,
    ExecutionStatus.NO_DATA: Cell.NO_DATA,
    ExecutionStatus.NO_GROUND_TRUTH: Cell.NO_GROUND_TRUTH,
    ExecutionStatus.FAILED: Cell.FAILED,
}


@dataclass(frozen=True, slots=True)
class Alert:
    """The alert of a monitor.

    Attributes:
        since: End of the window that raised it; None when there is no alert.
        violation_count: Executions with violations among those looked at.
        datapoint_count: Executions looked at, at most the evaluation period.
        needed_count: Executions with violations that raise an alert.
        last_violated: The last execution with violations among those looked at; None when there is none.
    """

    since: datetime | None = None
    violation_count: int = 0
    datapoint_count: int = 0
    needed_count: int = 0
    last_violated: Execution | None = None

    @property
    def nearness(self) -> str:
        """How near an alert is, as in ``1 of 2 bad windows to an alert``; nothing when far from one or in one."""
        if self.since or not self.violation_count:
            return ""
        return f"{self.violation_count} of {self.needed_count} bad windows to an alert"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one window ended.

    Attributes:
        window_end: End of the window, UTC.
        status: How it ended.
        violation_count: Violations found.
    """

    window_end: datetime
    status: ExecutionStatus
    violation_count: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A window that raised an alert or ended one.

    Attributes:
        at: Its end, UTC.
        raised: Whether it raised the alert; else it ended it.
    """

    at: datetime
    raised: bool


@dataclass(frozen=True, slots=True)
class MonitorState:
    """The state of a monitor at one time.

    Attributes:
        monitor: Its name; empty for a monitor that is missing.
        monitoring_type: What it watches.
        cell: The state in one word.
        since: Since when the cell says so: the window that raised the alert, the last window of a stale monitor, or
            the first window in a row of a failed, insufficient or empty one. None for the other cells.
        alert: The alert rule's view.
        is_stale: Whether executions are overdue, whatever the cell says.
        last: The last execution; None before the first.
        recent: The last outcomes, at most 30, oldest first.
        history: The last executions themselves, at most 60, oldest first. Two states are equal without a look at them.
        turns: The windows that raised or ended an alert, oldest first, however long ago.
    """

    monitor: str
    monitoring_type: MonitoringType
    cell: Cell
    since: datetime | None
    alert: Alert
    is_stale: bool
    last: Execution | None
    recent: tuple[Outcome, ...]
    history: tuple[Execution, ...] = field(default=(), compare=False, repr=False)
    turns: tuple[Turn, ...] = field(default=(), repr=False)


def alert_flags(violated: Sequence[bool], rule: AlertRule) -> list[bool]:
    """Say after each execution whether the monitor is in alert.

    In alert when, among the last ``evaluation_period`` executions so far, at least ``datapoints_to_alert`` had
    violations; that may be before ``evaluation_period`` executions exist. The rule of SageMaker's dashboard.

    Args:
        violated: Whether each execution had violations, oldest first.
        rule: m and n.
    """
    looked_at = (violated[max(0, end - rule.evaluation_period) : end] for end in range(1, len(violated) + 1))
    return [sum(flags) >= rule.datapoints_to_alert for flags in looked_at]


def alert_of(executions: Sequence[Execution], rule: AlertRule) -> Alert:
    """Judge the alert from executions of one monitor, oldest first.

    Executions without data, with too little data or that failed for other reasons than the data are passed over:
    they neither raise an alert nor end one.
    """
    points = [execution for execution in executions if execution.is_datapoint]
    last = points[-rule.evaluation_period :]
    violated = [point for point in last if point.counts_as_violation]
    since: datetime | None = None
    for point, in_alert in zip(points, alert_flags([p.counts_as_violation for p in points], rule), strict=True):
        since = (since or point.window_end) if in_alert else None
    return Alert(since, len(violated), len(last), rule.datapoints_to_alert, violated[-1] if violated else None)


def _turns(executions: Sequence[Execution], rule: AlertRule) -> Iterator[Turn]:
    """Say when the alert was raised and when it ended, oldest first."""
    points = [execution for execution in executions if execution.is_datapoint]
    flags = alert_flags([point.counts_as_violation for point in points], rule)
    for point, before, in_alert in zip(points, [False, *flags], flags, strict=False):
        if before != in_alert:
            yield Turn(point.window_end, in_alert)


def state_of(
    monitor: Monitor, executions: Iterable[Execution], now: datetime, *, grace_periods: float = 2.0
) -> MonitorState:
    """Say how a monitor is.

    Args:
        monitor: The monitor as declared.
        executions: Its executions, in any order; older revisions of a window are passed over.
        now: The present time, aware.
        grace_periods: Schedule periods without an execution after which it is stale.
    """
    history = [execution for execution in latest(executions) if execution.window_end <= now]
    alert = alert_of(history, monitor.alert)
    last = history[-1] if history else None
    is_stale = monitor.enabled and last is not None and _overdue(monitor, last, now, grace_periods)
    cell = _cell(monitor, alert, last, is_stale=is_stale)
    recent = tuple(Outcome(e.window_end, e.status, len(e.violations)) for e in history[-RECENT:])
    since = _since(cell, alert, history)
    kept, turns = tuple(history[-HISTORY:]), tuple(_turns(history, monitor.alert))
    return MonitorState(monitor.name, monitor.monitoring_type, cell, since, alert, is_stale, last, recent, kept, turns)


def worst(states: Iterable[MonitorState]) -> MonitorState | None:
    """Give the most pressing of several states, of equals the nearest to an alert; None when there are none."""
    order = list(Cell)
    return max(states, key=lambda state: (order.index(state.cell), state.alert.violation_count), default=None)


def _overdue(monitor: Monitor, last: Execution, now: datetime, grace_periods: float) -> bool:
    try:
        period = schedule.parse(monitor.schedule).longest_period
    except ValueError:
        return False  # a bad schedule is a finding of its own
    return now > last.window_end + grace_periods * period


def _cell(monitor: Monitor, alert: Alert, last: Execution | None, *, is_stale: bool) -> Cell:
    if not monitor.enabled:
        return Cell.INACTIVE
    if alert.since:
        return Cell.IN_ALERT
    if last is None:
        return Cell.PENDING
    return Cell.STALE if is_stale else _CELL_OF_STATUS.get(last.status, Cell.OK)


def _since(cell: Cell, alert: Alert, history: Sequence[Execution]) -> datetime | None:
    if cell is Cell.IN_ALERT:
        return alert.since
    if cell is Cell.STALE:
        return history[-1].window_end
    alike = list(itertools.takewhile(lambda e: _CELL_OF_STATUS.get(e.status) is cell, reversed(history)))
    return alike[-1].window_end if alike and cell not in (Cell.OK, Cell.INACTIVE) else None
