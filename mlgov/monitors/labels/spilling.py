"""Tables cut by the hash of a key column, in memory while small and on disk when large, so that parts fit in memory.

Rows of one key land in one part, so parts can be joined one by one (a Grace hash join).
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa

from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.hashing import hash_texts

PARTS = 64
#: Bytes of all parts that are held before they go to disk.
HELD_BYTES = 64 * 1024 * 1024


class Parts:
    """Rows of one schema, cut by their key.

    Args:
        key: Name of a column of strings; rows where it is null are dropped.
        schema: The schema of the rows.
        held_bytes: Bytes that are held in memory.
    """

    def __init__(self, key: str, schema: pa.Schema, *, held_bytes: int = HELD_BYTES) -> None:
        self._key, self._schema, self._limit = key, schema, held_bytes
        self._held: list[list[pa.RecordBatch]] = [[] for _ in range(PARTS)]
        self._bytes = 0
        self._stack = ExitStack()
        self._folder: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Cut rows and keep them."""
        empty = arrow.gaps(batch.column(self._key))
        if empty is not None:
            batch = batch.filter(arrow.mask(~empty))
        if not batch.num_rows:
            return
        places = (hash_texts(batch.column(self._key)) % np.uint64(PARTS)).astype(np.int64)
        order = np.argsort(places, kind="stable")
        cut = batch.take(arrow.places(order))
        ends = np.cumsum(np.bincount(places, minlength=PARTS))
        for part, end in enumerate(ends.tolist()):
            start = int(ends[part - 1]) if part else 0
            if end > start:
                self._held[part].append(cut.slice(start, end - start))
        self._bytes += cut.nbytes
        if self._bytes > self._limit:
            self._spill()

    def part(self, number: int) -> pa.Table:
        """Give the rows of one part, in the order they came."""
        return pa.Table.from_batches([*self._spilt(number), *self._held[number]], self._schema).combine_chunks()

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="mlgov-labels-")))
        for number, held in enumerate(self._held):
            if held:
                with (self._folder / str(number)).open("ab") as file, pa.ipc.new_stream(file, self._schema) as writer:
                    writer.write_table(pa.Table.from_batches(held, self._schema).combine_chunks())
                held.clear()
        self._bytes = 0

    def _spilt(self, number: int) -> Iterator[pa.RecordBatch]:
        """Read a part's file: one stream after the other, as they were appended."""
        path = self._folder / str(number) if self._folder else None
        if path is None or not path.exists():
            return
        with path.open("rb") as file:
            size = path.stat().st_size
            while file.tell() < size:
                with pa.ipc.open_stream(file) as reader:
                    yield from reader
