"""Reading the governed files of the work tree as git would store them, without git.

Links are entries and never followed, a folder with its own ``.git`` is a submodule, and what git cannot store (pipes,
sockets, devices) is not there.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
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
    try:
        found = dict(_walk(root, [*folders, *files]))
    except OSError as error:
        raise GitError(f"The work tree cannot be read: {error}", hint="Check the permissions.") from error
    return {path: found[path] for path in sorted(found)}


def _walk(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        try:
            status = os.lstat(root / path)
        except (FileNotFoundError, NotADirectoryError):
            continue  # a governed folder need not be there
        mode = _mode(status, root / path)
        if mode:
            yield path, mode
        elif stat.S_ISDIR(status.st_mode):
            waiting += [f"{path}/{entry.name}" for entry in os.scandir(root / path)]


def _mode(status: os.stat_result, path: Path) -> str | None:
    if stat.S_ISLNK(status.st_mode):
        return _LINK
    if stat.S_ISREG(status.st_mode):
        return _EXECUTABLE if status.st_mode & stat.S_IXUSR else REGULAR_FILE
    return SUBMODULE if (path / ".git").exists() else None


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
    with os.fdopen(os.open(root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(FILE_LIMIT_BYTES + 1)
    if len(data) > FILE_LIMIT_BYTES:
        return File(path, mode, b"", omitted_bytes=max(size, len(data)))
    return File(path, mode, data)
