"""How good a binary classifier probably is, before labels are there (CBPE, as NannyML calls it).

A score that is calibrated says how likely its row is positive. Adding these chances up over the rows predicted positive
and negative gives the expected confusion table, and from it every metric.

This is an estimate, not a measurement. It holds as long as scores mean what they meant in the reference, that is

- the relation of features and label is the same (no concept drift): a model that becomes wrong with confidence looks
  as good as ever;
- scores of the window lie where the reference had labelled ones (``outside_share`` says how many do not);
- the calibration was learned from enough labelled rows of the same population.

The interval covers two errors: that of the window's own chance (the labels that will come) and that of the calibration
(the reference's labels drawn anew). It does not cover the conditions above.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from mlgov.monitors.estimates import cells as c
from mlgov.monitors.estimates.calibration import IDENTITY, Calibration, calibration_error, learn, rising
from mlgov.monitors.estimates.scores import POSITIVE, ScoreCounts

Floats = npt.NDArray[np.float64]

RESAMPLES = 200
#: Fewer labelled rows of either class cannot calibrate anything.
LEAST_LABELS = 30
_Z_99 = 2.5758293035489004


@dataclass(frozen=True, slots=True)
class EstimatedMetric:
    """An estimate of a metric, made without labels.

    Attributes:
        name: accuracy, precision, recall, specificity, f0_5, f1, f2 or auc.
        value: The estimate, 0 to 1; None when it is not defined.
        low: Lower end of its 99% interval.
        high: Upper end.
        sampling_error: Standard error from the labels that are to come.
        calibration_error: Standard error from the calibration; 0 when scores were taken for probabilities.
        reason: Why there is no value; empty when there is.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    sampling_error: float | None = None
    calibration_error: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class QualityEstimate:
    """The expected quality of a window.

    Attributes:
        rows: Rows with score and prediction.
        expected: Expected TP, FP, FN, TN.
        metrics: By name.
        calibrated: Whether scores were calibrated on labels of the reference.
        reference_error: Expected calibration error of the raw scores in the reference, 0 to 1; None without labels.
        outside_share: Share of the window's rows in score bins of which the reference has no label.
        caveats: What speaks against the estimate, in sentences.
    """

    rows: int
    expected: tuple[float, float, float, float]
    metrics: tuple[EstimatedMetric, ...]
    calibrated: bool
    reference_error: float | None
    outside_share: float | None
    caveats: tuple[str, ...]

    def of(self, name: str) -> EstimatedMetric:
        """Give one metric. Raises KeyError."""
        for metric in self.metrics:
            if metric.name == name:
                return metric
        raise KeyError(name)


def estimate(current: ScoreCounts, reference: ScoreCounts | None = None, *, seed: int = 0) -> QualityEstimate:
    """Estimate the quality of a window from its scores and predictions alone; its labels are not looked at.

    Args:
        current: The window.
        reference: Labelled scores, counted in the same bins, to calibrate on. When None, scores are taken for
            probabilities.
        seed: Of the resamples of the reference, 0 to 2^32 - 1.
    """
    usable = reference if reference and _enough(reference) else None
    calibration = calibrate(usable) if usable else IDENTITY
    window = _Window(current.by_prediction, current.sums)
    chances = window.chances(calibration)[None]
    redrawn = _redrawn(window, usable, seed) if usable else chances[:0]
    expected = window.expected(chances)[:, 0]
    metrics = [_metric(name, expected, window.expected(redrawn)) for name in c.METRICS]
    return QualityEstimate(
        rows=current.n,
        expected=(float(expected[0]), float(expected[1]), float(expected[2]), float(expected[3])),
        metrics=(*metrics, _auc(expected, window.areas(chances), window.areas(redrawn))),
        calibrated=usable is not None,
        reference_error=raw_error(reference) if reference else None,
        outside_share=_outside_share(current, usable) if usable else None,
        caveats=tuple(_caveats(current, reference, usable)),
    )


def calibrate(reference: ScoreCounts) -> Calibration:
    """Learn the calibration of a labelled reference from the mean score and the positives of each bin."""
    return learn(*_points(reference))


def raw_error(reference: ScoreCounts) -> float | None:
    """Give the expected calibration error of the raw scores; None without labels."""
    return calibration_error(*_points(reference))


def _enough(reference: ScoreCounts) -> bool:
    return bool(reference.counts[:2].sum(axis=(1, 2)).min() >= LEAST_LABELS)


