"""Versions of a document along the first-parent line of real repositories, however its changes got there."""

from datetime import timedelta
from pathlib import Path

import pytest

from mlgov.adapters.git_repository import GitRepository
from mlgov.lifecycle import Revision, content_digest, revisions
from mlgov.names import Status
from tests.git_world import NOON, GitWorld, new_world

PATH = "cards/credit.yaml"


def card(status: str = "draft", purpose: str = "first", comment: str = "") -> str:
    """The text of a card."""
    return (
        f"apiVersion: mlgov/v1\nkind: ModelCard\nmetadata:\n  name: credit\n"
        f"lifecycle:\n  status: {status}{comment}\nspec:\n  purpose: {purpose}\n"
    )


def digest(purpose: str) -> str:
    """The content digest of `card` with this purpose."""
    value = {"kind": "ModelCard", "metadata": {"name": "credit"}, "spec": {"purpose": purpose}}
    return content_digest(value)


def told(world: GitWorld, path: str = PATH) -> list[Revision]:
    """The revisions of the card on the main line."""
    repository = GitRepository(world.root)
    commits = repository.history("HEAD", ["cards"])
    ids = [change.blob for commit in commits for change in commit.changes if change.blob]
    return revisions(path, commits, repository.blobs(ids))


def short(found: list[Revision]) -> list[tuple[int, str | None]]:
    """Version and status of each revision."""
    return [(revision.version, revision.status) for revision in found]


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A repository with a draft."""
    world = new_world(tmp_path / "world")
    world.save(PATH, card())
    return world


def test_a_content_change_makes_a_version_and_a_status_change_does_not(world: GitWorld) -> None:
    """Neither does a comment."""
    world.save(PATH, card("pending_review"))
    world.save(PATH, card("pending_review", comment="  # soon"))
    world.save(PATH, card("pending_review", purpose="second"))
    world.save(PATH, card("approved", purpose="second"))
    found = told(world)
    assert short(found) == [
        (1, Status.DRAFT),
        (1, Status.PENDING_REVIEW),
        (1, Status.PENDING_REVIEW),
        (2, Status.PENDING_REVIEW),
        (2, Status.APPROVED),
    ]
    assert [revision.digest for revision in found] == [digest("first")] * 3 + [digest("second")] * 2


def test_each_revision_says_who_and_when(world: GitWorld) -> None:
    """By the commit on the main line."""
    world.author, world.at = "Second Author", NOON + timedelta(days=1)
    commit = world.save(PATH, card(purpose="second"), "Sharpen the purpose")
    last = told(world)[-1]
    assert (last.commit.id, last.commit.author, last.commit.email) == (
        commit,
        "Second Author",
        "second.author@example.org",
    )
    assert (last.at, last.commit.subject) == (NOON + timedelta(days=1), "Sharpen the purpose")


def test_commits_that_do_not_touch_the_card_make_no_revision(world: GitWorld) -> None:
    """Not even when they touch its neighbours."""
    world.save("cards/other.yaml", "x: 1\n")
    world.save("README.md", "text")
    assert len(told(world)) == 1


def test_a_merged_branch_is_one_revision(world: GitWorld) -> None:
    """What happened on the branch is not on the main line."""
    world.git("checkout", "--quiet", "-b", "topic")
    world.save(PATH, card(purpose="tried"))
    world.save(PATH, card(purpose="second"))
    world.git("checkout", "--quiet", "main")
    world.save("README.md", "text")
    world.git("merge", "--quiet", "--no-ff", "--message", "Merge topic", "topic")
    found = told(world)
    assert [revision.digest for revision in found] == [digest("first"), digest("second")]
    assert found[-1].commit.subject == "Merge topic"


def test_what_a_merge_commit_itself_slips_in_is_a_revision(world: GitWorld) -> None:
    """An evil merge: neither branch has this text, and ``git log -p`` shows nothing."""
    world.git("checkout", "--quiet", "-b", "topic")
    world.save("README.md", "harmless")
    world.git("checkout", "--quiet", "main")
    world.save("LICENSE", "text")
    world.git("merge", "--quiet", "--no-ff", "--no-commit", "topic")
    world.write(PATH, card("approved", purpose="slipped in"))
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Merge topic")
    assert world.git("log", "-p", "-1", "--format=") == ""
    last = told(world)[-1]
    assert (last.digest, last.status, last.commit.subject) == (digest("slipped in"), Status.APPROVED, "Merge topic")


def test_a_merge_that_throws_the_branch_away_is_no_revision(world: GitWorld) -> None:
    """The ``ours`` strategy keeps the main line as it was, whatever the branch said."""
    world.git("checkout", "--quiet", "-b", "topic")
    world.save(PATH, card("approved", purpose="rejected"))
    world.git("checkout", "--quiet", "main")
    world.git("merge", "--quiet", "--strategy=ours", "--no-ff", "--message", "Drop topic", "topic")
    assert short(told(world)) == [(1, Status.DRAFT)]


def test_a_squashed_branch_is_one_revision(world: GitWorld) -> None:
    """With the digest that the branch ended with."""
    world.git("checkout", "--quiet", "-b", "topic")
    world.save(PATH, card(purpose="tried"))
    world.save(PATH, card(purpose="second"))
    world.git("checkout", "--quiet", "main")
    world.git("merge", "--quiet", "--squash", "topic")
    world.commit("Squash topic")
    assert [revision.digest for revision in told(world)] == [digest("first"), digest("second")]


def test_a_rebased_branch_is_a_revision_for_each_commit_with_the_same_digests(world: GitWorld) -> None:
    """Commit ids change in a rebase; digests do not."""
    world.git("checkout", "--quiet", "-b", "topic")
    tried = world.save(PATH, card(purpose="tried"))
    world.save(PATH, card(purpose="second"))
    world.git("checkout", "--quiet", "main")
    world.save("README.md", "text")
    world.git("rebase", "--quiet", "main", "topic")
    world.git("checkout", "--quiet", "main")
    world.git("merge", "--quiet", "--ff-only", "topic")
    found = told(world)
    assert [revision.digest for revision in found] == [digest("first"), digest("tried"), digest("second")]
    assert tried not in [revision.commit.id for revision in found]


def test_a_rename_ends_one_card_and_starts_another(world: GitWorld) -> None:
    """The path is the name, so a card cannot carry its history to another name."""
    world.git("mv", PATH, "cards/loans.yaml")
    world.commit("Rename")
    assert short(told(world)) == [(1, Status.DRAFT), (1, None)]
    assert told(world)[-1].digest is None
    assert short(told(world, "cards/loans.yaml")) == [(1, Status.DRAFT)]


def test_a_card_that_comes_back_goes_on_counting(world: GitWorld) -> None:
    """Deleting and making anew is no way to start over."""
    world.remove(PATH)
    world.commit("Delete")
    world.save(PATH, card("approved", purpose="second"), "Make anew")
    assert short(told(world)) == [(1, Status.DRAFT), (1, None), (2, Status.APPROVED)]


def test_a_card_that_cannot_be_read_is_a_revision_without_digest(world: GitWorld) -> None:
    """And does not hide what follows."""
    world.save(PATH, "{broken")
    world.save(PATH, card(purpose="second"))
    assert [(revision.version, revision.digest) for revision in told(world)] == [
        (1, digest("first")),
        (1, None),
        (2, digest("second")),
    ]


def test_a_card_that_is_too_large_to_read_is_a_revision_without_digest(world: GitWorld) -> None:
    """One huge file in the past must not end the reading of all histories."""
    world.save(PATH, bytes(9 * 2**20))
    assert [(revision.version, revision.digest) for revision in told(world)] == [(1, digest("first")), (1, None)]


def test_a_revert_is_a_version_of_its_own(world: GitWorld) -> None:
    """The same content again after something else is a change."""
    world.save(PATH, card(purpose="second"))
    world.git("revert", "--no-edit", "HEAD")
    found = told(world)
    assert [revision.version for revision in found] == [1, 2, 3]
    assert found[0].digest == found[2].digest
