"""The Ledger port on a git branch that no other branch shares history with.

One record is one file, one append one commit. Commits are made from objects alone: the index and the work tree are
never touched. Author and committer are fixed and the dates are the caller's, so the same records at the same time on
the same tip are the same commit on every machine.

What the branch promises, and what keeps the promise:

- A record never changes or disappears: an append only adds; `GitLedger.verify` names commits by others that did not.
- No acknowledged record is lost: the branch moves by compare and swap, and objects are on disk before it moves.
- Two clones never overwrite each other: a push is never forced. A refused one fetches the other's records, puts our own
  on top of them and tries again.
- Settings cannot turn another branch into a ledger: a branch whose newest commit is not ours is refused.
"""

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mlgov.adapters.git.branch import Branch, pause
from mlgov.adapters.git.commands import GitCommands
from mlgov.adapters.git.objects import Entry, LogEntry, list_tree, read_contents, read_log
from mlgov.adapters.git.record_paths import check_branch, check_records, check_remote, is_record_path
from mlgov.adapters.git.remote import Remote, is_ancestor
from mlgov.adapters.git.trees import add_files
from mlgov.errors import GitError, LedgerError
from mlgov.ports import REGULAR_FILE

_NAME, _EMAIL = "mlgov", "mlgov@localhost"
_ATTEMPTS = 12
_LATER_HINT = "The next append hands it on; or push the ledger branch yourself."
_CONFLICT_HINT = "Compare the two branches; one of the two records has to be given another path."


