"""SageMaker Clarify explainability: global SHAP values, tokens of texts and partial dependence of ``analysis.json``."""

from typing import Any

from mlgov.cards.evaluation.gathering import Gatherer, Group

NAME = "clarify-explainability"
TITLE = "SageMaker Clarify analysis.json with explanations"

_SHAP = "explanations.kernel_shap"


def recognises(report: dict[str, Any]) -> bool:
    """It has explanations."""
    return isinstance(report.get("explanations"), dict)


def parse(report: dict[str, Any], gather: Gatherer) -> None:
    """One group for each label of the SHAP values, one for each feature of texts, and one for partial dependence."""
    explanations = gather.mapping(report.get("explanations"), "explanations")
    for name, found in explanations.items():
        if name == "kernel_shap":
            for label, values in gather.mapping(found, _SHAP).items():
                _shap(label, gather.mapping(values, f"{_SHAP}.{label}"), gather)
        elif name == "pdp":
            _partial_dependence(gather.listed(found, "explanations.pdp"), gather)
        elif isinstance(found, dict | list):
            gather.note(f"explanations.{name}", "is not known here; left out")


def _shap(label: str, values: dict[str, Any], gather: Gatherer) -> None:
    for kind, found in values.items():
        where = f"{_SHAP}.{label}.{kind}"
        if kind == "global_shap_values":
            _values(gather.group(f"explanations - {kind}, label={label}"), found, where)
        elif kind == "global_top_shap_text":
            for feature, tokens in gather.mapping(found, where).items():
                _values(gather.group(f"explanations - {kind}, label={label}, feature={feature}"), tokens, where)
        elif kind == "expected_value":
            _expected(gather, label, found)
        else:
            gather.note(where, "is not known here; left out")


def _expected(gather: Gatherer, label: str, value: object) -> None:
    """The mean prediction that the SHAP values add up from."""
    gather.group(f"explanations - expected_value, label={label}").value("expected_value", value)


def _values(group: Group, values: object, where: str) -> None:
    for name, value in group.gatherer.mapping(values, where).items():
        group.value(name, value)


def _partial_dependence(features: list[Any], gather: Gatherer) -> None:
    group = gather.group("explanations - pdp")
    for place, item in enumerate(features):
        where = f"explanations.pdp[{place}]"
        feature = gather.mapping(item, where)
        name = gather.text(feature.get("feature_name"), f"{where}.feature_name")
        draw = {"numerical": _draw_curve, "categorical": _draw_bars}.get(str(feature.get("data_type")))
        if draw is None:
            gather.note(where, "data_type is neither numerical nor categorical; left out")
            continue
        if "data_distribution" in feature:
            said = f"data_distribution - feature={name}"
            draw(group, said, (name, "Data distribution"), feature.get("feature_values"), feature["data_distribution"])
        for label, values in _predictions(feature, where, gather):
            said = f"model_predictions - feature={name}, label={label}"
            draw(group, said, (name, label), feature.get("feature_values"), values)


def _predictions(feature: dict[str, Any], where: str, gather: Gatherer) -> list[tuple[str, object]]:
    headers = gather.listed(feature.get("label_headers"), f"{where}.label_headers")
    predictions = gather.listed(feature.get("model_predictions"), f"{where}.model_predictions")
    if len(headers) != len(predictions):
        gather.wrong(where, f"has {len(headers)} label_headers and {len(predictions)} model_predictions")
    return [(gather.text(h, f"{where}.label_headers"), found) for h, found in zip(headers, predictions, strict=True)]


def _draw_curve(group: Group, name: str, axes: tuple[str, str], values: object, found: object) -> None:
    group.curve(name, values, found, x_axis=axes[0], y_axis=axes[1])


def _draw_bars(group: Group, name: str, axes: tuple[str, str], values: object, found: object) -> None:
    group.bars(name, values, found, y_axis=axes[1])
