"""What a loopback GitHub remembers, and the JSON that it shows of it."""

import base64
from dataclasses import dataclass, field
from typing import Any

HOST = "https://api.github.com"
MOMENT = "2026-06-01T06:00:00Z"


@dataclass(frozen=True, slots=True)
class Account:
    """Who holds a token: ``kind`` is User or Bot; GitHub drops labels of who may not set them."""

    login: str
    kind: str = "User"
    may_label: bool = True
    may_write: bool = True


@dataclass
class StoredIssue:
    """An issue."""

    number: int
    title: str
    body: str
    labels: list[str]
    author: Account
    state: str = "open"
    closed_by: Account | None = None
    comments: list[tuple[Account, str]] = field(default_factory=list)
    is_pull_request: bool = False


class GithubState:
    """Issues of the repository ``repository`` and the JSON of GitHub's replies. ``host`` stands in all addresses."""

    def __init__(self, repository: str) -> None:
        self.repository = repository
        self.host = HOST
        self.issues: list[StoredIssue] = []
        self.accounts = {
            "token-of-actions": Account("github-actions[bot]", "Bot"),
            "token-of-octocat": Account("octocat"),
            "token-without-labels": Account("visitor", may_label=False),
            "token-read-only": Account("reader", may_write=False),
        }

    def add(self, title: str, body: str, labels: list[str], author: Account) -> StoredIssue:
        issue = StoredIssue(len(self.issues) + 1, title, body, labels, author)
        self.issues.append(issue)
        return issue

    def find(self, number: int) -> StoredIssue | None:
        return self.issues[number - 1] if 0 < number <= len(self.issues) else None

    @property
    def _root(self) -> str:
        return f"{self.host}/repos/{self.repository}"

    def user_json(self, account: Account) -> dict[str, Any]:
        home = f"{self.host}/users/{account.login}"
        places = ("followers", "following", "gists", "starred", "subscriptions", "organizations", "repos", "events")
        folders = {"organizations": "orgs"}
        return {
            "login": account.login,
            "id": 1 + sum(map(ord, account.login)),
            "node_id": _node(account.login),
            "avatar_url": f"https://avatars.githubusercontent.com/u/{sum(map(ord, account.login))}",
            "gravatar_id": "",
            "url": home,
            "html_url": f"https://github.com/{account.login}",
            **{f"{place}_url": f"{home}/{folders.get(place, place)}" for place in places},
            "received_events_url": f"{home}/received_events",
            "type": account.kind,
            "user_view_type": "public",
            "site_admin": False,
        }

    def own_user_json(self, account: Account) -> dict[str, Any]:
        words = ("name", "company", "blog", "location", "email", "hireable", "bio", "twitter_username")
        counts = ("public_repos", "public_gists", "followers", "following")
        return {
            **self.user_json(account),
            **dict.fromkeys(words),
            **dict.fromkeys(counts, 0),
            "created_at": MOMENT,
            "updated_at": MOMENT,
        }

    def label_json(self, name: str) -> dict[str, Any]:
        number = sum(map(ord, name))
        return {
            "id": number,
            "node_id": _node(name),
            "url": f"{self._root}/labels/{name.replace('/', '%2F')}",
            "name": name,
            "description": None,
            "color": "ededed",
            "default": False,
        }

    def issue_json(self, issue: StoredIssue) -> dict[str, Any]:
        url = f"{self._root}/issues/{issue.number}"
        closed = issue.state == "closed"
        page = f"https://github.com/{self.repository}/issues/{issue.number}"
        pull = {"pull_request": dict.fromkeys(("url", "html_url", "diff_url", "patch_url"), page)}
        return {
            "url": url,
            "repository_url": self._root,
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "html_url": page,
            "id": 1000 + issue.number,
            "node_id": _node(f"issue {issue.number}"),
            "number": issue.number,
            "title": issue.title,
            "user": self.user_json(issue.author),
            "labels": [self.label_json(name) for name in issue.labels],
            "state": issue.state,
            "state_reason": "completed" if closed else None,
            "locked": False,
            "assignee": None,
            "assignees": [],
            "milestone": None,
            "comments": len(issue.comments),
            "created_at": MOMENT,
            "updated_at": MOMENT,
            "closed_at": MOMENT if closed else None,
            "closed_by": self.user_json(issue.closed_by) if issue.closed_by else None,
            "author_association": "NONE",
            "active_lock_reason": None,
            "body": issue.body,
            "performed_via_github_app": None,
            **(pull if issue.is_pull_request else {}),
        }

    def comment_json(self, issue: StoredIssue, index: int) -> dict[str, Any]:
        author, body = issue.comments[index]
        number = issue.number * 1000 + index
        return {
            "url": f"{self._root}/issues/comments/{number}",
            "html_url": f"https://github.com/{self.repository}/issues/{issue.number}#issuecomment-{number}",
            "issue_url": f"{self._root}/issues/{issue.number}",
            "id": number,
            "node_id": _node(f"comment {number}"),
            "user": self.user_json(author),
            "created_at": MOMENT,
            "updated_at": MOMENT,
            "author_association": "NONE",
            "body": body,
            "performed_via_github_app": None,
        }


def _node(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
