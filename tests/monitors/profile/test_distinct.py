"""Counting different values with HyperLogLog."""

import numpy as np
import pyarrow as pa
import pytest

from mlgov.monitors.profile import distinct
from mlgov.monitors.profile.hashing import hash_texts


def registers_of(numbers: range) -> np.ndarray:
    """Registers after seeing some words."""
    registers = np.zeros(distinct.REGISTERS, np.uint8)
    distinct.observe(registers, hash_texts(pa.array([f"user{number}" for number in numbers])))
    return registers


@pytest.mark.parametrize("count", [1, 7, 100, 1_000, 5_000, 20_000, 200_000])
def test_estimates_are_within_three_deviations(count: int) -> None:
    """One deviation is 1.6%; few values are counted almost exactly."""
    found = distinct.estimate(registers_of(range(count)).tobytes())
    assert found == pytest.approx(count, rel=0.049, abs=1)


def test_nothing_seen_is_zero() -> None:
    """Empty registers stand for no values."""
    assert distinct.estimate(bytes(distinct.REGISTERS)) == 0


def test_the_union_is_the_maximum() -> None:
    """Registers of two halves merge to those of the whole."""
    halves = np.maximum(registers_of(range(500)), registers_of(range(400, 900)))
    assert np.array_equal(halves, registers_of(range(900)))


def test_full_registers_give_a_number() -> None:
    """Registers that only hostile data could raise do not break the estimate."""
    assert distinct.estimate(bytes([53]) * distinct.REGISTERS) > 10**15
