"""Verdicts on attributions."""

import numpy as np
import pytest

from mlgov.monitors.attribution import AttributionComparison, compare, compare_values, decide
from mlgov.monitors.verdicts import Verdict
from tests.monitors.attribution.test_comparison import WEIGHTS, window
from tests.monitors.attribution.worked import ADULTS


def verdicts(found: AttributionComparison) -> dict[str, Verdict]:
    """Judge by the default thresholds."""
    return {each.statistic: each.verdict for each in decide(found)}


def test_the_top_feature_at_zero_passes_ndcg_and_not_us() -> None:
    """Why NDCG is not enough: 0.916 is above SageMaker's limit of 0.90."""
    found = decide(compare_values(ADULTS, {**ADULTS, "Education-Num": 0.0}))
    by_name = {each.statistic: each for each in found}
    assert by_name["ndcg_loss"].verdict is Verdict.WARNING
    assert by_name["share_moved"].verdict is Verdict.VIOLATION
    assert "Education-Num (22.0% to 0.0%)" in by_name["share_moved"].reason
    assert by_name["sign_flips"].verdict is Verdict.NOT_COMPARED


def test_ten_times_the_size_passes_ndcg_and_not_us() -> None:
    """NDCG is 1.0."""
    found = verdicts(compare_values(ADULTS, {name: 10 * value for name, value in ADULTS.items()}))
    assert found["ndcg_loss"] is Verdict.OK
    assert found["share_moved"] is Verdict.OK
    assert found["log_scale"] is Verdict.VIOLATION


def test_unchanged_windows_are_ok() -> None:
    """With enough rows."""
    assert set(verdicts(compare(window(0, 5_000), window(1, 2_000))).values()) == {Verdict.OK}


def test_few_rows_cannot_tell() -> None:
    """Five rows move a fifth of the attribution by chance."""
    found = decide(compare(window(0, 5_000), window(1, 5)))
    by_name = {each.statistic: each for each in found}
    assert by_name["share_moved"].verdict is Verdict.INSUFFICIENT
    assert "cannot tell" in by_name["share_moved"].reason


def test_a_turned_sign_is_a_violation() -> None:
    """Of a feature with 29% of the attribution; of one with 2% it is not."""
    large = compare(window(0, 5_000), window(1, 2_000, WEIGHTS * np.array([1, -1, 1, 1, 1])))
    small = compare(window(0, 5_000), window(1, 2_000, WEIGHTS * np.array([1, 1, 1, 1, -1])))
    assert verdicts(large)["sign_flips"] is Verdict.VIOLATION
    assert verdicts(small)["sign_flips"] is Verdict.OK


def test_no_attribution_at_all() -> None:
    """Nothing can be told."""
    found = verdicts(compare_values(ADULTS, {}))
    assert found["share_moved"] is Verdict.INSUFFICIENT


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_feature_that_is_halved_is_found(seed: int) -> None:
    """The top feature, at 500 rows."""
    found = verdicts(compare(window(0, 5_000), window(seed, 500, WEIGHTS * np.array([0.3, 1, 1, 1, 1]))))
    assert found["share_moved"] is Verdict.VIOLATION
