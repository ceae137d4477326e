"""Documents and executions for the tests of the dashboard and the site."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from mlgov.monitors import ColumnResult, Execution, ExecutionStatus, Rows, StatisticResult, Violation
from mlgov.names import MonitoringType
from tests.roles.samples import role

NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
FIRST_WINDOW = datetime(2026, 3, 2, tzinfo=UTC)
DIGEST = "sha256:" + "ab" * 32

SETTINGS = """\
[site]
title = "Model governance"
edit_uri_template = "https://forge.example/team/models/edit/main/{path}"
view_uri_template = "https://forge.example/team/models/blob/main/{path}"

[monitors.required]
medium = ["data_quality"]
high = ["data_quality"]
"""

MKDOCS = """\
site_name: Model governance
strict: true
theme:
  name: material
  font: false
  features: [navigation.tabs, search.highlight, content.code.copy, content.action.edit]
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      toggle: {icon: material/weather-night, name: Switch to dark colours}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      toggle: {icon: material/weather-sunny, name: Switch to light colours}
plugins:
  - search
  - mlgov
markdown_extensions:
  - toc: {permalink: true}
"""

OVERVIEW = {
    "model_id": "arn:aws:sagemaker:eu-west-1:111122223333:model/churn",
    "model_name": "churn",
    "model_description": "Gives the probability that a customer leaves within ninety days.\n\nScores every night.",
    "model_version": 3,
    "problem_type": "binary_classification",
    "algorithm_type": "gradient boosted trees",
    "model_creator": "@data-science",
    "model_owner": "@model-owners",
    "model_artifact": ["s3://models/churn/model.tar.gz"],
    "inference_environment": {"container_image": ["registry.example/churn:3"]},
}
USES = {
    "purpose_of_model": "Decide whom to call.",
    "intended_uses": "Retention calls.\nNot for prices.",
    "out_of_scope_uses": "Credit decisions.",
    "factors_affecting_model_efficiency": "New tariffs change behaviour.",
    "risk_rating": "high",
    "explanations_for_risk_rating": "A wrong score costs a customer.",
}
BUSINESS = {
    "business_problem": "Customers leave unseen.",
    "business_stakeholders": "Retention team",
    "line_of_business": "Consumer",
}
TRAINING = {
    "objective_function": {"function": {"function": "maximize", "facet": "AUC"}, "notes": "On the validation set."},
    "training_observations": "Stable over five seeds.",
    "training_job_details": {
        "training_arn": "arn:aws:sagemaker:eu-west-1:111122223333:training-job/churn-3",
        "training_datasets": ["s3://data/churn/train"],
        "training_environment": {"container_image": ["registry.example/train:3"]},
        "training_metrics": [{"name": "auc", "value": 0.9312}],
        "user_provided_training_metrics": [{"name": "hours", "value": 1.5, "notes": "two machines"}],
        "hyper_parameters": [{"name": "depth", "value": "6"}],
        "user_provided_hyper_parameters": [{"name": "seed", "value": "7"}],
    },
}
METRICS = [
    {"name": "accuracy", "type": "number", "value": 0.91234567, "notes": "95% interval 0.90 to 0.92"},
    {"name": "rows", "type": "number", "value": 12000},
    {"name": "verdict", "type": "string", "value": "good enough"},
    {"name": "calibrated", "type": "boolean", "value": True},
]
ROC = {
    "name": "ROC curve",
    "type": "linear_graph",
    "value": [[0.0, 0.0], [0.02, 0.42], [0.05, 0.63], [0.1, 0.78], [0.2, 0.89], [0.4, 0.96], [0.7, 0.99], [1.0, 1.0]],
    "x_axis_name": "False positive rate",
    "y_axis_name": "True positive rate",
}
BARS = {
    "name": "Importance",
    "type": "bar_chart",
    "value": [0.41, 0.2, -0.05],
    "x_axis_name": ["tenure", "calls", "region"],
    "y_axis_name": "Mean absolute attribution",
}
MATRIX = {
    "name": "Confusion matrix",
    "type": "matrix",
    "value": [[9200, 300], [750, 1750]],
    "x_axis_name": ["stays", "leaves"],
    "y_axis_name": ["called stays", "called leaves"],
}
EVALUATION = {
    "name": "Held-out customers",
    "evaluation_observation": "Holds up in every region but one.",
    "evaluation_job_arn": "arn:aws:sagemaker:eu-west-1:111122223333:processing-job/churn-eval",
    "datasets": ["s3://data/churn/test"],
    "metadata": {"analyst_team": "validation"},
    "evidence": [{"path": "evidence/churn/evaluation.json", "digest": DIGEST}],
    "metric_groups": [
        {"name": "Quality", "metric_data": METRICS},
        {"name": "Shape", "metric_data": [ROC, BARS, MATRIX]},
    ],
}
EXTRA = {
    "ethical_considerations": "Age is not used.",
    "caveats_and_recommendations": "Retrain after a tariff change.",
    "custom_details": {"contact_channel": "the retention desk"},
}
LINEAGE = {
    "datasets": [
        {
            "name": "churn customers",
            "used_for": "training",
            "uri": "s3://data/churn/2026-01/train.parquet",
            "version": "2026-01",
            "digest": DIGEST,
            "notes": "Without customers of the first month.",
        },
        {"name": "churn customers, later", "used_for": "test"},
    ],
    "code": [{"repository": "https://git.example.org/ml/churn", "commit": "12ab" * 10, "path": "train.py"}],
}
_CRITERION = {"evaluation": "Held-out customers", "metric": "accuracy", "condition": "at_least"}
CRITERIA = [
    _CRITERION | {"name": "better than the old scorecard", "threshold": 0.9, "rationale": "The scorecard has 0.88."},
    _CRITERION | {"name": "as good as promised", "metric_group": "Quality", "threshold": 0.91234568},
    _CRITERION | {"name": "fair", "metric": "disparate impact", "threshold": 0.8},
]
CLAIMS = [
    {
        "framework": "eu-ai-act-annex-iv",
        "requirement": "2(g)",
        "statement": "Held-out customers of a later month.",
        "evidence": [{"path": "evidence/churn/evaluation.json", "digest": DIGEST}],
    },
    {"framework": "iso-iec-42001", "requirement": "A.6", "statement": "Reviewed twice a year."},
]
PACKAGE = {
    "model_package_arn": "arn:aws:sagemaker:eu-west-1:111122223333:model-package/churn/3",
    "model_package_group_name": "churn-group",
    "model_package_name": "churn-package",
    "model_package_version": 3,
    "model_package_description": "Registered by the pipeline.",
    "model_package_status": "completed",
    "model_approval_status": "pending_manual_approval",
    "approval_description": "Waits for the review.",
    "domain": "MACHINE_LEARNING",
    "task": "CLASSIFICATION",
    "created_by": {"user_profile_name": "pipeline-user"},
    "source_algorithms": [{"algorithm_name": "xgboost", "model_data_url": "s3://models/churn/algorithm.tar.gz"}],
    "inference_specification": {
        "containers": [
            {
                "image": "registry.example/serve:3",
                "model_data_url": "s3://models/churn/serve.tar.gz",
                "nearest_model_name": "xgboost-small",
            }
        ]
    },
}
MAXIMAL = {
    "model_overview": OVERVIEW,
    "intended_uses": USES,
    "business_details": BUSINESS,
    "training_details": TRAINING,
    "evaluation_details": [EVALUATION],
    "additional_information": EXTRA,
    "lineage": LINEAGE,
    "acceptance_criteria": CRITERIA,
    "claims": CLAIMS,
}


def document(kind: str, name: str, spec: dict[str, Any], *, status: str = "draft", **metadata: Any) -> dict[str, Any]:
    """Make a governed document; ``review_by`` among the metadata goes to the lifecycle."""
    lifecycle = {"status": status} | ({"review_by": metadata.pop("review_by")} if "review_by" in metadata else {})
    head = {"apiVersion": "mlgov/v1", "kind": kind, "metadata": {"name": name, **metadata}}
    return head | {"lifecycle": lifecycle, "spec": spec}


def card(name: str, spec: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    """Make a card."""
    return document("ModelCard", name, spec or {}, **metadata)


def monitor(name: str = "data-quality", **keys: Any) -> dict[str, Any]:
    """Make a monitor of a set: daily, data quality, two of the last three."""
    basics = {"name": name, "monitoring_type": "data_quality", "source": {"uri": "traffic/churn", "format": "parquet"}}
    return basics | {"baseline": f"baselines/churn/{name}"} | keys


def monitor_set(model: str, *monitors: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """Make a monitor set named like its model."""
    return document("MonitorSet", model, {"model": model, "monitors": list(monitors)} | spec, status="approved")


def role_document(persona: str = "data_scientist", **spec: Any) -> dict[str, Any]:
    """Make the role ``data-scientist``."""
    found: dict[str, Any] = role(persona, name="data-scientist", **spec).model_dump(mode="json", exclude_none=True)
    return found


def yaml_of(value: dict[str, Any]) -> bytes:
    """Write a document; JSON is YAML."""
    return json.dumps(value, indent=1, ensure_ascii=False).encode()


def unjudged(day: int, status: ExecutionStatus = ExecutionStatus.NO_DATA) -> Execution:
    """Make the execution of a daily window that gave no verdict."""
    return dataclasses.replace(execution(day), status=status, rows=Rows(), columns=())


def execution(day: int, *, violated: bool = False, model: str = "churn", monitor: str = "data-quality") -> Execution:
    """Make the execution of one daily window; ``day`` counts from the first."""
    start = FIRST_WINDOW + timedelta(days=day)
    status = ExecutionStatus.COMPLETED_WITH_VIOLATIONS if violated else ExecutionStatus.COMPLETED
    said = "tenure moved: the Kolmogorov-Smirnov distance is 0.31 and may be 0.12."
    found = (Violation("tenure", "baseline_drift_check", said),) if violated else ()
    noted = (Violation("calls", "baseline_drift_check", "calls moved a little: 0.09 of 0.12."),) if violated else ()
    verdict = "violation" if violated else "ok"
    ks = StatisticResult("ks", 0.31 if violated else 0.02, verdict, warn=0.08, violate=0.12)
    return Execution(
        model=model,
        monitor=monitor,
        monitoring_type=MonitoringType.DATA_QUALITY,
        window_start=start,
        window_end=start + timedelta(days=1),
        executed_at=start + timedelta(days=1, minutes=5),
        status=status,
        source="traffic/churn",
        baseline=f"baselines/churn/{monitor}",
        rows=Rows(read=1000, judged=1000),
        columns=(ColumnResult("tenure", "numeric", verdict, said if violated else "As before.", (ks,)),),
        violations=found,
        warnings=noted,
    )
