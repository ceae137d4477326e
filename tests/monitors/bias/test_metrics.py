"""Bias metrics: the worked case, Clarify's own examples, edges, and laws."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.monitors.bias import METRICS, BiasReport, BiasTable, Kind, Stage, flip_test, measure, of_values, table_of
from tests.monitors.bias.worked import EXPECTED, FACETS, FEATURES, PREDICTIONS, table

D, YES = of_values("d"), of_values(1)
Counts = Mapping[tuple[str, int | None, int | None], int]


def made(counts: Counts) -> BiasTable:
    """Make a table from counts by (facet, label, prediction)."""
    text = {0: "0", 1: "1", None: None}
    return table_of("f", {(None, f, text[y], text[p]): n for (f, y, p), n in counts.items()}, grouped=False)


def from_confusion(a: tuple[int, int, int, int], d: tuple[int, int, int, int]) -> BiasReport:
    """Measure counts TP, FP, FN, TN of both sides."""
    cells = [(1, 1), (0, 1), (1, 0), (0, 0)]
    sides = {"a": a, "d": d}
    counted = made({(f, *cell): n for f, ns in sides.items() for cell, n in zip(cells, ns, strict=True)})
    return measure(counted, D, YES, replicates=100)


def from_rates(code: str, a: tuple[int, int], d: tuple[int, int]) -> float | None:
    """Measure labels only: positive and negative ones of both sides."""
    counts = {("a", 1, None): a[0], ("a", 0, None): a[1], ("d", 1, None): d[0], ("d", 0, None): d[1]}
    return measure(made(counts), D, YES).of(code).value


@pytest.mark.parametrize("code", sorted(EXPECTED))
def test_the_worked_case(code: str) -> None:
    """Twenty rows by hand; the flip test with the documented sign."""
    flips = flip_test(FEATURES, np.array(FACETS) == "d", np.array(PREDICTIONS) == "1", scaled=False)
    assert measure(table(), D, YES, flips=flips).of(code).value == pytest.approx(EXPECTED[code], abs=5e-7)


def test_the_table_holds_all_of_clarify() -> None:
    """Eight pre-training and thirteen post-training metrics, by their names in files."""
    stages = [metric.stage for metric in METRICS.values()]
    assert (stages.count(Stage.PRE_TRAINING), stages.count(Stage.POST_TRAINING)) == (8, 13)
    assert set(METRICS) == set(EXPECTED)
    assert all(metric.code == code and metric.formula and metric.source for code, metric in METRICS.items())


def test_specificity_difference_of_clarifys_example() -> None:
    """18 of 23 against 20 of 30."""
    assert from_confusion((1, 10, 1, 20), (1, 5, 1, 18)).of("SD").value == pytest.approx(0.115942, abs=5e-7)


def test_treatment_equality_of_clarifys_example() -> None:
    """25 / 10 in the facet less 20 / 15 outside it."""
    assert from_confusion((1, 15, 20, 1), (1, 10, 25, 1)).of("TE").value == pytest.approx(2.5 - 4 / 3)


def test_acceptance_of_clarifys_example() -> None:
    """70 labelled and 60 predicted positive against 20 and 30, then 50 and 60 against 40 and 30."""
    assert from_confusion((60, 0, 10, 5), (20, 10, 0, 5)).of("DCA").value == pytest.approx(0.5)
    assert from_confusion((50, 10, 0, 5), (30, 0, 10, 5)).of("DCA").value == pytest.approx(-0.5)


def test_acceptance_rates_of_clarifys_example() -> None:
    """35 of 70 against 40 of 100."""
    assert from_confusion((35, 35, 1, 1), (40, 60, 1, 1)).of("DAR").value == pytest.approx(0.1)


def three_classes() -> BiasTable:
    """Count 70, 20, 10 against 20, 40, 40."""
    shares = {"a": (70, 20, 10), "d": (20, 40, 40)}
    return table_of(
        "f",
        {(None, f, label, None): n for f, ns in shares.items() for label, n in zip("012", ns, strict=True)},
        grouped=False,
    )


def test_three_labels_stay_apart() -> None:
    """The largest gap is that of the first label."""
    report = measure(three_classes(), D, of_values(2))
    assert report.of("KS").value == pytest.approx(0.5)
    assert report.of("TVD").value == pytest.approx(0.5)
    assert report.of("LP").value == pytest.approx(math.sqrt(0.25 + 0.04 + 0.09))


def test_three_labels_are_collapsed_when_asked() -> None:
    """Positive against the rest, as Clarify's library does."""
    assert measure(three_classes(), D, of_values(2), collapsed=True).of("KS").value == pytest.approx(0.3)


def test_generalized_entropy_is_not_bounded_by_a_half() -> None:
    """Nine false negatives and one true positive, against what Clarify's documentation says of its range."""
    assert from_confusion((1, 0, 9, 0), (0, 0, 0, 0)).of("GE").value == pytest.approx(4.5)


# Edges


def test_no_positive_label_in_the_facet() -> None:
    """The true distances, where Clarify's library gives KL -0.364779 and TVD 0.291667; KL is infinite."""
    report = measure(made({("a", 1, None): 7, ("a", 0, None): 5, ("d", 0, None): 8}), D, YES)
    assert report.of("TVD").value == pytest.approx(7 / 12)
    assert report.of("LP").value == pytest.approx(math.sqrt(2) * 7 / 12)
    assert (report.of("KL").value, report.of("KL").reason[:9]) == (None, "Infinite:")


