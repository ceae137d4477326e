"""Finding a card by its name, and saying what is wrong with one that cannot be read."""

from collections.abc import Sequence

import click

from mlgov.checks.tree import Governed, Tree
from mlgov.cli.finding import document_path, find_document, names_in, unknown
from mlgov.findings import Finding
from mlgov.names import Kind, folder_of
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
    return document_path(Kind.MODEL_CARD, name)


def find_card(repository: Repository, name: str, ref: str | None = None) -> tuple[Governed | None, list[Finding]]:
    """Read one card of the work tree, or of the commit ``ref``.

    Returns:
        The card, or None and what is wrong with it.

    Raises:
        UsageError: There is no such card.
    """
    return find_document(repository, Kind.MODEL_CARD, name, ref)


def names_of(snapshot: Snapshot) -> list[str]:
    """List the names of all cards, whether or not they can be read."""
    return names_in(Kind.MODEL_CARD, snapshot)


def check_names(tree: Tree, names: Sequence[str]) -> None:
    """Refuse names that no card has.

    Raises:
        UsageError: One has no card.
    """
    for name in names:
        if card_path(name) not in tree.snapshot:
            raise unknown(Kind.MODEL_CARD, name, names_of(tree.snapshot))
