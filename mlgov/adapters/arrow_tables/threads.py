"""Parts of a source taken in by several threads: numpy and PyArrow let go of Python's lock while they work."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import TypeVar

import pyarrow as pa

from mlgov.adapters.arrow_tables.limits import Limits, Tally
from mlgov.adapters.arrow_tables.parts import Part

T = TypeVar("T")


def folded(
    parts: Sequence[Part],
    step: Callable[[Iterable[pa.RecordBatch]], T],
    join: Callable[[T, T], T],
    *,
    threads: int,
    limits: Limits,
) -> T:
    """Let each thread take the next part until there is none, and join what they made of them.

    Args:
        parts: The parts.
        step: Makes something of any of them, in any order; called once per thread.
        join: Joins two of these.
        threads: How many threads there are at most.
        limits: How large all parts together may be.

    Raises:
        TablesError: The error of the first part that has one, whichever thread met it first.
    """
    if threads == 1 or len(parts) < 2:
        tally = Tally(limits)
        return step(batch for part in parts for batch in part.batches(tally))
    queue = _Queue(parts, limits)
    with ThreadPoolExecutor(min(threads, len(parts))) as pool:
        running = [pool.submit(_taken, queue, step) for _ in range(min(threads, len(parts)))]
        done = [future.result() for future in running]
    pa.default_memory_pool().release_unused()  # each thread had room of its own, and the next pass has new threads
    if queue.failures:
        raise queue.failures[min(queue.failures)]
    return reduce(join, (result for result in done if result is not None))


class _Queue:
    """Hands out parts in their order; after a failure, no more. Those before it are finished, and may fail as well."""

    def __init__(self, parts: Sequence[Part], limits: Limits) -> None:
        self.failures: dict[int, Exception] = {}
        self._parts = iter(enumerate(parts))
        self._lock = threading.Lock()
        self._tally = Tally(limits)

    def batches(self, place: list[int]) -> Iterator[pa.RecordBatch]:
        while found := self._next():
            place[0], part = found
            yield from part.batches(self._tally)

    def _next(self) -> tuple[int, Part] | None:
        with self._lock:
            return None if self.failures else next(self._parts, None)


def _taken(queue: _Queue, step: Callable[[Iterable[pa.RecordBatch]], T]) -> T | None:
    place = [-1]
    try:
        return step(queue.batches(place))
    except Exception as error:
        queue.failures[place[0]] = error
        return None
