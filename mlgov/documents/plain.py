"""A quick reader for the plain part of YAML, in which nearly all documents are written.

It knows block mappings and lists, values on one line, flat flow lists and mappings, lists of lists of numbers, and the
block scalars ``|``, ``|-``, ``>`` and ``>-``. It never judges: whatever it does not know for certain, and everything
that is wrong, makes it give up, and the reader of record (`mlgov.documents.reader`) decides. A test holds the two
against each other on many thousand documents, good, broken and hostile ones.

What it leaves out, it leaves out because readers differ there: tabs, escapes, anchors, tags, directives, values over
several lines, quoted keys, several documents. Documents of one repository share most of their lines, so what a line
says is kept for the next document that has the same one.
"""

import json
import re
from typing import Any

from mlgov.documents import scalars
from mlgov.documents.front_door import RefusedError

_CHARACTERS = 64 * 1024  # of a document, so no scalar can be longer
_NODES = 20_000
_DEPTH = 12  # of blocks; flow values add two at most
_KEPT = 50_000  # lines that are kept
_LINE_KEPT = 160  # characters of the longest of them

#: What follows in a line after its indentation, dash and key.
_VALUE, _COLLECTION, _NESTED, _NOTHING, _BLOCK = range(5)
#: Indentation, column of the key, whether an item begins, key.
_Head = tuple[int, int, bool, str]
#: The same, what follows, and its value (or the block's header, or the text of nested lists).
_Row = tuple[int, int, bool, str, int, Any]

#: The row of a blank line and of a comment.
_BLANK: _Row = (0, 0, False, "", 0, None)

