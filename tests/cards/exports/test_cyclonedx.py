"""The ML-BOM: valid by the official schema, with each field where CycloneDX readers look for it."""

import hashlib
import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource

from mlgov.cards import CardDocument
from mlgov.cards.exports.cyclonedx import export, uri
from mlgov.cards.transfer import ExportContext
from mlgov.documents import load
from mlgov.lifecycle import content_digest
from tests.cards.maximal import card, maximal

REPOSITORY = Path(__file__).parents[3]
SCHEMAS = REPOSITORY / "tests" / "schemas" / "cyclonedx-1.6"
GOLDEN = REPOSITORY / "tests" / "golden" / "cards" / "cyclonedx.json"
CONTEXT = ExportContext(now=datetime(2026, 11, 21, 9, 30, tzinfo=UTC), version=7)


@cache
def validator() -> Draft7Validator:
    """Make a validator of the vendored schema; what it refers to comes from files alone."""
    files = {path.name: json.loads(path.read_bytes()) for path in SCHEMAS.glob("*.json")}
    resources = [(f"http://cyclonedx.org/schema/{name}", Resource.from_contents(each)) for name, each in files.items()]
    schema = files["bom-1.6.SNAPSHOT.schema.json"]
    return Draft7Validator(schema, registry=Registry().with_resources(resources))


def problems(bom: object) -> list[str]:
    """List what the schema says against a BOM."""
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator().iter_errors(bom)]


def bom_of(value: dict[str, Any]) -> dict[str, Any]:
    """Export a card given as plain values."""
    bom: dict[str, Any] = json.loads(export(CardDocument.model_validate(value), CONTEXT).data)
    return bom


def test_the_maximal_card_is_valid_by_the_official_schema() -> None:
    """Every field and metric type together."""
    assert problems(bom_of(maximal())) == []


def test_the_smallest_card_is_valid_by_the_official_schema() -> None:
    """A card that says nothing yet."""
    empty = {**maximal(), "metadata": {"name": "empty"}, "lifecycle": {"status": "draft"}, "spec": {}}
    assert problems(bom_of(empty)) == []


@pytest.mark.parametrize("path", sorted((REPOSITORY / "cards").glob("*.yaml")), ids=lambda path: path.stem)
def test_our_own_cards_are_valid_by_the_official_schema(path: Path) -> None:
    """The cards of this repository."""
    document, _ = load(path.read_bytes(), path.name)
    assert document is not None
    assert problems(bom_of(document.value)) == []


def test_the_schema_is_the_one_that_its_note_names() -> None:
    """The vendored files were not edited."""
    note = (SCHEMAS / "README.md").read_text(encoding="utf-8")
    named = {name: digest for digest, name in re.findall(r"\| ([0-9a-f]{64}) \| (\S+) \|", note)}
    assert named == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in SCHEMAS.glob("*.json")}


def test_the_schema_refuses_what_cyclonedx_does_not_know() -> None:
    """The validator is awake: a wrong type of component and an unknown key are found."""
    bom = bom_of(maximal())
    bom["metadata"]["component"]["type"] = "model"
    bom["metadata"]["component"]["modelCard"]["verdict"] = "fine"
    assert len(problems(bom)) >= 2


def test_golden() -> None:
    """The bytes of the maximal card's BOM."""
    assert export(card(), CONTEXT).data.decode() == GOLDEN.read_text(encoding="utf-8")


def test_the_serial_number_binds_to_the_content() -> None:
    """A new status keeps it, a new word changes it."""
    approved, draft = maximal(), {**maximal(), "lifecycle": {"status": "draft"}}
    reworded = maximal()
    reworded["spec"]["model_overview"]["model_description"] = "Other words."
    first, second, third = (bom_of(value)["serialNumber"] for value in (approved, draft, reworded))
    assert first == second != third


def test_the_digest_is_the_one_that_approvals_bind_to() -> None:
    """It is the digest of the document as its file says it."""
    properties = bom_of(maximal())["metadata"]["component"]["properties"]
    assert {"name": "mlgov:content_digest", "value": content_digest(maximal())} in properties


def test_data_sets_are_components_and_the_model_refers_to_them() -> None:
    """Each reference of the model card leads to a component of type data."""
    bom = bom_of(maximal())
    refs = [each["ref"] for each in bom["metadata"]["component"]["modelCard"]["modelParameters"]["datasets"]]
    parts = {part["bom-ref"]: part for part in bom["components"]}
    assert [parts[ref]["type"] for ref in refs] == ["data"] * 3
    assert parts[refs[0]]["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]


def test_a_data_set_that_stands_in_two_places_is_one_component() -> None:
    """A training set that lineage describes is not listed a second time."""
    value = maximal()
    uri_of = value["spec"]["lineage"]["datasets"][0]["uri"]
    value["spec"]["training_details"]["training_job_details"]["training_datasets"] = [uri_of]
    names = [part["name"] for part in bom_of(value)["components"] if part["type"] == "data"]
    assert names == ["dataset name", "example/unseen-customers"]


def test_two_data_sets_at_one_address_stay_two() -> None:
    """Training and test rows of one file are two data sets."""
    value = maximal()
    (first,) = value["spec"]["lineage"]["datasets"]
    value["spec"]["lineage"]["datasets"].append({**first, "name": "test rows", "used_for": "test"})
    names = [part["name"] for part in bom_of(value)["components"] if part["type"] == "data"]
    assert names[:2] == ["dataset name", "test rows"]


def test_numbers_of_evaluations_are_performance_metrics() -> None:
    """With the evaluation and the group as their slice."""
    metrics = bom_of(maximal())["metadata"]["component"]["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    assert {"type": "recall of leavers", "value": "0.84375", "slice": "holdout rows: overall group"} in metrics


@pytest.mark.parametrize(
    ("problem", "approach"),
    [
        ("binary_classification", {"type": "supervised"}),
        ("Regression", {"type": "supervised"}),
        ("clustering", {"type": "unsupervised"}),
        ("ranking", None),
    ],
)
def test_the_approach_is_told_only_when_the_problem_says_it(problem: str, approach: dict[str, str] | None) -> None:
    """A problem that may be solved in several ways says nothing about the approach."""
    value = maximal()
    value["spec"]["model_overview"]["problem_type"] = problem
    parameters = bom_of(value)["metadata"]["component"]["modelCard"]["modelParameters"]
    assert parameters.get("approach") == approach


def test_charts_are_reported_as_left_out() -> None:
    """A metric of CycloneDX is one number."""
    paths = [entry.path for entry in export(card(), CONTEXT).unmapped]
    assert paths == [f"spec.evaluation_details[0].metric_groups[0].metric_data[{place}]" for place in (3, 4, 5)]


def test_words_and_notes_of_metrics_are_properties() -> None:
    """They are read by people, and by us."""
    properties = {each["name"]: each["value"] for each in bom_of(maximal())["metadata"]["component"]["properties"]}
    where = "mlgov:spec.evaluation_details[0].metric_groups[0].metric_data"
    assert (properties[f"{where}[0].notes"], properties[f"{where}[1].value"]) == ("number notes", "good enough")


@pytest.mark.parametrize(
    ("address", "encoded"),
    [
        ("s3://models/a.tar.gz?version=1#x", "s3://models/a.tar.gz?version=1#x"),
        ("see the shared drive", "see%20the%20shared%20drive"),
        ("50% of rows", "50%25%20of%20rows"),
        ("a%20b<c>", "a%20b%3Cc%3E"),
    ],
)
def test_addresses_are_legal(address: str, encoded: str) -> None:
    """What is no URI is encoded; a URI stays as it is."""
    assert uri(address) == encoded
