"""Our own JSON, which is also SageMaker's metric schema: an evaluation as it stands in a card."""

from collections.abc import Callable
from typing import Any

from mlgov.cards.evaluation.gathering import Gatherer, Group
from mlgov.documents import Value

NAME = "mlgov"
TITLE = "an evaluation as a card has it: metric_groups, and what else evaluation_details may hold"

#: Texts of an evaluation that are taken over, with their lengths.
_TEXTS = {"name": 63, "evaluation_observation": 2096, "evaluation_job_arn": 256}


def recognises(report: dict[str, Any]) -> bool:
    """It has metric groups, or evaluations that do."""
    return "metric_groups" in report or "evaluation_details" in report


def parse(report: dict[str, Any], gather: Gatherer) -> None:
    """Every group as it is; metrics of a type that no card has are left out with a note."""
    evaluation = _only(report, gather)
    for place, item in enumerate(gather.listed(evaluation.get("metric_groups"), "metric_groups")):
        where = f"metric_groups[{place}]"
        found = gather.mapping(item, where)
        group = gather.group(gather.text(found.get("name"), f"{where}.name"))
        for metric in gather.listed(found.get("metric_data"), f"{where}.metric_data"):
            _metric(group, gather.mapping(metric, f"{where}.metric_data[]"), where)
    for key, value in evaluation.items():
        if key != "metric_groups":
            _about(key, value, gather)


def _only(report: dict[str, Any], gather: Gatherer) -> dict[str, Any]:
    if "metric_groups" in report:
        return report
    evaluations = gather.listed(report.get("evaluation_details"), "evaluation_details")
    if len(evaluations) != 1:
        gather.wrong("evaluation_details", f"holds {len(evaluations)} evaluations; a report holds one")
    return gather.mapping(evaluations[0], "evaluation_details[0]")


def _about(key: str, value: object, gather: Gatherer) -> None:
    if key in _TEXTS:
        text = gather.text(value, key)
        if len(text) > _TEXTS[key]:
            gather.wrong(key, f"has {len(text)} characters; {_TEXTS[key]} fit")
        gather.about[key] = text
    elif key == "datasets":
        gather.about[key] = [gather.text(each, key) for each in gather.listed(value, key)]
    elif key == "metadata":
        found: dict[str, Value] = {
            gather.text(k, key): gather.text(v, key) for k, v in gather.mapping(value, key).items()
        }
        gather.about[key] = found
    else:
        gather.note(key, "is not taken from a report; left out")


def _metric(group: Group, metric: dict[str, Any], where: str) -> None:
    gather = group.gatherer
    name = gather.text(metric.get("name"), f"{where}.metric_data[].name")
    add = _SHAPES.get(str(metric.get("type")))
    if add is None:
        gather.note(f"{group.name} / {name}", "is of a type that no card holds; left out")
    else:
        add(group, name, metric)


def _scalar(group: Group, name: str, metric: dict[str, Any]) -> None:
    """Add a value that is of the type it says; a number in quotes is none."""
    kind, value = metric["type"], metric.get("value")
    is_real = isinstance(value, _SCALARS[kind]) and (kind == "boolean") == isinstance(value, bool)
    if is_real or value is None:
        notes = _word(group, metric, "notes")
        x_axis, y_axis = _word(group, metric, "x_axis_name"), _word(group, metric, "y_axis_name")
        group.value(name, value, x_axis=x_axis, y_axis=y_axis, notes=notes)
    else:
        group.gatherer.note(f"{group.name} / {name}", f"is not of its type {kind}; left out")


def _curve(group: Group, name: str, metric: dict[str, Any]) -> None:
    pairs = _rows(group, name, metric)
    if any(len(pair) != 2 for pair in pairs):
        group.gatherer.wrong(f"{group.name} / {name}", "has points that are no pairs")
    x_axis, y_axis = _word(group, metric, "x_axis_name"), _word(group, metric, "y_axis_name")
    xs, ys = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    group.curve(name, xs, ys, x_axis=x_axis, y_axis=y_axis, notes=_word(group, metric, "notes"))


def _bars(group: Group, name: str, metric: dict[str, Any]) -> None:
    heights = group.gatherer.listed(metric.get("value"), f"{group.name} / {name}")
    labels = metric.get("x_axis_name") or [str(place) for place in range(1, len(heights) + 1)]
    y_axis, notes = _word(group, metric, "y_axis_name"), _word(group, metric, "notes")
    group.bars(name, labels, heights, y_axis=y_axis, notes=notes)


def _matrix(group: Group, name: str, metric: dict[str, Any]) -> None:
    listed, where = group.gatherer.listed, f"{group.name} / {name}"
    axes = tuple(listed(metric.get(key) or [], where) for key in ("x_axis_name", "y_axis_name"))
    notes = _word(group, metric, "notes")
    group.matrix(name, _rows(group, name, metric), labels=(axes[0], axes[1]), notes=notes)


_SCALARS = {"number": int | float, "string": str, "boolean": bool}
_SHAPES: dict[str, Callable[[Group, str, dict[str, Any]], None]] = {
    **dict.fromkeys(_SCALARS, _scalar),
    "linear_graph": _curve,
    "bar_chart": _bars,
    "matrix": _matrix,
}


def _rows(group: Group, name: str, metric: dict[str, Any]) -> list[list[Any]]:
    listed, where = group.gatherer.listed, f"{group.name} / {name}"
    return [listed(row, where) for row in listed(metric.get("value"), where)]


def _word(group: Group, metric: dict[str, Any], key: str) -> str:
    """Give a text of a metric that may be missing."""
    value = metric.get(key)
    return "" if value is None else group.gatherer.text(value, f"{group.name} / {key}")
