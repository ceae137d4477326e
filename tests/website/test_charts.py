"""Curves drawn at build time."""

from mlgov.website.charts import DOTS, _drawn, curve
from tests.website.dom import Dom, parse

POINTS = [(0.0, 0.0), (0.5, 0.9), (1.0, 1.0)]
SHAPES = {"svg", "g", "path", "line", "rect", "text"}


def drawn(points: list[tuple[float, float]] = POINTS) -> Dom:
    """Draw and take apart."""
    return parse(curve(points, x_title="False positives", y_title="True positives", label="ROC curve"))


def test_a_curve_is_shapes_and_text_alone() -> None:
    """No script, style, link, event or reference to anything elsewhere."""
    dom = drawn()
    assert {tag for tag, _ in dom.elements} <= SHAPES
    names = {name for _, attrs in dom.elements for name in attrs}
    assert not any(name.startswith("on") or "href" in name or name in ("style", "id") for name in names)


def test_a_curve_has_a_name_and_its_axes() -> None:
    """For those who do not see it, and for those who do."""
    dom = drawn()
    assert dom.elements[0][1]["role"] == "img"
    assert dom.elements[0][1]["aria-label"] == "ROC curve"
    assert {"False positives", "True positives"} <= set(dom.texts)


def test_colours_come_from_the_style_sheet() -> None:
    """One drawing for light and dark: no colour is written into it but none and those of variables."""
    dom = drawn()
    used = {*dom.values("stroke"), *dom.values("fill")}
    assert used <= {"none", "transparent", "currentColor", "var(--mg-line)", "var(--mg-curve)"}


def test_the_same_curve_is_the_same_bytes() -> None:
    """Drawn anew, not remembered."""
    once = curve(POINTS, x_title="x", y_title="y", label="l")
    _drawn.cache_clear()
    assert curve(POINTS, x_title="x", y_title="y", label="l") == once


def test_many_points_have_no_dots() -> None:
    """A long curve is one line."""
    few, many = ([(float(x), float(x * x)) for x in range(count)] for count in (DOTS, DOTS + 1))
    assert len(drawn(few).elements) > len(drawn(many).elements) + DOTS - 10


def test_one_point_is_drawn() -> None:
    """The smallest curve that the schema takes."""
    assert drawn([(1.0, 2.0)]).elements
