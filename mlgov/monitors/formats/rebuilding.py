"""From another program's statistics.json to a reference profile that pretends to know no more than the file.

A KLL sketch holds values with weights: one in level i stands for 2^i values of the data. They are laid out as rows
again, at most `MOST_ROWS` of them; with more, every column keeps its distribution and its share of missing values, and
the reference counts as that many rows. The rank error of a sketch acts like the chance of a smaller sample, so the
reference counts as such a one. A column that has buckets alone is compared bucket by bucket. Columns whose categories
or numbers the file does not list keep only their share of missing values.
"""

from dataclasses import replace
from math import isfinite

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mlgov.monitors import profile as profiles
from mlgov.monitors.formats.bucket_columns import bucket_column, stated_moments
from mlgov.monitors.formats.statistics import (
    FeatureStatistics,
    Statistics,
    buckets_of,
    category_counts,
    sketch_of,
    weighted_values,
)
from mlgov.monitors.profile import (
    CategoricalLayout,
    ColumnKind,
    ColumnLayout,
    ColumnProfile,
    Layout,
    NumericProfile,
    Profile,
)

MOST_ROWS = 200_000
#: Parameter k of the sketches that buckets were made from, when the file does not say: Model Monitor's own.
USUAL_K = 2048.0
_Z_99 = 2.5758293035489004

Floats = npt.NDArray[np.float64]


def rebuilt(statistics: Statistics) -> Profile:
    """Build a reference profile that looks like the data that the statistics describe."""
    features = statistics.features
    rows = max((round(f.common.num_present + f.common.num_missing) for f in features), default=0)
    rows = min(_effective(max(rows, round(statistics.dataset.item_count)), features), MOST_ROWS)
    known = {f.name: bucket_column(f, rows, _present(f, rows)) for f in features if buckets_of(f)}
    laid_out = _laid_out([f for f in features if f.name not in known], rows)
    columns: dict[str, ColumnProfile] = {column.layout.name: column for column in laid_out.columns}
    columns.update(known)
    ordered = tuple(columns[feature.name] for feature in features)
    return replace(laid_out, rows=rows, layout=Layout(tuple(c.layout for c in ordered)), columns=ordered)


def unknown_distances(statistics: Statistics) -> dict[str, frozenset[str]]:
    """Name by column the statistics that a rebuilt reference cannot have: with buckets alone, where values lie."""
    found = {}
    for feature in statistics.features:
        if buckets_of(feature):
            stated = stated_moments(feature.numerical_statistics)
            found[feature.name] = frozenset({"w1", "w1_sigma"} if stated else {"w1", "w1_sigma", "mean_shift"})
    return found


def rank_error(k: float) -> float:
    """Give the rank error (a share, 0 to 1) that a KLL sketch stays under 99 times in 100.

    The fit 2.296 / k^0.9021 is that of Apache DataSketches for the algorithm of Karnin, Lang and Liberty (2016).
    """
    return float(min(1.0, 2.296 / max(k, 1.0) ** 0.9021))


def _effective(rows: int, features: list[FeatureStatistics]) -> int:
    """Give the rows of a sample whose chance (standard error 1/2 / sqrt(n) of a rank) takes in the rank error."""
    numeric = [feature for feature in features if feature.numerical_statistics]
    sketches = [sketch for feature in numeric if (sketch := sketch_of(feature))]
    sizes = [float(sketch.parameters.k) for sketch in sketches if any(sketch.data[1:])]
    sizes += [USUAL_K] if any(buckets_of(feature) for feature in numeric) else []
    if not sizes or rows <= min(sizes):
        return rows
    error = rank_error(min(sizes)) / _Z_99
    return round(1 / (1 / rows + (2 * error) ** 2))


def _laid_out(features: list[FeatureStatistics], rows: int) -> Profile:
    batch = pa.RecordBatch.from_arrays([_column(f, rows) for f in features], names=[f.name for f in features])
    layout = profiles.learn_layout([batch], kinds={f.name: _kind(f) for f in features})
    unlisted = {feature.name for feature in features if _is_unlisted(feature)}
    found = profiles.profile([batch], Layout(tuple(_without_values(column, unlisted) for column in layout.columns)))
    known = zip(found.columns, features, strict=True)
    return replace(found, columns=tuple(_with_missing(column, feature, rows) for column, feature in known))


def _with_missing(column: ColumnProfile, feature: FeatureStatistics, rows: int) -> ColumnProfile:
    """Give a column of numbers that the file counts and does not show its share of missing values back."""
    if isinstance(column, NumericProfile) and not column.n:
        return replace(column, null=rows - _present(feature, rows))
    return column


def _kind(feature: FeatureStatistics) -> ColumnKind:
    return ColumnKind.NUMERIC if feature.numerical_statistics else ColumnKind.CATEGORICAL


def _is_unlisted(feature: FeatureStatistics) -> bool:
    return not feature.numerical_statistics and not category_counts(feature)


def _without_values(column: ColumnLayout, unlisted: set[str]) -> ColumnLayout:
    return CategoricalLayout(column.name, (), complete=False) if column.name in unlisted else column


def _column(feature: FeatureStatistics, rows: int) -> pa.Array:
    present = _present(feature, rows)
    if feature.numerical_statistics:
        return _padded(_numbers(feature, present), rows)
    return _padded(_texts(feature, present), rows)


def _present(feature: FeatureStatistics, rows: int) -> int:
    total = feature.common.num_present + feature.common.num_missing
    return rows if total == 0 else round(rows * feature.common.num_present / total)


def _padded(values: pa.Array, rows: int) -> pa.Array:
    return pa.concat_arrays([values, pa.nulls(rows - len(values), values.type)])


def _numbers(feature: FeatureStatistics, present: int) -> pa.Array:
    pairs = sorted(weighted_values(feature))
    kind = pa.int64() if feature.inferred_type == "Integral" else pa.float64()
    if not pairs or not present:
        return pa.array([], kind)
    values, weights = (np.array(column, np.float64) for column in zip(*pairs, strict=True))
    laid_out = _with_ends(_quantiles(values, weights, present), feature)
    whole = kind == pa.int64() and bool(np.all(np.abs(laid_out) < 2**53))
    return pa.array(np.rint(laid_out).astype(np.int64) if whole else laid_out)


def _with_ends(values: Floats, feature: FeatureStatistics) -> Floats:
    """Put the smallest and the largest value back, which a sketch may have dropped."""
    statistics = feature.numerical_statistics
    if statistics and len(values) > 1:
        for place, end in ((0, statistics.min), (-1, statistics.max)):
            if isinstance(end, int | float) and isfinite(end):
                values[place] = min(values[0], end) if place == 0 else max(values[-1], end)
    return values


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
