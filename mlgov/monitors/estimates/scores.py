"""Scores of a binary classifier counted in frozen bins, by prediction and label: whole numbers that add up anywhere."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mlgov.errors import UsageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Grid = tuple[tuple[int, ...], ...]

#: Scores are added in units of this: a sum is off by at most half a unit per row, and fits 64 bits for 2^31 rows.
UNIT = 2.0**-32
DEFAULT_BINS = 200
NEGATIVE, POSITIVE, UNKNOWN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class ScoreCounts:
    """The scores of a window.

    Attributes:
        edges: Inner edges of the bins, rising; a bin holds the scores above its lower and up to its upper edge.
        rows: By label (0, 1, 2 for unknown) and prediction (0, 1), one number per bin: ``rows[2 * label + predicted]``.
        totals: By prediction, the sum of the scores per bin in units of ``UNIT``.
        left_out: Rows without a score between 0 and 1, or without a prediction.
    """

    edges: tuple[float, ...]
    rows: Grid
    totals: Grid
    left_out: int = 0

    @property
    def counts(self) -> Ints:
        """The rows, shape ``(label, predicted, bins)``."""
        return np.array(self.rows, np.int64).reshape(3, 2, -1)

    @property
    def by_prediction(self) -> Ints:
        """The rows of any label, shape ``(predicted, bins)``."""
        return np.asarray(self.counts.sum(axis=0), np.int64)

    @property
    def sums(self) -> Floats:
        """The sums of scores, shape ``(predicted, bins)``."""
        return np.array(self.totals, np.float64) * UNIT

    @property
    def n(self) -> int:
        """Number of rows with score and prediction."""
        return int(self.counts.sum())

    @property
    def labelled(self) -> int:
        """How many of them have a label."""
        return int(self.counts[:2].sum())


def equal_frequency_edges(scores: npt.ArrayLike, *, bins: int = DEFAULT_BINS) -> tuple[float, ...]:
    """Choose edges so that each bin holds about as many scores of the reference; fewer when scores repeat."""
    column = np.asarray(scores, np.float64)
    column = np.sort(column[(column >= 0) & (column <= 1)])
    if not len(column):
        return tuple((np.arange(1, bins) / bins).tolist())
    places = np.arange(1, bins) * len(column) // bins
    return tuple(np.unique(column[places]).tolist())


def count(
    scores: npt.ArrayLike,
    predicted: npt.ArrayLike,
    *,
    edges: tuple[float, ...],
    labels: npt.ArrayLike | None = None,
) -> ScoreCounts:
    """Count the rows of a batch.

    Args:
        scores: Probability of the positive class, shape ``(rows,)``.
        predicted: 1 where the positive class is predicted, 0 where not; NaN where nothing is.
        edges: Edges of the reference.
        labels: 1, 0, or NaN where the label is not known (yet); None when none is.

    Raises:
        UsageError: The columns differ in length, or are not 0 and 1.
    """
    column, prediction = np.asarray(scores, np.float64), np.asarray(predicted, np.float64)
    label = np.full(len(column), np.nan) if labels is None else np.asarray(labels, np.float64)
    if len({len(column), len(prediction), len(label)}) != 1:
        raise UsageError("Scores, predictions and labels differ in length.", hint="Give one value per row.")
    if not (_is_binary(prediction) and _is_binary(label)):
        raise UsageError("Predictions and labels are 0, 1 or missing here.", hint="Code the positive class as 1.")
    held = (column >= 0) & (column <= 1) & ~np.isnan(prediction)
    column, side = column[held], prediction[held].astype(np.int64)
    known = np.where(np.isnan(label[held]), UNKNOWN, label[held]).astype(np.int64)
    bins = len(edges) + 1
    place = np.searchsorted(np.array(edges), column, side="left")
    rows = np.bincount((known * 2 + side) * bins + place, minlength=6 * bins).reshape(6, bins)
    totals = np.zeros(2 * bins, np.int64)
    np.add.at(totals, side * bins + place, np.rint(column / UNIT).astype(np.int64))
    return ScoreCounts(edges, _grid(rows), _grid(totals.reshape(2, bins)), int(np.count_nonzero(~held)))


def merge(parts: Iterable[ScoreCounts]) -> ScoreCounts:
    """Add counts of the same bins, in any order. Raises UsageError when bins differ, or there are no parts."""
    listed = list(parts)
    if len({part.edges for part in listed}) != 1:
        raise UsageError("Scores counted in different bins do not add up.", hint="Count all with the same baseline.")
    rows, totals = (
        [[sum(column) for column in zip(*lines, strict=True)] for lines in zip(*grids, strict=True)]
        for grids in ([part.rows for part in listed], [part.totals for part in listed])
    )
    return ScoreCounts(
        listed[0].edges,
        tuple(tuple(line) for line in rows),
        tuple(tuple(line) for line in totals),
        sum(part.left_out for part in listed),
    )


def _is_binary(column: Floats) -> bool:
    return bool(np.all(np.isnan(column) | (column == 0) | (column == 1)))


def _grid(table: Ints) -> Grid:
    return tuple(tuple(line) for line in table.tolist())
