"""Executions: what one run of a monitor over one window found, as a value and as a record of the ledger."""

import dataclasses
import functools
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, FiniteFloat, PositiveInt, TypeAdapter, ValidationError

from mlgov.errors import LedgerError
from mlgov.lifecycle import bytes_digest
from mlgov.monitors.column_result import ColumnResult
from mlgov.monitors.schedule import Window
from mlgov.names import MonitoringType

FOLDER = "executions"
PROFILE_FOLDER = "profiles"
FORMAT = "mlgov/execution/v1"


class ExecutionStatus(StrEnum):
    """How an execution ended."""

    COMPLETED = "completed"
    COMPLETED_WITH_VIOLATIONS = "completed_with_violations"
    INSUFFICIENT_DATA = "insufficient_data"
    NO_DATA = "no_data"
    NO_GROUND_TRUTH = "no_ground_truth"
    FAILED = "failed"


class FailureKind(StrEnum):
    """Why an execution failed."""

    MISSING_DATA = "missing_data"
    UNREACHABLE_DATA = "unreachable_data"
    DAMAGED_DATA = "damaged_data"
    REFUSED_DATA = "refused_data"
    BAD_BASELINE = "bad_baseline"
    BAD_MONITOR = "bad_monitor"
    OUR_BUG = "our_bug"


#: The data is there but must not or cannot be read. That is the data's fault, so it counts as a violation:
#: otherwise flooding a monitor with broken files would silence it.
DATA_AT_FAULT = frozenset({FailureKind.DAMAGED_DATA, FailureKind.REFUSED_DATA})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an execution could not judge.

    Attributes:
        kind: The sort of reason.
        message: What went wrong, for people.
    """

    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True)
class Portion:
    """What a part of the whole is on both sides.

    Attributes:
        label: The part, for instance a feature.
        reference: Its share in the baseline, 0 to 1.
        current: Its share in the window, 0 to 1.
    """

    label: str
    reference: FiniteFloat
    current: FiniteFloat


@dataclass(frozen=True, slots=True)
class MetricResult:
    """One metric of a model.

    Attributes:
        name: Its name, as in the constraints.
        value: Its value; None when it is not defined here.
        verdict: ok, warning, insufficient, violation or not_compared; empty when it is only shown.
        sentence: What was found, for people; empty when there is nothing to say.
        about: What it is about, for instance ``sex: F`` for a facet; None for the model as a whole.
        is_estimate: Whether it was estimated without labels.
        standard_error: Standard error of the value; None when not known.
        lower: Lower end of the 95% confidence interval.
        upper: Its upper end.
        baseline: The value in the baseline.
        threshold: The limit that the value was held against.
        operator: LessThanThreshold or GreaterThanThreshold: which side of the limit is wrong.
        count: Rows that the value rests on.
        lowest: Smallest allowed value, for a metric that has a range; None for no limit.
        highest: Largest allowed value.
        portions: What it is made of, largest change first, for attributions that moved: share of each feature.
    """

    name: str
    value: FiniteFloat | None = None
    verdict: str = ""
    sentence: str = ""
    about: str | None = None
    is_estimate: bool = False
    standard_error: FiniteFloat | None = None
    lower: FiniteFloat | None = None
    upper: FiniteFloat | None = None
    baseline: FiniteFloat | None = None
    threshold: FiniteFloat | None = None
    operator: str | None = None
    count: int = 0
    lowest: FiniteFloat | None = None
    highest: FiniteFloat | None = None
    portions: tuple[Portion, ...] = ()

    @property
    def limit(self) -> str:
        """What is allowed, for people; empty when there is no limit."""
        if self.threshold is not None:
            return f"{'at least' if self.operator == 'LessThanThreshold' else 'at most'} {self.threshold:.4g}"
        if self.lowest is not None and self.highest is not None:
            return f"{self.lowest:.4g} to {self.highest:.4g}"
        if self.lowest is not None:
            return f"at least {self.lowest:.4g}"
        return f"at most {self.highest:.4g}" if self.highest is not None else ""


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken constraint, with the keys of Model Monitor's constraint_violations.json.

    Attributes:
        feature_name: The column, or the metric of a model.
        constraint_check_type: What was checked.
        description: What was found.
        segment: The part of the data, as in ``region: north``; None for the data as a whole.
        about: The facet or label that a metric is about, as in ``sex: F``; None when it is about the model.
    """

    feature_name: str
    constraint_check_type: str
    description: str
    segment: str | None = None
    about: str | None = None

    @property
    def place(self) -> str:
        """Where it was found: column or metric, and the facet and segment in brackets; empty for the whole data."""
        within = ", ".join(part for part in (self.about, self.segment) if part)
        return f"{self.feature_name or 'whole data'} ({within})" if within else self.feature_name


