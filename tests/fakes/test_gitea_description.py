"""The judge of the loopback Gitea: it must see what Gitea's published description forbids."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.gitea_server import GiteaServer
from tests.fakes.test_github_description import send

pytestmark = pytest.mark.node

REPOSITORY = "/api/v1/repos/octo-org/models"
BAD_REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "no title": ("POST", f"{REPOSITORY}/issues", {"body": "x"}),
    "misspelt key": ("POST", f"{REPOSITORY}/issues", {"title": "x", "lables": []}),
    "labels by name": ("POST", f"{REPOSITORY}/issues", {"title": "x", "labels": ["bug"]}),
    "empty comment": ("POST", f"{REPOSITORY}/issues/1/comments", {}),
    "a key of GitHub": ("POST", f"{REPOSITORY}/pulls", {"title": "x", "head": "a", "base": "b", "draft": True}),
    "misspelt query": ("GET", f"{REPOSITORY}/issues?stat=all", {}),
    "page is no number": ("GET", f"{REPOSITORY}/pulls/2/reviews?page=first", {}),
    "GitHub's size of pages": ("GET", f"{REPOSITORY}/pulls?per_page=3", {}),
}


@pytest.fixture
def server() -> Iterator[GiteaServer]:
    from tests.fakes.github_description import gitea_description

    with GiteaServer(gitea_description()) as running:
        running.state.add("An issue", "text", [], running.state.accounts["token-of-octocat"])
        yield running


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_request_that_gitea_does_not_know_is_seen(server: GiteaServer, name: str) -> None:
    """It is answered with 422 and kept as a deviation."""
    assert send(server, *BAD_REQUESTS[name]) == 422
    assert len(server.deviations) >= 1


@pytest.mark.parametrize(("key", "wrong"), [("number", "1"), ("labels", {}), ("user", "octocat"), ("comments", "none")])
def test_a_reply_with_a_wrong_value_is_seen(
    server: GiteaServer, monkeypatch: pytest.MonkeyPatch, key: str, wrong: object
) -> None:
    """The server may not answer what Gitea would not."""
    whole = server.issue_json
    monkeypatch.setattr(server, "issue_json", lambda issue: {**whole(issue), key: wrong})
    send(server, "GET", f"{REPOSITORY}/issues?state=all", {})
    assert server.deviations


def test_what_fits_is_no_deviation(server: GiteaServer) -> None:
    """An issue, its comments and the labels."""
    for method, path, value in [
        ("GET", "/api/v1/user", {}),
        ("POST", f"{REPOSITORY}/labels", {"name": "a/b", "color": "#ededed"}),
        ("POST", f"{REPOSITORY}/issues", {"title": "x", "body": "y", "labels": [1]}),
        ("PATCH", f"{REPOSITORY}/issues/2", {"state": "closed"}),
        ("POST", f"{REPOSITORY}/issues/2/comments", {"body": "z"}),
        ("GET", f"{REPOSITORY}/issues/2/comments", {}),
        ("GET", f"{REPOSITORY}/issues?state=all&labels=a%2Fb&page=1&limit=50", {}),
    ]:
        assert send(server, method, path, value) in (200, 201)
    assert server.deviations == []
