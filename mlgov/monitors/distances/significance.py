"""Tests: could chance alone have done this? P-values from 0 to 1.

They come from ``scipy.special``: importing ``scipy.stats`` takes most of a second.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import special

#: Cells of a contingency table are merged until each is expected to hold at least this many rows on either side.
SMALLEST_EXPECTED = 5.0


@dataclass(frozen=True, slots=True)
class Contingency:
    """A chi-square test of two rows of counts.

    Attributes:
        statistic: Pearson's chi-square, without continuity correction.
        df: Degrees of freedom; 0 when fewer than two cells are left.
        p: P-value; 1 without degrees of freedom.
        cramers_v: sqrt(chi2 / (n + m)), 0 to 1.
    """

    statistic: float
    df: int
    p: float
    cramers_v: float


def ks_p(low: float, n: int, m: int) -> float:
    """P-value of a Kolmogorov-Smirnov distance of at least ``low``: the limit law at low / sqrt(1/n + 1/m).

    On the safe side: ``low`` does not exceed the true distance, and for small samples and ties the limit law overstates
    p.
    """
    return float(special.kolmogorov(low / sqrt(1 / n + 1 / m)))


def chi2_contingency(h: npt.ArrayLike, g: npt.ArrayLike, *, smallest: float = SMALLEST_EXPECTED) -> Contingency:
    """Test whether two rows of counts come from one distribution (both are samples; neither is taken for the truth).

    Args:
        h: Reference counts, shape ``(cells,)``, not all 0.
        g: Window counts, not all 0.
        smallest: Expected count below which cells are merged, smallest first; 0 merges nothing.
    """
    table = np.array([h, g], dtype=np.float64)
    table = _merged(table[:, table.sum(axis=0) > 0], smallest)
    rows, columns, total = table.sum(axis=1), table.sum(axis=0), table.sum()
    expected = np.outer(rows, columns) / total
    statistic = float(np.sum((table - expected) ** 2 / expected))
    df = table.shape[1] - 1
    p = float(special.chdtrc(df, statistic)) if df else 1.0
    return Contingency(statistic if df else 0.0, df, p, sqrt(statistic / total) if df else 0.0)


def _merged(table: npt.NDArray[np.float64], smallest: float) -> npt.NDArray[np.float64]:
    """Merge the cells that expect too few rows, and then the next smallest until the merged one is large enough."""
    totals = table.sum(axis=0)
    expected = totals * table.sum(axis=1).min() / table.sum()
    order = np.argsort(totals, kind="stable")
    rare = int(np.count_nonzero(expected < smallest))
    if rare:
        reached = int(np.searchsorted(np.cumsum(expected[order]), smallest)) + 1
        rare = min(max(rare, reached), len(order))
    kept = table[:, order[rare:]]
    return np.column_stack([table[:, order[:rare]].sum(axis=1), kept]) if rare else kept


def wilson(successes: int, n: int, *, z: float) -> tuple[float, float]:
    """Wilson's score interval of a proportion (1927), within 0 and 1."""
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def newcombe(k: int, n: int, j: int, m: int, *, level: float = 0.99) -> tuple[float, float]:
    """Interval of the difference j/m - k/n of two proportions: Newcombe's hybrid score interval (1998, method 10).

    Args:
        k: Reference rows that count.
        n: Reference rows, at least 1.
        j: Window rows that count.
        m: Window rows, at least 1.
        level: Confidence.
    """
    z = float(special.ndtri((1 + level) / 2))
    p, q = k / n, j / m
    low_p, high_p = wilson(k, n, z=z)
    low_q, high_q = wilson(j, m, z=z)
    difference = q - p
    low = difference - sqrt((q - low_q) ** 2 + (high_p - p) ** 2)
    return low, difference + sqrt((high_q - q) ** 2 + (p - low_p) ** 2)


