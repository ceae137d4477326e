"""Profiles from outside: nothing is taken on trust."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.errors import UsageError
from mlgov.monitors.profile import learn_layout, load, profile, render
from tests.monitors.profile.frames import batch

REFERENCE = batch(
    x=[0.0, 1.5, 2.5, 1e300, -7.0, float("inf"), float("nan"), None] * 3,
    c=["a", "b", None, "a", "c", "d", "e", "f"] * 3,
)
GOOD = render(profile([REFERENCE, batch(x=[1e9, -1e9], c=["new", "new"])], learn_layout([REFERENCE])))


def test_the_good_file_is_good() -> None:
    """What the damaged files below start from."""
    assert load(GOOD).rows == 26


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"schema": "mlgov/profile/v1"}',
        b"[" * 200_000,
        b'{"schema":"mlgov/profile/v1","rows":NaN}',
        GOOD[:-40],
        GOOD.replace(b'"rows":26', b'"rows":26,"rows":26'),
        GOOD.replace(b'"rows":26', b'"rows":' + b"9" * 5_000),
        GOOD.replace(b'"schema":"mlgov/profile/v1"', b'"schema":"mlgov/profile/v2"'),
        GOOD.replace(b'"vocabulary":["a",', b'"vocabulary":["\\ud800",'),
    ],
    ids=lambda data: data[:20].decode("latin-1"),
)
def test_what_is_no_profile_is_refused(data: bytes) -> None:
    """Malformed bytes, JSON and schemas give one error for people."""
    with pytest.raises(UsageError, match="This is not a profile"):
        load(data)


def change(edit: Callable[[dict[str, Any]], object]) -> bytes:
    """The good file with one change, and the digest of its layout made to fit."""
    value = json.loads(GOOD)
    edit(value)
    return json.dumps(value).encode()


def x(value: dict[str, Any]) -> dict[str, Any]:
    """The numeric column."""
    column: dict[str, Any] = value["columns"][0]
    return column


def c(value: dict[str, Any]) -> dict[str, Any]:
    """The categorical column."""
    column: dict[str, Any] = value["columns"][1]
    return column


@pytest.mark.parametrize(
    "edit",
    [
        lambda value: value.update(rows=27),
        lambda value: value.update(rows=-1),
        lambda value: value.update(rows=26.0),
        lambda value: value.update(rows=True),
        lambda value: value.update(layout="sha256:0"),
        lambda value: value.update(window=["2026-01-01T00:00:00", "2026-01-02T00:00:00"]),
        lambda value: value.update(window=["2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]),
        lambda value: value.update(sources=[1]),
        lambda value: value["columns"].append(value["columns"][0]),
        lambda value: x(value)["counts"].pop(),
        lambda value: x(value)["counts"].__setitem__(3, -1),
        lambda value: x(value)["counts"].__setitem__(3, 99),
        lambda value: x(value).update(null=0),
        lambda value: x(value).update(minimum=None),
        lambda value: x(value).update(minimum="1"),
        lambda value: x(value).update(minimum=1e308),
        lambda value: x(value).update(zero=99),
        lambda value: x(value).update(squares=-1),
        lambda value: x(value)["far"].append([99, 1, 1, 0]),
        lambda value: x(value).update(far_squares=[1, 10**9]),
        lambda value: x(value).update(below=[]),
        lambda value: x(value)["types"].update(text=1),
        lambda value: x(value)["types"].update(magic=1),
        lambda value: x(value).pop("below"),
        lambda value: x(value)["layout"]["edges"].reverse(),
        lambda value: x(value)["layout"].update(kind="magic"),
        lambda value: x(value)["layout"].update(deciles=[0]),
        lambda value: x(value)["layout"].update(grid_exponent=10**6),
        lambda value: x(value)["layout"].update(grid_centre=1e300),
        lambda value: c(value)["counts"].append(1),
        lambda value: c(value).update(unseen=0),
        lambda value: c(value).update(other=2),
        lambda value: c(value)["buckets"].update({"zz": 1}),
        lambda value: c(value)["buckets"].update({"fff": 0}),
        lambda value: c(value).update(registers="A"),
        lambda value: c(value).update(registers={"000": "?"}),
        lambda value: c(value)["sample"].append(["0", 1]),
        lambda value: c(value)["sample"].append(["0" * 16, 1, None]),
        lambda value: c(value)["layout"]["vocabulary"].reverse(),
        lambda value: c(value)["layout"].update(complete=1),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(edit: Callable[[dict[str, Any]], object]) -> None:
    """Counts add up, numbers are in order and in range, nothing is missing or unknown."""
    with pytest.raises(UsageError, match="This is not a profile"):
        load(change(edit))


@given(st.data())
@settings(max_examples=300)
def test_any_other_value_anywhere_is_a_profile_or_an_error(data: st.DataObject) -> None:
    """Whatever stands in whatever place, reading ends with a profile or with one kind of error."""
    value = json.loads(GOOD)
    node, key = value, data.draw(st.sampled_from(sorted(value)))
    while isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
        node = node[key]
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
    strange = [None, True, -1, 0, 1, 10**30, 0.5, 1e308, "", "x", "\ud800", [], [1], [[1, 2]], {}, {"a": 1}]
    node[key] = data.draw(st.sampled_from(strange))
    try:
        found = load(json.dumps(value).encode())
    except UsageError:
        return
    assert render(load(render(found))) == render(found)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_error(data: bytes) -> None:
    """No bytes crash the reader."""
    with pytest.raises(UsageError):
        load(data)


def test_a_loaded_profile_gives_the_same_numbers() -> None:
    """Means and quantiles survive the file."""
    values = np.random.default_rng(1).normal(5, 2, 1_000)
    found = profile([batch(x=values)], learn_layout([batch(x=values)]))
    assert load(render(found)) == found
