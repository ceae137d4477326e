"""Gitea's adapter where it is not like GitHub's, and when things go wrong."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mlgov import wiring
from mlgov.adapters.forge_api.client import MAX_TRIES
from mlgov.adapters.gitea_forge import GiteaForge
from mlgov.errors import ForgeError, UsageError
from mlgov.ports import BranchGuard, StatusState
from mlgov.settings import ForgeSettings, Settings
from tests.fakes.gitea_server import GiteaServer
from tests.fakes.github_server import FAULTS, TOKEN, Fault
from tests.fakes.github_state import Account, StoredReview

LABEL = "mlgov/monitor"
US = Account("github-actions[bot]", "Bot")
MARKER = "<!-- mlgov:gate -->"

VERBS: dict[str, Callable[[GiteaForge], object]] = {
    "issues": lambda forge: forge.issues(LABEL),
    "open_issue": lambda forge: forge.open_issue("New", "text", [LABEL]),
    "edit_issue": lambda forge: forge.edit_issue(1, title="Edited"),
    "comment": lambda forge: forge.comment(1, "A comment"),
    "comments": lambda forge: forge.comments(1),
    "open_pull_request": lambda forge: forge.open_pull_request("New", "text", head="submit", base="main"),
    "ask_for_review": lambda forge: forge.ask_for_review(2, ["octocat"]),
    "pull_request": lambda forge: forge.pull_request(2),
    "pull_requests_of_commit": lambda forge: forge.pull_requests_of_commit("1" * 40),
    "reviews": lambda forge: forge.reviews(2),
    "commit_people": lambda forge: forge.commit_people(2),
    "set_status": lambda forge: forge.set_status("1" * 40, StatusState.SUCCESS, "mlgov/gate", "Approved"),
    "sticky_comment": lambda forge: forge.sticky_comment(2, MARKER, "text"),
}
PLACES = r"/(issues|pulls|statuses|labels)"
FROM_GITHUB = {"no_pulls", "hangs", "foreign_next", "moved"}  # empty lists; links that Gitea's adapter does not follow


@pytest.fixture
def server() -> Iterator[GiteaServer]:
    with GiteaServer() as running:
        running.state.add("Old", "text", [LABEL], US)
        running.state.add_pull("Old", "text", "old", "main", US)
        running.labels.append(LABEL)
        yield running


@pytest.fixture
def forge(server: GiteaServer) -> GiteaForge:
    return server.forge()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", [*sorted(set(FAULTS) - FROM_GITHUB), "lost", "cut"])
def test_every_fault_of_every_call_is_a_forge_error(
    server: GiteaServer, forge: GiteaForge, verb: str, kind: str
) -> None:
    """Nothing foreign comes through, the error says what to do, and the token is nowhere in it."""
    server.faults.append(Fault(kind, path=PLACES, times=99))
    with pytest.raises(ForgeError) as caught:
        VERBS[verb](forge)
    assert caught.value.hint
    assert TOKEN not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__}"
    assert "GitHub" not in caught.value.message


@pytest.mark.parametrize("kind", ["dropped", "bad_gateway", "html", "cut", "lost", "empty"])
@pytest.mark.parametrize("verb", ["edit_issue", "pull_request", "set_status", "ask_for_review", "comments"])
def test_reading_and_editing_are_repeated(server: GiteaServer, forge: GiteaForge, verb: str, kind: str) -> None:
    """A passing fault is not noticed where repeating does no harm."""
    server.faults.append(Fault(kind, path=PLACES, times=MAX_TRIES - 1))
    VERBS[verb](forge)
    assert len([path for _, path in server.log if re.search(PLACES, path)]) == MAX_TRIES


@pytest.mark.parametrize("kind", ["dropped", "bad_gateway", "cut", "lost"])
@pytest.mark.parametrize("verb", ["open_issue", "comment"])
def test_a_post_that_may_have_worked_is_not_repeated(
    server: GiteaServer, forge: GiteaForge, verb: str, kind: str
) -> None:
    """Only who can look may try again."""
    server.faults.append(Fault(kind, method="POST"))
    with pytest.raises(ForgeError) as caught:
        VERBS[verb](forge)
    assert caught.value.transient
    assert [method for method, _ in server.log].count("POST") == 1


def test_a_label_is_made_once(server: GiteaServer, forge: GiteaForge) -> None:
    """Gitea refuses labels that it does not have; one that is there is taken."""
    for title in ("one", "two"):
        assert forge.open_issue(title, "text", ["mlgov/new", LABEL]).labels == ("mlgov/new", LABEL)
    assert server.labels == [LABEL, "mlgov/new"]


@pytest.mark.parametrize("kind", ["lost", "cut"])
def test_a_label_whose_reply_was_lost_is_found(server: GiteaServer, forge: GiteaForge, kind: str) -> None:
    """It is there, so it is taken."""
    server.faults.append(Fault(kind, method="POST", path="/labels"))
    assert forge.open_issue("New", "text", ["mlgov/new"]).labels == ("mlgov/new",)
    assert server.labels.count("mlgov/new") == 1


def test_issues_of_other_labels_are_not_ours(server: GiteaServer, forge: GiteaForge) -> None:
    """Gitea ignores a label that it does not know and lists everything."""
    assert forge.issues("mlgov/unknown") == []


def test_a_list_without_end_ends(server: GiteaServer, forge: GiteaForge) -> None:
    """A server whose pages are never empty is left after many pages."""
    server.endless = True
    with pytest.raises(ForgeError, match="does not end"):
        forge.issues(LABEL)


def test_a_request_for_a_review_is_none(server: GiteaServer, forge: GiteaForge) -> None:
    """Gitea lists requests and drafts among the reviews; what it does not know is an error."""
    reviews = server.state.pulls[0].reviews
    reviews += [StoredReview(Account("vera"), said, "1" * 40) for said in ("REQUEST_REVIEW", "PENDING")]
    assert forge.reviews(2) == []
    reviews.append(StoredReview(Account("vera"), "REVOKED", "1" * 40))
    with pytest.raises(ForgeError, match="no usable answer"):
        forge.reviews(2)


@pytest.mark.parametrize("login", ["gitea-actions", "forgejo-actions", "Ghost", "x[bot]"])
def test_accounts_of_gitea_are_no_persons(server: GiteaServer, forge: GiteaForge, login: str) -> None:
    """Workflows act under a name of their own; other programs have to be named in the settings."""
    server.state.pulls[0].reviews.append(StoredReview(Account(login), "APPROVED", "1" * 40))
    assert [review.is_bot for review in forge.reviews(2)] == [True]


def test_a_dismissed_approval_is_none(server: GiteaServer, forge: GiteaForge) -> None:
    """Gitea keeps the word and adds a mark."""
    server.state.pulls[0].reviews.append(StoredReview(Account("vera"), "DISMISSED", "1" * 40))
    assert [str(review.state) for review in forge.reviews(2)] == ["dismissed"]


def test_another_pull_request_than_asked_for_is_refused(server: GiteaServer, forge: GiteaForge) -> None:
    """A server that mixes them up would lend an approval."""
    server.state.pulls[0].number = 7
    server.state.find_pull = lambda number: server.state.pulls[0]  # type: ignore[method-assign]
    with pytest.raises(ForgeError, match="answered with pull request 7"):
        forge.pull_request(2)


def test_a_token_that_may_not_read_the_user_needs_a_login(server: GiteaServer, forge: GiteaForge) -> None:
    """Without it nobody could say which comments are ours."""
    server.state.issues[0].comments.append((US, "ours"))
    server.faults.append(Fault("forbidden", path="/user"))
    with pytest.raises(ForgeError, match="who we are") as caught:
        forge.comments(1)
    assert "login" in caught.value.hint
    assert server.forge(login="github-actions[bot]").comments(1) == ["ours"]


def rule(name: str, **changes: Any) -> dict[str, Any]:
    return {"rule_name": name, "enable_push": False, "required_approvals": 2, **changes}


GUARDS = {
    "no rule": ([], BranchGuard("main")),
    "another branch": ([rule("next")], BranchGuard("main")),
    "its name": ([rule("main"), rule("ma*", required_approvals=9)], ("main", 2)),
    "a pattern": ([rule("ma*")], ("main", 2)),
    "two patterns": ([rule("ma*"), rule("*")], BranchGuard("main", bypass=None, complete=False)),
}


@pytest.mark.parametrize("name", GUARDS)
def test_the_rule_of_a_branch_is_found(server: GiteaServer, name: str) -> None:
    """By its name, else by its pattern; where two patterns fit nothing is certain."""
    server.protections, expected = GUARDS[name]
    (guard,) = server.forge("token-of-admin").posture(["main"]).guards
    if isinstance(expected, BranchGuard):
        assert guard == expected
    else:
        assert (guard.branch, guard.approvals) == expected
        assert (guard.deletion_forbidden, guard.force_push_forbidden, guard.complete) == (True, True, True)


def test_exceptions_of_a_rule_are_seen(server: GiteaServer) -> None:
    """Pushing past pull requests, force, and administrators."""
    server.protections = [rule("main", enable_push=True, enable_force_push=True, block_admin_merge_override=True)]
    (guard,) = server.forge("token-of-admin").posture(["main"]).guards
    assert (guard.pull_request_required, guard.force_push_forbidden, guard.bypass) == (False, False, ())
    server.protections = [rule("main")]
    assert server.forge("token-of-admin").posture(["main"]).guards[0].bypass == ("administrators",)


def test_what_may_not_be_read_is_unread(server: GiteaServer, forge: GiteaForge) -> None:
    """Rules of branches are for administrators; then no guard is complete."""
    posture = forge.posture(["main"])
    assert posture.guards == (BranchGuard("main", bypass=None, complete=False),)
    assert "the protected branches" in [unread.what for unread in posture.unread]


def test_the_settings_choose_gitea(server: GiteaServer) -> None:
    """With the address of the server; without one there is nobody to ask."""
    here = ForgeSettings(kind="gitea", repository="octo-org/models", base_url=f"{server.base_url}/api/v1")
    assert [issue.title for issue in wiring.forge(Settings(forge=here), TOKEN, "").issues(LABEL)] == ["Old"]
    with pytest.raises(UsageError, match="where Gitea is"):
        wiring.forge(Settings(forge=ForgeSettings(kind="gitea", repository="octo-org/models")), TOKEN, "")
