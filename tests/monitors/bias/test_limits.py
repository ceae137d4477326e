"""Limits of bias metrics, and what windows come to."""

import pytest

from mlgov.monitors.bias import BiasEstimate, BiasTable, measure, of_values, table_of
from mlgov.monitors.bias.limits import (
    Limits,
    decide,
    disjoint,
    farther_from_neutral,
    farther_from_zero,
    from_neutral,
    suggest,
)
from mlgov.monitors.verdicts import Verdict
from tests.monitors.bias.worked import table

D, YES = of_values("d"), of_values(1)


def rates(a: tuple[int, int], d: tuple[int, int]) -> BiasTable:
    """Count positive predictions of both sides: (positive, rows)."""
    counts = {
        (None, facet, None, sign): n
        for facet, (k, rows) in {"a": a, "d": d}.items()
        for sign, n in (("1", k), ("0", rows - k))
    }
    return table_of("f", counts, grouped=False)


def estimate(code: str, a: tuple[int, int], d: tuple[int, int]) -> BiasEstimate:
    """Measure one metric."""
    return measure(rates(a, d), D, YES, metrics=[code]).of(code)


def test_what_is_allowed_reaches_from_neutral_to_the_baseline_and_a_margin_beyond() -> None:
    """A window may always be fairer than the baseline."""
    found = suggest(estimate("DPPL", (600, 1000), (560, 1000)))
    assert (found.low, found.high) == (-0.1, 0.14)
    assert found.reason.startswith("Neutral is 0 and the baseline has 0.04 (")


def test_ratios_get_a_factor() -> None:
    """The four-fifths rule around 1, from a fair baseline."""
    found = suggest(estimate("DI", (500, 1000), (500, 1000)))
    assert (found.low, found.high) == (0.8, 1.25)


def test_a_baseline_without_a_value_gives_the_margin_alone() -> None:
    """The reason says so."""
    found = suggest(estimate("DPPL", (5, 10), (0, 0)))
    assert (found.low, found.high) == (-0.1, 0.1)
    assert "No row in the facet has a prediction" in found.reason


def test_limits_end_where_the_metric_ends() -> None:
    """A distance has no lower limit."""
    counts = {
        (None, "a", "1", None): 5,
        (None, "a", "0", None): 5,
        (None, "d", "1", None): 4,
        (None, "d", "0", None): 6,
    }
    found = suggest(measure(table_of("f", counts, grouped=False), D, YES).of("TVD"))
    assert (found.low, found.high) == (None, 0.2)


@pytest.mark.parametrize(
    ("a", "d", "verdict"),
    [
        ((600, 1000), (300, 1000), Verdict.VIOLATION),
        ((300, 1000), (600, 1000), Verdict.VIOLATION),
        ((600, 1000), (480, 1000), Verdict.WARNING),
        ((600, 1000), (560, 1000), Verdict.OK),
        ((6, 10), (3, 10), Verdict.INSUFFICIENT),
        ((6, 10), (6, 10), Verdict.INSUFFICIENT),
        ((60, 100), (60, 100), Verdict.INSUFFICIENT),
        ((300, 500), (300, 500), Verdict.OK),
        ((6, 10), (0, 0), Verdict.INSUFFICIENT),
        ((60_000, 100_000), (55_000, 100_000), Verdict.OK),
    ],
)
def test_verdicts_on_a_difference(a: tuple[int, int], d: tuple[int, int], verdict: Verdict) -> None:
    """Significant and beyond the limit; neither alone."""
    assert decide(estimate("DPPL", a, d), Limits(-0.1, 0.1)).verdict is verdict


def test_the_worked_case_is_no_alert() -> None:
    """The interval -0.30 to 0.59 meets the range -0.1 to 0.1; twenty rows cannot tell."""
    found = measure(table(), D, YES).of("DPPL")
    assert disjoint(found, -0.1, 0.1) is False
    assert decide(found, Limits(-0.1, 0.1)).verdict is Verdict.INSUFFICIENT


@pytest.mark.parametrize(
    ("d", "verdict"), [(250, Verdict.VIOLATION), (375, Verdict.WARNING), (480, Verdict.OK), (800, Verdict.VIOLATION)]
)
def test_verdicts_on_a_ratio(d: int, verdict: Verdict) -> None:
    """Against 500 of 1,000, by the four-fifths rule."""
    assert decide(estimate("DI", (500, 1000), (d, 1000)), Limits(0.8, 1.25)).verdict is verdict


def test_what_more_rows_cannot_cure_is_not_compared() -> None:
    """There is no group variable; a facet without rows is another matter."""
    report = measure(rates((5, 10), (5, 10)), D, YES)
    assert decide(report.of("CDDPL"), Limits(-0.1, 0.1)).verdict is Verdict.NOT_COMPARED
    assert decide(report.of("FT"), Limits(-0.1, 0.1)).verdict is Verdict.NOT_COMPARED
    assert decide(report.of("AD"), Limits(-0.1, 0.1)).verdict is Verdict.INSUFFICIENT


def test_a_value_without_interval_cannot_be_told() -> None:
    """TE of the worked case."""
    found = decide(measure(table(), D, YES).of("TE"), Limits(-0.25, 0.25))
    assert found.verdict is Verdict.INSUFFICIENT
    assert "of the resamples have no value" in found.reason


def test_one_limit_is_enough() -> None:
    """At most 0.2, whichever way the other side goes."""
    assert decide(estimate("DPPL", (300, 1000), (600, 1000)), Limits(None, 0.2)).verdict is Verdict.OK
    assert decide(estimate("DPPL", (900, 1000), (600, 1000)), Limits(None, 0.2)).verdict is Verdict.VIOLATION
    assert decide(estimate("DPPL", (900, 1000), (600, 1000)), Limits(None, None)).verdict is Verdict.OK


def test_clarifys_rule_by_distance_from_zero() -> None:
    """Baseline 0.2: 0.1 is fine, -0.3 is not."""
    assert [farther_from_zero(value, 0.2) for value in (0.1, 0.2, -0.3)] == [False, False, True]


def test_clarifys_rule_is_wrong_for_disparate_impact() -> None:
    """From 0.5 to 0.9 is better, from 1.0 to 0.4 is worse; distance from neutral knows."""
    assert (farther_from_zero(0.9, 0.5), farther_from_zero(0.4, 1.0)) == (True, False)
    assert (farther_from_neutral("DI", 0.9, 0.5), farther_from_neutral("DI", 0.4, 1.0)) == (False, True)
    assert from_neutral("DI", 0.5) == pytest.approx(from_neutral("DI", 2.0))


def test_a_limit_at_neutral_still_leaves_room_to_tell() -> None:
    """The interval may be as long as twice the margin."""
    assert decide(estimate("DPPL", (300, 1000), (600, 1000)), Limits(None, 0.0)).verdict is Verdict.OK
    assert decide(estimate("DPPL", (30, 100), (60, 100)), Limits(None, 0.0)).verdict is Verdict.INSUFFICIENT
