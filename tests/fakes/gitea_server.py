"""Gitea's API of issues, pull requests and settings on the loopback interface.

What it remembers is what the loopback GitHub remembers; what it says of it is Gitea's.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from mlgov.adapters.forge_api.client import ForgeClient
from mlgov.adapters.gitea_forge import GiteaForge
from tests.fakes.github_server import TOKEN, GithubServer, Judge, Reply, Request
from tests.fakes.github_state import MOMENT, Account, StoredIssue, StoredPull

ROOT = "/api/v1"
MAX_ITEMS = 50  # whoever asks for more gets these
_SAID = {"CHANGES_REQUESTED": "REQUEST_CHANGES", "COMMENTED": "COMMENT", "DISMISSED": "APPROVED"}
Given = dict[str, Any]


class GiteaServer(GithubServer):
    """The server; a context manager.

    Attributes:
        labels: Names of the labels; the number of a label is its place, from 1.
        protections: Rules for protected branches, as Gitea shows them.
    """

    def __init__(self, judge: Judge | None = None, repository: str = "octo-org/models") -> None:
        super().__init__(judge, repository)
        self.labels: list[str] = []
        self.protections: list[dict[str, Any]] = []

    def forge(  # type: ignore[override]  # another adapter
        self, token: str = TOKEN, *, login: str = "", sleep: Callable[[float], None] = lambda seconds: None
    ) -> GiteaForge:
        """Connect the real adapter to this server; waits are handed to ``sleep``."""
        address, repository = f"{self.base_url}{ROOT}", self.state.repository
        client = ForgeClient(
            base_url=address, token=token, repository=repository, name="Gitea", write_pause_s=0, sleep=sleep
        )
        return GiteaForge(client, login=login)

    def _routed(self, request: Request, path: str) -> Reply:
        account = self.state.accounts.get(request.token)
        if account is None:
            return Reply(401, _error("token is required"))
        if path == f"{ROOT}/user":
            return Reply(200, user_json(account))
        below = path.removeprefix(f"{ROOT}/repos/{self.state.repository}").lstrip("/")
        for method, pattern, route in ROUTES:
            if method == request.method and (match := re.fullmatch(pattern, below)):
                if method != "GET" and not account.may_write:
                    return Reply(403, _error("user should have a permission to write"))
                return self._answered(route, request, account, match)
        return Reply(404, _error("Not Found"))

    def _answered(self, route: "Route", request: Request, account: Account, match: re.Match[str]) -> Reply:
        given = json.loads(request.body) if request.body else dict(request.query)
        status, answer = route(self, given, account, match)
        if status >= 400:
            return Reply(status, _error(answer or "The target couldn't be found."))
        if status == 204:
            return Reply(204, raw=b"")
        if isinstance(answer, list) and request.method == "GET" and "page" in request.query:
            size = min(int(request.query["limit"]), MAX_ITEMS)
            start = 0 if self.endless else (int(request.query["page"]) - 1) * size
            answer = answer[start : start + size]
        return Reply(status, answer)

    def issue_json(self, issue: StoredIssue) -> dict[str, Any]:
        return {
            "id": 1000 + issue.number,
            "number": issue.number,
            "title": issue.title,
            "body": issue.body,
            "state": issue.state,
            "labels": [self.label_json(name) for name in issue.labels],
            "user": user_json(issue.author),
            "comments": len(issue.comments),
            "created_at": MOMENT,
            "updated_at": MOMENT,
        }

    def label_json(self, name: str) -> dict[str, Any]:
        if name not in self.labels:
            self.labels.append(name)
        return {"id": self.labels.index(name) + 1, "name": name, "color": "ededed", "description": ""}

    def pull_json(self, pull: StoredPull) -> dict[str, Any]:
        return {
            "id": 5000 + pull.number,
            "number": pull.number,
            "title": pull.title,
            "body": pull.body,
            "state": pull.state,
            "html_url": f"https://github.com/{self.state.repository}/pull/{pull.number}",
            "user": user_json(pull.author),
            "merged": bool(pull.merge_sha),
            **({"merge_commit_sha": pull.merge_sha, "merged_at": MOMENT} if pull.merge_sha else {}),
            "head": _end_json(pull.head, pull.head_sha, pull.head_repository),
            "base": _end_json(pull.base, pull.base_sha, self.state.repository),
            "created_at": MOMENT,
        }

    def comment_json(self, number: int, index: int, author: Account, body: str) -> dict[str, Any]:
        return {"id": number * 1000 + index, "body": body, "user": user_json(author), "created_at": MOMENT}

    def thread(self, number: int) -> StoredIssue | StoredPull | None:
        return self.state.find(number) or self.state.find_pull(number)


Answer = tuple[int, Any]
Route = Callable[[GiteaServer, Given, Account, re.Match[str]], Answer]
NOT_FOUND: Answer = (404, None)


def user_json(account: Account | None) -> dict[str, Any]:
    """Show an account; one that is gone is a ghost."""
    login = account.login if account else "ghost"
    return {"id": sum(map(ord, login)) if account else -1, "login": login, "full_name": "", "created": MOMENT}


def _end_json(branch: str, sha: str, repository: str | None) -> dict[str, Any]:
    home = {"id": sum(map(ord, repository)), "full_name": repository} if repository else None
    return {"label": branch, "ref": branch, "sha": sha, **({"repo": home} if home else {})}


def _error(message: str) -> dict[str, str]:
    return {"message": message, "url": "https://gitea.example/api/swagger"}


def _issues(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    label = given.get("labels", "")
    known = label in server.labels or any(label in issue.labels for issue in server.state.issues)
    found = [issue for issue in server.state.issues if not known or label in issue.labels]
    return 200, [server.issue_json(issue) for issue in reversed(found)]


def _open_issue(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    names = [server.labels[number - 1] for number in given["labels"]]
    return 201, server.issue_json(server.state.add(given["title"], given["body"], names, account))


def _edit_issue(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    issue = server.state.find(int(match[1]))
    if issue is None:
        return NOT_FOUND
    issue.title, issue.body = given.get("title", issue.title), given.get("body", issue.body)
    issue.state = given.get("state", issue.state)
    return 201, server.issue_json(issue)


def _list_comments(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    thread, number = server.thread(int(match[1])), int(match[1])
    if thread is None:
        return NOT_FOUND
    return 200, [server.comment_json(number, i, *said) for i, said in enumerate(thread.comments) if said]


def _comment(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    thread, number = server.thread(int(match[1])), int(match[1])
    if thread is None:
        return NOT_FOUND
    thread.comments.append((account, given["body"]))
    return 201, server.comment_json(number, len(thread.comments) - 1, account, given["body"])


def _change_comment(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    number, index = divmod(int(match[1]), 1000)
    thread = server.thread(number)
    if thread is None or index >= len(thread.comments) or thread.comments[index] is None:
        return NOT_FOUND
    author, _ = thread.comments[index] or (account, "")
    thread.comments[index] = (author, given["body"]) if "body" in given else None
    return (200, server.comment_json(number, index, author, given["body"])) if "body" in given else (204, None)


def _pulls(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    found = [pull for pull in server.state.pulls if given.get("state", "open") in ("all", pull.state)]
    return 200, [server.pull_json(pull) for pull in reversed(found)]


def _open_pull(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    if any((pull.head, pull.base, pull.state) == (given["head"], given["base"], "open") for pull in server.state.pulls):
        return 409, "pull request already exists for these targets"
    pull = server.state.add_pull(given["title"], given["body"], given["head"], given["base"], account)
    return 201, server.pull_json(pull)


def _pull(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    pull = server.state.find_pull(int(match[1]))
    return (200, server.pull_json(pull)) if pull else NOT_FOUND


def _reviews(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    pull = server.state.find_pull(int(match[1]))
    if pull is None:
        return NOT_FOUND
    return 200, [
        {
            "id": pull.number * 1000 + index,
            "state": _SAID.get(review.state, review.state),
            "dismissed": review.state == "DISMISSED",
            "commit_id": review.commit or "",
            "submitted_at": review.at,
            "user": user_json(review.account),
            "body": "",
        }
        for index, review in enumerate(pull.reviews)
    ]


def _commits(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    pull = server.state.find_pull(int(match[1]))
    if pull is None:
        return NOT_FOUND
    return 200, [
        {
            "sha": commit.sha,
            "commit": {
                "message": commit.message,
                "author": {"name": "Author", "email": commit.author_email, "date": MOMENT},
                "committer": {"name": "Committer", "email": commit.committer_email, "date": MOMENT},
            },
            **({"author": user_json(commit.author)} if commit.author else {}),
            **({"committer": user_json(commit.committer)} if commit.committer else {}),
        }
        for commit in pull.commits
    ]


def _ask(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    pull = server.state.find_pull(int(match[1]))
    if pull is None:
        return NOT_FOUND
    pull.reviewers += [name for name in given["reviewers"] if name not in pull.reviewers]
    pull.teams += [name for name in given["team_reviewers"] if name not in pull.teams]
    return 201, []


def _status(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    status = {"target_url": "", **given, "sha": match[1]}
    server.state.statuses.append(status)
    shown = {key: status[key] for key in ("context", "description", "target_url")}
    return 201, {"id": len(server.state.statuses), "status": status["state"], **shown}


def _labels(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    return 200, [server.label_json(name) for name in server.labels]


def _make_label(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    return 201, server.label_json(given["name"])


def _repository(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    settings = server.state.settings
    keys = {"merge": "allow_merge_commits", "squash": "allow_squash_merge", "rebase": "allow_rebase"}
    ways = {key: way in settings.merge_methods for way, key in keys.items()}
    return 200, {"full_name": server.state.repository, "default_branch": settings.default_branch, **ways}


def _protections(server: GiteaServer, given: Given, account: Account, match: re.Match[str]) -> Answer:
    return (200, server.protections) if account.may_administer else (403, "user should be an admin")


#: Method, path below the repository, answer.
ROUTES: list[tuple[str, str, Route]] = [
    ("GET", r"issues", _issues),
    ("POST", r"issues", _open_issue),
    ("PATCH", r"issues/(\d+)", _edit_issue),
    ("GET", r"issues/(\d+)/comments", _list_comments),
    ("POST", r"issues/(\d+)/comments", _comment),
    ("PATCH", r"issues/comments/(\d+)", _change_comment),
    ("DELETE", r"issues/comments/(\d+)", _change_comment),
    ("GET", r"pulls", _pulls),
    ("POST", r"pulls", _open_pull),
    ("GET", r"pulls/(\d+)", _pull),
    ("GET", r"pulls/(\d+)/reviews", _reviews),
    ("GET", r"pulls/(\d+)/commits", _commits),
    ("POST", r"pulls/(\d+)/requested_reviewers", _ask),
    ("POST", r"statuses/([0-9a-f]+)", _status),
    ("GET", r"labels", _labels),
    ("POST", r"labels", _make_label),
    ("GET", r"", _repository),
    ("GET", r"branch_protections", _protections),
]
