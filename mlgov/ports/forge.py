"""What mlgov needs of a GitHub-like host."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

#: The address that a forge gives to somebody who hides theirs; it names the login.
_HIDDEN_ADDRESS = re.compile(r"(?:\d+\+)?([a-z0-9-]+(?:\[bot\])?)@users\.noreply\.[a-z0-9.-]+")

#: The first line of a comment that is kept up to date.
_MARKER = re.compile(r"<!-- [A-Za-z0-9][A-Za-z0-9 :/._=-]* -->")

_CUT = "\n\n… (cut: the forge takes no more)\n"


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue of the forge.

    Attributes:
        number: Its number.
        title: Its title.
        body: Its Markdown text.
        open: Whether it is open.
        labels: Its labels.
        author: Login of who opened it.
    """

    number: int
    title: str
    body: str
    open: bool
    labels: tuple[str, ...]
    author: str


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request of the forge.

    Attributes:
        number: Its number.
        url: Address of its page.
        title: Its title.
        head: The branch that is proposed.
        base: The branch that it goes into.
    """

    number: int
    url: str
    title: str
    head: str
    base: str


@dataclass(frozen=True, slots=True)
class PullRequestFacts:
    """What the forge says of a pull request at this moment.

    Attributes:
        number: Its number.
        url: Address of its page.
        title: Its title.
        state: ``open`` or ``closed``; a merged one is closed.
        merged: Whether it was merged.
        merge_commit: The commit that the merge left on the base branch (its last one after a rebase); empty until then.
        author: Login of who opened it; empty when the account is gone.
        author_is_bot: Whether the forge takes the author for a program.
        head_sha: The commit that is proposed.
        base_sha: The commit of the base branch that the forge compares it with.
        head_ref: The branch that is proposed.
        base_ref: The branch that it goes into.
        head_repository: ``owner/name`` of the repository that the branch is in; empty when that is gone.
        from_fork: Whether that is another repository than the one it goes into. True when it is gone.
    """

    number: int
    url: str
    title: str
    state: str
    merged: bool
    merge_commit: str
    author: str
    author_is_bot: bool
    head_sha: str
    base_sha: str
    head_ref: str
    base_ref: str
    head_repository: str
    from_fork: bool


class ReviewState(StrEnum):
    """What a reviewer said."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Review:
    """A review that was handed in.

    Attributes:
        id: Its number at the forge.
        login: Who reviewed; empty when the account is gone.
        is_bot: Whether the forge takes the reviewer for a program. True when it does not say.
        state: What the reviewer said, or that it was dismissed since.
        commit: The commit that was reviewed; empty when the forge does not know it any more.
        submitted_at: Aware UTC time at which it was handed in.
    """

    id: int
    login: str
    is_bot: bool
    state: ReviewState
    commit: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class CommitPeople:
    """Who made a commit of a pull request.

    The logins are what the forge makes of the addresses; an address can be written by anybody, so that they can only
    be used against somebody (as authors who may not approve), never for them.

    Attributes:
        commit: Id of the commit.
        author: Login of the author; empty when the forge knows none.
        committer: Login of the committer; the same.
        author_email: Address of the author.
        committer_email: Address of the committer.
        co_authors: Names and addresses of the ``Co-authored-by`` lines.
    """

    commit: str
    author: str
    committer: str
    author_email: str
    committer_email: str
    co_authors: tuple[tuple[str, str], ...] = ()

    @property
    def logins(self) -> frozenset[str]:
        """Every login that is known of them, in lower case."""
        addresses = (self.author_email, self.committer_email, *(address for _, address in self.co_authors))
        hidden = (_HIDDEN_ADDRESS.fullmatch(address.lower()) for address in addresses)
        names = {self.author.lower(), self.committer.lower(), *(match[1] for match in hidden if match)}
        return frozenset(names - {"", "web-flow"})  # web-flow: the forge itself, when a button was pressed


