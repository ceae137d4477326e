"""GitHub's adapter when things go wrong: what it repeats, what it does not, and what it says."""

import logging
import re
from collections.abc import Callable, Iterator

import pytest

from mlgov.adapters.forge_api.client import MAX_TRIES, ForgeClient
from mlgov.adapters.github_forge import GithubForge
from mlgov.errors import ForgeError, UsageError
from mlgov.ports import BranchGuard, StatusState
from tests.fakes.github_server import FAULTS, TOKEN, Fault, GithubServer
from tests.fakes.github_settings import StoredRuleset, classic_protection
from tests.fakes.github_state import Account, StoredReview

LABEL = "mlgov/monitor"
BOT = Account("github-actions[bot]", "Bot")

VERBS: dict[str, Callable[[GithubForge], object]] = {
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
    "sticky_comment": lambda forge: forge.sticky_comment(2, "<!-- mlgov:gate -->", "text"),
}
READING = ("pull_request", "pull_requests_of_commit", "reviews", "commit_people")
REPEATABLE = ("issues", "edit_issue", "comments", "ask_for_review", "set_status", *READING)
PLACES = r"/(issues|pulls|statuses)"
RATE_LIMITS = {"limited_403": 7, "limited_403_silent": 60, "limited_403_wordless": 5, "limited_429": 3}


@pytest.fixture
def server() -> Iterator[GithubServer]:
    with GithubServer() as running:
        running.state.add("Old", "text", [LABEL], BOT)
        running.state.add_pull("Old", "text", "old", "main", BOT)
        yield running


@pytest.fixture
def waits() -> list[float]:
    """Seconds that the adapter wanted to wait."""
    return []


@pytest.fixture
def forge(server: GithubServer, waits: list[float]) -> GithubForge:
    return server.forge(sleep=waits.append)


def titles(server: GithubServer) -> list[str]:
    return [issue.title for issue in server.state.issues]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", [*sorted(set(FAULTS) - {"hangs", "no_pulls"}), "lost", "cut"])
def test_every_fault_of_every_call_is_a_forge_error(
    server: GithubServer, forge: GithubForge, verb: str, kind: str
) -> None:
    """Nothing foreign comes through, the error says what to do, and the token is nowhere in it."""
    server.faults.append(Fault(kind, path=PLACES, times=99))
    with pytest.raises(ForgeError) as caught:
        VERBS[verb](forge)
    assert caught.value.hint
    assert TOKEN not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__}"


@pytest.mark.parametrize("kind", ["dropped", "bad_gateway", "list_500", "html", "cut", "lost", "nonsense", "empty"])
@pytest.mark.parametrize("verb", REPEATABLE)
def test_reading_and_editing_are_repeated(server: GithubServer, forge: GithubForge, verb: str, kind: str) -> None:
    """A passing fault is not noticed where repeating does no harm."""
    server.faults.append(Fault(kind, path=PLACES, times=MAX_TRIES - 1))
    VERBS[verb](forge)
    assert len([path for _, path in server.log if re.search(PLACES, path)]) == MAX_TRIES


@pytest.mark.parametrize("kind", ["dropped", "bad_gateway", "html", "cut", "lost", "empty"])
@pytest.mark.parametrize("verb", ["open_issue", "comment"])
def test_a_post_that_may_have_worked_is_not_repeated(
    server: GithubServer, forge: GithubForge, waits: list[float], verb: str, kind: str
) -> None:
    """One POST, no waiting: only who can look may try again."""
    server.faults.append(Fault(kind, method="POST"))
    with pytest.raises(ForgeError) as caught:
        VERBS[verb](forge)
    assert caught.value.transient
    assert [method for method, _ in server.log].count("POST") == 1
    assert waits == []


@pytest.mark.parametrize(("kind", "seconds"), RATE_LIMITS.items())
@pytest.mark.parametrize("verb", VERBS)
def test_a_rate_limit_is_waited_for(
    server: GithubServer, forge: GithubForge, waits: list[float], verb: str, kind: str, seconds: int
) -> None:
    """GitHub refused the request, so it may be repeated: after as long as GitHub says, or a minute."""
    server.faults.append(Fault(kind, path=PLACES))
    VERBS[verb](forge)
    assert waits == [seconds]


