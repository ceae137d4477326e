"""What a refresh would change: every value that the source gives, held against the card. Pure; nothing is written."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from mlgov.cards.fields import is_empty
from mlgov.cards.imported import Field, Hand, hand_on, pointer_of
from mlgov.cards.populate.parts import without_credentials
from mlgov.documents import Change, Document, Pointer, Value, edit, find
from mlgov.errors import UsageError
from mlgov.lifecycle import json_digest
from mlgov.ports import Described

#: Entries that a card takes.
MAX_ENTRIES = 500


class State(StrEnum):
    """What becomes of a value of the card."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT_EDITED = "kept, edited by hand"
    KEPT_REMOVED = "kept out, removed by hand"
    KEPT_WRITTEN = "kept, written by people"


#: States in which the source's value goes into the card.
TAKEN = (State.NEW, State.CHANGED)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value of the source, held against the card.

    Attributes:
        path: Its path below ``spec``.
        state: What becomes of it.
        old: The card's value; None when it has none.
        new: The source's value.
        came_from: The source that the card's value was imported from before; empty when there is none.
    """

    path: str
    state: State
    old: Value
    new: Value
    came_from: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A refresh as it would be.

    Attributes:
        differences: All values of the source, in order.
        data: The card as it would be; the very bytes that it has when nothing changes.
    """

    differences: tuple[Difference, ...]
    data: bytes

    def count(self, *states: State) -> int:
        """Count the differences in one of ``states``."""
        return sum(each.state in states for each in self.differences)


def plan(
    document: Document, fields: tuple[Field, ...], described: Described, *, at: datetime, overwrite: bool = False
) -> Plan:
    """Plan to take the values of a source into a card; comments and order of the card stay.

    Values that people wrote, edited or removed stay as they are unless ``overwrite`` is given.

    Args:
        document: The card.
        fields: What the source says.
        described: The source.
        at: The present, aware.
        overwrite: Whether the source goes before people.

    Raises:
        UsageError: The card cannot be edited, or would have more imported values than a card takes.
    """
    entries = _entries(document.value)
    differences = tuple(_difference(document.value, field, entries, overwrite=overwrite) for field in fields)
    spec: dict[str, Any] = deepcopy(document.value.get("spec") or {})
    for each in differences:
        if each.state in TAKEN:
            _put(spec, pointer_of(each.path, spec)[1:], each.new)
    if noted := _noted(differences, entries, described, at):
        spec["imported"] = _listed(spec.get("imported") or [], noted, document.path)
    return Plan(differences, edit(document.data, [Change(("spec",), spec)], document.path))


def _put(value: Any, pointer: Pointer, new: Value) -> None:  # noqa: ANN401 - any plain value
    """Put a value into a spec; what leads to it is made where nothing stands."""
    for key, following in pairwise(pointer):
        if find(value, (key,))[1] is None:
            _store(value, key, {} if isinstance(following, str) else [])
        value = value[key]
    _store(value, pointer[-1], deepcopy(new))


def _store(parent: Any, key: str | int, value: Value) -> None:  # noqa: ANN401 - any plain value
    if isinstance(parent, list) and key == len(parent):
        parent.append(value)
    else:
        parent[key] = value


def _difference(value: dict[str, Any], field: Field, entries: dict[str, Any], *, overwrite: bool) -> Difference:
    there, old = find(value, pointer_of(field.path, value.get("spec")))
    entry = entries.get(field.path)
    came_from = str(entry["source"]) if entry else ""
    if there and json_digest(old) == json_digest(field.value):
        return Difference(field.path, State.SAME, old, field.value, came_from)
    state = State.CHANGED if there and not is_empty(old) else State.NEW
    if not overwrite:
        state = _kept(value, field, entry, state)
    return Difference(field.path, state, old if there else None, field.value, came_from)


def _kept(value: dict[str, Any], field: Field, entry: Any, state: State) -> State:  # noqa: ANN401 - an entry or None
    """Say which values of people a refresh leaves alone."""
    if entry is None:
        return State.KEPT_WRITTEN if state is State.CHANGED else State.NEW
    hand = hand_on(value, field.path, entry["digest"])
    return {Hand.REMOVED: State.KEPT_REMOVED, Hand.EDITED: State.KEPT_EDITED}.get(hand, state)


def _noted(
    differences: tuple[Difference, ...], entries: dict[str, Any], described: Described, at: datetime
) -> dict[str, dict[str, Value]]:
    """Give the entries that change: those whose value, source or run did, and those of new values."""
    noted = {}
    for each in differences:
        entry = entries.get(each.path)
        wanted = _entry(each, described, at)
        is_imported = each.state in TAKEN or (each.state is State.SAME and entry is not None)
        if is_imported and (entry is None or {**entry, "at": ""} != {**wanted, "at": ""}):
            noted[each.path] = wanted
    return noted


def _listed(listed: list[Any], noted: dict[str, dict[str, Value]], path: str) -> list[Value]:
    """Put entries into the list, in the place of those for the same values; new ones come last."""
    kept = [noted.get(entry["field"], entry) for entry in listed]
    old = {entry["field"] for entry in listed}
    found: list[Value] = [*kept, *(entry for field, entry in noted.items() if field not in old)]
    if len(found) > MAX_ENTRIES:
        raise UsageError(f"{path} would have {len(found)} imported values; a card takes {MAX_ENTRIES}.")
    return found


def _entry(difference: Difference, described: Described, at: datetime) -> dict[str, Value]:
    entry: dict[str, Value] = {
        "field": difference.path,
        "source": without_credentials(described.source)[:1024],
        "run": described.run[:255] if described.run else None,
        "digest": json_digest(difference.new),
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return {key: value for key, value in entry.items() if value is not None}


def _entries(value: dict[str, Any]) -> dict[str, Any]:
    """Give what the card says of its imported values, by path; the last of several for one value counts."""
    spec = value.get("spec")
    listed = spec.get("imported") if isinstance(spec, dict) else None
    return {entry["field"]: entry for entry in listed or []}
