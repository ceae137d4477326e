"""Every statistic by name, from two profiles of one column. A new one is a function and a row of ``DISTANCES``."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
import numpy.typing as npt

from mlgov.monitors.distances import counts, noise, significance
from mlgov.monitors.profile import CategoricalProfile, ColumnKind, ColumnProfile, NumericProfile

Floats = npt.NDArray[np.float64]
Cells = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One statistic of one column.

    Attributes:
        value: The statistic; None when it is not defined (no values, no spread).
        low: Lower bound. Of ks and w1: of the true distance between the raw values; of shares and mean_shift: of the
            99% interval; of the others: the value less noise_99, at least 0.
        high: Upper bound of ks, w1, shares and mean_shift; None for the others.
        noise_99: What the statistic stays under 99 times in 100 when nothing changed, at these sample sizes.
        p: The p-value that decides on this statistic; None without a test.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    noise_99: float | None = None
    p: float | None = None


DistanceFunction = Callable[[ColumnProfile, ColumnProfile], Estimate | None]


@dataclass(frozen=True, slots=True)
class Distance:
    """A row of the table.

    Attributes:
        title: What people call it.
        of: Gives the estimate for reference and window; None when the statistic does not apply to such columns.
        own_test: Whether its p-value is its own; otherwise the column's test of the whole distribution decides.
        noise_power: Its noise shrinks as (1/n + 1/m) to this power.
        counts_rows: Whether its sample sizes are rows, not values.
    """

    title: str
    of: DistanceFunction
    own_test: bool = False
    noise_power: float = 0.5
    counts_rows: bool = False


def cells(reference: ColumnProfile, current: ColumnProfile) -> Cells | None:
    """Give the coarse counts of both sides: categories and the rest, or groups of bins; None without values."""
    if isinstance(reference, CategoricalProfile) and isinstance(current, CategoricalProfile):
        h, g = (np.array([*side.counts, side.rest], dtype=np.int64) for side in (reference, current))
        return (h, g) if h.any() and g.any() else None
    pair = _numbers(reference, current)
    return None if pair is None else (pair[0].layout.grouped(pair[0].counts), pair[1].layout.grouped(pair[1].counts))


def _numbers(reference: ColumnProfile, current: ColumnProfile) -> tuple[NumericProfile, NumericProfile] | None:
    """Give both sides if they are numeric (not time) and hold finite values."""
    if not isinstance(reference, NumericProfile) or not isinstance(current, NumericProfile):
        return None
    comparable = reference.layout.kind is ColumnKind.NUMERIC and reference.n and current.n
    return (reference, current) if comparable else None


def _less_noise(value: float, noise_99: float) -> Estimate:
    return Estimate(value, low=max(0.0, value - noise_99), noise_99=noise_99)


def ks(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Kolmogorov-Smirnov distance; the value is the lower of the two bounds that frozen bins give."""
    pair = _numbers(reference, current)
    if pair is None:
        return None
    h, g = pair
    low, high = counts.ks_bounds(h.counts, g.counts, atoms=h.layout.atoms)
    return Estimate(low, low, high, noise.ks(h.n, g.n))


