"""A card with every field that the schema knows; every text and number in it stands there once."""

from typing import Any, get_args

from pydantic import BaseModel

from mlgov.cards import CardDocument
from mlgov.lifecycle.digest import json_digest


def evidence(mark: str) -> dict[str, str]:
    """Cite a file that no other citation cites."""
    return {"path": f"evidence/churn/{mark}.json", "digest": "sha256:" + mark.encode().hex().ljust(64, "0")}


def maximal() -> dict[str, Any]:
    """Make the card as plain values."""
    return {
        "apiVersion": "mlgov/v1",
        "kind": "ModelCard",
        "metadata": {
            "name": "churn",
            "title": "Who may leave (and <why>)",
            "owners": ["@owners-of-churn", "@second-owners"],
            "labels": {"label_key": "label value"},
            "annotations": {"annotation_key": "annotation value"},
        },
        "lifecycle": {"status": "approved", "review_by": "2027-11-30"},
        "spec": {
            "model_overview": _overview(),
            "intended_uses": {
                "purpose_of_model": "Purpose: finds customers who may leave.\n\nSecond paragraph of the purpose.",
                "intended_uses": "Scope: offers by people.",
                "out_of_scope_uses": "Not in scope: prices.",
                "factors_affecting_model_efficiency": "Factors: new tariffs.",
                "risk_rating": "high",
                "explanations_for_risk_rating": "Explained: money of people.",
            },
            "business_details": {
                "business_problem": "Problem: customers go.",
                "business_stakeholders": "Stakeholders: sales.",
                "line_of_business": "Line: retail.",
            },
            "training_details": _training(),
            "evaluation_details": [_evaluation()],
            "additional_information": {
                "ethical_considerations": "Ethics: nobody is refused.",
                "caveats_and_recommendations": "Caveats: ask again each year.",
                "custom_details": {"license": "Apache-2.0", "page_of_data": "https://example.org/custom"},
            },
            "model_package_details": _package(),
            "lineage": {
                "datasets": [
                    {
                        "name": "dataset name",
                        "used_for": "training",
                        "uri": "hf://datasets/example/churn-rows",
                        "version": "dataset version",
                        "digest": "sha256:" + "ab" * 32,
                        "notes": "dataset notes",
                    }
                ],
                "code": [
                    {"repository": "https://git.example.org/churn", "commit": "c0" * 20, "path": "code/train.py"},
                ],
            },
            "acceptance_criteria": [
                {
                    "name": "criterion name",
                    "evaluation": "criterion evaluation",
                    "metric_group": "criterion group",
                    "metric": "criterion metric",
                    "condition": "at_least",
                    "threshold": 0.8125,
                    "rationale": "criterion rationale",
                }
            ],
            "claims": [
                {
                    "framework": "framework-id",
                    "requirement": "requirement-7",
                    "statement": "claim statement",
                    "evidence": [evidence("claim")],
                }
            ],
            "imported": [
                {
                    "field": "model_overview.problem_type",
                    "source": "mlflow:runs/imported-run at https://mlflow.example.org",
                    "run": "number of the run",
                    "digest": json_digest("binary_classification"),
                    "at": "2026-11-20T05:43:21Z",
                }
            ],
        },
    }


def _overview() -> dict[str, Any]:
    return {
        "model_id": "arn:aws:sagemaker:eu-west-1:111122223333:model/churn-id",
        "model_name": "churn model name",
        "model_description": "Description with *stars*, [links](https://example.org/x) and <b>tags</b>.",
        "model_version": 41,
        "problem_type": "binary_classification",
        "algorithm_type": "gradient boosting",
        "model_creator": "creators of churn",
        "model_owner": "owners of the model",
        "model_artifact": ["s3://models/churn-artifact.tar.gz"],
        "inference_environment": {"container_image": ["registry.example.org/serving-image:1"]},
    }


