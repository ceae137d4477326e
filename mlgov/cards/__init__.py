"""Model cards: the fact sheet of each model."""

from mlgov.cards.additions import AcceptanceCriterion, Claim, Code, Dataset, Evidence, Lineage, Provenance
from mlgov.cards.criteria import Outcome, Verdict, all_met, verdicts
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
from mlgov.cards.rules import RULES, check_card, check_criteria, check_packs, evidence_marks
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
    "Outcome",
    "Provenance",
    "StringMetric",
    "Verdict",
    "all_met",
    "check_card",
    "check_criteria",
    "check_packs",
    "evidence_marks",
    "verdicts",
]
