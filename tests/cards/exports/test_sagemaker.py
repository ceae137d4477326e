"""SageMaker's content JSON: words, shapes and what is reported."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mlgov.cards.exports.sagemaker import export, export_v3
from mlgov.cards.transfer import ExportContext
from tests.cards.sagemaker_cards import of_a_model, of_a_package, typed

CONTEXT = ExportContext(now=datetime(2026, 11, 21, tzinfo=UTC))


def content(value: dict[str, Any]) -> dict[str, Any]:
    """Export a card and read the file."""
    return json.loads(export(typed(value), CONTEXT).data)


def reported(value: dict[str, Any]) -> list[str]:
    """List the paths that an export reports."""
    return [each.path for each in export(typed(value), CONTEXT).unmapped]


def test_words_are_spelled_as_sagemaker_spells_them() -> None:
    """Risk, direction and both statuses of a package; types of metrics stay as they are."""
    found = content(of_a_package())
    package = found["model_package_details"]
    assert found["intended_uses"]["risk_rating"] == "High"
    assert found["training_details"]["objective_function"]["function"]["function"] == "Minimize"
    assert (package["model_package_status"], package["model_approval_status"]) == ("Completed", "PendingManualApproval")
    assert found["evaluation_details"][0]["metric_groups"][0]["metric_data"][4]["type"] == "bar_chart"


def test_the_content_has_sagemakers_sections_and_no_others() -> None:
    """A section that is added to our schema has to be named as ours, or SageMaker's tools refuse the card."""
    assert set(content(of_a_package())) == {
        "model_overview",
        "intended_uses",
        "business_details",
        "training_details",
        "evaluation_details",
        "additional_information",
        "model_package_details",
    }


def test_uses_out_of_scope_join_the_uses_in_scope() -> None:
    """They stand below them under a heading, as AWS advises to write them."""
    assert content(of_a_model())["intended_uses"]["intended_uses"] == (
        "Scope: offers by people.\n\nOut of scope:\nNot in scope: prices."
    )


def test_uses_out_of_scope_that_do_not_fit_are_reported() -> None:
    """2,048 characters are for both; nothing is cut."""
    value = of_a_model()
    value["spec"]["intended_uses"]["intended_uses"] = "x" * 2030
    assert content(value)["intended_uses"]["intended_uses"] == "x" * 2030
    assert "spec.intended_uses.out_of_scope_uses" in reported(value)


def test_evidence_becomes_metadata_of_its_evaluation() -> None:
    """Path and digest under a numbered key, beside the author's own keys."""
    evaluation = of_a_model()["spec"]["evaluation_details"][0]
    (cited,) = evaluation["evidence"]
    assert content(of_a_model())["evaluation_details"][0]["metadata"] == {
        **evaluation["metadata"],
        "evidence_1": f"{cited['path']} {cited['digest']}",
    }


def test_evidence_whose_key_is_taken_is_reported() -> None:
    """The author's own metadata wins."""
    value = of_a_model()
    value["spec"]["evaluation_details"][0]["metadata"] = {"evidence_1": "mine"}
    assert content(value)["evaluation_details"][0]["metadata"] == {"evidence_1": "mine"}
    assert "spec.evaluation_details[0].evidence" in reported(value)


def test_everything_without_a_place_is_reported() -> None:
    """Our own sections, and what stands beside the content."""
    assert sorted(reported(of_a_model())) == [
        "lifecycle.review_by",
        "lifecycle.status",
        "metadata.annotations",
        "metadata.labels",
        "metadata.owners",
        "metadata.title",
        "spec.acceptance_criteria",
        "spec.claims",
        "spec.imported",
        "spec.lineage",
    ]


def test_a_facet_that_the_sdk_does_not_load_is_reported() -> None:
    """It is exported all the same: the service takes any text."""
    value = of_a_model()
    function = value["spec"]["training_details"]["objective_function"]["function"]
    function["facet"] = "Likelihood"
    assert content(value)["training_details"]["objective_function"]["function"]["facet"] == "Likelihood"
    assert "spec.training_details.objective_function.function.facet" in reported(value)


def test_an_objective_function_of_notes_alone_keeps_the_key_that_the_sdk_wants() -> None:
    """The SDK's loader fails when the key is missing."""
    value = of_a_model()
    del value["spec"]["training_details"]["objective_function"]["function"]
    assert content(value)["training_details"]["objective_function"] == {"function": {}, "notes": "objective notes"}


def test_whole_numbers_are_written_without_a_point() -> None:
    """A version is 41, not 41.0."""
    assert b'"model_version": 41,' in export(typed(of_a_model()), CONTEXT).data


def test_v3_has_a_flat_objective_function() -> None:
    """The notes have no place there."""
    exported = export_v3(typed(of_a_model()), CONTEXT)
    flat = {"function": "Minimize", "facet": "Loss", "condition": "loss condition"}
    assert json.loads(exported.data)["training_details"]["objective_function"] == flat
    assert "spec.training_details.objective_function.notes" in [each.path for each in exported.unmapped]


@pytest.mark.parametrize("key", ["model_id", "model_name", "model_version", "inference_environment"])
def test_v3_has_a_shorter_overview(key: str) -> None:
    """What SDK v3 would drop without a word is left out with one."""
    exported = export_v3(typed(of_a_model()), CONTEXT)
    assert key not in json.loads(exported.data)["model_overview"]
    assert f"spec.model_overview.{key}" in [each.path for each in exported.unmapped]


def test_v3_has_no_model_package() -> None:
    """The section is reported as one."""
    exported = export_v3(typed(of_a_package()), CONTEXT)
    assert "model_package_details" not in json.loads(exported.data)
    assert "spec.model_package_details" in [each.path for each in exported.unmapped]
