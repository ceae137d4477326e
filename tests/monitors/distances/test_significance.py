"""Tests of significance: worked numbers, and scipy as referee."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mlgov.monitors.distances import adjusted, chi2_contingency, ks_p, newcombe, two_proportions_p, welch
from mlgov.monitors.distances.significance import fisher_p, good_turing, outside_p, unseen_p, wilson
from tests.monitors.distances.test_counts import C4, C5, R5, A, B, R

cells = st.integers(2, 8).flatmap(
    lambda size: st.tuples(*[st.lists(st.integers(0, 300), min_size=size, max_size=size).filter(any)] * 2)
)


def test_chi_square_of_four_categories() -> None:
    """Both sides are samples: p is 0.32, where a goodness of fit to the reference says 0.034."""
    found = chi2_contingency(R, C4)
    assert (found.statistic, found.p) == (pytest.approx(3.492063, abs=5e-7), pytest.approx(0.321793, abs=5e-7))
    assert (found.df, found.cramers_v) == (3, pytest.approx(0.132137, abs=5e-7))
    assert float(stats.chisquare(C4, R).pvalue) == pytest.approx(0.034067, abs=5e-7)


def test_chi_square_with_an_unseen_category() -> None:
    """Unmerged as in the textbook; merged, the two rare cells become one."""
    plain = chi2_contingency(R5, C5, smallest=0)
    assert (plain.statistic, plain.df) == (pytest.approx(7.936508, abs=5e-7), 4)
    assert (plain.p, plain.cramers_v) == (pytest.approx(0.093932, abs=5e-7), pytest.approx(0.199205, abs=5e-7))
    merged = chi2_contingency(R5, C5)
    assert merged == chi2_contingency([50, 30, 15, 5], [40, 30, 20, 10])


@given(cells)
def test_scipy_agrees_on_contingency_tables(pair: tuple[list[int], list[int]]) -> None:
    """Without merging it is scipy's test; empty cells are left out."""
    table = np.array(pair)[:, np.any(pair, axis=0)]
    found = chi2_contingency(*pair, smallest=0)
    assert found.df == table.shape[1] - 1
    if found.df:
        expected = stats.chi2_contingency(table, correction=False)
        assert found.statistic == pytest.approx(expected.statistic, abs=1e-9)
        assert found.p == pytest.approx(expected.pvalue)
        assert found.cramers_v == pytest.approx(stats.contingency.association(table), abs=1e-6)


@given(cells)
def test_merging_leaves_no_small_cell_but_by_necessity(pair: tuple[list[int], list[int]]) -> None:
    """V stays within 0 and 1, and fewer cells never mean more degrees of freedom."""
    found = chi2_contingency(*pair)
    assert 0 <= found.cramers_v <= 1 + 1e-12
    assert 0 <= found.p <= 1
    assert found.df <= chi2_contingency(*pair, smallest=0).df


def test_cells_that_all_merge_leave_no_test() -> None:
    """Three rows cannot be tested."""
    found = chi2_contingency([1, 0, 1], [0, 1, 0])
    assert (found.df, found.p, found.statistic) == (0, 1.0, 0.0)


def test_merging_starts_with_the_smallest_until_five_are_expected() -> None:
    """A merged cell that is still too small takes in the next one."""
    found = chi2_contingency([2, 1, 6, 50], [1, 2, 5, 60])
    assert found == chi2_contingency([9, 50], [8, 60], smallest=0)


@given(st.integers(5, 400), st.integers(5, 400), st.floats(0.01, 1))
def test_scipy_agrees_on_the_limit_law(n: int, m: int, d: float) -> None:
    """Its name there is kstwobign."""
    assert ks_p(d, n, m) == pytest.approx(stats.kstwobign.sf(d / math.sqrt(1 / n + 1 / m)), abs=1e-12)


def test_the_limit_law_is_on_the_safe_side() -> None:
    """On the ten and twelve values: 0.22, where the exact p is 0.160."""
    found = ks_p(0.45, 10, 12)
    exact = stats.ks_2samp(A, B, method="exact").pvalue
    assert exact == pytest.approx(0.159760, abs=5e-7)
    assert exact < found < 0.25


def test_newcombe_interval() -> None:
    """Nulls in 30 of 10,000 rows and 12 of 400."""
    low, high = newcombe(30, 10_000, 12, 400)
    assert (low, high) == (pytest.approx(0.011467, abs=5e-7), pytest.approx(0.057789, abs=5e-7))


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_newcombe_intervals_hold_the_difference(n: int, m: int, data: st.DataObject) -> None:
    """The interval lies in -1 to 1, holds the difference, and flips with the sides."""
    k, j = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    low, high = newcombe(k, n, j, m)
    assert -1 - 1e-9 <= low <= j / m - k / n + 1e-12
    assert j / m - k / n - 1e-12 <= high <= 1 + 1e-9
    assert newcombe(j, m, k, n) == (pytest.approx(-high), pytest.approx(-low))


