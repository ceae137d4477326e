"""Work that reads side by side: what several want to read at the same time is read once.

Each task runs in a thread of its own. Whenever all of them wait for data, the thread that called reads what most of
them want, once, and hands each batch to all who want it. It waits for the slowest before it reads on, so that few
batches are held however many listen. All that goes on between the threads is messages: tasks tell the reader what they
want and what they took, the reader answers. Nothing is locked, so Ctrl-C can come at any moment.

What a task is given does not depend on who else runs:

- only reads that give equal batches are one read: of the same address, format and hours, and the same expected types
  where these matter;
- a cluster takes data in where it is: each such work of it is done for one task alone;
- an error of reading comes to all who want that read, after the same batches;
- a task that reads a second source before it has finished the first reads it by itself.
"""

import copy
import threading
from collections.abc import Callable, Collection, Generator, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

import pyarrow as pa

from mlgov.ports import Scorer, Scorers, Tables

T = TypeVar("T")
R = TypeVar("R")

#: Hours, address and format.
_Source = tuple[tuple[datetime, datetime] | None, str, str | None]

#: Batches that a task may lie behind the reader: while it works on one, the next is there and one more is being read.
HELD_BATCHES = 2


class _StoppedError(BaseException):
    """The reader is gone. No Exception, so that no task takes it for trouble with its data."""


# What tasks and the reader tell each other


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """What a task waits for.

    Attributes:
        seat: Who.
        key: Wishes of one key give the same batches; None when nobody else can have the same wish.
        read: Reads it; None for one who wants no data but to have the floor.
        alone: Does the whole work for one task, where that is faster than to stream.
    """

    seat: "_Seat"
    key: Hashable | None = None
    read: Callable[[], Iterable[pa.RecordBatch]] | None = None
    alone: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    """A task took a batch."""

    wish: _Wish


@dataclass(frozen=True, slots=True)
class _Left:
    """A task wants no more of a reading."""

    wish: _Wish


