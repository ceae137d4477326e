"""The numbers in the cards are the right numbers."""

import numpy as np
import pytest

from examples.evaluation import area_under_roc, confusion, evaluate, mean, proportion, rounded
from examples.models import Trained


def test_wilson_interval_of_a_known_case() -> None:
    """8 of 10 gives the interval of the textbooks."""
    assert proportion(8, 10).interval == pytest.approx((0.4902, 0.9433), abs=5e-5)


@pytest.mark.parametrize(("hits", "count"), [(0, 7), (7, 7), (1, 1), (50, 100)])
def test_wilson_interval_stays_within_its_range(hits: int, count: int) -> None:
    """The interval lies in 0 to 1, holds the share, and has a width even at the ends."""
    found = proportion(hits, count)
    assert found.interval is not None
    low, high = found.interval
    assert 0 <= low <= found.value <= high <= 1
    assert low < high


def test_a_share_of_nothing_has_no_interval() -> None:
    """A class that nothing was predicted as gives no number out of thin air."""
    assert proportion(0, 0).interval is None


def test_area_under_roc_of_a_known_case() -> None:
    """Area 0.9 with 50 rows of each class has the standard error 0.0321 of Hanley and McNeil's formula."""
    truth = np.array([True] * 10 + [False] * 10)
    scores = np.concatenate([np.full(9, 2.0), [0.0], np.full(10, 1.0)])
    found = area_under_roc(np.tile(truth, 5), np.tile(scores, 5))
    assert found.value == pytest.approx(0.9)
    assert found.interval is not None
    assert (found.interval[1] - found.interval[0]) / 2 / 1.959964 == pytest.approx(0.0321, abs=1e-4)


def test_mean_has_the_interval_of_its_standard_error() -> None:
    """The half width is 1.96 standard deviations over the root of the count."""
    found = mean(np.array([1.0, 2.0, 3.0, 4.0]))
    assert found.interval == pytest.approx((2.5 - 1.2652, 2.5 + 1.2652), abs=1e-3)


def test_confusion_counts_truth_by_row() -> None:
    """The outer list is the truth, the inner one the prediction."""
    assert confusion(np.array(["a", "a", "b"]), np.array(["a", "b", "b"]), ("a", "b")) == [[1, 1], [0, 1]]


def test_rounding_has_no_negative_zero() -> None:
    """-0.00001 is reported as 0.0."""
    assert str(rounded(-0.00001)) == "0.0"


def test_every_held_out_row_is_counted_once(classifier: Trained) -> None:
    """The confusion matrix adds up to the held-out rows, and its diagonal to the accuracy."""
    results = evaluate(classifier)
    rows = results["confusion"]["rows"]
    total = sum(map(sum, rows))
    assert total == len(classifier.split.held_out)
    assert results["measures"]["accuracy"]["value"] == rounded(sum(rows[i][i] for i in range(len(rows))) / total)


def test_every_model_beats_its_trivial_rival(trained: Trained) -> None:
    """The lower end of the interval is better than always guessing the same."""
    measures = evaluate(trained)["measures"]
    if trained.recipe.problem == "regression":
        rival = measures["mean absolute error of always guessing the training mean"]
        assert measures["mean absolute error"]["interval_95"][1] < rival["value"]
    else:
        rival = measures["accuracy of always guessing the largest class"]
        assert measures["accuracy"]["interval_95"][0] > rival["value"]


def test_no_reported_count_hangs_by_a_thread(classifier: Trained) -> None:
    """No held-out row is so close to a tie between classes that another processor could decide it otherwise."""
    best = np.sort(classifier.model.predict_proba(classifier.held_out_features), axis=1)
    assert (best[:, -1] - best[:, -2]).min() > 1e-4


def test_training_and_held_out_rows_are_apart(trained: Trained) -> None:
    """Each row is in one half and in one half only."""
    both = sorted([*trained.split.training.tolist(), *trained.split.held_out.tolist()])
    assert both == list(range(len(trained.dataset.features)))
