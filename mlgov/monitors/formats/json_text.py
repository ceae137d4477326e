"""JSON files of other programs: read strictly, in bounded memory and depth, with the line of every value."""

import json
import re
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # the decoder's own, in C where there is one
from typing import Any

from mlgov.documents import Pointer, strict_json

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 64

_BLANK = re.compile(r"[ \t\r\n]*")
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
        DamageError: It is too large, too deep, not UTF-8, not JSON, has a key twice, or a number that
            is none (NaN, Infinity).
    """
    try:
        return strict_json.read(data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH, exact_integers=True)
    except strict_json.StrictJsonError as error:
        raise DamageError(Damage(f"The file {error.problem}.", error.line or 1, error.column or 1)) from None


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
