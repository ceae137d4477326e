"""Rows chosen by what they hold: the same ones however a window is cut and ordered."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.hashing import Hashes, hash_texts, mixed
from mlgov.monitors.profile.numbers import numbers

Ints = npt.NDArray[np.int64]

#: Rows of a sample: the error of a share among them is at most 0.7% (one standard error).
SIZE = 5_000
#: Different rows that are held while a window is read, chosen by their hash.
DIFFERENT = 50_000
_NOTHING = np.uint64(0x5BD1E995)


class RowSample:
    """Chooses rows of a window.

    Rows that are equal are held once and counted. Of a window with more than `DIFFERENT` of them those with the
    smallest hashes are held. The sample takes each in proportion to its count. Rows live in memory while a window is
    read and are written nowhere.

    Args:
        size: Rows of the sample, at most.
        different: Different rows that are held.
    """

    def __init__(self, size: int = SIZE, different: int = DIFFERENT) -> None:
        self._size, self._different = size, different
        self._hashes: Hashes = np.zeros(0, np.uint64)
        self._counts: Ints = np.zeros(0, np.int64)
        self._rows: list[pa.RecordBatch] = []

    def add(self, rows: pa.RecordBatch) -> None:
        """Offer rows of texts and doubles; all batches have the same columns."""
        hashes = _hashes(rows)
        if len(self._hashes) == self._different:
            near = np.flatnonzero(hashes <= self._hashes[-1])
            rows, hashes = rows.take(arrow.places(near)), hashes[near]
        if not len(hashes):
            return
        every = np.concatenate([self._hashes, hashes])
        found, first, which = np.unique(every, return_index=True, return_inverse=True)
        counts = np.zeros(len(found), np.int64)
        np.add.at(counts, which, np.concatenate([self._counts, np.ones(len(hashes), np.int64)]))
        joined = pa.Table.from_batches([*self._rows, rows])
        self._rows = joined.take(arrow.places(first[: self._different])).combine_chunks().to_batches()
        self._hashes, self._counts = found[: self._different], counts[: self._different]

    @property
    def rows(self) -> pa.RecordBatch | None:
        """The sample, equal rows as often as they are in it, in the order of their hashes; None without rows."""
        if not self._rows:
            return None
        total = int(self._counts.sum())
        size = min(total, self._size)
        steps = [(2 * step + 1) * total // (2 * size) for step in range(size)]
        return self._rows[0].take(arrow.places(np.searchsorted(np.cumsum(self._counts), steps, side="right")))


def _hashes(rows: pa.RecordBatch) -> Hashes:
    found: Hashes = np.zeros(rows.num_rows, np.uint64)
    for place, column in enumerate(rows.columns):
        found = mixed(found * np.uint64(3) + _column(column) + np.uint64(place))
    return found


def _column(column: pa.Array) -> Hashes:
    if pa.types.is_floating(column.type):
        values = numbers(column).values + 0.0  # adding 0 turns -0 into 0
        values[np.isnan(values)] = np.nan
        return mixed(values.view(np.uint64))
    words = column.dictionary_encode()
    texts: Sequence[str] = words.dictionary.to_pylist()
    return np.append(hash_texts(arrow.texts(texts)), _NOTHING)[arrow.word_index(words)]


def features_of(rows: pa.RecordBatch, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Give columns of doubles as a table, shape ``(rows, names)``."""
    return np.column_stack([numbers(rows.column(name)).values for name in names])
