"""The files of a commit, listed at once and read when somebody asks for them."""

from collections.abc import Iterator, Mapping, Sequence

from mlgov.adapters.git.commands import GitCommands
from mlgov.adapters.git.objects import Content, Entry, read_contents
from mlgov.ports import File


class LazyTree(Mapping[str, File]):
    """A snapshot whose contents are read when they are asked for.

    Args:
        git: The repository.
        entries: Its entries by path.
        first: Files and folders whose contents are read in one go, with the first one that is asked for.
    """

    def __init__(self, git: GitCommands, entries: Mapping[str, Entry], first: Sequence[str] = ()) -> None:
        self._git, self._entries = git, dict(sorted(entries.items()))
        self._first: Sequence[str] | None = first
        self._files: dict[str, File] = {}

    def __getitem__(self, path: str) -> File:
        if path not in self._entries:
            raise KeyError(path)
        if path not in self._files:
            self._load(path)
        return self._files[path]

    def __contains__(self, path: object) -> bool:
        return path in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def _load(self, path: str) -> None:
        paths = [path]
        if self._first is not None:
            folders = tuple(f"{name}/" for name in self._first)
            files = set(self._first)
            paths += [p for p in self._entries if p != path and (p in files or p.startswith(folders))]
            self._first = None
        blobs = {self._entries[p].id for p in paths if self._entries[p].kind == "blob"}
        contents = read_contents(self._git, sorted(blobs))
        self._files |= {p: file_of(p, self._entries[p], contents) for p in paths}


def file_of(path: str, entry: Entry, contents: Mapping[str, Content]) -> File:
    """Put a file together from its entry and what was read."""
    content = contents.get(entry.id) if entry.kind == "blob" else None
    if content is None:
        return File(path, entry.mode, b"")
    return File(path, entry.mode, content.data, content.omitted_bytes)
