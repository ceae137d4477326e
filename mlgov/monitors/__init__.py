"""Monitor sets: what watches a model where it serves.

Nothing here loads numpy, scipy or pyarrow: `mlgov check` imports this package. Profiles, distances and runs are in
modules of their own.
"""

from mlgov.monitors.alerts import CELL_TITLES, Alert, Cell, MonitorState, Outcome, state_of, worst
from mlgov.monitors.column_result import BrokenLimit, ColumnResult, LikelyCause, Slice, SliceKind, StatisticResult
from mlgov.monitors.execution import Execution, by_monitor
from mlgov.monitors.records import load_all
from mlgov.monitors.results import (
    ExecutionStatus,
    Failure,
    FailureKind,
    LabelReport,
    MetricResult,
    Portion,
    Rows,
    SegmentResult,
    Violation,
)
from mlgov.monitors.rules import RULES, check_monitor_set
from mlgov.monitors.schedule import Schedule, Window
from mlgov.monitors.schema import (
    AlertRule,
    Deployment,
    Facet,
    GroundTruth,
    Monitor,
    MonitorSetDocument,
    MonitorSetSpec,
    Segment,
    Source,
    Threshold,
    Thresholds,
)

__all__ = [
    "CELL_TITLES",
    "RULES",
    "Alert",
    "AlertRule",
    "BrokenLimit",
    "Cell",
    "ColumnResult",
    "Deployment",
    "Execution",
    "ExecutionStatus",
    "Facet",
    "Failure",
    "FailureKind",
    "GroundTruth",
    "LabelReport",
    "LikelyCause",
    "MetricResult",
    "Monitor",
    "MonitorSetDocument",
    "MonitorSetSpec",
    "MonitorState",
    "Outcome",
    "Portion",
    "Rows",
    "Schedule",
    "Segment",
    "SegmentResult",
    "Slice",
    "SliceKind",
    "Source",
    "StatisticResult",
    "Threshold",
    "Thresholds",
    "Violation",
    "Window",
    "by_monitor",
    "check_monitor_set",
    "load_all",
    "state_of",
    "worst",
]
