"""Why a column may have changed, from two profiles: leads for whoever looks into a violation, not verdicts."""

from collections.abc import Callable, Iterator
from dataclasses import astuple

from mlgov.monitors.causes import categorical, numeric
from mlgov.monitors.causes.cause import Cause, CauseKind, grew, percent
from mlgov.monitors.causes.units import CONVERSIONS, Conversion, conversion
from mlgov.monitors.distances.table import missing_values
from mlgov.monitors.profile import CategoricalProfile, ColumnKind, ColumnProfile, NumericProfile

__all__ = ["CONVERSIONS", "Cause", "CauseKind", "Conversion", "conversion", "likely_causes"]

_NUMERIC: tuple[Callable[[NumericProfile, NumericProfile], Iterator[Cause]], ...] = (
    numeric.constant,
    numeric.sentinel,
    numeric.unit_change,
    numeric.cycle_shift,
    numeric.precision,
    numeric.lost_digits,
    numeric.out_of_range,
    numeric.moved_range,
)
_CATEGORICAL: tuple[Callable[[CategoricalProfile, CategoricalProfile], Iterator[Cause]], ...] = (
    categorical.respelled,
    categorical.recoded,
    categorical.new_categories,
    categorical.moved_categories,
)
#: What a more telling cause explains already.
_EXPLAINED: dict[CauseKind, frozenset[CauseKind]] = {
    CauseKind.CONSTANT: frozenset(
        {CauseKind.OUT_OF_RANGE, CauseKind.MOVED_RANGE, CauseKind.PRECISION, CauseKind.SENTINEL, CauseKind.UNIT_CHANGE}
    ),
    CauseKind.SENTINEL: frozenset({CauseKind.OUT_OF_RANGE}),
    CauseKind.UNIT_CHANGE: frozenset({CauseKind.OUT_OF_RANGE, CauseKind.MOVED_RANGE}),
    CauseKind.LOST_DIGITS: frozenset(
        {CauseKind.OUT_OF_RANGE, CauseKind.MOVED_RANGE, CauseKind.SENTINEL, CauseKind.OFFSET}
    ),
    CauseKind.OFFSET: frozenset({CauseKind.OUT_OF_RANGE, CauseKind.MOVED_RANGE}),
    CauseKind.CYCLE_SHIFT: frozenset({CauseKind.MOVED_RANGE, CauseKind.UNIT_CHANGE, CauseKind.OFFSET}),
    CauseKind.RESPELLED: frozenset({CauseKind.NEW_CATEGORIES}),
    CauseKind.RECODED: frozenset({CauseKind.MOVED_CATEGORIES}),
}


def likely_causes(reference: ColumnProfile, current: ColumnProfile) -> tuple[Cause, ...]:
    """List what may have happened to a column, the most telling first; empty when nothing stands out.

    A cause is named only when it is unlikely to be chance (1 in 1,000) and large enough to matter.

    Args:
        reference: The column in the baseline.
        current: The column in the window, profiled in the same layout.
    """
    found = [*_null_surge(reference, current), *_type_change(reference, current)]
    if isinstance(reference, NumericProfile) and isinstance(current, NumericProfile):
        if reference.layout.kind is ColumnKind.NUMERIC:
            found += [cause for look in _NUMERIC for cause in look(reference, current)]
    elif isinstance(reference, CategoricalProfile) and isinstance(current, CategoricalProfile):
        found += [cause for look in _CATEGORICAL for cause in look(reference, current)]
    explained = frozenset().union(*(_EXPLAINED.get(cause.kind, frozenset()) for cause in found))
    order = list(CauseKind)
    return tuple(
        sorted((each for each in found if each.kind not in explained), key=lambda each: order.index(each.kind))
    )


def _null_surge(reference: ColumnProfile, current: ColumnProfile) -> Iterator[Cause]:
    (k, n), (j, m) = ((missing_values(side), side.rows + side.absent) for side in (reference, current))
    if not grew(k, n, j, m):
        return
    if current.absent == m:
        yield Cause(CauseKind.NULL_SURGE, "The column is missing from every row.", {"rows": m})
        return
    sentence = (
        f"Missing values rose from {percent(k / n)} to {percent(j / m)} of the rows: a source or join that failed?"
    )
    yield Cause(CauseKind.NULL_SURGE, sentence, {"reference_share": k / n, "current_share": j / m})


def _type_change(reference: ColumnProfile, current: ColumnProfile) -> Iterator[Cause]:
    """Report values that come as another type: text for numbers, numbers for text."""
    names = ("whole numbers", "numbers with fractions", "booleans", "text", "other values")
    before, now = (dict(zip(names, astuple(side.types), strict=True)) for side in (reference, current))
    n, m = reference.types.total, current.types.total
    numbers = {"whole numbers", "numbers with fractions"}
    for name in names:
        if name in numbers and any(before[other] for other in numbers):
            continue
        if grew(before[name], n, now[name], m):
            usual = max(before, key=lambda each: before[each])
            sentence = f"{percent(now[name] / m)} of the values come as {name}; in the reference most are {usual}."
            yield Cause(CauseKind.TYPE_CHANGE, sentence, {"rows": now[name], "type": name})
