"""Metrics of models that are really trained."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, recall_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mlgov import MetricGroup, ModelCard, classification_metrics, regression_metrics
from mlgov.sdk.scikit import CURVE_POINTS


def numbers(groups: list[MetricGroup]) -> dict[str, float]:
    """Give the numbers of the first group."""
    return {metric.name: metric.value for metric in groups[0].metric_data}


def test_two_classes_with_scores() -> None:
    """Numbers are scikit-learn's own; curves keep their ends; the card takes it all."""
    x, y = load_breast_cancer(return_X_y=True)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(x[::2], y[::2])
    truth, said, scores = y[1::2], model.predict(x[1::2]), model.predict_proba(x[1::2])[:, 1]
    groups = classification_metrics(truth, said, y_score=scores)
    assert numbers(groups)["accuracy"] == accuracy_score(truth, said)
    assert numbers(groups)["area under ROC"] == roc_auc_score(truth, scores)
    roc, recall = groups[2].metric_data
    assert (roc.value[0], roc.value[-1]) == ([0, 0], [1, 1])
    assert len(recall.value) == CURVE_POINTS
    card = ModelCard("breast-cancer")
    card.evaluation("holdout").metric_groups = groups
    assert card.to_document().spec.evaluation_details[0].metric_groups[1].metric_data[0].type == "matrix"


def test_the_positive_class_can_be_chosen() -> None:
    """Text labels and the smaller class too."""
    truth, said = ["ill", "well", "ill", "well"], ["ill", "ill", "well", "well"]
    found = numbers(classification_metrics(truth, said, y_score=[0.9, 0.8, 0.2, 0.1], pos_label="ill"))
    assert found["recall"] == recall_score(truth, said, pos_label="ill")
    assert found["area under ROC"] == 0.75


def test_many_classes() -> None:
    """Averages are macro averages and say so; scores make no sense."""
    x, y = load_wine(return_X_y=True)
    said = make_pipeline(StandardScaler(), LogisticRegression()).fit(x[::2], y[::2]).predict(x[1::2])
    groups = classification_metrics(y[1::2], said)
    assert set(numbers(groups)) == {"accuracy", "macro precision", "macro recall", "macro f1"}
    assert np.sum(groups[1].metric_data[0].value) == len(said)
    with pytest.raises(ValueError, match="two classes"):
        classification_metrics(y[1::2], said, y_score=said)


def test_regression() -> None:
    """Errors in the unit of the target, and R2."""
    x, y = load_diabetes(return_X_y=True)
    found = numbers(regression_metrics(y[1::2], LinearRegression().fit(x[::2], y[::2]).predict(x[1::2])))
    assert 0.3 < found["r2"] < 0.7
    assert found["mean absolute error"] < found["root mean squared error"]
