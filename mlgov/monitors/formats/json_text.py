"""JSON files of other programs: read strictly, in bounded memory and depth, with the line of every value."""

import json
import re
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # the decoder's own, in C where there is one
from typing import Any

from mlgov.documents import Pointer

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 64

_BLANK = re.compile(r"[ \t\r\n]*")
#: A string (one that never ends takes the rest, so that scanning stays linear) or a bracket.
_NESTING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a file, and where.

    Attributes:
        message: What is wrong.
        line: Line, from 1.
        column: Column, from 1.
        pointer: Keys that lead to the place.
    """

    message: str
    line: int = 1
    column: int = 1
    pointer: Pointer = ()


class DamageError(ValueError):
    """A file cannot be used. Never leaves `mlgov.monitors`.

    Args:
        damage: What is wrong.
    """

    def __init__(self, damage: Damage) -> None:
        super().__init__(damage.message)
        self.damage = damage


def read(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Read a JSON file.

    Raises:
        DamageError: It is too large, too deep, not UTF-8, not JSON, or has a number that is none (NaN, Infinity).
    """
    if len(data) > MAX_BYTES:
        raise DamageError(Damage(f"The file has {len(data):,} bytes; the limit is {MAX_BYTES:,}."))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DamageError(Damage("The file is not UTF-8.", data.count(b"\n", 0, error.start) + 1)) from None
    if is_deeper(text, MAX_DEPTH):
        raise DamageError(Damage(f"The file is nested deeper than {MAX_DEPTH} levels."))
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise DamageError(Damage(f"The file is not JSON: {error.msg}.", error.lineno, error.colno)) from None


def is_deeper(text: str, limit: int) -> bool:
    """Say whether brackets are nested deeper than ``limit`` outside of strings, without recursion."""
    if text.count("[") + text.count("{") <= limit:
        return False
    depth = 0
    for found in _NESTING.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if depth > limit:
            return True
    return False


def place(data: bytes, pointer: Pointer) -> tuple[int, int]:
    """Give line and column of the value at ``pointer`` in legal JSON; the nearest parent's when it is not there."""
    text = data.decode("utf-8")
    at = _skip(text, 0)
    for key in pointer:
        inner = _child(text, at, key)
        if inner is None:
            break
        at = inner
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def _refuse(name: str) -> Any:  # noqa: ANN401 - json's signature
    raise DamageError(Damage(f"The file has the number {name}, which JSON does not know."))


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _child(text: str, at: int, key: str | int) -> int | None:
    """Find where the value of ``key`` starts in the mapping or list that starts at ``at``."""
    opening, index = text[at], 0
    if opening not in "[{":
        return None
    at = _skip(text, at + 1)
    while text[at] not in "]}":
        name: str | int = index
        if opening == "{":
            name, end = scanstring(text, at + 1, True)
            at = _skip(text, _skip(text, end) + 1)
        if name == key:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at
        index += 1
    return None
