"""Evaluation results made ready for the page: one view per metric type, and verdicts on acceptance criteria."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mlgov.cards import (
    BarChartMetric,
    BooleanMetric,
    CardDocument,
    LinearGraphMetric,
    MatrixMetric,
    MetricGroup,
    NumberMetric,
    Outcome,
    StringMetric,
    Verdict,
    verdicts,
)
from mlgov.cards.criteria import written
from mlgov.website import badges
from mlgov.website.charts import curve
from mlgov.website.markup import number

#: Points of a curve that the table beside it lists.
LISTED_POINTS = 200
#: Steps of shading in a matrix.
SHADES = 9


@dataclass(frozen=True, slots=True)
class SimpleView:
    """A metric with one value."""

    name: str
    value: str
    notes: str


@dataclass(frozen=True, slots=True)
class CurveView:
    """A curve: its picture, and its points as a table. ``hidden_count`` points are left out of the table.

    ``places`` are the places of the listed points among all, from 0.
    """

    name: str
    notes: str
    svg: Markup
    x_title: str
    y_title: str
    points: tuple[tuple[float, float], ...]
    hidden_count: int
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BarsView:
    """Bars: label, height and the share of the tallest in percent (0-100)."""

    name: str
    notes: str
    y_title: str
    bars: tuple[tuple[str, float, int], ...]


@dataclass(frozen=True, slots=True)
class MatrixView:
    """A matrix: labels of the columns, and per row its label and pairs of value and shade (0-9)."""

    name: str
    notes: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[float, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A metric group: its one-value metrics together, the others one by one."""

    name: str
    simple: tuple[SimpleView, ...]
    curves: tuple[CurveView, ...]
    bars: tuple[BarsView, ...]
    matrices: tuple[MatrixView, ...]


@dataclass(frozen=True, slots=True)
class CriterionView:
    """An acceptance criterion and its verdict. Numbers have all their digits, so that a verdict can be followed."""

    name: str
    rationale: str
    badge: badges.Badge
    asked: str
    value: str
    judged_by: str
    why: str


def criterion_views(card: CardDocument) -> tuple[CriterionView, ...]:
    """Judge the card by its criteria, now, and make the verdicts ready for the page."""
    return tuple(map(_criterion, verdicts(card)))


def _criterion(verdict: Verdict) -> CriterionView:
    criterion = verdict.criterion
    group = verdict.metric_group or criterion.metric_group
    return CriterionView(
        name=criterion.name,
        rationale=criterion.rationale or "",
        badge=badges.of_outcome(verdict.outcome),
        asked=f"{criterion.condition.replace('_', ' ')} {written(criterion.threshold)}",
        value="" if verdict.value is None else written(verdict.value),
        judged_by=" / ".join(part for part in (criterion.evaluation, group, criterion.metric) if part),
        why=verdict.sentence if verdict.outcome is Outcome.CANNOT_TELL else "",
    )


def group_view(group: MetricGroup) -> GroupView:
    """Make a metric group ready for the page."""
    data = group.metric_data
    return GroupView(
        name=group.name,
        simple=tuple(_simple(m) for m in data if isinstance(m, NumberMetric | StringMetric | BooleanMetric)),
        curves=tuple(_curve(m) for m in data if isinstance(m, LinearGraphMetric)),
        bars=tuple(_bars(m) for m in data if isinstance(m, BarChartMetric)),
        matrices=tuple(_matrix(m) for m in data if isinstance(m, MatrixMetric)),
    )


def _simple(metric: NumberMetric | StringMetric | BooleanMetric) -> SimpleView:
    return SimpleView(metric.name, _written(metric.value), metric.notes or "")


def _written(value: float | str | bool) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value if isinstance(value, str) else number(value)


def _curve(metric: LinearGraphMetric) -> CurveView:
    x_title, y_title = metric.x_axis_name or "x", metric.y_axis_name or "y"
    label = f"Curve of {y_title} over {x_title}; the table beside it has the values."
    svg = curve(metric.value, x_title=x_title, y_title=y_title, label=label)
    places = _thinned(metric.value)
    listed = tuple((metric.value[place][0], metric.value[place][1]) for place in places)
    hidden_count = len(metric.value) - len(listed)
    return CurveView(metric.name, metric.notes or "", svg, x_title, y_title, listed, hidden_count, places)


def _thinned(points: Sequence[Sequence[float]]) -> tuple[int, ...]:
    """Choose at most ``LISTED_POINTS`` points, evenly, the first and the last among them."""
    count = min(len(points), LISTED_POINTS)
    return tuple(round(i * (len(points) - 1) / max(count - 1, 1)) for i in range(count))


def _bars(metric: BarChartMetric) -> BarsView:
    labels = metric.x_axis_name or [str(place) for place in range(1, len(metric.value) + 1)]
    tallest = max(abs(value) for value in metric.value) or 1.0
    bars = [(label, v, round(100 * abs(v) / tallest)) for label, v in zip(labels, metric.value, strict=True)]
    return BarsView(metric.name, metric.notes or "", metric.y_axis_name or "Value", tuple(bars))


def _matrix(metric: MatrixMetric) -> MatrixView:
    row_labels = metric.x_axis_name or [str(place) for place in range(1, len(metric.value) + 1)]
    columns = metric.y_axis_name or [str(place) for place in range(1, len(metric.value[0]) + 1)]
    values = [value for row in metric.value for value in row]
    low, span = min(values), (max(values) - min(values)) or 1.0
    rows = [tuple((value, round(SHADES * (value - low) / span)) for value in row) for row in metric.value]
    named = tuple(zip(row_labels, rows, strict=True))
    return MatrixView(metric.name, metric.notes or "", tuple(columns), named)
