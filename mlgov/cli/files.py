"""Files that commands write: whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlgov.errors import OutsideError, UsageError


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
    with _as_outside_error(path):
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
        with _as_outside_error(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_through(beside, data)
            yield beside
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@contextmanager
def _as_outside_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "Check that the folder is there and may be written."
        raise OutsideError(f"{path} could not be written: {error.strerror}.", hint=hint) from None


def _write_through(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
