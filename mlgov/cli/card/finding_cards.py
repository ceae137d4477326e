"""Finding a card by its name, and saying what is wrong with one that cannot be read."""

import difflib
from collections.abc import Sequence
from pathlib import PurePosixPath

import click

from mlgov.checks.tree import Governed, Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.reporters import ReportContext
from mlgov.cli.reporters import render as report
from mlgov.errors import UsageError
from mlgov.findings import Finding, Severity
from mlgov.lifecycle.tombstones import is_tombstone, tombstone_path
from mlgov.names import Kind, folder_of, is_name, path_of
from mlgov.ports import Repository, Snapshot

FOLDER = folder_of(Kind.MODEL_CARD)
DROP_COMMENTS = "--drop-comments"
#: For every command that edits a card.
drop_comments_option = click.option(DROP_COMMENTS, is_flag=True, help="Agree that comments go with what is replaced.")


def card_path(name: str) -> str:
    """Give the path of a card.

    Raises:
        UsageError: Nothing can have that name.
    """
    if not is_name(name):
        stem = PurePosixPath(name).name.removesuffix(".yaml")
        if stem != name and is_name(stem):
            raise UsageError(f"{name!r} is a path, and a card is named without it.", hint=f"Write {stem}.")
        raise UsageError(f"{name!r} is not the name of a card.", hint="Names have a-z, 0-9 and hyphens.")
    return path_of(Kind.MODEL_CARD, name)


def find_card(repository: Repository, name: str, ref: str | None = None) -> tuple[Governed | None, list[Finding]]:
    """Read one card of the work tree, or of the commit ``ref``.

    Returns:
        The card, or None and what is wrong with it.

    Raises:
        UsageError: There is no such card.
    """
    path = card_path(name)
    snapshot = repository.work_tree((), (path,)) if ref is None else repository.snapshot(ref, (), (path,))
    if path not in snapshot:
        raise _not_there(repository, name, ref)
    tree = read_tree(snapshot)
    return tree.governed.get(path), tree.findings


def names_of(snapshot: Snapshot) -> list[str]:
    """List the names of all cards, whether or not they can be read."""
    return [PurePosixPath(path).stem for path in snapshot if path.startswith(f"{FOLDER}/") and not is_tombstone(path)]


def tell(app: App, findings: Sequence[Finding], files: int = 1) -> None:
    """Say what is wrong; --quiet keeps errors."""
    told = [found for found in findings if found.severity is Severity.ERROR or not app.quiet]
    if told:
        click.echo(report(told, "text", context=ReportContext(files=files)), err=True, nl=False)


def check_names(tree: Tree, names: Sequence[str]) -> None:
    """Refuse names that no card has.

    Raises:
        UsageError: One has no card.
    """
    for name in names:
        if card_path(name) not in tree.snapshot:
            raise _unknown(name, names_of(tree.snapshot), "")


def _not_there(repository: Repository, name: str, ref: str | None) -> UsageError:
    snapshot = repository.work_tree((FOLDER,)) if ref is None else repository.snapshot(ref, (FOLDER,))
    if tombstone_path(Kind.MODEL_CARD, name) in snapshot:
        hint = f"'mlgov card history {name}' shows its history; 'mlgov card show {name} --at REF' an old version."
        return UsageError(f"The card {name} was removed.", hint=hint)
    return _unknown(name, names_of(snapshot), f" at {ref}" if ref else "")


def _unknown(name: str, names: Sequence[str], where: str) -> UsageError:
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean '{close[0]}'?" if close else "'mlgov card list' lists the cards."
    return UsageError(f"There is no {card_path(name)}{where}.", hint=hint)
