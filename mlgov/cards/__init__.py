"""Model cards: the fact sheet of each model."""

from mlgov.cards.rules import RULES, check_card
from mlgov.cards.schema import (
    BarChartMetric,
    BooleanMetric,
    CardDocument,
    CardSpec,
    EvaluationDetail,
    Evidence,
    LinearGraphMetric,
    MatrixMetric,
    Metric,
    MetricGroup,
    NumberMetric,
    StringMetric,
)

__all__ = [
    "RULES",
    "BarChartMetric",
    "BooleanMetric",
    "CardDocument",
    "CardSpec",
    "EvaluationDetail",
    "Evidence",
    "LinearGraphMetric",
    "MatrixMetric",
    "Metric",
    "MetricGroup",
    "NumberMetric",
    "StringMetric",
    "check_card",
]
