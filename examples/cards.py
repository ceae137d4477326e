"""Puts the numbers into the cards. Words, comments and statuses belong to people and stay as they are."""

from collections.abc import Callable
from typing import Any

from examples.evidence import COMMAND
from examples.evidence import path_of as evidence_path
from examples.models import Problem, Recipe
from mlgov import (
    EvaluationJob,
    Evidence,
    HyperParameter,
    Metric,
    MetricGroup,
    ModelCard,
    ModelOverview,
    TrainingDetails,
    TrainingJobDetails,
    TrainingMetric,
)

EVALUATION = "Held-out rows"
#: SageMaker's first schema took at most this many points a curve.
MOST_POINTS = 20


def update(data: bytes | None, recipe: Recipe, evidence: dict[str, Any], digest: str) -> bytes:
    """Bring the numbers of a card up to date.

    Args:
        data: The card as it is; None makes a new one, as draft.
        recipe: How the model was made.
        evidence: What came out, as `evidence.collect` gives it.
        digest: Digest of the evidence file.

    Returns:
        The card; ``data`` itself when every number is right already.

    Raises:
        UsageError: ``data`` is not a legal card.
    """
    card = ModelCard.from_yaml(data) if data is not None else _new(recipe)
    card.training_details = card.training_details or TrainingDetails()
    _training(card.training_details, evidence)
    _evaluation(card.evaluation(EVALUATION), recipe, evidence, digest)
    return card.to_yaml()


def _new(recipe: Recipe) -> ModelCard:
    overview = ModelOverview(
        model_name=recipe.name, model_version=1, problem_type=recipe.problem, algorithm_type=recipe.algorithm
    )
    return ModelCard(recipe.name, title=recipe.title, owners=["@model-owners"], model_overview=overview)


def _training(details: TrainingDetails, evidence: dict[str, Any]) -> None:
    training, data = evidence["training"], evidence["data"]
    job = details.training_job_details = details.training_job_details or TrainingJobDetails()
    job.training_arn = COMMAND
    job.training_datasets = [f"{data['name']}: {data['source']} ({data['digest']})"]
    job.training_metrics = [TrainingMetric(name=name, value=value) for name, value in training["metrics"].items()]
    parameters = training["hyper_parameters"]
    job.hyper_parameters = [HyperParameter(name=name, value=value) for name, value in parameters.items()]


def _evaluation(evaluation: EvaluationJob, recipe: Recipe, evidence: dict[str, Any], digest: str) -> None:
    split, results = evidence["split"], evidence["evaluation"]
    evaluation.evaluation_job_arn = COMMAND
    evaluation.datasets = [
        f"{evidence['data']['name']}, {split['held_out_rows']} rows that the model was not trained on"
    ]
    evaluation.metadata = {
        "training_rows": str(split["training_rows"]),
        "held_out_rows": str(split["held_out_rows"]),
        "split_seed": str(split["seed"]),
        "data_digest": evidence["data"]["digest"],
    }
    evaluation.evidence = [Evidence(path=evidence_path(recipe.name), digest=digest)]
    evaluation.metric_groups = [_overall(results), *GROUPS[recipe.problem](results)]


def _overall(results: dict[str, Any]) -> MetricGroup:
    numbers = [_number(name, measure) for name, measure in results["measures"].items()]
    return MetricGroup(name="Overall", metric_data=numbers)


def _number(name: str, measure: dict[str, Any]) -> Metric:
    notes = f"{measure['rows']} rows"
    if "interval_95" in measure:
        low, high = measure["interval_95"]
        notes = f"95% interval {low:.4f} to {high:.4f} ({measure['method']}), {notes}"
    return Metric(name=name, value=measure["value"], notes=notes)


def _confusion(results: dict[str, Any]) -> MetricGroup:
    found = results["confusion"]
    matrix = Metric(
        name="confusion matrix",
        type="matrix",
        value=found["rows"],
        x_axis_name=found["classes"],
        y_axis_name=found["classes"],
        notes="Rows of the matrix are true classes, columns are predicted classes; the numbers count held-out rows.",
    )
    return MetricGroup(name="Confusion", metric_data=[matrix])


def _curve(name: str, points: list[list[float]], axes: tuple[str, str], notes: str) -> Metric:
    last = len(points) - 1
    kept = sorted({round(i * last / (MOST_POINTS - 1)) for i in range(MOST_POINTS)}) if last >= MOST_POINTS else None
    shown = [points[i] for i in kept] if kept else points
    return Metric(name=name, type="linear_graph", value=shown, x_axis_name=axes[0], y_axis_name=axes[1], notes=notes)


def _bars(name: str, measures: dict[str, dict[str, Any]], axis: str) -> list[Metric]:
    """Make a bar chart of measures, and one each of the lower and upper ends of their intervals."""
    rows = ", ".join(str(measure["rows"]) for measure in measures.values())
    heights: dict[str, list[float]] = {
        name: [measure["value"] for measure in measures.values()],
        f"{name}, lower end of the 95% interval": [measure["interval_95"][0] for measure in measures.values()],
        f"{name}, upper end of the 95% interval": [measure["interval_95"][1] for measure in measures.values()],
    }
    notes, labels = f"Held-out rows per bar: {rows}", list(measures)
    return [
        Metric(name=title, type="bar_chart", value=values, x_axis_name=labels, y_axis_name=axis, notes=notes)
        for title, values in heights.items()
    ]


def _binary(results: dict[str, Any]) -> list[MetricGroup]:
    axes = ("false positive rate", "true positive rate")
    notes = f"Positive means {results['positive_class']}."
    curve = _curve("ROC curve", results["roc"], axes, notes)
    return [_confusion(results), MetricGroup(name="ROC", metric_data=[curve])]


def _multiclass(results: dict[str, Any]) -> list[MetricGroup]:
    recalls = {label: found["recall"] for label, found in results["per_class"].items()}
    bars = _bars("recall", recalls, "share of rows found")
    return [_confusion(results), MetricGroup(name="Per class", metric_data=bars)]


def _regression(results: dict[str, Any]) -> list[MetricGroup]:
    axes = ("mean predicted progression", "mean true progression")
    notes = "Held-out rows in order of prediction, in ten groups of equal size."
    curve = _curve("calibration", results["calibration"], axes, notes)
    bars = _bars("mean absolute error", results["mean_absolute_error_by_sex"], "mean absolute error")
    return [
        MetricGroup(name="Calibration", metric_data=[curve]),
        MetricGroup(name="By sex as coded", metric_data=bars),
    ]


GROUPS: dict[Problem, Callable[[dict[str, Any]], list[MetricGroup]]] = {
    "binary_classification": _binary,
    "multiclass_classification": _multiclass,
    "regression": _regression,
}
