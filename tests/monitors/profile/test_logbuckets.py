"""Buckets that grow by 1%."""

from decimal import Decimal, localcontext

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlgov.monitors.profile import logbuckets

normal = st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: abs(value) > 1e-300)


@given(normal)
def test_a_bucket_stands_for_its_values(value: float) -> None:
    """A value is known from its bucket to within half a percent."""
    key = int(logbuckets.keys_of(np.array([value]))[0])
    assert abs(logbuckets.value_of(key) - value) <= logbuckets.ALPHA * abs(value)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=20))
def test_keys_sort_as_values_do(values: list[float]) -> None:
    """Larger values never have smaller keys, across zero and subnormal numbers too."""
    keys = logbuckets.keys_of(np.sort(np.array(values)))
    assert np.all(np.diff(keys) >= 0)


def test_powers_of_two_end_their_bucket() -> None:
    """Buckets hold their upper end: the next number is in the next bucket."""
    powers = 2.0 ** np.arange(-1000, 1000)
    keys = logbuckets.keys_of(powers)
    assert np.all(np.diff(keys) == logbuckets.PER_OCTAVE)
    assert np.all(logbuckets.keys_of(np.nextafter(powers, np.inf)) == keys + 1)


def test_negative_values_mirror_positive_ones() -> None:
    """The key of -x is minus the key of x, and zero has key 0."""
    values = np.array([0.0, 1.0, 1e-9, 5e8])
    assert np.array_equal(logbuckets.keys_of(-values), -logbuckets.keys_of(values))
    assert logbuckets.keys_of(values)[0] == 0


def test_known_keys_never_change() -> None:
    """Profiles of years are merged by these keys, so they are frozen for good."""
    values = np.array([1.0, 10.0, 0.001, -3.5, 5e-324, 1.7976931348623157e308])
    assert logbuckets.keys_of(values).tolist() == [77070, 77303, 76373, -77197, 1890, 148750]


def test_counts_are_by_bucket() -> None:
    """Equal values share a bucket."""
    assert sorted(logbuckets.counts_of(np.array([2.0, 2.0, -2.0])).values()) == [1, 2]


def test_ends_of_buckets_are_rounded_from_fifty_digits() -> None:
    """Each end is the float nearest to its power of two, as if each were computed by itself."""
    with localcontext() as context:
        context.prec = 50
        powers = [float(Decimal(2) ** (Decimal(i) / 70 - 1)) for i in range(71)]
    assert logbuckets._THRESHOLDS.tolist() == powers
