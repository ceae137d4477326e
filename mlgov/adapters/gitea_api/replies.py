"""What Gitea's replies mean: JSON objects -> the values of the Forge port. A reply of another form is odd."""

from collections.abc import Mapping
from typing import Any

from mlgov.adapters.forge_api import replies
from mlgov.adapters.forge_api.values import OddReplyError, login, moment, value
from mlgov.ports import Issue, PullRequestFacts, Review, ReviewState

#: How Gitea spells what a reviewer said. Requests for a review and drafts are no reviews.
_STATES = {
    "APPROVED": ReviewState.APPROVED,
    "REQUEST_CHANGES": ReviewState.CHANGES_REQUESTED,
    "COMMENT": ReviewState.COMMENTED,
}
_NO_REVIEWS = ("PENDING", "REQUEST_REVIEW")
#: Accounts that Gitea itself plays: for people who are gone, and for its workflows.
_NOBODY = ("ghost", "gitea-actions", "forgejo-actions")


def issue(data: Mapping[str, Any]) -> Issue:
    """Read an issue."""
    return Issue(
        number=value(data, "number", int),
        title=value(data, "title", str),
        body=str(data.get("body") or ""),
        open=value(data, "state", str) == "open",
        labels=tuple(value(label, "name", str) for label in data.get("labels") or ()),
        author=login(data, "user"),
    )


def pull_request_facts(data: Mapping[str, Any]) -> PullRequestFacts:
    """Read a pull request."""
    merged, is_program = value(data, "merged", bool), is_bot(login(data, "user"))
    return replies.pull_request_facts(data, merged=merged, author=_person(data), is_bot=is_program)


def review(data: Mapping[str, Any]) -> Review | None:
    """Read a review; None for one that was asked for or is still being written."""
    said = value(data, "state", str)
    if said in _NO_REVIEWS:
        return None
    if said not in _STATES:
        raise OddReplyError
    return Review(
        id=value(data, "id", int),
        login=_person(data),
        is_bot=is_bot(login(data, "user")),
        state=ReviewState.DISMISSED if value(data, "dismissed", bool) else _STATES[said],
        commit=str(data.get("commit_id") or ""),
        submitted_at=moment(value(data, "submitted_at", str)),
    )


def is_bot(name: str) -> bool:
    """Say whether an account is one of Gitea's own, or nobody. Gitea does not mark the accounts of other programs."""
    return name.lower() in ("", *_NOBODY) or name.endswith("[bot]")


def _person(data: Mapping[str, Any]) -> str:
    name = login(data, "user")
    return "" if name.lower() == "ghost" else name
