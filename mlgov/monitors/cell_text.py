"""Values of columns written in one way, so that the label ``1`` of one file and the answer ``1.0`` of another meet."""

import math
import re

import numpy as np
import pyarrow as pa
import pyarrow.types as pt

from mlgov.monitors.profile import arrow

#: Numbers as programs write them. Codes such as 007 and 1_000 are no numbers: they stay as they are.
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: A model that answers True and a label that says 1 agree.
_BOOLEANS = {"true": "1", "false": "0"}


def text_of(value: object) -> str | None:
    """Write a value in one way: 1, 1.0, "1", " 1.0" and True are all "1"; None, NaN and blank text are None."""
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return "1" if value else "0"
    text = str(value).strip()
    if _NUMBER.fullmatch(text):
        return _number_text(text)
    return _BOOLEANS.get(text.lower(), text) or None


def _number_text(text: str) -> str:
    if not set(text) & set(".eE"):
        return "0" if text == "-0" else text
    number = float(text)
    if number.is_integer() and abs(number) < 2**53:
        return str(int(number))
    return repr(number) if math.isfinite(number) else text


def texts_of(column: pa.Array) -> pa.Array:
    """Write every value of a column in one way; each different value is looked at once.

    Returns:
        Strings, shape ``(n,)``; null where there is no value. Lists and bytes have no text: null.
    """
    column = arrow.stored(column)
    if not pt.is_dictionary(column.type):
        if arrow.is_opaque(column.type) or pt.is_null(column.type):
            return pa.nulls(len(column), pa.string())
        column = column.dictionary_encode()
    words = arrow.sound(column.dictionary) if arrow.is_text(column.dictionary.type) else column.dictionary
    texts = pa.array([text_of(word) for word in words.to_pylist()], pa.string())
    return texts.take(column.indices)
