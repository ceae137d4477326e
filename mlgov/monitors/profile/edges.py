"""Choosing the bins of a numeric column from a sorted, weighted reference."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal

import numpy as np
import numpy.typing as npt

from mlgov.monitors.profile import sums
from mlgov.monitors.profile.layout import ColumnKind, NumericLayout, just_below

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GROUPS = 10

#: A column is discrete with at most so many values, each held by at least so many rows on average.
DISCRETE_VALUES = 20
ROWS_PER_VALUE = 5


@dataclass(frozen=True, slots=True)
class Reference:
    """The finite reference values of a column.

    Attributes:
        values: Different values in order, the smallest and the largest of all rows among them.
        counts: How many rows (of all, or of a sample) hold each; may be 0 at the two ends.
        integral: Whether all rows hold whole numbers.
        complete: Whether no value is left out.
    """

    values: Floats
    counts: Ints
    integral: bool
    complete: bool


def numeric_layout(
    name: str, reference: Reference, *, bins: int, kind: ColumnKind, rows_per_bin: int = 1
) -> NumericLayout:
    """Freeze the bins of a numeric column: as many as ``bins`` of equal reference share, and one for each atom.

    Args:
        name: The column.
        reference: Its reference values.
        bins: How many bins of equal share.
        kind: ``numeric`` or ``time``.
        rows_per_bin: Reference rows that a bin of equal share holds at least; a small reference gets fewer bins.
    """
    values, counts = reference.values, reference.counts
    bins = max(2, min(bins, int(counts.sum()) // rows_per_bin))
    if not len(values):
        return NumericLayout(name, (), (), False, False, 0.0, -sums.SPREAD_BITS, kind)
    few = len(values) <= DISCRETE_VALUES and counts.sum() >= ROWS_PER_VALUE * len(values)
    discrete = bool(reference.complete and few)
    edges = _edges(values, counts, bins)
    deciles = _atom_groups(values, edges) if discrete else _equal_groups(values, counts, edges)
    centre, exponent = _grid(values, counts)
    return NumericLayout(
        name=name,
        edges=tuple(edges),
        deciles=deciles,
        discrete=discrete,
        integral=reference.integral,
        grid_centre=centre,
        grid_exponent=exponent,
        kind=kind,
    )


def _edges(values: Floats, counts: Ints, bins: int) -> list[float]:
    total = int(counts.sum())
    heavy = counts * bins >= total if len(values) > bins // 2 else np.ones(len(values), bool)
    ranks = -(-np.arange(1, bins) * total // bins)
    cuts = np.zeros(len(values), bool)
    cuts[np.searchsorted(np.cumsum(counts), ranks, side="left")] = True
    edges = {just_below(float(values[0])), float(values[-1])}
    for index in np.flatnonzero(cuts | heavy).tolist():
        value = float(values[index])
        if heavy[index]:
            edges |= {just_below(value), value}
        else:
            edges.add(_shortest(value, float(values[min(index + 1, len(values) - 1)])))
    return sorted(edges)


def _shortest(low: float, high: float) -> float:
    """Give the shortest decimal in ``low <= x < high``: it cuts the sample alike, and is easier on files and eyes."""
    exact = Decimal(low)
    for digits in range(1, 18):
        edge = float(Context(prec=digits, rounding=ROUND_CEILING).create_decimal(exact))
        if low <= edge < high:
            return edge + 0.0
    return low


def _bin_counts(values: Floats, counts: Ints, edges: list[float]) -> Ints:
    return np.bincount(np.searchsorted(edges, values, side="left"), weights=counts, minlength=len(edges) + 1).astype(
        int
    )


def _equal_groups(values: Floats, counts: Ints, edges: list[float]) -> tuple[int, ...]:
    """Put each bin into the tenth that the middle of its reference share lies in."""
    held = _bin_counts(values, counts, edges)
    before = np.cumsum(held) - held
    group = np.minimum(GROUPS * (2 * before + held) // (2 * held.sum()), GROUPS - 1)
    return tuple((np.flatnonzero(np.diff(group)) + 1).tolist())


def _atom_groups(values: Floats, edges: list[float]) -> tuple[int, ...]:
    """Start a group after each value's bin, so that a gap goes with the value above it."""
    return tuple((np.searchsorted(edges, values[:-1], side="left") + 1).tolist())


def _grid(values: Floats, counts: Ints) -> tuple[float, int]:
    """Put the grid's zero on the median, and choose its step by the distance to the 1% and 99% quantiles."""
    shares = np.cumsum(counts) / counts.sum()
    low, centre, high = values[np.searchsorted(shares, (0.01, 0.5, 0.99), side="left")].tolist()
    spread = max(centre - low, high - centre) or max(centre - values[0], values[-1] - centre) or abs(centre) or 1.0
    return centre + 0.0, sums.grid_exponent(min(float(spread), float(np.finfo(np.float64).max)))
