"""The decision rule."""

import numpy as np
import pyarrow as pa
import pytest

from mlgov.monitors.distances import ColumnComparison, Estimate, Share, compare
from mlgov.monitors.profile import ColumnKind, learn_layout, profile
from mlgov.monitors.verdicts import DEFAULT_THRESHOLDS, ColumnVerdict, Rule, Threshold, Verdict, decide, rows_needed
from tests.monitors.profile.frames import batch


def comparison(column: str = "x", p: float | None = None, **statistics: Estimate) -> ColumnComparison:
    """A comparison of 10,000 reference values with 1,000 others."""
    return ColumnComparison(
        column=column,
        kind=ColumnKind.NUMERIC,
        n=10_000,
        m=1_000,
        reference_rows=10_000,
        current_rows=1_000,
        statistics=statistics,
        test="ks",
        p=p,
        null_share=Share(0.0, 0.0),
        unseen_share=None,
        outside_share=None,
        mistyped_share=Share(0.0, 0.0),
        missing=False,
    )


def ks(value: float, p: float, noise: float = 0.05) -> ColumnVerdict:
    """The verdict on one Kolmogorov-Smirnov distance, thresholds 0.08 and 0.12."""
    return decide([comparison(ks=Estimate(value, noise_99=noise, p=p))])[0]


def judged(reference: object, current: object, **options: object) -> ColumnVerdict:
    """The verdict on one column of two samples."""
    layout = learn_layout([batch(x=reference)])  # type: ignore[arg-type]
    sides = (profile([batch(x=side)], layout) for side in (reference, current))  # type: ignore[arg-type]
    return decide(compare(*sides), **options)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "p", "noise", "verdict"),
    [
        (0.12, 0.05, 0.05, Verdict.VIOLATION),
        (0.30, 0.001, 0.5, Verdict.VIOLATION),
        (0.30, 0.06, 0.05, Verdict.OK),
        (0.30, 0.06, 0.13, Verdict.INSUFFICIENT),
        (0.09, 0.001, 0.13, Verdict.INSUFFICIENT),
        (0.09, 0.001, 0.12, Verdict.WARNING),
        (0.08, 0.05, 0.05, Verdict.WARNING),
        (0.079, 1e-30, 0.05, Verdict.OK),
        (0.01, 0.5, 0.121, Verdict.INSUFFICIENT),
    ],
)
def test_the_rule_in_its_order(value: float, p: float, noise: float, verdict: Verdict) -> None:
    """Effect and significance, then whether the window could tell, then the warning."""
    assert ks(value, p, noise).verdict is verdict


def test_tiny_p_values_alone_do_not_alarm() -> None:
    """A shift of 0.02 sigma in a million rows is certain and irrelevant."""
    found = ks(0.0076, 1.5e-25)
    assert found.verdict is Verdict.OK
    assert found.reason.startswith("x: Kolmogorov-Smirnov distance 0.0076, below 0.08")


def test_p_values_are_adjusted_over_the_run() -> None:
    """One p of 0.01 among ten columns is no discovery; among two it is."""
    quiet = [comparison(f"c{number}", ks=Estimate(0.01, noise_99=0.05, p=0.5)) for number in range(9)]
    loud = comparison("x", ks=Estimate(0.2, noise_99=0.05, p=0.01))
    alone, crowd = decide([loud, quiet[0]])[0], decide([loud, *quiet])[0]
    assert (alone.verdict, alone.adjusted_p) == (Verdict.VIOLATION, pytest.approx(0.02))
    assert (crowd.verdict, crowd.adjusted_p) == (Verdict.OK, pytest.approx(0.1))
    assert "which chance may have made: adjusted p 0.1" in crowd.reason


def test_the_test_of_a_column_counts_once() -> None:
    """Several statistics share the column's p-value; only tests of their own are further tests."""
    shared = {name: Estimate(0.5, noise_99=0.01, p=0.02) for name in ("ks", "js", "psi", "w1_sigma")}
    assert decide([comparison(**shared)])[0].adjusted_p == pytest.approx(0.02)
    more = decide([comparison(**shared, null_share=Estimate(0.0, noise_99=0.001, p=1.0))])[0]
    assert more.adjusted_p == pytest.approx(0.04)


def test_tests_that_cannot_decide_do_not_count() -> None:
    """A statistic without thresholds is shown, not judged."""
    found = decide([comparison(ks=Estimate(0.2, noise_99=0.05, p=0.03), mean_shift=Estimate(3.0, p=0.9))])[0]
    assert (found.verdict, found.adjusted_p) == (Verdict.VIOLATION, pytest.approx(0.03))


def test_the_worst_statistic_decides_and_is_named() -> None:
    """The one furthest beyond its threshold speaks for the column."""
    strong, weak = Estimate(0.9, noise_99=0.05, p=1e-9), Estimate(0.13, noise_99=0.05, p=1e-9)
    found = decide([comparison(ks=weak, js=strong)])[0]
    assert (found.statistic, found.estimate, found.threshold) == ("js", strong, DEFAULT_THRESHOLDS["js"])
    assert found.reason == (
        "x: Jensen-Shannon distance 0.9 reaches 0.12; adjusted p 1e-09 (1,000 values against 10,000 of the reference)."
    )


