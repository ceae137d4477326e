"""Several classes: accuracy and metrics weighted by how frequent each class is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from mlgov.errors import UsageError
from mlgov.monitors.quality.binary import F_SCORES
from mlgov.monitors.quality.intervals import normal, share
from mlgov.monitors.quality.measures import Measure

Floats = npt.NDArray[np.float64]

#: More labels than this are no classes.
MOST_CLASSES = 1_000


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows by true label (first axis) and answer (second), shape ``(k, k)``, and the labels in order."""

    labels: tuple[str, ...]
    counts: npt.NDArray[np.int64]


class ClassTally:
    """Counts labelled rows."""

    def __init__(self) -> None:
        self._pairs: Counter[tuple[str, str]] = Counter()

    def add(self, truth: Sequence[str], answers: Sequence[str]) -> None:
        """Count rows. Raises UsageError when there are too many labels."""
        self._pairs.update(zip(truth, answers, strict=True))
        if len({label for pair in self._pairs for label in pair}) > MOST_CLASSES:
            hint = "If the model predicts numbers, set problem_type: regression."
            raise UsageError(f"There are more than {MOST_CLASSES:,} different labels.", hint=hint)

    def matrix(self) -> Matrix:
        """Give the confusion matrix."""
        return matrix_of(self._pairs)


def matrix_of(pairs: Mapping[tuple[str, str], int]) -> Matrix:
    """Make a confusion matrix of counts by (true label, answer)."""
    labels = tuple(sorted({label for pair in pairs for label in pair}))
    places = {label: place for place, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), np.int64)
    for (truth, answer), rows in pairs.items():
        counts[places[truth], places[answer]] += rows
    return Matrix(labels, counts)


def metrics(matrix: Matrix, positive: str | None = None) -> dict[str, Measure]:
    """Give all metrics by name.

    Args:
        matrix: The confusion matrix.
        positive: The label of the answer "always positive", for comparison; left out when None.
    """
    found = _weighted(matrix.counts)
    rows = matrix.counts.sum(axis=1)
    constants = {"majority_class": int(rows.argmax())} if rows.any() else {}
    if positive in matrix.labels:
        constants["always_positive"] = matrix.labels.index(positive or "")
    for which, place in constants.items():
        constant = np.zeros_like(matrix.counts)
        constant[:, place] = rows
        found |= {f"{name}_{which}": Measure(of.value, of.count) for name, of in _weighted(constant).items()}
    return found


def _weighted(counts: npt.NDArray[np.int64]) -> dict[str, Measure]:
    total = int(counts.sum())
    right = share(int(np.trace(counts)), total)
    if not total:
        return {"accuracy": right}
    return {
        "accuracy": right,
        "weighted_recall": right,  # the same number: each class counts as often as it occurs
        "weighted_precision": _delta(counts, 0.0),
        **{f"weighted_{name}": _delta(counts, beta) for name, beta in F_SCORES.items()},
    }


def _delta(counts: npt.NDArray[np.int64], beta: float) -> Measure:
    """Measure precision (``beta`` 0) or F-beta weighted by class, with the error of the delta method.

    With d the hits of a class, r its rows and p its answers the metric is sum r f(d, r, p) / n, where
    f = (1 + b) d / (b r + p) and b = beta^2; a class that is never answered and never occurs adds 0. The derivatives
    are written out below. A share of mistakes of one row in all is added for the error, spread evenly.
    """
    total = int(counts.sum())
    value = float(np.sum(_terms(counts, beta)[0])) / total
    smooth = counts.astype(np.float64) + 1.0 / counts.size
    terms, by_hit, by_row, by_answer = _terms(smooth, beta)
    n = float(smooth.sum())
    slopes = (by_row[:, None] + by_answer[None, :] + np.diag(by_hit)) / n - terms.sum() / n**2
    variance = float(np.sum(smooth * slopes**2) - np.sum(smooth * slopes) ** 2 / n)
    return normal(value, sqrt(max(0.0, variance)), total, low=0.0, high=1.0)


def _terms(counts: npt.NDArray[np.int64] | Floats, beta: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Give r f and its derivatives by d, r and p, shape ``(k,)`` each."""
    hits, rows, answers = (np.asarray(part, np.float64) for part in (np.diag(counts), counts.sum(1), counts.sum(0)))
    weight = beta * beta
    below = weight * rows + answers
    safe = np.where(below > 0, below, 1.0)
    ratio = np.where(below > 0, (1 + weight) * hits / safe, 0.0)
    by_hit = np.where(below > 0, rows * (1 + weight) / safe, 0.0)
    return rows * ratio, by_hit, ratio - weight * rows * ratio / safe, -rows * ratio / safe
