"""Proofs need a clone and no files: audit, status and verify on bare clones and mirrors."""

import subprocess
from pathlib import Path

import pytest

from mlgov.adapters.git_ledger import GitLedger
from mlgov.approvals.capture import render_capture
from tests.approvals.people import ADMIN, AUTHOR
from tests.approvals.world import World
from tests.cli.approving import Desk, make_keys, new_desk
from tests.git_world import GitWorld, clone, new_world

BARE = ("--bare", "--mirror")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def desk(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A repository whose main has an approved card."""
    desk = new_desk(tmp_path / "repo", keys, capsys)
    assert desk.approve("mail")[0] == 0
    desk.world.git.git("checkout", "-q", "-B", "main")
    return desk


@pytest.mark.parametrize("how", BARE)
def test_every_proof_is_the_same_without_files(desk: Desk, tmp_path: Path, how: str) -> None:
    """The same words as in a clone with files."""
    bare = clone(desk.world.git.root, tmp_path / "bare.git", how).root
    for command in (["audit"], ["audit", "main", "-f", "json"], ["status"], ["verify", "mail", "--ssh-keygen"]):
        assert desk.run(*command, root=bare) == desk.run(*command), command
        assert desk.run(*command, root=bare)[0] == 0


def test_findings_are_the_same_without_files(desk: Desk, tmp_path: Path) -> None:
    """What an attacker did shows as well."""
    desk.world.git.git("rm", "-q", "approvals/cards/mail/0001-first-validator.json")
    desk.world.commit("Tidy", AUTHOR)
    bare = clone(desk.world.git.root, tmp_path / "bare.git", "--bare").root
    code, out, _ = desk.run("audit", root=bare)
    assert (code, "MLG-V011" in out) == (1, True)


def test_rules_that_were_taken_away_are_found_without_files(desk: Desk, tmp_path: Path) -> None:
    """The branch has no settings any more, and its history has."""
    desk.world.git.git("rm", "-q", "mlgov.toml")
    desk.world.commit("No rules", ADMIN)
    bare = clone(desk.world.git.root, tmp_path / "bare.git", "--bare").root
    code, out, _ = desk.run("audit", root=bare)
    assert (code, "MLG-V012" in out) == (1, True)


def test_the_head_of_a_bare_clone_may_lead_nowhere(desk: Desk, tmp_path: Path) -> None:
    """As on a server whose main branch has another name; then the branch is named."""
    bare = clone(desk.world.git.root, tmp_path / "bare.git", "--bare")
    bare.git("symbolic-ref", "HEAD", "refs/heads/master")
    assert desk.run("audit", root=bare.root)[0] == 3
    assert desk.run("audit", "main", root=bare.root)[0] == 0
    assert desk.run("status", "--at", "main", root=bare.root)[0] == 0


@pytest.mark.parametrize("how", BARE)
def test_captured_reviews_are_found_in_the_branch_of_the_ledger(tmp_path: Path, desk: Desk, how: str) -> None:
    """A bare clone has it as a branch of its own."""
    world = World(new_world(tmp_path / "reviewed"))
    world.git.at = desk.world.git.at
    settings = (desk.world.git.root / "mlgov.toml").read_text()
    world.save("mlgov.toml", settings.replace("needs =", 'evidence = ["review"]\nneeds ='), ADMIN)
    world.save("cards/mail.yaml", (desk.world.git.root / "cards/mail.yaml").read_text().replace("approved", "draft"))
    world.flip("cards/mail.yaml", "approved")
    reviews = [world.review("cards/mail.yaml", "first-validator")]
    world.commit("Approve")
    capture = world.capture("cards/mail.yaml", reviews)
    ledger = GitLedger(world.git.root, branch="mlgov-ledger", push=False)
    ledger.append({capture.path: render_capture(capture)}, message="Reviews", at=world.git.at)
    assert desk.run("audit", root=world.git.root)[0] == 0
    bare = clone(world.git.root, tmp_path / "bare.git", how).root
    assert desk.run("audit", root=bare)[0] == 0


def test_what_needs_files_says_so(desk: Desk, tmp_path: Path) -> None:
    """And what to do."""
    bare = clone(desk.world.git.root, tmp_path / "bare.git", "--bare").root
    for command in (["check"], ["gate"], ["approve", "mail"], ["doctor"]):
        code, _, err = desk.run(*command, root=bare)
        assert (code, "bare repository" in err, "git clone" in err) == (2, True, True), command


def test_a_bare_repository_inside_of_another_one_is_not_taken_for_it(desk: Desk, tmp_path: Path) -> None:
    """The folder above has settings; what was named is the bare one."""
    inside = desk.world.git.root / "origin.git"
    subprocess.run(["git", "init", "-q", "--bare", str(inside)], check=True)
    assert desk.run("status", root=inside)[0] == 3
    assert desk.run("check", root=inside)[0] == 2
    other = GitWorld(tmp_path / "other")
    other = new_world(other.root)
    other.save("readme.txt", "Nothing is governed here.")
    code, _, err = desk.run("audit", root=clone(other.root, tmp_path / "other.git", "--bare").root)
    assert (code, "no governance repository" in err) == (2, True)


def test_a_git_folder_is_not_a_bare_repository(desk: Desk) -> None:
    """It belongs to the files beside it."""
    assert desk.run("audit", root=desk.world.git.root / ".git")[0] == 0