@pytest.mark.parametrize("verb", VERBS)
def test_a_long_rate_limit_is_not_waited_for(
    server: GithubServer, forge: GithubForge, waits: list[float], verb: str
) -> None:
    """What would take too long is an error at once."""
    server.faults.append(Fault("limited_primary", path=PLACES, times=9))
    with pytest.raises(ForgeError, match="rate limit") as caught:
        VERBS[verb](forge)
    assert (caught.value.status, caught.value.transient, waits) == (403, True, [])


def test_waits_grow(server: GithubServer, forge: GithubForge, waits: list[float]) -> None:
    """Each wait is about twice the one before, and there are few."""
    server.faults.append(Fault("bad_gateway", times=99))
    with pytest.raises(ForgeError):
        forge.issues(LABEL)
    assert len(waits) == MAX_TRIES - 1
    assert all(2**index <= wait <= 2 ** (index + 1) for index, wait in enumerate(waits))


@pytest.mark.parametrize(
    ("kind", "status", "transient"),
    [("forbidden", 403, False), ("gone", 410, False), ("unprocessable", 422, False), ("bad_gateway", 502, True)],
)
def test_the_error_has_github_s_status(
    server: GithubServer, forge: GithubForge, kind: str, status: int, transient: bool
) -> None:
    """The status is kept, and says whether trying again makes sense."""
    server.faults.append(Fault(kind, times=99))
    with pytest.raises(ForgeError) as caught:
        forge.edit_issue(1, title="x")
    assert (caught.value.status, caught.value.transient) == (status, transient)


def test_a_wrong_token_is_refused_at_once(server: GithubServer) -> None:
    """401 is not repeated, and the hint speaks of the token without showing it."""
    with pytest.raises(ForgeError, match="401") as caught:
        server.forge("a-wrong-token").issues(LABEL)
    assert "token" in caught.value.hint
    assert "a-wrong-token" not in str(caught.value) + caught.value.hint
    assert len(server.log) == 1


def test_a_token_that_the_server_repeats_is_blanked(server: GithubServer) -> None:
    """Even a server that answers with the token does not bring it into a message."""
    server.faults.append(Fault("echo"))
    with pytest.raises(ForgeError, match=r"\(You sent \*\*\* to me\)") as caught:
        server.forge(login="github-actions[bot]").issues(LABEL)
    assert TOKEN not in str(caught.value)


