"""What tasks that read side by side and their reader tell each other, and a task's side of it.

All of it goes through queues: nothing is locked, so Ctrl-C can come at any moment.
"""

from collections.abc import Callable, Generator, Hashable, Iterable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

import pyarrow as pa


class StoppedError(BaseException):
    """The reader is gone. No Exception, so that no task takes it for trouble with its data."""


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What a task waits for.

    Attributes:
        seat: Who.
        key: Wishes of one key give the same batches; None when nobody else can have the same wish.
        read: Reads it; None for one who wants no data but to have the floor.
        alone: Does the whole work for one task, where that is faster than to stream.
    """

    seat: "Seat"
    key: Hashable | None = None
    read: Callable[[], Iterable[pa.RecordBatch]] | None = None
    alone: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A task took a batch."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class Left:
    """A task wants no more of a reading."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class Ended:
    """A task is over."""

    place: int
    result: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader says to a wish; to none when all is over."""

    wish: Wish | None
    said: object = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The wish could not be served."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Done:
    """The work that was wished for is done."""

    result: Any


#: Said before the first batch of a reading, and after the last.
BEGIN, END = object(), object()


@dataclass(slots=True, eq=False)
class Seat:
    """A task's side.

    Attributes:
        place: Number of the task.
        inbox: Where the reader hears from tasks.
        minded: Whether types matter for an address, format and hours, as far as any task has asked.
        answers: Where this task hears from the reader.
        reading: Whether the task has begun a reading that it has not finished.
    """

    place: int
    inbox: "SimpleQueue[Wish | Taken | Left | Ended]"
    minded: dict[Hashable, bool]
    answers: "SimpleQueue[Answer]" = field(default_factory=SimpleQueue)
    reading: bool = False
    stopped: bool = False

    def run(self, task: Callable[[], object]) -> None:
        """Do a task, in its thread."""
        try:
            ended = Ended(self.place, task())
        except BaseException as error:  # whatever it is, the caller gets it
            ended = Ended(self.place, error=error)
        self.inbox.put(ended)

    def ask(self, wish: Wish) -> object:
        """Make a wish and wait until it is served: BEGIN before batches, else what was done. Raises the error."""
        self.inbox.put(wish)
        found = self.hear(wish)
        return found.result if isinstance(found, Done) else found

    def hear(self, wish: Wish) -> object:
        """Wait for the next answer. What still comes of readings that were left is passed over."""
        while True:
            self.check()
            answer = self.answers.get()
            if isinstance(answer.said, Failed) and answer.wish is wish:
                raise answer.said.error
            if answer.wish is wish:
                return answer.said

    def check(self) -> None:
        """Raise when all is over."""
        if self.stopped:
            raise StoppedError

    def stop(self) -> None:
        """End the task at its next step. Called by the reader."""
        self.stopped = True
        self.answers.put(Answer(None))

    def batches(self, wish: Wish) -> Generator[pa.RecordBatch, None, None]:
        """Take batches until there are no more, or they are no longer wanted."""
        self.reading = True
        try:
            while (batch := self.hear(wish)) is not END:
                self.inbox.put(Taken(wish))
                yield batch
        finally:
            self.reading = False
            self.inbox.put(Left(wish))
