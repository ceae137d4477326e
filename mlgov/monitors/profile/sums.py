"""Sums that do not depend on the order of their terms.

Adding floats gives other last digits in another order. Here every value is first put on a grid that the layout froze
(whole multiples of a power of two around a centre), and whole numbers add up exactly in any order. What lies too far
out for the grid is added exactly, bit for bit.

How good this is: a value on the grid moves by at most half a step (and 2 ** -17 of a step for rounding), so the mean is
off by at most 0.51 steps. A step is at most 2 ** -26 of the reference's spread (the larger distance from the median
to the 1% or 99% quantile): 7.6e-9 of it in the mean, and 1.6e-8 of the mean distance from the centre, times the spread,
in the variance. Whole numbers and other multiples of the step are exact. The grid reaches at least 500 spreads out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Rows that are added as floats holding whole numbers: 2 ** 16 of them below 2 ** 36 stay below 2 ** 53, so are exact.
PIECE_ROWS = 1 << 16
GRID_BITS = 36
SPREAD_BITS = 27
EXPONENTS = (-1000, 987)

#: The centre is at most so many steps from zero (as a power of two): values that differ are at least 2 ** -53 apart.
CENTRE_BITS = 53 + SPREAD_BITS

#: The steps of grids of these sizes, and squares of what lies on them, are far from the largest and smallest floats.
_PLAIN_EXPONENT = 400

#: Rows of one dot product: longer ones would start the threads of BLAS.
_DOT_ROWS = 1 << 13

#: Far values are added in units of ``2 ** -UNIT``, the smallest that a float's mantissa can need.
UNIT = 1126


def grid_exponent(spread: float) -> int:
    """Choose the grid's step for a reference whose values lie mostly within ``spread`` of its centre."""
    exponent = int(np.frexp(spread)[1]) - SPREAD_BITS
    return min(max(exponent, EXPONENTS[0]), EXPONENTS[1])


def grid_limits(centre: float, exponent: int) -> tuple[float, float]:
    """Give the range ``low < x <= high`` that the grid covers."""
    reach = 2.0 ** (exponent + GRID_BITS) * (1 - 2.0**-8)  # the ends may be rounded by 2 ** -10 of it
    with np.errstate(over="ignore"):
        largest = np.finfo(float).max
        return max(centre - reach, -largest), min(centre + reach, largest)


@dataclass(frozen=True, slots=True)
class GridSums:
    """Sums of values on a grid, in steps from its centre.

    Attributes:
        steps: Sum per part, shape ``(parts,)``.
        squares: Sum of the squares over all parts.
    """

    steps: Ints
    squares: int


def grid_sums(values: Floats, starts: Ints, centre: float, exponent: int, *, out: Floats) -> GridSums:
    """Put values on a grid and add them up there, exactly.

    Args:
        values: At most 65,536 values within `grid_limits`, at least one.
        starts: First index of each part, shape ``(parts,)``; increasing from 0.
        centre: Zero of the grid.
        exponent: The grid has steps of ``2 ** exponent``.
        out: Room for as many values.
    """
    distances = np.subtract(values, centre, out=out[: len(values)])
    if abs(exponent) > _PLAIN_EXPONENT:  # squares of distances could overflow, or the steps be no float
        distances, exponent = np.multiply(distances, 2.0**-exponent, out=distances), 0
    about = int(_sum_of_squares(distances) * 2.0 ** (-2 * exponent))
    # A float of this size has steps as its last bits, so adding it rounds to whole steps, halves to even.
    base = 1.5 * 2.0 ** (52 + exponent)
    counted = np.add(distances, base, out=distances).view(np.int64)
    zero = int(np.float64(base).view(np.int64))
    # All that follows is modulo 2 ** 64, and then the bits that stand for the base are taken away again.
    last = int(np.einsum("i,i->", counted, counted))
    steps = np.add.reduceat(counted, starts) - np.diff(starts, append=len(values)) * np.int64(zero)
    last -= 2 * zero * int(steps.sum()) + len(values) * zero**2
    return GridSums(steps, about + ((last - about + (1 << 63)) % (1 << 64) - (1 << 63)))


