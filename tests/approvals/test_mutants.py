"""Every rule of the verifier is held by a vector or a small test: take it away, and something fails."""

from pathlib import Path

import pytest

from mlgov.adapters.git_repository import GitRepository
from tests.approvals import test_gathering, test_parts, test_resting
from tests.approvals.mutants import Case, Remembered, survivors
from tests.approvals.steps import run
from tests.approvals.test_vectors import NAMES, read
from tests.approvals.world import new_repository

PARTS = [
    test
    for module in (test_parts, test_gathering, test_resting)
    for name, test in vars(module).items()
    if name.startswith("test_")
]


@pytest.mark.slow
def test_no_rule_can_be_taken_away_unnoticed(tmp_path: Path) -> None:
    """All mutants die."""
    cases = [_case(tmp_path / f"{name}-{vector['name']}", vector) for name in NAMES for vector in read(name)]
    assert [case.vector["name"] for case in cases if not case.holds()] == []
    assert survivors(cases, PARTS) == []


def _case(folder: Path, vector: dict) -> Case:
    world = new_repository(folder)
    run(world, vector["steps"])
    repository = Remembered(GitRepository(folder))
    return Case(vector, repository, world.ledger, world.options, world.git.at.date())
