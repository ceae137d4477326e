"""Cards of all fields as SageMaker takes them: one of a model, one of a model package."""

import json
from typing import Any

from mlgov.cards import CardDocument
from mlgov.cards.sagemaker import OURS
from tests.cards.maximal import maximal


def of_a_model() -> dict[str, Any]:
    """Give the maximal card without the package, which SageMaker's tools refuse beside a model id."""
    value = maximal()
    del value["spec"]["model_package_details"]
    value["spec"]["training_details"]["objective_function"]["function"]["facet"] = "Loss"
    return value


def of_a_package() -> dict[str, Any]:
    """Give the maximal card without the model id."""
    value = of_a_model()
    value["spec"]["model_package_details"] = maximal()["spec"]["model_package_details"]
    del value["spec"]["model_overview"]["model_id"]
    return value


def typed(value: dict[str, Any]) -> CardDocument:
    """Give a card as a document."""
    return CardDocument.model_validate(value)


def own_fields_only(value: dict[str, Any]) -> dict[str, Any]:
    """Leave out what SageMaker has no place for; the status too, since imports start as drafts."""
    spec = {key: each for key, each in value["spec"].items() if key not in OURS}
    metadata = {key: value["metadata"][key] for key in ("name", "labels")}
    kept = {**value, "metadata": metadata, "lifecycle": {"status": "draft"}, "spec": spec}
    return json.loads(json.dumps(kept))
