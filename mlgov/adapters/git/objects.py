"""Reading git's objects: trees, many contents in one go, and the log of a branch."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from mlgov.adapters.git.commands import GitCommands, is_id
from mlgov.errors import GitError
from mlgov.ports import FILE_LIMIT_BYTES, TOTAL_LIMIT_BYTES, Commit, FileChange

SUBMODULE = "160000"
_GONE = "000000"
_CHUNK = 1 << 20
_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tree.

    Attributes:
        mode: Git mode.
        id: Id of the object.
    """

    mode: str
    id: str

    @property
    def kind(self) -> str:
        """What the object is: ``tree``, ``commit`` or ``blob``."""
        return {"040000": "tree", SUBMODULE: "commit"}.get(self.mode, "blob")


@dataclass(frozen=True, slots=True)
class Content:
    """A blob.

    Attributes:
        data: Its bytes; empty when there are more than FILE_LIMIT_BYTES.
        size: How many bytes it has.
    """

    data: bytes
    size: int

    @property
    def omitted_bytes(self) -> int:
        """Bytes that were left out because the content is too large; 0 when ``data`` is the whole."""
        return self.size - len(self.data)


def list_tree(git: GitCommands, tree: str, *options: str, paths: Sequence[str] = ()) -> dict[str, Entry]:
    """List entries of a tree by path.

    Args:
        git: The repository.
        tree: Id of a tree or a commit.
        options: More options of ``ls-tree``.
        paths: What to list; everything when empty.

    Raises:
        GitError: The tree cannot be read, or holds a path twice.
    """
    listing = git.run("ls-tree", "-z", *options, "--end-of-options", tree, *paths)
    entries: dict[str, Entry] = {}
    for line in listing.split(b"\0")[:-1]:
        facts, _, name = line.partition(b"\t")
        mode, _, identity = facts.decode("ascii").split(" ")
        path = decode_path(name)
        if path in entries:
            raise GitError(f"The tree {tree} holds {path!r} twice; the repository is damaged.")
        entries[path] = Entry(mode, identity)
    return entries


def read_contents(git: GitCommands, ids: Iterable[str]) -> dict[str, Content]:
    """Read many blobs through one process, in bounded memory.

    Raises:
        GitError: One is missing or no blob, or there are more than TOTAL_LIMIT_BYTES.
    """
    wanted = list(dict.fromkeys(ids))
    if wrong := [identity for identity in wanted if not is_id(identity)]:
        raise GitError(f"{wrong[0]!r} is not an object id.")
    if not wanted:
        return {}
    with git.stream("cat-file", "--batch", stdin="".join(f"{identity}\n" for identity in wanted).encode()) as out:
        return dict(_contents(out, wanted))


def _contents(out: IO[bytes], ids: Sequence[str]) -> Iterator[tuple[str, Content]]:
    total = 0
    for identity in ids:
        facts = out.readline().decode("ascii", "replace").split()
        if facts[1:2] != ["blob"]:
            raise GitError(f"The blob {identity} is missing or damaged.", hint="Fetch it, or look with 'git fsck'.")
        content = _content(out, int(facts[2]))
        total += len(content.data)
        check_total(total)
        yield identity, content


def _content(out: IO[bytes], size: int) -> Content:
    if size <= FILE_LIMIT_BYTES:
        return Content(out.read(size + 1)[:size], size)
    left = size + 1
    while left and (chunk := out.read(min(left, _CHUNK))):
        left -= len(chunk)
    return Content(b"", size)


def check_total(total: int) -> None:
    """Refuse to hold more than TOTAL_LIMIT_BYTES.

    Raises:
        GitError: ``total`` is more.
    """
    if total > TOTAL_LIMIT_BYTES:
        limit = TOTAL_LIMIT_BYTES // 2**20
        hint = "Keep data out of the governed folders and refer to it."
        raise GitError(f"The governed files have more than {limit} MiB together.", hint=hint)


#: What `read_log` asks for: id, parents, author, address, time, first line, whole message.
_FIELDS = ("%H", "%P", "%an", "%ae", "%ct", "%s", "%B")

