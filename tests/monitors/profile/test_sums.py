"""Order-free sums."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.monitors.profile import sums

#: The ends, and what lies on both sides of where steps are no longer plain.
EXPONENTS = (sums.EXPONENTS[0], -401, -400, -27, 0, 5, 400, 401, sums.EXPONENTS[1])

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


def _grid_sums(values: list[float], centre: float, exponent: int, parts: int = 1) -> sums.GridSums:
    room, starts = np.empty(len(values)), np.arange(parts) * len(values) // parts
    return sums.grid_sums(np.array(values), starts, centre, exponent, out=room)


def _steps(value: float, centre: float, exponent: int) -> int:
    """Give the steps the slow way: the distance as a float, then exact, halves to even."""
    return round(Fraction(value - centre) / Fraction(2) ** exponent)


@given(st.lists(st.integers(-(2**36), 2**36), min_size=1, max_size=50), st.sampled_from(EXPONENTS))
def test_steps_and_squares_on_the_grid_add_up_exactly(steps: list[int], exponent: int) -> None:
    """Squares of 36-bit numbers need 72 bits, and no bit is lost, whatever the size of a step."""
    found = _grid_sums([math.ldexp(step, exponent) for step in steps], 0.0, exponent)
    assert found.steps.tolist() == [sum(steps)]
    assert found.squares == sum(step**2 for step in steps)


@given(st.lists(st.floats(-(2.0**36), 2.0**36), min_size=4, max_size=50), st.sampled_from(EXPONENTS), st.floats(-9, 9))
def test_values_between_two_steps_are_rounded(values: list[float], exponent: int, centre: float) -> None:
    """Each value counts as the nearest step from the centre, of two equally near ones as the even one."""
    centre, values = math.ldexp(centre, exponent), [math.ldexp(value / 2, exponent) for value in values]
    found = _grid_sums(values, centre, exponent, parts=2)
    steps = [_steps(value, centre, exponent) for value in values]
    assert found.steps.tolist() == [sum(steps[: len(steps) // 2]), sum(steps[len(steps) // 2 :])]
    assert found.squares == sum(step**2 for step in steps)


@pytest.mark.parametrize("steps", [0.5, 1.5, -0.5, -2.5, 7.0, 2.0**35 + 0.5])
@pytest.mark.parametrize("exponent", EXPONENTS)
def test_halves_go_to_the_even_step(steps: float, exponent: int) -> None:
    """As they do in Python."""
    found = _grid_sums([math.ldexp(steps, exponent)], 0.0, exponent)
    assert (found.steps.tolist(), found.squares) == ([round(steps)], round(steps) ** 2)


@pytest.mark.parametrize("exponent", EXPONENTS)
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("rows", [sums.PIECE_ROWS, sums.PIECE_ROWS - 1, 8192, 8193])
def test_a_full_piece_of_extreme_steps_does_not_overflow(exponent: int, sign: int, rows: int) -> None:
    """65,536 rows at either end of the grid are still exact, however many make whole blocks."""
    extreme = sign * (2**36 - 1)
    found = _grid_sums([math.ldexp(extreme, exponent)] * rows, 0.0, exponent, parts=3)
    assert sum(found.steps.tolist()) == rows * extreme
    assert found.squares == rows * extreme**2


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
    for value in inside.tolist():
        found = _grid_sums([value], centre, exponent)
        assert abs(found.steps[0]) <= 2**36
        assert found.squares == int(found.steps[0]) ** 2


@pytest.mark.parametrize("spread", [1e-290, 3e-7, 0.5, 1.0, 40.0, 1e12, 1e250])
def test_steps_are_a_small_part_of_the_spread(spread: float) -> None:
    """A step is at most 2 ** -26 of the spread, and the grid reaches 500 spreads out."""
    exponent = sums.grid_exponent(spread)
    assert 2.0**exponent <= spread * 2.0**-26
    assert sums.grid_limits(0.0, exponent)[1] >= 500 * spread
