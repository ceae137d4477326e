"""Text that is safe to print."""

import os
import subprocess
import sys

import pytest

from mlgov.cli.plain import fence_around, one_line, safe, shortened


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


@pytest.mark.parametrize(("ci", "shown"), [("", "::error::x"), ("true", "\\x3a:error::x")])
def test_people_at_a_terminal_see_the_text_itself(ci: str, shown: str) -> None:
    """No runner reads there; where CI is set one does."""
    code = "import sys; from mlgov.cli.plain import safe; sys.stdout.write(safe('::error::x'))"
    ours, theirs = os.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("GITHUB_ACTIONS", "TF_BUILD")}
    run = [sys.executable, "-c", code]
    subprocess.run(run, stdout=theirs, stderr=theirs, env=environment | {"CI": ci}, check=True)
    os.close(theirs)
    assert os.read(ours, 100).decode() == shown
    os.close(ours)


@pytest.mark.parametrize(
    ("text", "ticks"), [("none", 3), ("`one`", 3), ("``two``", 3), ("```three", 4), ("`a ````` b", 6)]
)
def test_no_text_ends_its_fence(text: str, ticks: int) -> None:
    """Less than three backticks are no fence, and one more than the longest run is always enough."""
    assert fence_around(text) == "`" * ticks


def test_joiners_that_a_script_or_an_emoji_needs_are_obeyed() -> None:
    """Persian and emoji are shown as they are; the same joiner between other letters is shown as its code."""
    assert one_line("می\u200cخواهم \U0001f469\u200d\U0001f52c") == "می\u200cخواهم \U0001f469\u200d\U0001f52c"
    assert safe("ad\u200cmin\u200d") == "ad\\u200cmin\\u200d"
