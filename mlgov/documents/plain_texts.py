"""Values of plain YAML that stand on several lines.

Every function here takes the lines of the document, the number of the line where the value begins or goes on, and the
column of the block that it belongs to; it gives the number of the line after the value, and the value. It raises
NotPlainError for what it does not know for certain.
"""

import json
import re
from typing import Any

from mlgov.documents import plain_lines
from mlgov.documents.plain_lines import (
    COLLECTION,
    INNER,
    ITEM,
    NESTED,
    PAIR,
    QUOTE,
    VALUE,
    NotPlainError,
    is_plain_start,
    plain_text,
    row_of,
    unescaped,
    value_of,
)

_REST = re.compile(r" *(?:- +)*(?:[A-Za-z_][A-Za-z0-9_./-]{0,99}: +)?(.*)")
_OPEN = {"'": re.compile(r"(?:[^']|'')*"), '"': re.compile(r'(?:[^"\\]|\\.)*\\?')}
_CLOSED = {"'": re.compile(r"((?:[^']|'')*)' *(?: #.*)?"), '"': re.compile(r'((?:[^"\\]|\\.)*)" *(?: #.*)?')}
#: A break in double quotes that is escaped and stands for nothing; not before a blank line.
_NO_BREAK = re.compile(r"(?<!\\)((?:\\\\)*)\\\n(?!\n)")


def block(lines: list[str], number: int, column: int, header: str) -> tuple[int, str]:
    """Read a block scalar."""
    start, margin, count = number, " " * (column + 1), len(lines)
    while number < count and (lines[number].startswith(margin) or not lines[number].strip(" ")):
        number += 1
    end = number
    while end > start and not lines[end - 1].strip(" "):
        end -= 1
    if start == end or not lines[start].strip(" ") or (number == count and lines[-1]):
        raise NotPlainError
    width = len(lines[start]) - len(lines[start].lstrip(" "))
    if any(len(line) > width for line in lines[end:number]):
        raise NotPlainError
    content = [_unindented(line, width) for line in lines[start:end]]
    text = "\n".join(content) if header[0] == "|" else _folded(content)
    return number, text if header[-1] == "-" else text + "\n"


def _unindented(line: str, width: int) -> str:
    if line[:width].strip(" ") or (len(line) > width and not line.strip(" ")):
        raise NotPlainError
    return line[width:]


def _folded(lines: list[str]) -> str:
    if any(line[:1] == " " or line[-1:] == " " for line in lines):
        raise NotPlainError
    return _joined(lines)


def _joined(lines: list[str]) -> str:
    """Fold lines: a break is a blank, and blank lines are breaks."""
    if all(lines):
        return " ".join(lines)
    return re.sub(r"\n(\n*)", lambda breaks: breaks[1] or " ", "\n".join(lines))


def quoted(lines: list[str], number: int, column: int, rest: str) -> tuple[int, str]:
    """Read text in quotes that are closed in a later line; ``rest`` is what stands in the first."""
    quote, parts = rest[0], [_trimmed(rest[1:])]
    if not _OPEN[quote].fullmatch(parts[0]):
        raise NotPlainError
    while number < len(lines):
        _body(lines[number], column)
        body = _trimmed(lines[number].lstrip(" "))
        number += 1
        if _OPEN[quote].fullmatch(body):
            parts.append(body)
            continue
        last = _CLOSED[quote].fullmatch(body)
        if last is None:
            break
        parts.append(last[1])
        return number, _joined(parts).replace("''", "'") if quote == "'" else _double(parts)
    raise NotPlainError


def _trimmed(line: str) -> str:
    """Leave out the blanks at the end; one that is escaped would count."""
    text = line.rstrip(" ")
    if text != line and text.endswith("\\"):
        raise NotPlainError
    return text


def _double(parts: list[str]) -> str:
    text = _NO_BREAK.sub(r"\1", "\n".join(parts))
    return unescaped(_joined(text.split("\n")))


def bracketed(lines: list[str], number: int, column: int, rest: str) -> tuple[int, Any]:
    """Read a flat list or mapping, or a list of lists of numbers, whose brackets are closed in a later line."""
    if "#" in lines[number - 1]:  # a comment is off already, and may have cut a text in two, which is none then
        raise NotPlainError
    text = rest
    while text.count("[") + text.count("{") > text.count("]") + text.count("}") and number < len(lines):
        body = lines[number].strip(" ")
        if body not in ("]", "}"):
            body = _body(lines[number], column)
        if not body or "#" in body:
            raise NotPlainError
        text, number = f"{text} {body}", number + 1
    follows, value = value_of(text)
    if follows == NESTED:
        return number, json.loads(value)
    if follows != COLLECTION:
        raise NotPlainError
    return number, value


def plain(lines: list[str], number: int, column: int) -> tuple[int, Any]:
    """Read a value that begins in a line of its own below its key."""
    body = _body(lines[number], column)
    follows, value = value_of(body)
    if follows == QUOTE:
        return quoted(lines, number + 1, column, body)
    if follows != VALUE:
        raise NotPlainError
    after, text = continued(lines, number + 1, column, body)
    return after, value if text == body else text


def continued(lines: list[str], number: int, column: int, first: str) -> tuple[int, str]:
    """Read plain text that begins with ``first`` and may go on in the next lines."""
    parts = [first]
    while number < len(lines):
        line = lines[number]
        body = line.strip(" ")
        if body and len(line) - len(line.lstrip(" ")) <= column:
            break
        if body:
            if " #" in body or not (is_plain_start(body) or body[0] in "\"'"):
                raise NotPlainError
            plain_text(body)
        parts.append(body)
        number += 1
    while not parts[-1]:
        parts.pop()
    if len(parts) > 1 and (" #" in first or not is_plain_start(first)):
        raise NotPlainError
    return number, _joined(parts)


def begun(line: str, at: int) -> tuple[str, str]:
    """Find the plain text that a line ends with, if it belongs to the block at the place ``at``: its key, the text."""
    place, key, follows, _, inner = plain_lines.rows.get(line) or row_of(line)
    places = {VALUE: place, ITEM: place, PAIR: inner, INNER: inner + 1}
    found = _REST.fullmatch(line)
    if places.get(follows) != at or found is None:
        raise NotPlainError
    return key, plain_text(found[1])


def _body(line: str, column: int) -> str:
    """Give what stands in a line that must be indented further than ``column``, or nothing when it is blank."""
    body = line.lstrip(" ")
    if body and len(line) - len(body) <= column:
        raise NotPlainError
    return body.rstrip(" ")
