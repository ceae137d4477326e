"""Rows chosen by what they hold, so that the choice does not depend on their order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.hashing import Hashes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAMPLE_BYTES = 1 << 24
LEVELS = 63


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of a piece.

    Attributes:
        taken: Gives its values in some rows: numbers, NaN where there is none, or texts, null where there is none.
        text_bytes: Says how many bytes the texts in some rows take; None when they are numbers.
    """

    taken: Callable[[Ints], Floats | pa.Array]
    text_bytes: Callable[[Ints], int] | None = None


class RowSample:
    """Rows chosen by the hash of their content, so many as fit."""

    def __init__(self) -> None:
        self._level = 0
        self._bytes = 0
        self._pieces: list[tuple[Hashes, pa.RecordBatch]] = []

    def add(self, hashes: Hashes, columns: Mapping[str, Cells]) -> None:
        """Offer rows, and take those that are chosen when all chosen ones fit."""
        rows = self._chosen(hashes)
        while self._bytes + (size := _offered(rows, columns)) > SAMPLE_BYTES and self._level < LEVELS:
            self._rise(self._level + 1)
            rows = self._chosen(hashes)
        taken = [_array(cells.taken(rows)) for cells in columns.values()]
        self._pieces.append((hashes[rows], pa.RecordBatch.from_arrays(taken, list(columns))))
        self._bytes += size

    def join(self, more: "RowSample") -> None:
        """Take in the rows that another sample has chosen: what one of all rows would have chosen."""
        self._pieces += more._pieces
        more._pieces = []
        self._rise(max(self._level, more._level))
        self._thin()

    def _thin(self) -> None:
        while self._bytes > SAMPLE_BYTES and self._level < LEVELS:
            self._rise(self._level + 1)

    def _rise(self, level: int) -> None:
        """Keep the rows of a higher level, piece by piece, so that few are there twice."""
        self._level = level
        for place, piece in enumerate(self._pieces):
            self._pieces[place] = self._thinned(*piece)
        self._bytes = sum(_size(len(kept), held) for kept, held in self._pieces)

    def _chosen(self, hashes: Hashes) -> Ints:
        return np.flatnonzero(hashes >> np.uint64(64 - self._level) == 0) if self._level else np.arange(len(hashes))

    def _thinned(self, hashes: Hashes, columns: pa.RecordBatch) -> tuple[Hashes, pa.RecordBatch]:
        rows = self._chosen(hashes)
        return hashes[rows], columns.take(arrow.places(rows))

    def floats(self, name: str) -> Floats:
        """Give a numeric column of the sampled rows, NaN for null."""
        return np.concatenate([np.zeros(0), *(arrow.plain(column) for column in self._columns(name))])

    def texts(self, name: str) -> pa.Array:
        """Give a categorical column of the sampled rows."""
        return pa.concat_arrays([arrow.texts([]), *self._columns(name)])

    def _columns(self, name: str) -> Iterator[pa.Array]:
        return (columns.column(name) for _, columns in self._pieces if name in columns.schema.names)


def _array(column: Floats | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    return pa.Array.from_buffers(pa.float64(), len(column), [None, pa.py_buffer(column)])


def _offered(rows: Ints, columns: Mapping[str, Cells]) -> int:
    """Give the bytes that rows of a piece would take."""
    texts = sum(cells.text_bytes(rows) for cells in columns.values() if cells.text_bytes)
    return 8 * len(rows) * (1 + len(columns)) + texts


def _size(rows: int, columns: pa.RecordBatch) -> int:
    """Give the bytes that rows take, the same however they are cut into pieces."""
    texts = [column for column in columns.columns if pa.types.is_large_string(column.type)]
    return 8 * rows * (1 + int(columns.num_columns)) + sum(arrow.text_bytes(text) for text in texts)
