"""Isotonic calibration, with scikit-learn as referee."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from mlgov.monitors.estimates import IDENTITY, calibration_error, learn

points = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=25)


@given(points)
def test_scikit_learn_gives_the_same(listed: list[tuple[int, int, int]]) -> None:
    """On weighted points with ties, between them and beyond them."""
    x = np.array([score / 20 for score, *_ in listed])
    rows = np.array([hits + misses for _, hits, misses in listed], float)
    hits = np.array([hits for _, hits, _ in listed], float)
    held = rows > 0
    if not held.any():
        assert learn(x, hits, rows) is IDENTITY
        return
    other = IsotonicRegression(out_of_bounds="clip").fit(x[held], hits[held] / rows[held], sample_weight=rows[held])
    grid = np.linspace(0, 1, 57)
    assert learn(x, hits, rows).of(grid) == pytest.approx(other.predict(grid), abs=1e-9)


@given(points)
def test_the_curve_rises_from_0_to_1(listed: list[tuple[int, int, int]]) -> None:
    """Whatever it was learned from."""
    score, hits, misses = (np.array(column, float) for column in zip(*listed, strict=True))
    found = learn(score / 20, hits, hits + misses).of(np.linspace(0, 1, 41))
    assert (np.diff(found) >= -1e-12).all()
    assert 0 <= found[0] <= found[-1] <= 1


def test_the_identity_takes_scores_for_probabilities() -> None:
    """Nothing was learned."""
    assert IDENTITY.of([0.0, 0.3, 1.0]).tolist() == [0.0, 0.3, 1.0]


def test_calibration_error_is_the_mean_gap() -> None:
    """0.1 off in nine of ten rows and right in the tenth; not defined without rows."""
    assert calibration_error([0.5, 0.5], [540, 50], [900, 100]) == pytest.approx(0.09)
    assert calibration_error([0.5], [0], [0]) is None
