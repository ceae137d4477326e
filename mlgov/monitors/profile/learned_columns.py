"""What learning keeps of a column of a reference, or of a part of it."""

from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.categorical_tally import CategoricalTally
from mlgov.monitors.profile.categories import Categories, categories
from mlgov.monitors.profile.edges import Reference
from mlgov.monitors.profile.hashing import Hashes, hash_texts
from mlgov.monitors.profile.layout import CategoricalLayout, ColumnKind
from mlgov.monitors.profile.numbers import numbers
from mlgov.monitors.profile.parts import Types
from mlgov.monitors.profile.sample import Cells
from mlgov.monitors.profile.sums import PIECE_ROWS
from mlgov.monitors.profile.words import WordCounts
from mlgov.names import NAMED_FROM

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Different values of a column that are counted one by one.
EXACT_VALUES = 1 << 16


class Room:
    """Room for one piece, used again for each, so that no piece allocates it anew."""

    def __init__(self) -> None:
        self.values = np.empty(PIECE_ROWS)
        self.flags = np.empty(PIECE_ROWS, bool)
        self.hashes: Hashes = np.empty(PIECE_ROWS, np.uint64)
        self.bits: Hashes = np.empty(PIECE_ROWS, np.uint64)


class NumericColumn:
    """What learning keeps of a numeric column."""

    def __init__(self, kind: ColumnKind) -> None:
        self.kind = kind
        self._range = (np.inf, -np.inf)
        self._integral = True
        self._exact: tuple[Floats, Ints] | None = (np.zeros(0), np.zeros(0, np.int64))

    def add(self, array: pa.Array, odd: np.uint64, hashes: Hashes, room: Room) -> Cells:
        """Take a piece, add what stands for each row to its hash, and give its values, row by row."""
        values = self._values(array, room.values)
        empty = array.null_count or bool(np.isnan(values.min(initial=0)))
        if empty and np.count_nonzero(np.isnan(values, out=room.flags[: len(values)])) > array.null_count:
            values[room.flags[: len(values)]] = np.nan  # all that is no number gets the same bits
        self._take(values, has_gaps=bool(empty))
        bits = np.multiply(values.view(np.uint64), odd, out=room.bits[: len(values)])
        np.add(hashes, bits, out=hashes)
        return Cells(partial(self._rows_of, array))

    def _values(self, array: pa.Array, out: Floats | None = None) -> Floats:
        """Give the numbers, NaN for null."""
        return numbers(array, time=self.kind is ColumnKind.TIME, out=out).values

    def _rows_of(self, array: pa.Array, rows: Ints) -> Floats:
        if array.type == pa.float64() and self.kind is ColumnKind.NUMERIC:
            return arrow.doubles_at(array, rows) + 0.0
        return self._values(array.take(arrow.places(rows)))

    def _take(self, values: Floats, *, has_gaps: bool) -> None:
        if not len(values):
            return
        low, high = float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
        is_finite = np.isfinite(low) and np.isfinite(high)
        if not is_finite or (has_gaps and (self._integral or self._exact)):
            values = values[np.isfinite(values)]
            if not len(values):
                return
            low, high = (low, high) if is_finite else (float(values.min()), float(values.max()))
        self._range = (min(self._range[0], low), max(self._range[1], high))
        self._integral = self._integral and bool(np.all(np.rint(values) == values))
        self._exact = _joined(self._exact, np.unique(values, return_counts=True)) if self._exact else None

    def join(self, more: "NumericColumn | CategoricalColumn") -> None:
        """Take in the same column of another part."""
        assert isinstance(more, NumericColumn)  # noqa: S101 - whoever joins has compared the kinds
        self._range = (min(self._range[0], more._range[0]), max(self._range[1], more._range[1]))
        self._integral = self._integral and more._integral
        self._exact = _joined(self._exact, more._exact) if self._exact and more._exact else None

    def reference(self, sample: Floats) -> Reference:
        """Give the column's values: all when they are few, otherwise those of the sampled rows."""
        if self._exact is not None:
            return Reference(*self._exact, integral=self._integral, complete=True)
        ends = np.array(self._range)
        values, counts = np.unique(np.concatenate([ends, sample[np.isfinite(sample)]]), return_counts=True)
        counts[[0, -1]] -= 1
        counts = counts if counts.any() else counts + 1
        return Reference(values, counts, integral=self._integral, complete=False)


