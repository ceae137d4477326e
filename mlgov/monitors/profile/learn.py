"""Learning a layout from a reference in one pass, whatever the order of its rows.

Counts of different values are kept exactly for every column as long as there are at most 65,536 of them. For columns
with more, a sample of rows decides: all rows as long as they fit in 16 MB, otherwise those whose content has a small
hash, with the limit halved until they fit. Both depend on which rows there are and not on their order. Rows that are
equal in every column share their fate in the sample; smallest and largest values always come from all rows.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from mlgov.errors import UsageError
from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.categorical import CategoricalProfile
from mlgov.monitors.profile.categorical_tally import CategoricalTally
from mlgov.monitors.profile.categories import Categories, categories
from mlgov.monitors.profile.edges import Reference, numeric_layout
from mlgov.monitors.profile.hashing import Hashes, hash_texts, mixed
from mlgov.monitors.profile.layout import CategoricalLayout, ColumnKind, ColumnLayout, Layout
from mlgov.monitors.profile.numbers import numbers
from mlgov.monitors.profile.parts import Types
from mlgov.monitors.profile.pieces import pieces
from mlgov.monitors.profile.sample import Cells, RowSample
from mlgov.monitors.profile.sums import PIECE_ROWS
from mlgov.monitors.profile.values import Profile
from mlgov.monitors.profile.window import Batches, first_places, opened
from mlgov.monitors.profile.words import WordCounts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EXACT_VALUES = 1 << 16

#: A cut vocabulary names only values that at least so many rows share: the others are ids or free text.
NAMED_FROM = 5


def learn_layout(
    batches: Batches,
    *,
    bins: int = 256,
    rows_per_bin: int = 1,
    vocabulary: int = 1000,
    kinds: Mapping[str, ColumnKind] | None = None,
) -> Layout:
    """Learn from a reference the bins and vocabularies that later windows are counted in.

    Numbers are numeric; strings, booleans and anything else are categorical; moments and days are time. Columns keep
    the order of the reference, or that of their names when its batches differ.

    Args:
        batches: The reference's rows; read once, in bounded memory.
        bins: Bins of equal reference share per numeric column, 2 to 4,096; atoms get further ones.
        rows_per_bin: Reference rows in such a bin at least, so that the edges of a small reference are not its values.
        vocabulary: Largest number of values that a categorical column names, 0 to 100,000.
        kinds: Kinds of columns that are not what their type says, by name.

    Raises:
        UsageError: A column comes as numbers here and as something else there, and ``kinds`` does not settle it.
    """
    _refuse(bins, rows_per_bin, vocabulary)
    return learn(opened(batches), kinds).layout(bins=bins, rows_per_bin=rows_per_bin, vocabulary=vocabulary)


def _refuse(bins: int, rows_per_bin: int, vocabulary: int) -> None:
    if not (2 <= bins <= 4096 and rows_per_bin >= 1 and 0 <= vocabulary <= 100_000):
        raise UsageError(
            f"{bins} bins and {vocabulary} names are out of range.", hint="Keep the defaults: 256 and 1000."
        )


def learn(batches: Iterable[pa.RecordBatch], kinds: Mapping[str, ColumnKind] | None = None) -> "Learned":
    """Take in a part of a reference; `joined` puts parts together, whichever way they were cut.

    Raises:
        UsageError: A column comes as numbers here and as something else there, and ``kinds`` does not settle it.
    """
    learned, room = Learned(dict(kinds or {})), Room()
    for piece in pieces(batches):
        learned.add(piece, room)
    return learned.settled()


def joined(left: "Learned", right: "Learned") -> "Learned":
    """Put two parts of a reference together: what they know of all their rows. Both are used up. Raises UsageError."""
    left.join(right)
    return left


def kind_of(data_type: pa.DataType) -> ColumnKind | None:
    """Give the kind that a column's type suggests; None for a column of nulls."""
    if pt.is_dictionary(data_type):
        return kind_of(data_type.value_type)
    if pt.is_null(data_type):
        return None
    if arrow.is_number(data_type):
        return ColumnKind.NUMERIC
    return ColumnKind.TIME if arrow.is_time(data_type) else ColumnKind.CATEGORICAL


class Room:
    """Room for one piece, used again for each, so that no piece allocates it anew."""

    def __init__(self) -> None:
        self.values = np.empty(PIECE_ROWS)
        self.flags = np.empty(PIECE_ROWS, bool)
        self.hashes: Hashes = np.empty(PIECE_ROWS, np.uint64)
        self.bits: Hashes = np.empty(PIECE_ROWS, np.uint64)


