"""The form of names and ARNs."""

import time

import pytest

from mlgov.roles.shapes import SHAPES, Shape


@pytest.mark.parametrize("key", SHAPES)
def test_the_example_of_a_shape_fits(key: str) -> None:
    """Authors are shown an example that passes, and one character around it breaks it."""
    shape = SHAPES[key]
    assert shape.fits(shape.example)
    assert not shape.fits(f" {shape.example}")
    assert not shape.fits(f"{shape.example}\n")
    assert not shape.fits(f"{shape.example}*")


@pytest.mark.parametrize("key", SHAPES)
def test_a_hostile_value_costs_no_time(key: str) -> None:
    """Patterns do not backtrack without end on long values that nearly fit."""
    began = time.process_time()
    for part in ("a", "a/", "a-", "a.", "-a1"):
        assert not SHAPES[key].fits(SHAPES[key].example[:-1] + part * 1000 + "!")
    assert time.process_time() - began < 0.5


def test_the_length_is_limited() -> None:
    """The most characters that fit, and one more."""
    shape = Shape("a run of a", "a+", "a", 5)
    assert shape.fits("a" * 5)
    assert not shape.fits("a" * 6)
