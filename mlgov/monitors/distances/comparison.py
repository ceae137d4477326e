"""Two profiles side by side, column by column."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mlgov.errors import UsageError
from mlgov.monitors.distances import significance
from mlgov.monitors.distances.table import DISTANCES, Distance, Estimate, contingency, missing_values
from mlgov.monitors.profile import CategoricalProfile, ColumnKind, ColumnProfile, NumericProfile, Profile

#: What can be told of a column whose values cannot be compared.
BLIND_STATISTICS = frozenset({"null_share"})


@dataclass(frozen=True, slots=True)
class Share:
    """A share (0 to 1) on both sides; None on a side without rows.

    Attributes:
        reference: In the reference.
        current: In the window.
    """

    reference: float | None
    current: float | None


@dataclass(frozen=True, slots=True)
class ColumnComparison:
    """One column of the reference against the same column of the window.

    Attributes:
        column: Its name.
        kind: How it is profiled.
        n: Reference values (finite numbers, or named categories).
        m: Window values.
        reference_rows: Rows of the reference.
        current_rows: Rows of the window.
        statistics: Estimates by the names of ``DISTANCES``; only those that apply to the column.
        test: The test of the whole distribution: ``ks``, or ``chi2`` for categories and discrete numbers; None without.
        p: Its p-value.
        null_share: Nulls, NaN and rows without the column, of all rows.
        unseen_share: Values outside a complete vocabulary, of all values; None where there is none.
        outside_share: Values outside the reference's range, of all numbers; None where there is none.
        mistyped_share: Values of the wrong type, of all values: text among numbers, fractions among whole numbers,
            lists.
        missing: Whether no row of the window has the column.
        not_compared: Why the values are not compared, as the end of a sentence; empty when they are.
    """

    column: str
    kind: ColumnKind
    n: int
    m: int
    reference_rows: int
    current_rows: int
    statistics: Mapping[str, Estimate]
    test: str | None
    p: float | None
    null_share: Share
    unseen_share: Share | None
    outside_share: Share | None
    mistyped_share: Share
    missing: bool
    not_compared: str = ""


def compare(reference: Profile, current: Profile) -> list[ColumnComparison]:
    """Compare every column of two profiles.

    Args:
        reference: The baseline's profile.
        current: The window's profile, counted in the same layout.

    Raises:
        UsageError: The layouts differ.
    """
    if reference.layout.digest != current.layout.digest:
        raise UsageError(
            "The two profiles have different layouts and cannot be compared.",
            hint="Profile the window with the layout of the baseline.",
        )
    missing = set(current.missing_columns)
    return [
        _compared(h, g, missing=h.layout.name in missing)
        for h, g in zip(reference.columns, current.columns, strict=True)
    ]


def _compared(reference: ColumnProfile, current: ColumnProfile, *, missing: bool) -> ColumnComparison:
    blind = _why_blind(reference)
    shown = {name: row for name, row in DISTANCES.items() if not blind or name in BLIND_STATISTICS}
    found = {name: (row, row.of(reference, current)) for name, row in shown.items()}
    test, p = (None, None) if blind else _test(reference, current, found)
    return ColumnComparison(
        column=reference.layout.name,
        kind=reference.layout.kind,
        n=reference.n,
        m=current.n,
        reference_rows=reference.rows + reference.absent,
        current_rows=current.rows + current.absent,
        statistics={
            name: estimate if row.own_test or estimate.value is None else replace(estimate, p=p)
            for name, (row, estimate) in found.items()
            if estimate is not None
        },
        test=test,
        p=p,
        null_share=Share(*(_ratio(missing_values(side), side.rows + side.absent) for side in (reference, current))),
        unseen_share=_unseen(reference, current),
        outside_share=_outside(reference, current),
        mistyped_share=Share(*(_mistyped(side) for side in (reference, current))),
        missing=missing,
        not_compared=blind,
    )


def _why_blind(reference: ColumnProfile) -> str:
    """Say why the values of a column cannot be compared; empty when they can."""
    if reference.layout.kind is ColumnKind.TIME:
        return "times are not compared"
    if not reference.n:
        if _has_unshown(reference):
            return "the baseline does not show its values"
        return "values of this type are not compared" if reference.types.other else "the reference has no values"
    if isinstance(reference, CategoricalProfile) and not (reference.layout.vocabulary or reference.layout.complete):
        return "nearly all values of the reference differ"
    return ""


def _has_unshown(reference: ColumnProfile) -> bool:
    """Say whether values were counted and nothing else: so another program's statistics may be."""
    known = missing_values(reference) + (reference.infinite if isinstance(reference, NumericProfile) else 0)
    return not reference.types.other and known < reference.rows + reference.absent


def _test(
    reference: ColumnProfile, current: ColumnProfile, found: Mapping[str, tuple[Distance, Estimate | None]]
) -> tuple[str | None, float | None]:
    table = contingency(reference, current)
    if table is not None:
        return "chi2", table.p
    distance = found["ks"][1]
    if distance is None or distance.value is None:
        return None, None
    return "ks", significance.ks_p(distance.value, reference.n, current.n)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _unseen(reference: ColumnProfile, current: ColumnProfile) -> Share | None:
    if not isinstance(reference, CategoricalProfile) or not isinstance(current, CategoricalProfile):
        return None
    if not reference.layout.complete:
        return None
    return Share(_ratio(reference.unseen, reference.n), _ratio(current.unseen, current.n))


def _outside(reference: ColumnProfile, current: ColumnProfile) -> Share | None:
    if not isinstance(reference, NumericProfile) or not isinstance(current, NumericProfile):
        return None
    if reference.layout.kind is not ColumnKind.NUMERIC or not reference.layout.edges:
        return None
    return Share(*(_ratio(side.outside, side.n + side.infinite) for side in (reference, current)))


def _mistyped(side: ColumnProfile) -> float | None:
    if isinstance(side, CategoricalProfile):
        return _ratio(side.types.total - side.n, side.types.total)
    wrong = side.types.text + side.types.other
    if side.layout.integral and side.layout.kind is ColumnKind.NUMERIC:
        wrong += side.types.fractional - side.nan
    return _ratio(wrong, side.types.total - side.nan)
