"""All cards of two versions."""

import pytest

from mlgov.cards import CardDocument
from mlgov.cards.diff import CardVersion, diff_cards
from mlgov.documents import load
from mlgov.lifecycle import validate

TEXT = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata: {{name: {name}}}
lifecycle: {{status: draft}}
spec:
  model_overview:
    model_description: {text}
    problem_type: binary
    algorithm_type: trees
    model_creator: them
"""


def version(name: str, text: str = "Says who leaves.", more: str = "") -> CardVersion:
    """Read a card from YAML."""
    document, findings = load((TEXT.format(name=name, text=text) + more).encode(), f"cards/{name}.yaml")
    assert document, findings
    typed, findings = validate(document, CardDocument)
    assert typed, findings
    return CardVersion(document, typed)


def test_cards_without_changes_are_left_out() -> None:
    """Also when they are formatted anew."""
    same = version("churn")
    assert diff_cards({"churn": same, "fraud": version("fraud")}, {"churn": same, "fraud": version("fraud")}) == []


def test_cards_come_and_go() -> None:
    """By name, in order; a card that is gone is at its old file."""
    found = diff_cards({"b": version("b", "One thing.", "    model_id: x\n    model_name: y\n")}, {"a": version("a")})
    assert [(card.name, [change.kind for change in card.changes]) for card in found] == [
        ("a", ["card_added"]),
        ("b", ["card_removed"]),
    ]
    assert [str(card.changes[0].location) for card in found] == ["cards/a.yaml:1:1", "cards/b.yaml:1:1"]


def test_a_card_with_a_new_name_is_one_card() -> None:
    """What else changed is told too."""
    found = diff_cards({"old": version("old")}, {"new": version("new", "Says who stays.")})
    assert [card.name for card in found] == ["new"]
    assert [change.kind for change in found[0].changes] == ["card_renamed", "text_changed"]


def test_the_most_alike_are_taken_for_one() -> None:
    """Two cards that came, one that went."""
    found = diff_cards({"old": version("old")}, {"far": version("far", "Other."), "near": version("near")})
    assert {card.name: card.changes[0].kind for card in found} == {"far": "card_added", "near": "card_renamed"}


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("", "    model_owner: me\n", 11),
        ("    model_owner: me\n", "", 6),
        ("    model_owner: me\n", "    model_owner: you\n", 11),
    ],
)
def test_changes_have_a_line_in_the_later_file(before: str, after: str, line: int) -> None:
    """What is gone is at the nearest thing that is still there."""
    found = diff_cards({"a": version("a", more=before)}, {"a": version("a", more=after)})
    location = found[0].changes[0].location
    assert location is not None
    assert (location.path, location.line) == ("cards/a.yaml", line)


def test_an_item_that_is_gone_is_at_its_list() -> None:
    """Not at the item that stands in its place now."""
    lists = "  lineage:\n    datasets:\n{}      - {{name: z, used_for: test}}\n"
    extra = "      - {name: y, used_for: test}\n"
    found = diff_cards({"a": version("a", more=lists.format(extra))}, {"a": version("a", more=lists.format(""))})
    location = found[0].changes[0].location
    assert location is not None
    assert (found[0].changes[0].kind, location.line) == ("dataset_removed", 13)