def test_no_positive_prediction_in_the_facet() -> None:
    """DI is 0; what divides by the predictions is not defined, with the reason."""
    report = from_confusion((5, 2, 1, 4), (0, 0, 3, 4))
    assert report.of("DI").value == 0
    assert report.of("DCA").reason == "No row in the facet is predicted positive."
    assert report.of("TE").reason == "No row in the facet is a false positive."
    assert report.of("RD").value == pytest.approx(5 / 6)


def test_no_positive_prediction_anywhere() -> None:
    """Where Clarify's library gives up the whole report, the rest is still measured."""
    report = from_confusion((0, 0, 3, 4), (0, 0, 1, 2))
    assert report.of("DI").reason == "No row outside the facet is predicted positive."
    assert report.of("DPPL").value == 0
    assert report.of("AD").value == pytest.approx(4 / 7 - 2 / 3)


def test_every_row_a_false_negative() -> None:
    """The mean benefit is 0."""
    assert from_confusion((0, 0, 3, 0), (0, 0, 1, 0)).of("GE").reason.startswith("Every row is a false negative")


def test_a_facet_value_that_nobody_has() -> None:
    """Nothing but GE, which looks at everyone, is defined."""
    report = measure(table(), of_values("z"), YES)
    assert {estimate.code for estimate in report.estimates if estimate.value is not None} == {"GE"}
    assert report.of("DPL").reason == "No row in the facet has a label."
    assert report.of("CI").reason == "No row is in the facet."


def test_without_a_group_variable() -> None:
    """The conditional metrics say what they lack."""
    assert from_confusion((1, 2, 3, 4), (1, 2, 3, 4)).of("CDDL").reason.startswith("There is no group variable")


def test_labels_that_are_not_there_yet() -> None:
    """Predictions alone give DPPL and DI; GE and AD wait for labels."""
    report = measure(made({("a", None, 1): 6, ("a", None, 0): 4, ("d", None, 1): 3, ("d", None, 0): 7}), D, YES)
    assert report.of("DPPL").value == pytest.approx(0.3)
    assert report.of("DI").value == pytest.approx(0.5)
    assert report.of("AD").reason == "No row outside the facet has label and prediction."
    assert report.of("GE").reason == "No row has label and prediction."


def test_rows_of_unknown_facet_count_for_no_side() -> None:
    """Clarify's library counts them as outside the facet. GE has them."""
    counts = {("a", 1, 1): 2, ("d", 1, 0): 2}
    unknown = {(None, "a", "1", "1"): 2, (None, "d", "1", "0"): 2, (None, None, "0", "1"): 3}
    with_unknown = measure(table_of("f", unknown, grouped=False), D, YES)
    without = measure(made(counts), D, YES)
    assert with_unknown.unknown_rows == 3
    assert with_unknown.of("CI") == without.of("CI")
    assert with_unknown.of("GE").value != without.of("GE").value


def test_nothing_at_all() -> None:
    """An empty table leaves every metric undefined, each with a reason."""
    report = measure(made({}), D, YES)
    assert all(estimate.value is None and estimate.reason for estimate in report.estimates)


# Laws

sides = st.tuples(*[st.integers(0, 30)] * 4)


@settings(max_examples=60, deadline=None)
@given(sides, sides)
def test_every_value_is_in_its_range_or_has_a_reason(
    a: tuple[int, int, int, int], d: tuple[int, int, int, int]
) -> None:
    """Never NaN, never infinite, and the interval holds the value."""
    for estimate in from_confusion(a, d).estimates:
        if estimate.value is None:
            assert estimate.reason
            continue
        assert math.isfinite(estimate.value)
        assert estimate.metric.low <= estimate.value <= estimate.metric.high
        if estimate.low is not None and estimate.high is not None:
            assert estimate.metric.low <= estimate.low <= estimate.value <= estimate.high <= estimate.metric.high


@settings(max_examples=40, deadline=None)
@given(sides)
def test_equal_sides_are_neutral(side: tuple[int, int, int, int]) -> None:
    """Two sides with the same counts have no bias (GE measures errors, not sides)."""
    for estimate in from_confusion(side, side).estimates:
        if estimate.value is not None and estimate.code != "GE":
            assert estimate.value == pytest.approx(estimate.metric.neutral, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(sides, sides)
def test_swapping_the_sides_turns_the_sign(a: tuple[int, int, int, int], d: tuple[int, int, int, int]) -> None:
    """Differences change sign, distances but KL stay; DI is inverted."""
    there, back = from_confusion(a, d), from_confusion(d, a)
    for estimate in there.estimates:
        other = back.of(estimate.code)
        if estimate.value is None or other.value is None or estimate.code in ("KL", "FT"):
            continue
        if estimate.code in ("JS", "LP", "TVD", "KS", "GE"):
            assert other.value == pytest.approx(estimate.value, abs=1e-12)
        elif estimate.metric.kind is Kind.RATIO:
            assert estimate.value * other.value == pytest.approx(1)
        else:
            assert other.value == pytest.approx(-estimate.value, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(sides, sides, st.integers(2, 9))
def test_more_of_the_same_changes_no_value(
    a: tuple[int, int, int, int], d: tuple[int, int, int, int], times: int
) -> None:
    """Metrics are functions of shares."""
    few = from_confusion(a, d)
    many = from_confusion(tuple(n * times for n in a), tuple(n * times for n in d))  # type: ignore[arg-type]
    for one, other in zip(few.estimates, many.estimates, strict=True):
        assert other.value == (one.value if one.value is None else pytest.approx(one.value, abs=1e-12))
