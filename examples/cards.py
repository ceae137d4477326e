"""Puts the numbers into the cards. Words, comments and statuses belong to people and stay as they are."""

from collections.abc import Callable, Iterator
from typing import Any

from examples.evidence import COMMAND
from examples.evidence import path_of as evidence_path
from examples.models import Problem, Recipe
from mlgov.checks.schemas import modeline
from mlgov.documents import Change, Pointer, Value, edit, find, load
from mlgov.errors import UsageError
from mlgov.names import Kind, path_of

EVALUATION = "Held-out rows"
#: SageMaker's first schema took at most this many points a curve.
MOST_POINTS = 20

#: What a card starts as. Everything else is written by people, and reviewed.
SKELETON = """\
{modeline}
#
# The numbers in this card are written by `python -m examples.generate` and checked by tests; the words are yours.
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: {name}
  title: "{title}"
  owners:
    - "@model-owners"
lifecycle:
  status: draft
spec:
  model_overview:
    model_name: {name}
    model_version: 1
    problem_type: {problem}
    algorithm_type: {algorithm}
"""


def update(data: bytes | None, recipe: Recipe, evidence: dict[str, Any], digest: str) -> bytes:
    """Bring the numbers of a card up to date.

    Args:
        data: The card as it is; None makes a new one, as draft.
        recipe: How the model was made.
        evidence: What came out, as `evidence.collect` gives it.
        digest: Digest of the evidence file.

    Returns:
        The card; ``data`` itself when every number is right already.
    """
    start = data if data is not None else _skeleton(recipe)
    path = path_of(Kind.MODEL_CARD, recipe.name)
    document, findings = load(start, path)
    if document is None:
        raise UsageError(f"{findings[0].location}: {findings[0].message}", hint=findings[0].fix)
    changes = [
        *differences(document.value, ("spec", "training_details", "training_job_details"), _training(evidence)),
        *_evaluations(document.value, _evaluation(recipe, evidence, digest)),
    ]
    return edit(start, changes, path)


def differences(value: Value, pointer: Pointer, wanted: Value) -> Iterator[Change]:
    """Find the smallest edits that put ``wanted`` at ``pointer``; keys that are there besides are left alone."""
    there, found = find(value, pointer)
    if there and isinstance(found, dict) and isinstance(wanted, dict):
        for key, each in wanted.items():
            yield from differences(value, (*pointer, key), each)
    elif there and isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for index, each in enumerate(wanted):
            yield from differences(value, (*pointer, index), each)
    elif not there or found != wanted:
        yield Change(pointer, wanted)


def _skeleton(recipe: Recipe) -> bytes:
    return SKELETON.format(
        modeline=modeline(Kind.MODEL_CARD),
        name=recipe.name,
        title=recipe.title,
        problem=recipe.problem,
        algorithm=recipe.algorithm,
    ).encode()


def _evaluations(card: dict[str, Any], wanted: dict[str, Value]) -> Iterator[Change]:
    """Put our evaluation where it stands among those of the card, or behind the last one."""
    pointer: Pointer = ("spec", "evaluation_details")
    details = find(card, pointer)[1]
    if not details:
        return iter([Change(pointer, [wanted])])
    names = [detail.get("name") for detail in details]
    place = names.index(EVALUATION) if EVALUATION in names else len(names)
    return differences(card, (*pointer, place), wanted)


def _training(evidence: dict[str, Any]) -> dict[str, Value]:
    training, data = evidence["training"], evidence["data"]
    return {
        "training_arn": COMMAND,
        "training_datasets": [f"{data['name']}: {data['source']} ({data['digest']})"],
        "training_metrics": [{"name": name, "value": value} for name, value in training["metrics"].items()],
        "hyper_parameters": [{"name": name, "value": value} for name, value in training["hyper_parameters"].items()],
    }


