"""How good a classifier of several classes probably is, before labels are there.

Each class is calibrated on its own against all others, and the chances of a row are then divided by their sum. Added up
by predicted class they give the expected confusion table. What is said of binary estimates holds here as well; the
interval covers the window's own chance only, not the error of the calibration.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from mlgov.errors import UsageError
from mlgov.monitors.estimates.binary import EstimatedMetric
from mlgov.monitors.estimates.calibration import Calibration
from mlgov.monitors.estimates.scores import UNIT

Floats = npt.NDArray[np.float64]
Grid = tuple[tuple[int, ...], ...]
_Z_99 = 2.5758293035489004


@dataclass(frozen=True, slots=True)
class ExpectedConfusion:
    """The expected confusion table of a window; parts add up.

    Attributes:
        classes: The classes, sorted.
        chances: By actual and predicted class, the sum of the chances in units of ``UNIT``.
        rows: Rows by predicted class.
        left_out: Rows without probabilities, or predicted as something else.
    """

    classes: tuple[str, ...]
    chances: Grid
    rows: tuple[int, ...]
    left_out: int = 0

    @property
    def table(self) -> Floats:
        """Expected rows, shape ``(actual, predicted)``."""
        return np.array(self.chances, np.float64) * UNIT


def count_expected(
    probabilities: npt.ArrayLike,
    predicted: Sequence[str | None],
    classes: Sequence[str],
    calibrations: Sequence[Calibration] | None = None,
) -> ExpectedConfusion:
    """Add up the chances of a batch.

    Args:
        probabilities: By row and class, shape ``(rows, classes)``; rows with one that is not from 0 to 1 are left out.
        predicted: Predicted class by row.
        classes: The classes in the order of the columns.
        calibrations: One per class, from the reference; scores are taken for probabilities when None.

    Raises:
        UsageError: The shapes do not fit together.
    """
    table = np.asarray(probabilities, np.float64)
    if table.ndim != 2 or table.shape != (len(predicted), len(classes)) or len(set(classes)) != len(classes):
        raise UsageError("Probabilities need a row per prediction and a column per class.", hint="Check their shape.")
    places = {name: place for place, name in enumerate(classes)}
    side = np.array([places.get(name or "", -1) if name is not None else -1 for name in predicted], np.int64)
    chances = _calibrated(table, calibrations)
    held = (side >= 0) & ((table >= 0) & (table <= 1)).all(axis=1) & (chances.sum(axis=1) > 0)
    chances, side = chances[held] / chances[held].sum(axis=1, keepdims=True), side[held]
    units = np.zeros((len(classes), len(classes)), np.int64)
    for place in range(len(classes)):
        units[:, place] = np.rint(chances[side == place] / UNIT).astype(np.int64).sum(axis=0)
    order = np.argsort(np.array(classes), kind="stable")
    rows = np.bincount(side, minlength=len(classes))
    return ExpectedConfusion(
        tuple(sorted(classes)),
        tuple(tuple(line) for line in units[np.ix_(order, order)].tolist()),
        tuple(rows[order].tolist()),
        int(np.count_nonzero(~held)),
    )


def merge(parts: Iterable[ExpectedConfusion]) -> ExpectedConfusion:
    """Add tables of the same classes, in any order. Raises UsageError when they differ, or there are none."""
    listed = list(parts)
    if len({part.classes for part in listed}) != 1:
        raise UsageError("Tables of different classes do not add up.", hint="Count every batch with all classes.")
    chances = tuple(
        tuple(sum(numbers) for numbers in zip(*lines, strict=True))
        for lines in zip(*(part.chances for part in listed), strict=True)
    )
    rows = tuple(sum(numbers) for numbers in zip(*(part.rows for part in listed), strict=True))
    return ExpectedConfusion(listed[0].classes, chances, rows, sum(part.left_out for part in listed))


def metrics_of(expected: ExpectedConfusion) -> tuple[EstimatedMetric, ...]:
    """Give accuracy and the precision, recall and F1 of all classes: macro means, and means weighted by class size.

    A class that is never predicted has precision and F1 0; one that is not expected at all is left out of recall.
    """
    table = expected.table
    n = float(table.sum())
    if not n:
        names = ["accuracy", *(f"{kind}_{name}" for kind in ("macro", "weighted") for name in _PER_CLASS)]
        return tuple(EstimatedMetric(name, None, reason="There are no rows.") for name in names)
    right = float(np.trace(table)) / n
    error = sqrt(max(right * (1 - right), 0.0) / n)
    low, high = max(0.0, right - _Z_99 * error), min(1.0, right + _Z_99 * error)
    sizes = table.sum(axis=1)
    found = [EstimatedMetric("accuracy", right, low, high, error, None)]
    for kind, weights in (("macro", (sizes > 0).astype(np.float64)), ("weighted", sizes)):
        for name, values in _per_class(table).items():
            found.append(EstimatedMetric(f"{kind}_{name}", float((values * weights).sum() / weights.sum())))
    return tuple(found)


_PER_CLASS = ("precision", "recall", "f1")


def _per_class(table: Floats) -> dict[str, Floats]:
    hits, actual, predicted = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    tiny = np.finfo(float).tiny
    return {
        "precision": hits / np.maximum(predicted, tiny),
        "recall": hits / np.maximum(actual, tiny),
        "f1": 2 * hits / np.maximum(actual + predicted, tiny),
    }


def _calibrated(table: Floats, calibrations: Sequence[Calibration] | None) -> Floats:
    if calibrations is None:
        return table
    if len(calibrations) != table.shape[1]:
        raise UsageError("Every class needs a calibration of its own.", hint="Learn one per column.")
    return np.column_stack([each.of(column) for each, column in zip(calibrations, table.T, strict=True)])
