"""The Repository port on git and the work tree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mlgov.adapters.git import index, proposals, work_tree
from mlgov.adapters.git.commands import GitCommands, failure
from mlgov.adapters.git.lazy_tree import LazyTree, file_of
from mlgov.adapters.git.objects import (
    decode_path,
    landings,
    list_tree,
    read_contents,
    read_graph,
    read_log,
    read_whole_log,
)
from mlgov.errors import GitError
from mlgov.ports import Commit, MainLine, Remote, SideCommit, Snapshot

_SHALLOW_HINT = "Fetch the rest with 'git fetch --unshallow'; in a workflow, check out with fetch-depth: 0."


class GitRepository:
    """A governance repository.

    Args:
        root: The governance root: the top of the work tree or a folder below it. Paths are relative to it. Of a bare
            repository, the repository itself.
        at: Aware time of the commits that are made; git's own clock when None.
    """

    def __init__(self, root: Path, at: datetime | None = None) -> None:
        self._root, self._at = root.absolute(), at
        self._git = GitCommands(root)

    def is_under_git(self) -> bool:
        """Say whether there is a git repository at all."""
        return index.git_folder(self._root) is not None or index.is_bare(self._root)

    def work_tree(self, folders: Sequence[str], files: Sequence[str] = ()) -> Snapshot:
        """Read what lies in ``folders`` and those of ``files`` that are there, without what git ignores.

        Raises:
            GitError: A file cannot be read, or git had to be asked and failed.
        """
        found = work_tree.modes(self._root, folders, files)
        for path in self._ignored(found):
            found.pop(path, None)
        return work_tree.read(self._root, found)

    def top_names(self, ref: str | None = None) -> list[str]:
        """List the names right below the governance root.

        Raises:
            GitError: ``ref`` names no commit, or the root cannot be read.
        """
        if ref is not None:
            listed = self._git.run("ls-tree", "-z", "--name-only", self.resolve(ref))
            return sorted(listed.decode("utf-8", "surrogateescape").split("\0")[:-1])
        try:
            return sorted(path.name for path in Path(self._root).iterdir())
        except OSError as error:
            raise GitError(f"{self._root} cannot be read: {error.strerror}.") from error

    def snapshot(self, ref: str, folders: Sequence[str], files: Sequence[str] = ()) -> Snapshot:
        """Read the same from the committed blobs of ``ref``: byte for byte, whatever filters and line-end settings say.

        Raises:
            GitError: ``ref`` names no commit, or its objects are damaged.
        """
        commit = self.resolve(ref)
        paths = [*folders, *files]
        entries = list_tree(self._git, commit, "-r", paths=paths) if paths else {}
        contents = read_contents(self._git, (entry.id for entry in entries.values() if entry.kind == "blob"))
        return {path: file_of(path, entries[path], contents) for path in sorted(entries)}

    def lazy_snapshot(
        self, ref: str, folders: Sequence[str], files: Sequence[str] = (), first: Sequence[str] = ()
    ) -> Snapshot:
        """Read the same, each content when it is asked for; those of ``first`` (files, folders) in one go.

        Raises:
            GitError: ``ref`` names no commit. A damaged content is found when it is read.
        """
        return LazyTree(self._git, list_tree(self._git, self.resolve(ref), "-r", paths=[*folders, *files]), first)

    def changed_paths(self, ref: str, other: str, folders: Sequence[str], files: Sequence[str] = ()) -> frozenset[str]:
        """List the paths whose file differs between two commits.

        Raises:
            GitError: A ref names no commit.
        """
        sides = self.resolve(ref), self.resolve(other)
        options = ("-r", "-z", "--name-only", "--no-renames", "--relative", "--ignore-submodules=none")
        listed = self._git.run("diff-tree", *options, "--end-of-options", *sides, "--", *folders, *files)
        return frozenset(decode_path(path) for path in listed.split(b"\0")[:-1])

    def resolve(self, ref: str) -> str:
        """Give the commit id of ``ref``.

        Raises:
            GitError: It is not written as a ref, names no commit, or is ambiguous.
        """
        return self._git.resolve(ref)

    def merge_base(self, ref: str, other: str = "HEAD") -> str:
        """Give the best common ancestor of two refs.

        Raises:
            GitError: There is none, or a ref names no commit.
        """
        reply = self._git.ask("merge-base", "--end-of-options", self.resolve(ref), self.resolve(other))
        if reply.code > 1:
            raise failure(reply, "merge-base")
        if reply.code:
            hint = _SHALLOW_HINT if self._is_shallow() else "The two were started separately; name another base."
            raise GitError(f"'{ref}' and '{other}' have no common commit here.", hint=hint)
        return reply.out.decode("ascii").split()[0]

    def history(self, ref: str, folders: Sequence[str]) -> list[Commit]:
        """List the commits of the first-parent line of ``ref`` that touched ``folders``, oldest first.

        Raises:
            GitError: ``ref`` names no commit, or this is a shallow clone.
        """
        commit = self.resolve(ref)
        if self._is_shallow():
            raise GitError("This is a shallow clone; its history is not the whole.", hint=_SHALLOW_HINT)
        if not folders:
            return []
        if len(folders) == 1 or any("/" in path for path in folders) or not self._is_top():
            return [entry.commit for entry in read_log(self._git, commit, paths=folders, relative=True)]
        # Asked for several, git looks at every name in every tree; to list all and choose here takes a third of it.
        found = (_only(entry.commit, frozenset(folders)) for entry in read_log(self._git, commit))
        return [commit for commit in found if commit.changes]

    def side_commits(self, ref: str, folders: Sequence[str]) -> list[SideCommit]:
        """List the commits beside the first-parent line that touched ``folders``, oldest first.

        Raises:
            GitError: ``ref`` names no commit, or this is a shallow clone.
        """
        commit = self.resolve(ref)
        parents = read_graph(self._git, commit)
        landed = landings(parents, self.line(ref))
        found = (entry.commit for entry in read_whole_log(self._git, commit, paths=folders))
        beside = [c for c in found if c.changes and (landed[c.id] != c.id or len(c.parents) > 1)]
        return [SideCommit(commit, landed[commit.id]) for commit in beside]

    def proposed_commits(self, base: str, head: str, folders: Sequence[str]) -> list[Commit]:
        """List the commits that led to ``head`` and not to ``base`` and touched ``folders``, oldest first.

        Raises:
            GitError: A ref names no commit.
        """
        span = (self.resolve(head), f"^{self.resolve(base)}")
        return [entry.commit for entry in read_whole_log(self._git, *span, paths=folders)]

    def line(self, ref: str) -> list[str]:
        """List the ids of all commits of the first-parent line, oldest first.

        Raises:
            GitError: ``ref`` names no commit, or this is a shallow clone.
        """
        commit = self.resolve(ref)
        if self._is_shallow():
            raise GitError("This is a shallow clone; its history is not the whole.", hint=_SHALLOW_HINT)
        listed = self._git.run("rev-list", "--first-parent", "--reverse", "--end-of-options", commit)
        return listed.decode("ascii").split()

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Read many blobs. Those beyond FILE_LIMIT_BYTES are left out.

        Raises:
            GitError: One is missing.
        """
        contents = read_contents(self._git, ids)
        return {identity: content.data for identity, content in contents.items() if not content.omitted_bytes}

    def branch(self) -> str:
        """Name the branch that is checked out; empty when none is."""
        return proposals.branch_of(self._git)

    def tip(self, branch: str) -> str | None:
        """Give the commit that a branch of this repository is at; None when there is no such branch.

        Raises:
            GitError: No branch can have that name.
        """
        return proposals.tip_of(self._git, branch)

    def remote(self, name: str) -> Remote | None:
        """Tell what is known here of a remote, without asking it; None when there is no such remote."""
        return proposals.remote_of(self._git, name)

    def commit(self, branch: str, start: str, files: Mapping[str, bytes | None], message: str) -> str:
        """Commit files on a branch as the user's own git would, and touch nothing else.

        Raises:
            GitError: A hook or git refused, the branch is checked out, or it has commits that ``start`` does not have.
        """
        return proposals.commit(self._git, branch, self.resolve(start), files, message, self._at)

    def commit_here(self, files: Mapping[str, bytes | None], message: str) -> str:
        """Commit files on top of HEAD as the user's own git would, and take HEAD and the work tree there.

        Raises:
            GitError: A hook or git refused, or one of the files has changes here that are not committed.
        """
        return proposals.commit_here(self._git, files, message, self._at)

    def fetch(self, remote: str, commit: str) -> None:
        """Fetch one commit with what led to it, as data: no branch moves. Does nothing when it is here.

        Raises:
            GitError: The remote does not answer, or has no such commit.
        """
        proposals.fetch(self._git, remote, commit)

    def ask_main(self, remote: str) -> MainLine:
        """Ask a remote for its main branch and where that is now.

        Raises:
            GitError: The remote does not answer, or does not say.
        """
        return proposals.ask_main(self._git, remote)

    def push(self, remote: str, branch: str) -> None:
        """Hand a branch to a remote, without force.

        Raises:
            GitError: The remote does not answer, or refuses.
        """
        proposals.push(self._git, remote, branch)

    def _is_shallow(self) -> bool:
        return self._git.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def _is_top(self) -> bool:
        return self._git.run("rev-parse", "--show-prefix").strip() == b""

    def _ignored(self, found: Iterable[str]) -> list[str]:
        located = index.git_folder(self._root)
        unknown = located and set(found) - index.tracked_paths(*located)
        if not unknown:
            return []
        reply = self._git.run("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", *_tops(unknown))
        return [path.rstrip("/") for path in reply.decode("utf-8", "surrogateescape").split("\0")[:-1]]


def _only(commit: Commit, names: frozenset[str]) -> Commit:
    """Leave out the changes that are not below one of the names at the top."""
    changes = tuple(change for change in commit.changes if change.path.partition("/")[0] in names)
    return commit if len(changes) == len(commit.changes) else replace(commit, changes=changes)


def _tops(paths: Iterable[str]) -> list[str]:
    return sorted({path.partition("/")[0] for path in paths})
