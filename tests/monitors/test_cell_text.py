"""One way to write a value, whatever the file had."""

import pyarrow as pa
import pytest

from mlgov.monitors.cell_text import text_of, texts_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[(value, "1") for value in (1, 1.0, "1", "1.0", " 1\n", "1e0", True, "true")],
        *[(value, "0") for value in (0, -0.0, "-0", "False")],
        *[(value, value) for value in ("007", "1_000", "yes", "0.5")],
        *[(value, None) for value in (None, float("nan"), "  ")],
    ],
)
def test_a_value_has_one_text(value: object, text: str | None) -> None:
    """Codes such as 007 stay what they are."""
    assert text_of(value) == text


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 0, None]),
        pa.array([1.0, 0.0, None]),
        pa.array(["1", "0", None]),
        pa.array([True, False, None]),
        pa.array(["1.0", "0", None]).dictionary_encode(),
    ],
)
def test_columns_of_any_type_meet(column: pa.Array) -> None:
    """The label of one file is the answer of another."""
    assert texts_of(column).to_pylist() == ["1", "0", None]


def test_lists_have_no_text() -> None:
    """Nor do columns of nothing."""
    assert texts_of(pa.array([[1], [2]])).to_pylist() == [None, None]
    assert texts_of(pa.nulls(2)).to_pylist() == [None, None]