def _joined(exact: tuple[Floats, Ints], more: tuple[Floats, Ints]) -> tuple[Floats, Ints] | None:
    """Add the counts of different values in order; None when there are too many."""
    ordered = np.sort(np.concatenate([exact[0], more[0]]))
    merged = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return (merged, _placed(merged, *exact) + _placed(merged, *more)) if len(merged) <= EXACT_VALUES else None


def _placed(merged: Floats, values: Floats, counts: Ints) -> Ints:
    """Put the counts of some different values where the values stand among others."""
    placed = np.zeros(len(merged), np.int64)
    placed[np.searchsorted(merged, values)] = counts
    return placed


class CategoricalColumn:
    """What learning keeps of a categorical column.

    Attributes:
        rows: Rows of batches that have it.
    """

    kind = ColumnKind.CATEGORICAL

    def __init__(self) -> None:
        self.rows = 0
        self._null = 0
        self._types = Types()
        self._words: WordCounts | None = WordCounts()
        self._texts = arrow.texts([])
        self._bits: Hashes = np.zeros(1, np.uint64)
        self._lengths: Ints = np.zeros(1, np.int64)

    def add(self, array: pa.Array, odd: np.uint64, hashes: Hashes, room: Room) -> Cells:
        """Take a piece, add what stands for each row to its hash, and give its values, row by row."""
        piece = categories(array)
        self.rows += len(array)
        self._null += piece.null
        self._types += piece.types
        if not self._texts.equals(piece.texts):  # batches often share their texts
            self._texts = piece.texts
            self._bits = np.append(hash_texts(piece.texts) * odd, np.uint64(0))
            self._lengths = np.append(arrow.lengths(piece.texts), 0)
        self._count(piece.texts, piece.counts)
        bits = np.take(self._bits, piece.index, out=room.bits[: len(array)], mode="clip")
        np.add(hashes, bits, out=hashes)
        return Cells(partial(_texts_of, piece), partial(_bytes_of, self._lengths, piece.index))

    def _count(self, texts: pa.Array, counts: Ints) -> None:
        if self._words is not None:
            self._words.add(texts, counts)
            if self._words.known > EXACT_VALUES:
                self._words = None

    def join(self, more: "NumericColumn | CategoricalColumn") -> None:
        """Take in the same column of another part."""
        assert isinstance(more, CategoricalColumn)  # noqa: S101 - whoever joins has compared the kinds
        self.rows += more.rows
        self._null += more._null
        self._types += more._types
        found = more._found()
        if found is None:
            self._words = None
        else:
            self._count(*found)

    def settle(self) -> None:
        """Add up what was counted, and give up what only the next piece could have used."""
        self._found()
        self._texts, self._bits, self._lengths = arrow.texts([]), np.zeros(1, np.uint64), np.zeros(1, np.int64)

    def _found(self) -> tuple[pa.Array, Ints] | None:
        """Give the different texts and how many rows hold each; None when there are too many."""
        found = self._words.found() if self._words is not None else None
        if found is None or len(found[0]) > EXACT_VALUES:
            self._words = None
            return None
        return found

    def tell(self, tally: CategoricalTally) -> bool:
        """Tell a tally of all values, if they were all counted."""
        found = self._found()
        if found is not None:
            nowhere = np.zeros(0, np.int64)
            tally.add_counted(Categories(found[0], nowhere, found[1], self._null, self._types), self.rows)
        return found is not None

    def layout(self, name: str, vocabulary: int, sample: pa.Array) -> CategoricalLayout:
        """Name the values that most rows hold, of equally frequent ones the first by text."""
        found = self._found()
        if found is not None and len(found[0]) <= vocabulary:
            return CategoricalLayout(name, tuple(sorted(found[0].to_pylist())), complete=True)
        counts = dict(zip(found[0].to_pylist(), found[1].tolist(), strict=True)) if found else _counted(sample)
        named = [text for text, count in counts.items() if count >= NAMED_FROM]
        kept = sorted(named, key=lambda text: (-counts[text], text))[:vocabulary]
        return CategoricalLayout(name, tuple(sorted(kept)), complete=False)


def _texts_of(piece: Categories, rows: Ints) -> pa.Array:
    index = piece.index[rows]
    empty = index == len(piece.texts)
    return piece.texts.take(arrow.places(index, empty if empty.any() else None)).cast(pa.large_string())


def _bytes_of(lengths: Ints, index: Ints, rows: Ints) -> int:
    return int(lengths[index[rows]].sum())


def _counted(texts: pa.Array) -> dict[str, int]:
    found = pc.value_counts(texts.drop_null())
    return dict(zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True))
