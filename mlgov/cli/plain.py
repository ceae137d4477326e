"""Text from documents and file names, made harmless for a terminal and for the log of a CI run."""

import os
import re
import sys
import unicodedata

#: The zero-width non-joiner and joiner.
_JOINERS = "\u200c\u200d"
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
#: What a CI runner obeys: ``::error`` at the start of a line; ``##[group]`` and ``##vso[task]`` anywhere.
_LINE_COMMAND = re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE)
_HASH_COMMAND = re.compile(r"##(?=[A-Za-z]*\[)")


def safe(text: str) -> str:
    """Show controls and invisible characters instead of obeying them; newlines, tabs and needed joiners stay.

    A line that a CI runner would take for a command loses its first colon (or hash) to an escape, unless all output
    goes to a terminal.
    """
    return _without_commands("".join(c if c in "\n\t" else _shown_in(text, at) for at, c in enumerate(text)))


def one_line(text: str) -> str:
    """The same, with newlines and tabs shown too, so that the text stays on one line."""
    return _without_commands("".join(_shown_in(text, at) for at in range(len(text))))


def shortened(text: str, limit: int) -> str:
    """Cut text that is longer than ``limit`` characters and say how much is left out."""
    left_out = len(text) - limit
    return f"{text[:limit]}… ({left_out:,} more characters)" if left_out > 0 else text


def _only_people_read() -> bool:
    """Say whether all output goes to a terminal and no CI runner reads it."""
    if any(os.environ.get(name) for name in ("CI", "GITHUB_ACTIONS", "TF_BUILD")):
        return False
    return all(stream is not None and stream.isatty() for stream in (sys.stdout, sys.stderr))


def fence_around(text: str) -> str:
    """Give a Markdown fence that the text cannot end: longer than any run of backticks in it, and at least three."""
    return "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))


def _shown_in(text: str, at: int) -> str:
    """Show a character; a joiner that its neighbours need stays."""
    return text[at] if text[at] in _JOINERS and _is_needed(text, at) else _shown(text[at])


def _is_needed(text: str, at: int) -> bool:
    from mlgov.documents import joiners  # loads the readers of YAML, and few texts have any

    return joiners.is_needed(text, at)


def _shown(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    code = ord(character)
    if code <= 0xFF:
        return _NAMED.get(character, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _without_commands(text: str) -> str:
    if _only_people_read():
        return text
    return _HASH_COMMAND.sub(r"#\\x23", _LINE_COMMAND.sub(r"\1\\x3a", text))
