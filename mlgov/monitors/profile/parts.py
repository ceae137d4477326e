"""What the profiles of all kinds of columns are made of."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

_Key = TypeVar("_Key", int, str)

#: One count per bin, word or bucket.
Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Types:
    """How many values that are not null came as what.

    Attributes:
        integral: Whole numbers, whatever their type.
        fractional: Other numbers, infinities and NaN.
        boolean: True or false.
        text: Strings; in a numeric column only those that do not read as a number.
        other: Anything else (moments, lists, bytes).
    """

    integral: int = 0
    fractional: int = 0
    boolean: int = 0
    text: int = 0
    other: int = 0

    def __add__(self, more: "Types") -> "Types":
        return Types(
            self.integral + more.integral,
            self.fractional + more.fractional,
            self.boolean + more.boolean,
            self.text + more.text,
            self.other + more.other,
        )

    @property
    def total(self) -> int:
        """Number of values."""
        return self.integral + self.fractional + self.boolean + self.text + self.other


def added(left: Counts, right: Counts) -> Counts:
    """Add two rows of counts, place by place."""
    return tuple(one + other for one, other in zip(left, right, strict=True))


def tallied(pairs: Iterable[tuple[_Key, int]]) -> tuple[tuple[_Key, int], ...]:
    """Add the counts of equal keys, by key."""
    counts: Counter[_Key] = Counter()
    for key, count in pairs:
        counts[key] += count
    return tuple(sorted(counts.items()))
