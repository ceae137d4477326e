"""Commits on a branch of their own, in repositories that are odd or hostile."""

import tempfile
from pathlib import Path

import pytest

from mlgov.adapters.git_repository import GitRepository
from mlgov.errors import GitError
from tests.git_world import GitWorld, clone, new_world

NEW = b'status: pending_review\r\nwith: "$Id$"\n'


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitWorld:
    """A repository with one card, the user's identity, and a folder for temporary files of its own."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    world = new_world(tmp_path / "world")
    world.git("config", "user.name", "Someone")
    world.git("config", "user.email", "someone@example.org")
    world.save("cards/a.yaml", b"status: draft\n")
    return world


def propose(world: GitWorld, data: bytes = NEW, path: str = "cards/a.yaml") -> str:
    """Commit one file on the branch ``submit-a``."""
    return GitRepository(world.root).commit("submit-a", world.git("rev-parse", "HEAD"), {path: data}, "Submit a")


def hook(world: GitWorld, name: str, script: str) -> None:
    """Install a hook of the user."""
    file = world.root / ".git/hooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def blob(world: GitWorld, commit: str, path: str = "cards/a.yaml") -> bytes:
    """Read what was committed, byte for byte."""
    return GitRepository(world.root).snapshot(commit, (), (path,))[path].data


def nothing_is_left(world: GitWorld) -> bool:
    """Say whether the second work tree is gone."""
    folders = list((world.root.parent / "tmp").iterdir())
    return world.git("worktree", "list").count("\n") == 0 and not folders


def test_bytes_are_committed_as_they_are(world: GitWorld) -> None:
    """Whatever filters, keywords and line-end settings say."""
    world.save(".gitattributes", "*.yaml text eol=crlf ident filter=shout\n")
    world.git("config", "filter.shout.clean", "tr a-z A-Z")
    world.git("config", "core.autocrlf", "true")
    assert blob(world, propose(world)) == NEW
    assert nothing_is_left(world)


def test_nothing_is_left_when_a_hook_refuses(world: GitWorld) -> None:
    """No branch, no second work tree, no file."""
    hook(world, "commit-msg", "exit 1")
    with pytest.raises(GitError, match="refused the commit"):
        propose(world)
    assert world.git("branch", "--format=%(refname:short)") == "main"
    assert nothing_is_left(world)


def test_a_hook_may_change_the_message(world: GitWorld) -> None:
    """As with a commit made by hand."""
    hook(world, "prepare-commit-msg", 'echo "Signed-off-by: Someone" >> "$1"')
    assert world.git("log", "-1", "--format=%B", propose(world)).endswith("\nSigned-off-by: Someone\n")


def test_hooks_run_for_the_push_and_not_for_the_second_work_tree(world: GitWorld, tmp_path: Path) -> None:
    """A checkout that nobody asked for should start nothing."""
    remote = new_world(tmp_path / "origin.git", "--bare")
    world.git("remote", "add", "origin", f"file://{remote.root}")
    for name in ("post-checkout", "pre-push"):
        hook(world, name, f"echo {name} >> {tmp_path}/ran")
    propose(world)
    GitRepository(world.root).push("origin", "submit-a")
    assert (tmp_path / "ran").read_text() == "pre-push\n"
    assert world.git("config", "branch.submit-a.remote") == "origin"


def test_what_a_hook_left_in_the_environment_does_not_lead_elsewhere(
    world: GitWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This may run in a hook of another repository."""
    other = new_world(tmp_path / "other")
    other.save("cards/b.yaml", b"b")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git/index"))
    made = GitRepository(world.root).commit("submit-a", "HEAD", {"cards/a.yaml": NEW}, "Submit a")
    monkeypatch.undo()
    assert blob(world, made) == NEW
    assert other.git("status", "--porcelain") == ""


def test_a_branch_that_another_work_tree_has_checked_out_is_left_alone(world: GitWorld, tmp_path: Path) -> None:
    """Its files would look changed there."""
    world.git("worktree", "add", "--quiet", "-b", "submit-a", str(tmp_path / "second"))
    with pytest.raises(GitError, match="checked out"):
        propose(world)


def test_a_proposal_can_be_made_from_a_linked_work_tree(world: GitWorld, tmp_path: Path) -> None:
    """Branches are shared."""
    world.git("worktree", "add", "--quiet", "-b", "work", str(tmp_path / "second"))
    made = GitRepository(tmp_path / "second").commit("submit-a", "HEAD", {"cards/a.yaml": NEW}, "Submit a")
    assert world.git("rev-parse", "submit-a") == made


def test_a_folder_that_is_a_link_is_not_followed(world: GitWorld, tmp_path: Path) -> None:
    """Nothing is written where it leads."""
    (tmp_path / "outside").mkdir()
    world.remove("cards/a.yaml")
    (world.root / "cards").rmdir()
    world.link("cards", str(tmp_path / "outside"))
    world.commit()
    with pytest.raises(GitError):
        propose(world)
    assert list((tmp_path / "outside").iterdir()) == []
    assert nothing_is_left(world)


def test_a_remote_is_told_without_its_user_part(world: GitWorld) -> None:
    """An address may hold a token."""
    world.git("remote", "add", "origin", "https://someone:secret@forge.example/team/models.git")
    found = GitRepository(world.root).remote("origin")
    assert found is not None
    assert (found.address, found.main) == ("https://forge.example/team/models.git", "")
    assert GitRepository(world.root).remote("other") is None


def test_a_clone_knows_the_main_line_of_its_remote(world: GitWorld, tmp_path: Path) -> None:
    """As it was when it was cloned."""
    here = clone(world.root, tmp_path / "here")
    found = GitRepository(here.root).remote("origin")
    assert found is not None
    assert found.main == "main"


def test_a_remote_branch_with_other_commits_is_not_overwritten(world: GitWorld, tmp_path: Path) -> None:
    """Somebody else works there."""
    remote = new_world(tmp_path / "origin.git", "--bare")
    world.git("remote", "add", "origin", f"file://{remote.root}")
    made = propose(world)
    GitRepository(world.root).push("origin", "submit-a")
    world.git("branch", "-D", "submit-a")
    propose(world, b"other\n")
    with pytest.raises(GitError, match="another branch submit-a") as caught:
        GitRepository(world.root).push("origin", "submit-a")
    assert "--branch" in caught.value.hint
    assert remote.git("rev-parse", "submit-a") == made


def test_a_detached_head_has_no_branch(world: GitWorld) -> None:
    """As in the checkout of a workflow."""
    world.git("checkout", "--quiet", "--detach")
    assert GitRepository(world.root).branch() == ""
    assert blob(world, propose(world)) == NEW
