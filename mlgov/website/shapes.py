"""The two distributions of a column, read from the profile of a baseline and of a window for a picture.

Only what a profile shows is drawn: shares of bins, of the words of its vocabulary, and of all other values together. A
profile counts in bins of five rows or more and names no value that fewer than five rows share.

A site has thousands of profiles and draws a few columns of each. So nothing is read but the counts of these columns,
which takes a hundredth of the time that reading a whole profile back does; a test holds both against each other.
"""

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from mlgov.names import NAMED_FROM
from mlgov.website.markup import four_digits, plural
from mlgov.website.plots import Bars, overlay

SCHEMA = "mlgov/profile/v1"
#: Bytes up to which a profile is drawn from.
MAX_BYTES = 4 * 1024 * 1024
BINS = 24
#: Shares of the rows that may lie outside of the bins on each side, so that a far value does not flatten the rest.
_TAIL = 0.01
_PER_OCTAVE = 70
#: Edges next to zero part it from its neighbours and are no numbers to show.
_TINY = 1e-300
WORDS = 8


@dataclass(frozen=True, slots=True)
class Shape:
    """A column, counted twice.

    Attributes:
        column: Its name.
        bars: Its bins, when it is numeric.
        words: Its values with their shares in the baseline and in the window, when it is categorical.
        missing: Shares of missing values in the baseline and in the window.
        moved: What moved most, in words.
    """

    column: str
    bars: Bars | None
    words: tuple[tuple[str, float, float], ...]
    missing: tuple[float, float]
    moved: str

    @property
    def picture(self) -> Markup:
        """The bins over each other; nothing for a categorical column, whose values make a table."""
        said = f"{self.column}: share of the rows by value, baseline and window over each other."
        return overlay(self.bars, label=f"{said} {self.moved}".strip()) if self.bars else Markup("")


def shapes_of(reference: bytes, current: bytes, columns: Sequence[str]) -> tuple[Shape, ...]:
    """Read the shapes of some columns, in their order; those that cannot be drawn are left out.

    Args:
        reference: profile.json of the baseline.
        current: The profile of the window, counted in the same bins.
        columns: Names.
    """
    before, now = (_columns(data, set(columns)) for data in (reference, current))
    return tuple(
        shape for name in columns if name in before and name in now and (shape := _shape(name, before[name], now[name]))
    )


