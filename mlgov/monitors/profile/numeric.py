"""The profile of a numeric column."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil, sqrt

import numpy as np
import numpy.typing as npt

from mlgov.monitors.profile import logbuckets, sums
from mlgov.monitors.profile.layout import NumericLayout
from mlgov.monitors.profile.parts import Counts, Types, added, tallied

Buckets = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class FarValues:
    """Values of one bin that lie too far out for the grid.

    Attributes:
        bin: The bin.
        count: How many there are.
        total: Their exact sum, in units of ``2 ** -sums.UNIT``.
    """

    bin: int
    count: int
    total: int


@dataclass(frozen=True)  # without slots, which would leave no room for cached properties
class NumericProfile:
    """What a window holds in a numeric or time column.

    Attributes:
        layout: The frozen bins.
        rows: Rows of batches that have the column.
        absent: Rows of batches that lack the column.
        null: Nulls and blank strings.
        nan: Values that are not a number.
        positive_infinity: Infinite values.
        negative_infinity: Negative infinite values.
        zero: Values that are 0.
        negative: Finite values below 0.
        minimum: Smallest finite value; None without one.
        maximum: Largest finite value; None without one.
        types: What the values came as.
        counts: Finite values per bin.
        steps: Sum per bin of what lies on the grid, in steps from its centre.
        squares: Sum of the squared steps over all bins.
        far: The values that lie off the grid, by bin.
        far_squares: Exact sum of their squares, in units of ``2 ** (-2 * sums.UNIT)``.
        below: Values below the reference's range per log bucket (see ``logbuckets``), by bucket.
        above: Values above it.
    """

    layout: NumericLayout
    rows: int
    absent: int
    null: int
    nan: int
    positive_infinity: int
    negative_infinity: int
    zero: int
    negative: int
    minimum: float | None
    maximum: float | None
    types: Types
    counts: Counts
    steps: Counts
    squares: int
    far: tuple[FarValues, ...]
    far_squares: int
    below: Buckets
    above: Buckets

    @property
    def n(self) -> int:
        """Number of finite values."""
        return sum(self.counts)

    @property
    def infinite(self) -> int:
        """Number of infinite values."""
        return self.positive_infinity + self.negative_infinity

    @property
    def outside(self) -> int:
        """Number of values outside the reference's range, the infinite ones too."""
        ends = self.counts[0] + self.counts[-1] if self.layout.edges else self.counts[0]
        return ends + self.infinite

    @property
    def mean(self) -> float | None:
        """Mean of the finite values; None without any, or when it is too large for a float."""
        return _float(self.moments[0]) if self.n else None

    @property
    def variance(self) -> float | None:
        """Population variance (divided by n) of the finite values; None as for the mean."""
        return _float(self.moments[1]) if self.n else None

    @property
    def std(self) -> float | None:
        """Population standard deviation (divided by n) of the finite values; None as for the mean."""
        if not self.n:
            return None
        variance = self.moments[1]
        half = (variance.numerator.bit_length() - variance.denominator.bit_length()) // 2
        return _float(Fraction(sqrt(variance / Fraction(4) ** half)) * Fraction(2) ** half)  # squares may overflow

    @property
    def total(self) -> float | None:
        """Sum of the finite values; None when it is too large for a float."""
        return _float(self.moments[0] * self.n) if self.n else 0.0

    @cached_property
    def bin_means(self) -> npt.NDArray[np.float64]:
        """Mean per bin, shape ``(bins,)``, off by at most 0.51 steps of the grid; NaN in empty bins."""
        counts, steps = np.array(self.counts, dtype=np.float64), np.array(self.steps, dtype=np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            means = self.layout.grid_centre + steps / counts * 2.0**self.layout.grid_exponent
        for part in self.far:
            means[part.bin] = self._mean_with_far(part)
        return np.clip(means, *self.bin_ends)

    @property
    def bin_ends(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Lower and upper end of each bin, shape ``(bins,)``; of the open ones, the smallest and the largest value."""
        least, most = self.minimum or 0.0, self.maximum or 0.0
        return np.array([least, *self.layout.edges]), np.array([*self.layout.edges, most])

    def _mean_with_far(self, far: FarValues) -> float:
        count, step = self.counts[far.bin], Fraction(2) ** self.layout.grid_exponent
        near = self.steps[far.bin] * step + (count - far.count) * Fraction(self.layout.grid_centre)
        return float((near + Fraction(far.total, 1 << sums.UNIT)) / count)

    @cached_property
    def moments(self) -> tuple[Fraction, Fraction]:
        """Exact mean and population variance of the values on the grid; there must be values."""
        return sums.mean_and_variance(
            n=self.n,
            far=sum(part.count for part in self.far),
            steps=sum(self.steps),
            squares=self.squares,
            far_total=sum(part.total for part in self.far),
            far_squares=self.far_squares,
            centre=self.layout.grid_centre,
            exponent=self.layout.grid_exponent,
        )

    def quantile(self, share: float) -> float | None:
        """Give about the value that ``share`` (0 to 1) of the finite values do not exceed; None without any.

        Outside the reference's range the value is within 0.5%; inside it lies in the right bin.
        """
        if not self.n or self.minimum is None or self.maximum is None:
            return None
        rank = min(max(ceil(share * self.n), 1), self.n)
        passed = 0
        for high, low, count in self._ladder():
            if passed + count >= rank:
                value = low + (high - low) * (rank - passed) / count
                return min(max(value, self.minimum), self.maximum)
            passed += count
        return self.maximum

    def _ladder(self) -> Iterator[tuple[float, float, int]]:
        """Give upper end, lower end and count of everything that is counted, in order of the values."""
        for key, count in self.below:
            yield logbuckets.value_of(key), logbuckets.value_of(key), count
        for (low, high), count in zip(pairwise(self.layout.edges), self.counts[1:-1], strict=True):
            yield high, low, count
        for key, count in self.above:
            yield logbuckets.value_of(key), logbuckets.value_of(key), count

    def __add__(self, more: "NumericProfile") -> "NumericProfile":
        return NumericProfile(
            layout=self.layout,
            rows=self.rows + more.rows,
            absent=self.absent + more.absent,
            null=self.null + more.null,
            nan=self.nan + more.nan,
            positive_infinity=self.positive_infinity + more.positive_infinity,
            negative_infinity=self.negative_infinity + more.negative_infinity,
            zero=self.zero + more.zero,
            negative=self.negative + more.negative,
            minimum=min(_present(self.minimum, more.minimum), default=None),
            maximum=max(_present(self.maximum, more.maximum), default=None),
            types=self.types + more.types,
            counts=added(self.counts, more.counts),
            steps=added(self.steps, more.steps),
            squares=self.squares + more.squares,
            far=far_added(self.far + more.far),
            far_squares=self.far_squares + more.far_squares,
            below=tallied(self.below + more.below),
            above=tallied(self.above + more.above),
        )


def empty_numeric(layout: NumericLayout) -> NumericProfile:
    """Give the profile of a numeric column without rows."""
    zeros = (0,) * layout.bins
    return NumericProfile(layout, 0, 0, 0, 0, 0, 0, 0, 0, None, None, Types(), zeros, zeros, 0, (), 0, (), ())


def far_added(parts: Iterable[FarValues]) -> tuple[FarValues, ...]:
    """Add up what lies off the grid, bin by bin."""
    counts: Counter[int] = Counter()
    totals: Counter[int] = Counter()
    for part in parts:
        counts[part.bin] += part.count
        totals[part.bin] += part.total
    return tuple(FarValues(index, counts[index], totals[index]) for index in sorted(counts))


def _present(*values: float | None) -> list[float]:
    return [value for value in values if value is not None]


def _float(value: Fraction) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None
