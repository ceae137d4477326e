"""statistics.json of Model Monitor: what a data set looks like, column by column.

Every documented key and the undocumented ones of real files (``approximate_num_distinct_values``, ``completeness``);
unknown keys are kept. Numbers that should be integers may be written as 23191.0, so counts are not only integers here.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: Whole numbers stay whole, so that a file that is read and written stays the same.
Number = int | float
#: A statistic that may be undefined.
Real = int | float | Literal["NaN", "Infinity", "-Infinity"] | None
Count = Annotated[Number, Field(ge=0)]
Share = Annotated[Number, Field(ge=0, le=1)]
FeatureName = Annotated[str, Field(min_length=1)]
InferredType = Literal["Integral", "Fractional", "String", "Unknown", "Boolean"]


class Foreign(BaseModel):
    """Base of every part of a foreign file: unknown keys kept, values never coerced, frozen.

    What these models accept the JSON Schemas of `schemas/` accept too; the schemas only name the damage of the rest.
    """

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


class Common(Foreign):
    """Counts that every column has."""

    num_present: Count = 0
    num_missing: Count = 0


class Bucket(Foreign):
    """A bucket of a numeric distribution: ``lower_bound`` <= x < ``upper_bound``; the last one holds its upper end."""

    lower_bound: Number
    upper_bound: Number
    count: Count


class SketchParameters(Foreign):
    """Parameters of a KLL sketch."""

    c: Number = 0.64
    k: Number = 2048


class Sketch(Foreign):
    """A KLL sketch. ``data`` holds raw values; a value in level i stands for 2^i values."""

    parameters: SketchParameters = SketchParameters()
    data: list[list[Number]] = Field(default_factory=list, max_length=62)


class Kll(Foreign):
    """A numeric distribution."""

    buckets: list[Bucket] = Field(default_factory=list)
    sketch: Sketch | None = None


class NumericalDistribution(Foreign):
    """Holds a numeric distribution."""

    kll: Kll | None = None


class NumericalStatistics(Foreign):
    """Statistics of a numeric column; ``std_dev`` divides by n."""

    common: Common = Common()
    mean: Real = None
    sum: Real = None
    std_dev: Real = None
    min: Real = None
    max: Real = None
    approximate_num_distinct_values: Count | None = None
    completeness: Share | None = None
    distribution: NumericalDistribution | None = None


class CategoricalBucket(Foreign):
    """How often a value occurs."""

    value: str
    count: Count


class Categorical(Foreign):
    """The values of a column with few of them."""

    buckets: list[CategoricalBucket] = Field(default_factory=list)


class StringDistribution(Foreign):
    """Holds a categorical distribution; columns with many values have none."""

    categorical: Categorical | None = None


class StringStatistics(Foreign):
    """Statistics of a column of text."""

    common: Common = Common()
    distinct_count: Count | None = None
    completeness: Share | None = None
    distribution: StringDistribution | None = None


class FeatureStatistics(Foreign):
    """One column. Columns of the type Unknown carry neither kind of statistics."""

    name: FeatureName
    inferred_type: InferredType = "Unknown"
    numerical_statistics: NumericalStatistics | None = None
    string_statistics: StringStatistics | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.numerical_statistics and self.string_statistics:
            raise ValueError("it has both numerical_statistics and string_statistics")
        return self

    @property
    def common(self) -> Common:
        """Its counts."""
        statistics = self.numerical_statistics or self.string_statistics
        return statistics.common if statistics else Common()


class Dataset(Foreign):
    """The data set as a whole."""

    item_count: Count = 0


class Statistics(Foreign):
    """A statistics.json."""

    version: Number | str = 0.0
    dataset: Dataset = Dataset()
    features: list[FeatureStatistics]


def weighted_values(feature: FeatureStatistics) -> Iterator[tuple[float, float]]:
    """Give the distribution of a numeric column as values with weights: exact sketch points, else bucket middles.

    Bucket counts are spread evenly over eight points of the bucket, which keeps the shape within a bucket flat.
    """
    if sketch := sketch_of(feature):
        for level, values in enumerate(sketch.data):
            yield from ((value, float(2**level)) for value in values)
        return
    points = 8
    for bucket in buckets_of(feature):
        step = (bucket.upper_bound - bucket.lower_bound) / points
        yield from ((bucket.lower_bound + step * (i + 0.5), bucket.count / points) for i in range(points))


def sketch_of(feature: FeatureStatistics) -> Sketch | None:
    """Give the sketch of a numeric column; None without one that holds values."""
    kll = _kll(feature)
    return kll.sketch if kll and kll.sketch and any(kll.sketch.data) else None


def buckets_of(feature: FeatureStatistics) -> list[Bucket]:
    """Give the buckets of a numeric column that has no sketch: all that is known of its distribution."""
    kll = _kll(feature)
    return kll.buckets if kll and not sketch_of(feature) else []


def _kll(feature: FeatureStatistics) -> Kll | None:
    statistics = feature.numerical_statistics
    return statistics.distribution.kll if statistics and statistics.distribution else None


def category_counts(feature: FeatureStatistics) -> dict[str, float] | None:
    """Give the categories of a text column with their counts; None when the file does not list them."""
    statistics = feature.string_statistics
    categorical = statistics.distribution.categorical if statistics and statistics.distribution else None
    return {bucket.value: bucket.count for bucket in categorical.buckets} if categorical else None


def dump(value: Foreign) -> dict[str, Any]:
    """Give the JSON value: only keys that were given, unknown ones included."""
    return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
