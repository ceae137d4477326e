"""Learning a layout."""

import datetime as dt
import math
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.errors import UsageError
from mlgov.monitors.profile import CategoricalLayout, ColumnKind, Layout, NumericLayout, learn_layout, profile, sample
from tests.monitors.profile.frames import batch, cut, numbers, words


def layout_of(**columns: object) -> Layout:
    """The layout of one batch."""
    return learn_layout([batch(**columns)])  # type: ignore[arg-type]


def numeric_layout(values: object, **options: int) -> NumericLayout:
    """The layout of one numeric column."""
    found = learn_layout([batch(x=values)], **options).columns[0]  # type: ignore[arg-type]
    assert isinstance(found, NumericLayout)
    return found


@given(st.lists(st.tuples(numbers, words), max_size=50), st.integers(1, 9), st.integers(0, 99))
def test_the_order_of_rows_and_batches_does_not_matter(
    rows: list[tuple[object, object]], parts: int, seed: int
) -> None:
    """Any shuffling and cutting gives the same layout."""
    whole = batch(
        x=pa.array([x for x, _ in rows], pa.float64()),
        c=pa.array([c for _, c in rows], pa.string()),
    )
    assert learn_layout(cut(whole, parts, seed)) == learn_layout([whole])


def test_the_order_does_not_matter_when_rows_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are chosen by what they hold, so a sample does not depend on the order either."""
    monkeypatch.setattr(sample, "SAMPLE_BYTES", 200_000)
    monkeypatch.setattr("mlgov.monitors.profile.learned_columns.EXACT_VALUES", 1_000)
    rng = np.random.default_rng(1)
    whole = batch(x=rng.normal(size=30_000), c=pa.array([f"shop {n}" for n in rng.zipf(1.5, 30_000)]))
    layouts = {learn_layout(cut(whole, parts, parts)).digest for parts in (1, 7, 31)}
    assert layouts == {learn_layout([whole]).digest}


def test_a_sampled_layout_is_nearly_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bins of a sampled reference hold about equal shares, and its range is that of all rows."""
    monkeypatch.setattr(sample, "SAMPLE_BYTES", 1_000_000)
    monkeypatch.setattr("mlgov.monitors.profile.learned_columns.EXACT_VALUES", 1_000)
    values = np.random.default_rng(2).normal(size=200_000)
    layout = learn_layout([batch(x=values, y=values * 2)], bins=20)
    counts = np.array(profile([batch(x=values, y=values)], layout).column("x").counts)
    assert counts[0] == counts[-1] == 0
    assert np.all(np.abs(counts[1:-1] / 200_000 - 1 / 20) < 0.005)


