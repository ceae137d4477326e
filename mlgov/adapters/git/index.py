"""Reading the paths in git's index without git.

Importing GitPython and starting git costs a third of a second, and in a clean checkout the only question that the work
tree has for git is "which of these files do you ignore?". A file that the index knows is never ignored, so a look into
the index saves the question. Anything this reader does not understand makes the answer smaller, and then git is asked.

Format: https://git-scm.com/docs/index-format
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_HEADER_BYTES = 12
_FLAGS_AT = 60  # ten 32-bit facts about the file and a 20-byte id come first
_EXTENDED = 0x4000
_LENGTH = 0x0FFF
_READABLE_VERSIONS = (2, 3)  # version 4 compresses paths


def git_folder(root: Path) -> tuple[Path, str] | None:
    """Find the git folder of the work tree that ``root`` lies in.

    Returns:
        The folder, and the path from the top of the work tree to ``root`` with a slash at its end (empty at the top);
        None when there is no repository.
    """
    root = root.resolve()
    for top in (root, *root.parents):
        marker = top / ".git"
        if marker.is_dir():
            return marker, _prefix(root, top)
        if marker.is_file():  # linked work trees and submodules: "gitdir: PATH"
            target = marker.read_text(encoding="utf-8", errors="surrogateescape").partition("gitdir:")[2].strip()
            return top / target, _prefix(root, top)
    return None


def is_bare(folder: Path) -> bool:
    """Say whether a folder is itself a git repository without files, as ``git clone --bare`` makes it."""
    parts = (folder / "objects").is_dir() and (folder / "refs").is_dir() and (folder / "HEAD").is_file()
    return parts and folder.resolve().name != ".git"


def tracked_paths(folder: Path, prefix: str) -> frozenset[str]:
    """Read the paths of the index that start with ``prefix``, without the prefix.

    Args:
        folder: The git folder.
        prefix: As `git_folder` gives it.

    Returns:
        Empty when there is no index or it is not one that this reader knows.
    """
    try:
        data = (folder / "index").read_bytes()
    except OSError:
        return frozenset()
    return _listed(data, prefix.encode("utf-8", "surrogateescape"))


@lru_cache(maxsize=1)  # it is asked for twice in a row, and has not changed between
def _listed(data: bytes, start: bytes) -> frozenset[str]:
    found = (path[len(start) :] for path in _paths(data) if path.startswith(start))
    return frozenset(path.decode("utf-8", "surrogateescape") for path in found)


def _paths(data: bytes) -> Iterator[bytes]:
    version, count = _number(data, 4, 4), _number(data, 8, 4)
    if data[:4] != b"DIRC" or version not in _READABLE_VERSIONS:
        return
    position = _HEADER_BYTES
    for _ in range(count):
        flags = _number(data, position + _FLAGS_AT, 2)
        name_at = position + _FLAGS_AT + (4 if flags & _EXTENDED else 2)
        length = flags & _LENGTH
        name_end = name_at + length if length < _LENGTH else data.find(b"\0", name_at)
        if data[name_end : name_end + 1] != b"\0":
            return  # another hash function, or damage
        yield data[name_at:name_end]
        position += (name_end - position + 8) // 8 * 8  # one to eight NULs fill up to a multiple of eight


def _number(data: bytes, position: int, width: int) -> int:
    return int.from_bytes(data[position : position + width], "big")


def _prefix(root: Path, top: Path) -> str:
    return "" if root == top else f"{root.relative_to(top).as_posix()}/"
