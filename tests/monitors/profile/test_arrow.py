"""Between Arrow and numpy."""

import datetime as dt
import math
import uuid

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.monitors.profile import arrow, learn_layout, profile
from tests.monitors.profile.frames import batch

holes = st.lists(st.one_of(st.none(), st.integers(-9, 9)), max_size=40)


@given(holes, st.integers(0, 20), st.integers(0, 20))
def test_values_and_gaps_of_any_slice(values: list[int | None], start: int, size: int) -> None:
    """Bits of nulls are found at any offset."""
    part = pa.array(values, pa.int16()).slice(start, size)
    empty = arrow.gaps(part)
    assert (empty is None) == (part.null_count == 0)
    if empty is not None:
        assert empty.tolist() == [value is None for value in part.to_pylist()]
    held = [value for value in part.to_pylist() if value is not None]
    assert arrow.plain(part)[~empty if empty is not None else slice(None)].tolist() == held


@given(st.lists(st.one_of(st.none(), st.booleans()), max_size=40), st.integers(0, 20))
def test_booleans_are_unpacked(values: list[bool | None], start: int) -> None:
    """Null is False."""
    part = pa.array(values, pa.bool_()).slice(start)
    assert arrow.flags(part).tolist() == [value is True for value in part.to_pylist()]


@given(st.lists(st.text()))
def test_texts_become_arrow_strings(words: list[str]) -> None:
    """Any text, the empty one too."""
    assert arrow.texts(words).to_pylist() == words


def test_places_may_be_null() -> None:
    """For taking rows that may hold nothing."""
    found = arrow.places(np.array([2, 0, 1]), np.array([False, True, False]))
    assert found.to_pylist() == [2, None, 1]


WORDS = ["a", "b", "a", None]


@pytest.mark.parametrize(
    "array",
    [
        pa.array(WORDS, pa.string_view()),
        pa.RunEndEncodedArray.from_arrays([1, 2, 3, 4], pa.array(WORDS)),
        pa.ExtensionArray.from_storage(pa.json_(), pa.array(WORDS)),
    ],
    ids=lambda array: str(array.type)[:20],
)
def test_other_forms_of_strings_are_strings(array: pa.Array) -> None:
    """Views, runs and extension types give the profile of the plain column."""
    plain = batch(x=pa.array(WORDS))
    layout = learn_layout([plain])
    assert learn_layout([batch(x=array)]) == layout
    assert profile([batch(x=array)], layout) == profile([plain], layout)


@pytest.mark.parametrize(
    "array",
    [
        pa.ExtensionArray.from_storage(pa.uuid(), pa.array([uuid.UUID(int=1).bytes], pa.binary(16))),
        pa.array([b"x"], pa.binary_view()),
        pa.array([{"a": [1]}]),
        pa.array([dt.timedelta(1)]),
        pa.array([(1, 2, 3)], pa.month_day_nano_interval()),
        pa.array([dt.time(1, 2)]),
    ],
    ids=lambda array: str(array.type)[:20],
)
def test_no_type_of_column_breaks_a_profile(array: pa.Array) -> None:
    """Whatever Arrow can hold is counted, at least as other."""
    layout = learn_layout([batch(x=array)])
    found = profile([batch(x=array)], layout).column("x")
    assert (found.rows, found.null, found.types.total) == (1, 0, 1)


@given(st.lists(st.none() | st.floats(allow_nan=False), max_size=30), st.integers(0, 9), st.data())
def test_rows_of_a_slice_are_those_that_take_gives(values: list[float | None], start: int, data: st.DataObject) -> None:
    """Some rows of a column of floats, null or not, from wherever the column starts."""
    array = pa.array(values, pa.float64())[start:]
    rows = data.draw(st.lists(st.integers(0, len(array) - 1), max_size=30)) if len(array) else []
    found = arrow.doubles_at(array, np.array(rows, np.int64))
    assert [None if math.isnan(value) else value for value in found] == array.take(
        pa.array(rows, pa.int64())
    ).to_pylist()


@given(st.lists(st.text(max_size=5), max_size=9), st.integers(0, 9), st.sampled_from([pa.string(), pa.large_string()]))
def test_bytes_of_a_slice_of_texts_are_counted(words: list[str], start: int, kind: pa.DataType) -> None:
    """From wherever the column starts, one by one and all together."""
    array = pa.array(words, kind)[start:]
    sizes = [len(word.encode()) for word in words[start:]]
    assert (arrow.lengths(array).tolist(), arrow.text_bytes(array)) == (sizes, sum(sizes))
