"""Feature attribution: does the model still look at the same features, as much as before, and the same way?

Attributions come from files (SHAP values per row, or global ones of Clarify) or from ``shapley`` when there is a model
to ask. Add rows up with ``add_up`` and ``merge``, compare with ``compare``, judge with ``decide``.
"""

from mlgov.monitors.attribution.comparison import AttributionComparison, FeatureShift, compare, compare_values
from mlgov.monitors.attribution.ranking import ndcg, scale, share_moved, spearman
from mlgov.monitors.attribution.sums import AttributionSums, FeatureSums, add_up, loaded, merge, rendered
from mlgov.monitors.attribution.verdicts import DEFAULT_THRESHOLDS, AttributionVerdict, decide

__all__ = [
    "DEFAULT_THRESHOLDS",
    "AttributionComparison",
    "AttributionSums",
    "AttributionVerdict",
    "FeatureShift",
    "FeatureSums",
    "add_up",
    "compare",
    "compare_values",
    "decide",
    "loaded",
    "merge",
    "ndcg",
    "rendered",
    "scale",
    "share_moved",
    "spearman",
]
