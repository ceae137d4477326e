"""Adding files to a tree without index or work tree: only the folders on the way are read and written anew."""

from collections.abc import Iterable, Mapping, Sequence

from mlgov.adapters.git.commands import GitCommands
from mlgov.adapters.git.objects import Entry, list_tree
from mlgov.errors import LedgerError
from mlgov.ports import REGULAR_FILE

_TREE = "040000"
_TOP = ""

_Folders = dict[str, dict[str, Entry]]


def add_files(git: GitCommands, tree: str | None, additions: Mapping[str, str]) -> str:
    """Write a tree that holds the files of ``tree`` and more.

    Args:
        git: The repository.
        tree: Id of a tree or a commit; None for an empty one.
        additions: Blob id by path.

    Returns:
        Id of the new tree; the old one's when everything was there already.

    Raises:
        LedgerError: A path holds something else already, or is a file where a folder is needed, or the other way round.
        GitError: git failed.
    """
    folders = _read(git, tree, _parents(additions))
    for path, blob in additions.items():
        _put(folders, path, Entry(REGULAR_FILE, blob))
    for level in _by_depth(folders):
        for folder, written in zip(level, _write(git, [folders[folder] for folder in level]), strict=True):
            if folder == _TOP:
                return written
            _put(folders, folder, Entry(_TREE, written))
    raise AssertionError("the top folder is always among the folders")


def _parents(paths: Iterable[str]) -> set[str]:
    split = (path.split("/") for path in paths)
    return {"/".join(parts[:count]) for parts in split for count in range(len(parts))}


def _read(git: GitCommands, tree: str | None, folders: set[str]) -> _Folders:
    """List what is right inside each folder."""
    content: _Folders = {folder: {} for folder in folders}
    if tree is None:
        return content
    # The top cannot be named among the paths, so it is listed by itself.
    inner = [f"{folder}/" for folder in sorted(folders - {_TOP})]
    listed = list_tree(git, tree, "--full-tree")
    listed |= list_tree(git, tree, "--full-tree", paths=inner) if inner else {}
    for path, entry in listed.items():
        folder, _, name = path.rpartition("/")
        content[folder][name] = entry
    return content


def _put(folders: _Folders, path: str, entry: Entry) -> None:
    """Put an entry into its folder. A folder may replace its older self, a file only be what it was."""
    folder, _, name = path.rpartition("/")
    there = folders[folder].get(name)
    if there and (there.kind != entry.kind or (entry.kind == "blob" and there != entry)):
        what = "holds other bytes" if there.kind == entry.kind else f"is a {_PLAIN[there.kind]}"
        hint = "Records never change; write another one under another name."
        raise LedgerError(f"The record {path} cannot be added: the ledger has that path and it {what}.", hint=hint)
    folders[folder][name] = entry


_PLAIN = {"tree": "folder", "blob": "file", "commit": "submodule"}


def _by_depth(folders: Iterable[str]) -> list[list[str]]:
    """Group folders by depth, deepest first; the top comes last and alone."""
    levels: dict[int, list[str]] = {}
    for folder in sorted(folders):
        levels.setdefault(folder.count("/") + 1 if folder else 0, []).append(folder)
    return [levels[depth] for depth in sorted(levels, reverse=True)]


def _write(git: GitCommands, folders: Sequence[Mapping[str, Entry]]) -> list[str]:
    """Write trees through one process and give their ids."""
    texts = ("".join(f"{e.mode} {e.kind} {e.id}\t{name}\0" for name, e in folder.items()) for folder in folders)
    data = "".join(f"{text}\0" for text in texts).encode("utf-8", "surrogateescape")
    return git.run("mktree", "-z", "--batch", stdin=data).decode("ascii").split()
