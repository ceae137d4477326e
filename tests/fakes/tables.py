"""Data in memory behind the Tables port."""

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from mlgov.errors import TablesError, TablesMissingError


class MemoryTables:
    """Tables that are given as values.

    Args:
        sources: Batches by address, or the error that reading the address raises.
    """

    def __init__(self, sources: Mapping[str, Sequence[pa.RecordBatch] | TablesError]) -> None:
        self.sources = dict(sources)

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
