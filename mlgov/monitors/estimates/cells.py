"""Quality metrics of a 2 x 2 table whose cells may be expected counts, and their sampling errors."""

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: TP, FP, FN, TN, shape ``(4,)`` or ``(4, tables)``. Complex numbers are taken too: they serve to differentiate.
Cells = npt.NDArray[Any]
_STEP = 1e-30


def accuracy(cells: Cells) -> Any:  # noqa: ANN401 - real or complex, one or many
    """Share of right predictions."""
    return (cells[0] + cells[3]) / (cells[0] + cells[1] + cells[2] + cells[3])


def precision(cells: Cells) -> Any:  # noqa: ANN401
    """Share of true ones among predicted positives."""
    return cells[0] / (cells[0] + cells[1])


def recall(cells: Cells) -> Any:  # noqa: ANN401
    """Share of found ones among positives."""
    return cells[0] / (cells[0] + cells[2])


def specificity(cells: Cells) -> Any:  # noqa: ANN401
    """Share of found ones among negatives."""
    return cells[3] / (cells[3] + cells[1])


def f_beta(beta: float) -> Callable[[Cells], Any]:
    """Weighted harmonic mean of precision and recall; beta 1 weighs both alike, 2 recall more."""
    b = beta * beta
    return lambda cells: (1 + b) * cells[0] / ((1 + b) * cells[0] + b * cells[2] + cells[1])


METRICS: Mapping[str, Callable[[Cells], Any]] = {
    "accuracy": accuracy,
    "precision": precision,
    "recall": recall,
    "specificity": specificity,
    "f0_5": f_beta(0.5),
    "f1": f_beta(1),
    "f2": f_beta(2),
}


def value(metric: Callable[[Cells], Any], cells: Cells) -> float | None:
    """Give a metric of expected counts; None when it would divide by zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = float(metric(np.asarray(cells, np.float64)))
    return found if np.isfinite(found) else None


def values(metric: Callable[[Cells], Any], cells: Cells) -> Floats:
    """Give a metric of many tables, shape ``(tables,)``, NaN where it would divide by zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.asarray(metric(np.asarray(cells, np.float64)), np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def sampling_error(metric: Callable[[Cells], Any], cells: Floats) -> float:
    """Give the standard error of a metric of which the four cells are a multinomial sample (delta method).

    The slopes are exact to the last digits: by a step along the imaginary axis. Needs a defined metric.
    """
    n = float(cells.sum())
    slopes = np.array([_slope(metric, cells, place) for place in range(4)])
    shares = cells / n
    variance = float((shares * slopes**2).sum() - (shares * slopes).sum() ** 2) * n  # slopes are per row
    return sqrt(max(variance, 0.0))


def _slope(metric: Callable[[Cells], Any], cells: Floats, place: int) -> float:
    moved = cells.astype(np.complex128)
    moved[place] += _STEP * 1j
    return float(metric(moved).imag) / _STEP


def hanley_mcneil(auc: float, positives: float, negatives: float) -> float:
    """Standard error of an area under the ROC curve (Hanley and McNeil 1982)."""
    q1, q2 = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    spread = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    return sqrt(max(spread, 0.0) / (positives * negatives))
