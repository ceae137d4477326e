"""From what notebooks hold (enums, numpy numbers, SageMaker's spellings) to the plain values of a card."""

import re
from enum import Enum, StrEnum
from typing import Any

from mlgov.names import RiskRating, Status

#: SageMaker's spelling of an enum value in capitals and words -> ours is in lower case with underscores.
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


#: SageMaker's names of two enums that mlgov has itself.
ModelCardStatusEnum = Status
RiskRatingEnum = RiskRating


class ObjectiveFunctionEnum(StrEnum):
    """What training does with its objective."""

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"


class FacetEnum(StrEnum):
    """What training optimises: SageMaker's list; a card takes other words as well."""

    ACCURACY = "Accuracy"
    AUC = "AUC"
    LOSS = "Loss"
    MAE = "MAE"
    RMSE = "RMSE"


class MetricTypeEnum(StrEnum):
    """The six types of metrics."""

    NUMBER = "number"
    STRING = "string"
    BOOLEAN = "boolean"
    LINEAR_GRAPH = "linear_graph"
    BAR_CHART = "bar_chart"
    MATRIX = "matrix"


class EvaluationMetricTypeEnum(StrEnum):
    """Formats of evaluation reports; the values are those of ``mlgov card evaluate --from``."""

    MODEL_CARD_METRIC_SCHEMA = "mlgov"
    CLARIFY_BIAS = "clarify-bias"
    CLARIFY_EXPLAINABILITY = "clarify-explainability"
    MODEL_MONITOR_MODEL_QUALITY = "model-quality"
    REGRESSION = "model-quality"
    BINARY_CLASSIFICATION = "model-quality"
    MULTICLASS_CLASSIFICATION = "model-quality"


def snake(value: Any) -> Any:  # noqa: ANN401 - whatever the caller gave
    """Spell an enum value as cards do: ``PendingReview`` and ``PENDING_REVIEW`` are ``pending_review``."""
    text = plain(value)
    return _HUMP.sub("_", text).lower() if isinstance(text, str) else text


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever the caller gave
    """Turn enums, numpy numbers and arrays, tuples and mappings into what YAML can hold."""
    if isinstance(value, Enum):
        return plain(value.value)
    if hasattr(value, "tolist"):  # numpy and pandas: arrays, scalars, series
        return _short(value) if str(getattr(value, "dtype", "")) in ("float16", "float32") else plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    return value


def _short(value: Any) -> Any:  # noqa: ANN401 - numpy and pandas
    """Turn numbers of less than 64 bits into the shortest that mean the same: 0.91, not 0.9100000262260437."""
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    return [_short(each) for each in value] if getattr(value, "shape", ()) else float(str(value))
