"""The quick writer of canonical JSON against the reference, rfc8785."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.lifecycle.digest import canonical_json, content_digest, json_digest

NUMBERS = st.integers() | st.floats() | st.integers(-(2**54), 2**54) | st.floats(-1e17, 1e17) | st.just(-0.0)
SCALARS = st.none() | st.booleans() | NUMBERS | st.text() | st.characters()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def _written(write: Any, value: Any) -> Any:
    try:
        return write(value)
    except rfc8785.CanonicalizationError as error:
        return type(error)


@given(VALUES)
@settings(max_examples=400, deadline=None)
def test_it_writes_what_the_reference_writes(value: Any) -> None:
    """The same bytes, or the same refusal."""
    assert _written(canonical_json, value) == _written(rfc8785.dumps, value)


@pytest.mark.parametrize(
    "value",
    [
        1e15,
        1e16,
        1e21,
        1e-4,
        9.9e-5,
        1e-7,
        123456789012345.6,
        2**53 - 1,
        2**53,
        -(2**53),
        -0.0,
        5e-324,
        {"\U0001f600": 1, "\ufb33": 2},
        {"é": 1, "z": 2},
        {1: 2},
        "\ud800",
        "\u007f\u2028",
    ],
)
def test_corner_cases(value: Any) -> None:
    """Where the two ways of writing part."""
    assert _written(canonical_json, value) == _written(rfc8785.dumps, value)


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_a_digest_that_is_kept_is_the_same(spec: Any) -> None:
    """Values that Python takes for equal, such as 1 and true, have digests of their own."""
    value = {"kind": "ModelCard", "metadata": {"name": "mail"}, "spec": spec}
    expected = _written(json_digest, {"kind": "ModelCard", "name": "mail", "spec": spec})
    assert _written(content_digest, value) == expected == _written(content_digest, value)


def test_one_and_true_are_not_the_same() -> None:
    """Nor do 1 and 1.0 differ."""
    digests = [content_digest({"spec": value}) for value in (1, True, 1.0)]
    assert digests[0] == digests[2] != digests[1]
