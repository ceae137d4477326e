"""All cards of two versions of a repository: which belongs to which, and what changed in each."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlgov.cards.diff.changes import Change
from mlgov.cards.diff.compare import diff, written
from mlgov.cards.diff.significance import DiffTable
from mlgov.cards.schema import CardDocument
from mlgov.documents import Document
from mlgov.findings import Location
from mlgov.names import Kind, path_of

#: From this share of equal values on, a card that went and a card that came are one card with a new name.
RENAMED_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class CardVersion:
    """A card at one side.

    Attributes:
        document: As written, with positions.
        typed: As the schema's model.
    """

    document: Document
    typed: CardDocument


@dataclass(frozen=True, slots=True)
class CardDiff:
    """What changed in one card.

    Attributes:
        name: Its name in the later version; in the earlier one when it is gone.
        changes: What changed, in the order of the fields.
    """

    name: str
    changes: tuple[Change, ...]

    @property
    def path(self) -> str:
        """Path of the card's file."""
        return path_of(Kind.MODEL_CARD, self.name)


def diff_cards(
    before: Mapping[str, CardVersion], after: Mapping[str, CardVersion], table: DiffTable | None = None
) -> list[CardDiff]:
    """Compare all cards of two versions.

    Args:
        before: The earlier cards by name.
        after: The later cards by name.
        table: As for `diff`.

    Returns:
        The cards that changed, by name; a card that got another name is one, and its changes have places in files.
    """
    old_name = _renamed(before, after)
    names = sorted((before.keys() | after.keys()) - set(old_name.values()))
    found = []
    for name in names:
        old, new = before.get(old_name.get(name, name)), after.get(name)
        changes = diff(old.typed if old else None, new.typed if new else None, table)
        if changes:
            found.append(CardDiff(name, tuple(_located(change, old, new) for change in changes)))
    return found


def _located(change: Change, before: CardVersion | None, after: CardVersion | None) -> Change:
    if after is not None:
        return replace(change, location=after.document.location(change.place.after))
    return replace(change, location=Location(before.document.path) if before else None)


def _renamed(before: Mapping[str, CardVersion], after: Mapping[str, CardVersion]) -> dict[str, str]:
    """Find cards that got another name: new name -> old name, the most alike first."""
    gone, came = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    if not gone or not came:
        return {}
    said = {name: Counter(_leaves(version.typed)) for name, version in ((n, before[n]) for n in gone)}
    says = {name: Counter(_leaves(version.typed)) for name, version in ((n, after[n]) for n in came)}
    pairs = sorted((-_likeness(said[old], says[new]), old, new) for old in gone for new in came)
    renamed: dict[str, str] = {}
    for unlike, old, new in pairs:
        if -unlike >= RENAMED_SHARE and new not in renamed and old not in renamed.values():
            renamed[new] = old
    return renamed


def _likeness(one: Counter[Any], other: Counter[Any]) -> float:
    """Give the share of values that two cards have in common, 0 to 1; cards that say nothing are not alike."""
    return (one & other).total() / max(one.total(), other.total(), 1)


def _leaves(card: CardDocument) -> list[tuple[str, str]]:
    return list(_under(written(card).get("spec", {}), ""))


def _under(value: Any, at: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any YAML value
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _under(below, f"{at}.{key}")
    elif isinstance(value, list):
        for below in value:
            yield from _under(below, f"{at}[]")
    else:
        yield at, repr(value)
