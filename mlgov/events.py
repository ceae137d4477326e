"""What happens while mlgov works, as values for whoever listens (a terminal, a log, a test)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

#: Work on fewer things than this is over before anybody wonders how far it is.
LONG = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of long work.

    Attributes:
        task: What is being done, for people.
        done: Units finished.
        total: Units in all; None when that is not known.
    """

    task: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that people should know but that is no finding."""

    message: str


Event = Progress | Notice
Emit = Callable[[Event], None]


def stepwise(things: Sequence[T], task: str, emit: Emit | None) -> Iterator[T]:
    """Give things one by one and tell how far the work is, some hundred times in all; nothing when they are few.

    Args:
        things: What is worked on.
        task: What is done with them, for people.
        emit: Who is told; nobody when None.
    """
    total = len(things)
    if emit is None or total < LONG:
        yield from things
        return
    stride = total // LONG
    for done, thing in enumerate(things):
        if done % stride == 0:
            emit(Progress(task, done, total))
        yield thing
    emit(Progress(task, total, total))
