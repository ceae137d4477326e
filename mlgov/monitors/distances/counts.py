"""Distances between two rows of counts over the same bins or categories.

Throughout: ``h`` counts the reference and ``g`` the window, shape ``(cells,)``, whole numbers of at least 0; n and m
are their sums and must not be 0; p = h / n and q = g / m are the shares.
"""

from math import inf, log, sqrt

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def shares(counts: npt.ArrayLike) -> Floats:
    """Divide counts by their sum."""
    values = np.asarray(counts, dtype=np.float64)
    result: Floats = values / values.sum()
    return result


def ks_bounds(h: npt.ArrayLike, g: npt.ArrayLike, *, atoms: Flags | None = None) -> tuple[float, float]:
    """Bound the two-sample Kolmogorov-Smirnov distance of the raw values: low <= D <= high.

    With F and G the cumulative shares, low = max abs(F - G) at the bins' ends; inside a bin neither can leave what its
    ends allow, so high = max over bins of max(F_end - G_start, G_end - F_start). The gap is at most the largest of
    min(p, q) over the bins. Range 0 to 1, symmetric, exact (low = high) when every shared bin is an atom.

    Args:
        h: Reference counts of ordered bins.
        g: Window counts.
        atoms: Bins that hold a single value, where nothing can happen inside.
    """
    p, q = np.asarray(h, dtype=np.int64), np.asarray(g, dtype=np.int64)
    f_end, g_end = np.cumsum(p) / p.sum(), np.cumsum(q) / q.sum()
    low = float(np.abs(f_end - g_end).max())
    f_start, g_start = np.append(0, f_end[:-1]), np.append(0, g_end[:-1])
    inside = np.maximum(f_end - g_start, g_end - f_start)
    if atoms is not None:
        inside = np.where(atoms, 0, inside)
    return low, float(max(low, inside.max()))


def js_distance(h: npt.ArrayLike, g: npt.ArrayLike) -> float:
    """Jensen-Shannon distance to base 2 (Lin 1991; Endres and Schindelin 2003), a metric from 0 to 1.

    sqrt(sum p log2(2p / (p + q)) / 2 + sum q log2(2q / (p + q)) / 2) with 0 log 0 = 0: empty cells need no smoothing.
    """
    p, q = shares(h), shares(g)
    divergence = (_entropy_part(p, q) + _entropy_part(q, p)) / 2
    return min(sqrt(max(divergence, 0.0)), 1.0)


def _entropy_part(p: Floats, q: Floats) -> float:
    held = p > 0
    return float(np.sum(p[held] * np.log2(2 * p[held] / (p[held] + q[held]))))


def psi(h: npt.ArrayLike, g: npt.ArrayLike, *, smoothing: float = 0.5) -> float:
    """Population stability index with Jeffreys smoothing: sum (q' - p') ln(q' / p'), from 0 up, symmetric.

    p' = (h + s) / (n + s cells): with s = 1/2 (Jeffreys 1946) an empty cell is neither infinite nor a matter of the
    implementer's taste. The cells must be those of the baseline, or the values of two windows cannot be compared.

    Args:
        h: Reference counts.
        g: Window counts.
        smoothing: Count added to every cell; more than 0.
    """
    p, q = (shares(np.asarray(counts) + smoothing) for counts in (h, g))
    return float(np.sum((q - p) * np.log(q / p)))


def total_variation(h: npt.ArrayLike, g: npt.ArrayLike) -> float:
    """Total variation distance: sum abs(p - q) / 2, the share of rows that would have to move. 0 to 1, a metric."""
    return min(float(np.abs(shares(h) - shares(g)).sum() / 2), 1.0)


def linf(h: npt.ArrayLike, g: npt.ArrayLike) -> float:
    """Largest difference of a share: max abs(p - q). 0 to 1, a metric. Deequ's categorical ``linf_simple``."""
    return float(np.abs(shares(h) - shares(g)).max())


def hellinger(h: npt.ArrayLike, g: npt.ArrayLike) -> float:
    """Hellinger distance: sqrt(sum (sqrt p - sqrt q)^2 / 2) = sqrt(1 - sum sqrt(p q)). 0 to 1, a metric."""
    return min(sqrt(float(np.sum((np.sqrt(shares(h)) - np.sqrt(shares(g))) ** 2)) / 2), 1.0)


