"""Scores counted in bins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.errors import UsageError
from mlgov.monitors.estimates import count, equal_frequency_edges, merge

EDGES = (0.25, 0.5, 0.75)
maybe = st.sampled_from([0.0, 1.0, float("nan")])
rows = st.lists(st.tuples(st.floats(-0.5, 1.5) | st.just(float("nan")), maybe, maybe), min_size=1, max_size=40)


def counted(part: list[tuple[float, float, float]]) -> object:
    """Count rows of (score, prediction, label)."""
    scores, predicted, labels = zip(*part, strict=True)
    return count(scores, predicted, edges=EDGES, labels=labels)


@given(rows, st.randoms(use_true_random=False), st.integers(1, 4))
def test_parts_in_any_order_add_up_to_the_whole(
    listed: list[tuple[float, float, float]], random: object, parts: int
) -> None:
    """Scores are whole numbers of units."""
    shuffled = list(listed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    cut = [part for start in range(parts) if (part := shuffled[start::parts])]
    assert merge([counted(part) for part in cut]) == counted(listed)  # type: ignore[misc]


def test_bins_hold_their_upper_edge() -> None:
    """0.25 is in the first bin, and 1 in the last."""
    found = count([0, 0.25, 0.26, 1], [0, 0, 0, 1], edges=EDGES)
    assert found.by_prediction.tolist() == [[2, 1, 0, 0], [0, 0, 0, 1]]
    assert found.sums.sum() == pytest.approx(1.51, abs=1e-9)


def test_what_is_no_probability_is_left_out() -> None:
    """And counted; unknown labels are no negatives."""
    found = count([0.1, 1.1, np.nan, 0.2], [0, 1, 1, np.nan], edges=EDGES, labels=[np.nan, 1, 1, 1])
    assert (found.n, found.left_out, found.labelled) == (1, 3, 0)


def test_edges_of_equal_frequency() -> None:
    """Repeated scores give fewer bins; no scores give equal widths."""
    assert equal_frequency_edges(np.linspace(0, 1, 101), bins=4) == (0.25, 0.5, 0.75)
    assert equal_frequency_edges([0.5] * 10, bins=4) == (0.5,)
    assert equal_frequency_edges([], bins=4) == (0.25, 0.5, 0.75)


def test_columns_must_fit() -> None:
    """Lengths, coding and bins."""
    with pytest.raises(UsageError, match="length"):
        count([0.1], [0, 1], edges=EDGES)
    with pytest.raises(UsageError, match="0, 1 or missing"):
        count([0.1], [2], edges=EDGES)
    with pytest.raises(UsageError, match="different bins"):
        merge([count([0.1], [0], edges=EDGES), count([0.1], [0], edges=(0.5,))])
