"""scikit-learn's reports, made by scikit-learn on a data set that it brings."""

import json
from functools import cache
from typing import Any

import pytest
from sklearn.calibration import calibration_curve
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    classification_report,
    confusion_matrix,
    det_curve,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)
from sklearn.preprocessing import StandardScaler

from mlgov.errors import ImportFormatError
from tests.cards.evaluation.reading import group_names, metrics, read, values


@cache
def judged() -> tuple[Any, Any, Any]:
    """Train on even rows; give truth, answers and probabilities of the odd ones."""
    data = load_breast_cancer()
    x, y = StandardScaler().fit_transform(data.data), data.target
    model = LogisticRegression(max_iter=1000).fit(x[::2], y[::2])
    return y[1::2], model.predict(x[1::2]), model.predict_proba(x[1::2])[:, 1]


def report_of_classes() -> dict[str, Any]:
    """Give the classification report, as people save it."""
    truth, answers, _ = judged()
    found: dict[str, Any] = json.loads(json.dumps(classification_report(truth, answers, output_dict=True)))
    return found


def curves() -> dict[str, Any]:
    """Give everything at once."""
    truth, answers, probabilities = judged()
    roc = dict(zip(("fpr", "tpr"), (c.tolist() for c in roc_curve(truth, probabilities)[:2]), strict=True))
    recall = precision_recall_curve(truth, probabilities)
    det = det_curve(truth, probabilities)
    calibration = calibration_curve(truth, probabilities, n_bins=5)
    return {
        "classification_report": report_of_classes(),
        "metrics": {"roc_auc": float(roc_auc_score(truth, probabilities))},
        "confusion_matrix": {"labels": ["malignant", "benign"], "matrix": confusion_matrix(truth, answers).tolist()},
        "roc_curve": roc,
        "precision_recall_curve": {"precision": recall[0].tolist(), "recall": recall[1].tolist()},
        "det_curve": {"fpr": det[0].tolist(), "fnr": det[1].tolist()},
        "calibration_curve": {"prob_true": calibration[0].tolist(), "prob_pred": calibration[1].tolist()},
    }


def test_a_classification_report_is_one_group_for_each_class() -> None:
    """With every number as scikit-learn said it."""
    expected = report_of_classes()
    report = read(expected)
    assert report.formats == ("sklearn",)
    assert group_names(report) == ["overall", "class 0", "class 1", "macro avg", "weighted avg"]
    assert values(report, "overall") == {"accuracy": expected["accuracy"]}
    assert values(report, "class 1") == expected["1"]


def test_curves_and_matrix_stand_together() -> None:
    """Whatever scikit-learn computes, under its own names."""
    expected = curves()
    report = read(expected, points=1000)
    found = metrics(report, "curves")
    assert list(found) == [key for key in expected if key not in ("classification_report", "metrics")]
    assert found["confusion_matrix"]["value"] == expected["confusion_matrix"]["matrix"]
    assert found["confusion_matrix"]["x_axis_name"] == ["malignant", "benign"]
    roc = expected["roc_curve"]
    assert found["roc_curve"]["value"] == [list(pair) for pair in zip(roc["fpr"], roc["tpr"], strict=True)]
    assert values(report, "metrics") == expected["metrics"]
    assert report.notes == ()


def test_a_long_curve_keeps_points_evenly_and_both_ends() -> None:
    """And says so, in the card and to whoever attaches it."""
    expected = curves()["precision_recall_curve"]
    report = read({"precision_recall_curve": expected}, points=10)
    curve = metrics(report, "curves")["precision_recall_curve"]
    assert len(curve["value"]) == 10
    assert curve["value"][0] == [expected["recall"][0], expected["precision"][0]]
    assert curve["value"][-1] == [expected["recall"][-1], expected["precision"][-1]]
    count = len(expected["recall"])
    assert curve["notes"] == f"10 of {count} points, evenly chosen, with both ends; the evidence has them all."
    assert any(f"keeps 10 of {count} points" in note for note in report.notes)


def test_one_curve_for_each_class() -> None:
    """For models of several classes."""
    pair = {"fpr": [0, 1], "tpr": [0, 1]}
    found = metrics(read({"roc_curve": {"setosa": pair, "virginica": pair}}), "curves")
    assert list(found) == ["roc_curve, class setosa", "roc_curve, class virginica"]


def test_single_values_alone() -> None:
    """For regression, which has no classification report."""
    assert values(read({"metrics": {"r2": 0.5, "mae": 3.5}}, "sklearn"), "metrics") == {"r2": 0.5, "mae": 3.5}


def test_a_matrix_without_labels() -> None:
    """A bare list of rows, as tolist() gives it."""
    found = metrics(read({"confusion_matrix": [[1, 2], [3, 4]]}), "curves")["confusion_matrix"]
    assert found["value"] == [[1, 2], [3, 4]]
    assert "x_axis_name" not in found


@pytest.mark.parametrize(
    "report",
    [
        {"confusion_matrix": {"labels": ["a"], "matrix": [[1, 2], [3, 4]]}},
        {"confusion_matrix": [[1, 2], [3]]},
        {"confusion_matrix": {}},
        {"roc_curve": {"fpr": [0, 1]}},
        {"roc_curve": {"fpr": [0, 1], "tpr": [0]}},
        {"roc_curve": {"a": 1}},
        {"roc_curve": [0, 1]},
        {"classification_report": "text"},
    ],
)
def test_a_wrong_shape_is_refused_by_name(report: dict[str, Any]) -> None:
    """The message says which file."""
    with pytest.raises(ImportFormatError, match=r"^report\.json: "):
        read(report)
