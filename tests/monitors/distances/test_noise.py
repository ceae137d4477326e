"""What chance gives, by formula and by simulation."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from mlgov.monitors.distances import hellinger, js_distance, ks_bounds, linf, noise, psi, total_variation
from mlgov.monitors.distances.counts import shares
from tests.monitors.distances.test_counts import C4, R

N, M, RUNS = 10_000, 300, 4_000


def test_psi_noise_of_four_categories() -> None:
    """Mean, 99% and p-value of 100 against 100 rows."""
    assert noise.psi_mean(4, 100, 100) == pytest.approx(0.06)
    assert noise.psi(4, 100, 100) == pytest.approx(0.226897, abs=5e-7)
    assert noise.psi_p(psi(R, C4, smoothing=0), 4, 100, 100) == pytest.approx(0.312076, abs=5e-7)


def test_psi_noise_of_ten_bins() -> None:
    """10,000 against 300 rows: 0.0309 on average, 0.0744 at 99%."""
    assert noise.psi_mean(10, N, M) == pytest.approx(0.0309, abs=5e-5)
    assert noise.psi(10, N, M) == pytest.approx(0.0744, abs=5e-5)


def test_rows_needed_against_a_large_reference() -> None:
    """To see 0.1 at 99%: KS 265 rows, PSI 217, Jensen-Shannon 391."""
    large = 10**12
    found = [noise.ks(large, 265), noise.psi(10, large, 217), noise.js_distance(10, large, 391)]
    assert found == pytest.approx([0.1] * 3, rel=0.002)


@pytest.fixture(scope="module")
def undrifted() -> tuple[np.ndarray, np.ndarray]:
    """Counts of two samples of one distribution over ten cells, many times."""
    rng = np.random.default_rng(3)
    p = np.array([0.25, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.04, 0.03, 0.03])
    return rng.multinomial(N, p, RUNS), rng.multinomial(M, p, RUNS)


@pytest.mark.parametrize(
    ("distance", "of_cells"),
    [(psi, noise.psi), (js_distance, noise.js_distance), (hellinger, noise.hellinger)],
)
def test_noise_by_cells_is_exceeded_one_time_in_a_hundred(
    undrifted: tuple[np.ndarray, np.ndarray],
    distance: Callable[..., float],
    of_cells: Callable[[int, int, int], float],
) -> None:
    """Simulated without drift."""
    over = [distance(h, g) > of_cells(10, N, M) for h, g in zip(*undrifted, strict=True)]
    assert 0.004 < np.mean(over) < 0.02


@pytest.mark.parametrize(("distance", "of_shares"), [(total_variation, noise.total_variation), (linf, noise.linf)])
def test_noise_by_shares_is_exceeded_at_most_one_time_in_a_hundred(
    undrifted: tuple[np.ndarray, np.ndarray],
    distance: Callable[..., float],
    of_shares: Callable[[np.ndarray, int, int], float],
) -> None:
    """These two are a little on the safe side."""
    over = [distance(h, g) > of_shares(shares(h + g), N, M) for h, g in zip(*undrifted, strict=True)]
    assert np.mean(over) < 0.013


def test_ks_noise_is_exceeded_at_most_one_time_in_a_hundred() -> None:
    """On continuous values in fine bins."""
    rng = np.random.default_rng(4)
    p = np.full(256, 1 / 256)
    pairs = zip(rng.multinomial(N, p, 1_500), rng.multinomial(M, p, 1_500), strict=True)
    assert np.mean([ks_bounds(h, g)[0] > noise.ks(N, M) for h, g in pairs]) < 0.016


@pytest.mark.slow
@pytest.mark.parametrize(
    "law",
    [stats.norm(), stats.uniform(), stats.lognorm(1.0), stats.t(3), stats.beta(0.5, 0.5), stats.binom(1, 0.3)],
    ids=lambda law: law.dist.name,
)
def test_wasserstein_noise_is_exceeded_one_time_in_a_hundred(law: stats.distributions.rv_frozen) -> None:
    """Simulated on raw values, for laws of very different shape."""
    rng = np.random.default_rng(5)
    grid = np.quantile(law.rvs(200_000, random_state=rng), np.linspace(0, 1, 1_000))
    limit = noise.wasserstein(np.diff(grid), law.cdf((grid[1:] + grid[:-1]) / 2), N, M)
    over = [
        stats.wasserstein_distance(law.rvs(N, random_state=rng), law.rvs(M, random_state=rng)) > limit
        for _ in range(400)
    ]
    assert np.mean(over) <= 0.025


def test_wasserstein_noise_of_a_normal_reference() -> None:
    """About 2.1 times the mean 0.0576 that theory gives for 1,000 against 1,000 rows."""
    grid = np.linspace(-6, 6, 2_001)
    found = noise.wasserstein(np.diff(grid), stats.norm.cdf((grid[1:] + grid[:-1]) / 2), 1_000, 1_000)
    mean = math.sqrt(2 / math.pi) * math.sqrt(1 / 1_000 + 1 / 1_000) * 1.6147
    assert mean == pytest.approx(0.0576, abs=5e-5)
    assert found / mean == pytest.approx(2.1, abs=0.03)


def test_a_constant_reference_has_no_noise() -> None:
    """One value, or one cell, cannot vary by chance."""
    assert noise.wasserstein(np.array([0.0, 1e-300]), np.array([0.0, 1.0]), 10, 10) == 0.0
    assert noise.psi(1, 10, 10) == noise.js_distance(1, 10, 10) == noise.linf(np.array([1.0, 0.0]), 10, 10) == 0.0


def test_share_noise_covers_rare_events() -> None:
    """Even when neither side has any, a small window could not have shown a few."""
    assert noise.share(0, 10_000, 0, 10) > 0.01
    assert noise.share(5_000, 10_000, 50, 100) == pytest.approx(2.5758 * math.sqrt(0.25 * 0.0101), rel=1e-3)
