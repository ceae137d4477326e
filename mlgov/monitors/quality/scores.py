"""Probabilities counted by label: all that the area under a curve, calibration and the curves themselves need.

Every different probability has its own two counts as long as there are at most 65,536 of them. With more, all are put
into 8,192 bins of equal width; whether that happens, and the counts, do not depend on the order of the rows. The area
is then known to within half the share of pairs that meet in a bin.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from mlgov.monitors.quality.intervals import normal, share
from mlgov.monitors.quality.measures import Measure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EXACT_VALUES = 1 << 16
BINS = 1 << 13
#: Points of a curve that are written to files.
CURVE_POINTS = 101
#: Bins of equal width of the expected calibration error.
CALIBRATION_BINS = 10


@dataclass(frozen=True, slots=True)
class ScoreCounts:
    """Rows by probability and label.

    Attributes:
        values: The probabilities, or the middles of the bins, increasing, shape ``(k,)``.
        negatives: Rows of each with the negative label, shape ``(k,)``.
        positives: Rows of each with the positive label, shape ``(k,)``.
        is_binned: Whether the values are bins.
    """

    values: Floats
    negatives: Ints
    positives: Ints
    is_binned: bool = False

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.negatives.sum() + self.positives.sum())


def counted(scores: Floats, positive: npt.NDArray[np.bool_]) -> ScoreCounts:
    """Count rows.

    Args:
        scores: Probabilities from 0 to 1, shape ``(n,)``.
        positive: Whether the label is positive, shape ``(n,)``.
    """
    values, places = np.unique(scores + 0.0, return_inverse=True)
    positives = np.bincount(places[positive], minlength=len(values))
    negatives = np.bincount(places[~positive], minlength=len(values))
    return _bounded(ScoreCounts(values, negatives.astype(np.int64), positives.astype(np.int64)))


def merged(left: ScoreCounts, right: ScoreCounts) -> ScoreCounts:
    """Add counts, in any order."""
    if left.is_binned or right.is_binned:
        left, right = binned(left, BINS), binned(right, BINS)
    values, places = np.unique(np.concatenate([left.values, right.values]), return_inverse=True)
    negatives, positives = np.zeros(len(values), np.int64), np.zeros(len(values), np.int64)
    np.add.at(negatives, places, np.concatenate([left.negatives, right.negatives]))
    np.add.at(positives, places, np.concatenate([left.positives, right.positives]))
    return _bounded(ScoreCounts(values, negatives, positives, left.is_binned))


def binned(counts: ScoreCounts, bins: int) -> ScoreCounts:
    """Put counts into bins of equal width on 0 to 1; the last one holds 1."""
    places = np.minimum((counts.values * bins).astype(np.int64), bins - 1)
    middles = (np.arange(bins) + 0.5) / bins
    negatives = np.zeros(bins, np.int64)
    positives = np.zeros(bins, np.int64)
    np.add.at(negatives, places, counts.negatives)
    np.add.at(positives, places, counts.positives)
    used = np.flatnonzero(negatives + positives)
    return ScoreCounts(middles[used], negatives[used], positives[used], is_binned=True)


def _bounded(counts: ScoreCounts) -> ScoreCounts:
    return binned(counts, BINS) if len(counts.values) > EXACT_VALUES else counts


def area_under_roc(counts: ScoreCounts) -> Measure:
    """Give the area under the ROC curve with the standard error of DeLong and others (1988).

    Where no pair is in the wrong order the error would be zero; then the half-width of Wilson's interval over the
    rarer label, divided by z, takes its place.
    """
    ones, zeros = int(counts.positives.sum()), int(counts.negatives.sum())
    if not (ones and zeros):
        return Measure(None, counts.rows)
    below = np.cumsum(counts.negatives) - counts.negatives
    above = ones - np.cumsum(counts.positives)
    beaten = (below + counts.negatives / 2) / zeros  # by a positive of each value
    beating = (above + counts.positives / 2) / ones  # a negative of each value
    area = float(counts.positives @ beaten) / ones
    spread = _variance(beaten, counts.positives, area) / ones + _variance(beating, counts.negatives, area) / zeros
    error = sqrt(spread) or (share(min(ones, zeros), min(ones, zeros)).standard_error or 0.0)
    return normal(area, error, counts.rows, low=0.0, high=1.0)


def _variance(values: Floats, weights: Ints, mean: float) -> float:
    total = int(weights.sum())
    return float(weights @ (values - mean) ** 2) / (total - 1) if total > 1 else 0.25


def area_half_width(counts: ScoreCounts) -> float:
    """Say how far off the area may be because rows share a bin: half the share of pairs that meet in one."""
    pairs = float(counts.positives.sum()) * float(counts.negatives.sum())
    return 0.5 * float(counts.positives @ counts.negatives) / pairs if pairs else 0.0


def average_precision(counts: ScoreCounts) -> Measure:
    """Give the average precision: the precision at each probability, weighted by the recall gained there.

    The standard error is that of a share of the positives (Boyd, Eng and Page, 2013).
    """
    ones = int(counts.positives.sum())
    if not ones:
        return Measure(None, counts.rows)
    hits, said = np.cumsum(counts.positives[::-1]), np.cumsum((counts.positives + counts.negatives)[::-1])
    value = float(np.sum(counts.positives[::-1] * (hits / said))) / ones
    like_share = share(round(value * ones), ones).standard_error or 0.0
    return normal(value, max(like_share, sqrt(value * (1 - value) / ones)), counts.rows, low=0.0, high=1.0)


def calibration_error(counts: ScoreCounts, bins: int = CALIBRATION_BINS) -> Measure:
    """Give the expected calibration error: the mean gap of probability and share of positives, over bins of width 0.1.

    It has no simple interval: where the model is well calibrated it is above zero by chance alone.
    """
    if not counts.rows:
        return Measure(None, 0)
    places = np.minimum((counts.values * bins).astype(np.int64), bins - 1)
    rows = counts.positives + counts.negatives
    said = np.bincount(places, weights=counts.values * rows, minlength=bins)
    happened = np.bincount(places, weights=counts.positives, minlength=bins)
    return normal(float(np.abs(said - happened).sum()) / counts.rows, np.inf, counts.rows)


def curves(counts: ScoreCounts) -> dict[str, dict[str, list[float]]]:
    """Give the ROC and the precision-recall curve as statistics.json has them, at most 101 points each.

    Empty when a label is missing.
    """
    ones, zeros = int(counts.positives.sum()), int(counts.negatives.sum())
    if not (ones and zeros):
        return {}
    hits = np.concatenate([[0], np.cumsum(counts.positives[::-1])])
    false = np.concatenate([[0], np.cumsum(counts.negatives[::-1])])
    chosen = np.unique(np.linspace(0, len(hits) - 1, min(CURVE_POINTS, len(hits))).astype(np.int64))
    hits, false = hits[chosen], false[chosen]
    said = np.maximum(hits + false, 1)
    precisions = np.where(hits + false > 0, hits / said, 1.0)
    return {
        "receiver_operating_characteristic_curve": {
            "false_positive_rates": _plain(false / zeros),
            "true_positive_rates": _plain(hits / ones),
        },
        "precision_recall_curve": {"precisions": _plain(precisions), "recalls": _plain(hits / ones)},
    }


def _plain(values: Floats) -> list[float]:
    return [round(float(value), 6) for value in values]
