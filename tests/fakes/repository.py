"""A repository in memory."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from mlgov.errors import GitError
from mlgov.ports import FILE_LIMIT_BYTES, REGULAR_FILE, Commit, File, FileChange, MainLine, Remote, SideCommit, Snapshot

GONE = "000000"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stored:
    """A commit with its whole tree and its first parent."""

    commit: Commit
    tree: Snapshot
    parent: str | None


@dataclass
class MemoryRepository:
    """The Repository port without git.

    Attributes:
        files: The work tree.
        refs: Commit ids by name; HEAD is where the next commit goes.
        commits: Commits by id.
        shallow: Whether to behave like a shallow clone.
        checked_out: The branch that is checked out.
        remotes: Remotes by name.
        pushed: Commit ids that remotes have, by remote and branch.
        hook: Asked before each commit on a branch; what it raises ends the commit.
    """

    files: dict[str, File] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Stored] = field(default_factory=dict)
    shallow: bool = False
    checked_out: str = "main"
    remotes: dict[str, Remote] = field(default_factory=dict)
    pushed: dict[tuple[str, str], str] = field(default_factory=dict)
    hook: Callable[[], None] = lambda: None

    def top_names(self, ref: str | None = None) -> list[str]:
        """List the first parts of all paths."""
        files = self.files if ref is None else self.commits[self.resolve(ref)].tree
        return sorted({path.split("/")[0] for path in files})

    def is_under_git(self) -> bool:
        """There is a history from the start."""
        return True

    def write(self, path: str, data: bytes, mode: str = REGULAR_FILE) -> None:
        """Put a file into the work tree."""
        self.files[path] = File(path, mode, data) if len(data) <= FILE_LIMIT_BYTES else File(path, mode, b"", len(data))

    def remove(self, path: str) -> None:
        """Take a file out of the work tree."""
        del self.files[path]

    def branch(self) -> str:
        return self.checked_out

    def tip(self, branch: str) -> str | None:
        if not branch or branch.startswith("-") or " " in branch or ".." in branch:
            raise GitError(f"{branch!r} cannot be the name of a branch.")
        return self.refs.get("HEAD") if branch == self.checked_out else self.refs.get(branch)

    def remote(self, name: str) -> Remote | None:
        return self.remotes.get(name)

    def commit(self, branch: str, start: str, files: Mapping[str, bytes | None], message: str) -> str:
        begin, tip = self.resolve(start), self.tip(branch)
        if branch == self.checked_out:
            raise GitError(f"The branch {branch} is checked out.")
        if tip and tip not in self._line(begin):
            raise GitError(f"The branch {branch} is there already and has other commits.")
        self.hook()
        tree = dict(self.commits[begin].tree)
        for path, data in files.items():
            if data is None:
                del tree[path]
            else:
                tree[path] = File(path, REGULAR_FILE, data)
        self.refs[branch] = self._store(begin, tree, message.split("\n")[0])
        return self.refs[branch]

    def commit_here(self, files: Mapping[str, bytes | None], message: str) -> str:
        self.hook()
        for path, data in files.items():
            if data is None:
                self.files.pop(path, None)
            else:
                self.write(path, data)
        return self.save(message.split("\n")[0])

    def fetch(self, remote: str, commit: str) -> None:
        if commit not in self.commits:
            raise GitError(f"{remote} has no commit {commit}.")

    def ask_main(self, remote: str) -> MainLine:
        known = self.remotes.get(remote)
        branch = (known.main if known else "") or "main"
        commit = self.pushed.get((remote, branch))
        if known is None or commit is None:
            raise GitError(f"{remote} does not say which of its branches is the main one.")
        return MainLine(branch, commit)

    def push(self, remote: str, branch: str) -> None:
        tip, theirs = self.tip(branch), self.pushed.get((remote, branch))
        if remote not in self.remotes or not tip:
            raise GitError(f"There is no {remote} or no {branch}.")
        if theirs and theirs not in self._line(tip):
            raise GitError(f"{remote} has another branch {branch}.")
        self.pushed[remote, branch] = tip

    def save(
        self,
        subject: str = "change",
        *,
        at: datetime = NOON,
        author: str = "Author",
        email: str = "author@example.org",
        parent: str | None = None,
    ) -> str:
        """Commit the whole work tree on HEAD, or on ``parent``, and move HEAD there."""
        before = parent or self.refs.get("HEAD")
        self.refs["HEAD"] = self._store(before, self.files, subject, at, author, email)
        return self.refs["HEAD"]

    def _store(
        self,
        before: str | None,
        tree: Snapshot,
        subject: str,
        at: datetime = NOON,
        author: str = "Author",
        email: str = "author@example.org",
    ) -> str:
        identity = hashlib.sha1(f"{len(self.commits)} {before}".encode(), usedforsecurity=False).hexdigest()
        changes = _changes(self.commits[before].tree if before else {}, tree)
        commit = Commit(identity, author, email, at, subject, changes, (before,) if before else ())
        self.commits[identity] = Stored(commit, dict(tree), before)
        return identity

    def work_tree(self, folders: Sequence[str], files: Sequence[str] = ()) -> Snapshot:
        return _selected(self.files, folders, files)

    def snapshot(self, ref: str, folders: Sequence[str], files: Sequence[str] = ()) -> Snapshot:
        return _selected(self.commits[self.resolve(ref)].tree, folders, files)

    def lazy_snapshot(
        self, ref: str, folders: Sequence[str], files: Sequence[str] = (), first: Sequence[str] = ()
    ) -> Snapshot:
        return self.snapshot(ref, folders, files)

    def changed_paths(self, ref: str, other: str, folders: Sequence[str], files: Sequence[str] = ()) -> frozenset[str]:
        before, after = self.snapshot(ref, folders, files), self.snapshot(other, folders, files)
        return frozenset(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))

    def resolve(self, ref: str) -> str:
        found = self.refs.get(ref, ref)
        if found not in self.commits:
            raise GitError(f"'{ref}' names no commit here.")
        return found

    def merge_base(self, ref: str, other: str = "HEAD") -> str:
        ours = self._line(self.resolve(other))
        shared = [identity for identity in self._line(self.resolve(ref)) if identity in ours]
        if not shared:
            raise GitError(f"'{ref}' and '{other}' have no common commit here.")
        return shared[0]

    def history(self, ref: str, folders: Sequence[str]) -> list[Commit]:
        line = [self.commits[identity].commit for identity in reversed(self._line(self.resolve(ref)))]
        if self.shallow:
            raise GitError("This is a shallow clone; its history is not the whole.")
        limited = [_limited(commit, folders) for commit in line]
        return [commit for commit in limited if commit.changes]

    def side_commits(self, ref: str, folders: Sequence[str]) -> list[SideCommit]:
        self.line(ref)
        return []

    def proposed_commits(self, base: str, head: str, folders: Sequence[str]) -> list[Commit]:
        known = self._line(self.resolve(base))
        line = [self.commits[commit].commit for commit in self._line(self.resolve(head))[::-1] if commit not in known]
        return [commit for commit in (_limited(commit, folders) for commit in line) if commit.changes]

    def line(self, ref: str) -> list[str]:
        line = self._line(self.resolve(ref))[::-1]
        if self.shallow:
            raise GitError("This is a shallow clone; its history is not the whole.")
        return line

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        known = {blob_id(file): file for stored in self.commits.values() for file in stored.tree.values()}
        wanted = list(ids)
        if missing := [identity for identity in wanted if identity not in known]:
            raise GitError(f"The blob {missing[0]} is missing or damaged.")
        return {identity: known[identity].data for identity in wanted if not known[identity].omitted_bytes}

    def _line(self, commit: str) -> list[str]:
        line = [commit]
        while parent := self.commits[line[-1]].parent:
            line.append(parent)
        return line


def blob_id(file: File) -> str:
    """Name a content as git does."""
    data = file.data or bytes(file.omitted_bytes)
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _selected(tree: Snapshot, folders: Sequence[str], files: Sequence[str]) -> Snapshot:
    return {path: tree[path] for path in sorted(tree) if path.partition("/")[0] in folders or path in files}


def _changes(before: Snapshot, after: Snapshot) -> tuple[FileChange, ...]:
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return tuple(_change(path, before.get(path), after.get(path)) for path in changed)


def _change(path: str, before: File | None, after: File | None) -> FileChange:
    earlier = blob_id(before) if before else None
    return FileChange(path, after.mode, blob_id(after), earlier) if after else FileChange(path, GONE, None, earlier)


def _limited(commit: Commit, folders: Sequence[str]) -> Commit:
    changes = tuple(c for c in commit.changes if c.path in folders or c.path.partition("/")[0] in folders)
    return replace(commit, changes=changes)
