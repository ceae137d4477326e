"""What an execution found about one column: numbers, both distributions, and what may have happened."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import FiniteFloat


@dataclass(frozen=True, slots=True)
class StatisticResult:
    """One statistic of one column.

    Attributes:
        statistic: Its name, as in the thresholds of the schema.
        value: Its point value; None when it is not defined here.
        verdict: ok, warning, insufficient or violation when it decided on the column; else empty.
        warn: Limit of a warning.
        violate: Limit of a violation.
        lower: What the value is at least, noise taken off; None when not known.
        noise: 99 % quantile of the value when nothing has changed.
        p_value: Probability of so large a value by chance; None when there is no test.
        p_adjusted: The same after correction for the number of columns.
        reference_count: Rows of the baseline behind it.
        current_count: Rows of the window behind it.
    """

    statistic: str
    value: FiniteFloat | None = None
    verdict: str = ""
    warn: FiniteFloat | None = None
    violate: FiniteFloat | None = None
    lower: FiniteFloat | None = None
    noise: FiniteFloat | None = None
    p_value: FiniteFloat | None = None
    p_adjusted: FiniteFloat | None = None
    reference_count: int = 0
    current_count: int = 0


@dataclass(frozen=True, slots=True)
class LikelyCause:
    """What may have happened to a column: a lead, not a verdict.

    Attributes:
        kind: null_surge, unit_change, new_categories, … as `mlgov.monitors.causes.CauseKind` has them.
        sentence: The same for people.
    """

    kind: str
    sentence: str


class SliceKind(StrEnum):
    """What the rows of a slice have in common."""

    RANGE = "range"
    VALUE = "value"
    NEW_VALUE = "new_value"
    BELOW = "below"
    ABOVE = "above"
    INFINITE = "infinite"
    OTHER = "other"
    NEW = "new"
    WRONG_TYPE = "wrong_type"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a column's rows, on both sides. The slices of a column have every row once.

    Attributes:
        kind: A range of numbers, one value, values that the baseline does not know, no value, …
        label: The range, the value itself or, for the other kinds, words for people.
        reference: Rows of the baseline.
        current: Rows of the window.
    """

    kind: SliceKind
    label: str
    reference: int
    current: int


@dataclass(frozen=True, slots=True)
class BrokenLimit:
    """A constraint that a column breaks, in numbers.

    Attributes:
        check: Model Monitor's name of the check.
        value: Share of the rows that are wrong (0 to 1), or the distance, or the p-value.
        limit: The largest value that is allowed; for a p-value the smallest.
        what: What is counted, as in "share of rows that have no value".
    """

    check: str
    value: FiniteFloat
    limit: FiniteFloat
    what: str


@dataclass(frozen=True, slots=True)
class ColumnResult:
    """What was found about one column.

    Attributes:
        name: The column.
        kind: numeric, categorical, … as the profile calls it; empty for a column that one side does not have.
        verdict: The worst of its statistics and constraints.
        sentence: What was found, for people.
        statistics: The numbers.
        causes: What may have happened, the most telling first; only for a violation or a warning.
        distribution: Both distributions side by side; only for a violation or a warning.
        limits: The constraints that are broken, in numbers.
    """

    name: str
    kind: str
    verdict: str
    sentence: str
    statistics: tuple[StatisticResult, ...] = ()
    causes: tuple[LikelyCause, ...] = ()
    distribution: tuple[Slice, ...] = ()
    limits: tuple[BrokenLimit, ...] = ()

    @property
    def decided(self) -> StatisticResult | None:
        """The statistic that decided on the column; None when a hard rule did."""
        return next((statistic for statistic in self.statistics if statistic.verdict), None)

    @property
    def shares(self) -> list[tuple[str, float, float]]:
        """Label, share of the baseline's rows and share of the window's rows (0 to 1) of each slice."""
        n, m = (sum(getattr(each, side) for each in self.distribution) or 1 for side in ("reference", "current"))
        return [(each.label, each.reference / n, each.current / m) for each in self.distribution]
