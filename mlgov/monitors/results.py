"""What an execution found, part by part: how it ended, metrics, violations, labels, segments and rows."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import AwareDatetime, FiniteFloat

from mlgov.monitors.column_result import ColumnResult


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
