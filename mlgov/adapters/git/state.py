"""What the file system says about the governed files, without reading one; and a place for what may be forgotten."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mlgov.adapters.git import index, work_tree
from mlgov.ports import WorkTreeState

_FOLDER = "mlgov"
_LARGEST = 64 * 2**20
#: File systems keep times in steps of up to two seconds; what changed later than that may change again unseen.
_STEP_NS = 2 * 10**9


def describe(root: Path, folders: Sequence[str], files: Sequence[str] = ()) -> WorkTreeState:
    """Describe the files below ``folders`` and the ``files``, and the names right below ``root``.

    Raises:
        GitError: A folder cannot be read.
    """
    found = work_tree.statuses(root, folders, files)
    paths = tuple(sorted(found))
    lines = [_line(path, found[path]) for path in paths]
    located = index.git_folder(root)
    if located:
        with contextlib.suppress(OSError):
            lines.append(_line("", os.lstat(located[0] / "index")))
    lines += sorted(os.listdir(root))  # noqa: PTH208 - names, not paths
    digest = hashlib.sha256("\0".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
    newest = max((max(status.st_mtime_ns, status.st_ctime_ns) for status in found.values()), default=0)
    return WorkTreeState(paths, digest, newest)


def _line(path: str, status: os.stat_result) -> str:
    return (
        f"{path}\0{status.st_mode} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} "
        f"{status.st_ino} {status.st_dev} {status.st_uid}"
    )


class GitShelf:
    """One file in the git folder, of which nothing depends on being there: it is never in a commit or a clone.

    Args:
        root: The governance root.
        name: Name of the file.
    """

    def __init__(self, root: Path, name: str) -> None:
        located = index.git_folder(root)
        self.place = f"{root.resolve()}"
        self._path = located[0] / _FOLDER / name if located else None
        self._prefix = located[1] if located else ""

    def read(self) -> bytes:
        """Read the file; empty when it is not there, or no plain file of ours."""
        if self._path is None:
            return b""
        try:
            handle = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return b""
        with os.fdopen(handle, "rb") as file:
            if os.fstat(handle).st_uid != os.geteuid():
                return b""
            return file.read(_LARGEST)

    def settled(self, state: WorkTreeState) -> bool:
        """Say whether any later change would show in a new `describe`; see the port.

        The file system's own clock decides, because it also writes the times of the files.
        """
        if self._path is None or not set(state.paths) <= index.tracked_paths(self._path.parent.parent, self._prefix):
            return False
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._path.parent) as probe:
                probe.write(b"\0")
                probe.flush()
                return state.newest_ns + _STEP_NS < os.fstat(probe.fileno()).st_mtime_ns
        except OSError:
            return False

    def write(self, data: bytes) -> None:
        """Keep bytes. Where that cannot be done, nothing is kept, and nobody need know."""
        if self._path is None or len(data) >= _LARGEST:
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".new-")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(self._path)
