"""Model cards: the fact sheet of each model."""

from mlgov.cards.additions import AcceptanceCriterion, Claim, Code, Dataset, Evidence, Lineage
from mlgov.cards.metrics import (
    BarChartMetric,
    BooleanMetric,
    LinearGraphMetric,
    MatrixMetric,
    Metric,
    MetricGroup,
    NumberMetric,
    StringMetric,
)
from mlgov.cards.package import ModelPackageDetails
from mlgov.cards.rules import RULES, check_card
from mlgov.cards.schema import CardDocument, CardSpec, EvaluationDetail

__all__ = [
    "RULES",
    "AcceptanceCriterion",
    "BarChartMetric",
    "BooleanMetric",
    "CardDocument",
    "CardSpec",
    "Claim",
    "Code",
    "Dataset",
    "EvaluationDetail",
    "Evidence",
    "Lineage",
    "LinearGraphMetric",
    "MatrixMetric",
    "Metric",
    "MetricGroup",
    "ModelPackageDetails",
    "NumberMetric",
    "StringMetric",
    "check_card",
]