def _evaluation(recipe: Recipe, evidence: dict[str, Any], digest: str) -> dict[str, Value]:
    split, results = evidence["split"], evidence["evaluation"]
    return {
        "name": EVALUATION,
        "evaluation_job_arn": COMMAND,
        "datasets": [f"{evidence['data']['name']}, {split['held_out_rows']} rows that the model was not trained on"],
        "metadata": {
            "training_rows": str(split["training_rows"]),
            "held_out_rows": str(split["held_out_rows"]),
            "split_seed": str(split["seed"]),
            "data_digest": evidence["data"]["digest"],
        },
        "evidence": [{"path": evidence_path(recipe.name), "digest": digest}],
        "metric_groups": [_overall(results), *GROUPS[recipe.problem](results)],
    }


def _overall(results: dict[str, Any]) -> Value:
    numbers = [_number(name, measure) for name, measure in results["measures"].items()]
    return {"name": "Overall", "metric_data": numbers}


def _number(name: str, measure: dict[str, Any]) -> Value:
    number = {"name": name, "type": "number", "value": measure["value"], "notes": f"{measure['rows']} rows"}
    if "interval_95" in measure:
        low, high = measure["interval_95"]
        number["notes"] = f"95% interval {low:.4f} to {high:.4f} ({measure['method']}), {measure['rows']} rows"
    return number


def _confusion(results: dict[str, Any]) -> Value:
    found = results["confusion"]
    matrix: Value = {
        "name": "confusion matrix",
        "type": "matrix",
        "value": found["rows"],
        "x_axis_name": found["classes"],
        "y_axis_name": found["classes"],
        "notes": "Rows of the matrix are true classes, columns are predicted classes; the numbers count held-out rows.",
    }
    return {"name": "Confusion", "metric_data": [matrix]}


def _curve(name: str, points: list[list[float]], axes: tuple[str, str], notes: str) -> Value:
    last = len(points) - 1
    kept = sorted({round(i * last / (MOST_POINTS - 1)) for i in range(MOST_POINTS)}) if last >= MOST_POINTS else None
    shown: Value = [list(points[i]) for i in kept] if kept else [list(point) for point in points]
    return {
        "name": name,
        "type": "linear_graph",
        "value": shown,
        "x_axis_name": axes[0],
        "y_axis_name": axes[1],
        "notes": notes,
    }


def _bars(name: str, measures: dict[str, dict[str, Any]], axis: str) -> list[Value]:
    """Make a bar chart of measures, and one each of the lower and upper ends of their intervals."""
    rows = ", ".join(str(measure["rows"]) for measure in measures.values())
    heights: dict[str, list[float]] = {
        name: [measure["value"] for measure in measures.values()],
        f"{name}, lower end of the 95% interval": [measure["interval_95"][0] for measure in measures.values()],
        f"{name}, upper end of the 95% interval": [measure["interval_95"][1] for measure in measures.values()],
    }
    return [
        {
            "name": title,
            "type": "bar_chart",
            "value": list(values),
            "x_axis_name": list(measures),
            "y_axis_name": axis,
            "notes": f"Held-out rows per bar: {rows}",
        }
        for title, values in heights.items()
    ]


def _binary(results: dict[str, Any]) -> list[Value]:
    axes = ("false positive rate", "true positive rate")
    notes = f"Positive means {results['positive_class']}."
    curve = _curve("ROC curve", results["roc"], axes, notes)
    return [_confusion(results), {"name": "ROC", "metric_data": [curve]}]


def _multiclass(results: dict[str, Any]) -> list[Value]:
    recalls = {label: found["recall"] for label, found in results["per_class"].items()}
    return [_confusion(results), {"name": "Per class", "metric_data": _bars("recall", recalls, "share of rows found")}]


def _regression(results: dict[str, Any]) -> list[Value]:
    axes = ("mean predicted progression", "mean true progression")
    notes = "Held-out rows in order of prediction, in ten groups of equal size."
    curve = _curve("calibration", results["calibration"], axes, notes)
    bars = _bars("mean absolute error", results["mean_absolute_error_by_sex"], "mean absolute error")
    return [{"name": "Calibration", "metric_data": [curve]}, {"name": "By sex as coded", "metric_data": bars}]


GROUPS: dict[Problem, Callable[[dict[str, Any]], list[Value]]] = {
    "binary_classification": _binary,
    "multiclass_classification": _multiclass,
    "regression": _regression,
}
