"""What a numeric column's profile says, against plain Python and numpy on the raw values."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.monitors.profile import Types
from tests.monitors.profile.frames import numbers, numeric

finite = st.floats(allow_nan=False, allow_infinity=False)


def plain(values: list[float | None]) -> list[float]:
    """The finite values."""
    return [value for value in values if value is not None and math.isfinite(value)]


@given(st.lists(numbers, max_size=60), st.lists(numbers, max_size=60))
def test_counts_are_those_of_the_raw_values(reference: list[float | None], current: list[float | None]) -> None:
    """Every value is counted once, as what it is."""
    found = numeric(pa.array(reference, pa.float64()), pa.array(current, pa.float64()))
    held = plain(current)
    assert found.n == len(held)
    assert found.rows == len(current)
    assert found.null == current.count(None)
    assert found.nan == sum(value is not None and math.isnan(value) for value in current)
    assert (found.positive_infinity, found.negative_infinity) == (current.count(math.inf), current.count(-math.inf))
    assert (found.zero, found.negative) == (held.count(0.0), sum(value < 0 for value in held))
    assert (found.minimum, found.maximum) == (min(held, default=None), max(held, default=None))
    whole = sum(value.is_integer() for value in held)
    assert found.types == Types(integral=whole, fractional=len(current) - found.null - whole)


@given(st.lists(numbers, max_size=60), st.lists(numbers, max_size=60))
def test_each_bin_holds_its_values_with_the_upper_end(
    reference: list[float | None], current: list[float | None]
) -> None:
    """Bin i counts edges[i - 1] < x <= edges[i], and the end bins are open."""
    found = numeric(pa.array(reference, pa.float64()), pa.array(current, pa.float64()))
    edges = [-math.inf, *found.layout.edges, math.inf]
    held = plain(current)
    expected = [sum(low < x <= high for x in held) for low, high in pairwise(edges)]
    assert list(found.counts) == expected


@given(st.lists(finite, min_size=1, max_size=40), st.lists(finite, min_size=1, max_size=40))
def test_moments_stay_within_the_stated_bound(reference: list[float], current: list[float]) -> None:
    """The mean is off by at most 0.51 steps of the grid, the variance by the matching amount."""
    found = numeric(reference, current)
    exact = [Fraction(value) for value in current]
    mean = sum(exact, Fraction()) / len(exact)
    variance = sum(((value - mean) ** 2 for value in exact), Fraction()) / len(exact)
    error = Fraction(51, 100) * Fraction(2) ** found.layout.grid_exponent
    got_mean, got_variance = found.moments
    spread = sum((abs(value - mean) for value in exact), Fraction()) / len(exact)
    assert abs(got_mean - mean) <= error
    assert abs(got_variance - variance) <= 4 * error * spread + 4 * error**2


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=40))
def test_sums_of_whole_numbers_are_exact(values: list[int]) -> None:
    """Whole numbers within reach of a step of one are summed without any error."""
    found = numeric(list(map(float, values)))
    if found.layout.grid_exponent <= 0:
        assert found.moments[0] * len(values) == sum(values)


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1.0, 1e9, 1e200])
def test_mean_and_deviation_agree_with_numpy(scale: float) -> None:
    """On ordinary data of any scale nine digits agree."""
    values = np.random.default_rng(1).gamma(2.0, scale, 5_000)
    found = numeric(values)
    assert found.mean == pytest.approx(values.mean(), rel=1e-8)
    assert found.std == pytest.approx((values / scale).std() * scale, rel=1e-8)
    assert found.total == pytest.approx(values.sum(), rel=1e-8)


def test_a_large_mean_does_not_swallow_a_small_deviation() -> None:
    """Moments in time with millisecond spread keep their spread."""
    values = 1.7e9 + np.random.default_rng(2).normal(0, 1e-3, 4_000)
    assert numeric(values).std == pytest.approx(values.std(), rel=1e-5)


def test_outliers_do_not_coarsen_the_rest() -> None:
    """Three absurd values in the reference leave the others' sums as fine as before."""
    values = np.append(np.random.default_rng(3).normal(0, 1, 10_000), [1e12, -1e13, 1e300])
    found = numeric(values, values[:10_000])
    assert found.mean == pytest.approx(values[:10_000].mean(), abs=1e-7)
    assert found.far == ()
    assert len(numeric(values).far) > 0