class StatusState(StrEnum):
    """What a commit status says."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """A check that must have passed before a merge.

    Attributes:
        context: Its name.
        source: Id of the app that must have reported it; None when anybody may.
    """

    context: str
    source: int | None = None


@dataclass(frozen=True, slots=True)
class BranchGuard:
    """What the forge forbids on a branch, by all its rules together.

    Attributes:
        branch: The branch.
        force_push_forbidden: Whether history can not be rewritten.
        deletion_forbidden: Whether it can not be deleted.
        pull_request_required: Whether changes come by pull request alone.
        approvals: Approving reviews that a pull request needs.
        stale_dismissed: Whether a push takes approvals back.
        code_owner_review: Whether owners of the changed files must approve.
        last_push_approval: Whether somebody else than who pushed last must approve.
        checks: Checks that must have passed.
        bypass: Who may pass all of it by; None when the forge does not say.
        complete: Whether everything was read; if not, what is missing here may be there all the same.
    """

    branch: str
    force_push_forbidden: bool = False
    deletion_forbidden: bool = False
    pull_request_required: bool = False
    approvals: int = 0
    stale_dismissed: bool = False
    code_owner_review: bool = False
    last_push_approval: bool = False
    checks: tuple[RequiredCheck, ...] = ()
    bypass: tuple[str, ...] | None = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Unread:
    """A setting that could not be read.

    Attributes:
        what: Which.
        why: Why, as a sentence.
    """

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Posture:
    """How the repository is set up at the forge. What is None was not told, and stands in ``unread`` with the reason.

    Attributes:
        default_branch: The main branch.
        guards: What is forbidden, for each branch that was asked about.
        merge_methods: How pull requests may be merged: ``merge``, ``squash``, ``rebase``.
        workflows_may_approve: Whether a workflow's token may approve pull requests.
        workflow_token: What a workflow may do that asks for nothing: ``read`` or ``write``.
        actions_must_be_pinned: Whether actions that are not named by their commit are refused.
        code_owner_errors: What the forge finds wrong with CODEOWNERS, as sentences.
        environments: Names of the environments for deployments.
        labels: Names of the labels.
        unread: What could not be read.
    """

    default_branch: str | None = None
    guards: tuple[BranchGuard, ...] = ()
    merge_methods: tuple[str, ...] | None = None
    workflows_may_approve: bool | None = None
    workflow_token: str | None = None
    actions_must_be_pinned: bool | None = None
    code_owner_errors: tuple[str, ...] | None = None
    environments: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    unread: tuple[Unread, ...] = ()


def commented(marker: str, body: str, limit: int) -> str:
    """Give the text of a sticky comment: the marker as its first line, and as much of the body as a forge takes.

    Args:
        marker: One hidden line, ``<!-- … -->``.
        body: Markdown.
        limit: Characters that the forge takes.

    Raises:
        ValueError: The marker is none.
    """
    if not _MARKER.fullmatch(marker):
        raise ValueError(f"{marker!r} is no hidden line")
    text = f"{marker}\n{body}".replace("\r\n", "\n")
    return text if len(text) <= limit else text[: limit - len(_CUT)] + _CUT


class Forge(Protocol):
    """A GitHub-like host. Every method may raise ForgeError."""

    def issues(self, label: str) -> list[Issue]:
        """List all issues with ``label``, open and closed, that we opened, oldest first."""

    def open_issue(self, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Open an issue. When the error is transient, the issue may be there all the same."""

    def edit_issue(
        self, number: int, *, title: str | None = None, body: str | None = None, is_open: bool | None = None
    ) -> None:
        """Change what is given of an issue and leave the rest."""

    def comment(self, number: int, body: str) -> None:
        """Add a comment to an issue. When the error is transient, the comment may be there all the same."""

    def comments(self, number: int) -> list[str]:
        """Give the texts of the comments that we added to an issue, oldest first."""

    def open_pull_request(self, title: str, body: str, *, head: str, base: str) -> PullRequest:
        """Propose the branch ``head`` for ``base``. One that is open already for the two is given back as it is."""

    def ask_for_review(self, number: int, reviewers: Sequence[str]) -> None:
        """Ask people (``login``) and teams (``owner/team``) to review a pull request. Asking twice is asking once."""

    def pull_request(self, number: int) -> PullRequestFacts:
        """Read a pull request as it is now."""

    def pull_requests_of_commit(self, sha: str) -> list[PullRequestFacts]:
        """List the pull requests that a commit belongs to, merged ones and others, by number."""

    def reviews(self, number: int) -> list[Review]:
        """List every review of a pull request that was handed in, oldest first."""

    def commit_people(self, number: int) -> list[CommitPeople]:
        """List who made the commits of a pull request.

        Raises ForgeError when the forge does not list all of them: an author who is missing could approve.
        """

    def pushers(self, pull: PullRequestFacts) -> frozenset[str] | None:
        """Give the logins, in lower case, of all who pushed to a pull request's branch; None if that is not told."""

    def set_status(self, sha: str, state: StatusState, context: str, description: str, target_url: str = "") -> None:
        """Set a status of a commit. Saying it twice is saying it once. A long description is cut.

        Args:
            sha: The commit.
            state: What it says.
            context: Name of the status; a later one of the same name takes its place.
            description: One line.
            target_url: Where more is to be read; empty for nowhere.
        """

    def sticky_comment(self, number: int, marker: str, body: str) -> None:
        """Keep one comment of ours under an issue or pull request: made once, then edited in place.

        Ours is who has our login and a first line that is exactly ``marker``. A body that is too long is cut and says
        so. Whatever reply is lost, there is one comment in the end.

        Args:
            number: Issue or pull request.
            marker: A hidden line, ``<!-- … -->``.
            body: Markdown, without the marker.
        """

    def posture(self, branches: Sequence[str]) -> Posture:
        """Read how the repository is set up. What may not be read is told as unread and never taken for good."""
