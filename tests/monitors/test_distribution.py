"""Both distributions of a column side by side."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.monitors import Slice, SliceKind, Thresholds
from mlgov.monitors import profile as profiles
from mlgov.monitors.baseline import reference_of
from mlgov.monitors.causes import likely_causes
from mlgov.monitors.distribution import NAMED, distribution


def picture(reference: Any, current: Any) -> list[tuple[str, str, int, int]]:
    """Give the slices of one column, as a baseline and a window would have them."""
    batches = [pa.table({"x": pa.array(values)}).to_batches() for values in (reference, current)]
    old = reference_of(lambda: batches[0], Thresholds()).profile
    new = profiles.profile(batches[1], old.layout)
    found = distribution(old.columns[0], new.columns[0])
    return [(each.kind.value, each.label, each.reference, each.current) for each in found]


def test_categories_are_listed_by_frequency_with_new_ones_and_missing_ones() -> None:
    """New values by name when five rows share them, the others counted."""
    before = ["CA"] * 60 + ["NY"] * 30 + ["WA"] * 10
    now = ["CA"] * 40 + ["NY"] * 30 + ["TX"] * 6 + ["OR"] * 4 + [None] * 20
    assert picture(before, now) == [
        ("value", "CA", 60, 40),
        ("value", "NY", 30, 30),
        ("value", "WA", 10, 0),
        ("new_value", "TX", 0, 6),
        ("new", "other new values", 0, 4),
        ("missing", "no value", 0, 20),
    ]


def test_a_value_that_few_rows_share_is_not_named() -> None:
    """Four rows with a new value stay a number."""
    assert ("new", "new values", 0, 4) in picture(["a"] * 50 + ["b"] * 50, ["a"] * 96 + ["Jane Roe"] * 4)
    assert ("other", "1 other value", 3, 2) in picture(["a"] * 97 + ["rare"] * 3, ["a"] * 98 + ["rare"] * 2)


def test_many_categories_are_cut_to_those_with_the_largest_shares() -> None:
    """A value that is frequent in the window alone is among them."""
    words = [f"w{place:02}" for place in range(20)]
    before = [word for place, word in enumerate(words) for _ in range(60 - place)]
    found = picture(before, ["w19"] * 500 + ["w00"] * 500)
    assert len(found) == NAMED + 1
    assert ("value", "w19", 41, 500) in found
    assert found[-1][:2] == ("other", "10 other values")


def test_numbers_come_in_ten_ranges_with_what_lies_outside() -> None:
    """In the order of the numbers; infinite ones and wrong types have slices of their own."""
    reference = np.random.default_rng(1).normal(50, 10, 4000).clip(20, 80)
    found = picture(reference, [*np.full(90, 50.0), 5.0, 5.5, 200.0, np.inf, np.nan])
    kinds = [kind for kind, *_ in found]
    assert kinds == ["below", *["range"] * 10, "above", "infinite", "missing"]
    assert found[0] == ("below", "below 20", 0, 2)
    assert found[-3] == ("above", "above 80", 0, 1)
    assert all(350 <= rows <= 450 for kind, _, rows, _ in found if kind == "range")


def test_a_discrete_column_has_a_slice_per_value() -> None:
    """Whole numbers keep their digits."""
    found = picture([1234567, 1234568] * 100, [1234567] * 50 + [0] * 5)
    assert found == [
        ("below", "below 1234567", 0, 5),
        ("value", "1234567", 100, 50),
        ("value", "1234568", 100, 0),
    ]


@pytest.mark.parametrize("values", [[0.0, 1.5, 3.0, -2.0] * 50, [0, 0, 0, 1, 2, 3, 40, 500] * 40])
def test_the_edge_below_zero_is_written_as_zero(values: list[float]) -> None:
    """Nobody sees a number such as -2.2e-308."""
    assert not [label for _, label, *_ in picture(values, values) if "e-308" in label]


def test_text_among_numbers_is_of_the_wrong_type() -> None:
    """It is no missing value."""
    batch = pa.record_batch({"x": pa.array(np.arange(300.0))})
    old = reference_of(lambda: [batch], Thresholds()).profile
    new = profiles.profile([pa.record_batch({"x": pa.array(["7", "old", "", None])})], old.layout)
    last = distribution(old.columns[0], new.columns[0])[-2:]
    assert last == (
        Slice(SliceKind.WRONG_TYPE, "of the wrong type", 0, 1),
        Slice(SliceKind.MISSING, "no value", 0, 2),
    )


def test_times_and_ids_are_only_counted() -> None:
    """Their values are not compared, and none is named."""
    ids = [f"id-{place}" for place in range(200)]
    assert picture(ids, ids[:100]) == [("other", "other values", 200, 100)]
    times = pa.array(range(200), pa.timestamp("s"))
    assert picture(times, times) == [("other", "any value", 200, 200)]


_numbers = st.lists(st.none() | st.floats() | st.sampled_from([0.0, 1.0, -1.0, 1.7976931348623157e308]), min_size=1)
_words = st.lists(st.none() | st.sampled_from(["a", "b", "", "c"]) | st.text(max_size=3), min_size=1)


@settings(max_examples=60, deadline=None)
@given(st.tuples(_numbers, _numbers) | st.tuples(_words, _words))
def test_every_row_is_in_one_slice(sides: tuple[list[Any], list[Any]]) -> None:
    """Whatever the data: the slices add up to the rows of each side, and causes can be told."""
    kind = pa.string() if any(isinstance(value, str) for side in sides for value in side) else pa.float64()
    old_rows, new_rows = (pa.record_batch({"x": pa.array(side, kind)}) for side in sides)
    old = reference_of(lambda: [old_rows], Thresholds()).profile
    new = profiles.profile([new_rows], old.layout)
    found = distribution(old.columns[0], new.columns[0])
    assert (sum(s.reference for s in found), sum(s.current for s in found)) == (len(sides[0]), len(sides[1]))
    assert all(each.reference >= 0 and each.current >= 0 for each in found)
    assert isinstance(likely_causes(old.columns[0], new.columns[0]), tuple)