@given(st.integers(1, 500), st.data())
def test_scipy_agrees_on_wilson_intervals(n: int, data: st.DataObject) -> None:
    """Wilson's score interval without correction."""
    k = data.draw(st.integers(0, n))
    expected = stats.binomtest(k, n).proportion_ci(0.99, method="wilson")
    found = wilson(k, n, z=float(stats.norm.ppf(0.995)))
    assert found == (pytest.approx(expected.low, abs=1e-12), pytest.approx(expected.high, abs=1e-12))


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_scipy_agrees_on_fishers_exact_test(n: int, m: int, data: st.DataObject) -> None:
    """The two-sided p-value of 2 x 2 tables."""
    k, j = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    expected = stats.fisher_exact([[k, n - k], [j, m - j]]).pvalue
    assert fisher_p(k, n, j, m) == pytest.approx(float(expected), rel=1e-6, abs=1e-12)


def test_large_proportions_take_the_pooled_z_test() -> None:
    """Which is chi-square with one degree of freedom."""
    expected = stats.chi2_contingency([[300, 700], [250, 450]], correction=False).pvalue
    assert two_proportions_p(300, 1000, 250, 700) == pytest.approx(float(expected))
    assert two_proportions_p(3, 1000, 4, 700) == fisher_p(3, 1000, 4, 700)


def test_welch_on_ten_and_twelve_values() -> None:
    """The statistic is -2.166 and p 0.0427, reference first."""
    found = welch(float(np.mean(A)), float(np.var(A)), 10, float(np.mean(B)), float(np.var(B)), 12)
    assert found is not None
    assert -found.t == pytest.approx(-2.165898, abs=5e-7)
    assert found.p == pytest.approx(0.042740, abs=5e-7)


samples = st.lists(st.integers(-50, 50).map(float), min_size=2, max_size=30)


@given(samples, samples)
def test_scipy_agrees_on_welch(x: list[float], y: list[float]) -> None:
    """Unequal variances; without any spread there is no test."""
    found = welch(float(np.mean(x)), float(np.var(x)), len(x), float(np.mean(y)), float(np.var(y)), len(y))
    if found is None:
        assert np.var(x) == np.var(y) == 0
        return
    sides = [(np.mean(side), np.std(side, ddof=1), len(side)) for side in (y, x)]
    expected = stats.ttest_ind_from_stats(*sides[0], *sides[1], equal_var=False)
    assert (found.t, found.p) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue, abs=1e-12))


def test_a_single_value_has_no_mean_test() -> None:
    """One value has no variance."""
    assert welch(1.0, 0.0, 1, 2.0, 1.0, 50) is None


def test_benjamini_hochberg() -> None:
    """Ten p-values, adjusted."""
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    expected = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.105714, 0.216, 0.216, 0.216]
    assert adjusted(p).tolist() == pytest.approx(expected, abs=5e-7)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_scipy_agrees_on_the_adjustment(p: list[float]) -> None:
    """In any order, with ties."""
    assert adjusted(p).tolist() == pytest.approx(stats.false_discovery_control(p).tolist())


def test_no_tests_need_no_adjustment() -> None:
    """An empty run."""
    assert adjusted([]).tolist() == []


def test_new_extremes_follow_their_law() -> None:
    """How often 300 further values exceed the extremes of 3,000 is what the formula says."""
    rng = np.random.default_rng(1)
    ranks = rng.permuted(np.tile(np.arange(3_300), (4_000, 1)), axis=1)
    low, high = ranks[:, :3_000].min(axis=1), ranks[:, :3_000].max(axis=1)
    outside = ((ranks[:, 3_000:] < low[:, None]) | (ranks[:, 3_000:] > high[:, None])).sum(axis=1)
    for count in (1, 2, 3):
        assert np.mean(outside >= count) == pytest.approx(outside_p(count, 300, 3_000), abs=0.012)
    assert outside_p(0, 300, 3_000) == 1.0


def test_new_categories_follow_the_rate_of_single_ones() -> None:
    """A long tail brings new values without any drift; the test expects as many."""
    rng = np.random.default_rng(2)
    shares = 1 / np.arange(1, 20_001)
    alarms = 0
    for _ in range(300):
        draws = rng.choice(20_000, 11_000, p=shares / shares.sum())
        seen = np.bincount(draws[:10_000], minlength=20_000)
        unseen = int((seen[draws[10_000:]] == 0).sum())
        alarms += unseen_p(unseen, 1_000, int((seen == 1).sum()), 10_000) < 0.01
    assert alarms <= 10
    assert unseen_p(0, 100, 0, 100) == 1.0
    assert good_turing(50, 49) == 1.0