def _training() -> dict[str, Any]:
    return {
        "objective_function": {
            "function": {"function": "minimize", "facet": "Loss facet", "condition": "loss condition"},
            "notes": "objective notes",
        },
        "training_observations": "training observations",
        "training_job_details": {
            "training_arn": "training-arn-1",
            "training_datasets": ["s3://data/training-rows.parquet"],
            "training_environment": {"container_image": ["registry.example.org/training-image:2"]},
            "training_metrics": [{"name": "log loss", "value": 0.34375, "notes": "metric notes"}],
            "user_provided_training_metrics": [{"name": "own metric", "value": 17.25, "notes": "own notes"}],
            "hyper_parameters": [{"name": "max_depth", "value": "depth seven"}],
            "user_provided_hyper_parameters": [{"name": "own parameter", "value": "own value"}],
        },
    }


def _evaluation() -> dict[str, Any]:
    axes = {"x_axis_name": "{} x axis", "y_axis_name": "{} y axis"}

    def metric(kind: str, value: object, **more: object) -> dict[str, Any]:
        named = {key: text.format(kind) for key, text in axes.items()}
        return {"name": f"{kind} metric", "type": kind, "value": value, "notes": f"{kind} notes", **named, **more}

    return {
        "name": "holdout rows",
        "evaluation_observation": "evaluation observation",
        "evaluation_job_arn": "evaluation-job-1",
        "datasets": ["example/unseen-customers"],
        "metadata": {"metadata_key": "metadata value"},
        "evidence": [evidence("evaluation")],
        "metric_groups": [
            {
                "name": "overall group",
                "metric_data": [
                    metric("number", 0.84375, name="recall of leavers"),
                    metric("string", "good enough"),
                    metric("boolean", True),
                    metric("linear_graph", [[0.0625, 0.15625], [0.71875, 0.96875]]),
                    metric("bar_chart", [31.5, 41.25], x_axis_name=["first bar", "second bar"]),
                    metric(
                        "matrix",
                        [[101, 7.5], [9.5, 303]],
                        x_axis_name=["row a", "row b"],
                        y_axis_name=["col a", "col b"],
                    ),
                ],
            }
        ],
    }


def _package() -> dict[str, Any]:
    return {
        "model_package_arn": "arn:aws:sagemaker:eu-west-1:111122223333:model-package/churn/3",
        "model_package_group_name": "package-group",
        "model_package_name": "package-name",
        "model_package_version": 53,
        "model_package_description": "package description",
        "model_package_status": "completed",
        "model_approval_status": "pending_manual_approval",
        "approval_description": "approval description",
        "domain": "package domain",
        "task": "package task",
        "created_by": {"user_profile_name": "package-creators"},
        "source_algorithms": [{"algorithm_name": "algorithm-name", "model_data_url": "s3://models/algorithm-data"}],
        "inference_specification": {
            "containers": [
                {
                    "image": "registry.example.org/package-image:3",
                    "model_data_url": "s3://models/container-data",
                    "nearest_model_name": "nearest-model",
                }
            ]
        },
    }


def card() -> CardDocument:
    """Make the card as a document."""
    return CardDocument.model_validate(maximal())


def missing(model: type[BaseModel], value: Any, path: str = "") -> list[str]:
    """List the fields of ``model`` that ``value`` does not set."""
    if isinstance(value, list):
        return [found for i, item in enumerate(value) for found in missing(model, item, f"{path}[{i}]")]
    result = [f"{path}.{name}" for name in model.model_fields if name not in value]
    for name, field in model.model_fields.items():
        for found in _models(field.annotation, value.get(name)):
            result += missing(found, value[name], f"{path}.{name}")
    return result


def _models(annotation: Any, value: Any) -> list[type[BaseModel]]:
    if value is None:
        return []
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found = [each for part in get_args(annotation) for each in _models(part, value)]
    return found if len(found) < 2 else []  # the metrics are a union; their types are listed in the test itself
