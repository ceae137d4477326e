"""From a reference profile to statistics.json and constraints.json.

What the files say is what a reviewer sees of a baseline, so they hold no raw rows and no sketch of raw values. The
buckets are ten of equal width, as Model Monitor has them, filled from the profile's finer bins: within one bin values
are taken as spread evenly, so bucket counts are approximate; all other numbers are exact.
"""

from collections.abc import Iterator
from math import isfinite

import numpy as np
import numpy.typing as npt

from mlgov.monitors.formats import statistics as s
from mlgov.monitors.formats.constraints import (
    SUGGESTED_THRESHOLD,
    Constraints,
    DistributionConstraints,
    FeatureConstraints,
    MonitoringConfig,
    NumConstraints,
    StringConstraints,
)
from mlgov.monitors.profile import CategoricalProfile, ColumnKind, ColumnProfile, NumericProfile, Profile
from mlgov.monitors.profile.layout import just_below
from mlgov.monitors.schema import Thresholds

Floats = npt.NDArray[np.float64]

BUCKETS = 10
#: Columns with more different values get no list of them (Deequ's cut-off).
LISTED_VALUES = 120
NOTE = "Written by mlgov. Bucket counts are approximate; profile.json is the baseline that monitors compare with."


def statistics_of(profile: Profile, profile_digest: str = "") -> s.Statistics:
    """Describe a reference in Model Monitor's words.

    Args:
        profile: The reference.
        profile_digest: Digest of its file, so that the two files are known to belong together; empty when it has none
            beside it.
    """
    own = {"note": NOTE, "profile": "profile.json", "profile_digest": profile_digest}
    return s.Statistics.model_validate(
        {
            "version": 0.0,
            "dataset": {"item_count": profile.rows},
            "features": [_feature(column) for column in profile.columns],
        }
        | ({"mlgov": own} if profile_digest else {})
    )


def constraints_of(profile: Profile, thresholds: Thresholds) -> Constraints:
    """Suggest what later data must look like: types, completeness, categories, and no negative numbers where none were.

    Completeness and the share of known categories get the slack that ``thresholds`` gives them, so that chance does
    not break them; the suggestion is meant to be reviewed and edited.
    """
    return Constraints(
        version=0.0,
        features=[_constraints(column, thresholds) for column in profile.columns],
        monitoring_config=MonitoringConfig(
            evaluate_constraints="Enabled",
            emit_metrics="Enabled",
            datatype_check_threshold=1.0,
            domain_content_threshold=round(1.0 - thresholds.unseen_share.violate, 6),
            distribution_constraints=DistributionConstraints(
                perform_comparison="Enabled",
                comparison_threshold=SUGGESTED_THRESHOLD,
                comparison_method="Robust",
                categorical_comparison_threshold=SUGGESTED_THRESHOLD,
                categorical_drift_method="LInfinity",
            ),
        ),
    )


def inferred_type(column: ColumnProfile) -> str:
    """Name the type of a column: Integral, Fractional, String, or Unknown when there are no values."""
    types = column.types
    fractional = fractional_count(column)
    if types.integral + fractional + types.boolean + types.text + types.other == 0:
        return "Unknown"
    if types.boolean or types.text or types.other:
        return "String"
    return "Fractional" if fractional else "Integral"


def fractional_count(column: ColumnProfile) -> int:
    """Count numbers with fractions; NaN means missing here."""
    return column.types.fractional - (column.nan if isinstance(column, NumericProfile) else 0)


def missing_count(column: ColumnProfile) -> int:
    """Count rows without a value: nulls, NaN and rows of files that lack the column."""
    return column.null + column.absent + (column.nan if isinstance(column, NumericProfile) else 0)


def row_count(column: ColumnProfile) -> int:
    """Count all rows, those of files that lack the column too."""
    return column.rows + column.absent


def completeness(column: ColumnProfile) -> float | None:
    """Give the share of rows with a value; None without rows."""
    rows = row_count(column)
    return (rows - missing_count(column)) / rows if rows else None


