"""SageMaker Model Monitor model quality: ``statistics.json`` of regression, binary and multiclass models."""

from typing import Any

from mlgov.cards.evaluation.gathering import Gatherer, Group

NAME = "model-quality"
TITLE = "SageMaker Model Monitor statistics.json of model quality"

SECTIONS = ("regression_metrics", "binary_classification_metrics", "multiclass_classification_metrics")
#: Curve -> its key of x values and its key of y values.
_CURVES = {
    "receiver_operating_characteristic_curve": ("false_positive_rates", "true_positive_rates"),
    "precision_recall_curve": ("recalls", "precisions"),
}
_MATRIX_NOTES = "Rows are actual classes, columns are predicted classes."


def recognises(report: dict[str, Any]) -> bool:
    """It has one of the sections."""
    return any(section in report for section in SECTIONS)


def parse(report: dict[str, Any], gather: Gatherer) -> None:
    """One group for each section that is there; a report may have several."""
    if not recognises(report):
        gather.wrong("the report", f"has none of {', '.join(SECTIONS)}")
    for name, section in report.items():
        if name in SECTIONS:
            group = gather.group(name)
            for metric, value in gather.mapping(section, name).items():
                _metric(group, metric, value, f"{name}.{metric}")
        elif name not in ("version", "dataset"):
            gather.note(name, "is not known here; left out")


def _metric(group: Group, name: str, value: object, where: str) -> None:
    gather = group.gatherer
    if name == "confusion_matrix":
        _confusion(group, gather.mapping(value, where))
    elif name in _CURVES:
        found = gather.mapping(value, where)
        x_axis, y_axis = _CURVES[name]
        group.curve(name, found.get(x_axis), found.get(y_axis), x_axis=x_axis, y_axis=y_axis)
    elif isinstance(value, dict) and "value" in value:
        group.value(name, value["value"])
        if "standard_deviation" in value:
            group.value(f"{name} - standard_deviation", value["standard_deviation"])
    else:
        group.value(name, value)


def _confusion(group: Group, rows: dict[str, Any]) -> None:
    """Cells are found by their labels: two rows may name them in different orders."""
    found = {label: group.gatherer.mapping(row, f"confusion_matrix.{label}") for label, row in rows.items()}
    columns = list(dict.fromkeys(column for row in found.values() for column in row))
    cells = [[row.get(column) for column in columns] for row in found.values()]
    group.matrix("confusion_matrix", cells, labels=(list(found), columns), notes=_MATRIX_NOTES)