class GitLedger:
    """The ledger of a repository.

    Args:
        root: A folder of the repository.
        branch: The ledger branch.
        remote: Name of the remote that other writers use too; None, or a name that is not configured, for no remote.
        push: Whether appended records are handed to the remote.

    Raises:
        SettingsError: ``branch`` or ``remote`` is not a name.
    """

    def __init__(self, root: Path, *, branch: str, remote: str | None = None, push: bool = True) -> None:
        self._git = GitCommands(root)
        self._name = check_branch(branch)
        self._remote = Remote(self._git, check_remote(remote), branch)
        self._push = push
        self._branch = Branch(self._git, branch)

    def append(self, records: Mapping[str, bytes], *, message: str, at: datetime) -> str:
        """Add records in one commit and give its id, or the newest commit's when all were there already.

        Args:
            records: Bytes by path.
            message: The commit message.
            at: Aware time; whole seconds are kept.

        Raises:
            LedgerError: A path is not allowed or holds other bytes already, here or at the remote, and nothing is kept;
                or the remote could not be reached, in which case the records are kept here, ``recorded`` is set, and
                the next append hands them on.
        """
        if at.tzinfo is None:
            raise ValueError("the time of a record must be aware")
        check_records(records)
        try:
            blobs = dict(zip(records, _write_blobs(self._git, list(records.values())), strict=True))
            tip = self._advance(lambda base: self._commit(base, blobs, message, at))
        except GitError as error:
            raise LedgerError(f"The record could not be added: {error.message}", hint=error.hint) from error
        return self._hand_on(tip, blobs) if self._push and self._remote.exists() else tip

    def remote(self) -> str:
        """Name the remote that is configured and exists; empty when there is none."""
        return str(self._remote.name) if self._remote.exists() else ""

    def records(self, prefix: str, among: Collection[str] | None = None) -> dict[str, bytes]:
        """Read the records whose paths start with ``prefix``, by path in order: ours and those fetched from the remote.

        ``among`` names those that are wanted; the others are not read.

        Raises:
            GitError: The branch cannot be read, or holds something that is no record.
            LedgerError: The branch is no ledger, or ours and the remote's hold different bytes for one path.
        """
        tips = self._tips()
        entries: dict[str, Entry] = {}
        for tip in tips.distinct:
            entries |= _agreeing(entries, self._entries(tip, prefix))
        if among is not None:
            entries = {path: entry for path, entry in entries.items() if path in among}
        contents = read_contents(self._git, (entry.id for entry in entries.values()))
        return {path: contents[entries[path].id].data for path in sorted(entries)}

    def refresh(self) -> None:
        """Fetch what others have recorded at the remote and put our own records that it lacks on top.

        Raises:
            LedgerError: The remote does not answer, or one path has different bytes here and there.
        """
        if not self._remote.exists():
            return
        try:
            if theirs := self._remote.fetch(self._tips().here):
                self._take_over(theirs)
        except GitError as error:
            raise LedgerError(f"The remote ledger could not be read: {error.message}", hint=error.hint) from error

    def verify(self) -> list[str]:
        """Name the commits that changed or removed a record or added something else, oldest first.

        None is as it should be. A branch that somebody cut or replaced as a whole looks fine here; only an id noted
        elsewhere shows that.
        """
        found = (commit for tip in self._tips().distinct for commit in _not_additions(read_log(self._git, tip)))
        return list(dict.fromkeys(found))

    def _take_over(self, theirs: str) -> None:
        self._advance(lambda base: self._on_top(base, theirs))

    def _advance(self, step: Callable[[str | None], str]) -> str:
        """Move the branch to what ``step`` makes of its newest commit, and give the new one."""
        for attempt in range(_ATTEMPTS):
            with self._branch.turn():
                tips = self._tips()
                new = step(self._base(tips))
                if new == tips.here or self._branch.move(new, tips.here):
                    return new
            pause(attempt)  # a git outside our turns was faster
        raise LedgerError("The ledger branch keeps being moved by somebody else.", hint="Try again.")

    def _commit(self, parent: str | None, blobs: Mapping[str, str], message: str, at: datetime) -> str:
        """Make the commit that adds ``blobs`` by path; the parent itself when it has them already."""
        old = self._tree_of(parent) if parent else None
        new = add_files(self._git, old, blobs)
        if parent and new == old:
            return parent
        arguments = ("commit-tree", *(("-p", parent) if parent else ()), new)
        text = f"{message.strip()}\n".encode("utf-8", "replace")
        return self._git.run(*arguments, stdin=text, env=_identity(at)).decode("ascii").strip()

    def _on_top(self, here: str | None, theirs: str, without: Mapping[str, str] | None = None) -> str:
        """Put the commits that only we have on top of ``theirs``, except those that add just ``without``."""
        self._tree_of(theirs)
        if here is None or is_ancestor(self._git, here, theirs):
            return theirs
        if is_ancestor(self._git, theirs, here):
            return here
        new = theirs
        for entry in read_log(self._git, here, f"^{theirs}"):
            blobs = {change.path: change.blob for change in entry.commit.changes if change.blob}
            if without and blobs.items() <= without.items():
                continue
            new = self._commit(new, blobs, entry.message, entry.commit.committed_at)
        return new

    def _tree_of(self, commit: str) -> str:
        """Give the tree of a ledger commit.

        Raises:
            LedgerError: The commit is not one that this adapter makes.
        """
        header = self._git.run("cat-file", "commit", commit).decode("utf-8", "replace").partition("\n\n")[0]
        if f"\nauthor {_NAME} <{_EMAIL}> " not in header:
            hint = "Give the ledger a branch of its own: ledger.branch in mlgov.toml."
            raise LedgerError(
                f"The branch {self._name} is no ledger: its commit {commit[:12]} is not mlgov's.", hint=hint
            )
        return header.partition("\n")[0].removeprefix("tree ")

    def _hand_on(self, tip: str, blobs: Mapping[str, str]) -> str:
        """Hand the ledger to the remote with what was just appended, paths and blobs; gives the newest commit."""
        try:
            for attempt in range(_ATTEMPTS):
                if self._remote.push(tip):
                    return tip
                pause(attempt)
                self.refresh()
                tip = self._tips().here or tip
        except (GitError, LedgerError) as error:
            if taken := self._withdrawn(blobs):
                message = f"The record {taken} cannot be added: the remote has that path and it holds other bytes."
                raise LedgerError(message, hint="Somebody else was faster; try again.") from error
            message = f"Recorded here as {tip[:12]} but not pushed to {self._remote.name}: {error.message}"
            raise LedgerError(message, hint=error.hint or _LATER_HINT, recorded=tip) from error
        message = f"Recorded here as {tip[:12]} but not pushed to {self._remote.name}: others keep being faster."
        raise LedgerError(message, hint=_LATER_HINT, recorded=tip)

    def _withdrawn(self, blobs: Mapping[str, str]) -> str:
        """Take back what was just appended when the remote holds other bytes for one of its paths; gives that path.

        Nobody was told yet that it is recorded. Left here, it would part this clone from the remote for good.
        """
        try:
            theirs = self._remote.fetch(self._tips().here)
            held = self._entries(theirs, "") if theirs else {}
            taken = next((path for path, blob in blobs.items() if path in held and held[path].id != blob), "")
            if theirs and taken:
                with self._branch.turn():
                    here = self._tips().here
                    self._branch.move(self._on_top(here, theirs, blobs), here)
        except (GitError, LedgerError):
            return ""  # then it stays here, and what went wrong is told
        return taken

    def _tips(self) -> "_Tips":
        refs = (f"refs/heads/{self._name}", f"refs/remotes/{self._remote.name}/{self._name}")
        listed = self._git.run("for-each-ref", "--format=%(refname) %(objectname)", *refs).decode("ascii")
        found = dict(line.split(" ") for line in listed.splitlines())
        return _Tips(found.get(refs[0]), found.get(refs[1]) if self._remote.name else None)

    def _base(self, tips: "_Tips") -> str | None:
        """Give what to build on: ours, on top of what a fetch or clone has brought."""
        return self._on_top(tips.here, tips.there) if tips.there else tips.here

    def _entries(self, tip: str, prefix: str) -> dict[str, Entry]:
        folder = prefix.rpartition("/")[0]
        if folder and not is_record_path(folder):
            return {}
        listed = list_tree(self._git, self._tree_of(tip), "-r", "--full-tree", paths=[f"{folder}/"] if folder else [])
        found = {path: entry for path, entry in listed.items() if path.startswith(prefix)}
        if strange := [path for path, entry in found.items() if entry.mode != REGULAR_FILE]:
            raise GitError(f"The ledger branch {self._name} holds {strange[0]!r}, which is no record.")
        return found


