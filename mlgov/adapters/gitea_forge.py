"""Gitea (and Forgejo, which is made from it) behind the Forge port.

What is different from GitHub: labels go by number and must be there; most lists are read until a page is empty; there
is no list of the pull requests of a commit, so that all pull requests are looked through; nobody tells reliably who
pushed. Accounts of programs are not marked: bots have to be named in the settings of the repository.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

from mlgov.adapters.forge_api import replies as common
from mlgov.adapters.forge_api.client import ForgeClient
from mlgov.adapters.forge_api.values import OddReplyError, login, one_line, value
from mlgov.adapters.gitea_api import replies
from mlgov.adapters.gitea_api.posture import read_posture
from mlgov.errors import ForgeError
from mlgov.ports import (
    CommitPeople,
    Issue,
    Posture,
    PullRequest,
    PullRequestFacts,
    Review,
    StatusState,
    commented,
)

T = TypeVar("T")

COMMENT_LIMIT = 60_000
DESCRIPTION_LIMIT = 140
LABEL_COLOR = "#ededed"


class GiteaForge:
    """Issues, pull requests and settings of one repository at Gitea.

    Args:
        client: Its requests.
        login: Who opens our issues; asked of Gitea when empty.
    """

    def __init__(self, client: ForgeClient, *, login: str = "") -> None:
        self._client = client
        self._configured_login = login

    def issues(self, label: str) -> list[Issue]:
        """List all issues with ``label`` that we opened, oldest first."""
        found = self._client.pages("issues", {"state": "all", "type": "issues", "labels": label})
        issues = [self._read("list issues", replies.issue, item) for item in found]
        # Gitea ignores a label that it does not know, so the answer is looked at.
        ours = [issue for issue in issues if label in issue.labels and issue.author.lower() == self._login]
        return sorted(ours, key=lambda issue: issue.number)

    def open_issue(self, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Open an issue. Labels that are not there are made first."""
        given = {"title": title, "body": body, "labels": [self._label(name) for name in labels]}
        return self._send("open an issue", "POST", "issues", given, replies.issue, repeatable=False)

    def edit_issue(
        self, number: int, *, title: str | None = None, body: str | None = None, is_open: bool | None = None
    ) -> None:
        """Change what is given of an issue and leave the rest."""
        state = None if is_open is None else "open" if is_open else "closed"
        given = {key: text for key, text in {"title": title, "body": body, "state": state}.items() if text is not None}
        self._send(f"change issue {number}", "PATCH", f"issues/{number}", given, replies.issue, repeatable=True)

    def comment(self, number: int, body: str) -> None:
        """Add a comment to an issue."""
        what = f"comment on issue {number}"
        self._send(what, "POST", f"issues/{number}/comments", {"body": body}, _number, repeatable=False)

    def comments(self, number: int) -> list[str]:
        """Give the texts of the comments that we added to an issue, oldest first."""
        return [str(item.get("body") or "") for item in self._our_comments(number)]

    def open_pull_request(self, title: str, body: str, *, head: str, base: str) -> PullRequest:
        """Propose the branch ``head`` for ``base``; give back the one that is open already."""
        if found := self._open_pull_request(head, base):
            return found
        given = {"title": title, "body": body, "base": base, "head": head}
        try:
            return self._send("open a pull request", "POST", "pulls", given, common.pull_request, repeatable=False)
        except ForgeError as error:
            # The reply may have been lost, or somebody may have been faster: who looks again opens no second one.
            found = self._open_pull_request(head, base) if error.transient or error.status in (409, 422) else None
            if found is None:
                raise
            return found

    def ask_for_review(self, number: int, reviewers: Sequence[str]) -> None:
        """Ask people and teams (``owner/team``) to review a pull request."""
        teams = [name.rpartition("/")[2] for name in reviewers if "/" in name]
        given = {"reviewers": [name for name in reviewers if "/" not in name], "team_reviewers": teams}
        what, path = f"ask for a review of pull request {number}", f"pulls/{number}/requested_reviewers"
        self._send(what, "POST", path, given, _list, repeatable=True)

    def pull_request(self, number: int) -> PullRequestFacts:
        """Read a pull request as it is now."""
        address = f"{self._client.root}/pulls/{number}"
        facts = self._client.read(f"pull request {number}", address, replies.pull_request_facts)
        if facts.number != number:
            raise ForgeError(f"Gitea answered with pull request {facts.number} when asked for {number}.")
        return facts

    def pull_requests_of_commit(self, sha: str) -> list[PullRequestFacts]:
        """List the pull requests that a commit belongs to, by number.

        Those that end at the commit, or were merged as it; when there is none, those that have it among their commits,
        which takes one request for each pull request that there is.
        """
        found = self._client.pages("pulls", {"state": "all"})
        pulls = [self._read("list pull requests", replies.pull_request_facts, item) for item in found]
        ends = [pull for pull in pulls if sha in (pull.merge_commit, pull.head_sha)]
        chosen = ends or [p for p in pulls if sha in {people.commit for people in self.commit_people(p.number)}]
        return sorted(chosen, key=lambda pull: pull.number)

    def reviews(self, number: int) -> list[Review]:
        """List every review of a pull request that was handed in, oldest first."""
        found = self._client.pages(f"pulls/{number}/reviews")
        read = [self._read("list reviews", replies.review, item) for item in found]
        return sorted((review for review in read if review), key=lambda review: (review.submitted_at, review.id))

    def commit_people(self, number: int) -> list[CommitPeople]:
        """List who made the commits of a pull request."""
        found = self._client.pages(f"pulls/{number}/commits")
        return [self._read("list commits", common.commit_people, item) for item in found]

    def pushers(self, pull: PullRequestFacts) -> frozenset[str] | None:  # noqa: ARG002 - the port's signature
        """Give None: Gitea's feed of pushes is kept only as long as its administrator likes."""
        return None

    def set_status(self, sha: str, state: StatusState, context: str, description: str, target_url: str = "") -> None:
        """Set a status of a commit."""
        given = {"state": str(state), "context": context, "description": one_line(description, DESCRIPTION_LIMIT)}
        given |= {"target_url": target_url} if target_url else {}

        def check(reply: Any) -> None:  # noqa: ANN401 - JSON from outside
            if value(reply, "context", str) != context or value(reply, "status", str) != state:
                raise OddReplyError

        path = f"statuses/{quote(sha, safe='')}"
        self._send(f"set status {context}", "POST", path, given, check, repeatable=True)

    def sticky_comment(self, number: int, marker: str, body: str) -> None:
        """Keep one comment of ours: made once, then edited in place."""
        text = commented(marker, body, COMMENT_LIMIT)
        ours = self._marked(number, marker)
        if not ours:
            try:
                self.comment(number, text)
            except ForgeError as error:
                # The reply may have been lost. Who looks again makes no second comment.
                ours = self._marked(number, marker) if error.transient else []
                if not ours:
                    raise
        for item in ours[:1]:
            if str(item.get("body") or "").replace("\r\n", "\n") != text:
                path, what = f"issues/comments/{item['id']}", f"change comment {item['id']}"
                self._send(what, "PATCH", path, {"body": text}, _number, repeatable=True)
        for item in ours[1:]:  # two runs at a time may each have made one
            self._delete_comment(item["id"])

    def posture(self, branches: Sequence[str]) -> Posture:
        """Read how the repository is set up."""
        return read_posture(self._client, branches)

    def _delete_comment(self, number: int) -> None:
        try:
            what = f"delete comment {number}"
            self._send(what, "DELETE", f"issues/comments/{number}", None, _nothing, repeatable=True)
        except ForgeError as error:
            if error.status != 404:  # gone already
                raise

    def _our_comments(self, number: int) -> list[dict[str, Any]]:
        found = self._client.whole(f"issues/{number}/comments")
        ours = [item for item in found if login(item, "user").lower() == self._login]
        return sorted(ours, key=lambda item: self._read("list comments", _number, item))

    def _marked(self, number: int, marker: str) -> list[dict[str, Any]]:
        ours = self._our_comments(number)
        return [item for item in ours if str(item.get("body") or "").split("\n", 1)[0].rstrip("\r") == marker]

    def _label(self, name: str) -> int:
        """Number of a label; it is made when it is not there."""
        found = self._labels().get(name)
        if found is not None:
            return found
        given = {"name": name, "color": LABEL_COLOR}
        try:
            return self._send(f"make label {name}", "POST", "labels", given, _number, repeatable=False)
        except ForgeError as error:
            found = self._labels().get(name) if error.transient else None  # the reply may have been lost
            if found is None:
                raise
            return found

    def _labels(self) -> dict[str, int]:
        """Number of each label by its name."""
        found = self._client.pages("labels")
        return dict(self._read("list labels", _label_number, item) for item in found)

    def _open_pull_request(self, head: str, base: str) -> PullRequest | None:
        found = self._client.pages("pulls", {"state": "open"})
        facts = [self._read("list pull requests", replies.pull_request_facts, item) for item in found]
        ours = [pull for pull in facts if (pull.head_ref, pull.base_ref) == (head, base) and not pull.from_fork]
        pulls = [PullRequest(pull.number, pull.url, pull.title, pull.head_ref, pull.base_ref) for pull in ours]
        return next(iter(pulls), None)

    @cached_property
    def _login(self) -> str:
        """Our login in lower case."""
        if self._configured_login:
            return self._configured_login.lower()
        try:
            return self._client.read("who we are", "/user", lambda data: value(data, "login", str)).lower()
        except ForgeError as error:
            if error.status != 403 or error.transient:
                raise
            hint = "Let the token read the user, or write login under [forge] in mlgov.toml."
            raise ForgeError(f"Gitea does not tell who we are: {error.message}", status=403, hint=hint) from None

    def _send(
        self, what: str, method: str, path: str, given: object, read: Callable[[Any], T], *, repeatable: bool
    ) -> T:
        address = f"{self._client.root}/{path}"
        return self._client.write(what, method, address, given, read, repeatable=repeatable)

    def _read(self, what: str, read: Callable[[dict[str, Any]], T], item: dict[str, Any]) -> T:
        return self._client.call(what, lambda: read(item), repeatable=False)


def _number(reply: Any) -> int:  # noqa: ANN401 - JSON from outside
    return value(reply, "id", int)


def _label_number(item: dict[str, Any]) -> tuple[str, int]:
    return value(item, "name", str), value(item, "id", int)


def _list(reply: Any) -> None:  # noqa: ANN401 - JSON from outside
    if not isinstance(reply, list):
        raise OddReplyError


def _nothing(reply: object) -> None:
    """Expect no reply."""