def _sum_of_squares(distances: Floats) -> float:
    """Add the squares of at most 65,536 distances from the centre, to within ``2 ** 53`` squared steps.

    That is enough: of the sum of the squared steps the last 64 bits are known from integers. A distance is at most
    ``2 ** 36`` steps, so each of its squares is rounded by ``2 ** 19`` and each partial sum by ``2 ** 35`` squared
    steps. Rounding the distance to whole steps moves its square by at most ``2 ** 36`` and a bit: ``2 ** 53`` in all.
    """
    whole = len(distances) // _DOT_ROWS * _DOT_ROWS
    blocks, rest = distances[:whole].reshape(-1, _DOT_ROWS), distances[whole:]
    return float(np.vecdot(blocks, blocks).sum() + np.vecdot(rest, rest))


def far_sum(values: Floats) -> int:
    """Add at most 65,536 finite floats exactly, in units of ``2 ** -UNIT``."""
    mantissas, exponents = _whole(values)
    high = np.trunc(mantissas * 2.0**-27)
    low = mantissas - high * 2.0**27
    return sum(
        ((int(top) << 27) + int(rest)) << (exponent + UNIT - 53)
        for exponent, top, rest in _by_exponent(exponents, high, low)
    )


def far_sum_of_squares(values: Floats) -> int:
    """Add the squares of at most 65,536 finite floats exactly, in units of ``2 ** (-2 * UNIT)``."""
    mantissas, exponents = _whole(np.abs(values))
    high = np.floor(mantissas * 2.0**-36)
    rest = mantissas - high * 2.0**36
    middle = np.floor(rest * 2.0**-18)
    low = rest - middle * 2.0**18
    products = (high * high, high * middle, 2 * high * low + middle * middle, middle * low, low * low)
    total = 0
    for exponent, first, second, third, fourth, fifth in _by_exponent(exponents, *products):
        square = (int(first) << 72) + (int(second) << 55) + (int(third) << 36) + (int(fourth) << 19) + int(fifth)
        total += square << 2 * (exponent + UNIT - 53)
    return total


def _whole(values: Floats) -> tuple[Floats, npt.NDArray[np.int32]]:
    """Split floats into whole mantissas below ``2 ** 53`` and exponents: ``mantissa * 2 ** (exponent - 53)``."""
    mantissas, exponents = np.frexp(values)
    return mantissas * 2.0**53, exponents


def _by_exponent(exponents: npt.NDArray[np.int32], *weights: Floats) -> Iterable[tuple[int, ...]]:
    lowest = int(exponents.min(initial=0))
    places = (exponents - lowest).astype(np.intp)  # once, not in each count
    sums = np.stack([np.bincount(places, weights=weight) for weight in weights])
    used = np.flatnonzero(sums.any(axis=0))
    return zip((used + lowest).tolist(), *sums[:, used].tolist(), strict=True)


def mean_and_variance(
    *, n: int, far: int, steps: int, squares: int, far_total: int, far_squares: int, centre: float, exponent: int
) -> tuple[Fraction, Fraction]:
    """Give the mean and the population variance as exact fractions.

    Args:
        n: Number of values, at least 1.
        far: How many of them are off the grid.
        steps: Sum over the grid, in steps from the centre.
        squares: Sum of squared steps.
        far_total: Sum of the far values, in units of ``2 ** -UNIT``.
        far_squares: Sum of their squares, in units of ``2 ** (-2 * UNIT)``.
        centre: Zero of the grid.
        exponent: Exponent of its step.
    """
    step, zero = Fraction(2) ** exponent, Fraction(centre)
    total = steps * step + (n - far) * zero + Fraction(far_total, 1 << UNIT)
    square = squares * step**2 + 2 * zero * step * steps + (n - far) * zero**2 + Fraction(far_squares, 1 << 2 * UNIT)
    mean = total / n
    return mean, square / n - mean**2
