"""What chance alone gives: the value that a statistic stays under 99 times in 100 when nothing changed.

With v = 1/n + 1/m for n reference and m window values. The laws are those of large samples; the tests check them by
simulation.
"""

from math import inf, log, pi, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special

LEVEL = 0.99
Z = float(special.ndtri(LEVEL))
Z_TWO_SIDED = float(special.ndtri((1 + LEVEL) / 2))

#: Deviations above the mean of a sum of absolute normals that 99% stay under: 3.0 for one, fewer for many.
DEVIATIONS = 3.1

Floats = npt.NDArray[np.float64]


def ks(n: int, m: int) -> float:
    """Of the Kolmogorov-Smirnov distance: K sqrt(v), with K = 1.628 at 99%."""
    return float(special.kolmogi(1 - LEVEL)) * sqrt(1 / n + 1 / m)


def psi_mean(cells: int, n: int, m: int) -> float:
    """Mean of the PSI: (cells - 1) v."""
    return (cells - 1) * (1 / n + 1 / m)


def psi(cells: int, n: int, m: int) -> float:
    """Of the PSI: v times the quantile of chi-square with cells - 1 degrees of freedom."""
    return _chi2(cells) * (1 / n + 1 / m)


def psi_p(value: float, cells: int, n: int, m: int) -> float:
    """P-value of a PSI: value / v is about chi-square with cells - 1 degrees of freedom."""
    return float(special.chdtrc(cells - 1, value / (1 / n + 1 / m)))


def js_distance(cells: int, n: int, m: int) -> float:
    """Of the Jensen-Shannon distance to base 2: its divergence in nats is an eighth of the PSI."""
    return min(1.0, sqrt(psi(cells, n, m) / 8 / log(2)))


def hellinger(cells: int, n: int, m: int) -> float:
    """Of the Hellinger distance: its square is about an eighth of the PSI."""
    return min(1.0, sqrt(psi(cells, n, m) / 8))


def _chi2(cells: int) -> float:
    return float(special.chdtri(cells - 1, 1 - LEVEL)) if cells > 1 else 0.0


def total_variation(pooled: Floats, n: int, m: int) -> float:
    """Of the total variation: mean + 3.1 deviations, a little on the safe side with more than a few cells.

    The mean is sum sqrt(2 p (1 - p) v / pi) / 2. The deviation takes in that cells share a total: absolute normals with
    correlation r vary together by about r^2 / pi, here r^2 = p q / ((1 - p) (1 - q)).

    Args:
        pooled: Shares of both samples together, shape ``(cells,)``.
        n: Reference values.
        m: Window values.
    """
    p = pooled[(pooled > 0) & (pooled < 1)]
    mean = float(np.sqrt(2 * p * (1 - p) / pi).sum()) / 2
    together = p * np.sqrt(p / (1 - p))
    shared = (float(together.sum()) ** 2 - float((together**2).sum())) / pi
    variance = ((1 - 2 / pi) * float((p * (1 - p)).sum()) + shared) / 4
    return min(1.0, (mean + DEVIATIONS * sqrt(variance)) * sqrt(1 / n + 1 / m))


def linf(pooled: Floats, n: int, m: int) -> float:
    """Of the largest difference of a share: each cell's normal quantile at its part of the error (Bonferroni)."""
    cells = int(np.count_nonzero(pooled))
    if cells < 2:
        return 0.0
    z = float(special.ndtri(1 - (1 - LEVEL) / 2 / (1 if cells == 2 else cells)))
    return min(1.0, z * sqrt(float((pooled * (1 - pooled)).max()) * (1 / n + 1 / m)))


def share(k: int, n: int, j: int, m: int) -> float:
    """Of the difference of two proportions: z sqrt(p (1 - p) v), with p the middle of both samples' Wilson interval."""
    z2 = Z_TWO_SIDED**2
    pooled = (k + j + z2 / 2) / (n + m + z2)
    return Z_TWO_SIDED * sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))


def rate(expected: float, m: int) -> float:
    """Of a share that is ``expected`` on average: expected + z sqrt(expected (1 - expected) / m)."""
    return expected + Z * sqrt(expected * (1 - expected) / m)


def wasserstein(widths: Floats, cumulative: Floats, n: int, m: int) -> float:
    """Of the first Wasserstein distance: sqrt(v) times the 99% quantile of the integral of abs(B(F(x))).

    B is a Brownian bridge. Mean and deviation of the integral are computed (the mean of the product of two absolute
    normals with correlation r is 2 / pi (sqrt(1 - r^2) + r arcsin r)); the quantile is mean + 3.1 deviations, by
    simulation within 3% for normal, uniform, heavy-tailed, U-shaped and binary references. For a normal reference that
    is 2.1 times the mean.

    Args:
        widths: Widths of the pieces that the reference's range is cut into, shape ``(pieces,)``.
        cumulative: Its cumulative share in the middle of each piece.
        n: Reference values.
        m: Window values.
    """
    held = (cumulative > 0) & (cumulative < 1) & (widths > 0)
    if not held.any():
        return 0.0
    unit = float(widths[held].max())
    if unit == inf:
        return inf
    f, dx = cumulative[held], widths[held] / unit  # so that huge values do not overflow when squared
    deviation = np.sqrt(f * (1 - f))
    between = np.minimum.outer(f, f) - np.outer(f, f)
    r = np.clip(between / np.outer(deviation, deviation), -1, 1)
    covariance = 2 / pi * (np.sqrt(1 - r * r) + r * np.arcsin(r) - 1)
    weights = deviation * dx
    mean, variance = sqrt(2 / pi) * float(weights.sum()), float(weights @ covariance @ weights)
    return unit * (mean + DEVIATIONS * sqrt(max(variance, 0.0))) * sqrt(1 / n + 1 / m)
