"""How far a window is from its reference: distances, tests, and what chance alone would give."""

from mlgov.monitors.distances.comparison import ColumnComparison, Share, compare
from mlgov.monitors.distances.counts import (
    deequ_linf,
    deequ_robust,
    hellinger,
    js_distance,
    ks_bounds,
    linf,
    psi,
    total_variation,
    wasserstein,
)
from mlgov.monitors.distances.significance import adjusted, chi2_contingency, ks_p, newcombe, two_proportions_p, welch
from mlgov.monitors.distances.table import DISTANCES, Distance, Estimate

__all__ = [
    "DISTANCES",
    "ColumnComparison",
    "Distance",
    "Estimate",
    "Share",
    "adjusted",
    "chi2_contingency",
    "compare",
    "deequ_linf",
    "deequ_robust",
    "hellinger",
    "js_distance",
    "ks_bounds",
    "ks_p",
    "linf",
    "newcombe",
    "psi",
    "total_variation",
    "two_proportions_p",
    "wasserstein",
    "welch",
]
