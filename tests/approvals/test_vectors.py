"""Real histories from data files: what an audit accepts, and tricks with exactly the rule ids that they must give."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mlgov.approvals.effective import standings
from tests.approvals.steps import run
from tests.approvals.world import World, new_repository

FOLDER = Path(__file__).parent / "vectors"


def vectors(name: str) -> list[Any]:
    found = YAML(typ="safe").load((FOLDER / f"{name}.yaml").read_text())
    return [pytest.param(vector, id=vector["name"]) for vector in found]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A repository with rules, and a card under review."""
    return new_repository(tmp_path / "repo")


@pytest.mark.parametrize("vector", vectors("accepted"))
def test_an_honest_history_is_accepted(world: World, vector: dict[str, Any]) -> None:
    """There is nothing to find, and the card stands where it says."""
    run(world, vector["steps"])
    audit = world.audit()
    assert [f"{f.rule.code} {f.message}" for f in audit.findings] == []
    standing = next(s for s in standings(audit.outcome, world.git.at.date()) if s.name == vector.get("of", "mail"))
    assert standing.effective.value == vector["status"]


@pytest.mark.parametrize("vector", vectors("attacks"))
def test_a_trick_is_caught_by_its_rule(world: World, vector: dict[str, Any]) -> None:
    """The audit gives exactly the rule ids of the vector."""
    run(world, vector["steps"])
    audit = world.audit()
    found = sorted({finding.rule.code for finding in audit.findings})
    assert found == vector["expect"], [f"{f.rule.code} {f.message}" for f in audit.findings]
