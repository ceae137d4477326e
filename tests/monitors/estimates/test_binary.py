"""Quality without labels: worked numbers, how often intervals hold, and what it cannot see."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, fbeta_score, precision_score, recall_score, roc_auc_score

from mlgov.monitors.estimates import ScoreCounts, count, equal_frequency_edges, estimate, merge, raw_error
from mlgov.monitors.estimates.binary import QualityEstimate
from mlgov.monitors.estimates.cells import METRICS, hanley_mcneil, sampling_error, value

P = [.91, .84, .35, .22, .66, .88, .79, .15, .31, .95, .08, .71, .42, .12, .77, .27, .58, .39, .19, .93]  # fmt: skip
EDGES = tuple(np.linspace(0.005, 0.995, 199).tolist())


def test_the_worked_case() -> None:
    """Twenty probabilities cut at one half."""
    found = estimate(count(P, np.array(P) >= 0.5, edges=EDGES))
    assert found.expected == pytest.approx((8.02, 1.98, 2.50, 7.50))
    expected = {"accuracy": 0.776, "precision": 0.802, "recall": 0.762357, "f1": 0.781676}
    assert {name: found.of(name).value for name in expected} == pytest.approx(expected, abs=5e-7)
    assert not found.calibrated


def world(seed: int, rows: int, *, shift: float = 0.0, drift: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make scores that say too much (a logit of 1.8 times the true one), predictions and labels."""
    rng = np.random.RandomState(seed)
    logit = rng.normal(shift, 1.5, rows)
    labels = rng.uniform(size=rows) < 1 / (1 + np.exp(-(logit - drift)))
    scores = 1 / (1 + np.exp(-1.8 * logit))
    return scores, (scores >= 0.5).astype(float), labels.astype(float)


REFERENCE_ROWS = world(0, 20_000)
REFERENCE_EDGES = equal_frequency_edges(REFERENCE_ROWS[0])


def counted(rows: tuple[np.ndarray, np.ndarray, np.ndarray], *, labels: bool = True) -> ScoreCounts:
    """Count rows in the reference's bins."""
    return count(rows[0], rows[1], edges=REFERENCE_EDGES, labels=rows[2] if labels else None)


REFERENCE = counted(REFERENCE_ROWS)


