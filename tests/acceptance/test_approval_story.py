"""From a draft to a proven approval, by three persons in three clones, a bare repository and a forge on loopback.

The stage is set once and copied for each story.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.story import ADMIN, AUTHOR, DRAFTS, VALIDATOR, Draft, Story, copy_of, fresh, start
from tests.fakes.github_server import GithubServer
from tests.fakes.github_state import Account, StoredCommit, StoredReview

SLOW = pytest.mark.slow
HOW = ("merge", "squash", "rebase")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A repository with rules on main, everybody's clone, and drafts of every kind."""
    with GithubServer(repository="octo-org/models") as server:
        yield start(tmp_path_factory.mktemp("stage"), server)


@pytest.fixture
def story(stage: Story, tmp_path: Path) -> Story:
    """The same, to be changed."""
    return copy_of(stage, tmp_path / "story")


def every(fast: tuple[str, str] | None) -> list[object]:
    """List kind and way to merge; all but one are slow."""
    pairs = [(kind, how) for kind in DRAFTS for how in HOW]
    return [pair if pair == fast else pytest.param(*pair, marks=SLOW) for pair in pairs]


@pytest.mark.parametrize(("kind", "how"), every(("card", "merge")))
def test_signed_approvals_survive_every_merge(story: Story, kind: str, how: str) -> None:
    """Draft, submit, refused self-approval, approval, an edit that makes it stale, approval again, merge, audit."""
    draft, author, validator = DRAFTS[kind], story.person(AUTHOR), story.person(VALIDATOR)
    author.mlgov(draft.verbs, "submit", draft.name)
    (pull,) = story.server.state.pulls
    author.git("checkout", "-q", draft.branch)
    assert "wrote the content" in author.mlgov("approve", draft.name, "--yes", expect=1)
    validator.git("fetch", "-q")
    assert f"Set approved in {draft.path}" in validator.mlgov("approve", draft.name, "--branch", draft.branch, "--yes")
    author.git("pull", "-q", "--ff-only")
    assert "Approved by first-validator" in author.mlgov("gate")
    draft.set_status(author, "pending_review")
    draft.edit(author)
    author.git("commit", "-q", "-a", "-m", "Say more")
    author.git("push", "-q")
    assert "needs 1 more approval by a model validator" in author.mlgov("gate")
    validator.git("fetch", "-q")
    validator.git("checkout", "-q", draft.branch)
    validator.git("merge", "-q", "--ff-only", f"origin/{draft.branch}")
    validator.mlgov("approve", draft.name, "--yes")
    story.merge(draft.branch, how, pull)
    nobody = fresh(story)
    nobody.mlgov("audit")
    assert "Approved by first-validator" in nobody.mlgov("status", draft.name)
    assert "ssh-keygen accepts it too" in nobody.mlgov("verify", draft.name, "--ssh-keygen")


@SLOW
@pytest.mark.parametrize(
    ("kind", "how"), [("card", "merge"), ("role", "squash"), ("monitor", "merge"), ("monitor", "squash")]
)
def test_what_is_approved_is_changed_and_approved_again_at_once(story: Story, kind: str, how: str) -> None:
    """In one pull request, back to review and forth: the gate and the check pass it, and so does the audit."""
    draft, author, validator = DRAFTS[kind], story.person(AUTHOR), story.person(VALIDATOR)
    author.mlgov(draft.verbs, "submit", draft.name)
    validator.git("fetch", "-q")
    validator.mlgov("approve", draft.name, "--branch", draft.branch, "--yes")
    story.merge(draft.branch, how)
    for person in (author, validator):
        person.git("fetch", "-q")
        person.git("checkout", "-q", "-B", "again", "origin/main")
    draft.set_status(author, "pending_review")
    draft.edit(author)
    author.git("commit", "-q", "-a", "-m", "Change it")
    author.git("push", "-q", "origin", "again")
    assert "costs the approval of @first-validator" in author.mlgov("gate")
    validator.git("pull", "-q", "--ff-only", "origin", "again")
    validator.mlgov("approve", draft.name, "--yes")
    assert "Approved by first-validator" in validator.mlgov("gate")
    validator.mlgov("check", "--base", "origin/main")
    story.merge("again", how)
    nobody = fresh(story)
    nobody.mlgov("audit")
    assert "Approved by first-validator" in nobody.mlgov("status", draft.name)


def proposed(story: Story, draft: Draft) -> None:
    """Let the author submit a draft and propose to approve it."""
    author = story.person(AUTHOR)
    author.mlgov(draft.verbs, "submit", draft.name)
    author.git("checkout", "-q", draft.branch)
    draft.set_status(author, "approved")
    author.git("commit", "-q", "-a", "-m", "Propose to approve it")
    author.git("push", "-q")
    story.show_pull(story.server.state.pulls[0], author)


@SLOW
@pytest.mark.parametrize(("kind", "how"), every(None))
def test_reviews_at_the_forge_are_captured_and_proven_later(story: Story, kind: str, how: str) -> None:
    """The gate counts a review of the head and tells it once; later the ledger proves it without the forge."""
    draft, author, admin = DRAFTS[kind], story.person(AUTHOR), story.person(ADMIN)
    proposed(story, draft)
    (pull,) = story.server.state.pulls
    report = story.root / "gate.json"
    asked = ("gate", "--pull-request", str(pull.number))
    assert "more approval" in author.mlgov(*asked, "--report", str(report), expect=1)
    pull.reviews.append(StoredReview(Account(VALIDATOR), "APPROVED", pull.head_sha))
    assert "Approved by first-validator" in author.mlgov(*asked)
    admin.git("fetch", "-q")
    for _ in range(2):
        admin.mlgov("gate", "--post", str(report), "--head", pull.head_sha)
    assert [status["state"] for status in story.server.state.statuses] == ["success", "success"]
    assert len([c for c in pull.comments if c and "Governance: approved" in c[1]]) == len(pull.comments) == 1
    before = admin.git("rev-parse", "origin/main")
    merged = story.merge(draft.branch, how, pull)
    if how == "rebase":
        pull.commits.append(StoredCommit(merged, Account(AUTHOR), Account(AUTHOR)))
    assert "Wrote reviews/" in admin.mlgov("capture", "--range", f"{before}..{merged}")
    nobody = fresh(story)
    nobody.mlgov("audit")
    assert "Approved by first-validator" in nobody.mlgov("status", draft.name)
    assert "review" in nobody.mlgov("verify", draft.name)


@SLOW
@pytest.mark.parametrize("kind", list(DRAFTS))
def test_what_nobody_reviewed_is_not_proven(story: Story, kind: str) -> None:
    """An administrator pushes an approved document past everybody; the capture says so and the audit finds it."""
    draft, admin = DRAFTS[kind], story.person(ADMIN)
    admin.git("fetch", "-q")
    admin.git("reset", "-q", "--hard", "origin/main")
    before = admin.git("rev-parse", "HEAD")
    draft.set_status(admin, "approved")
    admin.git("commit", "-q", "-a", "-m", "Trust me")
    admin.git("push", "-q", "origin", "HEAD:main")
    assert "without a pull request" in admin.mlgov("capture", "--range", f"{before}..HEAD")
    nobody = fresh(story)
    assert "MLG-V004" in nobody.mlgov("audit", expect=1)
    assert "unattested" in nobody.mlgov("status", draft.name, expect=1)
