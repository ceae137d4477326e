"""From Arrow columns of any type to numbers."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.parts import Types

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_NAN = r"^(?i:[+-]?nan)$"
_INFINITE = r"^(?i:[+-]?inf(inity)?)$"
_SECONDS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
_DAY_SECONDS = 86_400.0


@dataclass(slots=True)
class Numbers:
    """A piece of a column as numbers.

    Attributes:
        values: One per row, 0 never as -0; NaN also for null and for what is no number.
        null: Rows without a value.
        types: What the values that are no plain numbers came as; whole and fractional numbers are not counted yet.
    """

    values: Floats
    null: int
    types: Types = field(default_factory=Types)


def numbers(array: pa.Array, *, time: bool = False, out: Floats | None = None) -> Numbers:
    """Read a column as numbers; strings that read as numbers are parsed.

    Args:
        array: Any Arrow column.
        time: Whether moments and days are wanted, as seconds since 1970, instead of numbers.
        out: Where to put the values; a new array when None.
    """
    kind = array.type
    if pt.is_dictionary(kind):
        return _numbers_of_words(array.dictionary, arrow.word_index(array), time=time)
    if time and arrow.is_time(kind):
        return _seconds(array)
    if time or not (arrow.is_number(kind) or pt.is_boolean(kind) or arrow.is_text(kind)):
        return _no_numbers(array)
    if arrow.is_text(kind):
        encoded = array.dictionary_encode()
        return _numbers_of_words(encoded.dictionary, arrow.word_index(encoded), time=time)
    if pt.is_decimal(kind):
        array = array.cast(pa.float64())
    if pt.is_boolean(kind):
        array = array.cast(pa.int8())
    booleans = len(array) - array.null_count if pt.is_boolean(kind) else 0
    return Numbers(_floats(array, out), array.null_count, Types(boolean=booleans))


def _floats(array: pa.Array, out: Floats | None = None) -> Floats:
    values = np.empty(len(array)) if out is None else out[: len(array)]
    plain = arrow.plain(array)
    if plain.dtype == values.dtype:
        np.add(plain, 0.0, out=values)  # turns -0 into 0
    else:
        np.copyto(values, plain, casting="same_kind")
        np.add(values, 0.0, out=values)
    empty = arrow.gaps(array)
    if empty is not None:
        values[empty] = np.nan
    return values


def _seconds(array: pa.Array) -> Numbers:
    if pt.is_timestamp(array.type):
        values = _floats(array.cast(pa.int64())) / _SECONDS[array.type.unit]
    else:
        values = _floats(array.cast(pa.date32()).cast(pa.int32())) * _DAY_SECONDS
    return Numbers(values, array.null_count)


def _no_numbers(array: pa.Array) -> Numbers:
    held = len(array) - array.null_count
    types = Types(text=held) if arrow.is_text(array.type) else Types(other=held)
    return Numbers(np.full(len(array), np.nan), array.null_count, types)


def _numbers_of_words(words: pa.Array, index: Ints, *, time: bool) -> Numbers:
    """Read each different value once, then deal the results out to the rows."""
    counts = np.bincount(index, minlength=len(words) + 1)
    if arrow.is_text(words.type) and not time:
        values, blank, text = _parsed(words)
        types = Types(text=int(counts[:-1][text].sum()))
    else:
        values, types = numbers(words, time=time).values, _types_of_words(words, counts[:-1], time=time)
        blank = arrow.flags(words.is_null())
    null = int(counts[-1] + counts[:-1][blank].sum())
    return Numbers(np.append(values + 0.0, np.nan)[index], null, types)


def _types_of_words(words: pa.Array, counts: Ints, *, time: bool) -> Types:
    empty = arrow.gaps(words)
    held = int(counts.sum() if empty is None else counts[~empty].sum())
    if arrow.is_text(words.type):
        return Types(text=held)
    if pt.is_boolean(words.type) and not time:
        return Types(boolean=held)
    readable = arrow.is_time(words.type) if time else arrow.is_number(words.type)
    return Types() if readable else Types(other=held)


def _parsed(words: pa.Array) -> tuple[Floats, Flags, Flags]:
    """Give each word's number (NaN for one that is none), whether it is null or blank, and whether it is mere text."""
    trimmed = pc.utf8_trim_whitespace(arrow.sound(words)).cast(pa.large_string())
    numeral, nan, infinite, negative, blank = (
        arrow.flags(pc.match_substring_regex(trimmed, pattern)) for pattern in (_NUMBER, _NAN, _INFINITE, "^-", "^$")
    )
    values = np.full(len(words), np.nan)
    numerals = pc.replace_substring_regex(trimmed.take(arrow.places(np.flatnonzero(numeral))), r"^\+", "")
    values[numeral] = _floats(numerals.cast(pa.float64()))
    values[infinite] = np.where(negative[infinite], -np.inf, np.inf)
    empty = arrow.gaps(words)
    blank = blank if empty is None else blank | empty
    return values, blank, ~(numeral | nan | infinite | blank)
