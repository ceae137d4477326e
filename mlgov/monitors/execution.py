"""Executions: one run of a monitor over one window, and the order among several."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import AwareDatetime, PositiveInt

from mlgov.monitors.column_result import ColumnResult
from mlgov.monitors.results import (
    DATA_AT_FAULT,
    ExecutionStatus,
    Failure,
    LabelReport,
    MetricResult,
    Rows,
    SegmentResult,
    Violation,
)
from mlgov.monitors.schedule import Window
from mlgov.names import MonitoringType

FOLDER = "executions"
PROFILE_FOLDER = "profiles"


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of one monitor over one window.

    Attributes:
        model: Name of the model.
        monitor: Name of the monitor.
        monitoring_type: What it watches.
        window_start: Start of the window, included, UTC.
        window_end: End of the window, excluded, UTC.
        executed_at: When it was run, UTC.
        status: How it ended.
        source: Address of the data.
        baseline: Folder of the baseline.
        rows: Rows met.
        columns: What was found, by column.
        violations: Broken constraints and drifted columns.
        warnings: The same for what is only noted.
        failure: Why it failed; None when it did not.
        baseline_digest: Digest of the reference profile; empty when there was none.
        profile: Ledger path of the window's profile; empty when there is none.
        profile_digest: Digest of that profile.
        revision: 1, and one more each time the same window gave another result (late rows, a new baseline).
        metrics: What was found about the model, by metric.
        labels: How rows found their true labels; None for a monitor that needs none.
        segments: What was found about parts of the data.
        note: Why there is no verdict, for people; None when there is one, or a failure says it.
    """

    model: str
    monitor: str
    monitoring_type: MonitoringType
    window_start: AwareDatetime
    window_end: AwareDatetime
    executed_at: AwareDatetime
    status: ExecutionStatus
    source: str
    baseline: str
    rows: Rows = field(default_factory=Rows)
    columns: tuple[ColumnResult, ...] = ()
    violations: tuple[Violation, ...] = ()
    warnings: tuple[Violation, ...] = ()
    failure: Failure | None = None
    baseline_digest: str = ""
    profile: str = ""
    profile_digest: str = ""
    revision: PositiveInt = 1
    metrics: tuple[MetricResult, ...] = ()
    labels: LabelReport | None = None
    segments: tuple[SegmentResult, ...] = ()
    note: str | None = None

    @property
    def window(self) -> Window:
        """The window."""
        return Window(self.window_start, self.window_end)

    @property
    def path(self) -> str:
        """Where the record lies on the ledger."""
        return record_path(FOLDER, self.model, self.monitor, self.window, self.revision)

    @property
    def counts_as_violation(self) -> bool:
        """Whether the alert rule counts it: violations, or data that could not be read though it is there."""
        if self.status is ExecutionStatus.COMPLETED_WITH_VIOLATIONS:
            return True
        return self.failure is not None and self.failure.kind in DATA_AT_FAULT

    @property
    def is_datapoint(self) -> bool:
        """Whether the alert rule looks at it at all: no data and too little data are no evidence either way."""
        return self.status is ExecutionStatus.COMPLETED or self.counts_as_violation


def record_path(folder: str, model: str, monitor: str, window: Window, revision: int = 1) -> str:
    """Give the ledger path of a record about one window."""
    suffix = "" if revision == 1 else f".r{revision}"
    return f"{folder}/{model}/{monitor}/{window.key}{suffix}.json"


def latest(executions: Iterable[Execution]) -> list[Execution]:
    """Keep the last revision of each window, oldest window first."""
    by_window: dict[tuple[str, str, datetime], Execution] = {}
    for execution in sorted(executions, key=lambda e: e.revision):
        by_window[execution.model, execution.monitor, execution.window_end] = execution
    return sorted(by_window.values(), key=lambda e: (e.window_end, e.model, e.monitor))


def by_monitor(executions: Iterable[Execution]) -> dict[tuple[str, str], list[Execution]]:
    """Group executions by model and monitor; within a group the last revisions, oldest window first."""
    groups: dict[tuple[str, str], list[Execution]] = defaultdict(list)
    for execution in latest(executions):
        groups[execution.model, execution.monitor].append(execution)
    return dict(groups)
