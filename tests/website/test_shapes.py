"""Distributions for a picture: what a profile counts, in shares."""

import json
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mlgov.monitors import profile as profiles
from mlgov.monitors.profile import logbuckets
from mlgov.website.plots import Bars
from mlgov.website.shapes import Shape, _value_of, shapes_of


def _batches(columns: dict[str, list[Any]]) -> Iterable[pa.RecordBatch]:
    return [pa.RecordBatch.from_pydict(columns)]


def profiled(before: dict[str, list[Any]], now: dict[str, list[Any]]) -> tuple[bytes, bytes]:
    """Profile a baseline and a window in the bins of the baseline."""
    layout = profiles.learn_layout(lambda: _batches(before), rows_per_bin=5)
    one, other = (profiles.profile(lambda side=side: _batches(side), layout) for side in (before, now))
    return profiles.render(one), profiles.render(other)


def numeric(shape: Shape) -> Bars:
    """Give the bars of a numeric column."""
    assert shape.bars
    return shape.bars


AGES = [20 + place % 60 + place / 1000 for place in range(600)]


def test_a_numeric_column_is_counted_again_in_equal_bins() -> None:
    """The shares of each side add up to one, and a flat column stays nearly flat."""
    shape = shapes_of(*profiled({"age": AGES}, {"age": AGES}), ["age"])[0]
    bars = numeric(shape)
    for side, ends in ((bars.reference, 0), (bars.current, 1)):
        assert sum(side) + bars.below[ends] + bars.above[ends] == pytest.approx(1)
    assert bars.reference == bars.current
    assert max(bars.reference) < 3 / 24
    assert shape.moved == ""


def test_a_column_that_moved_says_where() -> None:
    """A third of the window is older than anybody in the baseline."""
    older = [age + (40 if place % 3 == 0 else 0) for place, age in enumerate(AGES)]
    shape = shapes_of(*profiled({"age": AGES}, {"age": older}), ["age"])[0]
    bars = numeric(shape)
    assert bars.high == pytest.approx(119, rel=0.02)
    beyond = [share for place, share in enumerate(bars.current) if bars.low + place * (bars.high - bars.low) / 24 > 80]
    assert sum(beyond) == pytest.approx(2 / 3 / 3, abs=0.03)
    assert "of the baseline" in shape.moved


def test_every_value_of_a_discrete_column_has_its_bar() -> None:
    """Also those that lie on the edge between two bars, and zero."""
    counted = {"calls": [float(place % 9) for place in range(900)]}
    bars = numeric(shapes_of(*profiled(counted, counted), ["calls"])[0])
    assert (bars.low, bars.high) == (pytest.approx(0, abs=1e-9), pytest.approx(8))
    assert [share for share in bars.reference if share] == pytest.approx([1 / 9] * 9)


def test_far_values_lie_where_the_profile_has_them() -> None:
    """The short reader knows the scale of the far values without loading what counts them."""
    for key in logbuckets.keys_of(np.array([-1e9, -3.0, -1e-7, 0.0, 1e-300, 2.5, 1e12])):
        assert _value_of(int(key)) == logbuckets.value_of(int(key))


def test_far_values_that_do_not_add_up_are_not_drawn() -> None:
    """Whoever changed them."""
    good, now = profiled({"age": AGES}, {"age": [*AGES, 500.0]})
    assert shapes_of(good, now, ["age"])
    assert shapes_of(good, _changed(now, above=[]), ["age"]) == ()


def test_shares_are_those_of_the_profile() -> None:
    """The short reader and the strict one agree, column by column."""
    data = profiled({"age": AGES, "sex": ["f", "m"] * 300}, {"age": AGES[:300], "sex": ["f"] * 300})
    whole = [profiles.load(each) for each in data]
    age, sex = shapes_of(*data, ["age", "sex"])
    for place, side in enumerate((numeric(age).reference, numeric(age).current)):
        column = whole[place].column("age")
        assert isinstance(column, profiles.NumericProfile)
        bars, width = numeric(age), (numeric(age).high - numeric(age).low) / 24
        for wanted in (0.25, 0.5, 0.75):  # the same quartiles, to within a bin
            passed = np.cumsum([bars.below[place], *side])
            assert bars.low + np.searchsorted(passed, wanted) * width == pytest.approx(
                column.quantile(wanted), abs=2 * width
            )
    assert sex.words == (("f", 0.5, 1.0), ("m", 0.5, 0.0))
    assert sex.moved == "f: 50.0% of the baseline, 100.0% of this window"


def test_no_value_that_few_rows_share_is_named() -> None:
    """Neither one of the baseline that three rows have, nor a new one."""
    before = {"town": ["A"] * 300 + ["B"] * 297 + ["Rare"] * 3}
    now = {"town": ["A"] * 300 + ["New"] * 4 + ["Rare"] * 2}
    words = [word for word, _, _ in shapes_of(*profiled(before, now), ["town"])[0].words]
    assert words == ["A", "B", "1 more value of the baseline", "values not named in the baseline"]


def test_missing_values_are_counted_apart() -> None:
    """Shares of all rows."""
    shape = shapes_of(*profiled({"age": AGES}, {"age": [*AGES[:300], *[None] * 300]}), ["age"])[0]
    assert shape.missing == (0.0, 0.5)


def test_columns_come_in_the_order_that_is_asked_for() -> None:
    """Those that are not there are left out."""
    data = profiled({"a": AGES, "b": AGES}, {"a": AGES, "b": AGES})
    assert [shape.column for shape in shapes_of(*data, ["b", "c", "a"])] == ["b", "a"]


def _changed(data: bytes, **keys: Any) -> bytes:
    value = json.loads(data)
    value["columns"][0] |= keys
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"schema": "mlgov/profile/v1", "columns": [1]}',
        b'{"schema": "mlgov/profile/v1", "columns": {"layout": 3}}',
        b'{"schema": "other", "columns": []}',
    ],
)
def test_what_is_no_profile_is_not_drawn(damaged: bytes) -> None:
    """Whoever judges by it says what is wrong; the page goes on."""
    good, _ = profiled({"age": AGES}, {"age": AGES})
    assert shapes_of(good, damaged, ["age"]) == ()
    assert shapes_of(damaged, good, ["age"]) == ()


@pytest.mark.parametrize(
    "keys",
    [
        {"counts": [1]},
        {"counts": ["many"]},
        {"counts": [math.nan] * 80},
        {"counts": [10**400] * 80},
        {"counts": [-1] * 80},
        {"counts": None},
        {"null": "some"},
        {"layout": {"name": "age", "kind": "numeric"}},
    ],
)
def test_a_column_that_makes_no_sense_is_not_drawn(keys: dict[str, Any]) -> None:
    """Too few counts, no numbers, other bins than the baseline."""
    good, now = profiled({"age": AGES}, {"age": AGES})
    assert shapes_of(good, _changed(now, **keys), ["age"]) == ()
