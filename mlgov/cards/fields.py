"""Bookkeeping for exporters and importers: what nobody takes from a document is reported, by construction."""

from collections.abc import Iterator

from mlgov.cards.schema import CardDocument
from mlgov.cards.transfer import Unmapped
from mlgov.documents import Pointer, Value, find


class Fields:
    """The fields of a document, and which of them have found a place.

    Args:
        value: The document as plain values. It is read, never changed.

    Example:
        >>> fields = Fields({"spec": {"a": 1, "b": 2}})
        >>> fields.take("spec", "a")
        1
        >>> [entry.path for entry in fields.left("no place")]
        ['spec.b']
    """

    def __init__(self, value: Value) -> None:
        self.value = value
        self._taken: set[Pointer] = set()
        self._touched: set[Pointer] = {()}  # the document itself is never named as left

    def see(self, *pointer: str | int) -> Value:
        """Give what stands at ``pointer`` (None when nothing does) without taking it."""
        found: Value = find(self.value, pointer)[1]
        return found

    def take(self, *pointer: str | int) -> Value:
        """Give what stands at ``pointer`` and note that all of it has found its place."""
        self._taken.add(pointer)
        self._touched.update(pointer[:end] for end in range(len(pointer) + 1))
        return self.see(*pointer)

    def text(self, *pointer: str | int) -> str:
        """Take a text or a number as text; empty, and not taken, when there is anything else."""
        value = self.see(*pointer)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return ""
        self.take(*pointer)
        return value.strip() if isinstance(value, str) else f"{value}"

    def items(self, *pointer: str | int) -> list[Pointer]:
        """List the pointers of the items of a list; none when there is no list."""
        value = self.see(*pointer)
        return [(*pointer, index) for index in range(len(value))] if isinstance(value, list) else []

    def keys(self, *pointer: str | int) -> list[str]:
        """List the keys of a mapping in their order; none when there is no mapping."""
        value = self.see(*pointer)
        return list(value) if isinstance(value, dict) else []

    def untaken(self, *pointer: str | int) -> Iterator[Pointer]:
        """Give the highest pointers at or below ``pointer`` of which nothing was taken; empty values do not count."""
        if pointer in self._taken:
            return
        value = self.see(*pointer)
        if pointer not in self._touched:
            if not is_empty(value):
                yield pointer
            return
        keys = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        for key in keys:
            yield from self.untaken(*pointer, key)

    def rest(self, *pointer: str | int) -> Value:
        """Give a copy of what stands at ``pointer`` without what was taken; empty parts are left out."""
        if pointer in self._taken:
            return None
        value = self.see(*pointer)
        if pointer not in self._touched:
            return value
        if isinstance(value, dict):
            return {key: kept for key in value if not is_empty(kept := self.rest(*pointer, key))}
        return [kept for at in self.items(*pointer) if not is_empty(kept := self.rest(*at))]

    def left(self, reason: str) -> tuple[Unmapped, ...]:
        """Report everything that was not taken.

        Args:
            reason: Why it has no place, as a sentence.
        """
        return tuple(Unmapped(written(pointer), reason) for pointer in self.untaken())


def is_empty(value: Value) -> bool:
    """Say whether a value says nothing: missing, empty, or made of such values alone."""
    if isinstance(value, dict):
        return all(map(is_empty, value.values()))
    if isinstance(value, list):
        return all(map(is_empty, value))
    return value is None or value == ""


def written(pointer: Pointer) -> str:
    """Write a pointer as people read it: ``spec.evaluation_details[0].name``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in pointer).lstrip(".")


def card_value(card: CardDocument) -> dict[str, Value]:
    """Give the plain values of a card as its file says them: what the author did not set is not there.

    The content digest of this value is the digest of the file.
    """
    value: dict[str, Value] = card.model_dump(mode="json", exclude_unset=True)
    return value
