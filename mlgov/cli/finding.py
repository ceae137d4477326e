"""Finding a governed document by its name, and saying what is wrong with one that cannot be read."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import click

from mlgov.checks.tree import Governed, governed_paths, read_tree
from mlgov.cli.app import App
from mlgov.cli.reporters import ReportContext
from mlgov.cli.reporters import render as report
from mlgov.errors import UsageError
from mlgov.findings import Finding, Severity
from mlgov.lifecycle.tombstones import tombstone_path
from mlgov.names import Kind, folder_of, is_name, path_of
from mlgov.ports import Repository, Snapshot


@dataclass(frozen=True, slots=True)
class Words:
    """How people call a kind of document.

    Attributes:
        noun: The word in sentences.
        verbs: The commands about it, as they are typed.
        listing: What shows all of them.
        own_branches: What stands between verb and name in names of branches, so that kinds do not share one.
    """

    noun: str
    verbs: str
    listing: str
    own_branches: str = ""


WORDS: dict[Kind, Words] = {
    Kind.MODEL_CARD: Words("card", "mlgov card", "mlgov card list"),
    Kind.ROLE: Words("role", "mlgov role", "mlgov role list", "role-"),
    Kind.MONITOR_SET: Words("monitor set", "mlgov monitor", "mlgov monitor status", "monitor-"),
    Kind.ACCESS_GRANT: Words("grant", "mlgov grant", "mlgov grant list", "grant-"),
    Kind.WAIVER: Words("waiver", "mlgov waiver", "mlgov waiver list", "waiver-"),
}


def document_path(kind: Kind, name: str) -> str:
    """Give the path of a document.

    Raises:
        UsageError: Nothing can have that name.
    """
    if not is_name(name):
        stem = PurePosixPath(name).name.removesuffix(".yaml")
        if stem != name and is_name(stem):
            said = f"{name!r} is a path, and a {WORDS[kind].noun} is named without it."
            raise UsageError(said, hint=f"Write {stem}.")
        raise UsageError(f"{name!r} is not the name of a {WORDS[kind].noun}.", hint="Names have a-z, 0-9 and hyphens.")
    return path_of(kind, name)


def find_document(
    repository: Repository, kind: Kind, name: str, ref: str | None = None
) -> tuple[Governed | None, list[Finding]]:
    """Read one document of the work tree, or of the commit ``ref``.

    Returns:
        The document, or None and what is wrong with it.

    Raises:
        UsageError: There is no such document.
    """
    path = document_path(kind, name)
    snapshot = repository.work_tree((), (path,)) if ref is None else repository.snapshot(ref, (), (path,))
    if path not in snapshot:
        raise _not_there(repository, kind, name, ref)
    tree = read_tree(snapshot)
    return tree.governed.get(path), tree.findings


def unknown(kind: Kind, name: str, names: Sequence[str], where: str = "") -> UsageError:
    """Say that there is no such document, and which one may be meant."""
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean '{close[0]}'?" if close else f"'{WORDS[kind].listing}' lists the {WORDS[kind].noun}s."
    return UsageError(f"There is no {document_path(kind, name)}{where}.", hint=hint)


def names_in(kind: Kind, snapshot: Snapshot) -> list[str]:
    """List the names of all documents of a kind, whether or not they can be read."""
    return [PurePosixPath(path).stem for path, held in governed_paths(snapshot) if held is kind]


def tell(app: App, findings: Sequence[Finding], files: int = 1) -> None:
    """Say what is wrong; --quiet keeps errors."""
    told = [found for found in findings if found.severity is Severity.ERROR or not app.quiet]
    if told:
        click.echo(report(told, "text", context=ReportContext(files=files)), err=True, nl=False)


def _not_there(repository: Repository, kind: Kind, name: str, ref: str | None) -> UsageError:
    folder = folder_of(kind)
    snapshot = repository.work_tree((folder,)) if ref is None else repository.snapshot(ref, (folder,))
    if tombstone_path(kind, name) not in snapshot:
        return unknown(kind, name, names_in(kind, snapshot), f" at {ref}" if ref else "")
    hint = f"'git log -- {path_of(kind, name)}' shows its history."
    if kind is Kind.MODEL_CARD:
        hint = f"'mlgov card history {name}' shows its history; 'mlgov card show {name} --at REF' an old version."
    return UsageError(f"The {WORDS[kind].noun} {name} was removed.", hint=hint)
