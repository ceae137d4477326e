"""Twenty rows, worked by hand and by Clarify's library: facet, group, label, prediction, two features."""

import numpy as np

from mlgov.monitors.bias import BiasTable, count

TEXT = """
a g1 1 1 5.0 1; a g1 1 1 4.5 1; a g1 1 0 2.0 0; a g1 0 0 1.0 0; a g1 0 1 4.2 1; a g2 1 1 4.8 1; a g2 1 1 4.9 0;
a g2 0 0 1.2 0; a g2 0 0 1.5 1; a g2 1 1 5.2 0; a g2 0 0 0.8 0; a g1 1 1 4.4 0; d g1 1 0 4.6 1; d g1 0 0 1.1 0;
d g1 1 1 4.7 1; d g1 0 0 0.9 1; d g2 0 1 4.3 0; d g2 1 0 1.9 0; d g2 0 0 1.3 1; d g2 1 1 5.1 0
"""
ROWS = [row.split() for row in TEXT.replace("\n", " ").split(";")]
FACETS, GROUPS, LABELS, PREDICTIONS = ([row[place] for row in ROWS] for place in range(4))
FEATURES = np.array([[float(row[4]), float(row[5])] for row in ROWS])

#: To six digits.
EXPECTED = {
    "CI": 0.200000, "DPL": 0.083333, "KL": 0.013954, "JS": 0.003501, "LP": 0.117851, "TVD": 0.083333, "KS": 0.083333,
    "CDDL": 0.083333, "DPPL": 0.208333, "DI": 0.642857, "DCA": -0.333333, "DCR": -0.200000, "RD": 0.357143,
    "SD": -0.050000, "DAR": 0.190476, "DRR": -0.200000, "AD": 0.208333, "TE": 1.000000, "CDDPL": 0.200000,
    "FT": 0.125, "GE": 0.137119,
}  # fmt: skip


def table() -> BiasTable:
    """Count the rows."""
    return count("sex", FACETS, labels=LABELS, predictions=PREDICTIONS, groups=GROUPS)