def test_frequent_words_are_named_though_rows_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Among more words than are counted exactly, those that many rows hold still make the vocabulary."""
    monkeypatch.setattr(sample, "SAMPLE_BYTES", 300_000)
    monkeypatch.setattr("mlgov.monitors.profile.learned_columns.EXACT_VALUES", 500)
    rng = np.random.default_rng(3)
    texts = [f"user-{n}" if n % 2 else f"shop-{n % 10}" for n in range(40_000)]
    found = learn_layout([batch(x=rng.normal(size=40_000), c=texts)]).columns[1]
    assert isinstance(found, CategoricalLayout)
    assert found.vocabulary == ("shop-0", "shop-2", "shop-4", "shop-6", "shop-8")
    assert not found.complete


def test_bins_have_equal_reference_shares() -> None:
    """Continuous data fills 256 bins alike; nothing is outside."""
    values = np.random.default_rng(4).lognormal(0, 2, 25_600)
    layout = numeric_layout(values)
    counts = np.bincount(np.searchsorted(layout.edges, values), minlength=layout.bins)
    assert layout.bins == 258
    assert counts[0] == counts[-1] == 0
    assert set(counts[1:-1].tolist()) == {100}
    assert len(layout.deciles) == 9


def test_values_that_many_rows_share_have_a_bin_of_their_own() -> None:
    """Zero of a column that is mostly zero is isolated, between the values around it."""
    values = np.append(np.random.default_rng(5).normal(0, 1, 4_000), np.zeros(6_000))
    layout = numeric_layout(values)
    index = int(np.searchsorted(layout.edges, 0.0))
    assert layout.atoms[index]
    assert layout.edges[index] == 0.0
    assert -1e-300 < layout.edges[index - 1] < 0


def test_a_binary_column_has_two_atoms() -> None:
    """0 and 1 are isolated, discrete and whole."""
    layout = numeric_layout([0, 1, 1, 0, 1, 1, 1, 1, 1, 1])
    assert np.flatnonzero(layout.atoms).tolist() == [1, 3]
    assert (layout.discrete, layout.integral, layout.deciles) == (True, True, (2,))


def test_a_constant_column_has_one_atom() -> None:
    """One value, one bin, and everything else is outside."""
    layout = numeric_layout([7.5] * 10)
    assert layout.bins == 3
    assert layout.atoms.tolist() == [False, True, False]


@pytest.mark.parametrize("value", [5e-324, -5e-324, 0.0, 1.7976931348623157e308, -1.797693134862315e308, 1e-310])
def test_extreme_constants_can_be_learned(value: float) -> None:
    """The smallest and the largest numbers there are."""
    found = profile([batch(x=[value])], layout_of(x=[value])).column("x")
    assert found.n == 1
    assert found.outside == 0  # type: ignore[union-attr]


def test_the_lowest_number_counts_as_outside() -> None:
    """It is used as a mark for "missing"; nothing lies below it, so no edge can."""
    lowest = -1.7976931348623157e308
    found = profile([batch(x=[lowest, 1.0])], layout_of(x=[lowest, 1.0])).column("x")
    assert found.outside == 1  # type: ignore[union-attr]


def test_edges_are_short() -> None:
    """Cuts are the shortest decimals that cut alike, for the sake of files and of the eyes that compare them."""
    layout = numeric_layout(np.random.default_rng(6).normal(size=5_000))
    assert np.mean([len(repr(edge)) for edge in layout.edges]) < 10


def test_names_of_rare_values_are_not_kept_when_the_vocabulary_is_cut() -> None:
    """Ids and free text, of which each row has its own, stay out of the layout."""
    found = layout_of(c=[f"id-{n}" for n in range(3_000)] + ["unknown"] * 5).columns[0]
    assert found == CategoricalLayout("c", ("unknown",), complete=False)


def test_a_vocabulary_of_equally_frequent_words_is_cut_by_text() -> None:
    """Ties are broken by the words themselves, not by which came first."""
    words = ["d", "c", "b", "a"] * 5
    assert learn_layout([batch(c=words)], vocabulary=2).columns[0].vocabulary == ("a", "b")  # type: ignore[union-attr]


def test_kinds_follow_the_types() -> None:
    """Numbers are numeric, moments are time, everything else is categorical."""
    layout = layout_of(
        number=[1, None],
        money=pa.array([1, 2]).cast(pa.decimal128(21, 2)),
        moment=[dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None],
        day=[dt.date(2026, 1, 1), None],
        word=["a", "b"],
        flag=[True, False],
        things=[[1], [2]],
        nothing=pa.nulls(2),
    )
    n, t, c = ColumnKind.NUMERIC, ColumnKind.TIME, ColumnKind.CATEGORICAL
    assert [column.kind for column in layout.columns] == [n, n, t, t, c, c, c, c]


def test_kinds_can_be_given() -> None:
    """Codes are categories although they are numbers, and strings are numbers if they are said to be."""
    kinds = {"code": ColumnKind.CATEGORICAL, "amount": ColumnKind.NUMERIC}
    layout = learn_layout([batch(code=[10, 20, 20], amount=["1.5", "2", "x"])], kinds=kinds)
    assert layout.columns[0] == CategoricalLayout("code", ("10", "20"), complete=True)
    assert layout.columns[1].kind is ColumnKind.NUMERIC
    assert layout.columns[1].edges[-1] == 2.0  # type: ignore[union-attr]


def test_a_column_of_two_kinds_is_refused() -> None:
    """A reference that is a number here and a word there must be settled by its owner."""
    with pytest.raises(UsageError, match="'x' of the reference is numeric in one part and categorical in another"):
        learn_layout([batch(x=[1]), batch(x=["a"])])


def test_nulls_before_the_type_is_known_do_no_harm() -> None:
    """A first file without any value of a column does not settle its kind."""
    assert learn_layout([batch(x=pa.nulls(3)), batch(x=[1.0])]).columns[0].kind is ColumnKind.NUMERIC


def test_columns_keep_their_order_and_are_sorted_when_batches_differ() -> None:
    """Files with different columns give the union, by name."""
    assert layout_of(b=[1], a=[1]).names == ("b", "a")
    assert learn_layout([batch(b=[1], a=[1]), batch(c=[1], a=[1])]).names == ("a", "b", "c")


def test_no_rows_give_an_empty_layout() -> None:
    """Without batches there are no columns; with an empty batch there are columns without bins."""
    assert learn_layout([]).columns == ()
    assert layout_of(x=pa.array([], pa.float64())).columns[0].bins == 1  # type: ignore[union-attr]


def test_a_function_that_starts_the_reading_will_do() -> None:
    """Batches may be given as a callable."""
    assert learn_layout(lambda: iter([batch(x=[1.0, 2.0])])) == layout_of(x=[1.0, 2.0])


@pytest.mark.parametrize("options", [{"bins": 1}, {"bins": 5_000}, {"vocabulary": -1}, {"vocabulary": 10**6}])
def test_absurd_sizes_are_refused(options: dict[str, int]) -> None:
    """Bins and vocabularies have limits."""
    with pytest.raises(UsageError, match="out of range"):
        learn_layout([], **options)  # type: ignore[arg-type]


@given(st.lists(st.floats(min_value=-1.7e308, max_value=1.7e308), min_size=1, max_size=300), st.integers(2, 40))
def test_layouts_hold_what_they_promise(values: list[float], bins: int) -> None:
    """Edges increase, the range is the reference's, groups are in order, atoms hold one value."""
    layout = numeric_layout(values, bins=bins)
    assert all(low < high for low, high in pairwise(layout.edges))
    assert layout.edges[0] < min(values) <= layout.edges[1]
    assert layout.edges[-1] == max(values)
    assert layout.bins <= 2 * bins + 3
    assert list(layout.deciles) == sorted(set(layout.deciles))
    places = np.searchsorted(layout.edges, values)
    for index in np.flatnonzero(layout.atoms):
        held = {value for value, place in zip(values, places, strict=True) if place == index}
        assert len({value or 0.0 for value in held if abs(value) > 1e-307}) <= 1
    assert math.isfinite(layout.grid_centre)


def test_a_small_reference_does_not_show_its_values() -> None:
    """With rows_per_bin, fewer bins hold more rows: the edges are quantiles and not a list of the data."""
    values = [float(i) ** 1.5 for i in range(300)]
    layout = learn_layout([pa.record_batch({"x": values})], rows_per_bin=5)
    (column,) = layout.columns
    assert isinstance(column, NumericLayout)
    held = np.bincount(np.searchsorted(column.edges, values, side="left"))
    assert len(column.edges) <= 61
    assert min(held[held > 0][1:]) >= 5