def test_shares_that_fall_count_like_shares_that_rise() -> None:
    """Fewer nulls than the reference has is a change, too."""
    found = decide([comparison(null_share=Estimate(-0.2, noise_99=0.01, p=1e-9))])[0]
    assert (found.verdict, found.statistic) == (Verdict.VIOLATION, "null_share")


def test_thresholds_can_be_set_by_statistic_and_by_column() -> None:
    """Overrides of a column win over the run's thresholds."""
    each = comparison(ks=Estimate(0.2, noise_99=0.05, p=1e-9), js=Estimate(0.2, noise_99=0.05, p=1e-9))
    loose = {"ks": Threshold(0.3, 0.4)}
    assert decide([each], loose)[0].verdict is Verdict.OK
    assert decide([each], loose, overrides={"x": {"ks": Threshold(0.1, 0.15)}})[0].verdict is Verdict.VIOLATION
    assert decide([each], loose, overrides={"y": {"ks": Threshold(0.1, 0.15)}})[0].verdict is Verdict.OK


def test_q_is_the_share_of_false_alarms_put_up_with() -> None:
    """A stricter run needs stronger evidence."""
    each = comparison(ks=Estimate(0.2, noise_99=0.05, p=0.03))
    assert decide([each], q=0.01)[0].verdict is Verdict.OK
    assert decide([each], q=0.05)[0].verdict is Verdict.VIOLATION


def test_insufficient_says_how_many_rows_it_takes() -> None:
    """100 rows cannot tell a Jensen-Shannon distance of 0.12; 279 can."""
    rng = np.random.default_rng(1)
    found = judged(rng.normal(size=10_000), rng.normal(size=100))
    assert (found.verdict, found.rows_needed) == (Verdict.INSUFFICIENT, 279)
    assert "at least 279 are needed" in found.reason
    assert judged(rng.normal(size=10_000), rng.normal(size=279)).verdict is Verdict.OK


def test_a_reference_may_be_too_small_for_any_window() -> None:
    """Then no number of rows is promised."""
    rng = np.random.default_rng(2)
    found = judged(rng.normal(size=60), rng.normal(size=5_000))
    assert (found.verdict, found.rows_needed) == (Verdict.INSUFFICIENT, None)
    assert "the reference is too small for any number" in found.reason


def test_rows_needed_against_a_large_reference() -> None:
    """KS 0.1 takes 265 rows, PSI 0.1 over ten groups 217."""
    assert rows_needed(1.6276 * (1 / 50) ** 0.5, 0.1, 10**12, 50) == 265
    assert rows_needed(21.666 / 50, 0.1, 10**12, 50, power=1.0) == 217
    assert rows_needed(None, 0.1, 10, 10) is None
    assert rows_needed(0.0, 0.1, 10, 10) == 1
    assert rows_needed(0.5, 0.1, 10, 0) is None


def test_a_missing_column_is_a_violation_without_statistics() -> None:
    """A hard rule."""
    layout = learn_layout([batch(x=[1.0, 2.0], y=[1.0, 2.0])])
    sides = profile([batch(x=[1.0, 2.0], y=[1.0, 2.0])], layout), profile([batch(y=[1.0, 2.0])], layout)
    found = decide(compare(*sides))[0]
    assert (found.verdict, found.rule, found.statistic) == (Verdict.VIOLATION, Rule.MISSING_COLUMN, None)
    assert found.reason == "x: the column is missing from all 2 rows of the window."


def test_values_of_the_wrong_type_are_a_violation() -> None:
    """A hard rule, with a tolerance for those who need one."""
    reference = [float(number) / 4 for number in range(400)]
    current = [*map(str, reference[:99]), "n/a"]
    found = judged(reference, current)
    assert (found.verdict, found.rule) == (Verdict.VIOLATION, Rule.DATA_TYPE)
    assert found.reason == "x: 1.00% of the values have the wrong type; in the reference 0.00% have."
    assert judged(reference, current, type_tolerance=0.02).rule is Rule.DISTANCE


def test_a_usual_share_of_wrong_types_is_no_violation() -> None:
    """A reference with text among its numbers expects as much, give or take chance."""
    words = ["1", "2", "3", "4", "oops"] * 200
    layout = learn_layout([batch(x=words)], kinds={"x": ColumnKind.NUMERIC})
    reference = profile([batch(x=words)], layout)
    usual = decide(compare(reference, profile([batch(x=[*words[:100], "oops"])], layout)))[0]
    many = decide(compare(reference, profile([batch(x=["1"] * 50 + ["oops"] * 50)], layout)))[0]
    assert usual.rule is Rule.DISTANCE
    assert many.rule is Rule.DATA_TYPE


