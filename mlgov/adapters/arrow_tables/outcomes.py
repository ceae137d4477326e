"""What a worker of a cluster made of its share of the parts: a result or an error.

Errors travel as values, because clusters wrap what their workers raise beyond recognition.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import pyarrow as pa

from mlgov.adapters.arrow_tables.parts import Part
from mlgov.errors import MlgovError

T = TypeVar("T")

#: Shares per worker: a slow one leaves some of its own to others.
SHARES_PER_WORKER = 2

Share = tuple[tuple[int, Part], ...]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What came of some parts.

    Attributes:
        place: Number of the part that has the error.
        result: What the step made of them; None with an error.
        error: The error; None with a result.
    """

    place: int
    result: T | None
    error: MlgovError | None = None


def shares(parts: Sequence[Part], workers: int) -> list[Share]:
    """Deal the parts out, the next one to the next worker; at least one share, which may be empty."""
    count = max(1, min(len(parts), workers * SHARES_PER_WORKER))
    numbered = tuple(enumerate(parts))
    return [numbered[start::count] for start in range(count)]


def outcome_of(share: Share, step: Callable[[Iterable[pa.RecordBatch]], T]) -> Outcome[T]:
    """Take in a share, on whichever machine this runs."""
    place = 0

    def batches() -> Iterator[pa.RecordBatch]:
        nonlocal place
        for number, part in share:
            place = number
            yield from part.batches()

    try:
        return Outcome(place, step(batches()))
    except MlgovError as error:
        return Outcome(place, None, error)


def joined(left: Outcome[T], right: Outcome[T], join: Callable[[T, T], T]) -> Outcome[T]:
    """Join two outcomes; of two errors, the one of the earlier part counts."""
    failed = [outcome for outcome in (left, right) if outcome.error]
    if failed:
        return min(failed, key=lambda outcome: outcome.place)
    assert left.result is not None and right.result is not None  # noqa: S101 - there was no error
    try:
        return Outcome(left.place, join(left.result, right.result))
    except MlgovError as error:
        return Outcome(min(left.place, right.place), None, error)


def unwrapped(outcome: Outcome[T]) -> T:
    """Give the result. Raises the error."""
    if outcome.error:
        raise outcome.error
    assert outcome.result is not None  # noqa: S101 - there was no error
    return outcome.result
