"""What the replies of GitHub and of forges made in its likeness mean alike: JSON objects -> values of the port."""

from collections.abc import Mapping
from typing import Any

from mlgov.adapters.forge_api.values import co_authors, login, repository_of, value
from mlgov.ports import CommitPeople, PullRequest, PullRequestFacts


def pull_request(data: Mapping[str, Any]) -> PullRequest:
    """Read a pull request as far as one needs to know it that one has opened."""
    return PullRequest(
        number=value(data, "number", int),
        url=value(data, "html_url", str),
        title=value(data, "title", str),
        head=value(value(data, "head", dict), "ref", str),
        base=value(value(data, "base", dict), "ref", str),
    )


def pull_request_facts(data: Mapping[str, Any], *, merged: bool, author: str, is_bot: bool) -> PullRequestFacts:
    """Read a pull request.

    Args:
        data: The reply.
        merged: Whether it is merged, which every forge tells in its own way.
        author: Who opened it; empty when they are gone.
        is_bot: Whether that is a program.
    """
    head, base = value(data, "head", dict), value(data, "base", dict)
    home, origin = repository_of(base), repository_of(head)
    return PullRequestFacts(
        number=value(data, "number", int),
        url=value(data, "html_url", str),
        title=value(data, "title", str),
        state=value(data, "state", str),
        merged=merged,
        # A commit is named here before the merge too: the one by which the forge tried whether there are conflicts.
        merge_commit=value(data, "merge_commit_sha", str) if merged else "",
        author=author,
        author_is_bot=is_bot,
        head_sha=value(head, "sha", str),
        base_sha=value(base, "sha", str),
        head_ref=value(head, "ref", str),
        base_ref=value(base, "ref", str),
        head_repository=origin,
        from_fork=origin.lower() != home.lower(),
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
