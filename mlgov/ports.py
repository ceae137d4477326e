"""What mlgov needs from the outside world, as Protocols. One adapter and one fake stand behind each."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from mlgov.events import Event

if TYPE_CHECKING:
    import pyarrow as pa

REGULAR_FILE = "100644"

#: Contents beyond this are not read; the file is there with empty data and says how many bytes are missing.
FILE_LIMIT_BYTES = 8 * 2**20
#: More than this is not held in memory at once; reading it raises GitError.
TOTAL_LIMIT_BYTES = 512 * 2**20


@dataclass(frozen=True, slots=True)
class File:
    """A file of a snapshot.

    Attributes:
        path: Path from the top of the repository, with ``/``.
        mode: Git mode: ``100644`` plain, ``100755`` executable, ``120000`` symlink, ``160000`` submodule.
        data: Its bytes; for a symlink its target; empty for a submodule and beyond FILE_LIMIT_BYTES.
        omitted_bytes: Size of a content beyond FILE_LIMIT_BYTES, which was not read; 0 when ``data`` is whole.
    """

    path: str
    mode: str
    data: bytes
    omitted_bytes: int = 0


#: The address that a forge gives to somebody who hides theirs; it names the login.
_HIDDEN_ADDRESS = re.compile(r"(?:\d+\+)?([a-z0-9-]+(?:\[bot\])?)@users\.noreply\.[a-z0-9.-]+")

#: The first line of a comment that is kept up to date.
_MARKER = re.compile(r"<!-- [A-Za-z0-9][A-Za-z0-9 :/._=-]* -->")
_CUT = "\n\n… (cut: the forge takes no more)\n"

#: The governed files of a work tree or a commit, by path. A value: reading it touches nothing.
Snapshot = Mapping[str, File]


@dataclass(frozen=True, slots=True)
class FileChange:
    """How one commit changed one path against its first parent.

    Attributes:
        path: The path.
        mode: Git mode afterwards; ``000000`` when the path is gone.
        blob: Id of the content afterwards; None when the path is gone or a submodule.
        before: Id of the content before; None when there was none.
    """

    path: str
    mode: str
    blob: str | None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on the first-parent line.

    Attributes:
        id: Full hexadecimal id.
        author: Name of the author.
        email: Address of the author.
        committed_at: Aware UTC time of the commit (a claim of the committer).
        subject: First line of the message.
        changes: Changes of governed files against the first parent.
        parents: Ids of its parents.
        co_authors: Who else its message names as author, as ``Name <email>``.
    """

    id: str
    author: str
    email: str
    committed_at: datetime
    subject: str
    changes: tuple[FileChange, ...]
    parents: tuple[str, ...] = ()
    co_authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SideCommit:
    """A commit that reached the first-parent line through a merge, or a merge that changed something by itself.

    Attributes:
        commit: The commit, with its changes against its parent. For a merge: the paths in which it differs from every
            parent, with the content of its first parent as ``before``.
        landed: Id of the commit of the first-parent line that brought it.
    """

    commit: Commit
    landed: str


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote as this clone knows it.

    Attributes:
        name: Its name here.
        address: Where it is, without the user part.
        main: The branch that it takes for its main line; empty when that is not known here.
    """

    name: str
    address: str
    main: str = ""


@dataclass(frozen=True, slots=True)
class WorkTreeState:
    """The governed files of the work tree as the file system describes them; none of them was read.

    Attributes:
        paths: Their paths, in order.
        digest: Digest over what is known of each without reading it. A file that changes changes it, as long as
            ``Shelf.settled`` says so.
        newest_ns: The latest time of a change among them, in nanoseconds of the file system's clock.
    """

    paths: tuple[str, ...]
    digest: str
    newest_ns: int


class Shelf(Protocol):
    """Bytes beside the repository that may be forgotten at any time. They are in no commit and no clone.

    Attributes:
        place: Which repository they belong to.
    """

    place: str

    def read(self) -> bytes:
        """Give the bytes; empty when there are none."""

    def settled(self, state: WorkTreeState) -> bool:
        """Say whether any later change of the files would change the digest of a new state.

        That is so when git tracks every file (else rules about ignored files play a part) and when none has changed
        just now. Asked before the files are read.
        """

    def write(self, data: bytes) -> None:
        """Keep bytes. Where that cannot be done, nothing is kept and nothing is said."""


class Repository(Protocol):
    """A git repository and its work tree.

    Paths are relative to the governance root, which may be a folder below the top of the work tree.
    """

    def is_under_git(self) -> bool:
        """Say whether there is a git repository at all; without one there is a work tree and no history."""

    def work_tree(self, folders: Sequence[str], files: Sequence[str] = ()) -> Snapshot:
        """Read the files below ``folders`` and the ``files`` of the work tree that git does not ignore.

        Symbolic links are entries, never followed. Works without git as long as nothing but tracked files is there,
        and where there is no repository at all.
        """

    def top_names(self, ref: str | None = None) -> list[str]:
        """List the names right below the governance root: of the commit ``ref``, or of the work tree."""

    def snapshot(self, ref: str, folders: Sequence[str], files: Sequence[str] = ()) -> Snapshot:
        """Read the same from the committed blobs of ``ref``. Raises GitError for an unknown ref."""

    def lazy_snapshot(
        self, ref: str, folders: Sequence[str], files: Sequence[str] = (), first: Sequence[str] = ()
    ) -> Snapshot:
        """Read the same, each content when it is asked for; those of ``first`` (files, folders) in one go."""

    def changed_paths(self, ref: str, other: str, folders: Sequence[str], files: Sequence[str] = ()) -> frozenset[str]:
        """List the paths whose file differs between two commits. Raises GitError."""

    def resolve(self, ref: str) -> str:
        """Give the commit id of ``ref``. Raises GitError."""

    def merge_base(self, ref: str, other: str = "HEAD") -> str:
        """Give the best common ancestor of two refs. Raises GitError when there is none."""

    def history(self, ref: str, folders: Sequence[str]) -> list[Commit]:
        """List the commits of the first-parent line that touched ``folders`` (or files), oldest first.

        Raises GitError in a shallow clone, whose history is not the whole.
        """

    def side_commits(self, ref: str, folders: Sequence[str]) -> list[SideCommit]:
        """List the commits beside the first-parent line that touched ``folders``, oldest first.

        A merge commit is among them, on the line or not, with the paths in which it differs from every parent.
        Raises GitError in a shallow clone.
        """

    def proposed_commits(self, base: str, head: str, folders: Sequence[str]) -> list[Commit]:
        """List the commits that led to ``head`` and not to ``base`` and touched ``folders``, oldest first.

        A merge commit among them has the paths in which it differs from every parent.
        """

    def line(self, ref: str) -> list[str]:
        """List the ids of all commits of the first-parent line, oldest first. Raises GitError in a shallow clone."""

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Read many blobs in one go. Those beyond FILE_LIMIT_BYTES are left out. Raises GitError for a missing one."""

    def branch(self) -> str:
        """Name the branch that is checked out; empty when none is."""

    def tip(self, branch: str) -> str | None:
        """Give the commit that a branch of this repository is at; None when there is no such branch."""

    def remote(self, name: str) -> Remote | None:
        """Tell what is known here of a remote, without asking it; None when there is no such remote."""

    def commit(self, branch: str, start: str, files: Mapping[str, bytes | None], message: str) -> str:
        """Commit files on a branch as the user's own git would: with their identity, hooks and signature.

        The work tree, its index and the branch that is checked out stay as they are. Either the branch ends at the
        new commit or nothing has happened.

        Args:
            branch: Its name. It is made when it is not there, else moved on.
            start: Id of the commit to build on; a branch that is there must be at it or behind it.
            files: New bytes by path; None takes a file away.
            message: The commit message.

        Returns:
            Id of the new commit.

        Raises:
            GitError: A hook or git refused, the branch is checked out, or it has commits that ``start`` does not have.
        """

    def commit_here(self, files: Mapping[str, bytes | None], message: str) -> str:
        """Commit files on top of HEAD as the user's own git would, and take HEAD and the work tree there.

        What else lies in the work tree and the index stays. Either all of it happens or nothing.

        Raises:
            GitError: A hook or git refused, or one of the files has changes here that are not committed.
        """

    def fetch(self, remote: str, commit: str) -> None:
        """Fetch one commit with what led to it, as data: no branch moves. Does nothing when it is here.

        Raises:
            GitError: The remote does not answer, or has no such commit.
        """

    def push(self, remote: str, branch: str) -> None:
        """Hand a branch to a remote, without force. Raises GitError."""


