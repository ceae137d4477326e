"""How often moved attributions are called where nothing moved, and found where something did."""

import numpy as np
import pytest

from mlgov.monitors.attribution import AttributionSums, add_up, compare, decide
from mlgov.monitors.verdicts import Verdict

pytestmark = pytest.mark.slow


def window(random: np.random.RandomState, weights: np.ndarray, rows: int) -> AttributionSums:
    """Make the attributions of a linear model on skewed and normal features that depend on each other."""
    common = random.normal(size=(rows, 1))
    x = random.normal(size=(rows, len(weights))) + 0.5 * common
    x[:, ::2] = np.exp(0.5 * x[:, ::2]) - 1.2
    names = [f"f{place}" for place in range(len(weights))]
    return add_up(dict(zip(names, (x * weights).T, strict=True)), values=dict(zip(names, x.T, strict=True)))


@pytest.mark.parametrize("rows", [100, 300, 1_000, 10_000])
def test_false_alarms(rows: int) -> None:
    """Of 200 models whose attributions did not change (60 at 10,000 rows) at most 1% of the verdicts are violations."""
    random = np.random.RandomState(rows)
    verdicts = []
    for _ in range(200 if rows < 10_000 else 60):
        weights = random.exponential(size=10)
        baseline = window(random, weights, 3_000)
        verdicts += [each.verdict for each in decide(compare(baseline, window(random, weights, rows)))]
    assert len(verdicts) >= 240
    assert sum(verdict is Verdict.VIOLATION for verdict in verdicts) <= 0.01 * len(verdicts)


def test_power() -> None:
    """A model that nearly stops looking at a feature with a third of the attribution is found, at 1,000 rows."""
    random = np.random.RandomState(6)
    for _ in range(50):
        weights = random.exponential(size=10)
        weights[1] = 0.5 * (weights.sum() - weights[1])
        lost = weights * np.array([1.0, 0.1] + [1.0] * 8)
        found = decide(compare(window(random, weights, 3_000), window(random, lost, 1_000)))
        assert Verdict.VIOLATION in [each.verdict for each in found]