@dataclass(frozen=True, slots=True)
class LabelReport:
    """How the rows of a window found their true labels.

    Attributes:
        data_start: Where the rows start, included, UTC: the window moved back by the offsets.
        data_end: Where they end, excluded, UTC.
        rows: Rows in that time.
        labelled: Rows with a label.
        unknown_ids: Labels whose id no row of the source has.
        duplicate_ids: Labels that a later one about the same id has replaced.
        repeated_rows: Rows whose id another row of the same time has, too.
        delay_minutes: Time from answer to label at 50%, 90% and 100% of the labelled rows; empty when not known.
    """

    data_start: AwareDatetime
    data_end: AwareDatetime
    rows: int = 0
    labelled: int = 0
    unknown_ids: int = 0
    duplicate_ids: int = 0
    repeated_rows: int = 0
    delay_minutes: tuple[int, ...] = ()

    @property
    def coverage(self) -> float:
        """Share of the rows that have a label, 0 to 1; 0 without rows."""
        return self.labelled / self.rows if self.rows else 0.0

    @property
    def sentence(self) -> str:
        """What is worth knowing about the labels, for people."""
        said = f"{self.labelled:,} of {self.rows:,} rows have their true label ({self.coverage:.1%})"
        if self.delay_minutes:
            half, most, last = (_delay(minutes) for minutes in self.delay_minutes)
            said += f"; half of those came within {half}, 90% within {most}, the last after {last}"
        odd = {"duplicate": self.duplicate_ids, "unknown": self.unknown_ids}
        counted = [f"{count:,} {what}" for what, count in odd.items() if count]
        said += f"; {' and '.join(counted)} ids among the labels" if counted else ""
        return said + (f"; {self.repeated_rows:,} rows repeat an id" if self.repeated_rows else "") + "."


def _delay(minutes: int) -> str:
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes / 60:.0f} h" if minutes < 72 * 60 else f"{minutes / 1440:.0f} days"


@dataclass(frozen=True, slots=True)
class SegmentResult:
    """What was found about a part of the data.

    Attributes:
        column: The column that makes the part.
        value: Its value there.
        rows: Rows of the part.
        status: How it ended, as for the whole.
        sentence: Why there is no verdict; empty when there is one.
        columns: What was found, by column.
        metrics: What was found, by metric.
    """

    column: str
    value: str
    rows: int
    status: ExecutionStatus
    sentence: str = ""
    columns: tuple[ColumnResult, ...] = ()
    metrics: tuple[MetricResult, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.column}: {self.value}"


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows an execution met.

    Attributes:
        read: Rows that were read, up to the end of the window: what came later changes nothing here.
        judged: Rows in the window.
        outside: Rows before the window.
        undated: Rows whose event time is missing or cannot be read.
    """

    read: int = 0
    judged: int = 0
    outside: int = 0
    undated: int = 0


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
    rows: Rows = Rows()
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

    @property
    def result_digest(self) -> str:
        """Digest of what was found, whenever it was run and however it is explained.

        Equal results are the same record. What lies around the window is no part of it: a source grows, and a label
        without a row is about no window.
        """
        rows = dataclasses.replace(self.rows, read=0, outside=0)
        labels = dataclasses.replace(self.labels, unknown_ids=0) if self.labels else None
        found = dataclasses.replace(self, executed_at=self.window_end, revision=1, profile="", rows=rows, labels=labels)
        return bytes_digest(render(_unexplained(found)))


@functools.cache
def _adapter() -> TypeAdapter[Execution]:
    return TypeAdapter(Execution)  # costs milliseconds, and `mlgov check` needs none


def _short(metric: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a metric does not say."""
    return {name: value for name, value in metric.items() if value is not False and value not in ("", [])}


