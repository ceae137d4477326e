"""Moving one branch, safe under several writers and under a writer that is killed.

Two things protect the branch. git moves a ref only from the id that the writer saw (compare and swap). And the writers
of this package take turns: whoever writes holds an flock on the file ``mlgov-writer`` in the git folder. The system
gives that lock back when its holder dies; git inherits the open file, so the lock lasts until a git that outlives its
killed parent has ended.

A git that is killed while it moves a ref leaves ``<ref>.lock`` behind, and from then on git refuses to touch the ref.
That file names no owner, so the writer notes in ``mlgov-writer`` which id it is about to set. The next writer removes a
ref lock only when the note says that a writer died there, and the lock holds exactly the noted id, or is empty and has
not changed for seconds (git died before it wrote the id). Every other lock belongs to somebody else and stays.
"""

import contextlib
import fcntl
import os
import random
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO

from mlgov.adapters.git.commands import GitCommands, Reply, failure
from mlgov.errors import LedgerError

_PATIENCE_SECONDS = 60.0
_EMPTY_LOCK_SECONDS = 3.0
_PAUSE_SECONDS = 0.02
_random = random.SystemRandom()


class Branch:
    """A branch that only this package moves.

    Args:
        git: The repository.
        name: Name of the branch.
    """

    def __init__(self, git: GitCommands, name: str) -> None:
        self._git = git
        self._ref = f"refs/heads/{name}"
        self._note: IO[bytes] | None = None

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other writer is at work, and keep the others waiting.

        Raises:
            LedgerError: The others took too long, or the git folder cannot be written.
        """
        with _opened(self._folder / "mlgov-writer") as note:
            _wait_for_lock(note)
            self._clear_dead_lock(note)
            self._note = note
            try:
                yield
            finally:
                self._note = None

    def move(self, new: str, old: str | None) -> bool:
        """Set the branch to ``new`` if it is at ``old`` (None: not there). Only within a `turn`.

        Returns:
            Whether it moved; not when somebody else was faster.

        Raises:
            GitError: git failed for another reason.
            LedgerError: Somebody holds the lock of the branch.
        """
        assert self._note is not None, "move() belongs in a turn()"  # noqa: S101 - a bug of ours, not of the caller's data
        _write_note(self._note, new)
        arguments = ("update-ref", "-m", "mlgov", "--end-of-options", self._ref, new, old or "")
        reply = self._git.ask(*arguments, pass_fds=[self._note.fileno()])
        _write_note(self._note, "")
        return self._moved(reply)

    def _moved(self, reply: Reply) -> bool:
        if not reply.code:
            return True
        if "but expected" in reply.err or "reference already exists" in reply.err:
            return False
        if "File exists" in reply.err:
            hint = f"If no git is at work, remove {self._lock}."
            raise LedgerError(f"The branch is locked by another git: {self._lock} exists.", hint=hint)
        raise failure(reply, "update-ref")

    @cached_property
    def _lock(self) -> Path:
        return self._folder / f"{self._ref}.lock"

    @cached_property
    def _folder(self) -> Path:
        # Linked work trees share branches, so what guards a branch lies in the folder that they share.
        folder = self._git.run("rev-parse", "--path-format=absolute", "--git-common-dir")
        return Path(os.fsdecode(folder.removesuffix(b"\n")))

    def _clear_dead_lock(self, note: IO[bytes]) -> None:
        note.seek(0)
        noted = note.read().strip()
        if noted and _is_dead(self._lock, noted):
            self._lock.unlink(missing_ok=True)
        _write_note(note, "")


def pause(attempt: int) -> None:
    """Wait a little longer after each failed attempt, by a random amount so that two writers do not keep meeting."""
    time.sleep(_random.uniform(0.5, 1.0) * min(2.0, _PAUSE_SECONDS * 2**attempt))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b", buffering=0) as file:
            yield file
    except OSError as error:
        hint = "Check permissions and disk space."
        raise LedgerError(f"The ledger cannot be written: {error}", hint=hint) from error


def _wait_for_lock(file: IO[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise LedgerError(
                    "Another mlgov has been writing the ledger for a minute.", hint="Try again."
                ) from None
            time.sleep(_random.uniform(0.5, 1.0) * _PAUSE_SECONDS)
        else:
            return


def _write_note(file: IO[bytes], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text.encode("ascii"))


def _is_dead(lock: Path, noted: bytes) -> bool:
    """Say whether a ref lock was left by the writer who noted the id and is dead."""
    deadline = time.monotonic() + _EMPTY_LOCK_SECONDS
    first = _state(lock)
    while first and _state(lock) == first:
        if first[2]:
            return first[2].strip() == noted
        if time.monotonic() > deadline:
            return True
        time.sleep(_PAUSE_SECONDS)
    return False


def _state(lock: Path) -> tuple[int, int, bytes] | None:
    try:
        status = lock.stat()
        return status.st_ino, status.st_mtime_ns, lock.read_bytes()
    except FileNotFoundError:
        return None
