"""Rows per text, added up over many pieces."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mlgov.monitors.profile import arrow

Ints = npt.NDArray[np.int64]

#: Texts that may wait: pieces have much the same texts, and adding many at once costs less than each by itself.
WAITING = 1 << 16


class WordCounts:
    """Counts texts."""

    def __init__(self) -> None:
        self._texts = arrow.texts([])
        self._counts: Ints = np.zeros(0, np.int64)
        self._waiting: list[tuple[pa.Array, Ints]] = []
        self._waiting_texts = 0

    @property
    def known(self) -> int:
        """Number of different texts among those that have been added up."""
        return len(self._texts)

    def add(self, texts: pa.Array, counts: Ints) -> None:
        """Count texts, some of them perhaps twice or 0 times."""
        if not len(texts):
            return
        if self._waiting and self._waiting[-1][0].equals(texts):  # batches often share their texts
            self._waiting[-1] = (texts, self._waiting[-1][1] + counts)
            return
        self._waiting.append((texts, counts))
        self._waiting_texts += len(texts)
        if self._waiting_texts > WAITING:
            self._merge()

    def found(self) -> tuple[pa.Array, Ints]:
        """Give the different texts that were counted at least once, and how often each was."""
        self._merge()
        return self._texts, self._counts

    def _merge(self) -> None:
        if not self._waiting:
            return
        parts = [(self._texts, self._counts), *self._waiting]
        encoded = pa.concat_arrays([texts.cast(pa.large_string()) for texts, _ in parts]).dictionary_encode()
        counts: Ints = np.zeros(len(encoded.dictionary), np.int64)
        np.add.at(counts, arrow.plain(encoded.indices).astype(np.int64), np.concatenate([held for _, held in parts]))
        used = np.flatnonzero(counts)
        self._texts, self._counts = encoded.dictionary.take(arrow.places(used)), counts[used]
        self._waiting, self._waiting_texts = [], 0