def test_bin_means_are_the_means_of_the_bins() -> None:
    """Per bin, near and far values together."""
    rng = np.random.default_rng(4)
    reference, current = rng.standard_t(2, 3_000), np.append(rng.standard_t(2, 3_000) * 3, [1e15, 2e15, -1e18])
    found = numeric(reference, current)
    bins = np.searchsorted(found.layout.edges, current, side="left")
    for index in np.unique(bins):
        assert found.bin_means[index] == pytest.approx(current[bins == index].mean(), rel=1e-6, abs=1e-7)
    assert np.isnan(found.bin_means[[i for i in range(found.layout.bins) if i not in set(bins.tolist())]]).all()


def test_a_window_of_another_unit_is_counted_to_the_last_row() -> None:
    """Values a million times too large are all outside the range, summed exactly, and known to half a percent."""
    reference = np.random.default_rng(5).lognormal(0, 1, 5_000)
    current = np.sort(reference * 1e6)
    found = numeric(reference, current)
    assert found.outside == found.counts[-1] == 5_000
    assert found.mean == pytest.approx(current.mean(), rel=1e-12)
    for share in (0.01, 0.5, 0.99):
        assert found.quantile(share) == pytest.approx(current[math.ceil(share * 5_000) - 1], rel=0.005)


def test_quantiles_lie_in_the_right_bin() -> None:
    """Inside the reference's range a quantile is off by at most one bin of 1/256."""
    values = np.sort(np.random.default_rng(6).normal(10, 3, 20_000))
    found = numeric(values)
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        low, high = np.quantile(values, [max(share - 0.005, 0), min(share + 0.005, 1)])
        assert low <= (found.quantile(share) or 0.0) <= high


def test_an_empty_column_has_no_moments() -> None:
    """Nothing but nulls: no mean, no quantile, a sum of zero."""
    found = numeric(pa.array([None, None], pa.float64()))
    assert (found.mean, found.std, found.quantile(0.5), found.minimum) == (None, None, None, None)
    assert (found.total, found.n, found.null) == (0.0, 0, 2)


def test_a_mean_beyond_all_floats_is_none() -> None:
    """Squares of huge values have no float; the profile does not pretend otherwise."""
    found = numeric([1.7e308, -1.7e308, 1.0])
    assert found.mean == pytest.approx(1 / 3)
    assert found.variance is None
    assert found.std == pytest.approx(1.7e308 * math.sqrt(2 / 3))


def test_values_after_a_reference_without_values_are_all_outside() -> None:
    """There was no range, so nothing lies in it."""
    found = numeric(pa.array([None], pa.float64()), [1.0, math.inf, -5.0])
    assert (found.n, found.outside, found.layout.bins) == (2, 3, 1)
    assert found.quantile(1.0) == pytest.approx(1.0, rel=0.005)


def test_sums_survive_more_pieces_than_one_carry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums are carried into whole numbers of any size before 64 bits could overflow."""
    from mlgov.monitors.profile import learn_layout, numeric_tally, profile
    from tests.monitors.profile.frames import batch

    monkeypatch.setattr(numeric_tally, "PIECES_BEFORE_CARRY", 3)
    values = np.random.default_rng(7).integers(0, 1000, 65_536).astype(float)
    layout = learn_layout([batch(x=values)])
    found = profile([batch(x=values)] * 8, layout).column("x")
    assert found.total == 8 * values.sum()  # type: ignore[union-attr]


@pytest.mark.parametrize("scale", [0.4, 30.0, 1e4, 1e300])
@pytest.mark.parametrize("centre", [0.0, -7.5, 2.0**52, -(2.0**53)])
def test_whole_numbers_among_many_are_counted(scale: float, centre: float) -> None:
    """Whether few or many whole numbers could be there, dense or far apart, each is found."""
    rng = np.random.default_rng(7)
    values = rng.normal(centre, scale, 5_000)
    values[::3] = np.rint(values[::3])
    values = np.append(values, [0.0, -0.0, 1.0, math.inf, -math.inf, math.nan, 5e-324, 1e17])
    finite = values[np.isfinite(values)]
    found = numeric(values)
    assert found.types.integral == np.count_nonzero(np.rint(finite) == finite)
    assert found.types.total == len(values)


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint64(), pa.int64(), pa.float32()])
def test_integers_and_floats_that_are_whole_count_alike(kind: pa.DataType) -> None:
    """A column of whole numbers has whole numbers only, whatever its type; nulls are none."""
    values = np.arange(5_000) % 100
    column = pa.array(values, mask=values % 7 == 0).cast(kind)
    found = numeric(column)
    assert found.types.integral == found.types.total == len(values) - found.null
