"""The flip test: its sign, its neighbours, and that the order of rows does not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.errors import UsageError
from mlgov.monitors.bias import Flips, flip_test, measure, of_values
from tests.monitors.bias.worked import FACETS, FEATURES, PREDICTIONS, table

IN_FACET, POSITIVE = np.array(FACETS) == "d", np.array(PREDICTIONS) == "1"


def test_the_worked_case_has_the_documented_sign() -> None:
    """One row of the facet would gain: +0.125, where Clarify's library says -0.125."""
    assert flip_test(FEATURES, IN_FACET, POSITIVE, scaled=False) == Flips(gained=1, lost=0, d_rows=8, a_rows=12)


def test_a_facet_that_is_held_back_is_positive() -> None:
    """Everybody outside is predicted positive and nobody in the facet."""
    features = np.zeros((24, 1))
    facet = np.arange(24) < 12
    assert flip_test(features, facet, ~facet).value == 1
    assert flip_test(features, facet, facet).value == -1


def test_scaling_lets_small_numbers_speak() -> None:
    """A feature in thousands of euros does not drown one in years."""
    rng = np.random.RandomState(3)
    income, age = rng.normal(0, 1e4, 400), rng.normal(0, 1, 400)
    facet, positive = np.arange(400) < 200, age > 0
    features = np.column_stack([income, age])
    scaled, raw = flip_test(features, facet, positive), flip_test(features, facet, positive, scaled=False)
    assert scaled.gained + scaled.lost < 0.5 * (raw.gained + raw.lost)


def test_neighbours_that_are_split_in_half_flip_nobody() -> None:
    """Ten equally near rows, five of them positive, share five votes."""
    features, facet = np.zeros((11, 2)), np.arange(11) == 0
    assert flip_test(features, facet, np.arange(11) % 2 == 0) == Flips(0, 0, 1, 10)


def test_few_rows_outside_are_asked_one_by_one() -> None:
    """With nine rows the nearest decides."""
    features = np.arange(10.0)[:, None]
    facet = np.arange(10) == 0
    assert flip_test(features, facet, np.arange(10) == 1).gained == 1


@given(st.permutations(range(20)), st.booleans())
def test_the_order_of_rows_does_not_matter(order: list[int], scaled: bool) -> None:
    """Ties are shared, not decided by who comes first."""
    features = np.round(FEATURES)
    expected = flip_test(features, IN_FACET, POSITIVE, scaled=scaled)
    assert flip_test(features[order], IN_FACET[order], POSITIVE[order], scaled=scaled) == expected


def test_rows_without_all_features_are_left_out() -> None:
    """A missing feature has no distance."""
    features = np.vstack([FEATURES, [[np.nan, 1.0]]])
    found = flip_test(features, np.append(IN_FACET, True), np.append(POSITIVE, True), scaled=False)
    assert found == flip_test(FEATURES, IN_FACET, POSITIVE, scaled=False)


def test_a_side_without_rows_has_no_value() -> None:
    """The report says which one."""
    found = flip_test(FEATURES, np.ones(20, bool), POSITIVE)
    assert (found.value, found.standard_error) == (None, None)
    report = measure(table(), of_values("d"), of_values(1), flips=found)
    assert report.of("FT").reason == "No sampled row is outside the facet."


def test_no_flips_are_not_certainty() -> None:
    """Eight rows without a flip allow for some."""
    low, high = Flips(0, 0, 8, 12).interval(2.5758)
    assert low < -0.1 < 0.1 < high


def test_shapes_must_fit() -> None:
    """One row of features per row."""
    with pytest.raises(UsageError):
        flip_test(FEATURES[:5], IN_FACET, POSITIVE)