@dataclass(frozen=True, slots=True)
class _Tips:
    """Newest commits of the ledger: of our branch, and of the remote's as the last fetch left it."""

    here: str | None
    there: str | None

    @property
    def distinct(self) -> list[str]:
        """Those that are there, without repetition."""
        return list(dict.fromkeys(tip for tip in (self.here, self.there) if tip))


def _write_blobs(git: GitCommands, contents: Sequence[bytes]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, str(number)) for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        listing = "".join(f"{file}\n" for file in files).encode("utf-8", "surrogateescape")
        return git.run("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=listing).decode("ascii").split()


def _identity(at: datetime) -> dict[str, str]:
    facts = {"NAME": _NAME, "EMAIL": _EMAIL, "DATE": f"{int(at.timestamp())} +0000"}
    return {f"GIT_{who}_{fact}": value for who in ("AUTHOR", "COMMITTER") for fact, value in facts.items()}


def _not_additions(log: Iterable[LogEntry]) -> Iterator[str]:
    seen: set[str] = set()
    for entry in log:
        paths = {change.path for change in entry.commit.changes}
        if paths & seen or any(change.mode != REGULAR_FILE for change in entry.commit.changes):
            yield entry.commit.id
        seen |= paths


def _agreeing(ours: Mapping[str, Entry], theirs: dict[str, Entry]) -> dict[str, Entry]:
    for path in ours.keys() & theirs.keys():
        if ours[path] != theirs[path]:
            raise LedgerError(f"The record {path} has other bytes here than at the remote.", hint=_CONFLICT_HINT)
    return theirs
