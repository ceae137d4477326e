"""Two profiles of a column as one short picture: at most some twenty slices, with the rows of both sides.

No value is named that the profiles would not show: those of the vocabulary, and new ones that enough rows share.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from mlgov.monitors.column_result import Slice, SliceKind
from mlgov.monitors.distances.table import missing_values
from mlgov.monitors.profile import CategoricalProfile, ColumnKind, ColumnProfile, NumericProfile
from mlgov.monitors.profile.layout import BELOW_ZERO, NumericLayout
from mlgov.names import NAMED_FROM

#: Values of a categorical column that are named before the rest is one slice, and new values among them.
NAMED = 10
NAMED_NEW = 3


def distribution(reference: ColumnProfile, current: ColumnProfile) -> tuple[Slice, ...]:
    """Put the distributions of a column side by side.

    A numeric column has the ten groups of its bins (one per value when it is discrete), what lies outside the
    baseline's range beside them; a categorical one its most frequent values and the new ones. Both end with the rows
    that have no usable value. Slices without rows on either side are left out.

    Args:
        reference: The column in the baseline.
        current: The column in the window, profiled in the same layout.

    Returns:
        Slices in the order of a picture; together they have each row of both sides once.
    """
    return tuple(each for each in _slices(reference, current) if each.reference or each.current)


def _slices(reference: ColumnProfile, current: ColumnProfile) -> Iterator[Slice]:
    if isinstance(reference, NumericProfile) and isinstance(current, NumericProfile):
        yield from _numbers(reference, current)
    elif isinstance(reference, CategoricalProfile) and isinstance(current, CategoricalProfile):
        yield from _categories(reference, current)
    yield Slice(SliceKind.WRONG_TYPE, "of the wrong type", _mistyped(reference), _mistyped(current))
    yield Slice(SliceKind.MISSING, "no value", missing_values(reference), missing_values(current))


def _mistyped(side: ColumnProfile) -> int:
    infinite = side.infinite if isinstance(side, NumericProfile) else 0
    return max(0, side.rows + side.absent - side.n - infinite - missing_values(side))


# Numbers


def _numbers(reference: NumericProfile, current: NumericProfile) -> Iterator[Slice]:
    layout = reference.layout
    if layout.kind is ColumnKind.TIME or not layout.edges:
        yield Slice(SliceKind.OTHER, "any value", reference.n, current.n)
    else:
        low, high = _written(layout, layout.edges[0]), _written(layout, layout.edges[-1])
        yield Slice(SliceKind.BELOW, f"below {low}", reference.counts[0], current.counts[0])
        yield from _ranges(layout, reference, current)
        yield Slice(SliceKind.ABOVE, f"above {high}", reference.counts[-1], current.counts[-1])
    yield Slice(SliceKind.INFINITE, "infinite", reference.infinite, current.infinite)


def _ranges(layout: NumericLayout, reference: NumericProfile, current: NumericProfile) -> Iterator[Slice]:
    """Give the coarse groups of the bins without the two open ends."""
    h, g = np.array(reference.counts), np.array(current.counts)
    for start, end in pairwise((0, *layout.deciles, layout.bins)):
        first, last = max(start, 1), min(end, layout.bins - 1)
        # Between the values of a discrete column lie bins that only other values fill.
        while layout.discrete and last - first > 1 and not (layout.atoms[first] or h[first] or g[first]):
            first += 1
        if first < last:
            kind, label = _range(layout, first, last)
            yield Slice(kind, label, int(h[first:last].sum()), int(g[first:last].sum()))


def _range(layout: NumericLayout, first: int, last: int) -> tuple[SliceKind, str]:
    """Name the bins from ``first`` to before ``last``."""
    high = _written(layout, layout.edges[last - 1])
    if last == first + 1 and layout.atoms[first]:
        return SliceKind.VALUE, high
    return SliceKind.RANGE, f"{_written(layout, layout.edges[first - 1])} to {high}"


def _written(layout: NumericLayout, edge: float) -> str:
    """Write an edge; one that lies just below a value as that value."""
    if edge == BELOW_ZERO:
        return "0"
    return f"{edge:.12g}" if layout.integral else f"{edge:.6g}"


# Categories


def _categories(reference: CategoricalProfile, current: CategoricalProfile) -> Iterator[Slice]:
    words = reference.layout.vocabulary
    pairs = list(zip(words, reference.counts, current.counts, strict=True))
    frequent = sorted(pairs, key=lambda pair: (-max(_shares(pair, reference.n, current.n)), pair[0]))[:NAMED]
    named = [pair for pair in frequent if max(pair[1:]) >= NAMED_FROM]
    for word, before, now in sorted(named, key=lambda pair: (-pair[1], pair[0])):
        yield Slice(SliceKind.VALUE, word, before, now)
    yield from _new(reference, current)
    rest = [sum(side.counts) + side.other - sum(_column(named, place)) for place, side in _sides(reference, current)]
    left = len(pairs) - len(named)
    counted = f"{left:,} other value{'s' * (left != 1)}" if reference.layout.complete else "other values"
    yield Slice(SliceKind.OTHER, counted, *rest)


def _shares(pair: tuple[str, int, int], n: int, m: int) -> tuple[float, float]:
    return pair[1] / (n or 1), pair[2] / (m or 1)


def _sides(
    reference: CategoricalProfile, current: CategoricalProfile
) -> tuple[tuple[int, CategoricalProfile], tuple[int, CategoricalProfile]]:
    return (1, reference), (2, current)


def _column(pairs: Iterable[tuple[str, int, int]], place: int) -> list[int]:
    return [int(pair[place]) for pair in pairs]


def _new(reference: CategoricalProfile, current: CategoricalProfile) -> Iterator[Slice]:
    """Give the values that a complete vocabulary does not have, the frequent ones by name."""
    before = {value.hash: value.count for value in reference.sample}
    shown = [value for value in current.sample if value.text is not None and value.count >= NAMED_FROM]
    chosen = sorted(shown, key=lambda value: (-value.count, value.text or ""))[:NAMED_NEW] if current.unseen else []
    known = [(value.text or "", before.get(value.hash, 0), value.count) for value in chosen]
    for text, then, now in known:
        yield Slice(SliceKind.NEW_VALUE, text, then, now)
    rest = [side.unseen - sum(_column(known, place)) for place, side in _sides(reference, current)]
    yield Slice(SliceKind.NEW, "other new values" if known else "new values", *rest)