def measured(rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> dict[str, float]:
    """Measure with the labels, by scikit-learn."""
    scores, predicted, labels = rows
    return {
        "accuracy": accuracy_score(labels, predicted),
        "precision": precision_score(labels, predicted),
        "recall": recall_score(labels, predicted),
        "specificity": recall_score(1 - labels, 1 - predicted),
        "f0_5": fbeta_score(labels, predicted, beta=0.5),
        "f1": f1_score(labels, predicted),
        "f2": fbeta_score(labels, predicted, beta=2),
        "auc": roc_auc_score(labels, scores),
    }


def held(found: QualityEstimate, truth: dict[str, float]) -> list[str]:
    """List the metrics whose interval holds the truth."""
    return [
        each.name
        for each in found.metrics
        if each.low is not None and each.high is not None and each.low <= truth[each.name] <= each.high
    ]


@pytest.mark.parametrize("shift", [0.0, 0.8, -1.5])
def test_intervals_hold_what_the_labels_show_later(shift: float) -> None:
    """In nearly all of 20 windows of 1,000 rows, also when the population has moved."""
    misses = 0
    for seed in range(1, 21):
        rows = world(seed, 1_000, shift=shift)
        truth = measured(rows)
        misses += len(truth) - len(held(estimate(counted(rows, labels=False), REFERENCE), truth))
    assert misses <= 6, f"{misses} of 160"


def test_intervals_are_not_too_wide() -> None:
    """Half of a 99% interval is 2.6 times the error that windows really have, give or take a third."""
    estimates, truths = [], []
    for seed in range(1, 26):
        rows = world(seed, 1_000)
        found = estimate(counted(rows, labels=False), REFERENCE).of("accuracy")
        estimates.append((found.value, (found.high or 0) - (found.low or 0)))
        truths.append(measured(rows)["accuracy"])
    errors = np.array([value for value, _ in estimates]) - np.array(truths)
    width = float(np.mean([width for _, width in estimates]))
    assert width / 2 == pytest.approx(2.576 * float(np.sqrt((errors**2).mean())), rel=0.4)


def test_calibration_matters() -> None:
    """Taken for probabilities, these scores promise far too much."""
    rows = world(7, 20_000)
    truth = measured(rows)["accuracy"]
    raw = estimate(counted(rows, labels=False)).of("accuracy").value
    calibrated = estimate(counted(rows, labels=False), REFERENCE).of("accuracy").value
    assert raw is not None
    assert calibrated is not None
    assert raw - truth > 0.04
    assert abs(calibrated - truth) < 0.01
    assert (raw_error(REFERENCE) or 0) > 0.04


def test_concept_drift_does_not_show() -> None:
    """The scores are what they were; only labels tell. The first caveat says so."""
    rows = world(8, 20_000, drift=1.5)
    found = estimate(counted(rows, labels=False), REFERENCE)
    assert "accuracy" not in held(found, measured(rows))
    assert "does not show" in found.caveats[0]


def test_labels_of_the_window_are_not_looked_at() -> None:
    """An estimate is one, whether or not labels have come."""
    rows = world(9, 500)
    assert estimate(counted(rows), REFERENCE) == estimate(counted(rows, labels=False), REFERENCE)


def test_partition_does_not_change_the_estimate() -> None:
    """Seven parts, last first."""
    rows = world(10, 700)
    parts = [counted(tuple(column[start::7] for column in rows)) for start in reversed(range(7))]  # type: ignore[arg-type]
    assert estimate(merge(parts), REFERENCE) == estimate(counted(rows), REFERENCE)


def test_a_small_reference_makes_wide_intervals() -> None:
    """The calibration's error is part of them."""
    rows = world(11, 5_000)
    small = counted(world(12, 200))
    few, many = (estimate(counted(rows), reference).of("accuracy") for reference in (small, REFERENCE))
    assert (few.calibration_error or 0) > 3 * (many.calibration_error or 0)
    assert (few.high or 0) - (few.low or 0) > 2 * ((many.high or 0) - (many.low or 0))


def test_too_few_labels_calibrate_nothing() -> None:
    """Scores are taken for probabilities, and it is said."""
    found = estimate(counted(world(13, 500)), counted(world(14, 40)))
    assert not found.calibrated
    assert "too few" in found.caveats[1]


def test_scores_beyond_the_reference_are_said() -> None:
    """The reference never had labels for them."""
    scores, predicted, labels = REFERENCE_ROWS
    gap = np.where((scores > 0.4) & (scores < 0.6), np.nan, labels)
    reference = count(scores, predicted, edges=REFERENCE_EDGES, labels=gap)
    found = estimate(counted(world(15, 2_000)), reference)
    assert (found.outside_share or 0) > 0.03
    assert any("has no label" in caveat for caveat in found.caveats)


def test_a_window_without_rows_or_without_positives() -> None:
    """No value, and the reason."""
    nothing = estimate(count([], [], edges=EDGES))
    assert all(metric.value is None and metric.reason for metric in nothing.metrics)
    negative = estimate(count([0.0, 0.0], [0, 0], edges=EDGES))
    assert negative.of("accuracy").value == 1.0
    assert negative.of("precision").value is None
    assert negative.of("auc").reason


@pytest.mark.parametrize("name", sorted(METRICS))
def test_sampling_errors_are_those_of_resampled_tables(name: str) -> None:
    """Within 5% of 20,000 multinomial draws."""
    cells = np.array([300.0, 60.0, 80.0, 560.0])
    draws = np.random.RandomState(1).multinomial(1_000, cells / 1_000, size=20_000)
    spread = float(np.std([value(METRICS[name], draw) for draw in draws]))
    assert sampling_error(METRICS[name], cells) == pytest.approx(spread, rel=0.05)


def test_the_error_of_the_area() -> None:
    """Within a tenth of what 2,000 samples of normal scores show."""
    rng = np.random.RandomState(2)
    areas = [float((rng.normal(1, 1, 60)[:, None] > rng.normal(0, 1, 80)).mean()) for _ in range(2_000)]
    assert hanley_mcneil(float(np.mean(areas)), 60, 80) == pytest.approx(float(np.std(areas)), rel=0.1)
