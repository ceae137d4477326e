"""Model Monitor's model quality statistics."""

import pytest

from mlgov.errors import ImportFormatError
from tests.cards.evaluation.reading import group_names, metrics, read, sample, values

BINARY = "binary_classification_metrics"


def test_every_section_is_kept() -> None:
    """SageMaker's parser keeps the first of two classification sections."""
    sections = [BINARY, "multiclass_classification_metrics", "regression_metrics"]
    assert group_names(read(sample("model_quality.json"))) == sections


def test_standard_deviations_stand_beside_their_values() -> None:
    """The text NaN, which means too few rows, is left out with a note."""
    report = read(sample("model_quality.json"))
    found = values(report, BINARY)
    assert (found["recall"], found["recall - standard_deviation"]) == (0.7272727272727273, 0.02)
    assert "accuracy - standard_deviation" not in found
    said = f"{BINARY} / accuracy - standard_deviation: is 'NaN', which is no number; left out."
    assert said in report.notes


def test_a_value_that_is_nan_is_left_out() -> None:
    """A metric without a value is no metric."""
    assert "precision_best_constant_classifier" not in values(read(sample("model_quality.json")), BINARY)


def test_cells_of_the_confusion_matrix_go_by_their_labels() -> None:
    """The second row of the sample names its columns the other way round."""
    matrix = metrics(read(sample("model_quality.json")), BINARY)["confusion_matrix"]
    assert matrix["value"] == [[7, 2], [3, 8]]
    assert (matrix["x_axis_name"], matrix["y_axis_name"]) == (["0", "1"], ["0", "1"])


def test_curves_have_their_axes() -> None:
    """ROC: false positives to the right; precision over recall."""
    found = metrics(read(sample("model_quality.json")), BINARY)
    roc, recall = found["receiver_operating_characteristic_curve"], found["precision_recall_curve"]
    assert (roc["value"][1], roc["x_axis_name"]) == ([0.2, 0.7], "false_positive_rates")
    assert (recall["value"][0], recall["y_axis_name"]) == ([0.7, 0.8], "precisions")


def test_regression_alone() -> None:
    """As Model Monitor writes it."""
    report = read({"version": 0.0, "regression_metrics": {"mae": {"value": 0.6, "standard_deviation": 0.1}}})
    assert values(report, "regression_metrics") == {"mae": 0.6, "mae - standard_deviation": 0.1}


@pytest.mark.parametrize(("count", "kept"), [(20, 2), (21, 1)])
def test_a_matrix_beyond_the_limit_is_left_out(count: int, kept: int) -> None:
    """SageMaker holds 20 by 20; the evidence holds the rest."""
    labels = [f"class {i}" for i in range(count)]
    matrix = {row: dict.fromkeys(labels, 1) for row in labels}
    report = read({"multiclass_classification_metrics": {"confusion_matrix": matrix, "accuracy": {"value": 1}}})
    assert len(values(report, "multiclass_classification_metrics")) == kept
    assert any("21 by 21" in note for note in report.notes) == (kept == 1)


@pytest.mark.parametrize(
    "section",
    [
        [],
        {"confusion_matrix": [[1]]},
        {"confusion_matrix": {"0": 3}},
        {"receiver_operating_characteristic_curve": {"false_positive_rates": [0, 1], "true_positive_rates": [0]}},
        {"receiver_operating_characteristic_curve": {}},
        {"precision_recall_curve": []},
    ],
)
def test_a_wrong_shape_is_refused_by_name(section: object) -> None:
    """The message says which file."""
    with pytest.raises(ImportFormatError, match=r"^report\.json: "):
        read({BINARY: section})


def test_a_report_without_a_section_is_refused() -> None:
    """The format was named, and the report does not have it."""
    with pytest.raises(ImportFormatError, match="has none of regression_metrics"):
        read({"version": 0.0}, "model-quality")
