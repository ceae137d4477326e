"""Small pictures: places are arithmetic, words are encoded."""

import re

import pytest

from mlgov.website.plots import GAUGE_WIDTH, Bars, Line, gauge, overlay, series
from tests.website.dom import parse


def paths(svg: str, name: str) -> list[str]:
    """Give what the paths of a class draw."""
    return re.findall(rf'<path class="{name}" d="([^"]*)"', svg)


def test_a_gauge_has_the_limit_of_a_violation_where_all_have_it() -> None:
    """So one looks down a table along one line, whatever the statistic."""
    for violate in (0.12, 25.0):
        assert paths(gauge(0.0, violate), "mg-limit-violate") == [f"M{GAUGE_WIDTH * 6 // 10} 0v14"]


@pytest.mark.parametrize(("value", "tone"), [(0.05, "ok"), (0.08, "warn"), (0.12, "bad"), (9.0, "bad")])
def test_a_gauge_has_the_colour_of_the_limit_that_is_reached(value: float, tone: str) -> None:
    """At a limit it is reached."""
    assert len(paths(gauge(value, 0.12, warn=0.08), f"mg-{tone}")) == 1


def test_a_value_far_out_ends_in_a_point_at_the_edge() -> None:
    """Longer bars than the picture would lie."""
    assert paths(gauge(9.0, 0.12), "mg-bad") == ["M0 3h194l6 4l-6 4H0z"]


def test_the_baseline_is_an_area_and_the_window_a_line() -> None:
    """The highest bar of both sides reaches the top; equal shares are equally high."""
    bars = Bars(0.0, 2.0, (0.25, 0.5), (0.5, 0.0), (0.25, 0.25), (0.0, 0.25))
    svg = overlay(bars, label="age")
    assert paths(svg, "mg-area") == ["M0 114V59h80V59h80V4h80V114h80V114z"]
    assert paths(svg, "mg-now") == ["M0 114V59h80V4h80V114h80V59h80V114"]
    assert parse(svg).texts == ["0", "2"]


def test_a_window_without_a_value_leaves_a_gap() -> None:
    """The line starts anew behind it, and there is no dot."""
    svg = series([1.0, 2.0, None, 3.0], label="x", span=(1.0, 3.0))
    assert paths(svg, "mg-now") == ["M6 92L108.7 48M314 4"]
    assert paths(svg, "mg-dots") == ["M6 92h0M108.7 48h0"]
    assert paths(svg, "mg-dots mg-last") == ["M314 4h0"]


def test_intervals_and_limits_are_drawn_too() -> None:
    """The scale has room for them all."""
    svg = series([1.0, 2.0], label="x", lines=[Line(4.0, "violate")], band=[(0.0, 2.0), (1.0, 3.0)])
    assert paths(svg, "mg-limit-violate") == ["M0 4H320"]
    assert paths(svg, "mg-band") == ["M6 48L314 26L314 70L6 92z"]


def test_equal_values_are_a_line_in_the_middle() -> None:
    """A scale without height divides by nothing."""
    assert paths(series([5.0, 5.0], label="x"), "mg-now") == ["M6 48L314 48"]
    assert paths(series([], label="x"), "mg-now") == [""]


def test_an_estimate_is_drawn_otherwise() -> None:
    """Nobody takes it for a measurement."""
    svg = series([1.0, 2.0], label="x", estimated=True)
    assert paths(svg, "mg-guess")
    assert not paths(svg, "mg-now")


def test_a_label_stays_text() -> None:
    """Names of columns come from files of strangers."""
    svg = series([1.0], label='"><script>alert(1)</script>')
    assert parse(svg).values("aria-label") == ['"><script>alert(1)</script>']
    assert {tag for tag, _ in parse(svg).elements} == {"svg", "path"}
