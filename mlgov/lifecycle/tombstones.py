"""Tombstones: what stays of a document that was removed, so that its name is never used again.

A tombstone lies in ``<folder of the kind>/.tombstones/<name>.yaml``. It has the envelope of every document and names
the digest of what was removed, by which git finds it. Why so: docs/decisions/0006-tombstones.md.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mlgov.documents import Document, load
from mlgov.findings import Finding, Location
from mlgov.lifecycle import rules
from mlgov.lifecycle.digest import content_digest
from mlgov.lifecycle.envelope import Day, Envelope, Part, ShortText
from mlgov.lifecycle.transitions import status_of
from mlgov.lifecycle.validation import validate
from mlgov.names import FOLDERS, Kind, Status, is_name, path_of
from mlgov.ports import REGULAR_FILE, Snapshot

FOLDER = ".tombstones"

#: Statuses from which a document may be removed: nobody relies on a draft, and an archived one is out of use.
REMOVABLE = (Status.DRAFT, Status.ARCHIVED)


class Removed(Part):
    """What was removed."""

    kind: Annotated[Kind, Field(strict=False)]
    """The kind of the document."""
    digest: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
    """Its content digest."""
    version: Annotated[int, Field(ge=1)]
    """Version of its content, from 1."""
    status: Annotated[Status, Field(strict=False)]
    """Its status when it was removed: draft or archived."""
    removed_on: Day
    """The day of the removal."""
    reason: ShortText
    """Why."""


class Tombstone(Envelope[Removed]):
    """What stays of a document that was removed."""

    kind: Literal["Tombstone"]
    """Tombstone."""


def tombstone_path(kind: Kind, name: str) -> str:
    """Give the path of the tombstone of the document ``name``."""
    return grave_of(path_of(kind, name))


def grave_of(path: str) -> str:
    """Give the place of the tombstone of the document at ``path``."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{FOLDER}/{name}"


def is_tombstone(path: str) -> bool:
    """Say whether a path lies where tombstones lie."""
    folder, *rest = path.split("/")
    return folder in FOLDERS and rest[:1] == [FOLDER]


def bury(document: Document, *, kind: Kind, version: int, removed_on: str, reason: str) -> bytes:
    """Write the tombstone of a document.

    Args:
        document: The document as it is now.
        kind: Its kind.
        version: Version of its content.
        removed_on: The day, as ``2026-12-31``.
        reason: Why, in up to 256 characters.
    """
    from mlgov.documents.formatting import render as render_yaml  # ruamel.yaml: checks should not pay for it

    status = status_of(document)
    spec = {"kind": kind.value, "digest": content_digest(document.value), "version": version}
    return render_yaml(
        {
            "apiVersion": "mlgov/v1",
            "kind": "Tombstone",
            "metadata": {"name": document.value["metadata"]["name"]},
            "lifecycle": {"status": Status.ARCHIVED.value},
            "spec": {**spec, "status": status.value if status else None, "removed_on": removed_on, "reason": reason},
        }
    )


def read_tombstone(snapshot: Snapshot, path: str) -> tuple[Tombstone | None, list[Finding]]:
    """Read the tombstone at ``path``, or say what is wrong with it."""
    file, (folder, _, name) = snapshot[path], path.partition(f"/{FOLDER}/")
    stem = name.removesuffix(".yaml")
    if file.mode != REGULAR_FILE or name == stem or not is_name(stem):
        message = f"{folder}/{FOLDER}/ holds only plain files <name>.yaml."
        return None, [rules.WRONG_PLACE.at(Location(path), message)]
    document, findings = load(file.data, path)
    if document is None:
        return None, findings
    found, findings = validate(document, Tombstone)
    if found and (found.metadata.name, found.spec.kind) != (stem, FOLDERS[folder]):
        at = ("metadata", "name")
        message = f"The tombstone of the {found.spec.kind} {found.metadata.name} does not belong here."
        return None, [rules.WRONG_PLACE.at(document.location(at), message, pointer=at)]
    return found, findings


def check_tombstones(snapshot: Snapshot) -> Iterator[Finding]:
    """Find tombstones that cannot be read, and documents that use the name of a removed one."""
    for path in filter(is_tombstone, sorted(snapshot)):
        yield from read_tombstone(snapshot, path)[1]
        used = _document_path(path)
        if used in snapshot:
            document = load(snapshot[used].data, used)[0]
            at = ("metadata", "name")
            place = document.location(at) if document else Location(used)
            yield rules.REMOVED_NAME.at(place, f"{path} says that a document of this name was removed.", pointer=at)


def check_burials(base: Snapshot, now: Snapshot) -> Iterator[Finding]:
    """Find tombstones that are changed, taken away, or not true of what a change removes."""
    for path in sorted({path for path in (*base, *now) if is_tombstone(path)}):
        if path in base:
            if base[path] != now.get(path):
                done = "is changed" if path in now else "is gone"
                yield rules.TOMBSTONE.at(Location(path), f"{path} {done}.")
        elif tombstone := read_tombstone(now, path)[0]:
            yield from _check_truth(path, tombstone, base)


def is_buried(path: str, before: Document, now: Snapshot) -> bool:
    """Say whether the document that was at ``path`` may be gone: it was archived, and a tombstone tells of it."""
    grave = grave_of(path)
    tombstone = read_tombstone(now, grave)[0] if grave in now else None
    is_true = tombstone is not None and tombstone.spec.digest == content_digest(before.value)
    return is_true and status_of(before) is Status.ARCHIVED


def _check_truth(path: str, tombstone: Tombstone, base: Snapshot) -> Iterator[Finding]:
    removed = _document_path(path)
    before = load(base[removed].data, removed)[0] if removed in base else None
    if before is None:
        yield rules.TOMBSTONE.at(Location(path), f"There was no {removed} to remove.")
    elif (tombstone.spec.digest, tombstone.spec.status) != (content_digest(before.value), status_of(before)):
        message = f"{removed} was {status_of(before)} and had the digest {content_digest(before.value)}."
        yield rules.TOMBSTONE.at(Location(path), message)


def _document_path(path: str) -> str:
    return path.replace(f"/{FOLDER}/", "/", 1)
