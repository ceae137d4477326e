"""Curves as SVG: Vega-Lite drawn at build time, then reduced to plain shapes and encoded text."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

from mlgov.website.markup import text

WIDTH, HEIGHT = 520, 280
#: Points up to which each one gets a dot.
DOTS = 40

_SHAPES = frozenset({"svg", "g", "path", "line", "rect", "text"})
_ATTRIBUTES = frozenset(
    {"transform", "d", "x", "x1", "x2", "y", "y1", "y2", "width", "height", "viewBox", "opacity", "text-anchor"}
    | {"fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-miterlimit", "stroke-dasharray"}
    | {"font-size", "font-weight"}
)
#: Colours come from the style sheet, so one drawing serves light and dark.
_CONFIG = {
    "view": {"stroke": None},
    "axis": {
        "labelColor": "currentColor",
        "titleColor": "currentColor",
        "tickColor": "currentColor",
        "domainColor": "currentColor",
        "gridColor": "var(--mg-line)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
    },
    "line": {"stroke": "var(--mg-curve)", "strokeWidth": 2.5},
    "point": {"fill": "var(--mg-curve)", "stroke": "var(--mg-curve)", "size": 30},
}


def curve(points: Sequence[Sequence[float]], *, x_title: str, y_title: str, label: str) -> Markup:
    """Draw points, joined in their order.

    Args:
        points: Pairs of x and y.
        x_title: Label of the x axis.
        y_title: Label of the y axis.
        label: What the picture shows, for those who do not see it.

    Returns:
        An ``svg`` element.
    """
    svg = ElementTree.fromstring(_drawn(json.dumps(_specification(points, x_title, y_title))))  # noqa: S314 - our own SVG
    return Markup("").join(_reduced(svg, Markup(' role="img" aria-label="{}"').format(text(label))))


def _specification(points: Sequence[Sequence[float]], x_title: str, y_title: str) -> dict[str, Any]:
    axis = {"type": "quantitative", "scale": {"zero": False, "nice": True}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH,
        "height": HEIGHT,
        "background": None,
        "data": {"values": [{"x": x, "y": y, "order": place} for place, (x, y) in enumerate(points)]},
        "mark": {"type": "line", "point": len(points) <= DOTS},
        "encoding": {
            "x": {"field": "x", "title": x_title, **axis},
            "y": {"field": "y", "title": y_title, **axis},
            "order": {"field": "order"},
        },
        "config": _CONFIG,
    }


@lru_cache(maxsize=4096)
def _drawn(specification: str) -> str:
    """Draw once per process: live reload builds the site again and again."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(json.loads(specification))
    return svg


def _reduced(element: ElementTree.Element, extra: Markup) -> Iterator[Markup]:
    name = element.tag.rpartition("}")[2]
    if name not in _SHAPES or not element.get("d", "-"):
        return
    kept = [(key, value) for key, value in element.attrib.items() if key in _ATTRIBUTES]
    attributes = Markup("").join(Markup(' {}="{}"').format(key, text(value)) for key, value in kept)
    yield Markup("<{}{}{}>").format(name, attributes, extra)
    yield text(element.text or "")
    for child in element:
        yield from _reduced(child, Markup())
    yield Markup("</{}>").format(name)