class Ledger(Protocol):
    """The append-only store of what happened. One record is one file."""

    def append(self, records: Mapping[str, bytes], *, message: str, at: datetime) -> str:
        """Add records in one step and give the id of that step.

        A path that holds the same bytes already is left alone; one that holds other bytes raises LedgerError,
        because records never change. When the records are here but could not be handed to the remote, LedgerError
        names the step in ``recorded``.

        Args:
            records: Bytes by path; parts of a path are letters, digits and ``._=+-``, with none of ``.=+-`` in front.
            message: What happened, for people who read the log.
            at: Aware time of the step.
        """

    def remote(self) -> str:
        """Name the remote that this ledger has; empty when there is none."""

    def records(self, prefix: str) -> dict[str, bytes]:
        """Read the records whose paths start with ``prefix``, by path in order."""

    def refresh(self) -> None:
        """Take over what others have recorded at the remote. Does nothing without a remote. Raises LedgerError."""


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


@dataclass(frozen=True, slots=True)
class Surroundings:
    """This clone and this machine, as far as proofs rest on them.

    Attributes:
        git_version: Version of git, for instance ``(2, 39, 5)``.
        openssh_version: Version of OpenSSH; None when ssh-keygen is not there or does not tell.
        is_shallow: Whether a part of the history is missing.
        replaced: Objects and commits that git shows otherwise than they are: ``refs/replace/…``, a graft file.
        ledger_tip: Newest commit of the ledger branch, of this clone or its remote; empty when there is none.
        ledger_breaks: Commits of the ledger that did more than add records, oldest first.
        ledger_unpushed: Whether this clone has records that its remote does not have.
        signature_format: What git signs commits with (``gpg.format``); empty when nothing is set.
        allowed_signers: Whether git knows whose SSH signatures to believe (``gpg.ssh.allowedSignersFile`` is a file).
        hook: Whether something runs before each commit here.
    """

    git_version: tuple[int, ...]
    openssh_version: tuple[int, ...] | None
    is_shallow: bool
    replaced: tuple[str, ...]
    ledger_tip: str
    ledger_breaks: tuple[str, ...]
    ledger_unpushed: bool
    signature_format: str
    allowed_signers: bool
    hook: bool


