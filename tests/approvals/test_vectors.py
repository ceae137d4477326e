"""Real histories from data files: what an audit accepts, and tricks with exactly the rule ids that they must give."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mlgov.approvals.effective import standings
from tests.approvals.steps import run
from tests.approvals.world import World, new_repository

FOLDER = Path(__file__).parent / "vectors"


#: Files of histories to accept, and of attacks.
GOOD = ("accepted", "reviews_accepted", "kinds_accepted", "roles_accepted", "hostile_accepted")
BAD = ("attacks", "reviews_attacks", "kinds_attacks", "roles_attacks", "hostile")
NAMES = (*GOOD, *BAD)


def read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = YAML(typ="safe").load((FOLDER / f"{name}.yaml").read_text())
    return found


def vectors(*names: str) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for name in names for vector in read(name)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A repository with rules, and a card under review."""
    return new_repository(tmp_path / "repo")


@pytest.mark.parametrize("vector", vectors(*GOOD))
def test_an_honest_history_is_accepted(world: World, vector: dict[str, Any]) -> None:
    """There is nothing to find, and the card stands where it says."""
    run(world, vector["steps"])
    audit = world.audit()
    assert [f"{f.rule.code} {f.message}" for f in audit.findings] == []
    standing = next(s for s in standings(audit.outcome, world.git.at.date()) if s.name == vector.get("of", "mail"))
    assert standing.effective.value == vector["status"]


@pytest.mark.parametrize("vector", vectors(*BAD))
def test_a_trick_is_caught_by_its_rule(world: World, vector: dict[str, Any]) -> None:
    """The audit gives exactly the rule ids of the vector."""
    run(world, vector["steps"])
    audit = world.audit()
    found = sorted({finding.rule.code for finding in audit.findings})
    assert vector.get("findings") in (None, len(audit.findings))
    assert found == vector["expect"], [f"{f.rule.code} {f.message}" for f in audit.findings]