class Learned:
    """What is known of a reference, or of a part of it.

    Args:
        kinds: Kinds of columns that are not what their type says, by name.
    """

    def __init__(self, kinds: dict[str, ColumnKind]) -> None:
        self._rows = 0
        self._kinds = kinds
        self._columns: dict[str, NumericColumn | CategoricalColumn] = {}
        self._untyped: Counter[str] = Counter()  # rows of batches that have a column, but no type for it
        self._orders: set[tuple[str, ...]] = set()
        self._sample = RowSample()

    def add(self, piece: pa.RecordBatch, room: "Room") -> None:
        """Take a piece of at most 65,536 rows. Raises UsageError."""
        places = first_places(piece.schema)
        self._orders.add(tuple(sorted(places, key=places.__getitem__)))
        self._rows += len(piece)
        hashes = room.hashes[: len(piece)]
        hashes[:] = 0
        cells: dict[str, Cells] = {}
        for name, place in places.items():
            array = arrow.stored(piece.column(place))
            kind = self._kinds.get(name) or kind_of(array.type)
            if kind is None:
                self._untyped[name] += len(piece)
            else:
                cells[name] = self._column(name, kind).add(array, _odd(name), hashes, room)
        np.bitwise_xor(hashes, _odd(""), out=hashes)  # so that rows of nulls do not hash to 0
        self._sample.add(mixed(hashes), cells)

    def _column(self, name: str, kind: ColumnKind) -> "NumericColumn | CategoricalColumn":
        if name not in self._columns:
            self._columns[name] = CategoricalColumn() if kind is ColumnKind.CATEGORICAL else NumericColumn(kind)
        column = self._columns[name]
        if column.kind is not kind:
            raise _other_kind(name, column.kind, kind)
        return column

    def settled(self) -> "Learned":
        """Give up what only the next piece could have used."""
        for column in self._columns.values():
            if isinstance(column, CategoricalColumn):
                column.settle()
        return self

    def join(self, more: "Learned") -> None:
        """Take in what another part knows. Raises UsageError."""
        self._rows += more._rows
        self._untyped += more._untyped
        self._orders |= more._orders
        self._sample.join(more._sample)
        for name, column in more._columns.items():
            if name not in self._columns:
                self._columns[name] = column
            elif self._columns[name].kind is not column.kind:
                raise _other_kind(name, *sorted((self._columns[name].kind, column.kind)))
            else:
                self._columns[name].join(column)

    def layout(self, *, bins: int = 256, rows_per_bin: int = 1, vocabulary: int = 1000) -> Layout:
        """Freeze bins and vocabularies; arguments and errors are those of `learn_layout`."""
        _refuse(bins, rows_per_bin, vocabulary)
        seen = {name for order in self._orders for name in order}
        order = next(iter(self._orders)) if len(self._orders) == 1 else sorted(seen)
        return Layout(tuple(self._column_layout(name, bins, rows_per_bin, vocabulary) for name in order))

    def _column_layout(self, name: str, bins: int, rows_per_bin: int, vocabulary: int) -> ColumnLayout:
        column = self._columns.get(name)
        if column is None:  # nothing but nulls
            return CategoricalLayout(name, (), complete=True)
        if isinstance(column, NumericColumn):
            reference = column.reference(self._sample.floats(name))
            return numeric_layout(name, reference, bins=bins, kind=column.kind, rows_per_bin=rows_per_bin)
        return column.layout(name, vocabulary, self._sample.texts(name))

    def open_columns(self, layout: Layout) -> Layout:
        """Give the columns of the layout that have to be counted in a second pass over the rows."""
        return Layout(tuple(column for column in layout.columns if self._counted(column) is None))

    def completed(self, counted: Profile, layout: Layout) -> Profile:
        """Profile the reference in a layout whose open columns were counted in a second pass.

        Args:
            counted: The profile of the open columns.
            layout: Their layout and that of the others, whose rows were counted while learning.
        """
        known = {column.name: self._counted(column) for column in layout.columns}
        columns = tuple(known[name] or counted.column(name) for name in layout.names)
        extra = tuple(pair for pair in counted.extra_columns if pair[0] not in known)
        return Profile(layout, self._rows, counted.window, counted.sources, columns, extra)

    def _counted(self, layout: ColumnLayout) -> CategoricalProfile | None:
        """Profile a categorical column all of whose values were counted; None for another."""
        column, untyped = self._columns.get(layout.name, CategoricalColumn()), self._untyped[layout.name]
        if not isinstance(layout, CategoricalLayout) or not isinstance(column, CategoricalColumn):
            return None
        tally = CategoricalTally(layout)
        tally.absent = self._rows - untyped - column.rows
        tally.add_counted(Categories.without_rows(untyped), untyped)
        return tally.profile() if column.tell(tally) else None


def _other_kind(name: str, one: ColumnKind, other: ColumnKind) -> UsageError:
    return UsageError(
        f"Column {name!r} of the reference is {one} in one part and {other} in another.",
        hint="Write all its files with one type, or leave the column out (--exclude, exclude_columns).",
    )


def _odd(name: str) -> np.uint64:
    """Give a column's odd multiplier: columns add up to a row's hash in any order."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little") | 1)


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
        return self._values(arrow.rows_of(array, rows))

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
