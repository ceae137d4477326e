"""statistics.json and constraints.json of Model Monitor for model quality.

Every key is read and kept, also those of other programs. A metric is ``{"value": …, "standard_deviation": …}``; the
deviation is the text NaN where Model Monitor had fewer than 200 rows. What mlgov adds: the 95% interval, and in a
constraint the reason for it.
"""

from collections.abc import Mapping
from typing import Any, Literal

from mlgov.monitors.formats.statistics import Foreign, Number, Real
from mlgov.monitors.quality.measures import Measure

LESS, GREATER = "LessThanThreshold", "GreaterThanThreshold"

#: Problem type -> the word its keys start with.
PROBLEMS = {
    "binary_classification": "binary_classification",
    "multiclass_classification": "multiclass_classification",
    "regression": "regression",
}


class QualityDataset(Foreign):
    """The labelled rows as a whole."""

    item_count: Number = 0
    evaluation_time: str | None = None


class QualityStatistics(Foreign):
    """A statistics.json. Of the three kinds of metrics a file has one."""

    version: Number | str = 0.0
    dataset: QualityDataset = QualityDataset()
    binary_classification_metrics: dict[str, Any] | None = None
    multiclass_classification_metrics: dict[str, Any] | None = None
    regression_metrics: dict[str, Any] | None = None

    def values(self, problem: str) -> dict[str, float]:
        """Give the metrics of a problem that are plain numbers, by name."""
        found = getattr(self, f"{problem}_metrics") or {}
        plain = {name: metric.get("value") for name, metric in found.items() if isinstance(metric, Mapping)}
        return {name: float(v) for name, v in plain.items() if isinstance(v, int | float) and not isinstance(v, bool)}


class QualityConstraint(Foreign):
    """A limit of one metric: broken when the metric is on the wrong side of it."""

    threshold: Number
    comparison_operator: Literal["LessThanThreshold", "GreaterThanThreshold"]
    additional_properties: Any = None


class QualityConstraints(Foreign):
    """A constraints.json. Of the three kinds of constraints a file has one."""

    version: Number | str = 0.0
    binary_classification_constraints: dict[str, QualityConstraint] | None = None
    multiclass_classification_constraints: dict[str, QualityConstraint] | None = None
    regression_constraints: dict[str, QualityConstraint] | None = None

    def of(self, problem: str) -> dict[str, QualityConstraint]:
        """Give the constraints of a problem, by metric."""
        found: dict[str, QualityConstraint] | None = getattr(self, f"{problem}_constraints")
        return found or {}


def metric_value(measure: Measure) -> dict[str, Real | list[float]]:
    """Write a metric; what is not defined is the text NaN, as Model Monitor writes it."""
    said: dict[str, Real | list[float]] = {"value": "NaN" if measure.value is None else measure.value}
    said["standard_deviation"] = "NaN" if measure.standard_error is None else measure.standard_error
    if measure.lower is not None and measure.upper is not None:
        said["confidence_interval_95"] = [measure.lower, measure.upper]
    return said


def statistics_of(
    problem: str, metrics: Mapping[str, Any], *, rows: int, evaluation_time: str | None = None
) -> QualityStatistics:
    """Make a statistics.json.

    Args:
        problem: The problem type.
        metrics: By name: measures, and matrices and curves as JSON values.
        rows: Labelled rows.
        evaluation_time: When, as text; left out when None.
    """
    written = {name: metric_value(m) if isinstance(m, Measure) else m for name, m in metrics.items()}
    dataset: dict[str, Any] = {"item_count": rows}
    if evaluation_time:
        dataset["evaluation_time"] = evaluation_time
    return QualityStatistics.model_validate({"version": 0.0, "dataset": dataset, f"{problem}_metrics": written})


def constraints_of(problem: str, limits: Mapping[str, QualityConstraint]) -> QualityConstraints:
    """Make a constraints.json."""
    return QualityConstraints.model_validate({"version": 0.0, f"{problem}_constraints": dict(limits)})
