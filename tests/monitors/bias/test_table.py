"""Counting rows for bias metrics."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.errors import UsageError
from mlgov.monitors.bias import Cell, Coded, above, count, merge
from tests.monitors.bias.worked import table

values = st.one_of(st.none(), st.sampled_from(["a", "b", 1, 1.0, "1", True, float("nan")]))
rows = st.lists(st.tuples(values, values, values, values), min_size=1, max_size=40)


def counted(part: list[tuple[object, ...]]) -> object:
    """Count rows of (facet, label, prediction, group)."""
    facets, labels, predictions, groups = (list(column) for column in zip(*part, strict=True))
    return count("f", facets, labels=labels, predictions=predictions, groups=groups)


def test_rows_that_agree_are_one_cell() -> None:
    """Twenty rows in twelve or so cells, sorted, none lost."""
    cells = table().cells
    assert table().rows == 20
    assert Cell("g1", "a", "1", "1", 3) in cells
    assert [cell.key for cell in cells] == sorted(cell.key for cell in cells)


@given(rows, st.randoms(use_true_random=False), st.integers(1, 5))
def test_parts_in_any_order_add_up_to_the_whole(listed: list[tuple[object, ...]], random: object, parts: int) -> None:
    """The table does not depend on how the rows were cut and shuffled."""
    shuffled = list(listed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    cut = [part for start in range(parts) if (part := shuffled[start::parts])]
    assert merge([counted(part) for part in cut]) == counted(listed)  # type: ignore[misc]


def test_thresholds_are_counted_by_side() -> None:
    """Ages and scores do not make a cell each."""
    found = count(
        "age", np.array([20, 40, 41, 90]), facet_choice=above(40), labels=[0.1, 0.5, 0.6, 0.9], label_choice=above(0.5)
    )
    assert [(cell.facet, cell.label, cell.rows) for cell in found.cells] == [
        ("(40.0, inf]", "(0.5, inf]", 2),
        ("<= 40.0", "<= 0.5", 2),
    ]


def test_columns_of_different_length_are_refused() -> None:
    """They cannot be of the same rows."""
    with pytest.raises(UsageError, match="differ in length"):
        count("f", ["a", "b"], labels=[1])


def test_an_id_is_no_facet() -> None:
    """A column with too many values is refused before it fills memory."""
    with pytest.raises(UsageError, match="1,001 different values"):
        count("id", np.arange(1_001))


def test_tables_of_different_facets_do_not_add_up() -> None:
    """Nor does nothing at all."""
    with pytest.raises(UsageError):
        merge([count("f", ["a"]), count("g", ["a"])])
    with pytest.raises(UsageError):
        merge([])


def test_columns_that_are_coded_already_count_the_same() -> None:
    """Places in a list of values, which may repeat and hold None."""
    words = ("d", None, "a", "a")
    codes = np.array([0, 1, 2, 3, 0])
    plain = count("f", [words[code] for code in codes], labels=[1, 0, 1, 0, 1])
    assert count("f", Coded(codes, words), labels=Coded(np.array([0, 1, 0, 1, 0]), ("1", "0"))) == plain


def test_no_rows_are_a_table_too() -> None:
    """It adds nothing."""
    nothing = count("f", [], labels=[], predictions=[])
    some = count("f", ["a"], labels=[1], predictions=[1])
    assert nothing.rows == 0
    assert merge([nothing, some]) == some
