"""Exact sums of attributions."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.errors import UsageError
from mlgov.monitors.attribution import add_up, loaded, merge, rendered

numbers = st.floats(allow_nan=True, allow_infinity=True, width=64).map(lambda x: x if abs(x) < 1e100 else float("nan"))
rows = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=30)


def summed(part: list[tuple[float, float]]) -> object:
    """Add up rows of (attribution, value) of one feature."""
    phi, x = (np.array(column) for column in zip(*part, strict=True))
    return add_up({"f": phi}, values={"f": x})


@given(rows, st.randoms(use_true_random=False), st.integers(1, 4))
def test_parts_in_any_order_add_up_to_the_whole(listed: list[tuple[float, float]], random: object, parts: int) -> None:
    """Bit for bit, whatever the sizes of the numbers."""
    shuffled = list(listed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    cut = [part for start in range(parts) if (part := shuffled[start::parts])]
    assert merge([summed(part) for part in cut]) == summed(listed)  # type: ignore[misc]


def test_means_and_variances_are_numpys() -> None:
    """On a hundred thousand rows, which are more than one piece."""
    rng = np.random.RandomState(2)
    phi, x = rng.normal(0.1, 2, 100_000), rng.normal(5, 1, 100_000)
    ((_, found),) = add_up({"f": phi}, values={"f": x}).features
    assert found.mean == pytest.approx(phi.mean(), rel=1e-12)
    assert found.mean_absolute == pytest.approx(np.abs(phi).mean(), rel=1e-12)
    assert found.mean_square == pytest.approx((phi**2).mean(), rel=1e-12)
    assert found.variance == pytest.approx(phi.var(), rel=1e-9)
    assert found.absolute_variance == pytest.approx(np.abs(phi).var(), rel=1e-9)
    assert found.correlation == pytest.approx(np.corrcoef(phi, x)[0, 1], abs=1e-9)


def test_what_is_not_finite_is_left_out_and_counted() -> None:
    """A missing attribution is not 0; a missing value only has no direction."""
    ((_, found),) = add_up({"f": [1.0, np.nan, -3.0, np.inf]}, values={"f": [1.0, 2.0, np.nan, 4.0]}).features
    assert (found.n, found.left_out, found.paired) == (2, 2, 1)
    assert found.mean_absolute == 2.0


def test_a_constant_has_no_correlation() -> None:
    """Neither has a single row."""
    for phi, x in (([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]), ([1.0, 2.0, 3.0], [5.0, 5.0, 5.0]), ([1.0], [1.0])):
        ((_, found),) = add_up({"f": phi}, values={"f": x}).features
        assert found.correlation is None


@given(rows)
def test_sums_survive_json(listed: list[tuple[float, float]]) -> None:
    """As hexadecimal text."""
    part = summed(listed)
    assert loaded(json.loads(json.dumps(rendered(part)))) == part  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", [{}, {"label": "a", "features": {"f": {"n": "1"}}}, {"label": "a", "features": {"f": 1}}]
)
def test_damaged_sums_are_refused(value: dict[str, object]) -> None:
    """Not half read."""
    with pytest.raises(ValueError, match=r"missing|sums of a feature"):
        loaded(value)


def test_negative_counts_are_refused() -> None:
    """They cannot have been counted."""
    value = rendered(add_up({"f": [1.0]}))
    value["features"]["f"]["n"] = "-1"  # type: ignore[index]
    with pytest.raises(ValueError, match="not negative"):
        loaded(value)


def test_labels_and_lengths_must_fit() -> None:
    """Sums of different labels do not add up, nor do columns of different length."""
    with pytest.raises(UsageError):
        merge([add_up({"f": [1.0]}), add_up({"f": [1.0]}, label="label1")])
    with pytest.raises(UsageError):
        add_up({"f": [1.0]}, values={"f": [1.0, 2.0]})