#: What records did not have at first. Left out when empty, so that a window found again has the bytes it had then.
_LATER = ("metrics", "segments")
_LATER_OF_COLUMNS = ("causes", "distribution", "limits")


def _unexplained(execution: Execution) -> Execution:
    """Take off what only explains: it follows from profiles, and a later version may explain better."""

    def bare(columns: Iterable[ColumnResult]) -> tuple[ColumnResult, ...]:
        return tuple(dataclasses.replace(column, causes=(), distribution=(), limits=()) for column in columns)

    def plain(metrics: Iterable[MetricResult]) -> tuple[MetricResult, ...]:
        return tuple(dataclasses.replace(metric, portions=()) for metric in metrics)

    segments = tuple(
        dataclasses.replace(each, columns=bare(each.columns), metrics=plain(each.metrics))
        for each in execution.segments
    )
    columns, metrics = bare(execution.columns), plain(execution.metrics)
    return dataclasses.replace(execution, columns=columns, metrics=metrics, segments=segments)


def record_path(folder: str, model: str, monitor: str, window: Window, revision: int = 1) -> str:
    """Give the ledger path of a record about one window."""
    suffix = "" if revision == 1 else f".r{revision}"
    return f"{folder}/{model}/{monitor}/{window.key}{suffix}.json"


def render(execution: Execution) -> bytes:
    """Write an execution as the JSON of its record: sorted keys, no NaN, one line per value, nothing that is None."""
    value: dict[str, Any] = {"format": FORMAT, **_adapter().dump_python(execution, mode="json", exclude_none=True)}
    for name in _LATER:
        if not value[name]:
            del value[name]
    for found in (value, *value.get("segments", ())):
        if found.get("metrics"):
            found["metrics"] = [_short(metric) for metric in found["metrics"]]
        for column in found["columns"]:
            for name in _LATER_OF_COLUMNS:
                if not column[name]:
                    del column[name]
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def load(data: bytes, path: str) -> Execution:
    """Read a record.

    Raises:
        LedgerError: It is damaged or of another format, or about something else than its path says.
    """
    try:
        value = json.loads(data)
        if not isinstance(value, dict) or value.pop("format", None) != FORMAT:
            raise LedgerError(f"{path} is no record of an execution.", hint=f"Its format should be {FORMAT}.")
        execution = _adapter().validate_python(value, strict=False)
        if trouble := _contradiction(execution, path):
            raise ValueError(trouble)
        return execution
    except (ValueError, OverflowError, RecursionError, ValidationError) as error:
        raise LedgerError(f"The record {path} is damaged: {error}") from None


def _contradiction(execution: Execution, path: str) -> str:
    """Say why a record cannot be what its path says; empty when it can."""
    moments = (execution.window_start, execution.window_end, execution.executed_at)
    if any(moment.utcoffset() for moment in moments):
        return "its times should be UTC."
    if execution.window_start >= execution.window_end:
        return "its window ends before it starts."
    # Part by part: a slash in a name could make the path of another model's record.
    if [FOLDER, execution.model, execution.monitor] != path.split("/")[:-1] or execution.path != path:
        return f"it is about {execution.model}/{execution.monitor} {execution.window} r{execution.revision}."
    return ""


def load_all(records: Mapping[str, bytes]) -> list[Execution]:
    """Read all executions among ledger records, in the order of their paths. Raises LedgerError."""
    return [load(data, path) for path, data in records.items() if path.startswith(f"{FOLDER}/")]


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
