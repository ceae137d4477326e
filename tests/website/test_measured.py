"""Columns from the worst on, and values over the windows."""

import dataclasses

from mlgov.monitors import ColumnResult, MetricResult, StatisticResult
from mlgov.website.measured import (
    AT_LEAST,
    AT_MOST,
    course_of_labels,
    courses_of_columns,
    courses_of_metrics,
    drawn,
    ranked,
)
from tests.website import documents as d
from tests.website import watched


def column(name: str, value: float, verdict: str = "ok") -> ColumnResult:
    """Make a result with one statistic, whose limit is 0.2."""
    return ColumnResult(name, "numeric", verdict, "", (StatisticResult("psi", value, verdict, warn=0.1, violate=0.2),))


def test_columns_are_ordered_by_verdict_and_then_by_nearness() -> None:
    """A violation that is certain before a larger value that is not."""
    found = [
        column("near", 0.19),
        column("far", 0.01),
        column("sure", 0.2, "violation"),
        column("noted", 0.3, "warning"),
    ]
    assert [each.column.name for each in ranked(found)] == ["sure", "noted", "near", "far"]


def test_the_statistic_that_decided_is_shown() -> None:
    """Not the one that is further beyond a limit and was called chance."""
    two = dataclasses.replace(
        column("tenure", 0.3, "violation"),
        statistics=(StatisticResult("ks", 9.0, "", violate=0.1), StatisticResult("psi", 0.3, "violation", violate=0.2)),
    )
    assert ranked([two])[0].title == "PSI"


def test_a_column_without_a_limit_has_no_picture() -> None:
    """For instance one that is missing altogether."""
    bare = ColumnResult("gone", "", "violation", "gone is missing.")
    assert ranked([bare])[0].picture == ""
    assert list(courses_of_columns([d.execution(0)], ranked([bare]))) == []


def test_all_pressing_columns_are_drawn_and_some_others() -> None:
    """Few on a calm day, and never more than a page bears."""
    calm = [column(f"c{place}", 0.01) for place in range(30)]
    assert len(drawn(calm)) == AT_LEAST
    assert len(drawn([column(f"v{place}", 0.5, "violation") for place in range(30)] + calm)) == AT_MOST


def test_a_column_that_a_window_did_not_have_leaves_a_gap() -> None:
    """The line goes on when it is back."""
    chosen = ranked(watched.columns(True))[:1]
    days = [watched.columns(False), (), watched.columns(True)]
    history = [dataclasses.replace(d.execution(day), columns=columns) for day, columns in enumerate(days)]
    course = next(courses_of_columns(history, chosen))
    assert (course.title, course.about, course.last) == ("tenure", "KS distance", 0.31)
    assert course.note == "warns at 0.08, broken at 0.12"
    assert course.picture.count("M6 ") > 0
    assert "L" not in course.picture.partition('class="mg-now" d="')[2].partition('"')[0]


def test_a_metric_that_was_never_worked_out_says_why() -> None:
    """An empty box says nothing."""
    never = MetricResult("CDDL", None, "not_compared", "The baseline does not have this metric.")
    run = dataclasses.replace(d.execution(0), metrics=(never,))
    assert [course.note for course in courses_of_metrics([run], estimated=False)] == [never.sentence]


def test_monitors_without_labels_have_no_course_of_them() -> None:
    """Data quality waits for none."""
    assert course_of_labels([d.execution(0)]) is None
    course = course_of_labels(watched.model_quality())
    assert course is not None
    assert course.is_share
