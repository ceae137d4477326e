"""Two profiles of a column, through every statistic."""

import datetime as dt
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mlgov.errors import UsageError
from mlgov.monitors.distances import DISTANCES, ColumnComparison, Share, compare
from mlgov.monitors.profile import ColumnKind, learn_layout, profile
from tests.monitors.distances.test_counts import A, B
from tests.monitors.profile.frames import batch, numbers, words


def compared(reference: object, current: object, **options: object) -> ColumnComparison:
    """One column of two samples."""
    layout = learn_layout([batch(x=reference)], **options)  # type: ignore[arg-type]
    sides = (profile([batch(x=side)], layout) for side in (reference, current))  # type: ignore[arg-type]
    return compare(*sides)[0]


def value(found: ColumnComparison, name: str) -> float:
    """The value of a statistic."""
    result = found.statistics[name].value
    assert result is not None
    return result


def test_ten_against_twelve_values() -> None:
    """On so few values every bin is one value, so the distances are those of the raw values."""
    found = compared(A, B)
    assert found.statistics["ks"].low == found.statistics["ks"].high == pytest.approx(0.45)
    assert value(found, "w1") == pytest.approx(1.733333, abs=5e-7)
    assert value(found, "w1_sigma") == pytest.approx(1.150454, abs=5e-7)
    assert found.statistics["mean_shift"].p == pytest.approx(0.042740, abs=5e-7)
    assert (found.n, found.m, found.test) == (10, 12, "ks")
    assert found.p is not None
    assert 0.159760 < found.p < 0.25


def test_a_binary_column_from_ten_to_ninety_percent() -> None:
    """D is 0.8, not 0."""
    found = compared([0] * 900 + [1] * 100, [0] * 100 + [1] * 900)
    assert [value(found, name) for name in ("ks", "linf", "tvd", "w1")] == pytest.approx([0.8] * 4)
    assert found.test == "chi2"
    assert found.p == pytest.approx(0.0, abs=1e-200)


def test_a_half_sigma_shift() -> None:
    """At 10,000 against 100,000 rows: D 0.2 and PSI 0.25 as theory says for a normal column."""
    rng = np.random.default_rng(1)
    found = compared(rng.normal(size=10_000), rng.normal(0.5, 1, 100_000))
    assert value(found, "ks") == pytest.approx(0.1974, abs=0.01)
    assert value(found, "psi") == pytest.approx(0.2380, abs=0.02)
    assert value(found, "w1_sigma") == pytest.approx(0.5, abs=0.03)
    assert value(found, "mean_shift") == pytest.approx(0.5, abs=0.03)


def test_outliers_do_not_hide_a_shift() -> None:
    """With three absurd values in a heavy-tailed reference, distances in frozen quantiles still see half a sigma."""
    rng = np.random.default_rng(2)
    reference = np.append(rng.standard_t(3, 20_000), [1e9, -1e12, 1e15])
    found = compared(reference, rng.standard_t(3, 20_000) + 0.5)
    assert value(found, "ks") > 0.12
    assert value(found, "js") > 0.12
    assert value(found, "w1_sigma") < 0.01  # measured in a deviation that the outliers made huge


#: Negative subnormal numbers count as zero, so they are left out here.
samples = st.lists(st.floats(-1e9, 1e9, allow_subnormal=False), min_size=1, max_size=80)


@given(samples, samples)
@settings(max_examples=80)
def test_the_bounds_hold_what_scipy_finds_on_raw_values(x: list[float], y: list[float]) -> None:
    """The Kolmogorov-Smirnov and Wasserstein distances of the raw values lie between low and high."""
    found = compared(x, y, bins=4)
    points = np.union1d(x, y)
    sides = [np.searchsorted(np.sort(side), points, side="right") / len(side) for side in (x, y)]
    true_ks, true_w1 = float(np.abs(sides[0] - sides[1]).max()), float(stats.wasserstein_distance(x, y))
    ks, w1 = found.statistics["ks"], found.statistics["w1"]
    assert (ks.low or 0) - 1e-9 <= true_ks <= (ks.high or 0) + 1e-9
    slack = 1e-6 * (1 + max(map(abs, [*x, *y])))
    assert (w1.low or 0) - slack <= true_w1 <= (w1.high or 0) + slack


@given(st.lists(st.tuples(numbers, words), max_size=40), st.lists(st.tuples(numbers, words), max_size=40))
@settings(max_examples=80)
def test_nothing_is_ever_infinite(reference: list, current: list) -> None:  # type: ignore[type-arg]
    """Whatever the columns hold, every number is finite, in its range, or not there."""
    sides = [
        batch(x=pa.array([x for x, _ in rows], pa.float64()), c=pa.array([c for _, c in rows], pa.string()))
        for rows in (reference, current)
    ]
    layout = learn_layout([sides[0]])
    for found in compare(*(profile([side], layout) for side in sides)):
        for name, estimate in found.statistics.items():
            parts = (estimate.value, estimate.low, estimate.high, estimate.noise_99, estimate.p)
            assert all(part is None or math.isfinite(part) for part in parts), name
            assert estimate.p is None or 0 <= estimate.p <= 1
            if name in ("ks", "js", "tvd", "hellinger", "linf", "cramers_v"):
                assert estimate.value is None or 0 <= estimate.value <= 1 + 1e-12


@given(st.lists(st.tuples(numbers, words), min_size=1, max_size=40))
@settings(max_examples=80)
def test_a_window_equal_to_its_reference_has_no_distance(rows: list) -> None:  # type: ignore[type-arg]
    """Every distance of a profile to itself is exactly zero."""
    whole = batch(x=pa.array([x for x, _ in rows], pa.float64()), c=pa.array([c for _, c in rows], pa.string()))
    same = profile([whole], learn_layout([whole]))
    for found in compare(same, same):
        for name, estimate in found.statistics.items():
            assert estimate.value in (0.0, None), name
        assert found.p is None or found.p == pytest.approx(1.0)


