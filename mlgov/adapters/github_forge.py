"""GitHub behind the Forge port.

Who "we" are: the login of the settings; else the login that GitHub gives for the token. GitHub gives none for the token
of an Actions job or of an app. Then every issue that a bot opened counts as ours; people cannot act as a bot, and the
planner looks at the hidden marker besides. A comment that is edited in place is ours only by name: without one it is
that of Actions (``github-actions[bot]``), and an app has to say its own in the settings.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote

from mlgov.adapters.forge_api import replies as common
from mlgov.adapters.forge_api.client import ForgeClient
from mlgov.adapters.forge_api.values import OddReplyError, one_line, value
from mlgov.adapters.forge_api.values import login as login_of
from mlgov.adapters.github_api import replies
from mlgov.adapters.github_api.posture import read_posture
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

ACTIONS_LOGIN = "github-actions[bot]"
#: GitHub takes 65,536; what it counts is not told exactly, so there is room left.
COMMENT_LIMIT = 60_000
DESCRIPTION_LIMIT = 140
#: GitHub lists no more commits of a pull request than these.
COMMIT_LIMIT = 250


class GithubForge:
    """Issues, pull requests and settings of one GitHub repository.

    Args:
        client: Its requests.
        login: Who opens our issues; asked of GitHub when empty.
    """

    def __init__(self, client: ForgeClient, *, login: str = "") -> None:
        self._client = client
        self._configured_login = login

    def issues(self, label: str) -> list[Issue]:
        """List all issues with ``label`` that we opened, oldest first."""
        query = {"state": "all", "labels": label, "sort": "created", "direction": "asc"}
        found = [item for item in self._client.items("issues", query) if "pull_request" not in item]
        return [self._read("list issues", replies.issue, item) for item in found if self._is_ours(item)]

    def open_issue(self, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Open an issue.

        GitHub silently drops labels that the token may not set. An issue without its label would never be found
        again and so be opened in every run: it is closed at once, and that is an error.
        """
        given = {"title": title, "body": body, "labels": list(labels)}
        issue = self._client.write("open an issue", "POST", self._at("issues"), given, replies.issue, repeatable=False)
        have = {label.casefold() for label in issue.labels}  # GitHub keeps the spelling of a label that exists
        missing = [label for label in labels if label.casefold() not in have]
        if missing:
            self.edit_issue(issue.number, is_open=False)
            raise ForgeError(
                f"GitHub opened issue {issue.number} without its label {missing[0]}; it was closed again.",
                status=403,
                hint="Let the token set labels: it needs 'issues: write' and at least the triage role.",
            )
        return issue

    def edit_issue(
        self, number: int, *, title: str | None = None, body: str | None = None, is_open: bool | None = None
    ) -> None:
        """Change what is given of an issue and leave the rest."""
        changes = {"title": title, "body": body, "state": None if is_open is None else _state(is_open)}
        given = {key: text for key, text in changes.items() if text is not None}
        self._client.write(
            f"change issue {number}", "PATCH", self._at(f"issues/{number}"), given, replies.issue, repeatable=True
        )

    def comment(self, number: int, body: str) -> None:
        """Add a comment to an issue."""
        self._comment(number, body)

    def comments(self, number: int) -> list[str]:
        """Give the texts of the comments that we added to an issue, oldest first."""
        found = self._client.items(f"issues/{number}/comments")
        return [str(item.get("body") or "") for item in found if self._is_ours(item)]

    def open_pull_request(self, title: str, body: str, *, head: str, base: str) -> PullRequest:
        """Propose the branch ``head`` for ``base``; give back the one that is open already."""
        if found := self._open_pull_request(head, base):
            return found
        given = {"title": title, "body": body, "base": base, "head": head}
        address = self._at("pulls")
        try:
            return self._client.write(
                "open a pull request", "POST", address, given, common.pull_request, repeatable=False
            )
        except ForgeError as error:
            # The reply may have been lost, or somebody may have been faster: who looks again opens no second one.
            found = self._open_pull_request(head, base) if error.transient or error.status == 422 else None
            if found is None:
                raise
            return found

    def ask_for_review(self, number: int, reviewers: Sequence[str]) -> None:
        """Ask people and teams (``owner/team``) to review a pull request."""
        people = [name for name in reviewers if "/" not in name]
        teams = [name.rpartition("/")[2] for name in reviewers if "/" in name]

        def check(reply: Mapping[str, Any]) -> None:
            if value(reply, "number", int) != number:
                raise OddReplyError

        address = self._at(f"pulls/{number}/requested_reviewers")
        given = {"reviewers": people, "team_reviewers": teams}
        self._client.write(f"ask for a review of pull request {number}", "POST", address, given, check, repeatable=True)

    def pull_request(self, number: int) -> PullRequestFacts:
        """Read a pull request as it is now."""
        facts = self._client.read(f"pull request {number}", self._at(f"pulls/{number}"), replies.pull_request_facts)
        if facts.number != number:
            raise ForgeError(f"GitHub answered with pull request {facts.number} when asked for {number}.")
        return facts

    def pull_requests_of_commit(self, sha: str) -> list[PullRequestFacts]:
        """List the pull requests that a commit belongs to, by number."""
        found = self._client.items(f"commits/{quote(sha, safe='')}/pulls")
        facts = [self._read("list pull requests", replies.pull_request_facts, item) for item in found]
        return sorted(facts, key=lambda pull: pull.number)

    def reviews(self, number: int) -> list[Review]:
        """List every review of a pull request that was handed in, oldest first."""
        found = self._client.items(f"pulls/{number}/reviews")
        read = (self._read("list reviews", replies.review, item) for item in found)
        return sorted((review for review in read if review), key=lambda review: (review.submitted_at, review.id))

    def commit_people(self, number: int) -> list[CommitPeople]:
        """List who made the commits of a pull request; GitHub lists 250 of them at the most."""
        found = self._client.items(f"pulls/{number}/commits")
        people = [self._read("list commits", common.commit_people, item) for item in found]
        if len(people) >= COMMIT_LIMIT:
            raise ForgeError(
                f"GitHub lists only the first {COMMIT_LIMIT} commits of pull request {number}, so that not all of its "
                "authors are known.",
                hint="Split it into smaller pull requests, or squash its commits.",
            )
        return people

    def pushers(self, pull: PullRequestFacts) -> frozenset[str] | None:
        """Give the logins of all who pushed to the branch of a pull request; None if GitHub does not tell."""
        if pull.from_fork:
            return None  # the activity of another repository is another repository's affair
        try:
            found = list(self._client.items("activity", {"ref": f"refs/heads/{pull.head_ref}"}))
        except ForgeError as error:
            if error.status not in (403, 404, 422) or error.transient:
                raise
            return None
        names = frozenset(login_of(item, "actor").lower() for item in found)
        return (
            None if not names or "" in names else names
        )  # a branch has a pusher; one whose account is gone is unknown

    def set_status(self, sha: str, state: StatusState, context: str, description: str, target_url: str = "") -> None:
        """Set a status of a commit; GitHub takes 140 characters of description."""
        given = {"state": str(state), "context": context, "description": one_line(description, DESCRIPTION_LIMIT)}

        def check(reply: Mapping[str, Any]) -> None:
            if value(reply, "context", str) != context or value(reply, "state", str) != state:
                raise OddReplyError

        self._client.write(
            f"set status {context}",
            "POST",
            self._at(f"statuses/{quote(sha, safe='')}"),
            given | ({"target_url": target_url} if target_url else {}),
            check,
            repeatable=True,
        )

    def sticky_comment(self, number: int, marker: str, body: str) -> None:
        """Keep one comment of ours: made once, then edited in place."""
        text = commented(marker, body, COMMENT_LIMIT)
        ours = self._marked(number, marker)
        if not ours:
            try:
                self._refuse_foreign_name(self._comment(number, text))
            except ForgeError as error:
                # The reply may have been lost. Who looks again makes no second comment.
                ours = self._marked(number, marker) if error.transient else []
                if not ours:
                    raise
        for comment in ours[:1]:
            if str(comment.get("body") or "").replace("\r\n", "\n") != text:
                self._edit_comment(comment["id"], text)
        for comment in ours[1:]:  # two runs at a time may each have made one
            self._delete_comment(comment["id"])

    def posture(self, branches: Sequence[str]) -> Posture:
        """Read how the repository is set up."""
        return read_posture(self._client, branches)

    def _comment(self, number: int, body: str) -> dict[str, Any]:
        def check(reply: dict[str, Any]) -> dict[str, Any]:
            value(reply, "id", int)
            return reply

        address = self._at(f"issues/{number}/comments")
        return self._client.write(
            f"comment on issue {number}", "POST", address, {"body": body}, check, repeatable=False
        )

    def _edit_comment(self, comment: int, body: str) -> None:
        address, what = self._at(f"issues/comments/{comment}"), f"change comment {comment}"
        self._client.write(what, "PATCH", address, {"body": body}, lambda r: value(r, "id", int), repeatable=True)

    def _delete_comment(self, comment: int) -> None:
        address, what = self._at(f"issues/comments/{comment}"), f"delete comment {comment}"
        try:
            self._client.write(what, "DELETE", address, None, _nothing, repeatable=True)
        except ForgeError as error:
            if error.status != 404:  # gone already
                raise

    def _marked(self, number: int, marker: str) -> list[dict[str, Any]]:
        name = (self._login or ACTIONS_LOGIN).lower()
        found = self._client.items(f"issues/{number}/comments")
        ours = [item for item in found if login_of(item, "user").lower() == name]
        marked = [item for item in ours if str(item.get("body") or "").split("\n", 1)[0].rstrip("\r") == marker]
        return sorted(marked, key=lambda item: self._read("list comments", lambda i: value(i, "id", int), item))

    def _refuse_foreign_name(self, comment: Mapping[str, Any]) -> None:
        """Take a comment back that would not be found again, so that no run leaves one more."""
        name, expected = login_of(comment, "user"), self._login or ACTIONS_LOGIN
        if name.lower() == expected.lower():
            return
        self._delete_comment(value(comment, "id", int))
        raise ForgeError(
            f"GitHub calls us {name}, not {expected}; the comment would not be found again and was deleted.",
            hint=f'Write login = "{name}" under [forge] in mlgov.toml.',
        )

    def _open_pull_request(self, head: str, base: str) -> PullRequest | None:
        owner = self._client.repository.split("/")[0]
        found = self._client.items("pulls", {"state": "open", "head": f"{owner}:{head}", "base": base})
        pulls = (self._read("list pulls", common.pull_request, item) for item in found)
        # GitHub ignores a filter that it does not understand, so the answer is looked at.
        return next((pull for pull in pulls if (pull.head, pull.base) == (head, base)), None)

    @cached_property
    def _login(self) -> str:
        """Our login in lower case; empty when GitHub gives none for this kind of token."""
        if self._configured_login:
            return self._configured_login.lower()
        try:
            return self._client.read("who we are", "/user", lambda data: str(data.get("login") or "")).lower()
        except ForgeError as error:
            if error.status == 403 and not error.transient:
                return ""
            raise

    def _is_ours(self, item: Mapping[str, Any]) -> bool:
        author = item.get("user") or {}
        if self._login:
            return str(author.get("login", "")).lower() == self._login
        return author.get("type") == "Bot"

    def _read(self, what: str, read: Callable[[dict[str, Any]], Any], item: dict[str, Any]) -> Any:  # noqa: ANN401
        return self._client.call(what, lambda: read(item), repeatable=False)

    def _at(self, path: str) -> str:
        return f"{self._client.root}/{path}"


def _nothing(reply: object) -> None:
    """Expect no reply."""


def _state(is_open: bool) -> str:
    return "open" if is_open else "closed"
