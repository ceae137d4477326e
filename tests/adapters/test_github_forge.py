"""GitHub's adapter when things go wrong: what it repeats, what it does not, and what it says."""

import logging
import re
from collections.abc import Callable, Iterator

import pytest

from mlgov.adapters.github_api.client import MAX_TRIES
from mlgov.adapters.github_forge import GithubForge
from mlgov.errors import ForgeError, UsageError
from tests.fakes.github_server import FAULTS, TOKEN, Fault, GithubServer
from tests.fakes.github_state import Account

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
}
REPEATABLE = ("issues", "edit_issue", "comments", "ask_for_review")
PLACES = r"/(issues|pulls)"
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
    monkeypatch.setattr("mlgov.adapters.github_api.client.TIMEOUT_S", 1)
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
        GithubForge(base_url=base_url, token=token, repository=repository)


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