def test_a_window_without_values_is_insufficient_unless_its_nulls_violate() -> None:
    """No rows: nothing can be told. All null: that is a violation in itself."""
    nothing = judged([1.0, 2.0] * 50, pa.array([], pa.float64()))
    assert (nothing.verdict, nothing.rule) == (Verdict.INSUFFICIENT, Rule.NO_DATA)
    nulls = judged([1.0, 2.0] * 50, pa.array([None] * 100, pa.float64()))
    assert (nulls.verdict, nulls.statistic) == (Verdict.VIOLATION, "null_share")


def test_a_column_that_was_and_is_empty_is_not_compared() -> None:
    """All null before, all null now: nothing is wrong, and nothing was looked at."""
    found = judged(pa.array([None] * 500, pa.float64()), pa.array([None] * 500, pa.float64()))
    assert found.verdict is Verdict.NOT_COMPARED


def test_a_probability_below_all_floats_is_no_zero() -> None:
    """An adjusted p of 0 would be a certainty."""
    found = decide([comparison(ks=Estimate(0.9, noise_99=0.05, p=0.0))])[0]
    assert "adjusted p < 1e-300" in found.reason


def test_a_new_category_is_a_violation() -> None:
    """5% of rows with a value that the reference does not know."""
    found = judged(["a", "b"] * 2_000, ["a", "b"] * 475 + ["c"] * 50)
    assert (found.verdict, found.statistic) == (Verdict.VIOLATION, "unseen_share")


def test_a_long_tail_of_rare_categories_is_no_alarm() -> None:
    """New values keep coming from a long tail; that is no drift."""
    rng = np.random.default_rng(5)
    words = [f"w{number}" for number in rng.zipf(1.9, 22_000)]
    layout = learn_layout([batch(x=words[:20_000])], vocabulary=100_000)
    sides = (profile([batch(x=part)], layout) for part in (words[:20_000], words[20_000:]))
    found = compare(*sides)
    share = found[0].statistics["unseen_share"]
    assert (share.value or 0) > DEFAULT_THRESHOLDS["unseen_share"].warn
    assert decide(found, {"unseen_share": DEFAULT_THRESHOLDS["unseen_share"]})[0].verdict is not Verdict.VIOLATION


def test_verdicts_come_in_the_order_of_the_columns() -> None:
    """One per comparison."""
    columns = [comparison(name, ks=Estimate(0.0, noise_99=0.01, p=1.0)) for name in "zax"]
    assert [each.column for each in decide(columns)] == ["z", "a", "x"]
    assert decide([]) == []


def wide(rng: np.random.Generator, rows: int, shift: float = 0.0) -> pa.RecordBatch:
    """200 features: normal, heavy-tailed, skewed, integer, binary, with nulls, and categories."""
    columns: dict[str, pa.Array] = {}
    for number in range(40):
        columns[f"normal{number}"] = pa.array(rng.normal(shift, 1, rows))
        columns[f"heavy{number}"] = pa.array(rng.standard_t(2, rows) + shift, mask=rng.random(rows) < 0.1)
        columns[f"skewed{number}"] = pa.array(np.round(rng.lognormal(0, 1, rows), 2))
        columns[f"count{number}"] = pa.array(rng.poisson(2 + number / 4, rows))
        shares = 1 / np.arange(1, 4 + number) ** 1.2
        places = rng.choice(3 + number, rows, p=shares / shares.sum())
        columns[f"word{number}"] = pa.array(np.array([f"w{place}" for place in range(3 + number)])[places])
    return batch(**columns)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [100, 300, 1_000, 3_000, 10_000])
def test_false_alarms(rows: int) -> None:
    """Of 200 features that did not change at most 1% violate, over ten windows; 100 rows are called insufficient."""
    rng = np.random.default_rng(rows)
    reference = wide(rng, 10_000)
    layout = learn_layout([reference])
    baseline = profile([reference], layout)
    found = [each for _ in range(10) for each in decide(compare(baseline, profile([wide(rng, rows)], layout)))]
    assert len(found) == 2_000
    assert sum(each.verdict is Verdict.VIOLATION for each in found) <= 0.01 * len(found)
    if rows == 100:
        normal = [each for each in found if each.column.startswith("normal")]
        assert all(each.verdict is Verdict.INSUFFICIENT for each in normal)


@pytest.mark.slow
def test_power() -> None:
    """A shift of half a sigma at 1,000 rows is found at least 99 times in 100."""
    rng = np.random.default_rng(7)
    reference = batch(**{f"x{number}": rng.normal(size=10_000) for number in range(20)})
    layout = learn_layout([reference])
    baseline = profile([reference], layout)
    found = []
    for _ in range(25):
        window = batch(**{f"x{number}": rng.normal(0.5, 1, 1_000) for number in range(20)})
        found += decide(compare(baseline, profile([window], layout)))
    assert sum(each.verdict is Verdict.VIOLATION for each in found) >= 0.99 * len(found)