def test_the_token_is_not_logged(server: GithubServer, forge: GithubForge, caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the lowest level."""
    with caplog.at_level(logging.DEBUG):
        forge.issues(LABEL)
    assert "GET" in caplog.text
    assert TOKEN not in caplog.text


def test_a_server_that_hangs_is_left(server: GithubServer, forge: GithubForge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply that does not come ends in an error without status."""
    monkeypatch.setattr("mlgov.adapters.forge_api.client.TIMEOUT_S", 1)
    server.faults.append(Fault("hangs"))
    with pytest.raises(ForgeError, match="ReadTimeout") as caught:
        forge.comment(1, "x")
    assert (caught.value.status, caught.value.transient) == (0, True)


def test_an_empty_reply_is_not_an_empty_list(server: GithubServer, forge: GithubForge) -> None:
    """Nothing in the body does not mean "no issues": that would open all of them again."""
    server.faults.append(Fault("empty", path="/issues", times=99))
    with pytest.raises(ForgeError, match="no usable answer"):
        forge.issues(LABEL)


def test_a_list_without_end_ends(server: GithubServer, forge: GithubForge) -> None:
    """A server that always has one more page is left after many pages."""
    server.endless = True
    with pytest.raises(ForgeError, match="does not end"):
        forge.issues(LABEL)


def test_a_list_that_goes_on_elsewhere_is_not_followed(server: GithubServer, forge: GithubForge) -> None:
    """The token stays with the host of the settings; this does not rest on PyGithub's assertions."""
    server.faults.append(Fault("foreign_next", path="/issues"))
    with pytest.raises(ForgeError, match="another host"):
        forge.issues(LABEL)


def test_pull_requests_are_no_issues(server: GithubServer, forge: GithubForge) -> None:
    """GitHub lists pull requests among issues."""
    server.state.add("A pull request", "", [LABEL], BOT).is_pull_request = True
    assert [issue.title for issue in forge.issues(LABEL)] == ["Old"]


def test_the_token_of_a_person_finds_the_issues_of_that_person(server: GithubServer) -> None:
    """With a personal token the login comes from GitHub, and issues of bots are not ours."""
    server.state.add("Mine", "", [LABEL], server.state.accounts["token-of-octocat"])
    forge = server.forge("token-of-octocat")
    assert [issue.title for issue in forge.issues(LABEL)] == ["Mine"]


def test_the_settings_name_the_login(server: GithubServer) -> None:
    """With a login in the settings GitHub is not asked, and other bots are strangers; case does not matter."""
    server.state.add("Ours", "", [LABEL], Account("our-app[bot]", "Bot"))
    forge = server.forge(login="Our-App[bot]")
    assert [issue.title for issue in forge.issues(LABEL)] == ["Ours"]
    assert ("GET", "/user") not in server.log


def test_a_bot_without_login_counts_the_issues_of_bots(server: GithubServer, forge: GithubForge) -> None:
    """GitHub does not tell the token of a job who it is; people cannot be bots."""
    server.state.add("Forged", "", [LABEL], Account("octocat"))
    assert [issue.title for issue in forge.issues(LABEL)] == ["Old"]
    assert server.log.count(("GET", "/user")) == 1


def test_github_is_asked_for_nothing_else(server: GithubServer, forge: GithubForge) -> None:
    """No call fetches the repository or the issue first."""
    forge.edit_issue(1, title="x")
    forge.comment(1, "y")
    forge.open_issue("z", "text", [LABEL])
    root = f"/repos/{server.state.repository}/issues"
    assert server.log == [("PATCH", f"{root}/1"), ("POST", f"{root}/1/comments"), ("POST", root)]


def test_an_issue_whose_label_was_dropped_is_closed(server: GithubServer) -> None:
    """Without its label an issue would be opened in every run, so it does not stay."""
    with pytest.raises(ForgeError, match="label") as caught:
        server.forge("token-without-labels").open_issue("New", "text", [LABEL])
    assert (caught.value.status, caught.value.transient) == (403, False)
    assert [issue.state for issue in server.state.issues] == ["open", "closed"]


def test_a_token_that_may_only_read_is_refused(server: GithubServer) -> None:
    """The hint names the missing permission."""
    with pytest.raises(ForgeError, match="403") as caught:
        server.forge("token-read-only").open_issue("New", "text", [LABEL])
    assert "issues: write" in caught.value.hint
    assert titles(server) == ["Old"]


@pytest.mark.parametrize(
    ("base_url", "repository", "token"),
    [
        ("ftp://127.0.0.1", "octo-org/models", "t"),
        ("api.github.com", "octo-org/models", "t"),
        ("http://api.github.com", "octo-org/models", "t"),
        ("https://api.github.com", "models", "t"),
        ("https://api.github.com", "octo-org/../models", "t"),
        ("https://api.github.com", "octo-org/", "t"),
        ("https://api.github.com", "octo-org/models", ""),
    ],
)
def test_a_wrong_setting_is_a_usage_error(base_url: str, repository: str, token: str) -> None:
    """Said before anything is sent; a token never goes over plain HTTP to another machine."""
    with pytest.raises(UsageError):
        ForgeClient(base_url=base_url, token=token, repository=repository)


def test_a_server_that_is_not_there_is_a_forge_error() -> None:
    """Nobody listens: no status, worth trying again later."""
    with GithubServer() as gone:
        pass
    with pytest.raises(ForgeError, match="no usable answer") as caught:
        gone.forge().issues(LABEL)
    assert (caught.value.status, caught.value.transient) == (0, True)


@pytest.mark.parametrize("kind", ["lost", "cut"])
def test_a_pull_request_whose_reply_was_lost_is_found(server: GithubServer, forge: GithubForge, kind: str) -> None:
    """It is there, so it is given back, and no second one is opened."""
    server.faults.append(Fault(kind, method="POST"))
    pull = forge.open_pull_request("New", "text", head="submit", base="main")
    assert [found.number for found in server.state.pulls if found.head == "submit"] == [pull.number]


def test_a_pull_request_that_could_not_be_opened_is_an_error(server: GithubServer, forge: GithubForge) -> None:
    """Looking again finds nothing, and the first error is the one that is told."""
    server.faults.append(Fault("bad_gateway", method="POST"))
    with pytest.raises(ForgeError, match="did not open a pull request") as caught:
        forge.open_pull_request("New", "text", head="submit", base="main")
    assert caught.value.status == 502


def test_a_pull_request_that_somebody_opened_meanwhile_is_found(server: GithubServer, forge: GithubForge) -> None:
    """The list was empty, the creation is refused, and the second look finds it."""
    server.state.add_pull("Theirs", "text", "submit", "main", BOT)
    server.faults.append(Fault("no_pulls", method="GET", path="/pulls"))
    assert forge.open_pull_request("New", "text", head="submit", base="main").title == "Theirs"


# Reviews and comments that are kept up to date


def test_a_review_that_is_still_being_written_is_none(server: GithubServer, forge: GithubForge) -> None:
    """GitHub lists it to its author."""
    server.state.pulls[0].reviews.append(StoredReview(Account("octocat"), "PENDING", "1" * 40))
    assert forge.reviews(2) == []


def test_a_state_of_a_review_that_nobody_knows_is_an_error(server: GithubServer, forge: GithubForge) -> None:
    """It is not left out: it could be the one that takes an approval back."""
    server.state.pulls[0].reviews.append(StoredReview(Account("octocat"), "REVOKED", "1" * 40))
    with pytest.raises(ForgeError, match="no usable answer"):
        forge.reviews(2)


@pytest.mark.parametrize("kind", ["Organization", "Mannequin", "Bot"])
def test_only_users_are_persons(server: GithubServer, forge: GithubForge, kind: str) -> None:
    """Every other kind of account is a program, or was made by an import."""
    server.state.pulls[0].reviews.append(StoredReview(Account("octocat", kind), "APPROVED", "1" * 40))
    assert [review.is_bot for review in forge.reviews(2)] == [True]


def test_another_pull_request_than_asked_for_is_refused(server: GithubServer, forge: GithubForge) -> None:
    """A server that mixes them up would lend an approval."""
    server.state.pulls[0].number = 7
    server.state.find_pull = lambda number: server.state.pulls[0]  # type: ignore[method-assign]
    with pytest.raises(ForgeError, match="answered with pull request 7"):
        forge.pull_request(2)


@pytest.mark.parametrize("kind", ["forbidden", "unprocessable"])
def test_who_pushed_is_unknown_when_github_does_not_tell(server: GithubServer, forge: GithubForge, kind: str) -> None:
    """Refused is not the same as nobody."""
    server.state.pulls[0].pushers.append(Account("octocat"))
    pull = forge.pull_request(2)
    assert forge.pushers(pull) == {"octocat"}
    server.faults.append(Fault(kind, path="/activity"))
    assert forge.pushers(pull) is None


def test_a_pusher_whose_account_is_gone_makes_the_answer_unknown(server: GithubServer, forge: GithubForge) -> None:
    """The list would be taken for the whole."""
    server.state.pulls[0].pushers += [Account("octocat"), None]
    assert forge.pushers(forge.pull_request(2)) is None


def test_an_app_without_login_is_told_its_name(server: GithubServer) -> None:
    """Its comment would never be found again; it does not stay, and the message says what to write."""
    server.state.accounts["token-of-app"] = Account("our-app[bot]", "Bot")
    with pytest.raises(ForgeError, match=r"our-app\[bot\]") as caught:
        server.forge("token-of-app").sticky_comment(2, "<!-- mlgov:gate -->", "text")
    assert 'login = "our-app[bot]"' in caught.value.hint
    assert server.state.pulls[0].comments == [None]


def test_a_sticky_comment_that_is_right_is_not_written(server: GithubServer, forge: GithubForge) -> None:
    """Reading is enough, also when the forge changed the ends of lines."""
    server.state.pulls[0].comments.append((BOT, "<!-- mlgov:gate -->\r\none\r\ntwo"))
    forge.sticky_comment(2, "<!-- mlgov:gate -->", "one\ntwo")
    assert {method for method, _ in server.log} == {"GET"}


def test_a_sticky_comment_beyond_the_first_page_is_found(server: GithubServer, forge: GithubForge) -> None:
    """A long discussion hides it from nobody."""
    server.state.pulls[0].comments += [(Account("octocat"), "talk")] * 150
    for text in ("one", "two"):
        forge.sticky_comment(2, "<!-- mlgov:gate -->", text)
    assert server.state.pulls[0].comments[150:] == [(BOT, "<!-- mlgov:gate -->\ntwo")]


# Settings


@pytest.fixture
def admin(server: GithubServer) -> GithubForge:
    return server.forge("token-of-admin")


def test_an_administrator_reads_everything(server: GithubServer, admin: GithubForge) -> None:
    """Nothing is left unread."""
    settings = server.state.settings
    settings.environments, settings.code_owner_errors = ["github-pages"], ["Unknown owner"]
    settings.workflows_may_approve, settings.workflow_token, settings.sha_pinning = True, "write", True
    posture = admin.posture(["main", "mlgov-ledger"])
    assert posture.unread == ()
    assert (posture.workflows_may_approve, posture.workflow_token) == (True, "write")
    assert posture.actions_must_be_pinned is True
    assert posture.environments == ("github-pages",)
    assert posture.code_owner_errors == (".github/CODEOWNERS:3: Unknown owner",)
    assert posture.guards == (BranchGuard("main"), BranchGuard("mlgov-ledger"))


def test_what_may_not_be_read_is_unread(server: GithubServer, forge: GithubForge) -> None:
    """The token of a job sees little: what it does not see is None and told, and guards are not complete."""
    posture = forge.posture(["main"])
    assert (posture.workflows_may_approve, posture.actions_must_be_pinned, posture.merge_methods) == (None, None, None)
    assert [unread.what for unread in posture.unread] == [
        "the rights of workflows",
        "the permissions of Actions",
        "the classic protection of main",
        "the ways of merging",
    ]
    assert not posture.guards[0].complete
    assert all(unread.why for unread in posture.unread)


@pytest.mark.parametrize("kind", ["forbidden", "missing"])
def test_nothing_is_good_because_it_could_not_be_read(server: GithubServer, admin: GithubForge, kind: str) -> None:
    """When everything is refused, or hidden as 404, then nothing is known."""
    server.faults.append(Fault(kind, times=99))
    posture = admin.posture(["main"])
    known = (posture.default_branch, posture.merge_methods, posture.workflows_may_approve, posture.workflow_token)
    assert known == (None, None, None, None)
    assert (posture.code_owner_errors, posture.environments, posture.labels) == (None, None, None)
    assert posture.guards == (BranchGuard("main", complete=False),)
    assert len(posture.unread) == 8


@pytest.mark.parametrize("kind", ["bad_gateway", "html", "empty", "limited_primary", "dropped", "empty_object"])
def test_settings_that_were_not_answered_are_an_error(server: GithubServer, admin: GithubForge, kind: str) -> None:
    """No answer is not the same as a refusal."""
    server.faults.append(Fault(kind, path="/(rules|protection|workflow)", times=99))
    with pytest.raises(ForgeError):
        admin.posture(["main"])


def test_rulesets_and_classic_protection_add_up(server: GithubServer, admin: GithubForge) -> None:
    """Each forbids something; the more careful one counts."""
    server.state.settings.rulesets = [StoredRuleset(5, ("main",), [{"type": "deletion"}])]
    server.state.settings.classic = {"main": classic_protection(allow_deletions={"enabled": True})}
    (guard,) = admin.posture(["main"]).guards
    assert (guard.deletion_forbidden, guard.force_push_forbidden, guard.approvals) == (True, True, 2)
    assert (guard.code_owner_review, guard.stale_dismissed, guard.bypass) == (True, True, ())
    assert [check.context for check in guard.checks] == ["mlgov/gate"]


def test_who_may_pass_rules_by_is_told(server: GithubServer, admin: GithubForge) -> None:
    """Actors of rulesets, and administrators where the classic protection lets them."""
    actor = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    server.state.settings.rulesets = [StoredRuleset(5, ("main",), [{"type": "deletion"}], [actor])]
    off = {"url": "https://api.github.com/x", "enabled": False}
    server.state.settings.classic = {"main": classic_protection(enforce_admins=off)}
    assert admin.posture(["main"]).guards[0].bypass == ("RepositoryRole 5", "administrators")


def test_who_may_pass_rules_by_is_unknown_to_others(server: GithubServer, forge: GithubForge) -> None:
    """GitHub shows it only to who may change the ruleset."""
    server.state.settings.rulesets = [StoredRuleset(5, ("main",), [{"type": "deletion"}])]
    assert forge.posture(["main"]).guards[0].bypass is None


def test_a_branch_with_a_slash_is_asked_for(server: GithubServer, admin: GithubForge) -> None:
    """Its name is part of an address."""
    server.state.settings.rulesets = [StoredRuleset(5, ("release/1",), [{"type": "deletion"}])]
    assert admin.posture(["release/1"]).guards[0].deletion_forbidden
