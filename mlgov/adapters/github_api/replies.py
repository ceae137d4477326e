"""What GitHub's replies mean: JSON objects -> the values of the Forge port. A reply of another form is odd."""

from collections.abc import Mapping
from typing import Any

from mlgov.adapters.forge_api import replies
from mlgov.adapters.forge_api.values import OddReplyError, login, moment, value
from mlgov.ports import Issue, PullRequestFacts, Review, ReviewState


def issue(data: Mapping[str, Any]) -> Issue:
    """Read an issue."""
    return Issue(
        number=value(data, "number", int),
        title=value(data, "title", str),
        body=str(data.get("body") or ""),
        open=value(data, "state", str) == "open",
        labels=tuple(label if isinstance(label, str) else str(label.get("name")) for label in data.get("labels", [])),
        author=login(data, "user"),
    )


def pull_request_facts(data: Mapping[str, Any]) -> PullRequestFacts:
    """Read a pull request; lists tell of a merge only by its time."""
    merged, is_program = bool(data.get("merged_at")), is_bot(data.get("user"))
    return replies.pull_request_facts(data, merged=merged, author=login(data, "user"), is_bot=is_program)


def review(data: Mapping[str, Any]) -> Review | None:
    """Read a review; None for one that is still being written."""
    state = value(data, "state", str).lower()
    if state == "pending":
        return None
    if state not in set(ReviewState):
        raise OddReplyError
    return Review(
        id=value(data, "id", int),
        login=login(data, "user"),
        is_bot=is_bot(data.get("user")),
        state=ReviewState(state),
        commit=str(data.get("commit_id") or ""),
        submitted_at=moment(value(data, "submitted_at", str)),
    )


def is_bot(account: Any) -> bool:  # noqa: ANN401 - JSON from outside
    """Say whether an account is a program; True where nobody is named."""
    if not isinstance(account, dict):
        return True
    return account.get("type") != "User" or str(account.get("login", "")).endswith("[bot]")
