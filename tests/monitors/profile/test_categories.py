"""Reading columns of any type as named categories."""

import datetime as dt
import math
from decimal import Decimal

import pyarrow as pa
import pytest

from mlgov.monitors.profile import Types
from mlgov.monitors.profile.arrow import stored
from mlgov.monitors.profile.categories import TEXT_LIMIT, categories


def counted(array: pa.Array) -> dict[str, int]:
    """Counts by name, those above zero."""
    found = categories(array)
    pairs = zip(found.texts.to_pylist(), found.counts.tolist(), strict=True)
    return {text: count for text, count in pairs if count}


def named(array: pa.Array) -> list[str | None]:
    """The name of each row."""
    found = categories(array)
    return [[*found.texts.to_pylist(), None][place] for place in found.index.tolist()]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int16(), pa.string())])
def test_strings_are_counted_by_value(kind: pa.DataType) -> None:
    """Plain and encoded strings count alike, from a slice too."""
    array = pa.array(["z", "a", "b", None, "a", "z"]).cast(kind).slice(1, 4)
    assert counted(array) == {"a": 2, "b": 1}
    assert named(array) == ["a", "b", None, "a"]
    assert (categories(array).null, categories(array).types) == (1, Types(text=3))


@pytest.mark.parametrize(
    ("array", "names", "types"),
    [
        (pa.array([1, 2, None, 1]), ["1", "2", None, "1"], Types(integral=3)),
        (pa.array([1.0, 2.5, math.nan, None]), ["1", "2.5", None, None], Types(integral=1, fractional=1)),
        (pa.array([True, False, None]), ["true", "false", None], Types(boolean=2)),
        (pa.array([dt.date(2026, 1, 2), None]), ["2026-01-02", None], Types(other=1)),
    ],
    ids=["integers", "floats", "booleans", "dates"],
)
def test_other_values_get_names(array: pa.Array, names: list[str | None], types: Types) -> None:
    """A code is named alike whether it came as a whole number or, because of nulls, as a float."""
    assert named(array) == names
    assert categories(array).types == types


def test_encoded_values_may_repeat_and_be_null() -> None:
    """Arrow lets a dictionary name a value twice, or null."""
    encoded = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3, None]), pa.array(["a", "a", None, "b"]))
    assert named(encoded) == ["a", "a", None, "b", None]
    assert categories(encoded).null == 2


@pytest.mark.parametrize(
    "array",
    [pa.array([[1], None]), pa.array([{"a": 1}, None]), pa.array([b"x", None])],
    ids=lambda array: str(array.type),
)
def test_lists_and_bytes_are_not_compared(array: pa.Array) -> None:
    """They are counted as other and get no name."""
    found = categories(array)
    assert (found.null, found.types, len(found.texts)) == (1, Types(other=1), 0)


def test_long_texts_are_kept_short_and_apart() -> None:
    """Free text is named by its beginning and a digest, so that files stay small and different texts differ."""
    long = "é" * 5_000
    names = named(pa.array([long + "1", long + "2", long + "1"]))
    assert names[0] == names[2] != names[1]
    assert max(len(str(name).encode()) for name in names) < 2 * TEXT_LIMIT
    assert str(names[0]).startswith("é" * 20)


def test_words_that_are_not_utf8_are_escaped() -> None:
    """Damaged bytes become a name that can be written down."""
    damaged = pa.array([b"ok", b"\xff\xfe", None]).view(pa.string())
    assert named(damaged) == ["ok", "\\xff\\xfe", None]


def test_a_column_of_nulls_has_no_names() -> None:
    """Arrow's null type is nothing but nulls."""
    found = categories(pa.nulls(3))
    assert (found.null, found.types, len(found.texts)) == (3, Types(), 0)


@pytest.mark.parametrize(
    "kind", [pa.decimal32(5, 2), pa.decimal64(12, 2), pa.decimal128(20, 2), pa.decimal256(50, 2)], ids=str
)
def test_decimals_of_every_width_are_named_alike(kind: pa.DataType) -> None:
    """A price is a price, however many bits hold it."""
    array = stored(pa.array([Decimal("1.50"), Decimal("2.00"), None, Decimal("1.50")], kind))
    assert counted(array) == {"1.50": 2, "2.00": 1}
    assert (categories(array).null, categories(array).types) == (1, Types(fractional=3))


@pytest.mark.parametrize(
    "kind",
    [
        *(pa.null(), pa.bool_(), pa.float16(), pa.uint64(), pa.date64(), pa.time32("s"), pa.time64("ns")),
        *(
            pa.timestamp("ns", "UTC"),
            pa.duration("s"),
            pa.month_day_nano_interval(),
            pa.string_view(),
            pa.binary_view(),
        ),
        *(pa.binary(4), pa.list_(pa.int8()), pa.struct([("a", pa.int8())]), pa.map_(pa.string(), pa.int8())),
        *(pa.uuid(), pa.bool8(), pa.json_(), pa.run_end_encoded(pa.int32(), pa.int8())),
        pa.dictionary(pa.int8(), pa.decimal32(5, 2)),
    ],
    ids=str,
)
def test_a_column_of_any_type_is_read(kind: pa.DataType) -> None:
    """Its nulls are counted at least."""
    whole = pa.RecordBatch.from_arrays([pa.nulls(3, kind)], ["x"])
    assert categories(stored(whole.column(0))).null == 3
