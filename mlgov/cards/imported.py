"""The paths by which a card names its imported values, and whether a value is still as it was imported."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mlgov.documents import Pointer, Value, find
from mlgov.lifecycle import json_digest

_STEP = re.compile(r'(?:^|\.)(?P<key>\w+)(?:\[name=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\]"]*))\])?')
#: Lists whose items are imported one by one, so that people may add items of their own.
_BY_NAME = frozenset({("lineage", "datasets"), ("evaluation_details",)})


class Hand(StrEnum):
    """What became of an imported value since."""

    UNTOUCHED = "untouched"
    EDITED = "edited"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Field:
    """A value below ``spec`` that can be imported.

    Attributes:
        path: Its path as `mlgov.cards.additions.Provenance` writes it.
        value: The value.
    """

    path: str
    value: Value


def pointer_of(path: str, spec: Value) -> Pointer:
    """Find where the value at ``path`` stands, or would stand, in a card.

    Args:
        path: Keys below spec with dots between; ``[name=x]`` is the item of a list that has that name. An item that is
            not there would be the next one.
        spec: The spec of the card as plain values.

    Returns:
        A pointer from the top of the document; it begins with ``spec``.
    """
    pointer: Pointer = ()
    for step in _STEP.finditer(path):
        pointer = (*pointer, step["key"])
        name = step["quoted"] if step["quoted"] is not None else step["bare"]
        if name is not None:
            pointer = (*pointer, _place(find(spec, pointer)[1], name))
    return ("spec", *pointer)


def _place(items: Value, name: str) -> int:
    listed = items if isinstance(items, list) else []
    found = (place for place, item in enumerate(listed) if isinstance(item, dict) and item.get("name") == name)
    return next(found, len(listed))


def hand_on(value: dict[str, Any], path: str, digest: str) -> Hand:
    """Say what became of an imported value.

    Args:
        value: The card document as plain values.
        path: Path of the value below spec.
        digest: Digest that it was imported with.
    """
    there, found = find(value, pointer_of(path, value.get("spec")))
    if not there:
        return Hand.REMOVED
    return Hand.UNTOUCHED if json_digest(found) == digest else Hand.EDITED


def fields_of(spec: dict[str, Value]) -> list[Field]:
    """Split a spec into the values that are imported one by one.

    Mappings are split by key. A list is one value; only evaluations and the datasets of the lineage are split, where
    their names can tell them apart.
    """
    return [Field(path, value) for path, value in _split(spec, (), "")]


def _split(value: Value, keys: tuple[str, ...], path: str) -> list[tuple[str, Value]]:
    if isinstance(value, dict) and value:
        deeper = [(*keys, key) for key in value]
        return [each for at in deeper for each in _split(value[at[-1]], at, f"{path}.{at[-1]}".lstrip("."))]
    if keys in _BY_NAME and isinstance(value, list):
        named = {str(item["name"]): item for item in value if isinstance(item, dict)}
        # a quote cannot be written inside quotes, and two of one name cannot be told apart: then the list is one value
        if len(named) == len(value) and not any('"' in name for name in named):
            return [(f"{path}[name={_quoted(name)}]", item) for name, item in named.items()]
    return [(path, value)]


def _quoted(name: str) -> str:
    return f'"{name}"' if "]" in name or not name.strip() else name
