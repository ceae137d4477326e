"""Order-free sums."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.monitors.profile import sums

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(finite, max_size=40))
def test_far_values_add_up_exactly(values: list[float]) -> None:
    """The sum of any floats is the sum of the fractions that they are."""
    expected = sum((Fraction(value) for value in values), Fraction())
    assert Fraction(sums.far_sum(np.array(values)), 1 << sums.UNIT) == expected


@given(st.lists(finite, max_size=40))
def test_squares_of_far_values_add_up_exactly(values: list[float]) -> None:
    """So do their squares, which no float could hold."""
    expected = sum((Fraction(value) ** 2 for value in values), Fraction())
    assert Fraction(sums.far_sum_of_squares(np.array(values)), 1 << 2 * sums.UNIT) == expected


@given(st.lists(st.integers(-(2**36), 2**36), max_size=50))
def test_squares_on_the_grid_add_up_exactly(steps: list[int]) -> None:
    """Squares of 36-bit numbers need 72 bits, and no bit is lost."""
    assert sums.sum_of_squares(np.array(steps, dtype=float)) == sum(step**2 for step in steps)


def test_a_full_piece_of_extreme_steps_does_not_overflow() -> None:
    """65,536 rows at the end of the grid are still exact."""
    extreme = 2**36 - 1
    steps = np.full(sums.PIECE_ROWS, float(extreme))
    assert sums.sum_of_squares(steps) == sums.PIECE_ROWS * extreme**2
    assert int(steps.sum()) == sums.PIECE_ROWS * extreme


def test_a_full_piece_of_extreme_far_values_is_exact() -> None:
    """65,536 times the largest float."""
    largest = float(np.finfo(float).max)
    values = np.full(sums.PIECE_ROWS, largest)
    assert sums.far_sum(values) == sums.PIECE_ROWS * int(largest) << sums.UNIT
    assert sums.far_sum_of_squares(values) == sums.PIECE_ROWS * int(largest) ** 2 << 2 * sums.UNIT


@given(finite, st.floats(min_value=0, allow_infinity=False, exclude_min=True))
def test_the_grid_holds_only_steps_that_add_up(centre: float, spread: float) -> None:
    """Whatever lies within the grid's limits is fewer than 2 ** 36 steps away."""
    exponent = sums.grid_exponent(max(spread, math.ulp(centre)))  # values that differ differ by a spacing
    low, high = sums.grid_limits(centre, exponent)
    ends = (centre, math.nextafter(low, math.inf), high)
    inside = np.array([value for value in ends if low < value <= high])
    steps = sums.on_grid(inside, centre, exponent, out=np.empty(3))
    assert np.all(np.abs(steps) <= 2**36)


@pytest.mark.parametrize("spread", [1e-290, 3e-7, 0.5, 1.0, 40.0, 1e12, 1e250])
def test_steps_are_a_small_part_of_the_spread(spread: float) -> None:
    """A step is at most 2 ** -26 of the spread, and the grid reaches 500 spreads out."""
    exponent = sums.grid_exponent(spread)
    assert 2.0**exponent <= spread * 2.0**-26
    assert sums.grid_limits(0.0, exponent)[1] >= 500 * spread
