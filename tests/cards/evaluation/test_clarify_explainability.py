"""Clarify explainability reports."""

import copy
import json

import pytest

from mlgov.errors import ImportFormatError
from tests.cards.evaluation.reading import group_names, metrics, read, sample, values

NAME = "clarify-explainability"


def test_groups_of_shap_values_texts_and_partial_dependence() -> None:
    """The expected value is kept too; SageMaker's parser drops it."""
    report = read(sample("clarify.json"), NAME)
    assert group_names(report)[0] == "explanations - global_shap_values, label=label0"
    assert values(report, "explanations - global_shap_values, label=label0") == {"age": 0.06, "state": 0.01}
    assert values(report, "explanations - expected_value, label=label0") == {"expected_value": 0.25}
    assert group_names(report)[-1] == "explanations - pdp"
    text = "explanations - global_top_shap_text, label=label0, feature=complaint"
    assert report.metadata == {"metric_group_2": text}


def test_numerical_features_are_curves() -> None:
    """One of the data and one for each label."""
    found = metrics(read(sample("clarify.json"), NAME), "explanations - pdp")
    curve = found["model_predictions - feature=age, label=leaves"]
    assert (curve["type"], curve["value"]) == ("linear_graph", [[20, 0.1], [40, 0.2], [60, 0.3]])
    assert (curve["x_axis_name"], curve["y_axis_name"]) == ("age", "leaves")
    assert found["data_distribution - feature=age"]["y_axis_name"] == "Data distribution"


def test_categorical_features_are_bars() -> None:
    """Their values are the labels."""
    bars = metrics(read(sample("clarify.json"), NAME), "explanations - pdp")["data_distribution - feature=state"]
    assert (bars["type"], bars["value"], bars["x_axis_name"]) == ("bar_chart", [0.7, 0.3], ["CA", "NY"])


def test_values_of_another_type_are_skipped_and_reported() -> None:
    """Where SageMaker's parser ends with a KeyError."""
    shap = {"label0": {"global_shap_values": {"age": 0.5, "many": [1, 2], "nested": {"a": 1}}}}
    report = read({"explanations": {"kernel_shap": shap}})
    where = "explanations - global_shap_values, label=label0"
    assert values(report, where) == {"age": 0.5}
    assert report.notes == (
        f"{where} / many: holds a list, which is no single value; left out.",
        f"{where} / nested: holds an object, which is no single value; left out.",
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model_predictions", [[0.1, 0.2]]),
        ("model_predictions", [[1, 2], [1, 2]]),
        ("label_headers", None),
        ("feature_values", 3),
        ("feature_name", {}),
    ],
)
def test_partial_dependence_of_a_wrong_shape_is_refused(key: str, value: object) -> None:
    """Lists that do not go together are no chart."""
    report = copy.deepcopy(json.loads(sample("clarify.json")))
    report["explanations"]["pdp"][0][key] = value
    with pytest.raises(ImportFormatError, match=r"^report\.json: "):
        read(report, NAME)


def test_a_report_without_explanations_is_refused() -> None:
    """The format was named, and the report does not have it."""
    with pytest.raises(ImportFormatError, match="explanations is not an object"):
        read({"version": "1.0"}, NAME)
