"""Rows chosen by what they hold."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.monitors.row_sample import RowSample, features_of


def rows(count: int, seed: int = 1) -> pa.RecordBatch:
    random = np.random.default_rng(seed)
    values = np.where(random.random(count) < 0.1, np.nan, random.normal(0, 1, count).round(1) + 0.0)
    words = np.where(random.random(count) < 0.3, None, random.choice(["a", "b"], count))
    return pa.RecordBatch.from_pydict({"word": pa.array(words, pa.string()), "x": pa.array(values, pa.float64())})


def sampled(batches: list[pa.RecordBatch], size: int, different: int = 1000) -> list[str]:
    """Give the rows kept, in one order."""
    sample = RowSample(size, different)
    for batch in batches:
        sample.add(batch)
    return sorted(map(str, sample.rows.to_pylist())) if sample.rows is not None else []


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(120)), st.integers(1, 60), st.integers(1, 200), st.integers(1, 100))
def test_order_and_cut_change_nothing(order: list[int], step: int, size: int, different: int) -> None:
    """However often rows repeat, and with missing values among them."""
    whole = rows(120)
    pieces = [whole.take(pa.array(order[at : at + step])) for at in range(0, 120, step)]
    assert sampled(pieces, size, different) == sampled([whole], size, different)
    assert len(sampled(pieces, size)) == min(size, 120)
    assert sampled(pieces, 120) == sorted(map(str, whole.to_pylist()))


def test_the_sample_is_like_the_whole() -> None:
    """The hash does not look at what a row means, and rows that are equal are not all in or all out."""
    whole = rows(40_000, seed=3)
    sample = RowSample(4_000)
    sample.add(whole)
    assert sample.rows is not None
    words = [each.column("word").to_pylist() for each in (whole, sample.rows)]
    shares = [listed.count("a") / len(listed) for listed in words]
    assert abs(shares[0] - shares[1]) < 0.01
    means = [float(np.nanmean(features_of(each, ["x"]))) for each in (whole, sample.rows)]
    assert abs(means[0] - means[1]) < 0.02


def test_minus_zero_and_nan_have_one_spelling() -> None:
    """Two machines may write them in two ways."""
    odd = np.array([-0.0, np.frombuffer(np.uint64(0xFFF8000000000001).tobytes(), np.float64)[0]])
    plain = np.array([0.0, np.nan])
    first, second = (RowSample(1), RowSample(1))
    for sample, values in ((first, odd), (second, plain)):
        sample.add(pa.RecordBatch.from_pydict({"x": values}))
    assert first.rows is not None
    assert second.rows is not None
    assert str(abs(features_of(first.rows, ["x"]))) == str(features_of(second.rows, ["x"]))


def test_no_rows_are_no_sample() -> None:
    """An empty batch is none."""
    sample = RowSample()
    sample.add(rows(0))
    assert sample.rows is None or sample.rows.num_rows == 0


def test_more_different_rows_than_are_held_are_a_fair_sample_too() -> None:
    """Each of them once, as in a window of continuous numbers."""
    values = np.random.default_rng(4).normal(0, 1, 30_000)
    sample = RowSample(2_000, 8_000)
    for start in range(0, 30_000, 7_000):
        sample.add(pa.RecordBatch.from_pydict({"x": values[start : start + 7_000]}))
    assert sample.rows is not None
    kept = features_of(sample.rows, ["x"])[:, 0]
    assert len(np.unique(kept)) == 2_000
    assert abs(kept.mean()) < 0.09
    assert abs(kept.std() - 1) < 0.07
