"""What may happen to a document between the base and now."""

import pytest

from mlgov.documents import Document, load
from mlgov.lifecycle import LEGAL, Versions, check_transition
from mlgov.names import Status

STATUSES = [s.value for s in Status]


def card(status: str, content: str = "one") -> Document:
    """Make a card with a status and some content."""
    text = f"kind: ModelCard\nmetadata: {{name: x}}\nlifecycle:\n  status: {status}\nspec: {{a: {content}}}\n"
    document, _ = load(text.encode(), "cards/x.yaml")
    assert document is not None
    return document


def codes(before: Document | None, after: Document | None) -> list[str]:
    """List the codes of what is found."""
    return [f.rule.code for f in check_transition(Versions("cards/x.yaml", before, after))]


@pytest.mark.parametrize("old", STATUSES)
@pytest.mark.parametrize("new", STATUSES)
def test_transitions(old: str, new: str) -> None:
    """Of the sixteen moves, exactly the legal five and staying are without a finding."""
    legal = {
        ("draft", "pending_review"),
        ("pending_review", "draft"),
        ("pending_review", "approved"),
        ("approved", "pending_review"),
        ("approved", "archived"),
    }
    assert (codes(card(old), card(new)) == []) == (old == new or (old, new) in legal)
    assert (Status(new) in LEGAL[Status(old)]) == ((old, new) in legal)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("draft", []), ("pending_review", []), ("approved", ["MLG-L003"]), ("archived", ["MLG-L003"])],
)
def test_birth(status: str, expected: list[str]) -> None:
    """A document may not be born approved or archived."""
    assert codes(None, card(status)) == expected


@pytest.mark.parametrize("status", STATUSES)
def test_death(status: str) -> None:
    """Only a draft may go away."""
    assert codes(card(status), None) == ([] if status == "draft" else ["MLG-L005"])


@pytest.mark.parametrize("status", STATUSES)
def test_content_under_a_status(status: str) -> None:
    """Content is frozen while approved or archived, and free before."""
    expected = ["MLG-L004"] if status in ("approved", "archived") else []
    assert codes(card(status), card(status, "two")) == expected


def test_content_smuggled_in_with_the_approval() -> None:
    """Content that changes in the very change that approves was not the content under review."""
    assert codes(card("pending_review"), card("approved", "two")) == ["MLG-L004"]


def test_content_that_sends_a_document_back_is_fine() -> None:
    """An edit of an approved document moves it to pending_review in the same change."""
    assert codes(card("approved"), card("pending_review", "two")) == []


def test_an_unknown_status_never_counts_as_legal_content() -> None:
    """A status that we do not know is the schema's finding; here nothing else is invented."""
    assert codes(card("approved"), card("great")) == []
