"""How sure a bias metric is: closed forms where there are sound ones, else a bootstrap that repeats itself.

Differences of proportions get Newcombe's score interval: with few rows, or shares of 0 or 1, the usual plus-minus of
standard errors is far too short (of length 0 at worst). Ratios get the same built from score intervals (Donner and Zou
2012). Everything else is resampled: cells are drawn anew from their own shares, which is drawing rows anew.
"""

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special

from mlgov.monitors.bias.metric import Kind, Metric, evaluate
from mlgov.monitors.bias.split import A, D, Places, Split, split
from mlgov.monitors.distances.significance import chi2_contingency, newcombe, wilson

Floats = npt.NDArray[np.float64]

LEVEL = 0.99
REPLICATES = 1_000
#: With a larger share of resamples in which the metric is not defined, the others are a chosen few: no interval.
MOST_UNDEFINED = 0.05


@dataclass(frozen=True, slots=True)
class Interval:
    """How sure a value is.

    Attributes:
        low: Lower end; None without an interval.
        high: Upper end; None without an interval.
        standard_error: Of the value; None when not known.
        skipped: Share of resamples in which the metric is not defined.
    """

    low: float | None = None
    high: float | None = None
    standard_error: float | None = None
    skipped: float = 0.0


def resampled(at: Places, *, seed: int, replicates: int = REPLICATES) -> Split:
    """Draw the rows anew, with replacement.

    The generator is numpy's legacy one, whose stream never changes: the same counts and seed give the same draws
    with every version.

    Args:
        at: The rows; not all 0.
        seed: 0 to 2^32 - 1.
        replicates: How often.
    """
    total = int(at.rows.sum())
    draws = np.random.RandomState(seed).multinomial(total, at.rows / total, size=replicates)
    return split(draws, at)


def interval(metric: Metric, value: float, counts: Split, resamples: Split, *, level: float = LEVEL) -> Interval:
    """Give the interval of a defined value.

    Args:
        metric: The metric.
        value: Its value.
        counts: The counts.
        resamples: The same, drawn anew.
        level: Confidence, for instance 0.99.
    """
    if metric.proportions:
        (k, n), (j, m) = (tuple(int(part[0]) for part in of(counts)) for of in metric.proportions)
        if metric.kind is Kind.RATIO:
            low, high = ratio_interval(k, n, j, m, level=level)
            return Interval(low, high, _ratio_error(k, n, j, m))
        low, high = newcombe(j, m, k, n, level=level)
        return Interval(max(low, -1.0), min(high, 1.0), sqrt(_variance(k, n) + _variance(j, m)))
    if metric.kind is Kind.IMBALANCE:
        return _imbalance(int(counts.rows[0, A]), int(counts.rows[0, D]), level)
    found = _bootstrapped(metric, value, resamples, level)
    return _distance(found, counts, level) if metric.kind is Kind.DISTANCE else found


def normal_quantile(level: float) -> float:
    """Give z so that a standard normal lies within -z and z with this probability."""
    return float(special.ndtri((1 + level) / 2))


def _variance(k: int, n: int) -> float:
    return k / n * (1 - k / n) / n


def _ratio_error(k: int, n: int, j: int, m: int) -> float | None:
    """Delta method: ratio times sqrt((1 - p) / (n p) + (1 - q) / (m q))."""
    if not k or not j:
        return None
    return k / n / (j / m) * sqrt((1 - k / n) / k + (1 - j / m) / j)


def ratio_interval(k: int, n: int, j: int, m: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Interval of (k / n) / (j / m) from the Wilson intervals of both (MOVER-R, Donner and Zou 2012).

    Args:
        k: Rows that count, above.
        n: Of so many, at least 1.
        j: Rows that count, below; at least 1.
        m: Of so many.
        level: Confidence.
    """
    z = normal_quantile(level)
    p, q = k / n, j / m
    (low_p, high_p), (low_q, high_q) = wilson(k, n, z=z), wilson(j, m, z=z)
    low = _root(p, q, low_p * (2 * p - low_p), high_q * (2 * q - high_q), -1) if k else 0.0
    high = _root(p, q, high_p * (2 * p - high_p), low_q * (2 * q - low_q), 1)
    return min(low, p / q), max(high, p / q)


def _root(p: float, q: float, above: float, below: float, sign: int) -> float:
    """Solve below x^2 - 2 p q x + above = 0 for the smaller (-1) or larger (1) root that is meant."""
    root = sqrt(max((p * q) ** 2 - above * below, 0.0))
    if sign < 0:  # the stable form: the other one divides zero by zero when below is 0
        return above / (p * q + root)
    return (p * q + root) / below if below > 0 else inf


def _imbalance(a: int, d: int, level: float) -> Interval:
    """CI is 1 - 2 d / (a + d), so Wilson's interval of d's share is all that it takes."""
    low, high = wilson(d, a + d, z=normal_quantile(level))
    return Interval(1 - 2 * high, 1 - 2 * low, 2 * sqrt(_variance(d, a + d)))


def _bootstrapped(metric: Metric, value: float, resamples: Split, level: float) -> Interval:
    values = evaluate(metric, resamples)
    defined = values[np.isfinite(values)]
    skipped = 1 - len(defined) / len(values)
    if skipped > MOST_UNDEFINED or len(defined) < 2:
        return Interval(skipped=skipped)
    error = float(np.std(defined, ddof=1))
    reach = normal_quantile(level) * error
    return Interval(max(value - reach, metric.low), min(value + reach, metric.high), error, skipped)


def _distance(found: Interval, counts: Split, level: float) -> Interval:
    """A distance is above 0 by chance alone: its lower end is 0 unless a chi-square test tells the sides apart."""
    if found.low is None:
        return found
    p = chi2_contingency(counts.classes[0, A], counts.classes[0, D]).p
    return found if p <= 1 - level else Interval(0.0, found.high, found.standard_error, found.skipped)
