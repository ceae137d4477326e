"""Files of a governance repository: written whole or not at all, and by one writer at a time."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlgov.errors import OutsideError, UsageError
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, SETTINGS_FILE

#: What lies on top of a governance repository and no report may be written into -> what it is.
_GOVERNED = {
    SETTINGS_FILE: "it holds the settings",
    **{folder: f"{folder}/ holds governed documents" for folder in FOLDERS},
    "approvals": "approvals/ holds approvals",
    "schemas": "schemas/ is written by 'mlgov schema'",
    "templates": "templates/ holds templates",
    ".git": "it is git's own",
}
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


def write_report(path: Path, data: bytes, *, make_folder: bool = False) -> None:
    """Write what a command made, wherever people want it but onto what governs.

    Documents, settings, approvals, schemas and templates are changed by their own commands and by people; evidence and
    baselines are bound by digests, so a new file may join them and none is replaced. A folder that is not there may be
    a slip, and is not made.

    Args:
        path: Where.
        data: The bytes.
        make_folder: Whether the folder that it goes into is made when it is not there.

    Raises:
        UsageError: The place is one of those, or there is no such folder.
        OutsideError: The file system refused.
    """
    check_report_place(path)
    with as_outside_error(path):
        if not (make_folder or path.resolve().parent.is_dir()):
            raise UsageError(f"There is no folder {path.parent}.", hint="Make it first, or name another file.")
    write_file(path, data)


def check_report_place(path: Path) -> None:
    """Refuse a place that no report may be written to. Raises UsageError."""
    with as_outside_error(path):
        what = _governed(path.resolve())
    if what:
        hint = "A report may go anywhere else: name another file."
        raise UsageError(f"{path} is no place for a report: {what}.", hint=hint)


def _governed(place: Path) -> str:
    """Say what a place belongs to; empty when a report may go there."""
    for root in place.parents:
        if (root / SETTINGS_FILE).is_file():
            top = place.relative_to(root).parts[0]
            if top in _GOVERNED:
                return _GOVERNED[top]
            return f"{top}/ has it already, bound by a digest" if top in ATTACHMENT_FOLDERS and place.exists() else ""
    return ""


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
