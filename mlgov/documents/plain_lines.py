"""What one line of plain YAML says. `mlgov.documents.plain` puts the lines together.

Documents of one repository share most of their lines, so what a line says is kept for the next document that has the
same one.
"""

import json
import re
import string
from collections.abc import Callable
from typing import Any, TypeVar

from mlgov.documents import front_door, scalars

_T = TypeVar("_T")

_KEPT = 50_000  # lines that are kept
_LINE_KEPT = 160  # characters of the longest of them

#: What follows in a line after its indentation, dash and key.
#:
#: - VALUE, ITEM, PAIR: a value; of a key, of a dash, of a key after a dash.
#: - INNER: a value after two dashes.
#: - the others: a list or mapping that is kept, nested lists as text, nothing, the header of a block, a quote that is
#:   not closed, a bracket that is not closed, text without key or dash.
VALUE, ITEM, PAIR, INNER, COLLECTION, NESTED, NOTHING, BLOCK, QUOTE, BRACKET, TEXT = range(11)


#: What a line says: twice its indentation and one more when an item begins (-1 for blank lines and comments), its key
#: (empty when there is none), what follows, the value or what it is made of, and the place of what follows the dash.
Row = tuple[int, str, int, Any, int]

#: The row of a blank line and of a comment.
BLANK: Row = (-1, "", NOTHING, None, 0)

