"""Estimates of a model's quality before labels are there. Always shown as estimates, beside what is measured.

Binary: ``count`` and ``merge`` scores, then ``estimate``. Several classes: ``mlgov.monitors.estimates.multiclass``.
"""

from mlgov.monitors.estimates.binary import EstimatedMetric, QualityEstimate, calibrate, estimate, raw_error
from mlgov.monitors.estimates.calibration import IDENTITY, Calibration, calibration_error, learn
from mlgov.monitors.estimates.multiclass import ExpectedConfusion, count_expected, metrics_of
from mlgov.monitors.estimates.scores import ScoreCounts, count, equal_frequency_edges, merge

__all__ = [
    "IDENTITY",
    "Calibration",
    "EstimatedMetric",
    "ExpectedConfusion",
    "QualityEstimate",
    "ScoreCounts",
    "calibrate",
    "calibration_error",
    "count",
    "count_expected",
    "equal_frequency_edges",
    "estimate",
    "learn",
    "merge",
    "metrics_of",
    "raw_error",
]
