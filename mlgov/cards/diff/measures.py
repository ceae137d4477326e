"""Changes of what is measured and of what has to be reached."""

import math
from dataclasses import dataclass
from typing import Literal

from mlgov.cards.diff.changes import Change, Side, Tone
from mlgov.cards.diff.charts import chart_summary
from mlgov.cards.diff.naming import shown, thing
from mlgov.cards.orientation import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricChanged(Change):
    """The number of a metric is another.

    Attributes:
        direction: Whether that is better or worse, by the metric's own orientation.
    """

    direction: Direction

    @property
    def kind(self) -> str:
        return "metric_changed" if self.direction in (Direction.UNKNOWN, Direction.SAME) else f"metric_{self.direction}"

    @property
    def absolute(self) -> float | None:
        """The later value minus the earlier one; None when no finite number says it."""
        assert isinstance(self.before, (int, float)) and isinstance(self.after, (int, float))  # noqa: S101
        return _finite(self.after - self.before)

    @property
    def relative(self) -> float | None:
        """The change as a share of the earlier value's size; None when that was zero."""
        assert isinstance(self.before, (int, float))  # noqa: S101 - as above
        if self.absolute is None or not self.before:
            return None
        return _finite(self.absolute / abs(self.before))

    @property
    def sentence(self) -> str:
        sizes = [f"{self.absolute:+.4g}"] if self.absolute is not None else []
        sizes += [f"{self.relative:+.2%}"] if self.relative is not None else []
        ends = {Direction.BETTER: ": better", Direction.WORSE: ": worse"}
        name = thing(self.place.parent)
        size = f" ({', '.join(sizes)})" if sizes else ""
        return f"{name} went from {shown(self.before)} to {shown(self.after)}{size}{ends.get(self.direction, '')}."

    @property
    def tone(self) -> Tone:
        return {Direction.BETTER: Tone.GOOD, Direction.WORSE: Tone.BAD}.get(self.direction, Tone.PLAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartChanged(Change):
    """The numbers of a curve, of bars or of a matrix are others.

    Attributes:
        chart: ``linear_graph``, ``bar_chart`` or ``matrix``.
    """

    chart: str

    @property
    def kind(self) -> str:
        return f"{self.chart}_changed"

    @property
    def sentence(self) -> str:
        summary = chart_summary(self.chart, self.before, self.after)
        return f"{thing(self.place.parent)} changed: {summary}."


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRetyped(Change):
    """A metric of this name is of another type now. ``before`` and ``after`` hold its type and value."""

    @property
    def kind(self) -> str:
        return "metric_type_changed"

    @property
    def sentence(self) -> str:
        types = (side.get("type") if isinstance(side, dict) else "" for side in (self.before, self.after))
        return f"{thing(self.place)} changed its type from {' to '.join(str(name) for name in types)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionChanged(Change):
    """What a model has to reach is not what it was. ``before`` and ``after`` hold the keys that decide."""

    @property
    def kind(self) -> str:
        return f"criterion_{self.movement}"

    @property
    def movement(self) -> Literal["loosened", "tightened", "changed"]:
        """Whether more or less is asked; ``changed`` when another number is judged or the other way round."""
        assert isinstance(self.before, dict) and isinstance(self.after, dict)  # noqa: S101
        others = {key for key in self.before | self.after if self.before.get(key) != self.after.get(key)}
        old, new = self.before.get("threshold"), self.after.get("threshold")
        if others != {"threshold"} or not isinstance(old, (int, float)) or not isinstance(new, (int, float)):
            return "changed"
        return "loosened" if (new < old) == (self.after.get("condition") == "at_least") else "tightened"

    @property
    def sentence(self) -> str:
        before, after = criterion_gist(self.before), criterion_gist(self.after)
        return f"{thing(self.place)} was {self.movement}: from {before} to {after}."

    @property
    def tone(self) -> Tone:
        return {"loosened": Tone.BAD, "tightened": Tone.GOOD}.get(self.movement, Tone.BAD)


def criterion_gist(side: Side) -> str:
    """Say what a criterion asks, for instance ``recall of holdout at least 0.95``."""
    if not isinstance(side, dict):
        return "nothing"
    group = f" in {side['metric_group']}" if side.get("metric_group") else ""
    condition = str(side.get("condition")).replace("_", " ")
    return f"{side.get('metric')}{group} of {side.get('evaluation')} {condition} {shown(side.get('threshold'))}"


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
