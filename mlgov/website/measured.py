"""What a monitor measured, made ready to be drawn: columns from the worst on, and values over the windows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mlgov.monitors import ColumnResult, Execution, MetricResult, StatisticResult
from mlgov.website.markup import metric as metric_title
from mlgov.website.markup import words
from mlgov.website.plots import Line, gauge, series

#: What people call a statistic; others go by their name.
STATISTICS = {
    "ks": "KS distance",
    "w1_sigma": "Wasserstein",
    "psi": "PSI",
    "js": "JS distance",
    "linf": "L-infinity",
    "null_share": "Missing",
    "unseen_share": "New values",
    "outside_share": "Out of range",
}
#: Verdicts from pressing to mild; what is not here is harmless.
_PRESSING = ("violation", "warning", "insufficient")
#: Shown on every page, however well they are.
AT_LEAST = 6
#: Columns drawn at most: pages stay small however many columns the data has.
AT_MOST = 12
#: Rows of the table of distances.
ROWS = 60


@dataclass(frozen=True, slots=True)
class Measured:
    """A column and the statistic that says most about it.

    Attributes:
        column: What was found.
        statistic: The one nearest to its limit, or beyond it; None when nothing was measured.
        ratio: Its value in units of the limit of a violation; 0 without one.
    """

    column: ColumnResult
    statistic: StatisticResult | None
    ratio: float

    @property
    def title(self) -> str:
        """What people call the statistic."""
        return titled(self.statistic.statistic) if self.statistic else ""

    @property
    def picture(self) -> Markup:
        """The value beside its limits; nothing when there is no limit."""
        found = self.statistic
        if found is None or found.value is None or not found.violate:
            return Markup("")
        return gauge(found.value, found.violate, warn=found.warn, noise=found.noise)

    @property
    def is_pressing(self) -> bool:
        """Whether the column is worth a look before the others."""
        return self.column.verdict in _PRESSING[:2]


@dataclass(frozen=True, slots=True)
class Course:
    """Values over the windows as a picture.

    Attributes:
        title: What it is.
        about: The facet or statistic; may be empty.
        picture: The picture.
        last: The last value; None when the last window has none.
        note: The limit, and the value of the baseline, in words.
        is_share: Whether the values are shares, 0 to 1, that people read as percentages.
    """

    title: str
    about: str
    picture: Markup
    last: float | None
    note: str
    is_share: bool = False


def titled(statistic: str) -> str:
    """Say what people call a statistic."""
    return STATISTICS.get(statistic) or words(statistic)


def ranked(columns: Sequence[ColumnResult]) -> list[Measured]:
    """Order columns from the worst on: by verdict, then by how near they are to their limit."""
    found = [_measured(column) for column in columns]
    return sorted(found, key=lambda each: (_rank(each.column.verdict), -each.ratio, each.column.name))


def _rank(verdict: str) -> int:
    return _PRESSING.index(verdict) if verdict in _PRESSING else len(_PRESSING)


def _measured(column: ColumnResult) -> Measured:
    ratios = [(_ratio(found), found) for found in column.statistics]
    decided = [pair for pair in ratios if pair[1].verdict == column.verdict] or ratios
    ratio, statistic = max(decided, key=lambda pair: pair[0], default=(0.0, None))
    return Measured(column, statistic, ratio)


def _ratio(found: StatisticResult) -> float:
    return found.value / found.violate if found.value is not None and found.violate else 0.0


def drawn(columns: Sequence[ColumnResult]) -> list[Measured]:
    """Choose the columns that are drawn: all that are pressing, and some others, the worst first."""
    found = ranked(columns)
    count = max(AT_LEAST, sum(each.is_pressing for each in found))
    return found[: min(count, AT_MOST)]


def courses_of_columns(history: Sequence[Execution], chosen: Sequence[Measured]) -> Iterator[Course]:
    """Draw the statistic of each chosen column over the windows."""
    known = [{column.name: column for column in execution.columns} for execution in history]
    for each in chosen:
        if each.statistic is None:
            continue
        name, statistic = each.column.name, each.statistic
        values = [_value(columns.get(name), statistic.statistic) for columns in known]
        limits = [("warn", statistic.warn), ("violate", statistic.violate)]
        lines = [Line(limit, kind) for kind, limit in limits if limit is not None]
        top = max([value for value in values if value is not None] + [line.value * 1.1 for line in lines], default=1.0)
        said = f"{titled(statistic.statistic)} of {name} over {_windows(history)}"
        picture = series(values, label=said, lines=lines, span=(0.0, top or 1.0))
        yield Course(name, titled(statistic.statistic), picture, values[-1] if values else None, _limits(limits))


def _value(column: ColumnResult | None, statistic: str) -> float | None:
    return next((found.value for found in column.statistics if found.statistic == statistic), None) if column else None


def _limits(limits: Sequence[tuple[str, float | None]]) -> str:
    told = {"warn": "warns at", "violate": "broken at"}
    return ", ".join(f"{told[kind]} {limit:.4g}" for kind, limit in limits if limit is not None)


def courses_of_metrics(history: Sequence[Execution], *, estimated: bool) -> list[Course]:
    """Draw every metric of the last window that has any over the windows: those with a verdict first."""
    shown = next((e.metrics for e in reversed(history) if _among(e.metrics, estimated)), ())
    chosen = sorted(_among(shown, estimated), key=lambda metric: (_rank(metric.verdict), not metric.verdict))
    return [_course(metric, history) for metric in chosen[:AT_MOST]]


def _among(metrics: Sequence[MetricResult], estimated: bool) -> list[MetricResult]:
    return [metric for metric in metrics if metric.is_estimate is estimated]


def _course(metric: MetricResult, history: Sequence[Execution]) -> Course:
    found = [_same(execution.metrics, metric) for execution in history]
    values = [each.value if each else None for each in found]
    band = [
        (each.lower, each.upper) if each and each.lower is not None and each.upper is not None else None
        for each in found
    ]
    limits = [value for value in (metric.threshold, metric.lowest, metric.highest) if value is not None]
    lines = [Line(value, "violate") for value in limits]
    lines += [Line(metric.baseline, "baseline")] if metric.baseline is not None else []
    title = metric_title(metric.name)
    said = f"{'Estimate of ' if metric.is_estimate else ''}{title} over {_windows(history)}"
    picture = series(values, label=said, lines=lines, band=band, estimated=metric.is_estimate)
    notes = [f"baseline {metric.baseline:.4g}" if metric.baseline is not None else "", metric.limit]
    note = ", ".join(filter(None, notes)) if any(value is not None for value in values) else metric.sentence
    return Course(title, metric.about or "", picture, values[-1], note)


def _same(metrics: Sequence[MetricResult], wanted: MetricResult) -> MetricResult | None:
    key = (wanted.name, wanted.about, wanted.is_estimate)
    return next((each for each in metrics if (each.name, each.about, each.is_estimate) == key), None)


def course_of_labels(history: Sequence[Execution]) -> Course | None:
    """Draw which share of the rows had a label; None when no window waits for labels."""
    shares = [e.labels.coverage if e.labels and e.labels.rows else None for e in history]
    if not any(share is not None for share in shares):
        return None
    picture = series(shares, label=f"Share of rows with a label over {_windows(history)}", span=(0.0, 1.0))
    return Course("Rows with a label", "", picture, shares[-1], "", is_share=True)


def _windows(history: Sequence[Execution]) -> str:
    return "1 window" if len(history) == 1 else f"{len(history)} windows"
