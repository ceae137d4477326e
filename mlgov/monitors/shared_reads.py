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
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

import pyarrow as pa

from mlgov.monitors.seats import BEGIN, END, Answer, Done, Ended, Failed, Left, Seat, Taken, Wish
from mlgov.ports import Scorer, Scorers, Tables

T = TypeVar("T")
R = TypeVar("R")

#: Hours, address and format.
_Source = tuple[tuple[datetime, datetime] | None, str, str | None]

#: Batches that a task may lie behind the reader: while it works on one, the next is there and one more is being read.
HELD_BATCHES = 2


@dataclass(frozen=True, slots=True)
class SharedTables:
    """Data as one of several tasks sees it: the Tables port, and what else may be done side by side.

    Attributes:
        inner: Where data is read.
        seat: The task.
        hours: The time outside of which folders of hours are passed over; None reads all.
    """

    inner: Tables
    seat: Seat
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
        if found is not BEGIN:
            return found  # type: ignore[no-any-return]
        with closing(self.seat.batches(wish)) as batches:
            return step(batches)

    def scorers(self, given: Scorers | None) -> Scorers | None:
        """Give models one task at a time: each has the time to answer that it has when a task runs alone."""
        return partial(self._scorer, given) if given else None

    def _scorer(self, given: Scorers, name: str) -> Scorer:
        if not self.seat.reading:
            self.seat.ask(Wish(self.seat))
        return _Asked(given(name), self.seat)

    def _wish(self, uri: str, data_format: str | None, columns: Mapping[str, pa.DataType] | None) -> Wish:
        source = (self.hours, uri, data_format)
        types = columns if columns and self._minds(source) else {}
        read = partial(self.inner.batches, uri, data_format=data_format, columns=types)
        return Wish(self.seat, (source, tuple(types.items())), read)

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
    seat: Seat

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
        threading.Thread(
            target=seat.run, args=(partial(task, SharedTables(tables, seat)),), name=f"mlgov-task-{seat.place}"
        )
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
        self._inbox: SimpleQueue[Wish | Taken | Left | Ended] = SimpleQueue()
        minded: dict[Hashable, bool] = {}
        self.seats = [Seat(place, self._inbox, minded) for place in range(count)]
        self._waiting: dict[int, Wish] = {}
        self._ended: dict[int, Ended] = {}
        self._behind: dict[Wish, int] = {}

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
        ended, self._ended[place] = self._ended[place], Ended(place)
        if ended.error:
            raise ended.error
        result: R = ended.result
        return result

    def _hear(self) -> None:
        match self._inbox.get():
            case Wish() as wish:
                self._waiting[wish.seat.place] = wish
            case Taken(wish) if wish in self._behind:
                self._behind[wish] -= 1
            case Left(wish):
                self._behind.pop(wish, None)
            case Ended(place) as ended:
                self._ended[place] = ended
                for wish in [wish for wish in self._behind if wish.seat.place == place]:
                    del self._behind[wish]

    def _serve(self) -> None:
        """Serve the wish that most tasks have; of several, that of the first task."""
        groups: dict[Hashable, list[Wish]] = {}
        for place, wish in sorted(self._waiting.items()):
            groups.setdefault(place if wish.key is None else wish.key, []).append(wish)
        chosen = max(groups.values(), key=len)
        for wish in chosen:
            del self._waiting[wish.seat.place]
        first = chosen[0]
        if first.read is None:
            self._give_floor(first)
        elif first.alone is not None and len(chosen) == 1:
            first.seat.answers.put(Answer(first, _done(first.alone)))
        else:
            self._stream(chosen, first.read)

    def _give_floor(self, wish: Wish) -> None:
        """Let one task go on, and serve nobody else until it is over or wants something else."""
        wish.seat.answers.put(Answer(wish, BEGIN))
        while wish.seat.place not in (*self._ended, *self._waiting):
            self._hear()

    def _stream(self, wishes: Sequence[Wish], read: Callable[[], Iterable[pa.RecordBatch]]) -> None:
        """Read once for all, as long as anybody listens."""
        self._behind = dict.fromkeys(wishes, 0)
        self._tell(BEGIN)
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
                wish.seat.answers.put(Answer(wish, Failed(_own(error))))
        else:
            self._tell(END)

    def _tell(self, said: object) -> None:
        for wish in self._behind:
            wish.seat.answers.put(Answer(wish, said))


def _done(work: Callable[[], object]) -> Done | Failed:
    try:
        return Done(work())
    except Exception as error:
        return Failed(error)


def _own(error: Exception) -> Exception:
    """Copy an error, so that threads do not write their traces into one; what cannot be copied is shared."""
    try:
        found = copy.copy(error)
    except Exception:
        return error
    return found if type(found) is type(error) else error
