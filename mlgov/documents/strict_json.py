"""JSON of other programs, read strictly: what two readers could understand differently is refused.

The one place where such JSON is read. Whoever needs it says how large and how deep it may be, and turns the error into
one of its own, with the name of the file and what to do.
"""

import json
import math
import re
from collections import Counter
from typing import Any, NoReturn

#: Whole numbers beyond this become floats, as most JSON readers have them.
SAFE_INTEGER = 2**53 - 1

_SAFE_DIGITS = len(str(-SAFE_INTEGER))
#: A string; one that never ends takes the rest, so that scanning stays linear.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKET = re.compile(r"[^\[\]{}]+")
_LEAVES = re.compile(r"(?:\[\])+")
_ONE_KIND = str.maketrans("{}", "[]")


class StrictJsonError(ValueError):
    """Bytes are not such JSON as is taken.

    Args:
        problem: What is wrong, as the rest of a sentence that begins with the name of the file.
        hint: What to do about it; empty when only whoever made the file can tell.
        line: Line from 1; None when it is not about one place.
        column: Column from 1; None when it is not about one place.
    """

    def __init__(self, problem: str, hint: str = "", line: int | None = None, column: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.hint, self.line, self.column = problem, hint, line, column


def read(data: bytes, *, max_bytes: int, max_depth: int, exact_integers: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Read a JSON text in bounded memory and depth.

    Args:
        data: UTF-8, with or without a byte order mark.
        max_bytes: How large it may be.
        max_depth: How many objects and lists may lie within each other.
        exact_integers: Keep whole numbers beyond 2^53 - 1 as they are; else they become floats.

    Raises:
        StrictJsonError: It is too large, too deep, not UTF-8, not JSON, has a key twice in one object, or has a number
            that is none (NaN, Infinity) or too large for one.
    """
    if len(data) > max_bytes:
        raise StrictJsonError(f"has {len(data):,} bytes; the limit is {max_bytes:,}")
    text = _decoded(data)
    if is_deeper(text, max_depth):
        raise StrictJsonError(f"is nested deeper than {max_depth} levels")
    whole = _exact if exact_integers else _safe
    try:
        return json.loads(
            text, object_pairs_hook=_mapping, parse_constant=_constant, parse_float=_float, parse_int=whole
        )
    except json.JSONDecodeError as error:
        raise StrictJsonError(f"is not JSON: {error.msg}", "", error.lineno, error.colno) from None
    except RecursionError:
        raise StrictJsonError(f"is nested deeper than {max_depth} levels") from None


def is_deeper(text: str, limit: int) -> bool:
    """Say whether brackets are nested deeper than ``limit`` outside of strings, without recursion.

    Text whose brackets do not fit together is no JSON; for it the answer may be either.
    """
    if text.count("[") + text.count("{") <= limit:
        return False
    brackets = _NO_BRACKET.sub("", _STRING.sub("", text)).translate(_ONE_KIND)
    depth = 0
    for bracket in _LEAVES.sub("-", brackets):  # most lists and objects hold no others: what is left is soon read
        deepest = depth + (bracket != "]")
        if deepest > limit:
            return True
        depth += {"[": 1, "]": -1}.get(bracket, 0)
    return False


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise StrictJsonError("is not UTF-8", "Save it as UTF-8.", line, 1) from None


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise StrictJsonError(f"has the key {twice[:63]!r} twice in one object", "Keep one of the two.")
    return value


def _constant(word: str) -> NoReturn:
    raise StrictJsonError(f"has the number {word}, which JSON does not know", "Write null where a value is missing.")


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise StrictJsonError(
            f"has the number {digits[:40]}, which is too large", "Write null where a value is missing."
        )
    return number


def _safe(digits: str) -> int | float:
    number = int(digits) if len(digits) <= _SAFE_DIGITS else None
    return number if number is not None and abs(number) <= SAFE_INTEGER else _float(digits)


def _exact(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # Python reads no more than some thousand digits
        raise StrictJsonError(f"has a whole number of {len(digits):,} digits") from None
