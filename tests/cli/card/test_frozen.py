"""What is approved or archived stays as it is, whichever command or script is asked to change it."""

import json
from pathlib import Path
from typing import Any

import pytest

from mlgov import IntendedUses, ModelCard
from mlgov.errors import UsageError
from tests.cli.card.card_world import CardWorld, card, new_card_world

REPORT = json.dumps({"metric_groups": [{"name": "g", "metric_data": [{"name": "a", "type": "number", "value": 1}]}]})
METADATA = json.dumps({"spec": {"business_details": {"line_of_business": "retail"}}})
TO_REVIEW = ("--set", "lifecycle.status=pending_review")


@pytest.fixture
def world(tmp_path: Path) -> CardWorld:
    """A card of each status, committed."""
    return new_card_world(tmp_path)


@pytest.fixture
def unchanged(world: CardWorld) -> Any:
    """Say that a file of the work tree is as it was committed."""
    return lambda name: world.here.git("diff", "--name-only", "HEAD", "--", f"cards/{name}.yaml") == ""


@pytest.mark.parametrize("name", ["approved", "archived"])
def test_no_command_changes_frozen_content(world: CardWorld, unchanged: Any, name: str, tmp_path: Path) -> None:
    """Neither by hand, nor by a report, nor by a source, nor by a script."""
    (tmp_path / "report.json").write_text(REPORT)
    (tmp_path / "metadata.json").write_text(METADATA)
    assert world.run("edit", name, "--set", "spec.intended_uses.risk_rating=high") == 1
    assert world.run("evaluate", name, str(tmp_path / "report.json"), "--from", "mlgov") in (1, 2)
    assert world.run("refresh", name, "--from", f"json:{tmp_path / 'metadata.json'}", "--yes") == 1
    with pytest.raises(UsageError, match=name):
        ModelCard.load(name, root=world.here.root).update(intended_uses=IntendedUses(risk_rating="high"))
    assert unchanged(name)


@pytest.mark.parametrize("status", ["draft", "pending_review", "approved"])
def test_an_archived_card_moves_nowhere(world: CardWorld, unchanged: Any, status: str) -> None:
    """By command or script."""
    assert world.run("edit", "archived", "--set", f"lifecycle.status={status}") == 1
    loaded = ModelCard.load("archived", root=world.here.root)
    loaded.status = status
    with pytest.raises(UsageError, match="final"):
        loaded.save()
    assert unchanged("archived")


def test_two_edits_do_no_more_than_one(world: CardWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """Back to review, other content, approved again: the committed version was approved with other content."""
    assert world.run("edit", "approved", *TO_REVIEW, "--set", "spec.intended_uses.risk_rating=high") == 0
    assert world.run("edit", "approved", "--set", "lifecycle.status=approved") == 1
    assert "MLG-L004" in capsys.readouterr().err


def test_no_script_approves_its_own_draft(world: CardWorld, unchanged: Any) -> None:
    """One that is committed, and one that is new."""
    loaded = ModelCard.load("draft", root=world.here.root)
    loaded.status = "approved"
    with pytest.raises(UsageError, match="from draft to approved"):
        loaded.save()
    with pytest.raises(UsageError, match="is new and says approved"):
        ModelCard("fresh", "approved", root=world.here.root, owners=["@model-owners"]).create()
    assert unchanged("draft")
    assert not (world.here.root / "cards/fresh.yaml").exists()


def test_without_git_the_file_itself_counts(tmp_path: Path) -> None:
    """There is nothing else to judge by."""
    (tmp_path / "mlgov.toml").write_text("")
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/x.yaml").write_text(card("x", "draft"))
    loaded = ModelCard.load("x", root=tmp_path)
    loaded.status = "approved"
    with pytest.raises(UsageError, match="from draft to approved"):
        loaded.save()


@pytest.mark.parametrize("still_here", [True, False])
def test_the_name_of_a_removed_card_is_not_used_again(world: CardWorld, still_here: bool, tmp_path: Path) -> None:
    """Whether or not the tombstone lies in the work tree."""
    assert world.run("rm", "draft", "--reason", "not needed", "--no-push") == 0
    world.here.git("merge", "--quiet", "remove-draft")
    if not still_here:
        world.here.remove("cards/.tombstones/draft.yaml")
    (tmp_path / "card.json").write_text(json.dumps({"model_overview": {"model_name": "x"}}))
    with pytest.raises(UsageError, match="removed"):
        ModelCard("draft", root=world.here.root, owners=["@model-owners"]).create()
    assert world.run("new", "draft") == 2
    assert world.run("import", str(tmp_path / "card.json"), "--from", "sagemaker", "--name", "draft") == 2
    assert not (world.here.root / "cards/draft.yaml").exists()
