"""scikit-learn: ``classification_report(output_dict=True)`` as JSON, alone or with curves and matrices beside it.

A report with curves is an object with any of these keys. Every value has the names of scikit-learn's own functions:

    {"classification_report": {...},
     "metrics": {"roc_auc": 0.99},
     "confusion_matrix": {"labels": ["no", "yes"], "matrix": [[9, 1], [0, 5]]},
     "roc_curve": {"fpr": [...], "tpr": [...]},
     "precision_recall_curve": {"precision": [...], "recall": [...]},
     "det_curve": {"fpr": [...], "fnr": [...]},
     "calibration_curve": {"prob_true": [...], "prob_pred": [...]}}

A curve may also be an object of curves, one for each class.
"""

from typing import Any

from mlgov.cards.evaluation.gathering import Gatherer, Group

NAME = "sklearn"
TITLE = "scikit-learn classification_report, with curves or alone"

_SCORES = {"precision", "recall", "f1-score", "support"}
#: Curve -> keys of its x and y values, and what they are called on a page.
_CURVES = {
    "roc_curve": (("fpr", "False positive rate"), ("tpr", "True positive rate")),
    "precision_recall_curve": (("recall", "Recall"), ("precision", "Precision")),
    "det_curve": (("fpr", "False positive rate"), ("fnr", "False negative rate")),
    "calibration_curve": (("prob_pred", "Mean predicted probability"), ("prob_true", "Fraction of positives")),
}
_KEYS = frozenset({"classification_report", "confusion_matrix", *_CURVES})
_MATRIX_NOTES = "Rows are true classes, columns are predicted classes."


def recognises(report: dict[str, Any]) -> bool:
    """It has one of the keys above, or is a classification report."""
    return bool(_KEYS & set(report)) or any(_is_scores(value) for value in report.values())


def parse(report: dict[str, Any], gather: Gatherer) -> None:
    """One group for each class and average, one for single values, one for curves and matrices."""
    if not (_KEYS | {"metrics"}) & set(report):
        _classification(report, gather)
        return
    shapes = None
    for name, value in report.items():
        if name == "classification_report":
            _classification(gather.mapping(value, name), gather)
        elif name == "metrics":
            _values(gather.group("metrics"), gather.mapping(value, name))
        elif name in _CURVES or name == "confusion_matrix":
            shapes = shapes or gather.group("curves")
            _matrix(shapes, value) if name == "confusion_matrix" else _curves(shapes, name, value)
        else:
            gather.note(name, "is not known here; left out")


def _classification(report: dict[str, Any], gather: Gatherer) -> None:
    overall = gather.group("overall") if any(not isinstance(value, dict) for value in report.values()) else None
    for name, value in report.items():
        if not isinstance(value, dict):
            (overall or gather.group("overall")).value(name, value)
        elif _is_scores(value):
            _values(gather.group(name if name.endswith(" avg") else f"class {name}"), value)
        else:
            gather.note(name, "has not the scores of a class; left out")


def _values(group: Group, values: dict[str, Any]) -> None:
    for name, value in values.items():
        group.value(name, value)


def _curves(group: Group, name: str, value: object) -> None:
    gather = group.gatherer
    curve = gather.mapping(value, name)
    (x_key, x_axis), (y_key, y_axis) = _CURVES[name]
    if x_key in curve or y_key in curve:
        found = {name: curve}
    else:
        found = {f"{name}, class {label}": gather.mapping(each, f"{name}.{label}") for label, each in curve.items()}
    for said, each in found.items():
        group.curve(said, each.get(x_key), each.get(y_key), x_axis=x_axis, y_axis=y_axis)


def _matrix(group: Group, value: object) -> None:
    gather = group.gatherer
    found = value if isinstance(value, dict) else {"matrix": value}
    rows = [gather.listed(row, "confusion_matrix") for row in gather.listed(found.get("matrix"), "confusion_matrix")]
    labels = gather.listed(found.get("labels", []), "confusion_matrix.labels")
    group.matrix("confusion_matrix", rows, labels=(labels, labels), notes=_MATRIX_NOTES)


def _is_scores(value: object) -> bool:
    return isinstance(value, dict) and set(value) >= _SCORES
