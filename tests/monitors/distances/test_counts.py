"""Distances between counts: worked numbers, laws, and scipy as referee."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import distance as scipy_distance

from mlgov.monitors.distances import (
    deequ_linf,
    deequ_robust,
    hellinger,
    js_distance,
    ks_bounds,
    linf,
    psi,
    total_variation,
    wasserstein,
)
from mlgov.monitors.distances.counts import wasserstein_bound

#: Two small samples, worked by hand and by scipy.
A = [1.2, 2.4, 2.9, 3.1, 3.3, 4.0, 4.1, 4.8, 5.5, 6.7]
B = [2.0, 2.9, 3.9, 4.4, 4.6, 5.1, 5.8, 6.0, 6.9, 7.3, 8.1, 9.4]
#: The same in the quartiles of A.
HIST_A, HIST_B = [3, 2, 2, 3], [2, 0, 3, 7]
MEANS_A = np.array([6.5 / 3, 6.4 / 2, 8.1 / 2, 17.0 / 3])
MEANS_B = np.array([4.9 / 2, math.nan, 12.9 / 3, 48.6 / 7])

R = [50, 30, 15, 5]
C4 = [40, 30, 20, 10]
R5, C5 = [50, 30, 15, 5, 0], [40, 30, 20, 4, 6]

counts = st.lists(st.integers(0, 1_000), min_size=2, max_size=12).filter(any)
pairs = st.integers(2, 12).flatmap(
    lambda size: st.tuples(*[st.lists(st.integers(0, 1_000), min_size=size, max_size=size).filter(any)] * 2)
)
triples = st.integers(2, 8).flatmap(
    lambda size: st.tuples(*[st.lists(st.integers(0, 99), min_size=size, max_size=size).filter(any)] * 3)
)
BOUNDED = [js_distance, total_variation, linf, hellinger]


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (js_distance, 0.112821),
        (hellinger, 0.094184),
        (total_variation, 0.1),
        (linf, 0.1),
    ],
)
def test_four_categories(distance: object, expected: float) -> None:
    """Counts 50, 30, 15, 5 against 40, 30, 20, 10."""
    assert distance(R, C4) == pytest.approx(expected, abs=5e-7)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("distance", "expected"),
    [(js_distance, 0.192360), (hellinger, 0.186708), (total_variation, 0.11), (linf, 0.1), (psi, 0.187268)],
)
def test_an_unseen_category(distance: object, expected: float) -> None:
    """The same with 6 of 100 in a category that the reference does not have: all finite."""
    assert distance(R5, C5) == pytest.approx(expected, abs=5e-7)  # type: ignore[operator]


def test_psi_with_other_smoothings() -> None:
    """Unsmoothed where no cell is empty, and with Laplace's one per cell."""
    assert psi(R, C4, smoothing=0) == pytest.approx(0.071356, abs=5e-7)
    assert psi(R5, C5, smoothing=1) == pytest.approx(0.146667, abs=5e-7)


def test_ten_against_twelve_values_in_quartiles() -> None:
    """The distance of the raw values, 0.45, lies within the bounds; PSI stays finite with an empty bin."""
    low, high = ks_bounds(HIST_A, HIST_B)
    assert (low, high) == (pytest.approx(1 / 3), pytest.approx(0.583333, abs=5e-7))
    assert low <= 0.45 <= high
    assert psi(HIST_A, HIST_B) == pytest.approx(0.515891, abs=5e-7)
    assert js_distance(HIST_A, HIST_B) == pytest.approx(0.386401, abs=5e-7)
    assert wasserstein(MEANS_A, HIST_A, MEANS_B, HIST_B) == pytest.approx(1.733333, abs=5e-7)


def test_a_binary_column_is_not_blind() -> None:
    """900 zeros and 100 ones against 100 and 900: 0.8, where collapsing duplicates gives 0."""
    assert deequ_linf([0, 1], [900, 100], [0, 1], [100, 900]) == pytest.approx(0.8)
    raw = ([0.0] * 900 + [1.0] * 100, [1] * 1000, [0.0] * 100 + [1.0] * 900, [1] * 1000)
    assert deequ_linf(*raw) == pytest.approx(0.8)
    assert deequ_linf(*raw, collapse=True) == 0.0
    assert ks_bounds([900, 100], [100, 900], atoms=np.array([True, True])) == (pytest.approx(0.8), pytest.approx(0.8))


def test_deequ_on_four_values() -> None:
    """1 to 4 against 2 to 5: 0.25, and nothing once chance is taken off."""
    simple = deequ_linf([1, 2, 3, 4], [1] * 4, [2, 3, 4, 5], [1] * 4)
    assert simple == 0.25
    assert deequ_robust(simple, 4, 4) == 0.0


def test_deequ_on_categories() -> None:
    """Its categorical distance is the largest change of a share."""
    assert linf([10, 20, 25, 10, 5], [11, 20, 25, 10, 10]) == pytest.approx(0.06015037593984962)
    assert linf([10, 20, 25, 10, 5, 0], [20, 0, 25, 10, 10, 11]) == pytest.approx(0.2857142857142857)


def test_deequ_robust_levels() -> None:
    """Its constant 1.8 is the test's at a level of about 0.003."""
    assert deequ_robust(1.0, 10, 12) == pytest.approx(1 - 0.770714, abs=5e-7)
    assert deequ_robust(1.0, 2, 2, alpha=0.003) == 0.0
    assert 1 - deequ_robust(1.0, 200, 200, alpha=0.003) == pytest.approx(1.803093 / 10, abs=5e-7)
    assert 1 - deequ_robust(1.0, 200, 200, alpha=0.05) == pytest.approx(1.358102 / 10, abs=5e-7)


