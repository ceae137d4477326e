"""Bias: how differently a model, or its data, treats the people of one facet value.

Count rows with ``count``, add batches with ``merge``, measure with ``measure``. Limits and verdicts are in ``limits``,
Clarify's files in ``clarify``.
"""

from mlgov.monitors.bias.choices import Choice, Coded, above, coded, of_values, parse
from mlgov.monitors.bias.flips import Flips, flip_test
from mlgov.monitors.bias.measure import BiasEstimate, BiasReport, measure, measure_each
from mlgov.monitors.bias.metric import Kind, Metric, Stage
from mlgov.monitors.bias.metrics import METRICS
from mlgov.monitors.bias.table import BiasTable, Cell, count, merge, table_of
from mlgov.monitors.cell_text import text_of

__all__ = [
    "METRICS",
    "BiasEstimate",
    "BiasReport",
    "BiasTable",
    "Cell",
    "Choice",
    "Coded",
    "Flips",
    "Kind",
    "Metric",
    "Stage",
    "above",
    "coded",
    "count",
    "flip_test",
    "measure",
    "measure_each",
    "merge",
    "of_values",
    "parse",
    "table_of",
    "text_of",
]
