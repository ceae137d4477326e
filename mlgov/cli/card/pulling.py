"""What the cards of an account are to this repository: new, different, alike, or nothing that can be taken in."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlgov.cards.imports import IMPORTERS
from mlgov.cards.reconcile import Difference, Wanted, differences
from mlgov.cards.transfer import Unmapped
from mlgov.cli.app import App
from mlgov.cli.card.finding_cards import FOLDER, names_of
from mlgov.cli.card.transfer import as_yaml
from mlgov.cli.card.wanted_cards import WantedCards, committed_names, wanted_cards
from mlgov.cli.files import create_file
from mlgov.errors import GitError, ImportFormatError, OutsideError, UsageError
from mlgov.lifecycle.tombstones import tombstone_path
from mlgov.names import Kind, is_name, path_of
from mlgov.ports import AccountCard, CardAccount, Repository

if TYPE_CHECKING:
    from mlgov.wiring import Services


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card of the account that is not here.

    Attributes:
        name: Its name.
        path: Where it goes.
        data: The file.
        unmapped: What a card has no place for.
    """

    name: str
    path: str
    data: bytes
    unmapped: tuple[Unmapped, ...]


@dataclass(frozen=True, slots=True)
class Drifted:
    """A card that the account has otherwise than git."""

    name: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A card that could be neither taken in nor compared, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alike:
    """A card that the account has as git has it."""

    name: str


Pulled = NewCard | Drifted | Left | Alike


@dataclass(frozen=True, slots=True)
class Here:
    """What this repository has.

    Attributes:
        cards: Cards without errors, by name: as committed, or as in the work tree when they were never committed.
        broken: Names of cards with errors.
        removed: Names of cards that were removed.
    """

    cards: dict[str, Wanted]
    broken: frozenset[str]
    removed: frozenset[str]


def pull_cards(app: App, services: "Services", account: CardAccount, names: Iterable[str]) -> list[Pulled]:
    """Hold cards of the account against this repository. Writes nothing.

    Args:
        app: Where the findings of cards that are here are said.
        services: The repository.
        account: The account.
        names: Names of cards in the account.

    Raises:
        UsageError: The account has no such card.
    """
    found = [_found(account, name) for name in names]
    here = _here(app, services, [card.name for card in found])
    return [_pulled(services.root, account, card, here) for card in found]


def write_cards(root: Path, cards: Sequence[NewCard]) -> tuple[list[NewCard], OutsideError | None]:
    """Write drafts, none over anything that is there. Gives those that were written, and what ended it."""
    written: list[NewCard] = []
    for card in cards:
        try:
            create_file(root / card.path, card.data)
        except OutsideError as error:
            return written, error
        written.append(card)
    return written, None


def _found(account: CardAccount, name: str) -> AccountCard:
    card = account.find(name)
    if card is None:
        raise UsageError(f"The account has no card {name}.", hint="Check the name, the region and the account.")
    return card


def _here(app: App, services: "Services", names: Sequence[str]) -> Here:
    repository = services.repository
    commit = _head(repository)
    snapshot = repository.work_tree((FOLDER,))
    committed = set(committed_names(repository, commit)) if commit else set()
    graves = {*snapshot, *(repository.snapshot(commit, (FOLDER,)) if commit else ())}
    old = [name for name in names if name in committed]
    new = [name for name in names if name not in committed and name in names_of(snapshot) and is_name(name)]
    both = []
    if commit and old:
        both.append(wanted_cards(app, services, old, lambda paths: repository.snapshot(commit, (), paths)))
    if new:
        both.append(wanted_cards(app, services, new, lambda paths: repository.work_tree((), paths)))
    removed = frozenset(name for name in names if tombstone_path(Kind.MODEL_CARD, name) in graves)
    return Here({card.name: card for each in both for card in each.cards}, _broken(both), removed)


def _head(repository: Repository) -> str:
    """Give the commit that is checked out; empty without git and before the first commit."""
    try:
        return repository.resolve("HEAD") if repository.is_under_git() else ""
    except GitError:
        return ""


def _broken(found: Sequence[WantedCards]) -> frozenset[str]:
    return frozenset(name for each in found for name in each.broken)


def _pulled(root: Path, account: CardAccount, card: AccountCard, here: Here) -> Pulled:
    path = path_of(Kind.MODEL_CARD, card.name)
    if not is_name(card.name):
        way = "Take it in by hand: mlgov card import FILE --from sagemaker --name NEW."
        return Left(card.name, f"Nothing here can have this name (a-z, 0-9 and hyphens). {way}")
    if card.name in here.broken:
        return Left(card.name, f"{path} has errors, so it was not compared.")
    if card.name in here.cards:
        told = tuple(differences(here.cards[card.name], card))
        return Drifted(card.name, told) if told else Alike(card.name)
    if card.name in here.removed:
        return Left(card.name, "It was removed here, and its name is not used again. Delete it in the account.")
    if os.path.lexists(root / path):
        return Left(card.name, f"Something else is at {path}, perhaps a file that git ignores.")
    return _new(account, card, path)


def _new(account: CardAccount, card: AccountCard, path: str) -> Pulled:
    tags = [{"Key": key, "Value": value} for key, value in account.tags(card).items()]
    described = {"ModelCardName": card.name, "ModelCardStatus": card.status, "Content": card.content, "Tags": tags}
    try:
        imported = IMPORTERS["sagemaker"](json.dumps(described).encode(), card.name)
        return NewCard(card.name, path, as_yaml(imported.value, path), imported.unmapped)
    except ImportFormatError as error:
        return Left(card.name, error.message)
