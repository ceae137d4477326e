"""How far a card answers a framework."""

from typing import Any

import pytest

from mlgov.cards import CardDocument
from mlgov.cards.coverage import Answer, Sheet, coverage
from mlgov.cards.frameworks import Framework

FRAMEWORK = Framework.model_validate(
    {
        "id": "house",
        "title": "House rules",
        "version": "1",
        "summary": "What we ask of ourselves.",
        "link": "https://rules.example.org",
        "effective": "2026-01-01",
        "requirements": [
            {"id": "H1", "title": "Say what it is for", "fields": ["intended_uses.intended_uses"]},
            {"id": "H2", "title": "Rate it and say why", "fields": ["intended_uses.risk_rating", "evaluation_details"]},
            {"id": "H3", "title": "Watch it", "fields": ["monitors"]},
            {"id": "H4", "title": "Have a policy", "outside": "Organisation-wide."},
        ],
    }
)


def sheet(spec: dict[str, Any], *, is_monitored: bool = False) -> Sheet:
    """Hold a card with this content against the framework."""
    card = CardDocument.model_validate(
        {
            "apiVersion": "mlgov/v1",
            "kind": "ModelCard",
            "metadata": {"name": "churn"},
            "lifecycle": {"status": "draft"},
            "spec": spec,
        }
    )
    return coverage(card, FRAMEWORK, is_monitored=is_monitored)


def answers(found: Sheet) -> list[Answer]:
    return [line.answer for line in found.lines]


def test_an_empty_card_answers_nothing() -> None:
    """And nobody holds against it what no card can answer."""
    found = sheet({})
    assert answers(found) == [Answer.OPEN, Answer.OPEN, Answer.OPEN, Answer.OUTSIDE]
    assert (found.answered, found.answerable) == (0, 3)


def test_all_fields_have_to_be_filled() -> None:
    """Some make a part, and the line says which are missing."""
    found = sheet({"intended_uses": {"intended_uses": "Letters.", "risk_rating": "low"}}, is_monitored=True)
    assert answers(found) == [Answer.ANSWERED, Answer.PARTLY, Answer.ANSWERED, Answer.OUTSIDE]
    assert (found.lines[1].filled, found.lines[1].missing) == (("intended_uses.risk_rating",), ("evaluation_details",))


@pytest.mark.parametrize("empty", ["", "  \n"])
def test_blank_text_is_no_answer(empty: str) -> None:
    """A space fills nothing; neither does the rating 'unknown'."""
    found = sheet({"intended_uses": {"intended_uses": empty, "risk_rating": "unknown"}})
    assert answers(found)[:2] == [Answer.OPEN, Answer.OPEN]


def test_a_claim_answers_what_no_field_can() -> None:
    """It counts among the answerable then; claims of other frameworks do not."""
    claim = {"framework": "house", "requirement": "H4", "statement": "See the policy."}
    other = {"framework": "other", "requirement": "H1", "statement": "No."}
    found = sheet({"claims": [claim, other]})
    assert answers(found)[3] is Answer.CLAIMED
    assert found.lines[3].statement == "See the policy."
    assert (found.answered, found.answerable) == (1, 4)
