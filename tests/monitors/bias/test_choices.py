"""Choosing values, however they are written."""

import math

import numpy as np
import pytest

from mlgov.errors import UsageError
from mlgov.monitors.bias import Choice, Coded, above, coded, of_values, parse, text_of


@pytest.mark.parametrize("value", [1, 1.0, "1", "1.0", " 1 ", "1e0", np.int64(1), np.float32(1)])
def test_one_is_one_however_it_is_written(value: object) -> None:
    """A label that is a number here and text there is one label."""
    assert text_of(value) == "1"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "1"), ("False", "0"), (np.True_, "1"), (None, None), (math.nan, None),
        (np.float64("nan"), None),
        ("007", "007"), ("1_000", "1_000"), ("nan", "nan"), ("-0", "0"), (0.1, "0.1"), ("1e400", "1e400"),
        ("", None), (" ", None),
        (2**60 + 1, str(2**60 + 1)), ("  yes ", "yes"),
    ],
)  # fmt: skip
def test_values_are_written_in_one_way(value: object, expected: str | None) -> None:
    """Codes are no numbers, missing values are None, whole numbers keep all digits."""
    assert text_of(value) == expected


def test_a_list_with_numbers_and_text_keeps_what_is_missing() -> None:
    """A list is not made one type first: its NaN would become text."""
    assert texts(coded([1, math.nan, "a", None, True, 1.0])) == ["1", None, "a", None, "1", "1"]


def texts(column: Coded) -> list[str | None]:
    """Write a coded column out."""
    return [column.texts[code] for code in column.codes.tolist()]


def test_a_threshold_does_not_count_itself() -> None:
    """As in Clarify, the group is (t, largest]."""
    sides = texts(above(40).coded([39.5, 40, 40.5, None, "x", "41", math.inf]))
    assert sides == ["<= 40.0", "<= 40.0", "(40.0, inf]", None, None, "(40.0, inf]", "(40.0, inf]"]
    assert [above(40).holds(side) for side in sides] == [False, False, True, False, False, True, True]


def test_an_interval_of_clarify_is_read_as_its_threshold() -> None:
    """The upper end is the largest value of the data at that time."""
    assert parse("(40.0, 90.0]") == above(40) == parse("(40, inf]")
    assert above(40).written(90.0) == "(40.0, 90.0]"


@pytest.mark.parametrize(
    ("text", "values"), [("1", ("1",)), ("b,a", ("a", "b")), ("1.0", ("1",)), ("(a, b]", ("(a", "b]"))]
)
def test_listed_values_of_clarify_are_read(text: str, values: tuple[str, ...]) -> None:
    """They are parted by commas."""
    assert parse(text) == Choice(values=values)


@pytest.mark.parametrize("of", [Choice, lambda: Choice(("a",), 1.0), lambda: above(math.inf), lambda: of_values(None)])
def test_a_choice_is_values_or_a_threshold(of: object) -> None:
    """Neither both nor nothing, and the threshold is a number."""
    with pytest.raises(UsageError):
        of()  # type: ignore[operator]
