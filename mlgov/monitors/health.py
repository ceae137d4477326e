"""How a monitor is doing, as the planner of issues needs to know it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from mlgov.monitors.alerts import alert_of
from mlgov.monitors.execution import Execution, latest
from mlgov.monitors.reasons import Reason, reasons_of
from mlgov.monitors.results import ExecutionStatus, Violation
from mlgov.monitors.schema import Monitor
from mlgov.names import MONITORING_TITLES, is_name

#: The end of the window and the revision, in the path of a record.
_EXECUTION = re.compile(r"/(\d{4}-\d\d-\d\dT\d{6})Z(?:\.r(\d{1,6}))?\.json\Z")


@dataclass(frozen=True, slots=True)
class MonitorHealth:
    """The state of one monitor after its last execution.

    Attributes:
        model: Name of the model.
        monitor: Name of the monitor, unique for the model.
        title: What people call the monitor.
        in_alert: Whether enough of the last executions found violations.
        violations: What the last verdict found; empty when it was a pass.
        consecutive_passes: How often in a row the monitor really passed up to now. Executions without a verdict
            (skipped, no data, too little data, failed) do not count.
        needed_passes: Passes in a row that close an issue, at least 1.
        checker_broken: Why the monitor itself could not come to a verdict although it should have; empty when it
            could. An execution without enough data changes nothing here.
        hook_trouble: Which hooks of this alert failed and why, a line each; empty when none did.
        owners: Who answers for the model, as forge handles with a leading ``@``.
        labels: Labels that a new issue gets besides mlgov's own.
        card_path: Path of the model card in the repository.
        execution_id: Id of the last execution.
        reasons: Why each violation is one, the worst first.

    Raises:
        ValueError: The model or the monitor has no legal name, or ``needed_passes`` is below 1.
    """

    model: str
    monitor: str
    title: str
    in_alert: bool
    violations: tuple[Violation, ...] = ()
    consecutive_passes: int = 0
    needed_passes: int = 1
    checker_broken: str = ""
    hook_trouble: str = ""
    owners: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    card_path: str = ""
    execution_id: str = ""
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        for name in (self.model, self.monitor):
            if not is_name(name):
                raise ValueError(f"{name!r} is not a legal name")
        if self.needed_passes < 1:
            raise ValueError("needed_passes must be at least 1")

    @property
    def seen(self) -> str:
        """The last execution as digits, ``end of its window,revision``: what is known later compares as larger."""
        found = _EXECUTION.search(self.execution_id)
        return f"{re.sub('[^0-9]', '', found[1])},{found[2] or 1}" if found else ""

    @property
    def has_recovered(self) -> bool:
        """Whether the monitor ran, passed often enough and is sure of it."""
        return not self.in_alert and not self.checker_broken and self.consecutive_passes >= self.needed_passes


def health_of(
    model: str, monitor: Monitor, executions: Iterable[Execution], *, owners: Iterable[str] = (), card_path: str = ""
) -> MonitorHealth:
    """Tell from its executions how a monitor is doing.

    As many passes in a row close an issue as violations are needed to raise an alert.

    Args:
        model: Name of the model.
        monitor: The monitor as declared.
        executions: Its executions, in any order; older revisions of a window are passed over.
        owners: Who answers for the model.
        card_path: Path of the model card.
    """
    newest_first = latest(executions)[::-1]
    verdicts = [execution for execution in newest_first if execution.is_datapoint]
    passes = list(takewhile(lambda execution: not execution.counts_as_violation, verdicts))
    return MonitorHealth(
        model=model,
        monitor=monitor.name,
        title=_title(monitor),
        in_alert=alert_of(newest_first[::-1], monitor.alert).since is not None,
        violations=_found(verdicts[0]) if verdicts else (),
        consecutive_passes=len(passes),
        needed_passes=monitor.alert.datapoints_to_alert,
        checker_broken=_broken(newest_first),
        owners=tuple(owners),
        labels=tuple(monitor.notify),
        card_path=card_path,
        execution_id=newest_first[0].path if newest_first else "",
        reasons=_reasons(verdicts, newest_first),
    )


def _title(monitor: Monitor) -> str:
    title = MONITORING_TITLES[monitor.monitoring_type]
    says_it_all = monitor.name == monitor.monitoring_type.replace("_", "-")
    return title if says_it_all else f"{title} ({monitor.name})"


def _found(execution: Execution) -> tuple[Violation, ...]:
    if execution.failure is None:
        return execution.violations
    return (Violation("", execution.failure.kind, execution.failure.message), *execution.violations)


def _reasons(verdicts: Sequence[Execution], newest_first: Sequence[Execution]) -> tuple[Reason, ...]:
    """Explain what the last verdict found, with the executions before it as history."""
    found = reasons_of(verdicts[0], newest_first) if verdicts else []
    return tuple(reason for reason in found if reason.verdict == "violation")


def _broken(newest_first: Iterable[Execution]) -> str:
    tried = (e for e in newest_first if e.is_datapoint or e.status is ExecutionStatus.FAILED)
    last = next(tried, None)
    if last is None or last.is_datapoint:
        return ""
    return last.failure.message if last.failure else "The execution failed without saying why."
