"""Counting a categorical column, piece by piece."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mlgov.monitors.profile import arrow, distinct
from mlgov.monitors.profile.categorical import (
    HASH_BUCKETS,
    SAMPLE_SIZE,
    CategoricalProfile,
    SampledValue,
    smallest_hashes,
)
from mlgov.monitors.profile.categories import Categories, categories
from mlgov.monitors.profile.hashing import Hashes, hash_texts
from mlgov.monitors.profile.layout import CategoricalLayout
from mlgov.monitors.profile.parts import Types
from mlgov.monitors.profile.words import WordCounts

Ints = npt.NDArray[np.int64]

#: Different texts that are held before they are looked up, so that ids do not pile up.
SETTLED_FROM = 1 << 16


@dataclass(slots=True)
class _Words:
    """Some texts, looked up.

    Attributes:
        texts: The texts.
        places: Their places in the vocabulary; its length for a text outside.
        outside: Which texts are outside.
        hashes: Their hashes.
    """

    texts: pa.Array
    places: Ints
    outside: Ints
    hashes: Hashes


class CategoricalTally:
    """Counts a categorical column: look each different value up once, then add up rows per value.

    Args:
        layout: The frozen vocabulary.
    """

    def __init__(self, layout: CategoricalLayout) -> None:
        self.absent = 0
        self._layout = layout
        self._vocabulary = arrow.texts(layout.vocabulary)
        self._rows = self._null = self._rest = 0
        self._types = Types()
        self._counts: Ints = np.zeros(len(layout.vocabulary) + 1, np.int64)
        self._buckets: Ints = np.zeros(HASH_BUCKETS, np.int64)
        self._registers = np.zeros(distinct.REGISTERS, np.uint8)
        self._sample: tuple[SampledValue, ...] = ()
        self._words = WordCounts()

    def add(self, column: pa.Array) -> None:
        self.add_counted(categories(column), len(column))

    def add_counted(self, piece: Categories, rows: int) -> None:
        """Add so many rows that were counted elsewhere."""
        self._rows += rows
        self._null += piece.null
        self._types += piece.types
        self._words.add(piece.texts, piece.counts)
        if self._words.known > SETTLED_FROM:
            self._settle()

    def _settle(self) -> None:
        """Look up the texts that were counted."""
        texts, counts = self._words.found()
        self._words = WordCounts()
        words = self._looked_up(texts)
        np.add.at(self._counts, words.places, counts)
        self._add_rest(words, counts)

    def _looked_up(self, texts: pa.Array) -> _Words:
        """Look texts up in the vocabulary."""
        found = pc.index_in(texts.cast(pa.large_string()), self._vocabulary)
        missed = arrow.gaps(found)
        outside = np.flatnonzero(missed) if missed is not None else np.zeros(0, np.int64)
        places = arrow.plain(found).astype(np.int64)
        places[outside] = len(self._vocabulary)
        return _Words(texts, places, outside, hash_texts(texts.take(arrow.places(outside))))

    def _add_rest(self, words: _Words, counts: Ints) -> None:
        held = np.flatnonzero(counts[words.outside])
        if not len(held):
            return
        hashes, first, which = np.unique(words.hashes[held], return_index=True, return_inverse=True)
        counts = np.bincount(which, weights=counts[words.outside[held]]).astype(np.int64)
        np.add.at(self._buckets, (hashes % np.uint64(HASH_BUCKETS)).astype(np.intp), counts)
        distinct.observe(self._registers, hashes)
        if self._layout.sensitive:
            return
        full = len(self._sample) == SAMPLE_SIZE
        small = np.searchsorted(hashes, self._sample[-1].hash, side="right") if full else SAMPLE_SIZE
        if not small:
            return
        texts = words.texts.take(arrow.places(words.outside[held[first[:small]]])).to_pylist()
        found = zip(hashes[:small].tolist(), texts, counts[:small].tolist(), strict=True)
        self._sample = smallest_hashes((*self._sample, *(SampledValue(*value) for value in found)))

    def profile(self) -> CategoricalProfile:
        self._settle()
        rest = int(self._counts[-1])
        return CategoricalProfile(
            layout=self._layout,
            rows=self._rows,
            absent=self.absent,
            null=self._null,
            types=self._types,
            counts=tuple(self._counts[:-1].tolist()),
            other=0 if self._layout.complete else rest,
            unseen=rest if self._layout.complete else 0,
            buckets=tuple(self._buckets.tolist()),
            registers=self._registers.tobytes(),
            sample=self._sample,
        )
