"""Intervals of bias metrics: worked numbers, coverage, and that they repeat themselves."""

from math import inf, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mlgov.monitors.bias import measure, merge, of_values, table_of
from mlgov.monitors.bias.intervals import ratio_interval
from tests.monitors.bias.worked import table

D, YES = of_values("d"), of_values(1)


def test_standard_error_of_the_worked_case() -> None:
    """DPPL 0.208333 has an error of 0.222602, so its normal 95% interval is -0.227958 to 0.644625."""
    found = measure(table(), D, YES).of("DPPL")
    assert found.value is not None
    assert found.standard_error == pytest.approx(0.222602, abs=5e-7)
    reach = 1.959963984540054 * found.standard_error
    assert (found.value - reach, found.value + reach) == pytest.approx((-0.227958, 0.644625), abs=1e-6)


def test_the_bootstrap_error_agrees_with_the_closed_form() -> None:
    """With two labels LP is sqrt(2) times DPL, and so is its error."""
    found = measure(_large(), D, YES, replicates=4_000)
    assert found.of("LP").standard_error == pytest.approx(sqrt(2) * (found.of("DPL").standard_error or 0), rel=0.04)


def _large() -> object:
    counts = {("a", "1"): 600, ("a", "0"): 400, ("d", "1"): 300, ("d", "0"): 500}
    return table_of("f", {(None, f, y, None): n for (f, y), n in counts.items()}, grouped=False)


def test_the_same_seed_gives_the_same_interval() -> None:
    """Whatever the partition; another seed gives another one."""
    whole = measure(table(), D, YES, seed=7)
    parts = [table_of("sex", {cell.key: cell.rows}, grouped=True) for cell in reversed(table().cells)]
    assert measure(merge(parts), D, YES, seed=7) == whole
    assert measure(table(), D, YES, seed=8).of("DCR") != whole.of("DCR")


def test_a_metric_that_most_resamples_lack_has_no_interval() -> None:
    """One false positive on each side: in 2 0.95^20 - 0.9^20 of the resamples one or both are gone."""
    found = measure(table(), D, YES).of("TE")
    assert found.value == pytest.approx(1.0)
    assert (found.low, found.high, found.standard_error) == (None, None, None)
    assert found.skipped == pytest.approx(2 * 0.95**20 - 0.9**20, abs=0.05)


def test_shares_of_zero_and_one_are_not_certain() -> None:
    """No positive among three and none among five still allows for a difference."""
    counts = {(None, "a", None, "0"): 3, (None, "d", None, "0"): 5}
    found = measure(table_of("f", counts, grouped=False), D, YES).of("DPPL")
    assert found.value == found.standard_error == 0
    assert found.low is not None
    assert found.high is not None
    assert found.low < -0.5 < 0.5 < found.high


def test_equal_distributions_have_a_distance_that_reaches_zero() -> None:
    """Though a distance is above 0 by chance alone."""
    counts = {("a", "1"): 500, ("a", "0"): 500, ("d", "1"): 490, ("d", "0"): 510}
    same = measure(table_of("f", {(None, f, y, None): n for (f, y), n in counts.items()}, grouped=False), D, YES)
    assert same.of("TVD").low == 0
    far = measure(_large(), D, YES).of("TVD")  # type: ignore[arg-type]
    assert far.low is not None
    assert far.low > 0


def test_ten_labels_differ_by_chance() -> None:
    """TVD of two samples of 200 rows from one distribution is about 0.1; a chi-square test knows better."""
    random, labels = np.random.RandomState(1), "abcdefghij"
    counts = {
        (None, facet, label, None): int(n)
        for facet in "ad"
        for label, n in zip(labels, random.multinomial(200, [0.1] * 10), strict=True)
    }
    found = measure(table_of("f", counts, grouped=False), D, of_values("a")).of("TVD")
    assert found.value is not None
    assert found.value > 2.6 * (found.standard_error or 1)
    assert found.low == 0


@given(st.integers(0, 50), st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_a_ratio_lies_in_its_interval(k: int, n: int, j: int, m: int) -> None:
    """Also for shares of 0 and 1."""
    k, j = min(k, n), min(j, m)
    low, high = ratio_interval(k, n, j, m)
    assert 0 <= low <= k / n / (j / m) <= high <= inf


def test_large_samples_of_a_ratio_agree_with_the_logarithm() -> None:
    """Katz's interval exp(ln r -+ z sqrt((1 - p) / np + (1 - q) / mq)) is the limit."""
    k, n, j, m = 30_000, 100_000, 40_000, 90_000
    z = float(stats.norm.ppf(0.995))
    reach = z * sqrt((1 - k / n) / k + (1 - j / m) / j)
    middle = log(k / n / (j / m))
    assert np.log(ratio_interval(k, n, j, m)) == pytest.approx([middle - reach, middle + reach], abs=1e-4)


@pytest.mark.parametrize(("n", "m", "p", "q"), [(30, 40, 0.3, 0.4), (200, 25, 0.1, 0.2), (60, 60, 0.9, 0.95)])
def test_ratio_intervals_hold_the_truth_as_often_as_they_say(n: int, m: int, p: float, q: float) -> None:
    """Exact coverage of the 95% interval, over all outcomes, is at least 93%."""
    covered = 0.0
    for k in range(n + 1):
        chance = float(stats.binom.pmf(k, n, p))
        js = np.arange(1, m + 1)
        weights = stats.binom.pmf(js, m, q)
        held = [low <= p / q <= high for low, high in (ratio_interval(k, n, int(j), m, level=0.95) for j in js)]
        covered += chance * float(weights @ np.array(held)) / float(weights.sum()) if chance > 1e-9 else 0.0
    assert 0.93 <= covered <= 0.985
