"""The judge of the loopback server itself: it must see what GitHub's description forbids."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.fakes.github_server import GithubServer
from tests.fakes.github_settings import StoredRuleset, classic_protection

pytestmark = pytest.mark.node

ISSUES = "/repos/octo-org/models/issues"
BAD_REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "no title": ("POST", ISSUES, {"body": "x"}),
    "misspelt key": ("POST", ISSUES, {"title": "x", "lables": []}),
    "labels are no list": ("POST", ISSUES, {"title": "x", "labels": "bug"}),
    "unknown state": ("PATCH", f"{ISSUES}/1", {"state": "shut"}),
    "empty comment": ("POST", f"{ISSUES}/1/comments", {}),
    "bad query": ("GET", f"{ISSUES}?state=every", {}),
    "misspelt query": ("GET", f"{ISSUES}?stat=all", {}),
}


def send(server: GithubServer, method: str, path: str, value: dict[str, Any]) -> int:
    body = json.dumps(value).encode() if method != "GET" else None
    headers = {"Authorization": "Bearer token-of-octocat", "Content-Type": "application/json"}
    request = urllib.request.Request(server.base_url + path, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.fixture
def server() -> Any:
    from tests.fakes.github_description import description

    with GithubServer(description()) as running:
        running.state.add("An issue", "text", [], running.state.accounts["token-of-octocat"])
        yield running


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_request_that_github_does_not_know_is_seen(server: GithubServer, name: str) -> None:
    """It is answered with 422 and kept as a deviation."""
    assert send(server, *BAD_REQUESTS[name]) == 422
    assert len(server.deviations) >= 1


@pytest.mark.parametrize("key", ["number", "user", "labels", "created_at", "node_id"])
def test_a_reply_without_a_required_key_is_seen(
    server: GithubServer, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """The server may not be more lenient than GitHub."""
    whole = server.state.issue_json
    monkeypatch.setattr(server.state, "issue_json", lambda issue: {k: v for k, v in whole(issue).items() if k != key})
    send(server, "GET", f"{ISSUES}/1", {})
    assert any(f"'{key}' is a required property" in deviation for deviation in server.deviations)


def test_a_reply_with_a_wrong_value_is_seen(server: GithubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Types are judged too."""
    whole = server.state.issue_json
    monkeypatch.setattr(server.state, "issue_json", lambda issue: {**whole(issue), "number": "1"})
    send(server, "GET", ISSUES, {})
    assert server.deviations


def test_what_fits_is_no_deviation(server: GithubServer) -> None:
    """The account, lists, an issue and its comments, in every state."""
    for method, path, value in [
        ("GET", "/user", {}),
        ("POST", ISSUES, {"title": "x", "body": "y", "labels": ["a/b"]}),
        ("PATCH", f"{ISSUES}/2", {"state": "closed", "state_reason": "completed"}),
        ("POST", f"{ISSUES}/2/comments", {"body": "z"}),
        ("GET", f"{ISSUES}/2/comments", {}),
        ("GET", f"{ISSUES}?state=all&labels=a%2Fb&per_page=100&sort=created&direction=asc", {}),
        ("GET", f"{ISSUES}/2", {}),
    ]:
        assert send(server, method, path, value) in (200, 201)
    assert send(server, "GET", f"{ISSUES}/99", {}) == 404
    assert server.deviations == []


def test_the_settings_of_a_repository_fit(server: GithubServer) -> None:
    """Rulesets and the classic protection, as an administrator sees them."""
    rules = [{"type": "deletion"}, {"type": "non_fast_forward"}]
    actor = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    server.state.settings.rulesets = [StoredRuleset(5, ("main",), rules, [actor])]
    server.state.settings.classic = {"main": classic_protection()}
    server.state.settings.code_owner_errors = ["Unknown owner"]
    server.state.settings.environments = ["github-pages"]
    posture = server.forge("token-of-admin").posture(["main"])
    assert (posture.guards[0].approvals, posture.guards[0].bypass) == (2, ("RepositoryRole 5",))
    assert server.deviations == []