def wasserstein(means_h: Floats, h: npt.ArrayLike, means_g: Floats, g: npt.ArrayLike) -> float:
    """First Wasserstein distance between the bins' means as weighted points: the integral of abs(F - G).

    From 0 up, symmetric, in the unit of the values. Exact for points; ``wasserstein_bound`` says how far off it can be
    when the points stand for bins.

    Args:
        means_h: Mean of the reference per bin; NaN where there are none.
        h: Reference counts.
        means_g: Mean of the window per bin.
        g: Window counts.
    """
    p, q = np.asarray(h, dtype=np.int64), np.asarray(g, dtype=np.int64)
    points = np.concatenate([means_h[p > 0], means_g[q > 0]])
    order = np.argsort(points, kind="stable")
    no_p, no_q = np.zeros(np.count_nonzero(p), np.int64), np.zeros(np.count_nonzero(q), np.int64)
    f = np.cumsum(np.concatenate([p[p > 0], no_q])[order]) / p.sum()
    g_ = np.cumsum(np.concatenate([no_p, q[q > 0]])[order]) / q.sum()
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sum(np.abs(f - g_)[:-1] * np.diff(points[order])))


def wasserstein_bound(means: Floats, counts: npt.ArrayLike, lows: Floats, highs: Floats) -> float:
    """Bound how far the points of ``wasserstein`` are from the values they stand for, for one side.

    Values in [l, h] with mean u lie at most 2 (u - l)(h - u) / (h - l) from it on average; bins weigh in by share.

    Args:
        means: Mean per bin, within the bin.
        counts: Counts per bin.
        lows: Lower end per bin; for an open one the smallest value.
        highs: Upper end per bin; for an open one the largest value.
    """
    weights = shares(counts)
    held = (weights > 0) & (highs > lows)
    with np.errstate(over="ignore"):
        widths = highs[held] - lows[held]
        if np.isinf(widths).any():
            return inf
        below, above = means[held] - lows[held], highs[held] - means[held]
        return float(np.sum(2 * weights[held] * (below * (above / widths))))


def deequ_linf(
    values_h: npt.ArrayLike, h: npt.ArrayLike, values_g: npt.ArrayLike, g: npt.ArrayLike, *, collapse: bool = False
) -> float:
    """Deequ's numeric ``linf_simple``: the largest difference of the cumulative shares of two sets of weighted values.

    Args:
        values_h: Reference values, or the items of its KLL sketch.
        h: Their weights.
        values_g: Window values.
        g: Their weights.
        collapse: Do as Deequ 2.0.2 does and keep one weight only, the largest, of a value that comes several times. A
            binary column that moves from 10% to 90% then scores 0 where D is 0.8. For comparing with old reports only.
    """
    sides = [_weighted(values_h, h, collapse=collapse), _weighted(values_g, g, collapse=collapse)]
    points = np.union1d(sides[0][0], sides[1][0])
    ranks = [np.append(0, np.cumsum(w))[np.searchsorted(v, points, side="right")] / w.sum() for v, w in sides]
    return float(np.abs(ranks[0] - ranks[1]).max())


def _weighted(values: npt.ArrayLike, weights: npt.ArrayLike, *, collapse: bool) -> tuple[Floats, Floats]:
    points, which = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True)
    total = np.zeros(len(points))
    (np.maximum if collapse else np.add).at(total, which, np.asarray(weights, dtype=np.float64))
    return points, total


def deequ_robust(distance: float, n: int, m: int, *, alpha: float | None = None) -> float:
    """Deequ's ``linf_robust``: the distance less what chance may add, max(0, D - c sqrt(1/n + 1/m)).

    Args:
        distance: A ``linf_simple`` distance.
        n: Reference rows.
        m: Window rows.
        alpha: Level of the Kolmogorov-Smirnov test that gives c = sqrt(-ln(alpha / 2) / 2); c = 1.8 when None.
    """
    factor = 1.8 if alpha is None else sqrt(-log(alpha / 2) / 2)
    return max(0.0, distance - factor * sqrt(1 / n + 1 / m))
