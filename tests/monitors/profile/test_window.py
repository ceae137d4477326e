"""Profiling a window: any order, any cut, any encoding."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.errors import UsageError
from mlgov.monitors.profile import Layout, Profile, empty, learn_layout, merge, profile, render
from tests.monitors.profile.frames import batch, cut, numbers, words

DAY = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
rows = st.lists(st.tuples(numbers, words, st.integers(-3, 3), st.booleans()), max_size=60)


def table(found: Iterable[tuple[object, ...]]) -> pa.RecordBatch:
    """A batch of a float, a string, an integer and a boolean column."""
    columns = list(zip(*found, strict=True)) or [(), (), (), ()]
    kinds = (pa.float64(), pa.string(), pa.int64(), pa.bool_())
    return batch(**{name: pa.array(column, kind) for name, column, kind in zip("xcib", columns, kinds, strict=True)})


def merged(profiles: Iterable[Profile], layout: Layout) -> Profile:
    """All profiles in one."""
    total = empty(layout)
    for each in profiles:
        total = merge(total, each)
    return total


@given(rows, rows, st.integers(0, 99))
@settings(max_examples=60)
def test_any_partition_in_any_order_gives_the_same_bytes(reference: list, current: list, seed: int) -> None:  # type: ignore[type-arg]
    """One pass, or 7 or 31 shuffled parts profiled apart and merged: byte for byte the same."""
    layout = learn_layout([table(reference)])
    whole = table(current)
    expected = render(profile([whole], layout))
    for parts in (1, 7, 31):
        found = merged((profile([part], layout) for part in cut(whole, parts, seed)), layout)
        assert render(found) == expected
    assert render(profile(cut(whole, 5, seed), layout)) == expected


def test_a_large_table_gives_the_same_bytes_in_any_partition() -> None:
    """The same with heavy tails, outliers, nulls, NaN and many pieces."""
    rng = np.random.default_rng(1)
    size = 150_000
    heavy = rng.standard_t(1.1, size) * 10.0 ** rng.integers(-8, 9, size)
    heavy[rng.random(size) < 0.01] = np.nan
    whole = batch(
        x=pa.array(heavy, mask=rng.random(size) < 0.1),
        y=pa.array(np.round(rng.normal(size=size), 2), pa.float32()),
        c=pa.array([f"shop {n}" for n in rng.zipf(1.4, size) % 100_003]),
    )
    layout = learn_layout([whole.slice(0, 20_000)])
    expected = render(profile([whole], layout))
    for parts in (7, 31):
        pieces = cut(whole, parts, parts)
        assert render(merged((profile([part], layout) for part in pieces), layout)) == expected
        assert render(profile(pieces, layout)) == expected


@given(rows, rows, rows)
@settings(max_examples=40)
def test_merging_is_associative_and_commutative(first: list, second: list, third: list) -> None:  # type: ignore[type-arg]
    """Profiles are a commutative monoid with the empty profile as identity."""
    layout = learn_layout([table(first)])
    parts = zip("abc", (first, second, third), strict=True)
    a, b, c = (profile([table(part)], layout, sources=[name]) for name, part in parts)
    assert merge(a, b) == merge(b, a)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert merge(a, empty(layout)) == a == merge(empty(layout), a)


@given(rows)
@settings(max_examples=40)
def test_encodings_do_not_matter(current: list) -> None:  # type: ignore[type-arg]
    """Strings as dictionaries or large strings, integers of any width: the same bytes."""
    whole = table(current)
    layout = learn_layout([whole])
    x, c, i, b = whole.columns
    encoded = batch(x=x, c=c.dictionary_encode(), i=i.cast(pa.int8()), b=b)
    large = batch(x=x.dictionary_encode(), c=c.cast(pa.large_string()), i=i.cast(pa.float64()), b=b.dictionary_encode())
    assert render(profile([encoded], layout)) == render(profile([large], layout)) == render(profile([whole], layout))
    assert learn_layout([encoded]) == layout == learn_layout([large])


def test_small_batches_with_dictionaries_of_their_own_are_joined() -> None:
    """A reader that hands out a few rows at a time gives the same profile."""
    words = [f"w{n % 7}" for n in range(500)]
    layout = learn_layout([batch(c=words)])
    parts = [batch(c=pa.array(words[start : start + 3]).dictionary_encode()) for start in range(0, 500, 3)]
    assert profile(parts, layout) == profile([batch(c=words)], layout)


def test_missing_and_extra_columns_are_told() -> None:
    """A column that no row has is missing, one that some rows lack is not; columns beyond the layout are named."""
    layout = learn_layout([batch(a=[1, 2], b=["x", "y"], c=[1, 2])])
    found = profile([batch(a=[1], new=[1], b=["x"]), batch(a=[1, 2], other=[1, 1], new=[1, 1])], layout)
    assert found.missing_columns == ("c",)
    assert [(column.rows, column.absent) for column in found.columns] == [(3, 0), (1, 2), (0, 3)]
    assert found.extra_columns == (("new", 3), ("other", 2))


def test_of_two_columns_with_one_name_the_first_counts() -> None:
    """Arrow allows it; the second is told as an extra one."""
    layout = learn_layout([batch(a=[1, 2])])
    twice = pa.RecordBatch.from_arrays([pa.array([1]), pa.array([5])], ["a", "a"])
    found = profile([twice], layout)
    assert found.column("a").rows == 1
    assert found.extra_columns == (("a", 1),)


def test_no_rows_miss_no_columns() -> None:
    """An empty window is not a window without columns."""
    layout = learn_layout([batch(a=[1, 2])])
    assert profile([], layout) == empty(layout) == profile([batch(b=[1]).slice(0, 0)], layout)
    assert empty(layout).missing_columns == ()


def test_a_numeric_column_that_comes_as_strings_is_parsed() -> None:
    """What reads as a number is counted as one, the rest as text."""
    layout = learn_layout([batch(x=[1.5, 2.5, 3.5])])
    words = profile([batch(x=["1.5", "2.5", "oops", None, ""])], layout).column("x")
    plain = profile([batch(x=[1.5, 2.5])], layout).column("x")
    assert (words.types.text, words.null, words.rows) == (1, 2, 5)
    assert words.counts == plain.counts
    assert words.steps == plain.steps  # type: ignore[union-attr]


def test_types_that_change_between_batches_are_counted_as_they_come() -> None:
    """One file as integers, the next as strings, the next as nulls, the next as lists."""
    layout = learn_layout([batch(x=[1, 2, 3])])
    parts = [batch(x=[1]), batch(x=["2", "no"]), batch(x=pa.nulls(2)), batch(x=[[3]]), batch(x=[True])]
    found = profile(parts, layout).column("x")
    assert (found.n, found.null) == (3, 2)  # type: ignore[union-attr]
    assert (found.types.integral, found.types.text, found.types.other, found.types.boolean) == (2, 1, 1, 1)


def test_header_says_window_and_sources() -> None:
    """Windows are in UTC and span all parts; sources are a sorted set."""
    layout = learn_layout([batch(a=[1])])
    berlin = dt.timezone(dt.timedelta(hours=1))
    first = profile([], layout, window=(DAY.astimezone(berlin), DAY + dt.timedelta(hours=1)), sources=["b", "a", "b"])
    second = profile([], layout, window=(DAY + dt.timedelta(hours=2), DAY + dt.timedelta(hours=3)), sources=["c"])
    assert first.window == (DAY, DAY + dt.timedelta(hours=1))
    assert first.window[0].tzinfo is dt.UTC
    both = merge(first, second)
    assert (both.window, both.sources) == ((DAY, DAY + dt.timedelta(hours=3)), ("a", "b", "c"))


@pytest.mark.parametrize("window", [(DAY, DAY), (DAY.replace(tzinfo=None), DAY), (DAY, DAY - dt.timedelta(1))])
def test_windows_that_are_none_are_refused(window: tuple[dt.datetime, dt.datetime]) -> None:
    """A window has a time zone and ends after it starts."""
    with pytest.raises(UsageError):
        profile([], learn_layout([]), window=window)


def test_profiles_of_different_layouts_do_not_add_up() -> None:
    """Counts over other bins mean something else."""
    one, other = (empty(learn_layout([batch(a=values)])) for values in ([1, 2], [1, 3]))
    with pytest.raises(UsageError, match="different layouts"):
        merge(one, other)


def test_profiling_does_not_import_pandas() -> None:
    """It would cost as much as profiling a million rows."""
    code = """
import sys, numpy as np, pyarrow as pa
from mlgov.monitors.distances import compare
from mlgov.monitors.profile import learn_layout, load, merge, profile, render
from mlgov.monitors.verdicts import decide
from mlgov.monitors.profile import arrow
words = arrow.texts(["a", "b", "a"])
x = pa.Array.from_buffers(pa.float64(), 3, [None, pa.py_buffer(np.array([1.0, 2.0, 3.0]))])
rows = pa.RecordBatch.from_arrays([x, words.dictionary_encode(), words], ["x", "c", "d"])
layout = learn_layout([rows])
found = load(render(merge(profile([rows], layout), profile([rows, rows.slice(1)], layout))))
decide(compare(found, found))
print(sorted(name for name in ("pandas", "scipy.stats") if name in sys.modules))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
