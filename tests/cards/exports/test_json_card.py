"""JSON out and in again: nothing is lost, whatever the card holds."""

from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mlgov.cards import CardDocument
from mlgov.cards.exports import json_card as exports
from mlgov.cards.imports import json_card as imports
from mlgov.cards.transfer import ExportContext
from mlgov.documents import Pointer, load
from mlgov.documents.front_door import hidden_character
from mlgov.errors import ImportFormatError
from mlgov.lifecycle import content_digest
from tests.cards.maximal import card, maximal

REPOSITORY = Path(__file__).parents[3]
GOLDEN = REPOSITORY / "tests" / "golden" / "cards" / "json.json"
CONTEXT = ExportContext(now=datetime(2026, 11, 21, 9, 30, tzinfo=UTC))

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")).filter(
    lambda t: not hidden_character(t)
)
values = texts | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53) + 1, 2**53 - 1) | st.none()


def pointers(value: Any, pointer: Pointer = ()) -> list[Pointer]:
    """List the place of every key and item below a value."""
    if not isinstance(value, dict | list):
        return []
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    return [at for key in keys for at in [(*pointer, key), *pointers(value[key], (*pointer, key))]]


def changed(value: dict[str, Any], pointer: Pointer, new: Any) -> dict[str, Any]:
    """Put ``new`` at a place (None takes it away); the value itself when that is no card any more."""
    result = deepcopy(value)
    place: Any = result
    try:
        for key in pointer[:-1]:
            place = place[key]
        if new is None:
            del place[pointer[-1]]
        else:
            place[pointer[-1]] = new
        CardDocument.model_validate(result)
    except (KeyError, IndexError, TypeError, ValidationError):
        return value
    return result


@st.composite
def cards(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a card: the maximal one with parts taken away and others put in their place."""
    value: dict[str, Any] = {**maximal(), "lifecycle": {"status": "draft"}}
    for _ in range(draw(st.integers(0, 12))):
        value = changed(value, draw(st.sampled_from(pointers(value)[2:])), draw(values))
    return {**value, "lifecycle": {**value["lifecycle"], "status": "draft"}}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cards())
def test_import_of_an_export_is_the_card(value: dict[str, Any]) -> None:
    """The property of a lossless format, for drafts; texts and numbers are the very same."""
    exported = exports.export(CardDocument.model_validate(value), CONTEXT)
    imported = imports.read(exported.data, value["metadata"]["name"])
    assert imported.value == value
    assert (exported.unmapped, imported.unmapped) == ((), ())


@pytest.mark.parametrize("number", [1e17, -1e300, 5e-324, 2.0**53, 1e-7, 0.1 + 0.2])
def test_numbers_of_any_size_come_back(number: float) -> None:
    """Also those that JSON writes as whole numbers which the front door would refuse."""
    value = changed(
        {**maximal(), "lifecycle": {"status": "draft"}}, ("spec", "acceptance_criteria", 0, "threshold"), number
    )
    exported = exports.export(CardDocument.model_validate(value), CONTEXT)
    assert imports.read(exported.data, "churn").value == value


@pytest.mark.parametrize("path", sorted((REPOSITORY / "cards").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_digest_stays(path: Path) -> None:
    """What an approval of one of our own cards binds to is the same before and after."""
    document, _ = load(path.read_bytes(), path.name)
    assert document is not None
    exported = exports.export(CardDocument.model_validate(document.value), CONTEXT)
    assert content_digest(imports.read(exported.data, path.stem).value) == content_digest(document.value)


def test_golden() -> None:
    """The bytes of the maximal card."""
    assert exports.export(card(), CONTEXT).data.decode() == GOLDEN.read_text(encoding="utf-8")


def test_an_approved_card_comes_back_as_a_draft_and_says_so() -> None:
    """Nobody approves a card by importing it."""
    imported = imports.read(exports.export(card(), CONTEXT).data, "churn")
    assert imported.value["lifecycle"] == {"status": "draft", "review_by": "2027-11-30"}
    assert [(entry.path, entry.reason) for entry in imported.unmapped] == [
        ("lifecycle.status", "The file says approved; an import starts as draft.")
    ]


def test_a_new_name_is_told() -> None:
    """The card gets the name that was asked for."""
    imported = imports.read(exports.export(card(), CONTEXT).data, "other")
    assert imported.value["metadata"]["name"] == "other"  # type: ignore[call-overload, index]
    assert imported.unmapped[0].reason == "The file says churn; the card is named other here."


def test_without_a_name_the_card_keeps_its_own() -> None:
    """Nothing is told then."""
    draft = {**maximal(), "lifecycle": {"status": "draft"}}
    imported = imports.read(exports.export(CardDocument.model_validate(draft), CONTEXT).data, "")
    assert (imported.value, imported.unmapped) == (draft, ())


def test_a_mistake_is_told_with_its_place() -> None:
    """Somebody may have edited the file."""
    data = exports.export(card(), CONTEXT).data.replace(b'"risk_rating": "high"', b'"risk_rating": "huge"')
    with pytest.raises(ImportFormatError, match=r"Line \d+, column \d+: spec.intended_uses.risk_rating"):
        imports.read(data, "churn")
