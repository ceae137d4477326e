"""Rows counted by group, facet, label and prediction. All bias metrics but the flip test need no more than that.

Counts are whole numbers, so tables of parts add up to the table of the whole in any order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mlgov.errors import UsageError
from mlgov.monitors.bias.choices import Choice, Coded, Codes, coded

Key = tuple[str | None, str | None, str | None, str | None]

#: More different values of one column make no sense as groups or classes, and would fill memory.
MOST_VALUES = 1_000


@dataclass(frozen=True, slots=True)
class Cell:
    """Rows that agree in all four; None where a row has no value.

    Attributes:
        group: Value of the group variable (of the conditional metrics).
        facet: Value of the facet, or the side of its threshold.
        label: Observed label, or the side of its threshold.
        predicted: Predicted label.
        rows: How many, at least 1.
    """

    group: str | None
    facet: str | None
    label: str | None
    predicted: str | None
    rows: int

    @property
    def key(self) -> Key:
        """What the rows agree in."""
        return self.group, self.facet, self.label, self.predicted


@dataclass(frozen=True, slots=True)
class BiasTable:
    """The rows of a window for one facet.

    Attributes:
        facet: Name of the facet's column.
        grouped: Whether a group variable was counted.
        cells: Each combination once, sorted (None first).
    """

    facet: str
    grouped: bool
    cells: tuple[Cell, ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return sum(cell.rows for cell in self.cells)

    @property
    def facet_values(self) -> tuple[str, ...]:
        """Every value of the facet, sorted: for comparing each with all others."""
        return tuple(sorted({cell.facet for cell in self.cells if cell.facet is not None}))


def table_of(facet: str, counts: Mapping[Key, int], *, grouped: bool) -> BiasTable:
    """Make a table from counts by (group, facet, label, prediction)."""
    order = sorted(counts, key=lambda key: tuple((text is not None, text or "") for text in key))
    return BiasTable(facet, grouped, tuple(Cell(*key, counts[key]) for key in order if counts[key]))


def count(
    facet: str,
    values: npt.ArrayLike | Coded,
    *,
    facet_choice: Choice | None = None,
    labels: npt.ArrayLike | Coded | None = None,
    predictions: npt.ArrayLike | Coded | None = None,
    label_choice: Choice | None = None,
    groups: npt.ArrayLike | Coded | None = None,
) -> BiasTable:
    """Count the rows of a batch.

    Args:
        facet: Name of the facet's column.
        values: The facet, shape ``(rows,)``.
        facet_choice: Which values are the facet of interest; only a threshold is needed here.
        labels: Observed labels; None when none are known. A missing label is None or NaN.
        predictions: Predicted labels; None when there is no model yet.
        label_choice: Which labels are positive; only a threshold is needed here.
        groups: The group variable; None when there is none.

    Columns may be given as ``Coded``, which saves looking at every row in Python.

    Raises:
        UsageError: Columns differ in length, or one has more than 1,000 different values.
    """
    columns = [
        None if groups is None else coded(groups),
        _coded(values, facet_choice),
        None if labels is None else _coded(labels, label_choice),
        None if predictions is None else _coded(predictions, label_choice),
    ]
    lengths = {len(column) for column in columns if column is not None}
    if len(lengths) != 1:
        raise UsageError("Facet, labels, predictions and groups differ in length.", hint="Give one value per row.")
    counts = _counted([_factored(facet, column, lengths) for column in columns])
    return table_of(facet, counts, grouped=groups is not None)


def merge(tables: Iterable[BiasTable]) -> BiasTable:
    """Add tables of one facet, in any order. Raises UsageError when they are of different facets, or there is none."""
    listed = list(tables)
    if len({(table.facet, table.grouped) for table in listed}) != 1:
        raise UsageError("Tables of different facets do not add up.", hint="Count every batch in the same way.")
    total: Counter[Key] = Counter()
    for table in listed:
        for cell in table.cells:
            total[cell.key] += cell.rows
    return table_of(listed[0].facet, total, grouped=listed[0].grouped)


def _coded(values: npt.ArrayLike | Coded, choice: Choice | None) -> Coded:
    return coded(values) if choice is None else choice.coded(values)


def _factored(facet: str, column: Coded | None, lengths: set[int]) -> tuple[Codes, list[str | None]]:
    """Give each row the place of its value in a list of the different values."""
    if column is None:
        return np.zeros(next(iter(lengths)), np.int64), [None]
    places = {text: place for place, text in enumerate(dict.fromkeys(column.texts))}
    if len(places) > MOST_VALUES:
        raise UsageError(
            f"A column counted for the facet '{facet}' has {len(places):,} different values; {MOST_VALUES:,} are"
            " allowed.",
            hint="Set a threshold for numbers, and leave out columns such as ids.",
        )
    return np.array([places[text] for text in column.texts], np.int64)[column.codes], list(places)


def _counted(factors: list[tuple[Codes, list[str | None]]]) -> dict[Key, int]:
    shape = tuple(max(len(texts), 1) for _, texts in factors)
    codes = np.ravel_multi_index(tuple(codes for codes, _ in factors), shape)
    found, rows = _tallied(codes, int(np.prod(shape)))
    places = np.unravel_index(found, shape)
    texts = [[names[place] for place in at.tolist()] for (_, names), at in zip(factors, places, strict=True)]
    keys = zip(texts[0], texts[1], texts[2], texts[3], strict=True)
    return dict(zip(keys, rows.tolist(), strict=True))


def _tallied(codes: Codes, size: int) -> tuple[Codes, Codes]:
    """Count equal codes; without sorting when there are few different ones."""
    if size > 1 << 20:
        return np.unique(codes, return_counts=True)
    rows = np.bincount(codes, minlength=size)
    found = np.flatnonzero(rows)
    return found, rows[found]