def _points(reference: ScoreCounts) -> tuple[Floats, Floats, Floats]:
    """Give mean score, positives and labelled rows per bin; the mean is that of all its rows."""
    rows = reference.by_prediction.sum(axis=0)
    means = reference.sums.sum(axis=0) / np.maximum(rows, 1)
    labelled = reference.counts[:2].sum(axis=(0, 1)).astype(np.float64)
    return means, reference.counts[POSITIVE].sum(axis=0).astype(np.float64), labelled


@dataclass(frozen=True, slots=True)
class _Window:
    """The window, shape ``(predicted, bins)`` each; chances have an axis of calibrations before that."""

    rows: npt.NDArray[np.int64]
    sums: Floats

    def chances(self, calibration: Calibration) -> Floats:
        """Give the mean chance to be positive by prediction and bin."""
        return calibration.of(self.sums / np.maximum(self.rows, 1))

    def expected(self, chances: Floats) -> Floats:
        """Give expected TP, FP, FN, TN, shape ``(4, calibrations)``."""
        positive, rows = (self.rows * chances).sum(axis=2), self.rows.sum(axis=1)
        return np.array([positive[:, 1], rows[1] - positive[:, 1], positive[:, 0], rows[0] - positive[:, 0]])

    def areas(self, chances: Floats) -> Floats:
        """Give expected areas under the ROC curve, shape ``(calibrations,)``; pairs within a bin count half."""
        positive = (self.rows * chances).sum(axis=1)
        negative = self.rows.sum(axis=0) - positive
        below = np.cumsum(negative, axis=1) - negative
        pairs = positive.sum(axis=1) * negative.sum(axis=1)
        ordered = (positive * (below + negative / 2)).sum(axis=1)
        return np.where(pairs > 0, ordered / np.where(pairs > 0, pairs, 1), np.nan)


def _redrawn(window: _Window, reference: ScoreCounts, seed: int) -> Floats:
    """Calibrate on redrawn labels of the reference, again and again (numpy's legacy generator never changes)."""
    means, positives, rows = _points(reference)
    held = rows > 0
    order = np.argsort(means[held], kind="stable")
    x, n = means[held][order], rows[held][order]
    fitted = rising(positives[held][order], n)
    draws = np.random.RandomState(seed).binomial(n.astype(np.int64), np.clip(fitted, 0, 1), size=(RESAMPLES, len(x)))
    return np.array([window.chances(learn(x, draw, n)) for draw in draws])


def _metric(name: str, expected: Floats, redrawn: Floats) -> EstimatedMetric:
    metric = c.METRICS[name]
    found = c.value(metric, expected)
    if found is None:
        return EstimatedMetric(name, None, reason="No rows are expected in what it divides by.")
    return _with_errors(name, found, c.sampling_error(metric, expected), c.values(metric, redrawn))


def _with_errors(name: str, found: float, sampling: float, redrawn: Floats) -> EstimatedMetric:
    defined = redrawn[np.isfinite(redrawn)]
    calibration = float(np.std(defined)) if len(defined) else 0.0
    reach = _Z_99 * sqrt(sampling**2 + calibration**2)
    return EstimatedMetric(name, found, max(0.0, found - reach), min(1.0, found + reach), sampling, calibration)


def _auc(expected: Floats, area: Floats, redrawn: Floats) -> EstimatedMetric:
    if np.isnan(area[0]):
        return EstimatedMetric("auc", None, reason="Positives or negatives are not expected at all.")
    positives, negatives = float(expected[0] + expected[2]), float(expected[1] + expected[3])
    error = c.hanley_mcneil(float(area[0]), max(positives, 1.0), max(negatives, 1.0))
    return _with_errors("auc", float(area[0]), error, redrawn)


def _outside_share(current: ScoreCounts, reference: ScoreCounts) -> float | None:
    rows = current.by_prediction.sum(axis=0)
    unlabelled = reference.counts[:2].sum(axis=(0, 1)) == 0
    return float(rows[unlabelled].sum() / rows.sum()) if rows.sum() else None


def _caveats(current: ScoreCounts, reference: ScoreCounts | None, usable: ScoreCounts | None) -> list[str]:
    found = ["Estimated from scores, without labels: a change of what the scores mean does not show."]
    if usable is None:
        few = f"has {reference.labelled:,} labelled rows, too few" if reference else "has no labels"
        found.append(f"Scores were taken for probabilities, because the reference {few}.")
    elif (_outside_share(current, usable) or 0.0) > 0.01:
        share = _outside_share(current, usable) or 0.0
        found.append(f"{share:.1%} of the scores lie where the reference has no label.")
    if current.left_out:
        found.append(f"{current.left_out:,} rows without a score from 0 to 1, or without a prediction, are left out.")
    return found
