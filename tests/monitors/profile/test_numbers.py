"""Reading columns of any type as numbers."""

import datetime as dt
import decimal
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.monitors.profile import Types
from mlgov.monitors.profile.numbers import numbers


@pytest.mark.parametrize(
    "kind",
    [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint64(), pa.float16(), pa.float32(), pa.float64()],
)
def test_every_numeric_type_reads_alike(kind: pa.DataType) -> None:
    """Values, their order and their nulls come through, also from a slice."""
    whole = pa.array([9, 1, None, 2, 100, 9], kind)
    found = numbers(whole.slice(1, 4))
    assert np.array_equal(found.values, [1, math.nan, 2, 100], equal_nan=True)
    assert (found.null, found.types) == (1, Types())


def test_decimals_are_numbers() -> None:
    """Money comes as decimals."""
    found = numbers(pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-2.25")]))
    assert np.array_equal(found.values, [1.5, math.nan, -2.25], equal_nan=True)


def test_booleans_count_as_such() -> None:
    """True is 1, and was a boolean."""
    found = numbers(pa.array([True, None, False, True]))
    assert np.array_equal(found.values, [1, math.nan, 0, 1], equal_nan=True)
    assert found.types == Types(boolean=3)


@pytest.mark.parametrize("encoded", [False, True])
def test_strings_are_parsed_where_they_can_be(encoded: bool) -> None:
    """Numerals, infinities and NaN are read, blanks are null, the rest is text."""
    words = ["1.5", " 2 ", "+3e2", "-.5", "inf", "-Infinity", "NaN", "", "  ", "n/a", "1,5", "0x10", None, "1e999"]
    array = pa.array(words)
    found = numbers(array.dictionary_encode() if encoded else array)
    nan = math.nan
    expected = [1.5, 2, 300, -0.5, math.inf, -math.inf, nan, nan, nan, nan, nan, nan, nan, math.inf]
    assert np.array_equal(found.values, expected, equal_nan=True)
    assert (found.null, found.types) == (3, Types(text=3))


@given(st.lists(st.floats(), max_size=30))
def test_parsing_what_was_printed_gives_the_same_numbers(values: list[float]) -> None:
    """Printing floats and reading them back changes no bit."""
    found = numbers(pa.array([repr(value) for value in values], pa.string()))
    assert np.array_equal(found.values, values, equal_nan=True)


@pytest.mark.parametrize(
    "array",
    [
        pa.array([[1], [2], None]),
        pa.array([{"a": 1}, {"a": 2}, None]),
        pa.array([b"\xff", b"\x00", None]),
        pa.array([dt.date(2026, 1, 1), dt.date(2026, 1, 2), None]),
        pa.array([dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in (1, 2)] + [None]),
    ],
    ids=lambda array: str(array.type),
)
def test_what_is_no_number_is_counted_as_other(array: pa.Array) -> None:
    """Lists, bytes and dates are there, but they are not numbers."""
    found = numbers(array)
    assert np.isnan(found.values).all()
    assert (found.null, found.types) == (1, Types(other=2))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_moments_are_seconds(unit: str) -> None:
    """Whatever the unit and the time zone, a moment is its seconds since 1970."""
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    found = numbers(pa.array([moment, None], pa.timestamp(unit, "Europe/Berlin")), time=True)
    assert np.array_equal(found.values, [moment.timestamp(), math.nan], equal_nan=True)


def test_days_are_seconds() -> None:
    """A day is the second it starts at."""
    for kind in (pa.date32(), pa.date64()):
        assert numbers(pa.array([dt.date(1970, 1, 3)], kind), time=True).values.tolist() == [172_800.0]


def test_numbers_are_no_moments() -> None:
    """A time column that comes as numbers or text has the wrong type."""
    assert numbers(pa.array([1, 2]), time=True).types == Types(other=2)
    assert numbers(pa.array(["2026-01-01"]), time=True).types == Types(text=1)
    assert numbers(pa.array(["2026-01-01"]).dictionary_encode(), time=True).types == Types(text=1)


def test_dictionaries_of_any_numbers_read_as_their_values() -> None:
    """An encoding changes nothing, with nulls among the values or among the rows."""
    encoded = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 2, 1], pa.int8()), pa.array([1.5, None, math.nan]))
    found = numbers(encoded)
    assert np.array_equal(found.values, [1.5, math.nan, math.nan, math.nan, math.nan], equal_nan=True)
    assert (found.null, found.types) == (3, Types())


def test_words_that_are_not_utf8_are_text() -> None:
    """Damaged bytes are counted, not crashed on."""
    damaged = pa.array([b"\xff\xfe", b"12", None]).cast(pa.large_binary()).view(pa.large_string())
    found = numbers(damaged)
    assert np.array_equal(found.values, [math.nan, 12, math.nan], equal_nan=True)
    assert (found.null, found.types) == (1, Types(text=1))
