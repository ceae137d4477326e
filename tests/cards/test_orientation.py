"""Which way a measure is better."""

import pytest

from mlgov.cards.orientation import Direction, Orientation, direction_of, orientation_of, words

HIGHER = "accuracy, Accuracy 5-fold, ROC AUC, roc_auc, AUC, area under ROC, F1, F1-score, f0.5 score, recall, precision"
HIGHER += ", sensitivity, balanced_accuracy, R2, R², r_squared, True Positive Rate, Matthews correlation, hit rate"
LOWER = "loss, log loss, logLoss, RMSE, rmse (test), mae, MSE, MAPE, error rate, Brier score, false positive rate, FNR"
LOWER += ", latency p99, KL, js, jensen-shannon distance, wasserstein_distance, PSI, mean_absolute_error, accuracy loss"
ZERO = "DPL, DPPL, AD, recall difference, accuracy gap, CDDPL"
UNKNOWN = (
    "lift, rows, positives, accuracy - standard_deviation, SD, CI, accuracy of always guessing, precision threshold"
)
UNKNOWN += ", auc 95% interval, baseline accuracy, lossless, prerecall, , 42"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (HIGHER, Orientation.HIGHER),
        (LOWER, Orientation.LOWER),
        (ZERO, Orientation.ZERO),
        ("DI, disparate impact", Orientation.ONE),
        (UNKNOWN, Orientation.UNKNOWN),
    ],
)
def test_names_people_give(names: str, expected: Orientation) -> None:
    """Whole words decide, whatever the case and the signs between them; what is not sure is unknown."""
    assert {name: orientation_of(name) for name in names.split(", ")} == dict.fromkeys(names.split(", "), expected)


@pytest.mark.parametrize(
    ("orientation", "before", "after", "expected"),
    [
        (Orientation.HIGHER, 0.8, 0.9, Direction.BETTER),
        (Orientation.HIGHER, 0.9, 0.8, Direction.WORSE),
        (Orientation.LOWER, 0.8, 0.9, Direction.WORSE),
        (Orientation.LOWER, 0.9, 0.8, Direction.BETTER),
        (Orientation.ZERO, -0.2, 0.1, Direction.BETTER),
        (Orientation.ZERO, -0.1, 0.2, Direction.WORSE),
        (Orientation.ZERO, -0.1, 0.1, Direction.SAME),
        (Orientation.ONE, 0.8, 1.1, Direction.BETTER),
        (Orientation.ONE, 1.1, 0.8, Direction.WORSE),
        (Orientation.UNKNOWN, 1.0, 2.0, Direction.UNKNOWN),
        (Orientation.HIGHER, 0.5, 0.5, Direction.SAME),
    ],
)
def test_better_and_worse(orientation: Orientation, before: float, after: float, expected: Direction) -> None:
    """By the orientation alone."""
    assert direction_of(before, after, orientation) is expected


def test_the_organisation_goes_before_the_table() -> None:
    """The last pattern that fits decides; patterns are read like names."""
    configured = {"lift*": Orientation.HIGHER, "Churn_Recall": Orientation.LOWER, "lift at ?0": Orientation.ZERO}
    assert orientation_of("Lift at 50", configured) is Orientation.ZERO
    assert orientation_of("lift", configured) is Orientation.HIGHER
    assert orientation_of("churn recall", configured) is Orientation.LOWER
    assert orientation_of("recall", configured) is Orientation.HIGHER


def test_names_become_words() -> None:
    """Signs and capitals inside a name separate words."""
    assert [words(name) for name in ("R²", "logLoss", "ROC_AUC", "F1-score")] == [
        "r2",
        "log loss",
        "roc auc",
        "f1 score",
    ]
