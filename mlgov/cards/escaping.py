"""Text of cards as Markdown that no engine reads as anything else, and back.

Every sign that could start HTML, a link, emphasis, a table cell or a block is escaped, so a card cannot put markup
into a page that shows it. `unescape` undoes it, and reads what other writers escaped by the rules of CommonMark.
"""

import html
import re

from mlgov.documents import joiners

_INLINE = re.compile(r"[\\`*_\[\]<>#|~&$@]|:(?=//)|(?<=\bwww)\.|^[-+=]")
_REFERENCES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
#: A number that would start a list; whatever else starts a block is among the signs above.
_ORDERED = re.compile(r"^(\d{1,9})([.)])")
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ZERO_WIDTH = "\u200b"
#: What a forge takes for the start of a mention or a reference: ``@person``, ``#1``, ``!1`` and ``GH-1``.
_SIGNS = re.compile(r"[@#]|!(?=\d)|\bgh-(?=\d)", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")


def line(text: str) -> str:
    """Escape text for one line: a heading, a table cell, an item of a list."""
    return _line(" ".join(text.split()))


def quiet(text: str) -> str:
    """The same for a comment at a forge, which also looks for mentions and references in what Markdown leaves as text.

    A zero-width space behind ``@``, ``#``, ``!`` and ``GH-`` keeps it from notifying people and linking issues, and
    characters that cannot be seen are shown as their codes.
    """
    shown = "".join(_visible(text, at) for at in range(len(text)))
    return _SIGNS.sub(lambda found: found[0] + _ZERO_WIDTH, line(shown))


def _visible(text: str, at: int) -> str:
    character = text[at]
    if character.isprintable() or character.isspace() or joiners.is_needed(text, at):
        return character
    return f"\\u{ord(character):04x}"


def paragraphs(text: str) -> str:
    """Escape free text. Blank lines part paragraphs, and other line breaks stay line breaks."""
    return "\n\n".join(_paragraph(part) for part in _PARAGRAPH.split(text.strip()) if part.strip())


def unescape(text: str) -> str:
    r"""Give what a reader of the rendered Markdown sees of escapes: ``\*`` is ``*``, ``&lt;`` is ``<``.

    A hard line break written as a backslash becomes a plain one.
    """
    return _unescaped(text.replace("\\\n", "\n"))


def _paragraph(text: str) -> str:
    return "\\\n".join(_line(part.strip()) for part in text.splitlines() if part.strip())


def _line(text: str) -> str:
    escaped = _INLINE.sub(lambda found: _REFERENCES.get(found[0], "\\" + found[0]), text)
    return _ORDERED.sub(r"\1\\\2", escaped)


def _unescaped(text: str) -> str:
    pieces = []
    end = 0
    for found in _BACKSLASH.finditer(text):
        pieces.append(_REFERENCE.sub(lambda r: html.unescape(r[0]), text[end : found.start()]))
        pieces.append(found[1])
        end = found.end()
    pieces.append(_REFERENCE.sub(lambda r: html.unescape(r[0]), text[end:]))
    return "".join(pieces)