class Tables(Protocol):
    """Data files, read as Arrow record batches in bounded memory."""

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, "pa.DataType"] | None = None
    ) -> Iterator["pa.RecordBatch"]:
        """Read a file or a folder of files.

        Args:
            uri: Path from the top of the repository, or an address that pyarrow knows.
            data_format: ``csv``, ``parquet`` or ``sagemaker_capture``; by the file's ending when None.
            columns: Expected types by column; a column that does not fit its type comes as strings.

        Raises:
            TablesError: The data is missing or damaged.
            TablesLimitError: The data is larger than the limits allow.
        """


class PdfPrinter(Protocol):
    """Prints papers as PDF."""

    def print(self, paper: Mapping[str, Any], *, at: datetime) -> bytes:
        """Print a paper: the same bytes for the same paper and time. Raises PdfError.

        Args:
            paper: JSON values as `mlgov.cards.exports.paper.paper` gives them.
            at: Aware time that the file says it was made.
        """


@dataclass(frozen=True, slots=True)
class Described:
    """A model as its source describes it.

    Attributes:
        source: What was read, as ``kind:reference at server``; never with credentials.
        run: Which run, version or file it was; empty when the source has none.
        facts: What the source said, in its own words; their shape is the source's affair.
        notes: What could not be read, as sentences.
    """

    source: str
    run: str
    facts: Mapping[str, Any]
    notes: tuple[str, ...] = ()


class ModelSource(Protocol):
    """What knows models: a tracking server, an account of AWS."""

    def describe(self, reference: str) -> Described:
        """Read what it knows of one model.

        Args:
            reference: How the source calls it.

        Raises:
            UsageError: It has no such model, or the reference is no such name.
            OutsideError: It could not be asked.
        """


class Signer(Protocol):
    """A person's SSH key."""

    def public_key(self) -> str:
        """Give the public key as a line: type and base64. Raises SigningError when there is none that may sign."""

    def sign(self, data: bytes, namespace: str) -> bytes:
        """Sign ``data`` and give the signature: SSHSIG, binary.

        The person may be asked for a passphrase or to touch a device meanwhile.

        Args:
            data: What to sign.
            namespace: What it is signed for.

        Raises:
            SigningError: It was not signed.
        """


class SignatureVerifier(Protocol):
    """Somebody else's opinion of signatures by SSH keys."""

    def accepts(self, signature: bytes, message: bytes, namespace: str, key: str) -> bool:
        """Say whether ``key`` has signed ``message``. Raises SigningError when that could not be asked.

        Args:
            signature: The signature: SSHSIG, binary.
            message: What is said to be signed.
            namespace: What it must be signed for.
            key: Public key as a line: type and base64.
        """


class Clock(Protocol):
    """Where "now" comes from."""

    def now(self) -> datetime:
        """Give the present time, aware, in UTC."""


