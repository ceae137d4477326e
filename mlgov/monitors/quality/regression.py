"""Numbers: how far answers are from the truth. All from exact sums."""

from math import sqrt

import numpy as np
import numpy.typing as npt

from mlgov.monitors.quality.intervals import ExactSum, normal
from mlgov.monitors.quality.measures import Measure

Floats = npt.NDArray[np.float64]

#: Numbers beyond this size are taken for damage: their fourth powers would leave the range of doubles.
LARGEST = 1e35


class RegressionTally:
    """Counts labelled rows."""

    def __init__(self) -> None:
        self._absolute, self._squared, self._signed = ExactSum(), ExactSum(), ExactSum()
        self._relative, self._symmetric, self._truth = ExactSum(), ExactSum(), ExactSum()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self._truth.count

    def add(self, truth: Floats, answers: Floats) -> None:
        """Count rows: finite numbers at most 1e35 in size, shape ``(n,)`` each."""
        errors = truth - answers
        sizes = np.abs(truth) + np.abs(answers)
        self._truth.add(truth)
        self._signed.add(errors)
        self._absolute.add(np.abs(errors))
        self._squared.add(errors**2)
        with np.errstate(over="ignore", under="ignore"):
            ratios = np.abs(errors[truth != 0] / truth[truth != 0])
        self._relative.add(ratios[ratios < LARGEST])
        self._symmetric.add(2 * np.abs(errors[sizes > 0]) / sizes[sizes > 0])

    def metrics(self) -> dict[str, Measure]:
        """Give all metrics by name; ``mape`` and ``smape`` are shares, not percent."""
        mse = self._squared.mean(low=0.0)
        return {
            "mae": self._absolute.mean(low=0.0),
            "mse": mse,
            "rmse": _root(mse),
            "r2": self._explained(),
            "mean_error": self._signed.mean(),
            "mape": self._relative.mean(low=0.0),
            "smape": self._symmetric.mean(low=0.0, high=2.0),
        }

    def _explained(self) -> Measure:
        """Give R2, with the standard error of Olkin and Finn (1995) for one predictor."""
        n, around = self._truth.count, self._truth.deviations
        if n < 3 or not around:
            return Measure(None, n)
        value = float(1 - self._squared.total / around)
        positive = min(max(value, 1e-9), 1 - 1 / n)
        error = sqrt(4 * positive * (1 - positive) ** 2 * (n - 2) ** 2 / ((n * n - 1) * (n + 3)))
        return normal(value, error, n, high=1.0)


def _root(mse: Measure) -> Measure:
    """Take the root: its standard error is that of the square divided by twice the root."""
    if mse.value is None:
        return mse
    root = sqrt(mse.value)
    error = np.inf if mse.standard_error is None else mse.standard_error / (2 * root) if root else 0.0
    return normal(root, error, mse.count, low=0.0)
