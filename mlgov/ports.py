"""What mlgov needs from the outside world, as Protocols. One adapter and one fake stand behind each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

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


#: The governed files of a work tree or a commit, by path. A value: reading it touches nothing.
Snapshot = Mapping[str, File]


@dataclass(frozen=True, slots=True)
class FileChange:
    """How one commit changed one path against its first parent.

    Attributes:
        path: The path.
        mode: Git mode afterwards; ``000000`` when the path is gone.
        blob: Id of the content afterwards; None when the path is gone or a submodule.
    """

    path: str
    mode: str
    blob: str | None


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
    """

    id: str
    author: str
    email: str
    committed_at: datetime
    subject: str
    changes: tuple[FileChange, ...]


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

    def resolve(self, ref: str) -> str:
        """Give the commit id of ``ref``. Raises GitError."""

    def merge_base(self, ref: str, other: str = "HEAD") -> str:
        """Give the best common ancestor of two refs. Raises GitError when there is none."""

    def history(self, ref: str, folders: Sequence[str]) -> list[Commit]:
        """List the commits of the first-parent line that touched ``folders``, oldest first.

        Raises GitError in a shallow clone, whose history is not the whole.
        """

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Read many blobs in one go. Those beyond FILE_LIMIT_BYTES are left out. Raises GitError for a missing one."""


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


class Clock(Protocol):
    """Where "now" comes from."""

    def now(self) -> datetime:
        """Give the present time, aware, in UTC."""


class EventSink(Protocol):
    """Whoever listens to what happens."""

    def emit(self, event: Event) -> None:
        """Take one event."""
