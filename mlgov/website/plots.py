"""Small pictures drawn as SVG by plain arithmetic: thousands of pages have them, so no drawing engine is asked.

Shapes have classes and the style sheet has the colours, so one drawing serves light, dark and paper. What a colour
tells a form tells too: the baseline is an area, the window a line; limits are dashed, each in a pattern of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from mlgov.website.markup import four_digits, text

#: Size of a picture of two distributions, and of one of values over time, in user units.
SHAPE_WIDTH, SHAPE_HEIGHT = 320, 132
SERIES_WIDTH, SERIES_HEIGHT = 320, 96
GAUGE_WIDTH, GAUGE_HEIGHT = 200, 14
#: Where a gauge has the limit of a violation, of its width; what is further out ends in a point.
_LIMIT_AT = 0.6
_MARGIN = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A limit, or the value of the baseline, in a picture of values over time.

    Attributes:
        value: The value.
        kind: warn, violate or baseline: how it is drawn.
    """

    value: float
    kind: str


@dataclass(frozen=True, slots=True)
class Bars:
    """The same bins counted twice.

    Attributes:
        low: Where the bins begin.
        high: Where they end; all are equally wide.
        reference: Share of the baseline in each, 0 to 1; with the ends outside of the bins they sum to at most 1.
        current: Share of the window, likewise.
        below: Shares of the baseline and of the window below the bins.
        above: The same above them.
    """

    low: float
    high: float
    reference: tuple[float, ...]
    current: tuple[float, ...]
    below: tuple[float, float]
    above: tuple[float, float]


def gauge(value: float, violate: float, *, warn: float | None = None, noise: float | None = None) -> Markup:
    """Draw how far a value is from its limits; the table beside has the numbers.

    Args:
        value: The value, 0 or more.
        violate: Limit of a violation, above 0.
        warn: Limit of a warning.
        noise: Up to here it would go without any change.
    """
    unit = GAUGE_WIDTH * _LIMIT_AT / violate
    tone = "bad" if value >= violate else "warn" if warn is not None and value >= warn else "ok"
    end = min(value * unit, GAUGE_WIDTH)
    parts = [f'<rect class="mg-track" width="{GAUGE_WIDTH}" height="{GAUGE_HEIGHT}"></rect>']
    if noise:
        width = _short(min(noise * unit, GAUGE_WIDTH))
        parts.append(f'<rect class="mg-noise" width="{width}" height="{GAUGE_HEIGHT}"></rect>')
    drawn = f"M0 3h{_short(end - 6)}l6 4l-6 4H0z" if value * unit > GAUGE_WIDTH else f"M0 3h{_short(end)}v8H0z"
    parts.append(_stroke(f"mg-{tone}", drawn))
    for kind, limit in (("warn", warn), ("violate", violate)):
        if limit is not None and limit * unit <= GAUGE_WIDTH:
            parts.append(_stroke(f"mg-limit-{kind}", f"M{_short(limit * unit)} 0v{GAUGE_HEIGHT}"))
    size = f'viewBox="0 0 {GAUGE_WIDTH} {GAUGE_HEIGHT}" preserveAspectRatio="none"'
    return _plain(f'<svg class="mg-gauge" {size} aria-hidden="true">{"".join(parts)}</svg>')


def overlay(bars: Bars, *, label: str) -> Markup:
    """Draw two distributions over each other: the baseline as an area, the window as a line.

    Args:
        bars: The bins; two more stand left and right for what lies outside of them.
        label: What the picture shows, for those who do not see it.
    """
    reference = [bars.below[0], *bars.reference, bars.above[0]]
    current = [bars.below[1], *bars.current, bars.above[1]]
    top = max(*reference, *current, 1e-9)
    base, width = SHAPE_HEIGHT - 18, SHAPE_WIDTH / len(reference)
    heights = [[(base - _MARGIN) * share / top for share in side] for side in (reference, current)]
    area = "".join(f"V{_short(base - height)}h{_short(width)}" for height in heights[0])
    steps = "".join(f"V{_short(base - height)}h{_short(width)}" for height in heights[1])
    parts = [
        _stroke("mg-area", f"M0 {base}{area}V{base}z"),
        _stroke("mg-now", f"M0 {base}{steps}V{base}"),
        _stroke("mg-axis", f"M0 {base}H{SHAPE_WIDTH}"),
        *_range(bars, width, base),
    ]
    return _svg("mg-shape", SHAPE_WIDTH, SHAPE_HEIGHT, label, parts)


def _range(bars: Bars, width: float, base: float) -> Iterator[str]:
    """Write the ends of the bins below them, and what lies beyond."""
    for x, at, anchor in ((width, bars.low, "start"), (SHAPE_WIDTH - width, bars.high, "end")):
        yield _stroke("mg-tick", f"M{_short(x)} {base}v4")
        written = text(four_digits(at))
        yield f'<text x="{_short(x)}" y="{base + 15}" text-anchor="{anchor}">{written}</text>'


