"""Metrics of model quality: worked numbers, scikit-learn as a referee, and laws."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from sklearn import metrics as referee

from mlgov.errors import UsageError
from mlgov.monitors.quality import multiclass, scores
from mlgov.monitors.quality.binary import BinaryTally, Confusion, rates
from mlgov.monitors.quality.regression import RegressionTally

LABELS = np.array([1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1]) == 1
SCORES = np.array([91, 84, 35, 22, 66, 88, 79, 15, 31, 95, 8, 71, 42, 12, 77, 27, 58, 39, 19, 93]) / 100
AWS_MULTICLASS = {("0", "0"): 1180, ("0", "1"): 510, ("1", "0"): 268, ("1", "1"): 138}


def binary(truth: npt.NDArray[Any], probabilities: npt.NDArray[Any], *, pieces: int = 1) -> BinaryTally:
    """Count rows in pieces."""
    tally = BinaryTally()
    for part in np.array_split(np.arange(len(truth)), pieces):
        tally.add(truth[part], probabilities[part] >= 0.5, probabilities[part])
    return tally


def test_the_worked_binary_case() -> None:
    """Every number, to six digits."""
    tally = binary(LABELS, SCORES)
    assert tally.confusion == Confusion(8, 2, 3, 7)
    found = {name: measure.value for name, measure in tally.metrics().items()}
    expected = {
        "accuracy": 0.75,
        "precision": 0.8,
        "recall": 0.727273,
        "true_positive_rate": 0.727273,
        "false_positive_rate": 0.222222,
        "f0_5": 0.784314,
        "f1": 0.761905,
        "f2": 0.740741,
        "auc": 0.939394,
        "average_precision": 0.954334,
        "brier_score": 0.121820,
        "log_loss": 0.384194,
        "mcc": 0.502519,
        "gini": 2 * 0.939394 - 1,
        "accuracy_always_positive": 0.55,
        "f0_5_always_positive": 0.604396,
        "f1_always_positive": 0.709677,
        "f2_always_positive": 0.859375,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1.1e-6)


@pytest.mark.parametrize(("bins", "area", "half"), [(5, 0.898990, 0.050505), (10, 0.929293, 0.010101)])
def test_the_area_from_bins_is_an_interval(bins: int, area: float, half: float) -> None:
    """It holds the true area."""
    counts = scores.binned(scores.counted(SCORES, LABELS), bins)
    found = scores.area_under_roc(counts).value or 0
    assert (found, scores.area_half_width(counts)) == pytest.approx((area, half), abs=1e-6)
    assert abs(found - 0.939394) <= half + 1e-6


def test_the_multiclass_sample_of_model_monitor() -> None:
    """Rows of the matrix are the truth; its best constant classifier is always the label 1, not the frequent one."""
    found = {name: m.value for name, m in multiclass.metrics(multiclass.matrix_of(AWS_MULTICLASS), "1").items()}
    expected = {
        "": (0.628817, 0.628817, 0.698317, 0.680395, 0.657116, 0.638402),
        "_always_positive": (0.193702, 0.193702, 0.037521, 0.044734, 0.062864, 0.105703),
        "_majority_class": (0.806298, 0.806298, 0.650116, 0.676317, 0.719833, 0.769333),
    }
    names = ("accuracy", "weighted_recall", "weighted_precision", "weighted_f0_5", "weighted_f1", "weighted_f2")
    for which, values in expected.items():
        assert [found[f"{name}{which}"] for name in names] == pytest.approx(values, abs=1e-6)


def test_the_binary_sample_of_model_monitor() -> None:
    """The outer key of its matrix is the truth: {0: {0: 1, 1: 2}, 1: {0: 0, 1: 1}}."""
    found = {name: m.value for name, m in rates(Confusion(1, 2, 0, 1)).items()}
    assert (found["recall"], found["precision"]) == (1.0, pytest.approx(1 / 3))


def test_the_worked_regression_case() -> None:
    """Every number, to six digits."""
    tally = RegressionTally()
    tally.add(np.array([3, -0.5, 2, 7, 4.2, 1]), np.array([2.5, 0, 2.1, 7.8, 5.3, 0.4]))
    found = {name: tally.metrics()[name].value for name in ("mae", "mse", "rmse", "r2")}
    assert found == pytest.approx({"mae": 0.6, "mse": 0.453333, "rmse": 0.673300, "r2": 0.920949}, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_scikit_learn_agrees_on_two_classes(seed: int) -> None:
    """On random data with many ties."""
    random = np.random.default_rng(seed)
    truth = random.random(700) < 0.3
    said = np.clip(np.round(random.normal(0.3 + 0.3 * truth, 0.2), 2), 0, 1)
    answer = said >= 0.5
    found = {name: measure.value for name, measure in binary(truth, said).metrics().items()}
    expected = {
        "accuracy": referee.accuracy_score(truth, answer),
        "precision": referee.precision_score(truth, answer),
        "recall": referee.recall_score(truth, answer),
        "f0_5": referee.fbeta_score(truth, answer, beta=0.5),
        "f2": referee.fbeta_score(truth, answer, beta=2),
        "mcc": referee.matthews_corrcoef(truth, answer),
        "auc": referee.roc_auc_score(truth, said),
        "average_precision": referee.average_precision_score(truth, said),
        "brier_score": referee.brier_score_loss(truth, said),
        "log_loss": referee.log_loss(truth, said),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_scikit_learn_agrees_on_several_classes(seed: int) -> None:
    """Also when a class is never answered."""
    random = np.random.default_rng(seed)
    truth = random.choice(["a", "b", "c", "d"], 400)
    answers = np.where(random.random(400) < 0.6, truth, random.choice(["a", "b", "c"], 400))
    tally = multiclass.ClassTally()
    tally.add(truth.tolist(), answers.tolist())
    found = {name: measure.value for name, measure in multiclass.metrics(tally.matrix()).items()}
    weighted: dict[str, Any] = {"average": "weighted", "zero_division": 0}
    expected = {
        "accuracy": referee.accuracy_score(truth, answers),
        "weighted_precision": referee.precision_score(truth, answers, **weighted),
        "weighted_recall": referee.recall_score(truth, answers, **weighted),
        "weighted_f1": referee.f1_score(truth, answers, **weighted),
        "weighted_f0_5": referee.fbeta_score(truth, answers, beta=0.5, **weighted),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_scikit_learn_agrees_on_numbers(seed: int) -> None:
    """Also far away from zero, where sums of squares lose digits."""
    random = np.random.default_rng(seed)
    truth = random.normal(1e7, 3, 500)
    answers = truth + random.normal(0, 1, 500)
    tally = RegressionTally()
    tally.add(truth, answers)
    found = {name: measure.value for name, measure in tally.metrics().items()}
    expected = {
        "mae": referee.mean_absolute_error(truth, answers),
        "mse": referee.mean_squared_error(truth, answers),
        "r2": referee.r2_score(truth, answers),
        "mape": referee.mean_absolute_percentage_error(truth, answers),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-9)


def test_curves_are_those_of_scikit_learn() -> None:
    """Every point of ours lies on its curve."""
    drawn = scores.curves(scores.counted(SCORES, LABELS))
    ours = drawn["receiver_operating_characteristic_curve"]
    false, true, _ = referee.roc_curve(LABELS, SCORES, drop_intermediate=False)
    assert ours["false_positive_rates"] == pytest.approx(false, abs=1e-6)
    assert ours["true_positive_rates"] == pytest.approx(true, abs=1e-6)
    precisions, recalls, _ = referee.precision_recall_curve(LABELS, SCORES)
    assert drawn["precision_recall_curve"]["recalls"] == pytest.approx(recalls[::-1], abs=1e-6)
    assert drawn["precision_recall_curve"]["precisions"] == pytest.approx(precisions[::-1], abs=1e-6)


# Laws


def test_order_and_pieces_change_nothing() -> None:
    """Bit for bit, for all three problems, and also beyond 65,536 different probabilities."""
    random = np.random.default_rng(3)
    said = random.random(70_000)
    truth = random.random(70_000) < said
    order = random.permutation(len(said))
    assert binary(truth, said).metrics() == binary(truth[order], said[order], pieces=7).metrics()
    assert binary(truth, said).scores is not None
    one, two = RegressionTally(), RegressionTally()
    one.add(said, truth * 1.0)
    for part in np.array_split(order, 31):
        two.add(said[part], truth[part] * 1.0)
    assert one.metrics() == two.metrics()


def test_too_many_probabilities_are_put_into_bins() -> None:
    """The area stays within its half-width of the true one."""
    random = np.random.default_rng(4)
    said = random.random(100_000)
    truth = random.random(100_000) < said
    counts = scores.counted(said, truth)
    assert counts.is_binned
    half = scores.area_half_width(counts)
    assert half < 1e-4
    assert abs((scores.area_under_roc(counts).value or 0) - referee.roc_auc_score(truth, said)) <= half


def test_no_mistake_is_no_certainty() -> None:
    """A perfect baseline has a standard error above zero in every metric that gets a limit."""
    truth = np.arange(60) % 2 == 0
    found = binary(truth, np.where(truth, 0.9, 0.1)).metrics()
    for name in ("accuracy", "precision", "recall", "false_positive_rate", "f0_5", "f1", "f2", "mcc", "auc"):
        assert (found[name].standard_error or 0) > 0.005, name


def test_what_is_not_defined_has_no_value() -> None:
    """No positive answer, no precision; one label alone, no curve."""
    found = binary(np.zeros(30, bool), np.full(30, 0.1)).metrics()
    undefined = ("precision", "recall", "f1", "mcc", "auc", "average_precision", "false_negative_rate")
    assert [found[name].value for name in undefined] == [None] * len(undefined)
    assert found["accuracy"].value == 1.0


@pytest.mark.parametrize("metric", ["accuracy", "precision", "f1", "f2", "mcc", "auc", "brier_score", "log_loss"])
def test_standard_errors_are_what_repetition_shows(metric: str) -> None:
    """Within a fifth of the spread over 300 samples of 400 rows."""
    random = np.random.default_rng(9)
    found = []
    for _ in range(300):
        said = random.beta(2, 3, 400)
        measure = binary(random.random(400) < said, said).metrics()[metric]
        found.append((measure.value or 0, measure.standard_error or 0))
    values, errors = np.array(found).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.2)


@pytest.mark.parametrize("metric", ["weighted_precision", "weighted_f1", "weighted_f0_5"])
def test_weighted_standard_errors_are_what_repetition_shows(metric: str) -> None:
    """The written derivatives are right."""
    random = np.random.default_rng(10)
    shares = np.array([[0.3, 0.05, 0.05], [0.1, 0.2, 0.05], [0.02, 0.08, 0.15]]).ravel()
    found = []
    for _ in range(400):
        counts = random.multinomial(500, shares).reshape(3, 3)
        pairs = {(str(i), str(j)): int(counts[i, j]) for i in range(3) for j in range(3)}
        measure = multiclass.metrics(multiclass.matrix_of(pairs))[metric]
        found.append((measure.value or 0, measure.standard_error or 0))
    values, errors = np.array(found).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.15)


@pytest.mark.parametrize("metric", ["mae", "rmse", "mse", "r2"])
def test_standard_errors_of_numbers_are_what_repetition_shows(metric: str) -> None:
    """Also that of R2, whose formula is for one predictor."""
    random = np.random.default_rng(11)
    found = []
    for _ in range(300):
        answers = random.normal(0, 2, 300)
        tally = RegressionTally()
        tally.add(answers + random.normal(0, 1, 300), answers)
        measure = tally.metrics()[metric]
        found.append((measure.value or 0, measure.standard_error or 0))
    values, errors = np.array(found).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.2)


def test_numbers_are_no_classes() -> None:
    """A thousand labels, and the hint names regression."""
    tally = multiclass.ClassTally()
    with pytest.raises(UsageError) as caught:
        tally.add([str(number) for number in range(1001)], ["0"] * 1001)
    assert "regression" in caught.value.hint
