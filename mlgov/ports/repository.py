"""What mlgov needs of git."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class MainLine:
    """The main branch of a remote, as the remote says.

    Attributes:
        branch: Its name.
        commit: Id of its newest commit.
    """

    branch: str
    commit: str


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

    def ask_main(self, remote: str) -> MainLine:
        """Ask a remote for its main branch and where that is now. Raises GitError."""

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

    def records(self, prefix: str, among: Collection[str] | None = None) -> dict[str, bytes]:
        """Read the records whose paths start with ``prefix``, by path in order; only those ``among`` some, if given."""

    def refresh(self) -> None:
        """Take over what others have recorded at the remote. Does nothing without a remote. Raises LedgerError."""


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
