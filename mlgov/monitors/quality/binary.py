"""Two classes: metrics of a confusion matrix and of probabilities."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt

from mlgov.monitors.quality import scores
from mlgov.monitors.quality.intervals import ExactSum, normal, share
from mlgov.monitors.quality.measures import Measure
from mlgov.monitors.quality.scores import ScoreCounts

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

#: Log loss takes probabilities to be at least so far from 0 and 1, as scikit-learn does for doubles.
_CLIP = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rows by truth and answer. The first word says whether the answer was right, the second what it was."""

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    true_negative: int = 0

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.true_positive + self.false_positive + self.false_negative + self.true_negative


class BinaryTally:
    """Counts labelled rows."""

    def __init__(self) -> None:
        self.confusion = Confusion()
        self.scores: ScoreCounts | None = None
        self._squares, self._logs = ExactSum(), ExactSum()

    def add(self, truth: Flags, answer: Flags, probabilities: Floats | None = None) -> None:
        """Count rows.

        Args:
            truth: Whether the true label is positive, shape ``(n,)``.
            answer: Whether the answer is, shape ``(n,)``.
            probabilities: Of the positive label, 0 to 1, shape ``(n,)``; None when there are none. NaN where a row has
                none.
        """
        now = self.confusion
        self.confusion = Confusion(
            now.true_positive + int(np.sum(truth & answer)),
            now.false_positive + int(np.sum(~truth & answer)),
            now.false_negative + int(np.sum(truth & ~answer)),
            now.true_negative + int(np.sum(~truth & ~answer)),
        )
        if probabilities is None:
            return
        known = ~np.isnan(probabilities)
        truth, probabilities = truth[known], probabilities[known]
        found = scores.counted(probabilities, truth)
        self.scores = scores.merged(self.scores, found) if self.scores else found
        self._squares.add((probabilities - truth) ** 2)
        right = np.clip(np.where(truth, probabilities, 1 - probabilities), _CLIP, 1 - _CLIP)
        self._logs.add(-np.log(right))

    def metrics(self) -> dict[str, Measure]:
        """Give all metrics by name."""
        found = {**rates(self.confusion), **baselines(self.confusion)}
        if self.scores is not None and self.scores.rows:
            area = scores.area_under_roc(self.scores)
            found |= {"auc": area, "gini": _gini(area), "average_precision": scores.average_precision(self.scores)}
            found |= {"brier_score": self._squares.mean(low=0.0, high=1.0), "log_loss": self._logs.mean(low=0.0)}
            found["expected_calibration_error"] = scores.calibration_error(self.scores)
        return found


def rates(cells: Confusion) -> dict[str, Measure]:
    """Give the metrics of a confusion matrix."""
    tp, fp, fn, tn = cells.true_positive, cells.false_positive, cells.false_negative, cells.true_negative
    recall = share(tp, tp + fn)
    return {
        "accuracy": share(tp + tn, cells.rows),
        "precision": share(tp, tp + fp),
        "recall": recall,
        "true_positive_rate": recall,
        "true_negative_rate": share(tn, tn + fp),
        "false_positive_rate": share(fp, tn + fp),
        "false_negative_rate": share(fn, tp + fn),
        **{name: f_beta(cells, beta) for name, beta in F_SCORES.items()},
        "mcc": delta(cells, _mcc, low=-1.0),
    }


F_SCORES = {"f0_5": 0.5, "f1": 1.0, "f2": 2.0}


def f_beta(cells: Confusion, beta: float) -> Measure:
    """Give F-beta: precision and recall in one number, recall ``beta`` times as important."""
    return delta(cells, lambda tp, fp, fn, _: _f(tp, fp, fn, beta))


def delta(cells: Confusion, metric: Callable[[float, float, float, float], float], *, low: float = 0.0) -> Measure:
    """Measure a function of the four cells, with the standard error of the delta method.

    The cells are one multinomial sample: var = sum c_i g_i^2 - (sum c_i g_i)^2 / n with the derivatives g_i, by
    central differences. Half a row is added to each cell for the error, which keeps it above zero when no mistake was
    made.
    """
    counts = (cells.true_positive, cells.false_positive, cells.false_negative, cells.true_negative)
    value = metric(*map(float, counts))
    if not cells.rows or np.isnan(value):
        return Measure(None, cells.rows)
    smooth = np.array(counts, dtype=np.float64) + 0.5
    slopes = np.array([_slope(metric, smooth, place) for place in range(4)])
    variance = float(smooth @ slopes**2 - (smooth @ slopes) ** 2 / smooth.sum())
    return normal(value, sqrt(max(0.0, variance)), cells.rows, low=low, high=1.0)


def _slope(metric: Callable[[float, float, float, float], float], at: Floats, place: int) -> float:
    step = np.zeros(4)
    step[place] = 1e-4 * at[place]
    return float((metric(*(at + step)) - metric(*(at - step))) / (2 * step[place]))


def _f(tp: float, fp: float, fn: float, beta: float) -> float:
    weight = beta * beta
    below = (1 + weight) * tp + weight * fn + fp
    return (1 + weight) * tp / below if below else float("nan")


def _mcc(tp: float, fp: float, fn: float, tn: float) -> float:
    below = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / sqrt(below) if below > 0 else float("nan")


def _gini(area: Measure) -> Measure:
    if area.value is None or area.standard_error is None:
        return replace(area, value=None)
    return normal(2 * area.value - 1, 2 * area.standard_error, area.count, low=-1.0, high=1.0)


def baselines(cells: Confusion) -> dict[str, Measure]:
    """Give what two answers without a model would reach: always positive, and always the more frequent label.

    Model Monitor's ``…_best_constant_classifier`` are the values of always answering 1, whatever is more frequent.
    """
    ones, zeros = cells.true_positive + cells.false_negative, cells.false_positive + cells.true_negative
    positive = Confusion(true_positive=ones, false_positive=zeros)
    majority = positive if ones > zeros else Confusion(false_negative=ones, true_negative=zeros)
    named = ("accuracy", "precision", "recall", *F_SCORES)
    found = {"always_positive": rates(positive), "majority_class": rates(majority)}
    return {f"{name}_{which}": Measure(of[name].value, of[name].count) for which, of in found.items() for name in named}