class EventSink(Protocol):
    """Whoever listens to what happens."""

    def emit(self, event: Event) -> None:
        """Take one event."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event that is told to the outside.

    Attributes:
        id: Stays the same whenever the event is told again.
        body: The event as a JSON object.
        content_type: Its media type.
    """

    id: str
    body: Mapping[str, Any]
    content_type: str = "application/json"

    def data(self) -> bytes:
        """Give the body as bytes: one line of JSON, always the same for the same body."""
        return json.dumps(self.body, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An event that did not arrive, as far as we know.

    Attributes:
        id: Its id.
        reason: Why, as a sentence; without secrets.
    """

    id: str
    reason: str


class MessageSink(Protocol):
    """Where events are sent. They arrive at least once: who sends again after a failure may send some twice."""

    def deliver(self, messages: Sequence[Message]) -> list[Undelivered]:
        """Send events in order and give those that did not arrive; what else went wrong is in their reasons."""


@dataclass(frozen=True, slots=True)
class AccountCard:
    """The newest version of a card as a cloud account holds it.

    Attributes:
        name: Its name.
        version: Number of the version, from 1.
        status: ``Draft``, ``PendingReview``, ``Approved`` or ``Archived``; empty when the account does not say.
        content: The content as JSON text; empty when the account does not say.
        id: How the account names it in full.
    """

    name: str
    version: int
    status: str
    content: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class NewAccountCard:
    """A card to be made in a cloud account.

    Attributes:
        name: Its name.
        status: Its status, spelled as in AccountCard.
        content: The content as JSON text.
        tags: Keys and values; they can be given when it is made, and not later.
        key: Id or ARN of the key that encrypts it; empty for the account's own. Given when it is made, and not later.
    """

    name: str
    status: str
    content: str
    tags: tuple[tuple[str, str], ...] = ()
    key: str = ""


class CardAccount(Protocol):
    """Model cards in a cloud account. Every method may raise CloudError.

    Content and status change in calls of their own. A new content is a new version, a new status is none. The content
    of an archived card does not change any more. A change whose answer is lost may have been made all the same.
    """

    def names(self) -> list[str]:
        """List the names of all cards, in order."""

    def find(self, name: str) -> AccountCard | None:
        """Read the newest version of a card; None when there is no such card."""

    def tags(self, card: AccountCard) -> dict[str, str]:
        """Read the tags of a card."""

    def create(self, card: NewAccountCard) -> None:
        """Make a card that is not there yet."""

    def update_content(self, name: str, content: str) -> None:
        """Replace the whole content of a card."""

    def update_status(self, name: str, status: str) -> None:
        """Move a card to another status."""


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """A managed policy of a cloud account.

    Attributes:
        arn: Its ARN.
        name: Its name.
        path: Its IAM path.
        document: The document of its default version as a JSON value, as the account gave it.
        description: What it permits, in plain words; given when it is made, and not later.
        tags: Keys and values, sorted.
        default_version: Id of the version in force; empty in a policy that is wanted.
        versions: Ids of the other versions, oldest first.
    """

    arn: str
    name: str
    path: str
    document: Any
    description: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    default_version: str = ""
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountRole:
    """An IAM role of a cloud account.

    Attributes:
        name: Its name.
        arn: Its ARN.
        path: Its IAM path.
        description: What it is for; empty when it does not say.
        max_session_duration: Longest session, seconds.
        trust: The trust policy as a JSON value, as the account gave it.
        inline: Name and document of each inline policy, sorted by name.
        attached: ARNs of the attached managed policies, sorted.
        permissions_boundary: ARN of the upper bound; None when there is none.
        tags: Keys and values, sorted.
        instance_profiles: Names of the instance profiles that hold the role, sorted.
    """

    name: str
    arn: str
    path: str
    description: str
    max_session_duration: int
    trust: Any
    inline: tuple[tuple[str, Any], ...] = ()
    attached: tuple[str, ...] = ()
    permissions_boundary: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    instance_profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountIdentity:
    """Whom a cloud account takes us for.

    Attributes:
        account: Id of the account, twelve digits.
        caller: ARN of who calls.
    """

    account: str
    caller: str


@dataclass(frozen=True, slots=True)
class AccountCall:
    """One change of an account: an operation of IAM with its arguments as IAM spells them.

    Policy documents are JSON values here, and text on the wire.
    """

    operation: str
    arguments: Mapping[str, Any]


class RoleAccount(Protocol):
    """IAM roles and managed policies in a cloud account. Every method may raise CloudError.

    A change whose answer is lost may have been made all the same.
    """

    def identity(self) -> AccountIdentity:
        """Ask which account this is, and who asks."""

    def role_names(self, prefix: str) -> list[str]:
        """List the names of the roles that start with ``prefix``, in order."""

    def role(self, name: str) -> AccountRole | None:
        """Read a role with all that hangs on it; None when there is no such role."""

    def policy_arns(self, prefix: str) -> list[str]:
        """List the ARNs of the account's own managed policies whose names start with ``prefix``, in order."""

    def policy(self, arn: str) -> AccountPolicy | None:
        """Read a managed policy of the account; None when there is no such policy."""

    def call(self, change: AccountCall) -> None:
        """Make one change."""
