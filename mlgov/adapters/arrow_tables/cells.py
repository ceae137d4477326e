"""Text cells -> typed columns: what counts as missing, and which type fits a column."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from mlgov.monitors.profile.arrow import texts

#: Cells that mean "missing" in a column of numbers or booleans. In a column of text only the empty cell does, because
#: NA is a country and Null is a name.
MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None")

# Not `pa.array` and `pa.scalar`: the first use of either imports pandas, which takes half a second.
_MISSING = texts(MISSING).cast(pa.string())
_BOOLEANS = texts(("true", "false", "True", "False", "TRUE", "FALSE")).cast(pa.string())
_NOTHING = pa.nulls(1, pa.string())[0]
_GUESSES = (pa.int64(), pa.float64())


def fit(cells: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Turn text cells into a column.

    Args:
        cells: Strings, one per row.
        wanted: The type that the column should have.

    Returns:
        A column of that type; of doubles when whole numbers were wanted and fractions are there; else text.
    """
    if pa.types.is_string(wanted) or pa.types.is_dictionary(wanted):
        return _as_text(cells)
    for attempt in (wanted, pa.float64()) if pa.types.is_integer(wanted) else (wanted,):
        found = _convert(cells, attempt)
        if found is not None:
            return found
    return _as_text(cells)


def guess(cells: pa.Array) -> pa.DataType:
    """Find the narrowest of whole numbers, numbers, booleans and text that fits every cell."""
    present = pc.drop_null(_without_missing(cells))
    if len(present) == 0:
        return pa.string()
    if pc.all(pc.is_in(present, value_set=_BOOLEANS)).as_py():
        return pa.bool_()
    return next((wanted for wanted in _GUESSES if _convert(present, wanted) is not None), pa.string())


def from_values(values: list[object]) -> pa.Array:
    """Make a column of JSON values: numbers, booleans or text; nested values as their text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool}:
        return pa.array(values, pa.bool_())
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in _integers(values)):
        return pa.array(values, pa.int64())
    if kinds <= {int, float}:
        return pa.array([None if value is None else _double(value) for value in values], pa.float64())
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)  # as a column of booleans has it


def _integers(values: Iterable[object]) -> Iterable[int]:
    return (value for value in values if isinstance(value, int))


def _double(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        return float("inf")


def _as_text(cells: pa.Array) -> pa.Array:
    return pc.if_else(pc.match_like(cells, ""), _NOTHING, cells)


def _without_missing(cells: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.is_in(trimmed, value_set=_MISSING), _NOTHING, trimmed)


def _convert(cells: pa.Array, wanted: pa.DataType) -> pa.Array | None:
    try:
        return pc.cast(_without_missing(cells), wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
