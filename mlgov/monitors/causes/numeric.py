"""Likely causes in a numeric column."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from mlgov.monitors.causes.cause import Cause, CauseKind, grew, percent
from mlgov.monitors.causes.units import LEAST_VALUES, conversion
from mlgov.monitors.distances.significance import chi2_contingency
from mlgov.monitors.profile import NumericProfile
from mlgov.monitors.profile.logbuckets import value_of

Ints = npt.NDArray[np.int64]

#: Lengths of cycles and the unit of a step.
CYCLES = {24: "hours", 7: "days", 12: "months", 60: "minutes"}
#: A value outside the range that so large a share of the rows has is no accident.
LEAST_SENTINEL = 0.01
_LEAST_ROWS = 30
#: Numbers that differ by less, relatively, are one number in other digits: single precision has seven.
LAST_DIGITS = 1e-6


def constant(reference: NumericProfile, current: NumericProfile) -> Iterator[Cause]:
    """Every value is the same now, and was not."""
    if current.n >= _LEAST_ROWS and current.minimum == current.maximum and reference.minimum != reference.maximum:
        value = current.minimum or 0.0
        sentence = f"Every value is {value:g} now; a default, or a source that stands still."
        yield Cause(CauseKind.CONSTANT, sentence, {"value": value})


def sentinel(reference: NumericProfile, current: NumericProfile) -> Iterator[Cause]:
    """One value outside the range (or zero) fills many rows: what programs write for 'not known'."""
    if not reference.layout.edges or not current.n:
        return
    outside = sum(count for _, count in (*current.below, *current.above))
    for key, count in sorted((*current.below, *current.above), key=lambda each: -each[1])[:1]:
        if count / current.n >= LEAST_SENTINEL and count >= 0.9 * outside and grew(0, reference.n, count, current.n):
            about = _end(current, key)
            sentence = f"{percent(count / current.n)} of the values are about {about:.6g}, outside the reference's"
            yield Cause(
                CauseKind.SENTINEL, f"{sentence} range: a code for 'not known'?", {"value": about, "rows": count}
            )
    if _zeros_are_news(reference) and grew(reference.zero, reference.n, current.zero, current.n):
        shares = f"{percent(reference.zero / reference.n)} to {percent(current.zero / current.n)}"
        sentence = f"Zeros rose from {shares}: a default for missing values?"
        yield Cause(CauseKind.SENTINEL, sentence, {"value": 0.0, "rows": current.zero})


def _zeros_are_news(reference: NumericProfile) -> bool:
    """Say whether zero is rare and no value among few others (hours, counts)."""
    return reference.zero <= LEAST_SENTINEL * reference.n and _by_value(reference) is None


def _end(current: NumericProfile, key: int) -> float:
    """Give a bucket's value, exactly if it holds the smallest or largest value of all."""
    about = value_of(key)
    ends = [end for end in (current.minimum, current.maximum) if end is not None]
    return next((end for end in ends if abs(end - about) <= 0.01 * abs(about)), about)


def unit_change(reference: NumericProfile, current: NumericProfile) -> Iterator[Cause]:
    """All values changed by one factor, or by one offset."""
    found = conversion(reference, current)
    if not found:
        return
    numbers = {"factor": found.factor, "offset": found.offset, "gap": found.gap_after}
    if found.meaning:
        sentence = f"All values look converted: {found.meaning} (x {found.factor:.6g}{_plus(found.offset)})."
        yield Cause(CauseKind.UNIT_CHANGE, sentence, {**numbers, "meaning": found.meaning})
    elif found.offset:
        yield Cause(CauseKind.OFFSET, f"All values moved by about {found.offset:+.4g}.", numbers)
    else:
        sentence = f"All values are about {found.factor:.4g} times as large: another unit or scaling?"
        yield Cause(CauseKind.UNIT_CHANGE, sentence, numbers)


def _plus(offset: float) -> str:
    return f" {offset:+.6g}" if offset else ""


def cycle_shift(reference: NumericProfile, current: NumericProfile) -> Iterator[Cause]:
    """Hours, weekdays or months moved around their cycle: another time zone, or counted from another start."""
    h, g = _by_value(reference), _by_value(current)
    if h is None or g is None or min(reference.n, current.n) < LEAST_VALUES:
        return
    length = len(h)
    if length not in CYCLES or chi2_contingency(h, g).p > 1e-6:
        return
    tests = {step: chi2_contingency(np.roll(h, step), g) for step in range(1, length)}
    best = min(tests, key=lambda step: (tests[step].statistic, step))
    if tests[best].p < 0.01 and tests[best].cramers_v > 0.2 * chi2_contingency(h, g).cramers_v:
        return
    step = best if best <= length // 2 else best - length
    sentence = f"The values moved around their cycle of {length} by {step:+d} {CYCLES[length]}: another time zone?"
    yield Cause(CauseKind.CYCLE_SHIFT, sentence, {"shift": step, "cycle": length})


