"""All governed documents of a snapshot: found, read, typed, and what is wrong with them."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgov.checks.kinds import MODELS, kind_of
from mlgov.documents import Document, load
from mlgov.events import Emit, stepwise
from mlgov.findings import Finding, Location
from mlgov.lifecycle import Envelope, rules, validate
from mlgov.lifecycle.tombstones import is_tombstone
from mlgov.names import (
    APPROVALS_FOLDER,
    ATTACHMENT_FOLDERS,
    FOLDERS,
    SETTINGS_FILE,
    TEMPLATES_FOLDER,
    Kind,
    folder_of,
    is_name,
)
from mlgov.ports import REGULAR_FILE, File, Snapshot

if TYPE_CHECKING:  # loaded when there are roles
    from mlgov.roles import Library

ENDINGS = (".yaml", ".yml")
_ROLES = f"{folder_of(Kind.ROLE)}/"


def _built_in() -> "Library":
    from mlgov.roles import built_in

    return built_in()


def is_own(path: str) -> bool:
    """Say whether a file of the repository defines an activity or a persona."""
    if not path.startswith(_ROLES):
        return False
    from mlgov import roles

    return roles.is_own(path)


@dataclass(frozen=True, slots=True)
class Governed:
    """A document that is what it claims to be.

    Attributes:
        kind: Its kind.
        document: As written, with positions.
        typed: As its schema's model.
    """

    kind: Kind
    document: Document
    typed: Envelope[Any]

    @property
    def name(self) -> str:
        """Its name, which is its file name without the ending."""
        return self.typed.metadata.name


@dataclass(frozen=True, slots=True)
class Tree:
    """The governed documents of a snapshot.

    Attributes:
        snapshot: All files.
        documents: Every YAML that passed the front door, by path, whether or not its schema holds.
        governed: Every document whose schema holds, by path.
        findings: What kept files out of ``documents`` or ``governed``, or activities and personas out of the library.
        library: Gives the activities and personas that its roles may use; read when it is asked for.
    """

    snapshot: Snapshot
    documents: dict[str, Document] = field(default_factory=dict)
    governed: dict[str, Governed] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    library: Callable[[], "Library"] = _built_in

    def of(self, kind: Kind) -> list[Governed]:
        """List the governed documents of one kind, by path."""
        return [found for _, found in sorted(self.governed.items()) if found.kind is kind]

    def named(self, kind: Kind, name: str) -> Governed | None:
        """Find a governed document by kind and name."""
        return self.governed.get(f"{next(f for f, k in FOLDERS.items() if k is kind)}/{name}.yaml")


def read_tree(snapshot: Snapshot, emit: Emit | None = None) -> Tree:
    """Read every governed document of a snapshot.

    Args:
        snapshot: The governed files.
        emit: Who is told how far a long reading is.
    """
    tree = tree_of(snapshot, snapshot)
    for path, kind in stepwise(list(governed_paths(snapshot)), "Reading", emit):
        found = read_document(snapshot[path], kind)
        tree.findings.extend(found.findings)
        if found.document:
            tree.documents[path] = found.document
        if found.governed:
            tree.governed[path] = found.governed
    tree.findings.extend(check_clashes(snapshot))
    return tree


def tree_of(snapshot: Snapshot, files: Snapshot) -> Tree:
    """Start a tree of ``snapshot`` with the library that is in ``files`` and nothing else.

    Args:
        snapshot: What the tree is of.
        files: The same files; they may be another object when what is looked up in the tree is watched.
    """
    if not any(map(is_own, files)):
        return Tree(snapshot)
    from mlgov.roles import library_in

    library, findings = library_in(files)
    return Tree(snapshot, findings=findings, library=lambda: library)


def governed_paths(paths: Iterable[str]) -> Iterator[tuple[str, Kind]]:
    """List the paths where a document is expected, in order, with the kind that is expected there."""
    for path in sorted(paths):
        kind = FOLDERS.get(path.partition("/")[0])
        if kind and _is_governed(path) and not is_tombstone(path):
            yield path, kind


def _is_governed(path: str) -> bool:
    return not is_own(path) and path.partition("/")[2] != ".gitkeep"


class Reading(NamedTuple):
    """What became of one file.

    Attributes:
        document: What passed the front door, or None.
        governed: The document whose schema holds, or None.
        findings: What is wrong when one of the two is None.
    """

    document: Document | None
    governed: Governed | None
    findings: list[Finding]


def read_document(file: File, kind: Kind) -> Reading:
    """Read one file as a document of ``kind``."""
    if misplaced := list(_misplaced(file)):
        return Reading(None, None, misplaced)
    document, findings = load(file.data, file.path)
    if document is None:
        return Reading(None, None, findings)
    known, findings = kind_of(document, kind)
    if known is None:
        return Reading(document, None, findings)
    return _typed(document, known)


def _typed(document: Document, kind: Kind) -> Reading:
    typed, findings = validate(document, MODELS[kind])
    if typed is None:
        return Reading(document, None, findings)
    stem = document.path.rpartition("/")[2].removesuffix(".yaml")
    if typed.metadata.name == stem:
        return Reading(document, Governed(kind, document, typed), [])
    at = ("metadata", "name")
    message = f"metadata.name is {typed.metadata.name!r} but the file is called {stem!r}."
    return Reading(document, None, [rules.WRONG_PLACE.at(document.location(at), message, pointer=at)])


#: Git modes that are no plain file -> what they are, and what to do.
_MODES = {
    "120000": ("a symbolic link", "Put a copy of the file in the place of the link."),
    "100755": ("executable", "Take the bit away: chmod -x FILE; git update-index --chmod=-x FILE"),
    "160000": ("a submodule", "Take the submodule away; a document is part of this repository."),
}


def _misplaced(file: File) -> Iterator[Finding]:
    location = Location(file.path)
    parts = file.path.split("/")
    if file.mode != REGULAR_FILE:
        what, fix = _MODES.get(file.mode, (f"of the git mode {file.mode}", "Put a plain file in its place."))
        yield rules.WRONG_PLACE.at(location, f"The file is {what}, and a document is a plain file.", fix=fix)
    elif len(parts) != 2 or not file.path.endswith(".yaml"):
        folder = parts[0]
        yield rules.WRONG_PLACE.at(location, f"{folder}/ holds only {folder}/<name>.yaml.")
    elif not is_name(parts[1].removesuffix(".yaml")):
        yield rules.BAD_NAME.at(location, f"{parts[1]!r} is not a legal name followed by .yaml.")


def check_top(names: Iterable[str]) -> Iterator[Finding]:
    """Find names at the top that some systems take for a governed folder or for the settings.

    Args:
        names: The names right below the governance root.
    """
    templates = TEMPLATES_FOLDER.partition("/")[0]
    known = (*FOLDERS, *ATTACHMENT_FOLDERS, APPROVALS_FOLDER, templates, SETTINGS_FILE)
    governed = {name: name for name in known}
    for name in names:
        meant = governed.get(_folded(name))
        if meant and meant != name:
            yield rules.NAME_CLASH.at(Location(name), f"{name} and {meant} are one and the same on some systems.")


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else unicodedata.normalize("NFKC", path).casefold()


def check_clashes(paths: Iterable[str]) -> Iterator[Finding]:
    """Find files that are one and the same on systems that fold case or normalise Unicode."""
    seen: dict[str, str] = {}
    for path in sorted(paths):
        folded = _folded(path)
        if folded in seen:
            yield rules.NAME_CLASH.at(Location(path), f"{path} and {seen[folded]} are one file on some systems.")
        seen.setdefault(folded, path)
