"""The Tables port on PyArrow."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from mlgov.adapters.arrow_tables.hours import Span
from mlgov.adapters.arrow_tables.limits import Limits, Tally
from mlgov.adapters.arrow_tables.parts import Part, is_read_by_types, parts_of
from mlgov.adapters.arrow_tables.threads import folded

T = TypeVar("T")


class ArrowTables:
    """Reads data files.

    Args:
        root: Folder that relative addresses start from.
        limits: How large a source may be.
        threads: How many parts are read at the same time by `fold`; one per core when None.
        hours: The time outside of which folders of hours are passed over; None reads all.
    """

    folds_here = True

    def __init__(
        self, root: Path, *, limits: Limits | None = None, threads: int | None = None, hours: Span | None = None
    ) -> None:
        self._root = root
        self._limits = limits or Limits()
        self._threads = threads or _cores()
        self._hours = hours

    def within(self, start: datetime, end: datetime) -> "ArrowTables":
        """Read only what may be of a time, as the port says."""
        return ArrowTables(self._root, limits=self._limits, threads=self._threads, hours=(start, end))

    def minds_types(self, uri: str, *, data_format: str | None = None) -> bool:
        """Say whether expected types decide how a source is read, as the port says."""
        return is_read_by_types(self._root, uri, data_format, self._limits, self._hours)

    def parts(
        self,
        uri: str,
        *,
        data_format: str | None = None,
        columns: Mapping[str, pa.DataType] | None = None,
        only: Collection[str] | None = None,
    ) -> list[Part]:
        """Find the parts of a source that can be read apart from each other, as `batches` reads them all.

        With ``only``, they may leave out other columns.
        """
        parts = parts_of(self._root, uri, data_format, columns or {}, self._limits, self._hours)
        return [replace(part, only=frozenset(only)) for part in parts] if only is not None else parts

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, pa.DataType] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read a file or a folder of files.

        Args:
            uri: Path from the root, or an address that PyArrow or fsspec knows.
            data_format: A format of `mlgov.ports.DATA_FORMATS`; by the files' ending when None.
            columns: Expected types by column, in the order of the baseline. A column that does not fit comes as text.

        Raises:
            TablesMissingError: There is nothing at the address.
            TablesUnreachableError: Nobody answers at the address, or reading is not allowed.
            UsageError: ``data_format`` is not known, or needs a package that is not installed.
            TablesError: The data is damaged; the message names the file and, in text, the line.
            TablesLimitError: The data is larger than the limits allow.
        """
        tally = Tally(self._limits)
        for part in self.parts(uri, data_format=data_format, columns=columns):
            yield from part.batches(tally)

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
        """Take in a source on all cores, as the port says. Raises what `batches` raises."""
        parts = self.parts(uri, data_format=data_format, columns=columns, only=only)
        return folded(parts, step, join, threads=self._threads, limits=self._limits)


def _cores() -> int:
    """Count the cores that this process may use, as far as the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
