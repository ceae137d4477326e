"""Tables and paragraphs for a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.cli.card.tables import LAST_WIDTH, hanging, table


def test_columns_are_aligned_and_the_last_one_is_wrapped() -> None:
    """The wrapped lines stand below their column."""
    rows = [("a", "one"), ("longer", "some words that do not fit")]
    assert list(table(("Name", "Notes"), rows, 30, indent=2)) == [
        "  Name    Notes",
        "  a       one",
        "  longer  some words that do",
        "          not fit",
    ]


def test_a_table_without_rows_and_head_is_nothing() -> None:
    """No empty lines."""
    assert list(table((), [], 80)) == []


def test_paragraphs_stay_apart() -> None:
    """A line end of the document is a line end here."""
    assert list(hanging("- ", "one\n\ntwo", 40)) == ["- one", "", "  two"]


@given(st.text(), st.integers(LAST_WIDTH, 80))
def test_no_line_is_too_wide_and_no_word_is_lost(text: str, room: int) -> None:
    """Whatever the text is, controls included, all of it is there and in lines of the right width."""
    lines = list(hanging("", text, room))
    assert all(len(line) <= room for line in lines)
    plain = "".join(character for character in text if character.isprintable() and not character.isspace())
    shown = "".join("".join(lines).split())
    assert all(character in shown for character in plain if character not in ":#")


@pytest.mark.parametrize(
    "text", ["::error::x", "##[group]x", "word " * 5 + "::error file=x::y", "a\n::stop-commands::t"]
)
def test_nothing_becomes_a_command_of_a_ci_run(text: str) -> None:
    """Neither at the start of a text nor after a wrap."""
    for line in [*hanging("  ", text, 24), *table(("", ""), [("x", text), (text, "y")], 30)]:
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