@given(counts, st.integers(1, 9))
def test_equal_distributions_have_distance_zero(h: list[int], factor: int) -> None:
    """Exactly zero, also when one side has a multiple of the other's rows."""
    g = [count * factor for count in h]
    assert [distance(h, g) for distance in BOUNDED] == [0.0] * len(BOUNDED)
    assert ks_bounds(h, g)[0] == 0.0
    assert psi(h, h) == 0.0
    means = np.arange(len(h), dtype=float)
    assert wasserstein(means, h, means, g) == pytest.approx(0, abs=1e-12)


@given(pairs)
def test_distances_are_symmetric_and_bounded(pair: tuple[list[int], list[int]]) -> None:
    """Between 0 and 1, the same both ways, finite with empty cells."""
    h, g = pair
    for distance in BOUNDED:
        assert 0 <= distance(h, g) <= 1
        assert distance(h, g) == pytest.approx(distance(g, h), abs=1e-12)
    assert 0 <= psi(h, g) < math.inf
    assert psi(h, g) == pytest.approx(psi(g, h))
    assert ks_bounds(h, g) == ks_bounds(g, h)


@given(triples)
def test_metrics_obey_the_triangle(three: tuple[list[int], list[int], list[int]]) -> None:
    """No detour is shorter."""
    h, g, f = three
    for distance in BOUNDED:
        assert distance(h, f) <= distance(h, g) + distance(g, f) + 1e-12


@given(pairs)
def test_scipy_agrees_on_categories(pair: tuple[list[int], list[int]]) -> None:
    """Jensen-Shannon by scipy, and the textbook forms of the others."""
    h, g = pair
    p, q = np.array(h) / sum(h), np.array(g) / sum(g)
    assert js_distance(h, g) == pytest.approx(float(scipy_distance.jensenshannon(p, q, 2)), abs=1e-7)
    assert total_variation(h, g) == pytest.approx(scipy_distance.cityblock(p, q) / 2)
    assert linf(h, g) == pytest.approx(scipy_distance.chebyshev(p, q))
    assert hellinger(h, g) ** 2 == pytest.approx(1 - np.sqrt(p * q).sum(), abs=1e-12)


def test_disjoint_distributions_are_as_far_as_can_be() -> None:
    """Nothing in common is 1."""
    for distance in BOUNDED:
        assert distance([5, 0], [0, 7]) == pytest.approx(1.0)


def true_ks(x: list[float], y: list[float]) -> float:
    """The distance of the raw values, by definition."""
    return max(abs(np.mean(np.array(x) <= point) - np.mean(np.array(y) <= point)) for point in {*x, *y})


values = st.lists(st.integers(0, 12).map(float), min_size=1, max_size=40)


@given(values, values, st.sets(st.integers(0, 12), min_size=1, max_size=6))
def test_the_bounds_hold_the_true_ks_distance(x: list[float], y: list[float], cuts: set[int]) -> None:
    """Whatever the bins, the distance of the raw values lies in between."""
    edges = np.array(sorted(cuts), dtype=float)
    h, g = (np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) for side in (x, y))
    low, high = ks_bounds(h, g)
    true = true_ks(x, y)
    assert low - 1e-12 <= true <= high + 1e-12
    assert high - low <= np.minimum(h / len(x), g / len(y)).max() + 1e-12


@given(values, values)
def test_bins_of_one_value_give_the_ks_distance_itself(x: list[float], y: list[float]) -> None:
    """With atoms there is nothing between low and high."""
    edges = np.arange(13.0)
    h, g = (np.bincount(np.searchsorted(edges, side), minlength=14) for side in (x, y))
    low, high = ks_bounds(h, g, atoms=np.ones(14, bool))
    assert low == high == pytest.approx(true_ks(x, y), abs=1e-12)


weighted = st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(0, 50)), min_size=1, max_size=10).filter(
    lambda points: any(weight for _, weight in points)
)


@given(weighted, weighted)
def test_scipy_agrees_on_wasserstein_distances(h: list[tuple[float, int]], g: list[tuple[float, int]]) -> None:
    """For weighted points it is scipy's; it is symmetric and not negative."""
    (x, p), (y, q) = (map(np.array, zip(*points, strict=True)) for points in (h, g))
    found = wasserstein(x, p, y, q)
    assert found == pytest.approx(float(stats.wasserstein_distance(x, y, p, q)), rel=1e-9, abs=1e-6)
    assert found == pytest.approx(wasserstein(y, q, x, p))
    assert found >= 0


@given(values, values, st.sets(st.integers(0, 12), min_size=1, max_size=6))
def test_bin_means_are_as_near_as_their_bound_says(x: list[float], y: list[float], cuts: set[int]) -> None:
    """The distance between raw values differs by no more than the two sides' bounds."""
    edges = np.array(sorted(cuts), dtype=float)
    sides, off = [], 0.0
    for side in (x, y):
        places = np.searchsorted(edges, side)
        held = np.bincount(places, minlength=len(edges) + 1)
        with np.errstate(invalid="ignore"):
            means = np.bincount(places, weights=side, minlength=len(edges) + 1) / held
        lows, highs = np.append(min(side), edges), np.append(edges, max(side))
        off += wasserstein_bound(means, held, lows, highs)
        sides += [means, held]
    true = float(stats.wasserstein_distance(x, y))
    assert abs(wasserstein(*sides) - true) <= off + 1e-9
