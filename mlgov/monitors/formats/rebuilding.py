"""From another program's statistics.json to a reference profile.

A KLL sketch holds values with weights: one in level i stands for 2^i values of the data. They are laid out as rows
again, at most `MOST_ROWS` of them; with more, every column keeps its distribution and its share of missing values, and
the reference counts as that many rows. Columns whose categories the file does not list keep only their share of
missing values.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mlgov.monitors import profile as profiles
from mlgov.monitors.formats.statistics import FeatureStatistics, Statistics, category_counts, weighted_values
from mlgov.monitors.profile import CategoricalLayout, ColumnKind, ColumnLayout, Layout, Profile

MOST_ROWS = 200_000

Floats = npt.NDArray[np.float64]


def rebuilt(statistics: Statistics) -> Profile:
    """Build a reference profile that looks like the data that the statistics describe."""
    features = statistics.features
    rows = max((round(f.common.num_present + f.common.num_missing) for f in features), default=0)
    rows = min(max(rows, round(statistics.dataset.item_count)), MOST_ROWS)
    batch = pa.RecordBatch.from_arrays([_column(f, rows) for f in features], names=[f.name for f in features])
    layout = profiles.learn_layout([batch], kinds={f.name: _kind(f) for f in features})
    unlisted = {feature.name for feature in features if _is_unlisted(feature)}
    return profiles.profile([batch], Layout(tuple(_without_values(column, unlisted) for column in layout.columns)))


def _kind(feature: FeatureStatistics) -> ColumnKind:
    return ColumnKind.NUMERIC if feature.numerical_statistics else ColumnKind.CATEGORICAL


def _is_unlisted(feature: FeatureStatistics) -> bool:
    return not feature.numerical_statistics and not category_counts(feature)


def _without_values(column: ColumnLayout, unlisted: set[str]) -> ColumnLayout:
    return CategoricalLayout(column.name, (), complete=False) if column.name in unlisted else column


def _column(feature: FeatureStatistics, rows: int) -> pa.Array:
    total = feature.common.num_present + feature.common.num_missing
    present = rows if total == 0 else round(rows * feature.common.num_present / total)
    if feature.numerical_statistics:
        return _padded(_numbers(feature, present), rows)
    return _padded(_texts(feature, present), rows)


def _padded(values: pa.Array, rows: int) -> pa.Array:
    return pa.concat_arrays([values, pa.nulls(rows - len(values), values.type)])


def _numbers(feature: FeatureStatistics, present: int) -> pa.Array:
    pairs = sorted(weighted_values(feature))
    kind = pa.int64() if feature.inferred_type == "Integral" else pa.float64()
    if not pairs or not present:
        return pa.array([], kind)
    values, weights = (np.array(column, np.float64) for column in zip(*pairs, strict=True))
    laid_out = _quantiles(values, weights, present)
    whole = kind == pa.int64() and bool(np.all(np.abs(laid_out) < 2**53))
    return pa.array(np.rint(laid_out).astype(np.int64) if whole else laid_out)


def _texts(feature: FeatureStatistics, present: int) -> pa.Array:
    counts = category_counts(feature) or {feature.name: 1.0}
    index = _quantiles(np.arange(len(counts), dtype=np.float64), np.array(list(counts.values())), present)
    return pa.array(list(counts), pa.string()).take(pa.array(index.astype(np.int64)))


def _quantiles(values: Floats, weights: Floats, count: int) -> Floats:
    """Draw ``count`` evenly spaced quantiles: each value as often as its weight says, when weights add up to that."""
    cumulative = np.cumsum(weights)
    if not count or cumulative[-1] <= 0:
        return values[:0]
    wanted = (np.arange(count) + 0.5) * (cumulative[-1] / count)
    drawn: Floats = values[np.searchsorted(cumulative, wanted, side="left").clip(max=len(values) - 1)]
    return drawn