_CO_AUTHOR = re.compile(r"^[ \t]*co-authored-by:[ \t]*(\S.*?)[ \t]*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A commit as the log tells it.

    Attributes:
        commit: The commit.
        message: Its whole message.
    """

    commit: Commit
    message: str


def read_log(git: GitCommands, *commits: str, paths: Sequence[str] = (), relative: bool = False) -> Iterator[LogEntry]:
    """Read commits of the first-parent line with their changes against the first parent, oldest first.

    A merge commit's own changes are among them: trees are compared, not patches, so nothing that entered through a
    merge is invisible.

    Args:
        git: The repository.
        commits: Ids to start from, and ``^id`` for what to leave out with all its ancestors.
        paths: Only commits that touched these; all when empty.
        relative: Whether paths are relative to ``git.root``, and only those below it count.
    """
    return _log(git, ("--first-parent", "--diff-merges=first-parent"), commits, paths, relative=relative)


def read_whole_log(git: GitCommands, *commits: str, paths: Sequence[str]) -> Iterator[LogEntry]:
    """Read all commits that led to some and touched paths below ``git.root``, whichever parent they came by.

    Commits are ids to start from, and ``^id`` for what to leave out with all its ancestors.

    A merge commit has the paths in which it differs from every parent.
    """
    return _log(git, ("--full-history", "--diff-merges=combined"), commits, paths, relative=True)


def _log(
    git: GitCommands, which: Sequence[str], commits: Sequence[str], paths: Sequence[str], *, relative: bool
) -> Iterator[LogEntry]:
    fixed = ("--reverse", "--raw", "-z", "--no-abbrev", "--no-renames")
    plain = (
        "--relative" if relative else "--no-relative",
        "--no-color",
        "--no-notes",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=none",
    )
    form = "--format=" + "%x00".join(_FIELDS)
    out = git.run("log", *which, *fixed, *plain, form, "--end-of-options", *commits, "--", *paths)
    return _log_entries(out.split(b"\0"))


def read_graph(git: GitCommands, commit: str) -> dict[str, list[str]]:
    """Read the parents of every commit that led to one, by id."""
    listed = git.run("rev-list", "--parents", "--end-of-options", commit).decode("ascii")
    return {ids[0]: ids[1:] for ids in map(str.split, listed.splitlines())}


def landings(parents: Mapping[str, Sequence[str]], line: Iterable[str]) -> dict[str, str]:
    """Say for each commit which commit of the first-parent line brought it.

    Args:
        parents: Parents by id.
        line: The first-parent line, oldest first.
    """
    landed: dict[str, str] = {}
    for on_line in line:
        waiting = [on_line]
        while waiting:
            commit = waiting.pop()
            if commit not in landed:
                landed[commit] = on_line
                waiting.extend(parents.get(commit, ()))
    return landed


def _log_entries(tokens: Sequence[bytes]) -> Iterator[LogEntry]:
    position, end = 0, len(tokens) - 1
    while position < end:
        header = [token.decode("utf-8", "replace") for token in tokens[position : position + len(_FIELDS)]]
        position += len(_FIELDS)
        changes = []
        if position < end and not tokens[position]:
            position += 1  # git ends the message of a merge with one more NUL
        while position < end and tokens[position].lstrip(b"\n").startswith(b":"):
            changes.append(_change(tokens[position].decode("ascii").strip(), tokens[position + 1]))
            position += 2
        yield _log_entry(header, changes)


def _log_entry(header: list[str], changes: list[FileChange]) -> LogEntry:
    identity, parents, author, email, seconds, subject, message = header
    co_authors = tuple(_CO_AUTHOR.findall(message)) if "uthored" in message.lower() else ()
    commit = Commit(
        identity, author, email, _time(seconds), subject, tuple(changes), tuple(parents.split()), co_authors
    )
    return LogEntry(commit, message)


def _time(seconds: str) -> datetime:
    """Read a commit time: a claim of whoever made the commit, so nonsense is clamped instead of ending the reading."""
    return datetime.fromtimestamp(min(int(seconds or 0), _LAST_SECOND), UTC)


def _change(facts: str, path: bytes) -> FileChange:
    """Read ``:before after id id status``, or the same of a merge, with one more of each per parent."""
    sides = len(facts) - len(facts.lstrip(":"))
    fields = facts.lstrip(":").split(" ")
    before_mode, mode, before, blob = fields[0], fields[sides], fields[sides + 1], fields[2 * sides + 1]
    return FileChange(decode_path(path), mode, _content_id(mode, blob), _content_id(before_mode, before))


def _content_id(mode: str, blob: str) -> str | None:
    return None if mode in (_GONE, SUBMODULE) else blob


def decode_path(path: bytes) -> str:
    """Turn git's bytes into a path; bytes that are no UTF-8 become lone surrogates, as the standard library does it."""
    return path.decode("utf-8", "surrogateescape")