def w1(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """First Wasserstein distance from the bins' means, in the unit of the values."""
    pair = _numbers(reference, current)
    if pair is None:
        return None
    h, g = pair
    value = counts.wasserstein(h.bin_means, h.counts, g.bin_means, g.counts)
    off = sum(counts.wasserstein_bound(side.bin_means, side.counts, *side.bin_ends) for side in pair)
    off += 2 * 0.51 * 2.0**h.layout.grid_exponent  # bin means are rounded
    return _finite(Estimate(value, max(0.0, value - off), value + off, noise.wasserstein(*_spread(h), h.n, g.n)))


def w1_sigma(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """The same in standard deviations (divided by n) of the reference; not defined when it has no spread."""
    pair, estimate = _numbers(reference, current), w1(reference, current)
    if pair is None or estimate is None:
        return None
    return _divided(estimate, pair[0].std)


def _divided(estimate: Estimate, unit: float | None) -> Estimate:
    if estimate.value is None or not unit:
        return Estimate(None)
    parts = (estimate.value, estimate.low, estimate.high, estimate.noise_99)
    return _finite(Estimate(*(None if part is None else part / unit for part in parts)))


def _finite(estimate: Estimate) -> Estimate:
    """Give up an estimate whose numbers are beyond all floats."""
    parts = (estimate.value, estimate.low, estimate.high, estimate.noise_99)
    return estimate if all(part is None or isfinite(part) for part in parts) else Estimate(None)


def _spread(side: NumericProfile) -> tuple[Floats, Floats]:
    """Give the width of each bin and the cumulative share in its middle."""
    lows, highs = side.bin_ends
    held = counts.shares(side.counts)
    with np.errstate(over="ignore"):
        widths = np.where((held > 0) | _inner(side), np.maximum(highs - lows, 0), 0)
    return widths, np.cumsum(held) - held / 2


def _inner(side: NumericProfile) -> npt.NDArray[np.bool_]:
    inner = np.ones(side.layout.bins, bool)
    inner[[0, -1]] = False
    return inner


def mean_shift(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Window mean less reference mean in standard deviations of the reference, with Welch's error and test."""
    pair = _numbers(reference, current)
    if pair is None:
        return None
    h, g = pair
    if h.mean is None or g.mean is None or not h.std or h.variance is None or g.variance is None:
        return Estimate(None)
    test = significance.welch(h.mean, h.variance, h.n, g.mean, g.variance, g.n)
    value = (g.mean - h.mean) / h.std
    reach = noise.Z_TWO_SIDED * test.error / h.std if test else None
    noise_99 = noise.Z_TWO_SIDED * sqrt(1 / h.n + 1 / g.n)
    low, high = (None, None) if reach is None else (value - reach, value + reach)
    return _finite(Estimate(value, low, high, noise_99, test.p if test else None))


def js(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Jensen-Shannon distance to base 2 over categories or coarse groups."""
    found = cells(reference, current)
    return found and _less_noise(counts.js_distance(*found), noise.js_distance(*_sizes(found)))


def psi(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Population stability index, Jeffreys, over categories or coarse groups."""
    found = cells(reference, current)
    return found and _less_noise(counts.psi(*found), noise.psi(*_sizes(found)))


def tvd(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Total variation distance over categories or coarse groups."""
    found = cells(reference, current)
    return found and _less_noise(counts.total_variation(*found), noise.total_variation(*_pooled(found)))


def hellinger(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Hellinger distance over categories or coarse groups."""
    found = cells(reference, current)
    return found and _less_noise(counts.hellinger(*found), noise.hellinger(*_sizes(found)))


def linf(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Largest change of a share, of categories and of discrete numbers."""
    found = cells(reference, current) if _has_named_values(reference) else None
    return found and _less_noise(counts.linf(*found), noise.linf(*_pooled(found)))


def chi2(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Pearson's chi-square of the contingency table, of categories and of discrete numbers."""
    test = contingency(reference, current)
    return Estimate(test.statistic, p=test.p) if test else None


def cramers_v(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Cramer's V of the same table."""
    test = contingency(reference, current)
    return Estimate(test.cramers_v, p=test.p) if test else None


def contingency(reference: ColumnProfile, current: ColumnProfile) -> significance.Contingency | None:
    """Test categories or discrete numbers; None for other columns."""
    found = cells(reference, current) if _has_named_values(reference) else None
    return found and significance.chi2_contingency(*found)


def _has_named_values(side: ColumnProfile) -> bool:
    return isinstance(side, CategoricalProfile) or side.layout.discrete


def _sizes(found: Cells) -> tuple[int, int, int]:
    h, g = found
    return int(np.count_nonzero(h + g)), int(h.sum()), int(g.sum())


def _pooled(found: Cells) -> tuple[Floats, int, int]:
    h, g = found
    return counts.shares(h + g), int(h.sum()), int(g.sum())


def _share(k: int, n: int, j: int, m: int, *, p: float = 0.0, noise_99: float = 0.0) -> Estimate | None:
    """Compare two proportions; ``p`` and ``noise_99`` are what they are at least."""
    if not (n and m):
        return None
    low, high = significance.newcombe(k, n, j, m)
    tested = max(p, significance.two_proportions_p(k, n, j, m)) if k or j else None
    return Estimate(j / m - k / n, low, high, max(noise_99, noise.share(k, n, j, m)), tested)


def missing_values(side: ColumnProfile) -> int:
    """Count rows without a value: nulls, NaN, rows of batches without the column."""
    nan = side.nan if isinstance(side, NumericProfile) else 0
    return side.null + nan + side.absent


def null_share(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Change of the share of rows without a value."""
    sides = [(missing_values(side), side.rows + side.absent) for side in (reference, current)]
    return _share(*sides[0], *sides[1])


def unseen_share(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Change of the share of values that a complete vocabulary does not name."""
    if not isinstance(reference, CategoricalProfile) or not isinstance(current, CategoricalProfile):
        return None
    if not reference.layout.complete or not (reference.n and current.n):
        return None
    k, n, j, m = reference.unseen, reference.n, current.unseen, current.n
    if k:
        return _share(k, n, j, m)
    singletons = reference.counts.count(1)
    expected = significance.good_turing(singletons, n)
    p = significance.unseen_p(j, m, singletons, n)
    return _share(k, n, j, m, p=p, noise_99=noise.rate(expected, m))


def outside_share(reference: ColumnProfile, current: ColumnProfile) -> Estimate | None:
    """Change of the share of numbers outside the reference's range, infinite ones too."""
    if (
        not _has_range(reference)
        or not isinstance(reference, NumericProfile)
        or not isinstance(current, NumericProfile)
    ):
        return None
    k, n, j, m = (number for side in (reference, current) for number in (side.outside, side.n + side.infinite))
    p = significance.outside_p(j, m, n) if not k and m and n else 0.0
    return _share(k, n, j, m, p=p)


def _has_range(side: ColumnProfile) -> bool:
    return isinstance(side, NumericProfile) and side.layout.kind is ColumnKind.NUMERIC and bool(side.layout.edges)


DISTANCES: dict[str, Distance] = {
    "ks": Distance("Kolmogorov-Smirnov distance", ks),
    "w1": Distance("Wasserstein distance", w1),
    "w1_sigma": Distance("Wasserstein distance in sigma", w1_sigma),
    "mean_shift": Distance("mean shift in sigma", mean_shift, own_test=True),
    "js": Distance("Jensen-Shannon distance", js),
    "psi": Distance("population stability index", psi, noise_power=1.0),
    "tvd": Distance("total variation distance", tvd),
    "hellinger": Distance("Hellinger distance", hellinger),
    "linf": Distance("largest change of a share", linf),
    "chi2": Distance("chi-square", chi2, own_test=True),
    "cramers_v": Distance("Cramer's V", cramers_v, own_test=True),
    "null_share": Distance("change of the null share", null_share, own_test=True, counts_rows=True),
    "unseen_share": Distance("change of the unseen share", unseen_share, own_test=True),
    "outside_share": Distance("change of the share outside the range", outside_share, own_test=True),
}
