"""Comparing attributions: noise, tests, signs."""

import numpy as np
import pytest

from mlgov.monitors.attribution import AttributionSums, FeatureSums, add_up, compare, compare_values, merge
from mlgov.monitors.attribution.comparison import sign_flipped
from tests.monitors.attribution.worked import ADULTS

WEIGHTS = np.array([1.0, 0.6, 0.3, 0.1, 0.05])


def window(seed: int, rows: int, weights: np.ndarray = WEIGHTS) -> AttributionSums:
    """Make the attributions of a linear model on normal features."""
    x = np.random.RandomState(seed).normal(size=(rows, len(weights)))
    phi = x * weights
    names = [f"f{i}" for i in range(len(weights))]
    return add_up(dict(zip(names, phi.T, strict=True)), values=dict(zip(names, x.T, strict=True)))


@pytest.mark.parametrize("weights", [WEIGHTS, np.ones(8), np.array([1.0, 0.99])])
def test_noise_is_what_chance_gives_one_time_in_a_hundred(weights: np.ndarray) -> None:
    """Of 1,500 pairs of windows without change 0.4% to 1.7% exceed it, in share moved and scale."""
    noise_99 = compare(window(0, 3_000, weights), window(1, 300, weights)).noise_99
    random, over = np.random.RandomState(2), {"share_moved": 0, "log_scale": 0, "ndcg_loss": 0}
    for _ in range(1_500):
        before, now = (means(random, rows, weights) for rows in (3_000, 300))
        found = compare_values(before, now)
        over["share_moved"] += (found.share_moved or 0) > noise_99["share_moved"]
        over["log_scale"] += (found.log_scale or 0) > noise_99["log_scale"]
        over["ndcg_loss"] += 1 - (found.ndcg or 0) > noise_99["ndcg_loss"] + 1e-12
    assert 6 <= over["share_moved"] <= 26
    assert 6 <= over["log_scale"] <= 26
    assert over["ndcg_loss"] <= 26


def means(random: np.random.RandomState, rows: int, weights: np.ndarray) -> dict[str, float]:
    """Draw the mean absolute attributions of so many rows: of normal features, which few draws stand for well."""
    spread = np.sqrt((1 - 2 / np.pi) / rows)
    drawn = np.abs(np.sqrt(2 / np.pi) + spread * random.standard_normal(len(weights))) * weights
    return {f"f{i}": float(value) for i, value in enumerate(drawn)}


def test_noise_shrinks_with_rows() -> None:
    """And repeats itself for the same seed."""
    few, many = (compare(window(0, 50_000), window(1, rows)).noise_99 for rows in (200, 20_000))
    assert many["share_moved"] < 0.3 * few["share_moved"]
    assert compare(window(0, 500), window(1, 500)) == compare(window(0, 500), window(1, 500))


def test_the_feature_that_changed_is_named_first_with_a_small_p() -> None:
    """Half of the second weight is gone."""
    found = compare(window(0, 5_000), window(1, 2_000, WEIGHTS * [1, 0.5, 1, 1, 1]))
    first = found.shifts[0]
    assert first.feature == "f1"
    assert first.share_change < -0.08
    assert first.p is not None
    assert first.p < 1e-6
    assert max(shift.p or 0 for shift in found.shifts) > 0.01


def test_a_turned_sign_is_seen_by_values_though_no_share_moved() -> None:
    """The second weight is negative now: NDCG, shares and scale do not notice."""
    found = compare(window(0, 5_000), window(1, 2_000, WEIGHTS * [1, -1, 1, 1, 1]))
    assert [shift.feature for shift in found.sign_flips] == ["f1"]
    assert found.ndcg == 1.0
    assert (found.share_moved or 0) < 0.03


def test_without_values_the_mean_tells_the_sign() -> None:
    """When it is beyond chance and not a small part of the attribution."""
    rng = np.random.RandomState(4)

    def of(mean: float) -> object:
        ((_, sums),) = add_up({"f": rng.normal(mean, 1, 1_000)}).features
        return sums

    assert sign_flipped(of(0.5), of(-0.5)) is True  # type: ignore[arg-type]
    assert sign_flipped(of(0.5), of(0.5)) is False  # type: ignore[arg-type]
    assert sign_flipped(of(0.0), of(-0.5)) is None  # type: ignore[arg-type]


def test_a_faint_direction_is_none() -> None:
    """A correlation of 0.05 is beyond chance in 20,000 rows, and not worth naming."""
    rng = np.random.RandomState(8)

    def of(slope: float) -> FeatureSums:
        x = rng.normal(size=20_000)
        ((_, sums),) = add_up({"f": slope * x + rng.normal(size=20_000)}, values={"f": x}).features
        return sums

    assert sign_flipped(of(0.05), of(-0.05)) is None
    assert sign_flipped(of(0.5), of(-0.5)) is True


def test_global_values_alone_have_no_noise_and_no_tests() -> None:
    """As in files of Clarify."""
    found = compare_values(ADULTS, {**ADULTS, "Education-Num": 0.0})
    assert (found.noise_99, found.n, found.m) == ({}, None, None)
    assert all(shift.p is None and shift.sign_flipped is None for shift in found.shifts)
    assert found.shifts[0].feature == "Education-Num"
    assert (found.shifts[0].baseline_rank, found.shifts[0].current_rank) == (1, 14)


def test_a_feature_that_is_gone_and_one_that_is_new() -> None:
    """Both are shifts, from and to nothing."""
    found = compare_values({"a": 1.0, "b": 1.0}, {"a": 1.0, "c": 1.0})
    assert {shift.feature: shift.share_change for shift in found.shifts} == {"a": 0.0, "b": -0.5, "c": 0.5}


def test_a_window_without_rows() -> None:
    """Nothing can be told, and nothing fails."""
    found = compare(window(0, 100), add_up({"f0": []}))
    assert (found.m, found.share_moved) == (0, None)
    assert compare(add_up({"f0": []}), window(0, 100)).noise_99 == {}


def test_partition_does_not_change_the_comparison() -> None:
    """Thirty parts in another order give the same as one."""
    rng = np.random.RandomState(5)
    phi = rng.normal(size=900)
    parts = [add_up({"f": part}) for part in np.array_split(rng.permutation(phi), 30)]
    whole = add_up({"f": phi})
    assert compare(whole, merge(parts)) == compare(whole, whole)
    assert compare(whole, whole).share_moved == pytest.approx(0)
