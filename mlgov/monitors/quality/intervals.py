"""How sure a metric is: intervals and standard errors, and sums that are exact."""

from fractions import Fraction
from math import isfinite, sqrt

import numpy as np
import numpy.typing as npt

from mlgov.monitors.distances.significance import wilson
from mlgov.monitors.profile.sums import PIECE_ROWS, UNIT, far_sum, far_sum_of_squares
from mlgov.monitors.quality.measures import Measure

Floats = npt.NDArray[np.float64]

#: Two-sided 95% quantile of the normal distribution.
Z = 1.959963984540054
#: Digits that are reported; two machines may differ in later ones.
DIGITS = 12


def share(hits: int, count: int) -> Measure:
    """Measure a share with Wilson's interval (1927).

    Its standard error is half the width of the interval divided by z: near sqrt(p (1 - p) / n), but not zero for a
    share of 0 or 1, which would call the first mistake impossible.
    """
    if not count:
        return Measure(None, 0)
    lower, upper = wilson(hits, count, z=Z)
    return Measure(rounded(hits / count), count, rounded((upper - lower) / (2 * Z)), rounded(lower), rounded(upper))


def normal(value: float, standard_error: float, count: int, *, low: float = -np.inf, high: float = np.inf) -> Measure:
    """Measure something with the interval of the normal distribution, cut to the range that the metric has."""
    if not isfinite(value):
        return Measure(None, count)
    if not isfinite(standard_error):
        return Measure(rounded(value), count)
    lower, upper = max(low, value - Z * standard_error), min(high, value + Z * standard_error)
    return Measure(rounded(value), count, rounded(standard_error), rounded(lower), rounded(upper))


def rounded(value: float) -> float:
    """Cut a number to the digits that are reported, never -0.0."""
    return float(f"{value:.{DIGITS}g}") + 0.0


def tidy(value: float | None) -> float | None:
    """Cut a number for records to the digits that are reported; None for what is not finite."""
    return rounded(value) if value is not None and isfinite(value) else None


class ExactSum:
    """Sum and sum of squares of doubles, exact, so that the order of rows changes nothing."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = self._squares = 0

    def add(self, values: Floats) -> None:
        """Add finite values below 1e140 in size."""
        self.count += len(values)
        for start in range(0, len(values), PIECE_ROWS):
            piece = np.ascontiguousarray(values[start : start + PIECE_ROWS])
            self._sum += far_sum(piece)
            self._squares += far_sum_of_squares(piece)

    @property
    def total(self) -> Fraction:
        """The sum."""
        return Fraction(self._sum, 1 << UNIT)

    @property
    def squares(self) -> Fraction:
        """The sum of squares."""
        return Fraction(self._squares, 1 << 2 * UNIT)

    @property
    def deviations(self) -> Fraction:
        """The sum of squared distances from the mean; 0 without values."""
        return self.squares - self.total**2 / self.count if self.count else Fraction(0)

    def mean(self, *, low: float = -np.inf, high: float = np.inf) -> Measure:
        """Measure the mean, with the interval of the central limit theorem."""
        if not self.count:
            return Measure(None, 0)
        variance = float(self.deviations / (self.count - 1)) if self.count > 1 else np.inf
        return normal(float(self.total / self.count), sqrt(variance / self.count), self.count, low=low, high=high)
