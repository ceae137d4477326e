"""A likely cause: what probably happened upstream, in a sentence and in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mlgov.monitors.distances.significance import two_proportions_p

#: What is named must be this unlikely by chance: a wrong lead costs somebody a morning.
MOST_CHANCE = 1e-3
#: A share that changed by less is not worth naming.
LEAST_CHANGE = 0.01


class CauseKind(StrEnum):
    """What happened, the most telling first: causes are listed in this order."""

    NULL_SURGE = "null_surge"
    TYPE_CHANGE = "type_change"
    CONSTANT = "constant"
    SENTINEL = "sentinel"
    UNIT_CHANGE = "unit_change"
    CYCLE_SHIFT = "cycle_shift"
    RESPELLED = "respelled"
    RECODED = "recoded"
    LOST_DIGITS = "lost_digits"
    OFFSET = "offset"
    PRECISION = "precision"
    NEW_CATEGORIES = "new_categories"
    OUT_OF_RANGE = "out_of_range"
    MOVED_CATEGORIES = "moved_categories"
    MOVED_RANGE = "moved_range"


@dataclass(frozen=True, slots=True)
class Cause:
    """A likely cause.

    Attributes:
        kind: What happened.
        sentence: The same for people.
        numbers: What it was told from, by name.
    """

    kind: CauseKind
    sentence: str
    numbers: Mapping[str, float | str] = field(default_factory=dict)


def grew(k: int, n: int, j: int, m: int, *, tests: int = 1) -> bool:
    """Say whether a share grew by enough and beyond chance: from k of n to j of m, the largest of so many shares."""
    if not (n and m) or j / m - k / n < LEAST_CHANGE:
        return False
    return tests * two_proportions_p(k, n, j, m) <= MOST_CHANCE


def percent(part: float) -> str:
    """Write a share."""
    return f"{part:.1%}"
