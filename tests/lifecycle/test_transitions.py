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


def test_a_smuggled_change_is_found_where_it_is() -> None:
    """The finding points at the first value that is not what was approved, however deep."""
    before = "kind: ModelCard\nmetadata: {name: x}\nlifecycle: {status: approved}\nspec:\n  a: 1\n  b:\n    - {c: 1}\n"
    cases = {
        before.replace("{c: 1}", "{c: 2}"): (7, ("spec", "b", 0, "c")),
        before.replace("- {c: 1}", "- {c: 1}\n    - new"): (8, ("spec", "b", 1)),
        before.replace("  a: 1\n", ""): (4, ("spec", "a")),
        before.replace("name: x", "name: y"): (2, ("metadata", "name")),
    }
    for after, expected in cases.items():
        documents = [load(text.encode(), "cards/x.yaml")[0] for text in (before, after)]
        (finding,) = check_transition(Versions("cards/x.yaml", *documents))
        assert (finding.location.line, finding.pointer) == expected


def test_archived_is_final() -> None:
    """Nobody is told to take steps where there are none."""
    (finding,) = check_transition(Versions("cards/x.yaml", card("archived"), card("draft")))
    assert "archived is final" in finding.message
    assert "make a new document" in finding.fix
