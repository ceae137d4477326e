"""Why something is broken: from executions alone."""

from dataclasses import replace

import pytest

from mlgov.monitors import (
    BrokenLimit,
    ColumnResult,
    Execution,
    LikelyCause,
    MetricResult,
    Portion,
    SegmentResult,
    Slice,
    SliceKind,
    StatisticResult,
    Violation,
)
from mlgov.monitors.reason_text import history_text, picture_rows, told
from mlgov.monitors.reasons import REMEMBERED, Past, Reason, history_of, reasons_of
from tests.monitors.examples import DAY, START, execution

KS = StatisticResult("ks", 0.31, "violation", 0.08, 0.12, 0.25, 0.05, 1e-30, 3e-30, 5000, 1000)
AGE = ColumnResult(
    "age",
    "numeric",
    "violation",
    "It moved.",
    (KS, replace(KS, statistic="psi", verdict="", value=0.4, violate=0.2), StatisticResult("js", 0.01, violate=0.12)),
    causes=(LikelyCause("offset", "All values moved by about +3."),),
    distribution=(Slice(SliceKind.RANGE, "20 to 30", 75, 10), Slice(SliceKind.ABOVE, "above 30", 25, 30)),
)
DRIFT = Violation("age", "baseline_drift_check", "It moved.")


def broken(*columns: ColumnResult, day: int = 0, violations: tuple[Violation, ...] = (DRIFT,)) -> Execution:
    return execution(day, "completed_with_violations", columns=columns or (AGE,), violations=violations)


def only(found: list[Reason]) -> Reason:
    [reason] = found
    return reason


def test_a_reason_has_numbers_pictures_causes_and_what_would_clear_it() -> None:
    """Every statistic that is over its limit is named."""
    reason = only(reasons_of(broken()))
    assert reason.clears == ("ks must fall below 0.12; it is 0.31.", "Also over its limit: psi 0.4 (limit 0.2).")
    assert reason.causes == ("All values moved by about +3.",)
    assert reason.shares == (("20 to 30", 0.75, 0.25), ("above 30", 0.25, 0.75))
    numbers = dict(reason.numbers)
    assert numbers["statistic"] == "ks 0.31; chance alone gives up to 0.05; warns at 0.08, broken at 0.12"
    assert numbers["p-value"] == "<1e-6, adjusted for all tests of the run <1e-6"
    assert numbers["sizes"] == "1,000 in the window, 5,000 in the baseline"
    assert numbers["window"] == "2026-11-01T00:00:00Z to 2026-11-02T00:00:00Z"


def test_a_share_that_fell_must_rise() -> None:
    """Changes of shares have a sign."""
    fell = replace(AGE, statistics=(StatisticResult("null_share", -0.2, "violation", 0.01, 0.05),))
    assert only(reasons_of(broken(fell))).clears == ("null_share must rise above -0.05; it is -0.2.",)


def test_a_warning_is_cleared_at_its_own_limit() -> None:
    """It says nothing of the violation."""
    close = replace(AGE, verdict="warning", statistics=(replace(KS, verdict="warning", value=0.1),))
    found = execution(columns=(close,), warnings=(DRIFT,))
    assert only(reasons_of(found)).clears == ("ks must fall below 0.08; it is 0.1.",)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (
            BrokenLimit("completeness_check", 0.2, 0.01, "share of rows that have no value"),
            "The share of rows that have no value must fall to 1.00% or less; it is 20.00%.",
        ),
        (
            BrokenLimit("baseline_drift_check", 0.4, 0.1, "distance"),
            "The distance must fall to 0.1; it is 0.4.",
        ),
        (
            BrokenLimit("baseline_drift_check", 0.001, 0.05, "chi-squared p-value"),
            "The chi-squared p-value must rise to 0.05; it is 0.001.",
        ),
    ],
)
def test_a_broken_constraint_says_its_limit(limit: BrokenLimit, said: str) -> None:
    """In shares, distances and p-values."""
    column = replace(AGE, statistics=(), limits=(limit,))
    assert only(reasons_of(broken(column))).clears == (said,)


def test_a_missing_column_comes_first_and_must_come_back() -> None:
    """However far the others are from their limits."""
    gone = Violation("gone", "missing_column_check", "Gone.")
    found = reasons_of(broken(AGE, ColumnResult("gone", "numeric", "violation", "Gone."), violations=(DRIFT, gone)))
    assert [reason.place for reason in found] == ["gone", "age"]
    assert found[0].clears == ("The data must have the column again.",)


def test_the_worst_comes_first() -> None:
    """By how many times its limit a column reaches."""
    worse = replace(AGE, name="income", statistics=(replace(KS, value=0.9),))
    remarks = (DRIFT, replace(DRIFT, feature_name="income"))
    assert [each.place for each in reasons_of(broken(AGE, worse, violations=remarks))] == ["income", "age"]


def test_a_segment_has_a_reason_of_its_own() -> None:
    """From its own numbers."""
    north = SegmentResult("region", "north", 9, AGE.verdict and broken().status, columns=(AGE,))
    calm = ColumnResult("age", "numeric", "ok", "Fine.")
    found = replace(broken(calm), violations=(replace(DRIFT, segment="region: north"),), segments=(north,))
    reason = only(reasons_of(found))
    assert (reason.place, reason.causes) == ("age (region: north)", ("All values moved by about +3.",))
    assert only(reasons_of(found, [found])).history == (Past(found.window_end, 0.31, "violation"),)