@dataclass(frozen=True, slots=True)
class _Ended:
    """A task is over."""

    place: int
    result: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the reader says to a wish; to none when all is over."""

    wish: _Wish | None
    said: object = None


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any


_BEGIN, _END = object(), object()


@dataclass(slots=True, eq=False)
class _Seat:
    """A task's side.

    Attributes:
        place: Number of the task.
        inbox: Where the reader hears from tasks.
        minded: Whether types matter for an address, format and hours, as far as any task has asked.
        answers: Where this task hears from the reader.
        reading: Whether the task has begun a reading that it has not finished.
    """

    place: int
    inbox: "SimpleQueue[_Wish | _Taken | _Left | _Ended]"
    minded: dict[Hashable, bool]
    answers: "SimpleQueue[_Answer]" = field(default_factory=SimpleQueue)
    reading: bool = False
    stopped: bool = False

    def run(self, task: "Callable[[SharedTables], object]", tables: Tables) -> None:
        """Do a task, in its thread."""
        try:
            ended = _Ended(self.place, task(SharedTables(tables, self)))
        except BaseException as error:  # whatever it is, the caller gets it
            ended = _Ended(self.place, error=error)
        self.inbox.put(ended)

    def ask(self, wish: _Wish) -> object:
        """Make a wish and wait until it is served: _BEGIN before batches, else what was done. Raises the error."""
        self.inbox.put(wish)
        found = self.hear(wish)
        return found.result if isinstance(found, _Done) else found

    def hear(self, wish: _Wish) -> object:
        """Wait for the next answer. What still comes of readings that were left is passed over."""
        while True:
            self.check()
            answer = self.answers.get()
            if isinstance(answer.said, _Failed) and answer.wish is wish:
                raise answer.said.error
            if answer.wish is wish:
                return answer.said

    def check(self) -> None:
        """Raise when all is over."""
        if self.stopped:
            raise _StoppedError

    def stop(self) -> None:
        """End the task at its next step. Called by the reader."""
        self.stopped = True
        self.answers.put(_Answer(None))

    def batches(self, wish: _Wish) -> Generator[pa.RecordBatch, None, None]:
        """Take batches until there are no more, or they are no longer wanted."""
        self.reading = True
        try:
            while (batch := self.hear(wish)) is not _END:
                self.inbox.put(_Taken(wish))
                yield batch
        finally:
            self.reading = False
            self.inbox.put(_Left(wish))


@dataclass(frozen=True, slots=True)
class SharedTables:
    """Data as one of several tasks sees it: the Tables port, and what else may be done side by side.

    Attributes:
        inner: Where data is read.
        seat: The task.
        hours: The time outside of which folders of hours are passed over; None reads all.
    """

    inner: Tables
    seat: _Seat
    hours: tuple[datetime, datetime] | None = None

    @property
    def folds_here(self) -> bool:
        """Whether this process takes data in itself, as the port says."""
        return self.inner.folds_here

    def within(self, start: datetime, end: datetime) -> "SharedTables":
        """Read only what may be of a time, as the port says."""
        return replace(self, inner=self.inner.within(start, end), hours=(start, end))

    def minds_types(self, uri: str, *, data_format: str | None = None) -> bool:
        """Say whether expected types decide how a source is read, as the port says."""
        return self.inner.minds_types(uri, data_format=data_format)

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, pa.DataType] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read a source as the port says, together with who else wants it."""
        if self.seat.reading:
            yield from self.inner.batches(uri, data_format=data_format, columns=columns)
            return
        wish = self._wish(uri, data_format, columns)
        self.seat.ask(wish)
        yield from self.seat.batches(wish)

    def fold(
        self,
        uri: str,
        step: Callable[[Iterable[pa.RecordBatch]], T],
        join: Callable[[T, T], T],
        *,
        data_format: str | None = None,
        columns: Mapping[str, pa.DataType] | None = None,
        only: Collection[str] | None = None,
    ) -> T:
        """Take in a source as the port says: on all cores when nobody else wants it, else as one stream for all."""
        work = partial(self.inner.fold, uri, step, join, data_format=data_format, columns=columns, only=only)
        if self.seat.reading:
            return work()
        wish = replace(self._wish(uri, data_format, columns), alone=work)
        if only is not None or not self.folds_here:
            wish = replace(wish, key=None)
        found: Any = self.seat.ask(wish)
        if found is not _BEGIN:
            return found  # type: ignore[no-any-return]
        with closing(self.seat.batches(wish)) as batches:
            return step(batches)

    def scorers(self, given: Scorers | None) -> Scorers | None:
        """Give models one task at a time: each has the time to answer that it has when a task runs alone."""
        return partial(self._scorer, given) if given else None

    def _scorer(self, given: Scorers, name: str) -> Scorer:
        if not self.seat.reading:
            self.seat.ask(_Wish(self.seat))
        return _Asked(given(name), self.seat)

    def _wish(self, uri: str, data_format: str | None, columns: Mapping[str, pa.DataType] | None) -> _Wish:
        source = (self.hours, uri, data_format)
        types = columns if columns and self._minds(source) else {}
        read = partial(self.inner.batches, uri, data_format=data_format, columns=types)
        return _Wish(self.seat, (source, tuple(types.items())), read)

    def _minds(self, source: _Source) -> bool:
        """Ask once: for a folder the answer is a look at the names of all its files."""
        minded = self.seat.minded
        if source not in minded:
            minded[source] = self.inner.minds_types(source[1], data_format=source[2])
        return minded[source]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A model that is no longer asked when all is over."""

    model: Scorer
    seat: _Seat

    def score(self, columns: Sequence[str], rows: Sequence[Sequence[float]]) -> list[float]:
        self.seat.check()
        return self.model.score(columns, rows)


# The reader


def together(tables: Tables, tasks: Sequence[Callable[[SharedTables], R]]) -> Generator[R, None, None]:
    """Do tasks side by side, each in a thread, and read what they want in this one.

    Args:
        tables: Where data is read.
        tasks: What is done; each is given the tables that it should read from.

    Yields:
        What they return, in their order, each as soon as it and those before it are there.

    Raises what the first of them in this order raises. Close it when you do not take all: no thread is left then.
    """
    reader: _Reader[R] = _Reader(len(tasks))
    threads = [
        threading.Thread(target=seat.run, args=(task, tables), name=f"mlgov-task-{seat.place}")
        for seat, task in zip(reader.seats, tasks, strict=True)
    ]
    started: list[threading.Thread] = []
    try:
        for thread in threads:
            started.append(thread)
            thread.start()
            reader.settle(len(started))  # one after the other: modules that are loaded first are loaded by one thread
        for place in range(len(tasks)):
            yield reader.result(place)
    finally:
        for seat in reader.seats:
            seat.stop()
        for thread in started:
            if thread.ident is not None:
                thread.join()


class _Reader(Generic[R]):
    """Hears what tasks want and reads it."""

    def __init__(self, count: int) -> None:
        self._inbox: SimpleQueue[_Wish | _Taken | _Left | _Ended] = SimpleQueue()
        minded: dict[Hashable, bool] = {}
        self.seats = [_Seat(place, self._inbox, minded) for place in range(count)]
        self._waiting: dict[int, _Wish] = {}
        self._ended: dict[int, _Ended] = {}
        self._behind: dict[_Wish, int] = {}

    def settle(self, count: int) -> None:
        """Wait until so many tasks wait for something or are over."""
        while len(self._waiting) + len(self._ended) < count:
            self._hear()

    def result(self, place: int) -> R:
        """Serve wishes until a task is over. Raises its error."""
        while place not in self._ended:
            if len(self._waiting) + len(self._ended) < len(self.seats):
                self._hear()
            else:
                self._serve()
        ended, self._ended[place] = self._ended[place], _Ended(place)
        if ended.error:
            raise ended.error
        result: R = ended.result
        return result

    def _hear(self) -> None:
        match self._inbox.get():
            case _Wish() as wish:
                self._waiting[wish.seat.place] = wish
            case _Taken(wish) if wish in self._behind:
                self._behind[wish] -= 1
            case _Left(wish):
                self._behind.pop(wish, None)
            case _Ended(place) as ended:
                self._ended[place] = ended
                for wish in [wish for wish in self._behind if wish.seat.place == place]:
                    del self._behind[wish]

    def _serve(self) -> None:
        """Serve the wish that most tasks have; of several, that of the first task."""
        groups: dict[Hashable, list[_Wish]] = {}
        for place, wish in sorted(self._waiting.items()):
            groups.setdefault(place if wish.key is None else wish.key, []).append(wish)
        chosen = max(groups.values(), key=len)
        for wish in chosen:
            del self._waiting[wish.seat.place]
        first = chosen[0]
        if first.read is None:
            self._give_floor(first)
        elif first.alone is not None and len(chosen) == 1:
            first.seat.answers.put(_Answer(first, _done(first.alone)))
        else:
            self._stream(chosen, first.read)

    def _give_floor(self, wish: _Wish) -> None:
        """Let one task go on, and serve nobody else until it is over or wants something else."""
        wish.seat.answers.put(_Answer(wish, _BEGIN))
        while wish.seat.place not in (*self._ended, *self._waiting):
            self._hear()

    def _stream(self, wishes: Sequence[_Wish], read: Callable[[], Iterable[pa.RecordBatch]]) -> None:
        """Read once for all, as long as anybody listens."""
        self._behind = dict.fromkeys(wishes, 0)
        self._tell(_BEGIN)
        try:
            for batch in read():
                while max(self._behind.values(), default=0) >= HELD_BATCHES:
                    self._hear()
                if not self._behind:
                    return
                self._tell(batch)
                self._behind = {wish: count + 1 for wish, count in self._behind.items()}
        except Exception as error:
            for wish in self._behind:
                wish.seat.answers.put(_Answer(wish, _Failed(_own(error))))
        else:
            self._tell(_END)

    def _tell(self, said: object) -> None:
        for wish in self._behind:
            wish.seat.answers.put(_Answer(wish, said))


def _done(work: Callable[[], object]) -> _Done | _Failed:
    try:
        return _Done(work())
    except Exception as error:
        return _Failed(error)


def _own(error: Exception) -> Exception:
    """Copy an error, so that threads do not write their traces into one; what cannot be copied is shared."""
    try:
        found = copy.copy(error)
    except Exception:
        return error
    return found if type(found) is type(error) else error