_KEY = r"[A-Za-z_][A-Za-z0-9_./-]{0,99}"
_WORD = r"[A-Za-z_](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?"
_SCALAR = rf"""(?:"[^"\\]*"|'[^']*'|{_WORD}|-?[0-9.]+)"""
_NUMBER = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,30})?"
_NUMBERS = rf"\[ *{_NUMBER}(?: *, *{_NUMBER})* *\]"
_LINE = re.compile(rf"( *)(- +)?(?:({_KEY}):(?: +|$))?(.*)")
_QUOTED = re.compile(r"""(?:"([^"\\]*)"|'((?:[^']|'')*)') *(?: #.*)?""")
_ESCAPED = re.compile(r"""\"((?:[^"\\]|\\.)*)\" *(?: #.*)?""")
#: The escapes that are known: those of JSON but for rare ones and halves of characters, two digits, and a blank.
_ESCAPE = re.compile(r"""\\(?:(["\\/nt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|( )|.)""")
_NUMBER_LISTS = re.compile(rf"\[ *{_NUMBERS}(?: *, *{_NUMBERS})* *\]")
_ITEM = re.compile(_SCALAR)
_PAIR = re.compile(rf"({_KEY}): +({_SCALAR})")
_BLOCKS = frozenset({"|", "|-", ">", ">-"})
#: What begins nothing but plain text or a number. Signs that other readers may take for something are not here.
_PLAIN_STARTS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/_($^;<=0123456789.+~")
_LETTERS = frozenset(string.ascii_letters)
_QUOTES = frozenset("\"'")

_seen: set[int] = set()
#: What lines say that came at least twice.
rows: dict[str, Row] = {}
_heads: dict[str, tuple[int, str, int, int]] = {}
_pairs: dict[str, tuple[str, Any]] = {}
_flow_heads: dict[str, str] = {}
_openings: dict[str, tuple[int, dict[str, Any]]] = {}


class NotPlainError(Exception):
    """Ends the attempt: the reader of record decides."""


def row_of(line: str) -> Row:
    """Understand a line that is not kept.

    Raises:
        NotPlainError: It is beyond this reader.
        RefusedError: It holds a number that nobody may write.
    """
    if line[-1:] == "}" and (row := _flow_item(line)):
        return row  # most of these differ from card to card, but not their pairs
    head, _, rest = line.partition(": ")
    known = _heads.get(head)
    if known and rest and rest[0] not in " #":
        place, key, inner, kind = known
        if rest[0] in _LETTERS and ":" not in rest and "#" not in rest and rest[-1] != " ":
            row = (place, key, kind, scalars.WORDS.get(rest, rest), inner)
        else:
            follows, value = value_of(rest)
            row = (place, key, follows or kind, value, inner)
    else:
        row = _understand(line)
        if row[2] == TEXT:
            return row
    _note(line, row)
    return row


def _flow_item(line: str) -> Row | None:
    """Understand an item that is a flow mapping; None when it is anything else."""
    opening, comma, rest = line.partition(", ")
    known = _openings.get(opening)
    if known is None:
        body = line.lstrip(" ")
        if not body.startswith("- {"):
            return None
        value = _split(body[2:], _flow_mapping)
        start = opening.lstrip(" ")[3:]
        if comma and start in _pairs:
            _keep(_openings, opening, (len(line) - len(body), dict([_pairs[start]])))
        return 2 * (len(line) - len(body)) + 1, "", ITEM, value, 0
    indent, value = known[0], known[1].copy()
    parts = rest[:-1].split(", ")
    for part in parts:
        key, text = _pairs.get(part) or _pair(part)
        value[key] = text
    if len(value) <= len(parts):
        raise NotPlainError
    return 2 * indent + 1, "", ITEM, value, 0


def _note(line: str, row: Row) -> None:
    """Keep a line that comes a second time. Most of the others never come again and would only be in the way."""
    mark = hash(line)
    if mark not in _seen:
        if len(_seen) >= _KEPT:
            _seen.clear()
        _seen.add(mark)
    elif len(line) <= _LINE_KEPT:
        _keep(rows, line, row)


def _keep(kept: dict[str, Any], key: str, value: Any) -> None:  # noqa: ANN401 - whatever is worth keeping
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = value


def _understand(line: str) -> Row:
    found = _LINE.fullmatch(line)
    if found is None:
        raise NotPlainError
    spaces, dash, key, rest = found.groups(default="")
    is_item, indent, inner = bool(dash), len(spaces), 2 * (len(spaces) + len(dash))
    if not dash and not key:
        return (2 * indent, "", TEXT, rest, 0) if rest and rest[0] != "#" else BLANK
    if key in scalars.WORDS and key:
        raise NotPlainError  # not text
    place = 2 * indent + is_item
    if key:
        _keep(_heads, f"{spaces}{dash}{key}", (place, key, inner, PAIR if is_item else VALUE))
    if rest and rest[0] != "#":
        return _with_value(place, key, inner, rest)
    if not key:
        raise NotPlainError
    return (place, key, NOTHING, None, inner)


def _with_value(place: int, key: str, inner: int, rest: str) -> Row:
    if rest.startswith("- ") and not key:
        follows, value = value_of(rest[2:].lstrip(" ") or " ")
        if follows:
            raise NotPlainError
        return (place, "", INNER, value, inner)
    follows, value = value_of(rest)
    if not follows and place & 1:
        follows = PAIR if key else ITEM
    return (place, key, follows, value, inner)


def value_of(rest: str) -> tuple[int, Any]:
    """Understand what stands after a key or a dash: what it is (VALUE for a scalar), and its value."""
    first = rest[0]
    if is_plain_start(rest):
        return VALUE, scalars.resolve(plain_text(rest.partition(" #")[0]))
    if first in "[{" and rest[-1] not in "]}" and _QUOTES.isdisjoint(rest):
        rest = rest.partition(" #")[0].rstrip(" ")
    if first == "{" and rest[-1] == "}":
        return COLLECTION, _split(rest, _flow_mapping)
    if first == "[" and rest[-1] == "]":
        return _flow_list(rest)
    if first in _QUOTES:
        return _quoted(rest)
    if rest in _BLOCKS:
        return BLOCK, rest
    if first in "[{":
        return BRACKET, rest
    raise NotPlainError


def is_plain_start(rest: str) -> bool:
    """Say whether these words begin nothing but plain text or a number."""
    first = rest[0]
    return first in _PLAIN_STARTS or first > "\x7f" or (first == "-" and rest[1:2].isdecimal())


def plain_text(text: str) -> str:
    """Give plain text without the blanks at its end; raises NotPlainError when it holds a key."""
    text = text.rstrip(" ")
    if ": " in text or text[-1] == ":":
        raise NotPlainError
    return text


def _quoted(rest: str) -> tuple[int, Any]:
    if found := _QUOTED.fullmatch(rest):
        double, single = found.groups()
        return VALUE, double if single is None else single.replace("''", "'")
    if found := _ESCAPED.fullmatch(rest):
        return VALUE, unescaped(found[1])
    return QUOTE, rest


def unescaped(raw: str) -> str:
    """Give the text that stands between double quotes, its escapes read."""
    try:
        text: str = json.loads(f'"{_ESCAPE.sub(_as_json, raw)}"')
    except ValueError:
        raise NotPlainError from None
    if front_door.hidden_character(text):
        raise NotPlainError
    return text


def _as_json(escape: re.Match[str]) -> str:
    same, digits, blank = escape.groups()
    if same is None and digits is None and blank is None:
        raise NotPlainError
    return escape[0] if same else f"\\u00{digits}" if digits else blank


def _flow_list(rest: str) -> tuple[int, Any]:
    if rest[1:].lstrip(" ")[0] != "[":
        return COLLECTION, _split(rest, lambda parts: [_item(part) for part in parts])
    if _NUMBER_LISTS.fullmatch(rest):
        return NESTED, rest
    if rest.count("[") > rest.count("]"):
        return BRACKET, rest
    raise NotPlainError


def _split(rest: str, read: Callable[[list[str]], _T]) -> _T:
    """Split a flow collection. A comma inside quotes splits as well, and leaves items that nobody understands."""
    inside = rest[1:-1].strip(" ")
    try:
        return read(inside.split(", ") if inside else [])
    except NotPlainError:
        if '"' in inside or "'" in inside:
            raise
    return read([part.strip(" ") for part in inside.split(",")])


def _flow_mapping(parts: list[str]) -> dict[str, Any]:
    get = _pairs.get
    value = dict([get(part) or _pair(part) for part in parts])
    if len(value) != len(parts):
        raise NotPlainError
    return value


def _pair(part: str) -> tuple[str, Any]:
    cut = part.split('"')
    if len(cut) == 3 and not cut[2] and cut[0] in _flow_heads and "\\" not in cut[1]:
        return _flow_heads[cut[0]], cut[1]  # texts in quotes are seldom the same twice
    found = _PAIR.fullmatch(part)
    if found is None or found[1] in scalars.WORDS:
        raise NotPlainError
    key = found[1]
    _keep(_flow_heads, f"{key}: ", key)
    pair = key, _item(found[2])
    _keep(_pairs, part, pair)
    return pair


def _item(text: str) -> Any:  # noqa: ANN401 - any scalar
    if not _ITEM.fullmatch(text):
        raise NotPlainError
    return text[1:-1] if text[0] in _QUOTES else scalars.resolve(text)
