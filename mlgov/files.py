"""Files of a governance repository: written whole or not at all, and by one writer at a time."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlgov.errors import OutsideError, UsageError

#: How long a writer waits for another one, and how often it looks.
WAIT_SECONDS = 30.0
_LOOK_SECONDS = 0.05


@contextmanager
def one_writer(root: Path) -> Iterator[None]:
    """Wait until no other mlgov is between reading and writing in a repository, and keep others waiting meanwhile.

    The lock is on the folder itself, in git or not: no file is left behind, and the system takes the lock away from a
    process that dies. Editors do not ask for it, so `replace_file` compares as well; so it does where a file system
    has no locks. A process must not ask for it twice.

    Args:
        root: Top folder of the governance repository.

    Raises:
        OutsideError: Another one was busy for `WAIT_SECONDS`, or the folder cannot be opened.
    """
    with as_outside_error(root, "opened"):
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        until = time.monotonic() + WAIT_SECONDS
        while not _locked(folder):
            if time.monotonic() > until:
                raise OutsideError(f"Another mlgov is writing in {root}.", hint="Wait for it, and run this again.")
            time.sleep(_LOOK_SECONDS)
        yield
    finally:
        os.close(folder)


def _locked(folder: int) -> bool:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # no locks on this file system: the comparison before a write has to do
    return True


def replace_file(path: Path, before: bytes, data: bytes) -> None:
    """Write a file that holds ``before`` in one step.

    Raises:
        OutsideError: Somebody else has changed it or taken it away, or the file system refused.
    """
    try:
        is_as_before = path.read_bytes() == before
    except OSError:
        is_as_before = False
    if not is_as_before:
        raise OutsideError(f"{path} was changed meanwhile by somebody else.", hint="Nothing was written. Run it again.")
    write_file(path, data)


def write_file(path: Path, data: bytes) -> None:
    """Write a file in one step: readers see the old bytes or the new ones, never a part.

    A link is followed, and what is no plain file (a pipe, a device such as /dev/null) is written to, not replaced.

    Args:
        path: Where; its folder is made when it is not there.
        data: The bytes.

    Raises:
        OutsideError: The file system refused.
        UsageError: The path is a folder.
    """
    with as_outside_error(path):
        place = path.resolve()
        if place.is_dir():
            raise UsageError(f"{path} is a folder.", hint="Name a file.")
        if place.exists() and not place.is_file():
            place.write_bytes(data)
            return
    with _beside(place, data) as written:
        written.replace(place)


def create_file(path: Path, data: bytes) -> None:
    """Write a file in one step that must not be there yet: a hard link cannot replace what it finds.

    Raises:
        OutsideError: The file is there, or the file system refused.
    """
    with _beside(path, data) as written:
        path.hardlink_to(written)


@contextmanager
def _beside(path: Path, data: bytes) -> Iterator[Path]:
    """Write the bytes beside their place, and leave nothing there whatever happens."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with as_outside_error(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_through(beside, data)
            yield beside
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@contextmanager
def as_outside_error(path: Path, deed: str = "written") -> Iterator[None]:
    """Turn what the system says into an error with advice."""
    try:
        yield
    except OSError as error:
        hint = "Check that the folder is there and may be written."
        raise OutsideError(f"{path} could not be {deed}: {error.strerror}.", hint=hint) from None


def _write_through(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
