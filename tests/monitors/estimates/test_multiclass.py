"""Quality of several classes without labels."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from mlgov.errors import UsageError
from mlgov.monitors.estimates import count_expected, learn, metrics_of
from mlgov.monitors.estimates.multiclass import merge

CLASSES = ("b", "a", "c")


def world(seed: int, rows: int, sharpness: float = 1.0) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Make probabilities (with a sharpness above 1 they say too much), predictions and labels."""
    rng = np.random.RandomState(seed)
    logits = rng.normal([0.5, 0, -0.5], 1.3, (rows, 3))
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (rng.uniform(size=(rows, 1)) > np.cumsum(chances, axis=1)[:, :2]).sum(axis=1)
    told = np.exp(sharpness * logits) / np.exp(sharpness * logits).sum(axis=1, keepdims=True)
    return told, [CLASSES[place] for place in told.argmax(axis=1)], labels


def test_three_rows_by_hand() -> None:
    """Each row adds its chances to the column of its prediction; classes are sorted."""
    table = count_expected([[0.7, 0.2, 0.1], [0.5, 0.25, 0.25], [0.1, 0.8, 0.1]], ["b", "b", "a"], CLASSES)
    assert table.classes == ("a", "b", "c")
    assert table.table == pytest.approx(np.array([[0.8, 0.45, 0], [0.1, 1.2, 0], [0.1, 0.35, 0]]), abs=1e-8)
    assert table.rows == (1, 2, 0)
    assert metrics_of(table)[0].value == pytest.approx(2.0 / 3)


def test_estimates_meet_the_measured_values() -> None:
    """Of 20,000 rows with honest probabilities, within one percent; accuracy within its interval."""
    told, predicted, labels = world(1, 20_000)
    found = {each.name: each for each in metrics_of(count_expected(told, predicted, CLASSES))}
    actual = [CLASSES[place] for place in labels]
    truth = {
        "accuracy": accuracy_score(actual, predicted),
        **{
            f"{kind}_{name}": float(score(actual, predicted, average=kind))
            for kind in ("macro", "weighted")
            for name, score in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score))
        },
    }
    assert {name: each.value for name, each in found.items()} == pytest.approx(truth, abs=0.01)
    accuracy = found["accuracy"]
    assert (accuracy.low or 0) <= truth["accuracy"] <= (accuracy.high or 1)


def test_calibration_by_class_mends_scores_that_say_too_much() -> None:
    """Learned on a reference, one class against the others."""
    told, _, labels = world(2, 20_000, sharpness=2.0)
    curves = [learn(told[:, place], labels == place) for place in range(3)]
    told, predicted, labels = world(3, 20_000, sharpness=2.0)
    truth = float(np.mean([CLASSES[place] for place in labels] == np.array(predicted)))
    raw, mended = (metrics_of(count_expected(told, predicted, CLASSES, each))[0].value or 0 for each in (None, curves))
    assert raw - truth > 0.05
    assert abs(mended - truth) < 0.015


def test_parts_add_up_in_any_order() -> None:
    """Chances are whole numbers of units."""
    told, predicted, _ = world(4, 300)
    parts = [count_expected(told[start::7], predicted[start::7], CLASSES) for start in reversed(range(7))]
    assert merge(parts) == count_expected(told, predicted, CLASSES)


def test_rows_without_probabilities_are_left_out() -> None:
    """And those predicted as nothing known."""
    table = count_expected([[0.5, 0.5, 0.0], [np.nan, 1, 0], [0, 0, 0], [1, 0, 0]], ["b", "b", "b", "z"], CLASSES)
    assert (table.left_out, table.rows) == (3, (0, 1, 0))


def test_no_rows() -> None:
    """No values, with the reason."""
    found = metrics_of(count_expected(np.zeros((0, 3)), [], CLASSES))
    assert len(found) == 7
    assert all(each.value is None and each.reason for each in found)


def test_shapes_must_fit() -> None:
    """A column and a calibration per class."""
    with pytest.raises(UsageError):
        count_expected([[0.5, 0.5]], ["a"], CLASSES)
    with pytest.raises(UsageError):
        count_expected([[0.5, 0.5, 0.0]], ["a"], CLASSES, [])
    with pytest.raises(UsageError):
        merge([])
