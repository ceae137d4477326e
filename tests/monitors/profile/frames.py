"""Small tables, and ways to cut them."""

import math
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from mlgov.monitors.profile import CategoricalProfile, NumericProfile, Profile, learn_layout, profile

Column = Sequence[object] | pa.Array

#: Numbers that break careless arithmetic.
AWKWARD = (0.0, -0.0, 5e-324, -2.2e-308, 1e-300, 1.7e308, -1.7e308, 2.0**53 + 2, 0.1, math.inf, -math.inf, math.nan)

numbers = st.one_of(
    st.none(),
    st.sampled_from(AWKWARD),
    st.integers(-5, 5).map(float),
    st.floats(allow_nan=True, allow_infinity=True, width=64),
)
odd_words = st.sampled_from(["a", "b", "", " ", "nul\0", "naïve", "e\u0301", "\u202eevil", "🙂"])
words = st.one_of(st.none(), odd_words, st.text(max_size=9))


def batch(**columns: Column) -> pa.RecordBatch:
    """Make a batch; types are Arrow's guess unless a column is an Arrow array already."""
    arrays = [column if isinstance(column, pa.Array) else pa.array(column) for column in columns.values()]
    return pa.RecordBatch.from_arrays(arrays, list(columns))


def cut(whole: pa.RecordBatch, parts: int, seed: int) -> list[pa.RecordBatch]:
    """Shuffle the rows and cut them into parts of about equal size; some may be empty."""
    order = np.random.default_rng(seed).permutation(len(whole))
    return [whole.take(pa.array(rows, pa.int64())) for rows in np.array_split(order, parts)]


def profiled(reference: pa.RecordBatch, current: pa.RecordBatch | None = None, **options: object) -> Profile:
    """Profile a batch in the layout of a reference."""
    layout = learn_layout([reference], **options)  # type: ignore[arg-type]
    return profile([reference if current is None else current], layout)


def numeric(reference: Column, current: Column | None = None) -> NumericProfile:
    """Profile one numeric column."""
    found = profiled(batch(x=reference), None if current is None else batch(x=current)).column("x")
    assert isinstance(found, NumericProfile)
    return found


def categorical(reference: Column, current: Column | None = None, vocabulary: int = 1000) -> CategoricalProfile:
    """Profile one categorical column."""
    held = None if current is None else batch(x=current)
    found = profiled(batch(x=reference), held, vocabulary=vocabulary).column("x")
    assert isinstance(found, CategoricalProfile)
    return found