def buckets_of(column: NumericProfile) -> list[s.Bucket]:
    """Spread the counts of a numeric column over ten buckets of equal width between its smallest and largest value."""
    low, high = column.minimum, column.maximum
    if low is None or high is None:
        return []
    if low == high:
        return [s.Bucket(lower_bound=low, upper_bound=high, count=column.n)]
    if not isfinite(high - low):
        return []  # so far apart that no width can be written
    bounds = np.linspace(low, high, BUCKETS + 1)
    cumulative = np.rint(_cumulative(column, bounds)).astype(int)
    counts = np.diff(cumulative)
    return [
        s.Bucket(lower_bound=float(lower), upper_bound=float(upper), count=int(count))
        for lower, upper, count in zip(bounds[:-1], bounds[1:], counts, strict=True)
    ]


def _cumulative(column: NumericProfile, bounds: Floats) -> Floats:
    """Count the values below each bound, straight lines between the edges of the bins; shape like ``bounds``."""
    low, high = float(bounds[0]), float(bounds[-1])
    edges = np.clip([low, *column.layout.edges, high], low, high)
    below = [just_below(float(bound)) for bound in bounds]  # the value of a bound is the next bucket's
    found: Floats = np.interp(below, edges, np.cumsum([0, *column.counts]).astype(float))
    found[0], found[-1] = 0, column.n
    return found


def _feature(column: ColumnProfile) -> dict[str, object]:
    named: dict[str, object] = {"name": column.layout.name, "inferred_type": inferred_type(column)}
    missing = missing_count(column)
    common = {"num_present": row_count(column) - missing, "num_missing": missing}
    if isinstance(column, NumericProfile) and column.layout.kind is ColumnKind.NUMERIC:
        return named | {"numerical_statistics": _numerical(column, common)}
    return named | {"string_statistics": _string(column, common)}


def _numerical(column: NumericProfile, common: dict[str, int]) -> dict[str, object]:
    buckets = [bucket.model_dump() for bucket in buckets_of(column)]
    return {
        "common": common,
        "mean": _finite(column.mean),
        "sum": _finite(column.total) if column.n else None,
        "std_dev": _finite(column.std),
        "min": column.minimum,
        "max": column.maximum,
        "completeness": completeness(column),
        "distribution": {"kll": {"buckets": buckets}},
    }


def _finite(value: float | None) -> float | None:
    """JSON has no infinities; a sum may be one."""
    return value if value is not None and isfinite(value) else None


def _string(column: ColumnProfile, common: dict[str, int]) -> dict[str, object]:
    found: dict[str, object] = {"common": common, "completeness": completeness(column)}
    if isinstance(column, CategoricalProfile):
        found["distinct_count"] = column.distinct
        listed = _listed(column)
        if listed:
            found["distribution"] = {"categorical": {"buckets": listed}}
    return found


def _listed(column: CategoricalProfile) -> list[dict[str, object]]:
    if not column.layout.complete or len(column.layout.vocabulary) > LISTED_VALUES:
        return []
    pairs = zip(column.layout.vocabulary, column.counts, strict=True)
    return [{"value": value, "count": count} for value, count in sorted(pairs, key=lambda pair: (-pair[1], pair[0]))]


def _constraints(column: ColumnProfile, thresholds: Thresholds) -> FeatureConstraints:
    complete = completeness(column)
    allowed = None if complete is None else round(max(0.0, complete - thresholds.null_share.violate), 6)
    given: dict[str, object] = {"name": column.layout.name, "inferred_type": inferred_type(column)}
    given |= {} if allowed is None else {"completeness": allowed}
    return FeatureConstraints.model_validate(given | dict(_own(column)))


def _own(column: ColumnProfile) -> Iterator[tuple[str, object]]:
    if isinstance(column, CategoricalProfile):
        if values := [str(bucket["value"]) for bucket in _listed(column)]:
            yield "string_constraints", StringConstraints(domains=sorted(values)).model_dump(exclude_unset=True)
    elif column.layout.kind is ColumnKind.NUMERIC and column.minimum is not None and column.minimum >= 0:
        yield "num_constraints", NumConstraints(is_non_negative=True).model_dump(exclude_unset=True)