def series(
    values: Sequence[float | None],
    *,
    label: str,
    lines: Sequence[Line] = (),
    band: Sequence[tuple[float, float] | None] = (),
    estimated: bool = False,
    span: tuple[float, float] | None = None,
) -> Markup:
    """Draw values over time, one step per window, oldest first.

    Args:
        values: The values; None leaves a gap.
        label: What the picture shows, for those who do not see it.
        lines: Limits and the value of the baseline.
        band: Interval of each value.
        estimated: Whether the values were estimated: the line is dotted then.
        span: Lower and upper end of the scale; taken from everything that is drawn when None.
    """
    ends = [end for pair in band if pair for end in pair]
    shown = [*(value for value in values if value is not None), *ends, *(line.value for line in lines)]
    low, high = span or (min(shown, default=0.0), max(shown, default=1.0))
    height = SERIES_HEIGHT - 2 * _MARGIN
    unit = height / ((high - low) or abs(high) or 1.0)

    def y(value: float) -> float:
        return _MARGIN + height - (value - low) * unit if high > low else SERIES_HEIGHT / 2

    step = (SERIES_WIDTH - 12) / max(len(values) - 1, 1)
    parts = [_stroke(f"mg-limit-{line.kind}", f"M0 {_short(y(line.value))}H{SERIES_WIDTH}") for line in lines]
    places = [(6 + place * step, value) for place, value in enumerate(values)]
    for run in _runs(places, band):
        there = "L".join(f"{_short(x)} {_short(y(pair[1]))}" for x, _, pair in run)
        back = "L".join(f"{_short(x)} {_short(y(pair[0]))}" for x, _, pair in reversed(run))
        parts.insert(0, _stroke("mg-band", f"M{there}L{back}z"))
    points = [(x, y(value)) if value is not None else None for x, value in places]
    parts.append(_stroke("mg-guess" if estimated else "mg-now", _path(points)))
    parts += _dots(points)
    return _svg("mg-series", SERIES_WIDTH, SERIES_HEIGHT, label, parts)


def columns(values: Sequence[float], *, label: str, ends: tuple[str, str]) -> Markup:
    """Draw counts as columns, oldest first.

    Args:
        values: The counts, 0 or more.
        label: What the picture shows, for those who do not see it.
        ends: What stands below the first and the last one.
    """
    base, step = SERIES_HEIGHT - 18, SERIES_WIDTH / max(len(values), 1)
    unit = (base - _MARGIN) / (max(values, default=0) or 1)
    drawn = "".join(
        f"M{_short(place * step + 2)} {base}v-{_short(value * unit)}h{_short(step - 4)}v{_short(value * unit)}z"
        for place, value in enumerate(values)
        if value
    )
    first, last = map(text, ends)
    words = [
        f'<text x="0" y="{base + 15}" text-anchor="start">{first}</text>',
        f'<text x="{SERIES_WIDTH}" y="{base + 15}" text-anchor="end">{last}</text>',
    ]
    parts = [_stroke("mg-column", drawn), _stroke("mg-axis", f"M0 {base}H{SERIES_WIDTH}"), *words]
    return _svg("mg-series", SERIES_WIDTH, SERIES_HEIGHT, label, parts)


_Ranged = tuple[float, float, tuple[float, float]]


def _runs(places: list[tuple[float, float | None]], band: Sequence[tuple[float, float] | None]) -> list[list[_Ranged]]:
    """Cut where a value or its interval is missing."""
    runs: list[list[_Ranged]] = [[]]
    for (x, value), pair in zip(places, band, strict=False):
        if value is None or pair is None:
            runs.append([])
        else:
            runs[-1].append((x, value, pair))
    return [run for run in runs if len(run) > 1]


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """Join neighbours; a gap starts anew."""
    drawn = ""
    for before, point in pairwise([None, *points]):
        if point:
            drawn += f"{'L' if before else 'M'}{_short(point[0])} {_short(point[1])}"
    return drawn


def _dots(points: Sequence[tuple[float, float] | None]) -> Iterator[str]:
    """Mark each value, the last one larger; a line of no length with round ends is a dot."""
    for name, shown in (("mg-dots", points[:-1]), ("mg-dots mg-last", points[-1:])):
        if drawn := "".join(f"M{_short(point[0])} {_short(point[1])}h0" for point in shown if point):
            yield _stroke(name, drawn)


def _stroke(name: str, drawn: str) -> str:
    return f'<path class="{name}" d="{drawn}"></path>'


def _svg(name: str, width: float, height: float, label: str, parts: Sequence[str]) -> Markup:
    head = f'<svg class="{name}" viewBox="0 0 {width} {height}" role="img" aria-label="{text(label)}">'
    return _plain(f"{head}{''.join(parts)}</svg>")


def _plain(drawn: str) -> Markup:
    """Take a picture as HTML: its places are numbers, and the few words in it are encoded where they are put in."""
    return Markup(drawn)  # noqa: S704 - see above


def _short(value: float) -> str:
    """Write a place with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")
