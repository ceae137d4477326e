"""JSON that two readers could understand differently is refused, in bounded memory and depth."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.documents.strict_json import StrictJsonError, is_deeper, read

LIMITS = {"max_bytes": 1_000_000, "max_depth": 8}

HOSTILE = {
    "no bytes": (b"", "is not JSON"),
    "no JSON": (b"{'a': 1}", "is not JSON"),
    "two values": (b"{} {}", "is not JSON"),
    "Latin-1": (b'{"a": "\xff"}', "is not UTF-8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "is not UTF-8"),
    "half of a pair": (b'{"a": "\xed\xa0\x80"}', "is not UTF-8"),
    "a key twice": (b'[{"a": 1, "b": {"x": 1, "x": 2}}]', "'x' twice"),
    "the same key, escaped": (b'{"a": 1, "\\u0061": 2}', "'a' twice"),
    "NaN": (b"[NaN]", "NaN"),
    "Infinity": (b"[Infinity]", "Infinity"),
    "minus infinity": (b'{"a": -Infinity}', "-Infinity"),
    "a number too large": (b"[1e999]", "too large"),
    "a whole number too large": (b"[" + b"9" * 5000 + b"]", "too large"),
    "too deep": (b"[" * 9 + b"]" * 9, "nested deeper than 8 levels"),
    "too deep for Python": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested deeper than 8 levels"),
    "never closed": (b"[" * 200_000, "nested deeper than 8 levels"),
    "too large": (b'"' + b"x" * 1_000_000 + b'"', "1,000,002 bytes; the limit is 1,000,000"),
    "a control in a string": (b'"a\nb"', "is not JSON"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused(name: str) -> None:
    """One kind of error, with what is wrong."""
    data, said = HOSTILE[name]
    with pytest.raises(StrictJsonError) as caught:
        read(data, **LIMITS)
    assert said in caught.value.problem


def test_the_place_of_a_broken_text_is_named() -> None:
    """Line and column, from 1."""
    with pytest.raises(StrictJsonError) as caught:
        read(b'{"a": 1,\n "b": }', **LIMITS)
    assert (caught.value.line, caught.value.column) == (2, 7)


def test_a_byte_order_mark_is_no_content() -> None:
    """Some programs write one."""
    assert read(b'\xef\xbb\xbf{"a": 1}', **LIMITS) == {"a": 1}


def test_the_limit_of_depth_may_be_reached() -> None:
    """Eight levels are eight levels, with values in the last one; brackets in strings are none."""
    assert read(b"[" * 7 + b'["[[[[", "\\"["]' + b"]" * 7, **LIMITS) is not None


@pytest.mark.parametrize(("digits", "is_whole"), [("9007199254740991", True), ("-9007199254740991", True)])
def test_whole_numbers_that_every_reader_keeps_stay_whole(digits: str, is_whole: bool) -> None:
    """Up to 2^53 - 1."""
    found = read(digits.encode(), **LIMITS)
    assert (found, isinstance(found, int)) == (int(digits), is_whole)


def test_larger_ones_become_floats_unless_they_are_wanted_exactly() -> None:
    """As most readers have them; exact sums need all their digits."""
    found = read(b"123456789012345678901", **LIMITS)
    assert (found, type(found)) == (1.2345678901234568e20, float)
    assert read(b"123456789012345678901", exact_integers=True, **LIMITS) == 123456789012345678901
    with pytest.raises(StrictJsonError, match="5,000 digits"):
        read(b"9" * 5000, exact_integers=True, **LIMITS)


def _depth(value: Any) -> int:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(map(_depth, inner), default=0)
    return 0


keys = st.text(alphabet='a"[{\\', max_size=3)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.sampled_from('ab"\\[]{}\n\u00e9')),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=30,
)


@given(json_values)
def test_any_legal_value_is_read_as_it_is(value: Any) -> None:
    """And its depth is found without reading it."""
    text = json.dumps(value)
    assert read(text.encode(), max_bytes=1_000_000, max_depth=40) == value
    depth = _depth(value)
    assert not is_deeper(text, depth)
    assert depth == 0 or is_deeper(text, depth - 1)
