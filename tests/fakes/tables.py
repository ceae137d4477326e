"""Data in memory behind the Tables port."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import TypeVar

import pyarrow as pa

from mlgov.errors import TablesError, TablesMissingError

T = TypeVar("T")


class MemoryTables:
    """Tables that are given as values.

    Args:
        sources: Batches by address, or the error that reading the address raises.
    """

    folds_here = True

    def __init__(self, sources: Mapping[str, Sequence[pa.RecordBatch] | TablesError]) -> None:
        self.sources = dict(sources)

    def within(self, start: datetime, end: datetime) -> "MemoryTables":
        """Read all: memory has no folders."""
        return self

    def minds_types(self, uri: str, *, data_format: str | None = None) -> bool:
        """Say no: memory has types of its own."""
        return False

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, pa.DataType] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Give the batches, or raise the error, at the first step as a real reader does."""
        found = self.sources.get(uri)
        if found is None:
            raise TablesMissingError(f"There is no data at {uri}.")
        if isinstance(found, TablesError):
            raise found
        yield from found

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
        """Take in each batch apart, last first, without the columns that are not asked for: whoever minds has a bug."""
        results = [step([_part(batch, only)]) for batch in reversed(list(self.batches(uri)))]
        return reduce(join, results) if results else step([])


def _part(batch: pa.RecordBatch, only: Collection[str] | None) -> pa.RecordBatch:
    kept = [name for name in batch.schema.names if only is None or name in only]
    return batch.select(kept) if kept else batch