def two_proportions_p(k: int, n: int, j: int, m: int) -> float:
    """Two-sided p-value of k/n against j/m: the pooled z test, or Fisher's exact test when a cell is below 5."""
    if min(k, n - k, j, m - j) < SMALLEST_EXPECTED:
        return fisher_p(k, n, j, m)
    pooled = (k + j) / (n + m)
    z = (j / m - k / n) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return float(2 * special.ndtr(-abs(z)))


def fisher_p(k: int, n: int, j: int, m: int) -> float:
    """Two-sided p-value of Fisher's exact test: the chance of all tables with these margins that are no likelier."""
    total = k + j
    support = np.arange(max(0, total - n), min(m, total) + 1, dtype=np.float64)
    logs = _log_choose(m, support) + _log_choose(n, total - support) - float(_log_choose(n + m, np.float64(total)))
    observed = logs[int(j - support[0])]
    return min(1.0, float(np.exp(logs[logs <= observed + 1e-7]).sum()))


def _log_choose(n: int, k: npt.NDArray[np.float64] | np.float64) -> npt.NDArray[np.float64]:
    result: npt.NDArray[np.float64] = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return result


@dataclass(frozen=True, slots=True)
class MeanShift:
    """A shift of the mean.

    Attributes:
        shift: Window mean less reference mean, in the unit of the values.
        error: Its standard error (Welch).
        t: shift / error.
        df: Welch-Satterthwaite degrees of freedom.
        p: Two-sided p-value.
    """

    shift: float
    error: float
    t: float
    df: float
    p: float


def welch(mean_h: float, var_h: float, n: int, mean_g: float, var_g: float, m: int) -> MeanShift | None:
    """Welch's t test (1947).

    Args:
        mean_h: Reference mean.
        var_h: Reference variance, divided by n.
        n: Reference values.
        mean_g: Window mean.
        var_g: Window variance, divided by m.
        m: Window values.

    Returns:
        The test; None with fewer than two values on a side, or no spread on either.
    """
    if n < 2 or m < 2:
        return None
    of_h, of_g = var_h / (n - 1), var_g / (m - 1)
    error = sqrt(of_h + of_g)
    if not 0 < error < np.inf:
        return None
    shift = mean_g - mean_h
    both = of_h + of_g
    df = 1 / ((of_h / both) ** 2 / (n - 1) + (of_g / both) ** 2 / (m - 1))
    return MeanShift(shift, error, shift / error, df, float(2 * special.stdtr(df, -abs(shift / error))))


def unseen_p(unseen: int, m: int, singletons: int, n: int) -> float:
    """P-value of so many rows with values that the reference lacks, when nothing changed.

    A reference never holds all rare values. Good and Turing's estimate of what it misses is the share of its rows whose
    value it holds once; one more is counted, to be safe. The p-value is the binomial tail at that rate.

    Args:
        unseen: Window rows with such values.
        m: Window rows, at least 1.
        singletons: Values that one reference row holds.
        n: Reference rows.
    """
    return float(special.bdtrc(unseen - 1, m, good_turing(singletons, n))) if unseen else 1.0


def good_turing(singletons: int, n: int) -> float:
    """Estimate the share of rows whose value the reference lacks, on the safe side, from 0 to 1."""
    return min(1.0, (singletons + 1) / (n + 1))


def outside_p(outside: int, m: int, n: int) -> float:
    """P-value of so many values beyond the smallest and largest of the reference, when nothing changed.

    Each side's excess follows a geometric law with ratio r = m / (n + m) (a value is as likely to be the extreme as any
    other), both together P(T >= t) = r^t (1 + t (1 - r)).
    """
    ratio = m / (n + m)
    return min(1.0, ratio**outside * (1 + outside * (1 - ratio)))


def adjusted(p_values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Benjamini and Hochberg's adjustment (1995): rejecting at adj <= q keeps the false discovery rate at q.

    Sorted ascending, adj_i = min over j >= i of p_j M / j, at most 1; in the order given, shape ``(M,)``.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    result = np.empty(len(p))
    result[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return result
