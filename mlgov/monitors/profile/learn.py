"""Learning a layout from a reference in one pass, whatever the order of its rows.

Counts of different values are kept exactly for every column as long as there are at most 65,536 of them. For columns
with more, a sample of rows decides: all rows as long as they fit in 16 MB, otherwise those whose content has a small
hash, with the limit halved until they fit. Both depend on which rows there are and not on their order. Rows that are
equal in every column share their fate in the sample; smallest and largest values always come from all rows.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.types as pt

from mlgov.errors import UsageError
from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.categorical import CategoricalProfile
from mlgov.monitors.profile.categorical_tally import CategoricalTally
from mlgov.monitors.profile.categories import Categories
from mlgov.monitors.profile.edges import numeric_layout
from mlgov.monitors.profile.hashing import mixed
from mlgov.monitors.profile.layout import CategoricalLayout, ColumnKind, ColumnLayout, Layout
from mlgov.monitors.profile.learned_columns import CategoricalColumn, NumericColumn, Room
from mlgov.monitors.profile.pieces import pieces
from mlgov.monitors.profile.sample import Cells, RowSample
from mlgov.monitors.profile.values import Profile
from mlgov.monitors.profile.window import Batches, first_places, opened


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