def _columns(data: bytes, wanted: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
    try:
        value = json.loads(data) if len(data) <= MAX_BYTES else {}
        found = value["columns"] if value.get("schema") == SCHEMA else []
        return {column["layout"]["name"]: column for column in found if column["layout"]["name"] in wanted}
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return {}  # whoever judges by it says so; a picture is left out


def _shape(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Shape | None:
    try:
        layout = before["layout"]
        if layout != now["layout"]:
            return None
        missing = (_missing(before), _missing(now))
        if layout["kind"] == "categorical":
            words = tuple(_words(layout, before, now))
            return Shape(name, None, words, missing, _moved_word(words)) if words else None
        bars = _bars(before, now)
        return Shape(name, bars, (), missing, _moved_bin(bars)) if bars else None
    except (KeyError, OverflowError, TypeError, ValueError, ZeroDivisionError):
        return None


def _missing(column: Mapping[str, Any]) -> float:
    missing, rows = column["null"] + column["absent"] + column.get("nan", 0), column["rows"] + column["absent"]
    return float(missing / rows) if rows else 0.0


def _counts(column: Mapping[str, Any]) -> list[float]:
    counts = [float(count) for count in column["counts"]]
    if min(counts, default=0.0) < 0 or not all(map(math.isfinite, counts)):
        raise ValueError("these are no counts")
    return counts


def _words(
    layout: Mapping[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[tuple[str, float, float]]:
    shares = []
    for column in (before, now):
        counted = [*_counts(column), float(column["other"] + column["unseen"])]
        total = sum(counted)
        if not total:
            return
        shares.append([count / total for count in counted])
    counts = [max(pair) for pair in zip(_counts(before), _counts(now), strict=True)]
    every = list(zip(map(str, layout["vocabulary"]), *(side[:-1] for side in shares), strict=True))
    shown = sorted((word for word, count in zip(every, counts, strict=True) if count >= NAMED_FROM), key=_most)[:WORDS]
    yield from shown
    if left := len(every) - len(shown):
        rest = [sum(word[side] for word in every) - sum(word[side] for word in shown) for side in (1, 2)]
        yield f"{plural(left, 'more value')} of the baseline", max(rest[0], 0.0), max(rest[1], 0.0)
    if shares[0][-1] or shares[1][-1]:
        yield "values not named in the baseline", shares[0][-1], shares[1][-1]


def _most(word: tuple[str, float, float]) -> tuple[float, str]:
    return -max(word[1:]), word[0]


def _moved_word(words: Sequence[tuple[str, float, float]]) -> str:
    word, before, now = max(words, key=lambda word: abs(word[2] - word[1]))
    return f"{word}: {before:.1%} of the baseline, {now:.1%} of this window" if abs(now - before) >= 0.005 else ""


#: Start, end and rows of a bin; both are the same for values that are known one by one.
_Piece = tuple[float, float, float]


def _bars(before: Mapping[str, Any], now: Mapping[str, Any]) -> Bars | None:
    """Count fine bins again in coarse ones of one width, as if values were spread evenly in each."""
    sides = [_pieces(column) for column in (before, now)]
    totals = [sum(count for _, _, count in side) for side in sides]
    if not all(totals):
        return None
    low, high = _limits(sides, totals)
    if not low < high or not math.isfinite(high - low):
        return None
    (below, reference, above), (less, current, more) = (
        _spread(side, total, low, high) for side, total in zip(sides, totals, strict=True)
    )
    return Bars(low, high, reference, current, (below, less), (above, more))


def _pieces(column: Mapping[str, Any]) -> list[_Piece]:
    """List the bins of a column in order; what lies outside of them is known to within half a percent."""
    edges = [0.0 if abs(edge) < _TINY else float(edge) for edge in column["layout"]["edges"]]
    counts = _counts(column)
    if len(edges) < 2 or len(counts) != len(edges) + 1:
        raise ValueError("its bins do not fit")
    inner = [(start, end, count) for (start, end), count in zip(pairwise(edges), counts[1:-1], strict=True)]
    outer = [[(at := _value_of(key), at, float(rows)) for key, rows in column[side]] for side in ("below", "above")]
    if [sum(rows for _, _, rows in side) for side in outer] != [counts[0], counts[-1]]:
        raise ValueError("its far values do not add up")
    return [*outer[0], *inner, *outer[1]]


def _value_of(key: int) -> float:
    """Give the value of a log bucket, as `mlgov.monitors.profile.logbuckets` does."""
    if key == 0:
        return 0.0
    quarter = 2.0 ** ((abs(key) - 1100 * _PER_OCTAVE) / _PER_OCTAVE - 3)
    return math.copysign(quarter * (8 / (2.0 ** (1 / _PER_OCTAVE) + 1)), key)


def _limits(sides: Sequence[Sequence[_Piece]], totals: Sequence[float]) -> tuple[float, float]:
    """Leave out the ends of the range in which neither side has more than a few rows."""
    lows = [_first(side, _TAIL * total)[0] for side, total in zip(sides, totals, strict=True)]
    highs = [_first(side[::-1], _TAIL * total)[1] for side, total in zip(sides, totals, strict=True)]
    return min(lows), max(highs)


def _first(pieces: Sequence[_Piece], rows: float) -> _Piece:
    """Give the first piece by which more than so many rows are passed."""
    passed = 0.0
    for piece in pieces:
        passed += piece[2]
        if passed > rows:
            return piece
    return pieces[-1]


def _spread(pieces: Sequence[_Piece], total: float, low: float, high: float) -> tuple[float, tuple[float, ...], float]:
    width = (high - low) / BINS
    found, below, above = [0.0] * BINS, 0.0, 0.0
    for start, end, count in pieces:
        share = count / total
        if end < low or (end == low and start < end):
            below += share
        elif start > high or (start == high and start < end):
            above += share
        elif end - start < width / 1000:  # one value; its bin may begin and end beside the edge of a coarse one
            found[min(max(int((end - low) / width), 0), BINS - 1)] += share
        elif share:
            first, last = max(int((start - low) / width), 0), min(int((end - low) / width), BINS - 1)
            for place in range(first, last + 1):
                left, right = low + place * width, low + (place + 1) * width
                found[place] += share * max(min(end, right) - max(start, left), 0.0) / (end - start)
    return below, tuple(found), above


def _moved_bin(bars: Bars) -> str:
    """Say between which values the share changed most; neighbours that changed the same way count together."""
    width = (bars.high - bars.low) / BINS
    ends = [
        (f"below {four_digits(bars.low)}", *bars.below),
        (f"above {four_digits(bars.high)}", *bars.above),
    ]
    changes = [now - before for before, now in zip(bars.reference, bars.current, strict=True)]
    start = 0
    for place in range(1, BINS + 1):
        if place == BINS or (changes[place] > 0) != (changes[start] > 0):
            span = f"between {four_digits(bars.low + start * width)} and {four_digits(bars.low + place * width)}"
            ends.append((span, sum(bars.reference[start:place]), sum(bars.current[start:place])))
            start = place
    where, before, now = max(ends, key=lambda end: abs(end[2] - end[1]))
    return f"{where}: {before:.1%} of the baseline, {now:.1%} of this window" if abs(now - before) >= 0.005 else ""
