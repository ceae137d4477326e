"""The smallest steps that turn one value into another, so that what stays the same keeps its text and comments."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

import rfc8785

from mlgov.documents.reader import Pointer, Value


@dataclass(frozen=True, slots=True)
class Put:
    """Replace the value at ``pointer``."""

    pointer: Pointer
    value: Value


@dataclass(frozen=True, slots=True)
class Add:
    """Add a key at the end of a mapping, or an item before the index that ``pointer`` ends in."""

    pointer: Pointer
    value: Value


@dataclass(frozen=True, slots=True)
class Drop:
    """Take away the key or item at ``pointer``."""

    pointer: Pointer


Step = Put | Add | Drop


def differences(old: Value, new: Value, pointer: Pointer) -> Iterator[Step]:
    """Give the steps from ``old`` to ``new``, ordered so that no step moves what a later one points at."""
    if _text(old) == _text(new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() & new.keys():
        for key in reversed(list(old)):
            if key in new:
                yield from differences(old[key], new[key], (*pointer, key))
            else:
                yield Drop((*pointer, key))
        for key in new:
            if key not in old:
                yield Add((*pointer, key), new[key])
    elif isinstance(old, list) and isinstance(new, list) and not _is_row(old + new):
        yield from _in_lists(old, new, pointer)
    else:
        yield Put(pointer, new)


def _in_lists(old: list[Value], new: list[Value], pointer: Pointer) -> Iterator[Step]:
    matcher = SequenceMatcher(None, [_identity(item) for item in old], [_identity(item) for item in new], False)
    codes = matcher.get_opcodes()
    if not old or not new or all(code[0] in ("delete", "insert") for code in codes):
        yield Put(pointer, new)
        return
    for code, i, i_end, j, j_end in reversed(codes):
        paired = min(i_end - i, j_end - j)
        for item in reversed(new[j + paired : j_end]):
            yield Add((*pointer, i_end), item)
        for index in reversed(range(i + paired, i_end)):
            yield Drop((*pointer, index))
        for offset in reversed(range(paired)):
            one, other, at = old[i + offset], new[j + offset], (*pointer, i + offset)
            if code == "equal" or not (_name(one) or _name(other)):
                yield from differences(one, other, at)
            else:
                yield Put(at, other)


def _identity(item: Value) -> bytes:
    name = _name(item)
    return f"name {name}".encode() if name else _text(item)


def _name(item: Value) -> str:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else ""


def _is_row(items: list[Value]) -> bool:
    return all(isinstance(item, int | float) for item in items)


def _text(value: Value) -> bytes:
    return rfc8785.dumps(value)
