"""Between Arrow arrays and numpy, straight through their buffers.

The converters of PyArrow (``pa.array``, ``to_numpy``, ``pa.scalar``) import pandas whenever it is installed, which
takes as long as profiling a million rows. They also allocate, where a buffer that is used again will do.
"""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_DTYPES = {
    "int8": np.int8,
    "int16": np.int16,
    "int32": np.int32,
    "int64": np.int64,
    "uint8": np.uint8,
    "uint16": np.uint16,
    "uint32": np.uint32,
    "uint64": np.uint64,
    "halffloat": np.float16,
    "float": np.float32,
    "double": np.float64,
}


def plain(array: pa.Array) -> npt.NDArray[np.generic]:
    """View the numbers of an array of integers or floats, shape ``(n,)``; where it is null they mean nothing."""
    dtype: np.dtype[np.generic] = np.dtype(_DTYPES[str(array.type)])
    buffer = array.buffers()[1]
    if buffer is None:
        return np.zeros(len(array), dtype)
    return np.frombuffer(buffer, dtype, len(array), array.offset * dtype.itemsize)


def gaps(array: pa.Array) -> Flags | None:
    """Say where an array is null, shape ``(n,)``; None when it is nowhere."""
    if not array.null_count:
        return None
    bitmap = array.buffers()[0]
    if bitmap is None:  # an array of type null
        return np.ones(len(array), bool)
    first, skipped = divmod(array.offset, 8)
    size = (skipped + len(array) + 7) // 8
    bits = np.unpackbits(~np.frombuffer(bitmap, np.uint8, size, first), bitorder="little")
    empty: Flags = bits[skipped : skipped + len(array)].view(np.bool_)
    return empty


def _held(array: pa.Array, rows: Ints) -> Flags | None:
    """Say which of some rows of an array are not null, shape ``(rows,)``; None when it has no null at all."""
    bitmap = array.buffers()[0]
    if not array.null_count or bitmap is None:
        return None
    places = rows + array.offset
    bits = np.frombuffer(bitmap, np.uint8)[places >> 3] >> (places & 7).astype(np.uint8) & 1
    held: Flags = bits.view(np.bool_)
    return held


def doubles_at(array: pa.Array, rows: Ints) -> npt.NDArray[np.float64]:
    """Give some rows of an array of doubles, shape ``(rows,)``, NaN where it is null: straight from its buffer."""
    values: npt.NDArray[np.float64] = plain(array)[rows].astype(np.float64, copy=False)
    held = _held(array, rows)
    if held is not None:
        values[~held] = np.nan
    return values


def lengths(words: pa.Array) -> Ints:
    """Give the bytes of each text of an array without nulls, shape ``(n,)``."""
    return np.diff(_starts(words)).astype(np.int64)


def text_bytes(words: pa.Array) -> int:
    """Give the bytes of all texts of an array without nulls."""
    starts = _starts(words)
    return int(starts[-1]) - int(starts[0])


def _starts(words: pa.Array) -> npt.NDArray[np.signedinteger]:
    """Say where each text starts and the last ends, shape ``(n + 1,)``."""
    large = pt.is_large_string(words.type) or pt.is_large_binary(words.type)
    dtype: np.dtype[np.signedinteger] = np.dtype(np.int64 if large else np.int32)
    if not len(words):
        return np.zeros(1, dtype)
    return np.frombuffer(words.buffers()[1], dtype, len(words) + 1, words.offset * dtype.itemsize)


def flags(array: pa.Array) -> Flags:
    """Read an array of booleans; null is False."""
    found: Flags = plain(array.cast(pa.int8())) == 1
    empty = gaps(array)
    return found if empty is None else found & ~empty


def texts(words: Sequence[str]) -> pa.Array:
    """Make an Arrow array of strings."""
    data = [word.encode() for word in words]
    offsets = np.fromiter(accumulate(map(len, data), initial=0), np.int64, len(data) + 1)
    return pa.Array.from_buffers(
        pa.large_string(), len(data), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(data))]
    )


def places(index: npt.NDArray[np.integer], empty: Flags | None = None) -> pa.Array:
    """Make an Arrow array of indices, null where ``empty`` says so."""
    bitmap = None if empty is None else pa.py_buffer(np.packbits(~empty, bitorder="little"))
    return pa.Array.from_buffers(pa.int64(), len(index), [bitmap, pa.py_buffer(index.astype(np.int64))])


def mask(chosen: Flags) -> pa.Array:
    """Make an Arrow array of booleans."""
    return pa.Array.from_buffers(pa.bool_(), len(chosen), [None, pa.py_buffer(np.packbits(chosen, bitorder="little"))])


def stored(array: pa.Array) -> pa.Array:
    """Give a column in the plain form of its values: extension types as stored, runs and views spelled out.

    Decimals of 32 and 64 bits come as those of 128 bits, which Arrow can do more with.
    """
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if pt.is_run_end_encoded(array.type):
        array = pc.run_end_decode(array)
    if pt.is_decimal(array.type) and array.type.bit_width < 128:
        return array.cast(pa.decimal128(array.type.precision, array.type.scale))
    return array.cast(pa.large_string()) if pt.is_string_view(array.type) else array


def word_index(array: pa.DictionaryArray) -> Ints:
    """Give which word each row holds, one past the last for null."""
    index = plain(array.indices).astype(np.int64)
    empty = gaps(array.indices)
    if empty is not None:
        index[empty] = len(array.dictionary)
    return index


def sound(words: pa.Array) -> pa.Array:
    """Replace bytes that are not UTF-8, which Arrow files may hold, by escapes."""
    try:
        words.validate(full=True)
    except pa.ArrowInvalid:
        raw = words.cast(pa.large_binary()).to_pylist()
        return pa.array([None if word is None else word.decode("utf-8", "backslashreplace") for word in raw])
    return words


def is_number(kind: pa.DataType) -> bool:
    """Say whether an Arrow type holds numbers."""
    return bool(pt.is_integer(kind) or pt.is_floating(kind) or pt.is_decimal(kind))


def is_text(kind: pa.DataType) -> bool:
    """Say whether an Arrow type holds strings."""
    return bool(pt.is_string(kind) or pt.is_large_string(kind))


def is_opaque(kind: pa.DataType) -> bool:
    """Say whether an Arrow type holds what has no name: lists, structures, bytes."""
    bytes_kinds = (pt.is_binary, pt.is_large_binary, pt.is_fixed_size_binary, pt.is_binary_view)
    return bool(pt.is_nested(kind)) or any(holds(kind) for holds in bytes_kinds)


def is_time(kind: pa.DataType) -> bool:
    """Say whether an Arrow type holds moments or days."""
    return bool(pt.is_timestamp(kind) or pt.is_date(kind))
