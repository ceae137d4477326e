"""What GitHub's replies mean: JSON objects -> the values of the Forge port. A reply of another form is odd."""

from collections.abc import Mapping
from typing import Any

from mlgov.adapters.forge_api.values import OddReplyError, co_authors, login, moment, repository_of, value
from mlgov.ports import CommitPeople, Issue, PullRequest, PullRequestFacts, Review, ReviewState


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


def pull_request(data: Mapping[str, Any]) -> PullRequest:
    """Read a pull request as far as one needs to know it that one has opened."""
    return PullRequest(
        number=value(data, "number", int),
        url=value(data, "html_url", str),
        title=value(data, "title", str),
        head=value(value(data, "head", dict), "ref", str),
        base=value(value(data, "base", dict), "ref", str),
    )


def pull_request_facts(data: Mapping[str, Any]) -> PullRequestFacts:
    """Read a pull request; lists tell of a merge only by its time."""
    head, base = value(data, "head", dict), value(data, "base", dict)
    merged = bool(data.get("merged_at"))
    home, origin = repository_of(base), repository_of(head)
    return PullRequestFacts(
        number=value(data, "number", int),
        url=value(data, "html_url", str),
        title=value(data, "title", str),
        state=value(data, "state", str),
        merged=merged,
        # GitHub names a commit here before the merge too: the one by which it tried whether there are conflicts.
        merge_commit=value(data, "merge_commit_sha", str) if merged else "",
        author=login(data, "user"),
        author_is_bot=is_bot(data.get("user")),
        head_sha=value(head, "sha", str),
        base_sha=value(base, "sha", str),
        head_ref=value(head, "ref", str),
        base_ref=value(base, "ref", str),
        head_repository=origin,
        from_fork=origin.lower() != home.lower(),
    )


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


def commit_people(data: Mapping[str, Any]) -> CommitPeople:
    """Read who made a commit."""
    commit = value(data, "commit", dict)
    author, committer = commit.get("author") or {}, commit.get("committer") or {}
    return CommitPeople(
        commit=value(data, "sha", str),
        author=login(data, "author"),
        committer=login(data, "committer"),
        author_email=str(author.get("email") or ""),
        committer_email=str(committer.get("email") or ""),
        co_authors=co_authors(value(commit, "message", str)),
    )


def is_bot(account: Any) -> bool:  # noqa: ANN401 - JSON from outside
    """Say whether an account is a program; True where nobody is named."""
    if not isinstance(account, dict):
        return True
    return account.get("type") != "User" or str(account.get("login", "")).endswith("[bot]")