def _by_value(side: NumericProfile) -> Ints | None:
    """Count a column of consecutive whole numbers by value; None for other columns, or values outside the range."""
    layout = side.layout
    if not (layout.integral and layout.edges) or side.outside:
        return None
    counts, atoms = np.array(side.counts), layout.atoms
    if counts[~atoms].any():
        return None
    values = np.array(layout.edges)[atoms[:-1]]
    consecutive = len(values) and values[-1] - (len(values) - 1) == values[0]
    return counts[atoms] if consecutive else None


def precision(reference: NumericProfile, current: NumericProfile) -> Iterator[Cause]:
    """Fractions are gone: rounded, or cut."""
    usual = reference.types.fractional - reference.nan
    left = current.types.fractional - current.nan - current.infinite
    if current.n >= _LEAST_ROWS and usual >= 0.5 * reference.n and reference.n and left == 0:
        sentence = f"All values are whole numbers now; {percent(usual / reference.n)} had fractions: rounded upstream?"
        yield Cause(CauseKind.PRECISION, sentence, {"usual_share": usual / reference.n})


def lost_digits(reference: NumericProfile, current: NumericProfile) -> Iterator[Cause]:
    """Values are next to those that the reference's rows share: rounded in their last digits, or single precision."""
    atoms = reference.layout.atoms
    moved = np.flatnonzero((np.array(current.counts) > 0) & ~atoms)
    values = np.array([-np.inf, *np.array(reference.layout.edges)[atoms[:-1]], np.inf])
    means = current.bin_means[moved]
    above = np.searchsorted(values, means)
    nearest = np.minimum(means - values[above - 1], values[above] - means)
    beside = moved[nearest <= LAST_DIGITS * np.abs(means)]
    before, now = (int(np.array(side.counts)[beside].sum()) for side in (reference, current))
    if grew(before, reference.n, now, current.n):
        sentence = f"{percent(now / current.n)} of the values are those of the reference but for their last digits"
        remedy = "rounded on their way, or single precision? Make the baseline from data that came the same way."
        yield Cause(CauseKind.LOST_DIGITS, f"{sentence}: {remedy}", {"rows": now})


def out_of_range(reference: NumericProfile, current: NumericProfile) -> Iterator[Cause]:
    """Values lie below the smallest or above the largest of the reference."""
    if not reference.layout.edges:
        return
    low, high = reference.layout.edges[0], reference.layout.edges[-1]
    for name, place, end, count in (("below", 0, low, current.minimum), ("above", -1, high, current.maximum)):
        rows = current.counts[place]
        if grew(reference.counts[place], reference.n, rows, current.n):
            sentence = f"{percent(rows / current.n)} of the values lie {name} {end:.6g}, the reference's"
            extreme = "smallest" if place == 0 else "largest"
            text = f"{sentence} {extreme}; the {extreme} now is {count:.6g}."
            yield Cause(CauseKind.OUT_OF_RANGE, text, {"rows": rows, "limit": end, "extreme": count or 0.0})


def moved_range(reference: NumericProfile, current: NumericProfile) -> Iterator[Cause]:
    """One part of the range lost rows and another gained them."""
    layout = reference.layout
    if not (reference.n and current.n) or len(layout.edges) < 2:
        return
    h, g = layout.grouped(reference.counts), layout.grouped(current.counts)
    p, q = h / h.sum(), g / g.sum()
    change = q - p
    most, least = int(np.argmax(change)), int(np.argmin(change))
    if not grew(int(h[most]), int(h.sum()), int(g[most]), int(g.sum()), tests=len(h)):
        return
    to, away = (f"{_range(reference, place)} ({percent(p[place])} to {percent(q[place])})" for place in (most, least))
    sentence = f"Rows moved to {to}, most of all from {away}."
    yield Cause(CauseKind.MOVED_RANGE, sentence, {"gain": float(change[most]), "loss": float(change[least])})


def _range(side: NumericProfile, group: int) -> str:
    """Name the range of a coarse group of bins."""
    layout = side.layout
    starts = (0, *layout.deciles, layout.bins)
    first, last = starts[group], starts[group + 1] - 1
    inner = [layout.edges[place] for place in (max(first - 1, 0), min(last, len(layout.edges) - 1))]
    if last > first or not layout.atoms[last]:
        low, high = f"{inner[0]:.6g}", f"{inner[1]:.6g}"
        if first <= 1:
            return f"up to {high}"
        return f"above {low}" if last >= layout.bins - 2 else f"{low} to {high}"
    return f"{inner[1]:.6g}"
