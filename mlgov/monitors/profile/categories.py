"""From Arrow columns of any type to named categories."""

import datetime
import hashlib
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.parts import Types

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Longer category values (bytes of UTF-8) are kept as their beginning and a digest.
TEXT_LIMIT = 128
TEXT_KEPT = 60

_WHOLE = r"^-?\d+$"


@dataclass(slots=True)
class Categories:
    """A piece of a column as categories.

    Attributes:
        texts: The values' names; no nulls.
        index: Which one each row holds, shape ``(rows,)``; ``len(texts)`` for null.
        counts: Rows per text, shape ``(len(texts),)``.
        null: Rows without a value.
        types: What the values came as.
    """

    texts: pa.Array
    index: Ints
    counts: Ints
    null: int
    types: Types

    @classmethod
    def without_rows(cls, null: int) -> "Categories":
        """Give a piece of a column that has nothing but nulls."""
        nothing = np.zeros(0, np.int64)
        return cls(arrow.texts([]), nothing, nothing, null, Types())


def categories(array: pa.Array) -> Categories:
    """Read a column in its plain form (`arrow.stored`) as categories; numbers, booleans and times get names."""
    kind = array.type.value_type if pt.is_dictionary(array.type) else array.type
    if arrow.is_opaque(kind):
        return _no_categories(array)
    encoded = array if pt.is_dictionary(array.type) else array.dictionary_encode()
    return _counted(*_named(encoded.dictionary, arrow.word_index(encoded)), kind)


def _named(words: pa.Array, index: Ints) -> tuple[pa.Array, Ints]:
    """Name the words and leave out those without a name: null and NaN."""
    words, named = _names(words)
    if named is None:
        return words, index
    last = int(named.sum())
    places = np.append(np.where(named, np.cumsum(named) - 1, last), last)
    return words, places[index]


def _counted(names: pa.Array, index: Ints, kind: pa.DataType) -> Categories:
    counts = np.bincount(index, minlength=len(names) + 1)
    null, counts = int(counts[-1]), counts[:-1]
    return Categories(names, index, counts, null, _types_of(kind, names, counts))


def _types_of(kind: pa.DataType, names: pa.Array, counts: Ints) -> Types:
    held = int(counts.sum())
    if arrow.is_text(kind):
        return Types(text=held)
    if pt.is_boolean(kind):
        return Types(boolean=held)
    if not arrow.is_number(kind):
        return Types(other=held)
    integral = int(counts[arrow.flags(pc.match_substring_regex(names, _WHOLE))].sum())
    return Types(integral=integral, fractional=held - integral)


def _no_categories(array: pa.Array) -> Categories:
    """A column of lists, bytes and the like: it is there, its values are not compared."""
    types = Types(other=len(array) - array.null_count)
    nowhere = np.zeros(len(array), np.int64)
    return Categories(arrow.texts([]), nowhere, np.zeros(0, np.int64), array.null_count, types)


def _names(words: pa.Array) -> tuple[pa.Array, Flags | None]:
    """Name each different value that has a name, and say which have one; None when all do."""
    if pt.is_null(words.type):
        return arrow.texts([]), np.zeros(len(words), bool)
    if arrow.is_text(words.type):
        empty = arrow.gaps(words)
        return _short(arrow.sound(words).drop_null()), None if empty is None else ~empty
    names = [_name(word) for word in words.to_pylist()]
    named = np.array([name is not None for name in names], bool)
    return arrow.texts([name for name in names if name is not None]), named


def _short(words: pa.Array) -> pa.Array:
    longest = arrow.lengths(words).max(initial=0)
    return words if longest <= TEXT_LIMIT else arrow.texts([_shortened(word) for word in words.to_pylist()])


def _name(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return None if value is None else str(value)


def _shortened(word: str) -> str:
    data = word.encode()
    if len(data) <= TEXT_LIMIT:
        return word
    return f"{word[:TEXT_KEPT]}… #{hashlib.blake2b(data, digest_size=8).hexdigest()}"
