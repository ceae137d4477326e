"""Reading the governed files of the work tree as git would store them, without git.

Links are entries and never followed, a folder with its own ``.git`` is a submodule, and what git cannot store (pipes,
sockets, devices) is not there.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from mlgov.adapters.git.objects import SUBMODULE, check_total
from mlgov.errors import GitError
from mlgov.ports import FILE_LIMIT_BYTES, REGULAR_FILE, File

_EXECUTABLE = "100755"
_LINK = "120000"


def modes(root: Path, folders: Sequence[str], files: Sequence[str]) -> dict[str, str]:
    """List what lies in ``folders`` and which of ``files`` are there: git mode by path, in order.

    Raises:
        GitError: A folder cannot be read.
    """
    found = statuses(root, folders, files)
    return {path: _mode(found[path]) for path in sorted(found)}


def statuses(root: Path, folders: Sequence[str], files: Sequence[str]) -> dict[str, os.stat_result]:
    """List the same with what the file system says of each.

    Raises:
        GitError: A folder cannot be read.
    """
    try:
        return dict(_walk(os.fspath(root), [*folders, *files]))
    except OSError as error:
        raise GitError(f"The work tree cannot be read: {error}", hint="Check the permissions.") from error


def _walk(root: str, waiting: list[str]) -> Iterator[tuple[str, os.stat_result]]:
    while waiting:
        path = waiting.pop()
        try:
            status = os.lstat(f"{root}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            continue  # a governed folder need not be there
        kind = stat.S_IFMT(status.st_mode)
        is_file = kind in (stat.S_IFREG, stat.S_IFLNK)
        if is_file or os.path.exists(f"{root}/{path}/.git"):  # noqa: PTH110 - thousands of them
            yield path, status
        elif kind == stat.S_IFDIR:
            waiting += [f"{path}/{name}" for name in os.listdir(f"{root}/{path}")]  # noqa: PTH208 - the same


def _mode(status: os.stat_result) -> str:
    if stat.S_ISREG(status.st_mode):
        return _EXECUTABLE if status.st_mode & stat.S_IXUSR else REGULAR_FILE
    return _LINK if stat.S_ISLNK(status.st_mode) else SUBMODULE


def read(root: Path, found: dict[str, str]) -> dict[str, File]:
    """Read the files that `modes` found.

    Raises:
        GitError: One cannot be read, or they have more than TOTAL_LIMIT_BYTES together.
    """
    files: dict[str, File] = {}
    total = 0
    try:
        for path, mode in found.items():
            files[path] = _file(root, path, mode)
            total += len(files[path].data)
            check_total(total)
    except OSError as error:
        raise GitError(f"{error.filename or root}: {error.strerror}.", hint="Check the permissions.") from error
    return files


def _file(root: Path, path: str, mode: str) -> File:
    if mode == SUBMODULE:
        return File(path, mode, b"")
    if mode == _LINK:
        target = os.readlink(root / path)  # noqa: PTH115 - Path.readlink would tidy the target
        return File(path, mode, os.fsencode(target))
    # No-follow and non-blocking: the file may have become a link or a pipe since it was listed.
    handle = os.open(f"{os.fspath(root)}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        size = os.fstat(handle).st_size
        data = os.read(handle, min(size, FILE_LIMIT_BYTES) + 1)
        if len(data) != size:
            data += _rest(handle, FILE_LIMIT_BYTES + 1 - len(data))
    finally:
        os.close(handle)
    if len(data) > FILE_LIMIT_BYTES:
        return File(path, mode, b"", omitted_bytes=max(size, len(data)))
    return File(path, mode, data)


def _rest(handle: int, at_most: int) -> bytes:
    """Read on: the file has changed since it was measured, or the system hands it out in pieces."""
    pieces = []
    while at_most > 0 and (piece := os.read(handle, at_most)):
        pieces.append(piece)
        at_most -= len(piece)
    return b"".join(pieces)