_KEY = r"[A-Za-z_][A-Za-z0-9_./-]{0,99}"
_SCALAR = r"""(?:"[^"\\]*"|'[^']*'|[A-Za-z_](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?|-?[0-9.]+)"""
_NUMBER = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,30})?"
_NUMBERS = rf"\[{_NUMBER}(?:, *{_NUMBER})*\]"
_LINE = re.compile(rf"( *)(- +)?(?:({_KEY}):(?: +|$))?(.*)")
_QUOTED = re.compile(r"""(?:"([^"\\]*)"|'([^']*)') *(?: #.*)?""")
_NUMBER_LISTS = re.compile(rf"\[{_NUMBERS}(?:, *{_NUMBERS})*\]")
_ITEM = re.compile(_SCALAR)
_PAIR = re.compile(rf"({_KEY}): +({_SCALAR})")
_BLOCKS = frozenset({"|", "|-", ">", ">-"})
#: What begins nothing but plain text or a number. Signs that other readers may take for something are not here.
_PLAIN_STARTS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/_($^;<=0123456789.+~")

_seen: set[int] = set()
_rows: dict[str, _Row] = {}
_heads: dict[str, _Head] = {}
_pairs: dict[str, tuple[str, Any]] = {}


class _NotPlainError(Exception):
    """Ends the attempt."""


def read(text: str) -> dict[str, Any] | None:
    """Read a document that `front_door.decode` let in.

    Args:
        text: The text, with newlines as line ends.

    Returns:
        What it says, or None: ask the reader of record.
    """
    if len(text) > _CHARACTERS or "\t" in text or not text.endswith("\n"):
        return None
    lines = text.removeprefix("---\n").split("\n")
    if 6 * len(lines) + 2 * text.count(",") + text.count("[") > _NODES:
        return None  # that many lines and items may be too many
    try:
        return _mapping(lines) or None
    except (_NotPlainError, RefusedError):
        return None


def _mapping(lines: list[str]) -> dict[str, Any]:  # noqa: C901 - one flat loop, because every line passes it
    """Build the value. ``here`` is the mapping or list that lines at ``column`` belong to."""
    root: dict[str, Any] = {}
    here: Any = root
    column, in_list = 0, False
    outer: list[tuple[Any, int, bool]] = []
    new: dict[str, Any] | list[Any]
    open_key = ""  # the key just read, when its value may begin in the next line
    get = _rows.get
    numbered = enumerate(lines)
    for number, line in numbered:
        row = get(line) or _row(line)
        if row is _BLANK:
            continue
        indent, inner, is_item, key, follows, value = row
        if indent != column or in_list is not is_item:
            if open_key and (indent > column or (is_item and indent == column)):
                outer.append((here, column, in_list))
                if len(outer) > _DEPTH:
                    raise _NotPlainError
                here[open_key] = new = [] if is_item else {}
                here, column, in_list = new, indent, is_item
            else:
                while column != indent or in_list is not is_item:
                    if column < indent or not outer:
                        raise _NotPlainError
                    here, column, in_list = outer.pop()
        open_key = ""
        if follows:
            if follows == _NOTHING:
                open_key = key
            elif follows == _BLOCK:
                after, value = _block(lines, number + 1, inner if key else indent, value)
                for _ in range(after - number - 1):
                    next(numbered)
            else:  # the line is kept, and what a document holds is its own
                value = value.copy() if follows == _COLLECTION else json.loads(value)
        if is_item:
            if not key:
                here.append(value)
                continue
            outer.append((here, column, True))
            new = {}
            here.append(new)
            here, column, in_list = new, inner, False
            if len(outer) > _DEPTH:
                raise _NotPlainError
        elif key in here:
            raise _NotPlainError
        here[key] = value
    return root


def _row(line: str) -> _Row:
    """Understand one line."""
    body = line.lstrip(" ")
    indent = len(line) - len(body)
    if body.startswith("- {"):  # most of these differ from card to card, but their pairs are kept
        return indent, indent + 2, True, "", _COLLECTION, _flow_mapping(_inside(body[2:], "}"))
    head, _, rest = line.partition(": ")
    rest = rest.lstrip(" ")
    known = _heads.get(head)
    row = (*known, *_value(rest)) if known and rest and rest[0] != "#" else _understand(line)
    _note(line, row)
    return row


def _note(line: str, row: _Row) -> None:
    """Keep a line that comes a second time. Most of the others never come again and would only be in the way."""
    mark = hash(line)
    if mark not in _seen:
        if len(_seen) >= _KEPT:
            _seen.clear()
        _seen.add(mark)
    elif len(line) <= _LINE_KEPT:
        _keep(_rows, line, row)


def _keep(kept: dict[str, Any], key: str, value: Any) -> None:  # noqa: ANN401 - whatever is worth keeping
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = value


def _understand(line: str) -> _Row:
    found = _LINE.fullmatch(line)
    if found is None:
        raise _NotPlainError
    spaces, dash, key, rest = found.groups(default="")
    if not dash and not key:
        if rest and rest[0] != "#":
            raise _NotPlainError
        return _BLANK
    if key in scalars.WORDS and key:
        raise _NotPlainError  # not text
    start = (len(spaces), len(spaces) + len(dash), bool(dash), key)
    if key:
        _keep(_heads, f"{spaces}{dash}{key}", start)
    if rest and rest[0] != "#":
        return (*start, *_value(rest))
    if not key:
        raise _NotPlainError
    return (*start, _NOTHING, None)


def _value(rest: str) -> tuple[int, Any]:
    first = rest[0]
    if first in _PLAIN_STARTS or first > "\x7f" or (first == "-" and rest[1:2].isdecimal()):
        text = rest.partition(" #")[0].rstrip(" ")
        if ": " in text or text[-1] == ":":
            raise _NotPlainError
        return _VALUE, scalars.resolve(text)
    if first == "{":
        return _COLLECTION, _flow_mapping(_inside(rest, "}"))
    if first == "[" and rest[1:2] != "[":
        return _COLLECTION, [_item(item) for item in _inside(rest, "]")]
    if first == "[" and _NUMBER_LISTS.fullmatch(rest):
        return _NESTED, rest
    if quoted := _QUOTED.fullmatch(rest):
        return _VALUE, quoted[1] if quoted[1] is not None else quoted[2]
    if rest in _BLOCKS:
        return _BLOCK, rest
    raise _NotPlainError


def _inside(rest: str, end: str) -> list[str]:
    """Split a flow collection. A comma inside quotes splits as well, and leaves items that nobody understands."""
    if rest[-1] != end:
        raise _NotPlainError
    inside = rest[1:-1]
    return inside.split(", ") if inside else []


def _flow_mapping(parts: list[str]) -> dict[str, Any]:
    pairs = [_pairs.get(part) or _pair(part) for part in parts]
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _NotPlainError
    return value


def _pair(part: str) -> tuple[str, Any]:
    found = _PAIR.fullmatch(part)
    if found is None or found[1] in scalars.WORDS:
        raise _NotPlainError
    pair = found[1], _item(found[2])
    _keep(_pairs, part, pair)
    return pair


def _item(text: str) -> Any:  # noqa: ANN401 - any scalar
    if not _ITEM.fullmatch(text):
        raise _NotPlainError
    return text[1:-1] if text[0] in "\"'" else scalars.resolve(text)


def _block(lines: list[str], number: int, column: int, header: str) -> tuple[int, str]:
    """Read the block scalar whose lines begin at ``number``; gives the number of the line after it, and the text."""
    start, margin = number, " " * (column + 1)
    while number < len(lines) and (lines[number].startswith(margin) or not lines[number].strip(" ")):
        number += 1
    end = number
    while end > start and not lines[end - 1].strip(" "):
        end -= 1
    if start == end or not lines[start].strip(" "):
        raise _NotPlainError
    width = len(lines[start]) - len(lines[start].lstrip(" "))
    content = [_unindented(line, width) for line in lines[start:number]][: end - start]
    text = "\n".join(content) if header[0] == "|" else _folded(content)
    return number, text if header[-1] == "-" else text + "\n"


def _unindented(line: str, width: int) -> str:
    if line[:width].strip(" ") or (len(line) > width and not line.strip(" ")):
        raise _NotPlainError
    return line[width:]


def _folded(lines: list[str]) -> str:
    if any(line[:1] == " " or line[-1:] == " " for line in lines):
        raise _NotPlainError
    if all(lines):
        return " ".join(lines)
    return re.sub(r"\n(\n*)", lambda breaks: breaks[1] or " ", "\n".join(lines))
