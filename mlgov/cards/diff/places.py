"""Where a change is: a path that goes by names, and the pointers into both documents."""

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple

from mlgov.documents import Pointer


class Missing(Enum):
    """The type of MISSING."""

    MISSING = "missing"


#: Stands for a value that is not written at all; ``null`` is written.
MISSING = Missing.MISSING


class Significance(IntEnum):
    """How much a change matters.

    COSMETIC changes no meaning, INFORMATIVE says more or says it differently, MATERIAL is what a reviewer has to judge.
    """

    COSMETIC = 1
    INFORMATIVE = 2
    MATERIAL = 3

    @property
    def label(self) -> str:
        """The word for it, in settings and reports."""
        return self.name.lower()


class Item(NamedTuple):
    """An item of a list, by its name.

    Attributes:
        name: What the item is called; for plain values the value.
        number: 1 for the first item of that name, 2 for the second.
    """

    name: str
    number: int = 1

    def __str__(self) -> str:
        return f"[{self.name}]" if self.number == 1 else f"[{self.name} #{self.number}]"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in two versions of a document.

    Attributes:
        path: Keys and list items by name: the same whichever version is looked at, wherever the item stands.
        before: Pointer into the earlier document; where the thing is not, the pointer of what would hold it.
        after: Pointer into the later document, likewise.
    """

    path: tuple[str | Item, ...] = ()
    before: Pointer = ()
    after: Pointer = ()

    def key(self, key: str) -> "Place":
        """Go down to a key of a mapping."""
        return Place((*self.path, key), (*self.before, key), (*self.after, key))

    def item(self, item: Item, before: int | None, after: int | None) -> "Place":
        """Go down to an item of a list; None where it is not."""
        old = self.before if before is None else (*self.before, before)
        new = self.after if after is None else (*self.after, after)
        return Place((*self.path, item), old, new)

    @property
    def parent(self) -> "Place":
        """What holds it."""
        return Place(self.path[:-1], self.before[:-1], self.after[:-1])

    @property
    def shape(self) -> tuple[str, ...]:
        """The path with ``*`` for every list item: what patterns are matched with."""
        return tuple("*" if isinstance(step, Item) else step for step in self.path)

    def __str__(self) -> str:
        text = "".join(str(step) if isinstance(step, Item) else f".{step}" for step in self.path)
        return text.removeprefix(".")
