"""Proposals: a change of documents that goes through a pull request, planned as a value and then carried out.

Carrying it out has three steps: a commit on a branch of its own, a push, a pull request. Each step that is done already
is not done again, so a proposal that stopped half-way is finished by asking for the same once more.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from mlgov.documents import Change, Document, edit
from mlgov.errors import ForgeError, GitError, OutsideError, UsageError
from mlgov.lifecycle.transitions import LEGAL, status_of
from mlgov.names import Status
from mlgov.ports import Forge, PullRequest, Remote, Repository


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to propose.

    Attributes:
        branch: The branch of the proposal.
        files: New bytes by path; None takes a file away.
        message: Message of the commit; its first line is the title of the pull request.
        body: Markdown text of the pull request.
        reviewers: Who is asked for a review, as ``login`` or ``owner/team``.
    """

    branch: str
    files: Mapping[str, bytes | None]
    message: str
    body: str = ""
    reviewers: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The first line of the message."""
        return self.message.split("\n")[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be done for a wish.

    Attributes:
        wish: The wish.
        start: Id of the commit that the next commit is built on.
        done: Id of the commit when the branch holds it already; empty when it has to be made.
        into: The branch that the proposal goes into.
        remote: Where the branch is pushed; None when there is no remote.
    """

    wish: Wish
    start: str
    done: str
    into: str
    remote: Remote | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done.

    Attributes:
        commit: Id of the commit on the branch.
        pushed: Whether the remote has it.
        pull_request: The pull request; None when there is none.
        trouble: What ended the work early; None when nothing did.
    """

    commit: str
    pushed: bool = False
    pull_request: PullRequest | None = None
    trouble: OutsideError | None = field(default=None, compare=False)


def moved(document: Document, to: Status) -> bytes:
    """Write a document with another status; comments and everything else stay.

    Raises:
        UsageError: The status may not move there.
    """
    status = status_of(document)
    if status is to:
        return document.data
    if status is None or to not in LEGAL[status]:
        legal = " or ".join(sorted(LEGAL[status])) if status else ""
        hint = f"From {status} it may move to {legal}." if legal else f"{status} is final: its content is frozen."
        raise UsageError(f"{document.path} is {status} and cannot become {to}.", hint=hint)
    return edit(document.data, [Change(("lifecycle", "status"), to.value)], document.path)


def plan(wish: Wish, repository: Repository, *, remote: str, into: str = "") -> Plan:
    """Work out what a wish needs. Reads only.

    Args:
        wish: The wish.
        repository: The governance repository.
        remote: Name of the remote; it need not be there.
        into: The branch to go into; the remote's main line when empty, or the branch that is checked out.

    Raises:
        GitError: There is no commit yet, or git failed.
        UsageError: The branch has commits that do not belong to this, or is checked out.
    """
    head, tip = repository.resolve("HEAD"), repository.tip(wish.branch)
    known = repository.remote(remote)
    target = into or (known.main if known else "") or repository.branch() or "main"
    if target == wish.branch:
        hint = "Choose another branch with --branch or --into."
        raise UsageError(f"{wish.branch} cannot be proposed for itself.", hint=hint)
    if tip and _holds(repository, tip, wish) and repository.merge_base(tip, head) == head:
        return Plan(wish, tip, tip, target, known)
    if repository.branch() == wish.branch:
        hint = "Commit there with git, or go back to the branch that you started from."
        raise UsageError(f"You are on the branch {wish.branch}.", hint=hint)
    return Plan(wish, _start(repository, wish.branch, tip, head), "", target, known)


def carry_out(plan: Plan, repository: Repository, forge: Forge | None, *, push: bool = True) -> Outcome:
    """Commit, push and open a pull request, as far as is wanted and possible.

    Args:
        plan: The plan.
        repository: The governance repository.
        forge: Where pull requests are opened; None when there is none.
        push: Whether the branch is pushed; without a push there is no pull request.

    Raises:
        GitError: The commit was refused; then nothing has happened. What goes wrong later is the outcome's trouble.
    """
    wish = plan.wish
    commit = plan.done or repository.commit(wish.branch, plan.start, wish.files, wish.message)
    if not push or plan.remote is None:
        return Outcome(commit)
    try:
        repository.push(plan.remote.name, wish.branch)
    except GitError as error:
        return Outcome(commit, trouble=error)
    return _pull_request(plan, commit, forge) if forge else Outcome(commit, pushed=True)


def by_hand(plan: Plan, outcome: Outcome | None = None) -> list[str]:
    """Say what is left to do by hand, a line each: commands, and what no command does."""
    branch, left = plan.wish.branch, []
    if outcome is None or not outcome.pushed:
        name = plan.remote.name if plan.remote else "REMOTE"
        left.append(f"git push --set-upstream {shlex.quote(name)} {shlex.quote(branch)}")
    if outcome is None or outcome.pull_request is None:
        page = _compare_page(plan)
        left.append(f"open a pull request of {branch} into {plan.into}" + (f": {page}" if page else ""))
    return left


def forge_repository(remote: Remote | None) -> str:
    """Read ``owner/name`` from the address of a remote; empty when it does not end like that."""
    address = remote.address if remote else ""
    path = urlsplit(address).path if "://" in address else address.partition(":")[2]
    parts = path.removesuffix("/").removesuffix(".git").strip("/").split("/")
    return "/".join(parts) if len(parts) == 2 and all(parts) else ""


def _holds(repository: Repository, commit: str, wish: Wish) -> bool:
    there = repository.snapshot(commit, (), tuple(wish.files))
    return all((there[path].data if path in there else None) == data for path, data in wish.files.items())


def _start(repository: Repository, branch: str, tip: str | None, head: str) -> str:
    """Choose what to build on: the branch when it goes on from here, or here when the branch is behind."""
    if tip is None:
        return head
    shared = repository.merge_base(tip, head)
    if shared not in (tip, head):
        hint = f"If its pull request is done with: git branch -D {branch}. Else choose another one with --branch."
        raise UsageError(f"The branch {branch} is there already and did not start here.", hint=hint)
    return tip if shared == head else head


def _pull_request(plan: Plan, commit: str, forge: Forge) -> Outcome:
    wish, found = plan.wish, None
    try:
        found = forge.open_pull_request(wish.title, wish.body, head=wish.branch, base=plan.into)
        if wish.reviewers:
            forge.ask_for_review(found.number, wish.reviewers)
    except ForgeError as error:
        return Outcome(commit, pushed=True, pull_request=found, trouble=error)
    return Outcome(commit, pushed=True, pull_request=found)


def _compare_page(plan: Plan) -> str:
    """Give GitHub's page that opens a pull request; empty for a remote elsewhere."""
    address = plan.remote.address if plan.remote else ""
    host = urlsplit(address).hostname if "://" in address else address.partition(":")[0].rpartition("@")[2]
    name = forge_repository(plan.remote)
    if host != "github.com" or not name:
        return ""
    return f"https://github.com/{name}/compare/{quote(plan.into)}...{quote(plan.wish.branch)}?expand=1"
