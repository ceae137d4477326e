"""The Python SDK: cards in notebooks and training scripts, under the names that SageMaker's SDK uses."""

from mlgov.cards import Evidence
from mlgov.sdk.card import ModelCard
from mlgov.sdk.scikit import (
    classification_metrics,
    confusion_matrix,
    precision_recall_curve,
    regression_metrics,
    roc_curve,
)
from mlgov.sdk.sections import (
    AdditionalInformation,
    BusinessDetails,
    Environment,
    EvaluationJob,
    Function,
    HyperParameter,
    IntendedUses,
    Lineage,
    Metric,
    MetricGroup,
    ModelOverview,
    ModelPackage,
    ObjectiveFunction,
    TrainingDetails,
    TrainingJobDetails,
    TrainingMetric,
)
from mlgov.sdk.values import (
    EvaluationMetricTypeEnum,
    FacetEnum,
    MetricTypeEnum,
    ModelCardStatusEnum,
    ObjectiveFunctionEnum,
    RiskRatingEnum,
)

__all__ = [
    "AdditionalInformation",
    "BusinessDetails",
    "Environment",
    "EvaluationJob",
    "EvaluationMetricTypeEnum",
    "Evidence",
    "FacetEnum",
    "Function",
    "HyperParameter",
    "IntendedUses",
    "Lineage",
    "Metric",
    "MetricGroup",
    "MetricTypeEnum",
    "ModelCard",
    "ModelCardStatusEnum",
    "ModelOverview",
    "ModelPackage",
    "ObjectiveFunction",
    "ObjectiveFunctionEnum",
    "RiskRatingEnum",
    "TrainingDetails",
    "TrainingJobDetails",
    "TrainingMetric",
    "classification_metrics",
    "confusion_matrix",
    "precision_recall_curve",
    "regression_metrics",
    "roc_curve",
]
