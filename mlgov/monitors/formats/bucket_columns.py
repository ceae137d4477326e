"""A numeric column of which only bucket counts are known, as a reference profile.

The frozen edges are the buckets' own bounds, so that the counts of a window are comparable exactly. Where in a bucket
the values lie is not known: the profile has the mean and the deviation that the file states, and no means of bins.
"""

from dataclasses import replace
from itertools import pairwise
from math import isfinite

import numpy as np
import numpy.typing as npt

from mlgov.monitors.formats.statistics import (
    Bucket,
    FeatureStatistics,
    NumericalStatistics,
    buckets_of,
    weighted_values,
)
from mlgov.monitors.profile import NumericLayout, NumericProfile, Types, sums
from mlgov.monitors.profile.layout import just_below
from mlgov.monitors.profile.numeric import empty_numeric

Floats = npt.NDArray[np.float64]


def bucket_column(feature: FeatureStatistics, rows: int, present: int) -> NumericProfile:
    """Give the profile of a column that has buckets and no sketch.

    Args:
        feature: The column.
        rows: Rows that the reference counts as.
        present: How many of them have a value.
    """
    buckets = sorted(buckets_of(feature), key=lambda bucket: bucket.lower_bound)
    edges = _edges(buckets)
    mean, deviation = _moments(feature)
    exponent = sums.grid_exponent(max(edges[-1] / 2 - edges[0] / 2, deviation / 2))  # halves do not overflow
    whole = feature.inferred_type == "Integral"
    layout = NumericLayout(
        name=feature.name,
        edges=edges,
        deciles=tuple(range(2, len(edges))),
        discrete=False,
        integral=whole,
        grid_centre=mean,
        grid_exponent=exponent,
    )
    counts = _counts(buckets, edges, present)
    return replace(
        empty_numeric(layout),
        rows=rows,
        null=rows - sum(counts),
        minimum=buckets[0].lower_bound + 0.0,
        maximum=edges[-1],
        types=Types(integral=sum(counts)) if whole else Types(fractional=sum(counts)),
        counts=counts,
        squares=round(sum(counts) * (deviation / 2.0**exponent) ** 2),
    )


def _edges(buckets: list[Bucket]) -> tuple[float, ...]:
    """A bucket starts at its lower bound, a bin after its edge: the edge lies just below the bound."""
    bounds = {just_below(float(bucket.lower_bound)) for bucket in buckets}
    return tuple(sorted({*bounds, max(float(bucket.upper_bound) for bucket in buckets)}))


def _counts(buckets: list[Bucket], edges: tuple[float, ...], present: int) -> tuple[int, ...]:
    """Count by bin as if ``present`` rows had been counted, shape ``(bins,)``; the open ends hold nothing."""
    held = np.zeros(len(edges) + 1)
    for bucket in buckets:
        held[np.searchsorted(edges, bucket.lower_bound, side="left")] += bucket.count
    total = held.sum()
    passed = np.rint(np.cumsum(held) * (present / total if total else 0.0)).astype(int).tolist()
    return tuple(after - before for before, after in pairwise([0, *passed]))


def _moments(feature: FeatureStatistics) -> tuple[float, float]:
    """Give mean and deviation as the file states them, else about as the buckets have them."""
    stated = stated_moments(feature.numerical_statistics)
    if stated:
        return stated
    values, weights = (np.array(column, np.float64) for column in zip(*weighted_values(feature), strict=True))
    weights = weights if weights.any() else np.ones(len(weights))
    mean = float(np.average(values, weights=weights))
    return mean, float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))


def stated_moments(statistics: NumericalStatistics | None) -> tuple[float, float] | None:
    """Give the mean and the deviation that a file states; None without both."""
    if statistics is None:
        return None
    mean, deviation = statistics.mean, statistics.std_dev
    if isinstance(mean, str | None) or isinstance(deviation, str | None):
        return None
    return (float(mean), float(deviation)) if isfinite(mean) and isfinite(deviation) and deviation >= 0 else None
