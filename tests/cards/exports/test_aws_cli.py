"""Arguments of create-model-card."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mlgov.cards.exports.aws_cli import export
from mlgov.cards.exports.sagemaker import export as export_content
from mlgov.cards.transfer import ExportContext
from tests.cards.sagemaker_cards import of_a_model, typed

CONTEXT = ExportContext(now=datetime(2026, 11, 21, tzinfo=UTC))


def arguments(value: dict[str, Any]) -> dict[str, Any]:
    """Export a card and read the file."""
    return json.loads(export(typed(value), CONTEXT).data)


def test_the_content_is_text_on_one_line() -> None:
    """The API takes a text, and its pattern knows no line breaks."""
    text = arguments(of_a_model())["Content"]
    assert "\n" not in text
    assert json.loads(text) == json.loads(export_content(typed(of_a_model()), CONTEXT).data)


def test_the_file_is_ascii() -> None:
    """The AWS command line reads files in the encoding of the system it runs on."""
    value = of_a_model()
    value["spec"]["business_details"]["line_of_business"] = "Geschäft 漢"
    data = export(typed(value), CONTEXT).data
    assert data.isascii()
    assert json.loads(json.loads(data)["Content"])["business_details"]["line_of_business"] == "Geschäft 漢"


@pytest.mark.parametrize(
    ("status", "word"),
    [("draft", "Draft"), ("pending_review", "PendingReview"), ("approved", "Approved"), ("archived", "Archived")],
)
def test_the_status_is_spelled_as_sagemaker_spells_it(status: str, word: str) -> None:
    """All four."""
    value = of_a_model()
    value["lifecycle"] = {"status": status}
    assert arguments(value)["ModelCardStatus"] == word


def test_labels_that_are_tags_become_tags() -> None:
    """Signs, lengths and names that AWS does not take are reported instead."""
    value = of_a_model()
    value["metadata"]["labels"] = {"domain": "health", "aws:x": "1", "sign": "a;b", "k" * 129: "v", "": "v"}
    exported = export(typed(value), CONTEXT)
    assert json.loads(exported.data)["Tags"] == [{"Key": "domain", "Value": "health"}]
    assert [each.path for each in exported.unmapped if "labels" in each.path] == [
        "metadata.labels.aws:x",
        "metadata.labels.sign",
        f"metadata.labels.{'k' * 129}",
        "metadata.labels.",
    ]


def test_the_51st_tag_is_reported() -> None:
    """AWS takes 50."""
    value = of_a_model()
    value["metadata"]["labels"] = {f"label-{number}": "x" for number in range(51)}
    exported = export(typed(value), CONTEXT)
    assert len(json.loads(exported.data)["Tags"]) == 50
    assert "metadata.labels.label-50" in [each.path for each in exported.unmapped]


def test_no_labels_no_tags() -> None:
    """An empty list would be refused."""
    value = of_a_model()
    value["metadata"]["labels"] = {}
    assert "Tags" not in arguments(value)
