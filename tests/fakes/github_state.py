"""What a loopback GitHub remembers, and the JSON that it shows of it."""

import base64
from dataclasses import dataclass, field
from typing import Any

HOST = "https://api.github.com"
MOMENT = "2026-06-01T06:00:00Z"

_REPO_ADDRESSES = (
    *("archive_url", "assignees_url", "blobs_url", "branches_url", "collaborators_url", "comments_url", "commits_url"),
    *("compare_url", "contents_url", "contributors_url", "deployments_url", "downloads_url", "events_url", "forks_url"),
    *("git_commits_url", "git_refs_url", "git_tags_url", "hooks_url", "issue_comment_url", "issue_events_url"),
    *("issues_url", "keys_url", "labels_url", "languages_url", "merges_url", "milestones_url", "notifications_url"),
    *("pulls_url", "releases_url", "stargazers_url", "statuses_url", "subscribers_url", "subscription_url"),
    *("tags_url", "teams_url", "trees_url"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """Who holds a token: ``kind`` is User or Bot; GitHub drops labels of who may not set them.

    What only administrators see is hidden from others.
    """

    login: str
    kind: str = "User"
    may_label: bool = True
    may_write: bool = True
    may_administer: bool = False


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
    comments: list[tuple[Account, str] | None] = field(default_factory=list)  # None: deleted
    is_pull_request: bool = False


@dataclass
class StoredReview:
    """A review as GitHub spells it; the account is None when it is gone, ``state`` is for instance APPROVED."""

    account: Account | None
    state: str
    commit: str | None
    at: str = MOMENT


@dataclass
class StoredCommit:
    """A commit of a pull request; an account is None when GitHub knows none for the address."""

    sha: str
    author: Account | None
    committer: Account | None
    author_email: str = "author@example.com"
    committer_email: str = "committer@example.com"
    message: str = "A change"


@dataclass
class StoredPull:
    """A pull request. ``merge_sha`` is set by a merge; ``head_repository`` is None when the fork is gone.

    ``pushers`` are who pushed to its branch, None for an account that is gone.
    """

    number: int
    title: str
    body: str
    head: str
    base: str
    author: Account
    reviewers: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    state: str = "open"
    head_sha: str = "1" * 40
    base_sha: str = "2" * 40
    merge_sha: str = ""
    head_repository: str | None = ""
    comments: list[tuple[Account, str] | None] = field(default_factory=list)
    reviews: list[StoredReview] = field(default_factory=list)
    commits: list[StoredCommit] = field(default_factory=list)
    pushers: list[Account | None] = field(default_factory=list)


class GithubState:
    """Issues and pull requests of the repository ``repository`` and the JSON of GitHub's replies.

    ``host`` stands in all addresses.
    """

    def __init__(self, repository: str) -> None:
        self.repository = repository
        self.host = HOST
        self.issues: list[StoredIssue] = []
        self.pulls: list[StoredPull] = []
        self.statuses: list[dict[str, Any]] = []
        from tests.fakes.github_settings import StoredSettings

        self.settings = StoredSettings()
        self.accounts = {
            "token-of-actions": Account("github-actions[bot]", "Bot"),
            "token-of-octocat": Account("octocat"),
            "token-without-labels": Account("visitor", may_label=False),
            "token-of-admin": Account("admin", may_administer=True),
            "token-read-only": Account("reader", may_write=False),
        }

    def add(self, title: str, body: str, labels: list[str], author: Account) -> StoredIssue:
        issue = StoredIssue(self._next_number(), title, body, labels, author)
        self.issues.append(issue)
        return issue

    def find(self, number: int) -> StoredIssue | None:
        return next((issue for issue in self.issues if issue.number == number), None)

    def find_pull(self, number: int) -> StoredPull | None:
        return next((pull for pull in self.pulls if pull.number == number), None)

    def _next_number(self) -> int:
        return len(self.issues) + len(self.pulls) + 1

    def add_pull(self, title: str, body: str, head: str, base: str, author: Account) -> StoredPull:
        pull = StoredPull(self._next_number(), title, body, head, base, author, head_repository=self.repository)
        self.pulls.append(pull)
        return pull

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
            "node_id": node(account.login),
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
            "node_id": node(name),
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
            "node_id": node(f"issue {issue.number}"),
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

    def pull_json(self, pull: StoredPull, *, whole: bool = False) -> dict[str, Any]:
        url, author = f"{self._root}/pulls/{pull.number}", self.user_json(pull.author)
        page = f"https://github.com/{self.repository}/pull/{pull.number}"
        issue = f"{self._root}/issues/{pull.number}"
        addresses = {
            "html": page,
            "issue": issue,
            "commits": f"{url}/commits",
            "review_comments": f"{url}/comments",
            "comments": f"{issue}/comments",
            "statuses": f"{self._root}/statuses/{'1' * 40}",
        }
        simple = {
            "url": url,
            "id": 5000 + pull.number,
            "node_id": node(f"pull {pull.number}"),
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "issue_url": issue,
            "commits_url": f"{url}/commits",
            "review_comments_url": f"{url}/comments",
            "review_comment_url": f"{self._root}/pulls/comments{{/number}}",
            "comments_url": f"{issue}/comments",
            "statuses_url": addresses["statuses"],
            "number": pull.number,
            "state": pull.state,
            "locked": False,
            "title": pull.title,
            "user": author,
            "body": pull.body,
            "labels": [],
            "milestone": None,
            "created_at": MOMENT,
            "updated_at": MOMENT,
            "closed_at": None,
            "merged_at": MOMENT if pull.merge_sha else None,
            "merge_commit_sha": pull.merge_sha or "9" * 40,  # before a merge: GitHub's own attempt at one
            "assignee": None,
            "assignees": [],
            "requested_reviewers": [self.user_json(Account(login)) for login in pull.reviewers],
            "requested_teams": [self._team_json(slug) for slug in pull.teams],
            "head": self._end_json(pull.head, pull.head_sha, pull.head_repository),
            "base": self._end_json(pull.base, pull.base_sha, self.repository),
            "_links": {name: {"href": address} for name, address in {"self": url, **addresses}.items()}
            | {"review_comment": {"href": f"{self._root}/pulls/comments{{/number}}"}},
            "author_association": "NONE",
            "auto_merge": None,
            "active_lock_reason": None,
            "draft": False,
        }
        counts = ("comments", "review_comments", "commits", "additions", "deletions", "changed_files")
        more = {
            "merged": bool(pull.merge_sha),
            "mergeable": None,
            "mergeable_state": "unknown",
            "merged_by": None,
            "maintainer_can_modify": False,
            **dict.fromkeys(counts, 1),
        }
        return simple | (more if whole else {})

    def _end_json(self, branch: str, sha: str, repository: str | None) -> dict[str, Any]:
        owner = (repository or self.repository).split("/")[0]
        user = self.user_json(Account(owner))
        home = self.repo_json(repository) if repository else None
        return {"label": f"{owner}:{branch}", "ref": branch, "sha": sha, "user": user, "repo": home}

    def _team_json(self, slug: str) -> dict[str, Any]:
        url = f"{self.host}/organizations/1/team/{sum(map(ord, slug))}"
        return {
            "id": sum(map(ord, slug)),
            "node_id": node(slug),
            "name": slug,
            "slug": slug,
            "description": None,
            "privacy": "closed",
            "permission": "pull",
            "url": url,
            "html_url": f"https://github.com/orgs/octo-org/teams/{slug}",
            "members_url": f"{url}/members{{/member}}",
            "repositories_url": f"{url}/repos",
            "type": "organization",
            "parent": None,
        }

    def repo_json(self, repository: str) -> dict[str, Any]:
        page, root = f"https://github.com/{repository}", f"{self.host}/repos/{repository}"
        owner, name = repository.split("/")
        addresses = {key: f"{root}/{key.removesuffix('_url')}" for key in _REPO_ADDRESSES}
        return {
            **addresses,
            "id": 42,
            "node_id": node(repository),
            "name": name,
            "full_name": repository,
            "owner": self.user_json(Account(owner)),
            "private": False,
            "html_url": page,
            "description": None,
            "fork": repository != self.repository,
            "url": root,
            "git_url": f"git:github.com/{repository}.git",
            "ssh_url": f"git@github.com:{repository}.git",
            "clone_url": f"{page}.git",
            "mirror_url": None,
            "svn_url": page,
            "homepage": None,
            "language": None,
            **dict.fromkeys(("forks_count", "stargazers_count", "watchers_count", "size", "open_issues_count"), 0),
            **dict.fromkeys(("forks", "open_issues", "watchers"), 0),
            "default_branch": "main",
            "topics": [],
            **dict.fromkeys(("has_issues", "has_projects", "has_wiki", "has_downloads"), True),
            **dict.fromkeys(("has_pages", "has_discussions", "archived", "disabled"), False),
            "visibility": "public",
            "pushed_at": MOMENT,
            "created_at": MOMENT,
            "updated_at": MOMENT,
            "license": None,
        }

    def comment_json(self, issue: StoredIssue | StoredPull, index: int) -> dict[str, Any]:
        comment = issue.comments[index]
        assert comment is not None
        author, body = comment
        number = issue.number * 1000 + index
        return {
            "url": f"{self._root}/issues/comments/{number}",
            "html_url": f"https://github.com/{self.repository}/issues/{issue.number}#issuecomment-{number}",
            "issue_url": f"{self._root}/issues/{issue.number}",
            "id": number,
            "node_id": node(f"comment {number}"),
            "user": self.user_json(author),
            "created_at": MOMENT,
            "updated_at": MOMENT,
            "author_association": "NONE",
            "body": body,
            "performed_via_github_app": None,
        }


def node(text: str) -> str:
    """An id of GitHub's graph."""
    return base64.b64encode(text.encode()).decode()
