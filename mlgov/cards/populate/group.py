"""What the cards of a model package group say alike: a new version's card begins with the texts of the newest one."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from mlgov.cards.fields import is_empty
from mlgov.documents import Change, Document, Value, edit, find
from mlgov.names import RiskRating

#: Sections that hold for a model whatever its version: SageMaker takes over the same ones.
SECTIONS = ("business_details", "intended_uses", "additional_information")
_DETAILS = ("spec", "model_package_details")


def inherit(document: Document, others: Iterable[Document]) -> tuple[bytes, str, tuple[str, ...]]:
    """Copy what a new card does not say from the newest card of its model package group.

    Args:
        document: The new card.
        others: The cards that there are.

    Returns:
        The card as it would be (the very bytes when nothing is copied), the name of the card that was copied from
        (empty when there is none), and the copied fields, as paths below ``spec``.
    """
    newest = _newest(document, others)
    if newest is None:
        return document.data, "", ()
    spec: dict[str, Any] = deepcopy(document.value.get("spec") or {})
    copied: list[str] = []
    for section in SECTIONS:
        said = find(newest.value, ("spec", section))[1]
        for key, value in said.items() if isinstance(said, dict) else ():
            if not _is_open(key, value) and _is_open(key, find(spec, (section, key))[1]):
                spec[section] = {**(spec.get(section) or {}), key: deepcopy(value)}
                copied.append(f"{section}.{key}")
    if not copied:
        return document.data, "", ()
    return edit(document.data, [Change(("spec",), spec)], document.path), _name(newest), tuple(copied)


def group_of(document: Document) -> str:
    """Give the model package group of a card; empty when it names none."""
    found = find(document.value, (*_DETAILS, "model_package_group_name"))[1]
    return found if isinstance(found, str) else ""


def _newest(document: Document, others: Iterable[Document]) -> Document | None:
    """Find the card of the group with the highest version; of two with the same one, the last by name."""
    group = group_of(document)
    cards = [each for each in others if group and group_of(each) == group and each.path != document.path]
    return max(cards, key=lambda each: (_version(each), each.path), default=None)


def _version(document: Document) -> int:
    found = find(document.value, (*_DETAILS, "model_package_version"))[1]
    return found if isinstance(found, int) else 0


def _name(document: Document) -> str:
    return str(find(document.value, ("metadata", "name"))[1])


def _is_open(key: str, value: Value) -> bool:
    return is_empty(value) or (key == "risk_rating" and value == RiskRating.UNKNOWN.value)
