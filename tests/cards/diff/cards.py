"""Cards to compare."""

from copy import deepcopy
from typing import Any

from mlgov.cards import CardDocument

CARD: dict[str, Any] = {
    "apiVersion": "mlgov/v1",
    "kind": "ModelCard",
    "metadata": {"name": "churn", "title": "Churn", "owners": ["@model-owners", "@data-science"], "labels": {"a": "b"}},
    "lifecycle": {"status": "draft", "review_by": "2027-01-31"},
    "spec": {
        "model_overview": {
            "model_version": 1,
            "model_description": "Says who will leave.",
            "model_artifact": ["s3://a"],
        },
        "intended_uses": {"purpose_of_model": "To keep customers.", "risk_rating": "medium"},
        "training_details": {
            "training_job_details": {
                "training_metrics": [{"name": "log loss", "value": 0.4}],
                "hyper_parameters": [{"name": "C", "value": "0.1"}, {"name": "tol", "value": "1e-4"}],
            }
        },
        "evaluation_details": [
            {
                "name": "holdout",
                "evidence": [{"path": "evidence/churn/a.json", "digest": "sha256:" + "a" * 64}],
                "metric_groups": [
                    {
                        "name": "quality",
                        "metric_data": [
                            {"name": "accuracy", "type": "number", "value": 0.9, "notes": "on 100 rows"},
                            {"name": "lift", "type": "number", "value": 2.0},
                            {"name": "calibrated", "type": "boolean", "value": True},
                            {"name": "grade", "type": "string", "value": "good"},
                            {"name": "roc", "type": "linear_graph", "value": [[0.0, 0.0], [0.5, 0.8], [1.0, 1.0]]},
                            {"name": "shares", "type": "bar_chart", "value": [1.0, 2.0], "x_axis_name": ["a", "b"]},
                            {"name": "confusion", "type": "matrix", "value": [[5.0, 1.0], [2.0, 7.0]]},
                        ],
                    }
                ],
            },
            {"name": "by region"},
        ],
        "acceptance_criteria": [
            {"name": "good", "evaluation": "holdout", "metric": "accuracy", "condition": "at_least", "threshold": 0.8},
            {"name": "cheap", "evaluation": "holdout", "metric": "lift", "condition": "at_most", "threshold": 3.0},
        ],
        "lineage": {"datasets": [{"name": "customers", "used_for": "training", "digest": "sha256:" + "b" * 64}]},
        "claims": [{"framework": "eu-ai-act-annex-iv", "requirement": "2(g)", "statement": "Answered."}],
    },
}
QUALITY = ("spec", "evaluation_details", 0, "metric_groups", 0, "metric_data")


def card(*edits: tuple[tuple[str | int, ...], Any]) -> CardDocument:
    """Make the card with values put at pointers; None takes the value away."""
    value = deepcopy(CARD)
    for pointer, new in edits:
        place: Any = value
        for key in pointer[:-1]:
            place = place[key]
        if new is None:
            del place[pointer[-1]]
        elif isinstance(place, list) and pointer[-1] == len(place):
            place.append(new)
        else:
            place[pointer[-1]] = new
    return CardDocument.model_validate(value)
