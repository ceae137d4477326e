"""check.yml and gate.yml on one pull request: what reviews alone prove is left to the gate, and nothing else is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from tests.fakes.github_server import GithubServer
from tests.git_world import clone
from tests.workflows.forge_world import CARD, ForgeWorld, Job, card, change, new_forge_world
from tests.workflows.runner import Done

NOTE = "Reviews may allow it: 'mlgov gate' asks the forge."


@pytest.fixture
def server() -> Iterator[GithubServer]:
    with GithubServer(repository="octo-org/models") as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, server: GithubServer) -> ForgeWorld:
    return new_forge_world(tmp_path, server)


def checked(world: ForgeWorld, head: str) -> Done:
    """Run the step of check.yml that judges documents."""
    done: Job = world.job("check.yml", "documents", head, only="pull request", base_ref="main")
    return done.last


def test_what_reviews_alone_approve_is_green_in_both(world: ForgeWorld) -> None:
    """A draft becomes approved in one pull request: the check leaves that to the gate, which waits and then agrees."""
    change(world)
    pull = world.propose()
    check = checked(world, pull.head_sha)
    assert (check.code, f"::notice file={CARD}" in check.log, NOTE in check.log) == (0, True, True), check.log
    assert "Pending" in world.gate(pull).log
    world.review(pull, "first-validator")
    assert "[ok]" in world.gate(pull).log
    assert checked(world, pull.head_sha).code == 0
    before, after = world.merge(pull, "squash")
    assert world.capture(before, after).last.code == 0
    assert exit_code_of(["-C", str(clone(world.hub.root, world.place / "nobody").root), "audit"]) == 0


def test_what_nobody_reviewed_is_found_by_gate_and_audit(world: ForgeWorld) -> None:
    """Merged past the gate, it stays unproven for ever."""
    change(world)
    pull = world.propose()
    assert checked(world, pull.head_sha).code == 0
    before, after = world.merge(pull, "merge")
    world.capture(before, after)
    assert exit_code_of(["-C", str(clone(world.hub.root, world.place / "nobody").root), "audit"]) == 1


def test_an_archived_card_that_comes_back_is_red(world: ForgeWorld) -> None:
    """No approval allows that."""
    author = world.author
    author.save(CARD, card("archived"))
    author.git("push", "--quiet", "origin", "HEAD:main")
    author.git("fetch", "--quiet", "origin")
    change(world)
    check = checked(world, world.propose().head_sha)
    assert (check.code, "MLG-L" in check.log) == (1, True), check.log


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('needs = [{ role = "validator" }]', 'needs = [{ role = "validator" }]\nevidence = ["signed"]'),
        ('needs = [{ role = "validator" }]', 'needs = [{ role = "validator", count = 2 }]'),
        ('kind = "github"', 'kind = "none"'),
    ],
    ids=["signatures are asked for", "nobody is left who may", "no forge is named"],
)
def test_where_reviews_cannot_help_the_check_is_red(world: ForgeWorld, old: str, new: str) -> None:
    """By the rules of the base."""
    author = world.author
    settings = (author.root / "mlgov.toml").read_text()
    assert old in settings
    author.save("mlgov.toml", settings.replace(old, new))
    rewritten = author.git("commit-tree", "HEAD^{tree}", "-m", "Start")  # the first rules of all need no approval
    author.git("reset", "--quiet", "--hard", rewritten)
    author.git("push", "--quiet", "--force", "origin", "HEAD:main")
    author.git("fetch", "--quiet", "origin")
    change(world)
    check = checked(world, world.propose().head_sha)
    assert (check.code, f"::error file={CARD}" in check.log, NOTE in check.log) == (1, True, False), check.log
