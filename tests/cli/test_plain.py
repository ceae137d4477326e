"""Text that is safe to print."""

import pytest

from mlgov.cli.plain import one_line, safe, shortened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – text, 日本語　有", "plain – text, 日本語　有"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\rb", "a\\rb"),
        ("\x9b", "\\x9b"),
        ("\u202e", "\\u202e"),
        ("\U000e0041", "\\U000e0041"),
        ("\udcff", "\\udcff"),
        ("##[error]", "#\\x23[error]"),
        ("a ##vso[x]", "a #\\x23vso[x]"),
        ("## heading", "## heading"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::error::x", "  \\x3a:error::x"),
        ("std::string", "std::string"),
    ],
)
def test_controls_and_commands_are_shown_not_obeyed(text: str, shown: str) -> None:
    """What a terminal or a runner would obey becomes visible; the rest stays as it is."""
    assert safe(text) == shown
    assert one_line(text) == shown


def test_safe_text_keeps_its_lines() -> None:
    """Newlines and tabs stay, and every line is looked at."""
    assert safe("a\n\t::error::b") == "a\n\t\\x3a:error::b"


def test_one_line_is_one_line() -> None:
    """Newlines and tabs are shown."""
    assert one_line("a\n\tb\u2028c") == "a\\n\\tb\\u2028c"


def test_every_control_character_is_escaped() -> None:
    """No C0, DEL, C1 or separator survives."""
    for code in [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]:
        assert one_line(chr(code)).startswith("\\"), hex(code)


def test_a_cut_text_says_how_much_is_missing() -> None:
    """Long text is cut at the limit; short text is not touched."""
    assert shortened("abcdef", 4) == "abcd… (2 more characters)"
    assert shortened("abcd", 4) == "abcd"