def test_null_shares_count_all_that_is_missing() -> None:
    """Nulls, NaN and rows of files without the column."""
    layout = learn_layout([batch(x=[1.0, 2.0, None, 4.0])])
    reference = profile([batch(x=[1.0, 2.0, None, 4.0])], layout)
    current = profile([batch(x=[1.0, None, math.nan, 4.0]), batch(y=[1] * 4)], layout)
    found = compare(reference, current)[0]
    assert found.null_share == Share(0.25, 0.75)
    assert value(found, "null_share") == pytest.approx(0.5)
    assert (found.reference_rows, found.current_rows) == (4, 8)


def test_null_share_interval() -> None:
    """30 of 10,000 against 12 of 400: Newcombe's 99% interval."""
    sides = [[None] * nulls + [1.0] * (size - nulls) for nulls, size in ((30, 10_000), (12, 400))]
    estimate = compared(*sides).statistics["null_share"]
    assert estimate.value == pytest.approx(0.027)
    assert (estimate.low, estimate.high) == (pytest.approx(0.011467, abs=5e-7), pytest.approx(0.057789, abs=5e-7))


def test_unseen_values_are_a_share_of_their_own() -> None:
    """A complete vocabulary knows what is new; one that was cut does not."""
    found = compared(["a"] * 60 + ["b"] * 40, ["a"] * 47 + ["new"] * 3)
    assert found.unseen_share == Share(0.0, 0.06)
    assert value(found, "unseen_share") == pytest.approx(0.06)
    assert compared(["a"] * 60 + ["b"] * 40, ["new"], vocabulary=1).unseen_share is None


def test_values_outside_the_range_are_a_share_of_their_own() -> None:
    """Infinite values too."""
    found = compared([1.0, 2.0, 3.0] * 50, [0.0, 2.0, 4.0, math.inf])
    assert found.outside_share == Share(0.0, 0.75)
    assert value(found, "outside_share") == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("reference", "current", "share"),
    [
        ([1.5, 2.5], ["1", "x", None, "y"], 2 / 3),
        ([1, 2], [1.0, 1.5, math.nan, 3.0], 1 / 3),
        ([1.5, 2.0], [1, 2], 0.0),
        (["a", "b"], [1, 2], 0.0),
        (["a", "b"], [["a"], ["b"]], 1.0),
        ([dt.datetime(2026, 1, 1, tzinfo=dt.UTC)], ["x"], 1.0),
    ],
)
def test_values_of_the_wrong_type_are_counted(reference: object, current: object, share: float) -> None:
    """Text among numbers, fractions among whole numbers, lists among categories."""
    assert compared(reference, current).mistyped_share.current == pytest.approx(share)


def test_a_missing_column_is_missing() -> None:
    """It has no statistics but the share of rows without a value."""
    layout = learn_layout([batch(x=[1.0], y=[1.0])])
    found = compare(profile([batch(x=[1.0], y=[1.0])], layout), profile([batch(y=[1.0])], layout))
    assert [each.missing for each in found] == [True, False]
    assert set(found[0].statistics) == {"null_share"}


def test_moments_in_time_are_not_compared() -> None:
    """Time moves on; only missing values count."""
    moments = [dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in range(1, 9)]
    found = compared(moments, [moment + dt.timedelta(365) for moment in moments])
    assert found.kind is ColumnKind.TIME
    assert set(found.statistics) == {"null_share"}
    assert found.outside_share is None


def test_a_constant_reference_has_no_deviation_to_measure_in() -> None:
    """Distances in sigma are not defined; the others see the change."""
    found = compared([5.0] * 100, [6.0] * 100)
    assert found.statistics["w1_sigma"].value is None
    assert found.statistics["mean_shift"].value is None
    assert value(found, "ks") == 1.0
    assert value(found, "w1") == pytest.approx(1.0)


def test_empty_sides_have_no_distance() -> None:
    """Without values there is nothing to compare, but the nulls are counted."""
    found = compared([1.0, 2.0], pa.array([None, None], pa.float64()))
    assert (found.n, found.m, found.p) == (2, 0, None)
    assert set(found.statistics) == {"null_share"}
    nothing = compared([1.0, 2.0], pa.array([], pa.float64()))
    assert (nothing.current_rows, nothing.null_share, nothing.missing) == (0, Share(0.0, None), False)


def test_discrete_numbers_are_tested_as_categories() -> None:
    """A count of children is compared value by value."""
    rng = np.random.default_rng(3)
    found = compared(rng.poisson(2, 5_000).clip(0, 6), rng.poisson(2.5, 2_000).clip(0, 6))
    assert found.test == "chi2"
    assert {"linf", "cramers_v", "chi2", "ks", "w1_sigma"} <= set(found.statistics)


def test_psi_has_the_groups_of_the_baseline() -> None:
    """Ten deciles, whatever the window."""
    rng = np.random.default_rng(4)
    found = compared(rng.normal(size=10_000), rng.normal(size=300))
    assert found.statistics["psi"].noise_99 == pytest.approx(0.0744, abs=5e-5)


def test_different_layouts_cannot_be_compared() -> None:
    """Bins must be the same."""
    sides = [profile([], learn_layout([batch(x=values)])) for values in ([1, 2], [1, 3])]
    with pytest.raises(UsageError, match="different layouts"):
        compare(*sides)


def test_every_row_of_the_table_has_a_title_and_a_docstring() -> None:
    """People read them."""
    for name, row in DISTANCES.items():
        assert row.title
        assert row.of.__doc__
        assert row.of.__name__ == name