def test_the_history_follows_the_statistic_that_decided() -> None:
    """Oldest first, with gaps; later windows and older revisions do not count."""
    calm = replace(AGE, verdict="ok", statistics=(replace(KS, verdict="", value=0.02),))
    history = [
        broken(day=2),
        execution(0, columns=(calm,)),
        execution(1, "no_data"),
        execution(0, columns=(replace(calm, verdict="warning"),), revision=2),
        broken(day=5),
    ]
    reason = only(reasons_of(broken(day=2), history))
    assert reason.history == (
        Past(START + DAY, 0.02, "warning"),
        Past(START + 2 * DAY, None, "no data"),
        Past(START + 3 * DAY, 0.31, "violation"),
    )
    said = history_text(reason.history)
    assert said == ("0.02 warning, - no data, 0.31 violation (windows to 2026-11-02T00:00:00Z … 2026-11-04T00:00:00Z)")


def test_a_history_is_short() -> None:
    """The last executions, this one last."""
    reason = only(reasons_of(broken(day=30), [broken(day=day) for day in range(30)]))
    assert len(reason.history) == REMEMBERED
    assert reason.history[-1].window_end == START + 31 * DAY


RECALL = MetricResult(
    "recall",
    0.71,
    "violation",
    "Recall fell.",
    standard_error=0.01,
    lower=0.69,
    upper=0.73,
    baseline=0.85,
    threshold=0.8,
    operator="LessThanThreshold",
    count=600,
)


def test_a_metric_is_explained_by_its_limit_interval_baseline_and_rows() -> None:
    """For model quality; an estimate of the same name is another thing."""
    estimate = replace(RECALL, value=0.8, verdict="", is_estimate=True)
    found = execution(
        metrics=(estimate, RECALL), violations=(Violation("recall", "LessThanThreshold", "Recall fell."),)
    )
    reason = only(reasons_of(found, [execution(day, metrics=(replace(RECALL, verdict="ok"),)) for day in (-1,)]))
    assert reason.clears == ("recall must be at least 0.8; it is 0.71 (95% interval 0.69 to 0.73).",)
    assert dict(reason.numbers) | {"window": ""} == {
        "value": "0.71 (95% interval 0.69 to 0.73)",
        "baseline": "0.85",
        "limit": "at least 0.8",
        "rows": "600",
        "window": "",
    }
    assert [past.verdict for past in reason.history] == ["ok", "violation"]


def test_metrics_of_facets_and_labels_are_kept_apart() -> None:
    """For bias and attribution."""
    about = replace(RECALL, name="DPPL", about="sex: F", lowest=-0.1, highest=0.1, threshold=None, value=0.3)
    other = replace(about, about="sex: X", value=0.5)
    moved = MetricResult(
        "share_moved", 0.4, "violation", "Moved.", "label0", highest=0.2, portions=(Portion("age", 0.7, 0.3),)
    )
    remarks = (
        Violation("DPPL", "bias_drift_check", "x", about="sex: F"),
        Violation("share_moved", "feature_attribution_drift_check", "x", about="label0"),
    )
    bias, attribution = reasons_of(execution(metrics=(other, about, moved), violations=remarks))
    assert bias.clears[0] == "DPPL (sex: F) must be -0.1 to 0.1; it is 0.3 (95% interval 0.69 to 0.73)."
    assert (attribution.unit, attribution.shares) == ("all attribution", (("age", 0.7, 0.3),))
    assert attribution.clears == ("share_moved (label0) must be at most 0.2; it is 0.4.",)


def test_what_is_about_no_column_is_told_as_it_is() -> None:
    """There is nothing more to say than its sentence."""
    found = execution(violations=(Violation("", "unusable_rows_check", "Half of the rows."),))
    reason = only(reasons_of(found))
    assert (reason.found, reason.clears, reason.shares) == (("Half of the rows.",), (), ())


def test_a_picture_has_bars_that_can_be_compared() -> None:
    """The largest share of both sides fills the room; a small one is never invisible."""
    rows = picture_rows(Reason("x", "violation", (), shares=(("a", 0.8, 0.001), ("b", 0.2, 0.999), ("c", 0, 0))))
    assert rows == [
        ("a", "80.0%", "█" * 10, "0.1%", "█"),
        ("b", "20.0%", "██", "99.9%", "█" * 12),
        ("c", "0.0%", "", "0.0%", ""),
    ]


def test_history_is_told_only_when_there_is_one() -> None:
    """One execution alone is no history."""
    assert "history" not in dict(told(only(reasons_of(broken()))))
    assert "history" in dict(told(only(reasons_of(broken(day=1), [broken()]))))
    assert "found" not in dict(told(only(reasons_of(broken())), without=("found",)))


def test_history_of_an_unknown_segment_is_how_the_window_ended() -> None:
    """A segment may be younger than the history."""
    assert history_of([broken()], "age", statistic="ks", segment="region: west") == (
        Past(START + DAY, None, "completed with violations"),
    )
