"""Checks on raw bytes and decoded text, before and while YAML is parsed."""

import re
from dataclasses import dataclass

from mlgov.documents import joiners, rules
from mlgov.findings import Rule


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a document may be.

    Attributes:
        file_bytes: Bytes of the file.
        depth: Levels of mappings and sequences; the top mapping is level 1.
        nodes: Keys and values in all.
        scalar_bytes: UTF-8 bytes of one scalar.
        integer: Largest absolute value of a whole number (2^53 - 1, the last that every JSON reader keeps).
    """

    file_bytes: int = 256 * 1024
    depth: int = 16
    nodes: int = 20_000
    scalar_bytes: int = 64 * 1024
    integer: int = 2**53 - 1


LIMITS = Limits()


class RefusedError(Exception):
    """Ends the reading of one document. Never leaves this package.

    Args:
        rule: The rule that is broken.
        message: What is wrong.
        line: Line, from 1.
        column: Column, from 1.
        fix: What to do, when it differs from the rule's own advice.
    """

    def __init__(self, rule: Rule, message: str, line: int = 1, column: int = 1, fix: str = "") -> None:
        super().__init__(message)
        self.rule, self.message, self.line, self.column, self.fix = rule, message, line, column, fix


#: Controls (C0 without tab and newline, DEL, C1 with NEL), line and paragraph separators, bidirectional controls,
#: zero-width and other invisible formatting, interlinear marks, tag characters, noncharacters, BOM.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)


#: Bytes that are characters of their own and never hidden.
_USUAL = bytes([*b"\t\n", *range(0x20, 0x7F)])


def decode(data: bytes, limits: Limits = LIMITS) -> str:
    """Turn the bytes of a file into text, with line ends as newlines.

    Raises:
        RefusedError: Size, encoding or hidden characters.
    """
    if len(data) > limits.file_bytes:
        raise RefusedError(rules.SIZE, f"The file has {len(data):,} bytes; the limit is {limits.file_bytes:,}.")
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise RefusedError(rules.ENCODING, "The file starts with a byte order mark.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise RefusedError(rules.ENCODING, "The file is not UTF-8.", *_line_and_column(before)) from None
    if b"\r" in data:
        text = text.replace("\r\n", "\n")
        data = text.encode("utf-8")
    unusual = data.translate(None, _USUAL)  # few bytes, where searching the whole text would be slow
    if unusual and _HIDDEN.search(unusual.decode("utf-8")) and (found := _first_hidden(text)):
        place = _line_and_column(text[: found.start()])
        raise RefusedError(rules.CHARACTERS, f"The text has the hidden character {describe(found[0])}.", *place)
    return text


def hidden_character(text: str, *, in_name: bool = False) -> str | None:
    """Describe the first hidden character of a decoded scalar, or None.

    Args:
        text: The scalar.
        in_name: It is a key or a name, in which not even joiners that the script needs are let in.
    """
    if text.isascii() and text.isprintable():
        return None
    found = _HIDDEN.search(text) if in_name else _first_hidden(text)
    return describe(found[0]) if found else None


def without_hidden(text: str) -> str:
    """Give the text without its hidden characters."""
    return _HIDDEN.sub(lambda found: found[0] if joiners.is_needed(text, found.start()) else "", text)


def _first_hidden(text: str) -> "re.Match[str] | None":
    return next((found for found in _HIDDEN.finditer(text) if not joiners.is_needed(text, found.start())), None)


def describe(character: str) -> str:
    """Name a character by its code point, for instance ``U+202E``."""
    return f"U+{ord(character):04X}"


def _line_and_column(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
