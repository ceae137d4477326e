"""A table seen from one facet value and one positive label: the arrays that the metrics are computed from.

Every array has a first axis of replicates: one for the counts themselves, more for a bootstrap. The axis ``side`` holds
the rows outside the facet (a) at 0 and those in the facet (d) at 1; the axis ``positive`` holds the negative label at 0
and the positive one at 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mlgov.monitors.bias.choices import Choice
from mlgov.monitors.bias.table import BiasTable, Cell

Ints = npt.NDArray[np.int64]

A, D = 0, 1


@dataclass(frozen=True, slots=True)
class Split:
    """Counts by side. Rows whose facet is not known are only in ``everyone``.

    Attributes:
        rows: ``(replicates, side)``, all rows.
        classes: ``(replicates, side, label)``, rows with a label, by label (positive and negative when collapsed).
        label: ``(replicates, side, positive)``, rows with a label.
        predicted: ``(replicates, side, positive)``, rows with a prediction.
        confusion: ``(replicates, side, positive, predicted positive)``, rows with both.
        everyone: ``(replicates, positive, predicted positive)``, rows with both, of a known facet or not.
        label_groups: ``(replicates, group, side, positive)``, rows with a label; None without a group variable.
        predicted_groups: The same of rows with a prediction.
    """

    rows: Ints
    classes: Ints
    label: Ints
    predicted: Ints
    confusion: Ints
    everyone: Ints
    label_groups: Ints | None
    predicted_groups: Ints | None


@dataclass(frozen=True, slots=True)
class Places:
    """Where rows go, shape ``(cells,)`` each; -1 for nowhere. No two cells go to the same places.

    Attributes:
        rows: How many rows.
        side: Their side.
        label_class: Their label among ``classes`` labels.
        positive: Whether their label is positive.
        predicted: Whether their prediction is positive.
        group: Their group among ``groups`` groups.
        classes: Number of labels.
        groups: Number of groups.
        grouped: Whether there is a group variable.
    """

    rows: Ints
    side: Ints
    label_class: Ints
    positive: Ints
    predicted: Ints
    group: Ints
    classes: int
    groups: int
    grouped: bool


def places(table: BiasTable, facet: Choice, positive: Choice, *, collapsed: bool = False) -> Places:
    """Find where each cell goes.

    Args:
        table: The counts.
        facet: Which facet values are d; all other known ones are a.
        positive: Which labels are positive.
        collapsed: Whether labels are only told as positive and negative where a metric looks at all of them.
    """
    labels = sorted({cell.label for cell in table.cells if cell.label is not None})
    groups = sorted({cell.group or "" for cell in table.cells})
    each = [_place(cell, facet, positive, labels, groups) for cell in table.cells]
    coded = np.array(each, np.int64).reshape(-1, 5)
    if collapsed:
        coded[:, 1] = coded[:, 2]
    unique, which = np.unique(coded, axis=0, return_inverse=True)
    rows = np.zeros(len(unique), np.int64)
    np.add.at(rows, which.reshape(-1), np.array([cell.rows for cell in table.cells], np.int64))
    side, label_class, is_positive, predicted, group = unique.T
    classes = 2 if collapsed else len(labels)
    return Places(
        rows, side, label_class, is_positive, predicted, group, classes=classes, groups=len(groups),
        grouped=table.grouped,
    )  # fmt: skip


def _place(cell: Cell, facet: Choice, positive: Choice, labels: list[str], groups: list[str]) -> tuple[int, ...]:
    return (
        -1 if cell.facet is None else int(facet.holds(cell.facet)),
        -1 if cell.label is None else labels.index(cell.label),
        -1 if cell.label is None else int(positive.holds(cell.label)),
        -1 if cell.predicted is None else int(positive.holds(cell.predicted)),
        groups.index(cell.group or ""),
    )


def split(weights: npt.ArrayLike, at: Places) -> Split:
    """Add up cells.

    Args:
        weights: Rows per cell, shape ``(cells,)`` or ``(replicates, cells)``.
        at: Where they go.
    """
    counts: Ints = np.atleast_2d(np.asarray(weights, np.int64))
    sides, labels, predictions = (at.side, 2), (at.positive, 2), (at.predicted, 2)
    groups = (at.group, at.groups)
    return Split(
        rows=_summed(counts, sides),
        classes=_summed(counts, sides, (at.label_class, at.classes)),
        label=_summed(counts, sides, labels),
        predicted=_summed(counts, sides, predictions),
        confusion=_summed(counts, sides, labels, predictions),
        everyone=_summed(counts, labels, predictions),
        label_groups=_summed(counts, groups, sides, labels) if at.grouped else None,
        predicted_groups=_summed(counts, groups, sides, predictions) if at.grouped else None,
    )


def _summed(counts: Ints, *axes: tuple[Ints, int]) -> Ints:
    """Add up the cells that have a place on every axis, shape ``(replicates, *sizes)``."""
    sizes = tuple(size for _, size in axes)
    held = np.all([place >= 0 for place, _ in axes], axis=0)
    total = np.zeros((len(counts), int(np.prod(sizes))), np.int64)
    if held.any():
        flat = np.ravel_multi_index(tuple(place[held] for place, _ in axes), sizes)
        order = np.argsort(flat, kind="stable")
        found, starts = np.unique(flat[order], return_index=True)
        total[:, found] = np.add.reduceat(counts[:, held][:, order], starts, axis=1)
    return total.reshape(len(counts), *sizes)
