"""``mlgov card todo`` says who has to approve, as the gate does."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.card.card_world import CardWorld, card, new_card_world

RULES = """
[approvals]
repository = "urn:example:todo"

[[approvals.rules]]
name = "Cards"
kind = ["ModelCard"]
needs = [{ role = "validator" }, { role = "risk_officer" }]

[[people]]
id = "author"
handles = ["author"]
emails = ["author@example.org"]
roles = ["validator"]
"""


@pytest.fixture
def world(tmp_path: Path) -> CardWorld:
    """Cards of each status under rules that need a validator and a risk officer."""
    found = new_card_world(tmp_path)
    found.set_settings(RULES)
    return found


def todo(world: CardWorld, capsys: pytest.CaptureFixture[str], name: str) -> list[tuple[str, str, str]]:
    """Give who, what and the command."""
    capsys.readouterr()
    assert world.run("todo", name, "-f", "json") == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["todo"]
    return [(each["who"], each["what"], each["command"]) for each in found]


def test_a_card_in_review_says_who_has_to_approve(world: CardWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each approval that is missing; the author of the card is told apart."""
    world.here.save(
        "cards/pending-review.yaml", card("pending-review", "pending_review", content="    purpose_of_model: x\n")
    )
    command = "mlgov approve pending-review"
    assert todo(world, capsys, "pending-review") == [
        ("reviewer", "Needs 1 more approval by a model validator who is not @author (Cards).", command),
        ("reviewer", "Needs 1 more approval by a risk officer (Cards).", command),
    ]


def test_a_card_on_its_branch_is_approved_there(world: CardWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """The pull request first, then whose approval it waits for."""
    assert world.run("submit", "draft") == 0
    found = todo(world, capsys, "draft")
    assert found[0][2] == "mlgov card diff HEAD...submit-draft"
    assert {command for _, _, command in found[1:]} == {"mlgov approve draft --branch submit-draft"}
    assert len(found) == 3


def test_an_approved_card_says_until_when(world: CardWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """When it was asked for by name; a list of all cards stays a list of what is to do."""
    assert world.run("todo", "approved") == 0
    assert capsys.readouterr().out == "Nothing is missing.\napproved is approved until 2027-05-31.\n"
    assert world.run("todo") == 0
    assert "2027-05-31" not in capsys.readouterr().out


def test_without_rules_the_advice_is_general(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is named, because nothing says who."""
    found = todo(new_card_world(tmp_path), capsys, "pending-review")
    assert [(who, command.split()[2]) for who, _, command in found] == [("reviewer", "edit")]
