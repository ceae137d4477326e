"""Reports of other programs: JSON that is read strictly and in bounded memory and depth."""

import json
import math
from typing import Any, NoReturn

from mlgov.errors import ImportFormatError
from mlgov.ports import FILE_LIMIT_BYTES

#: Evidence beyond the limit of a snapshot could not be checked against its digest.
MAX_BYTES = FILE_LIMIT_BYTES
MAX_DEPTH = 32


def read_json(data: bytes, name: str) -> dict[str, Any]:
    """Read the JSON object that a report is.

    Args:
        data: Bytes of the file.
        name: Name of the file, for messages.

    Raises:
        ImportFormatError: Too large, too deep, not UTF-8, no JSON object, a key twice, or a number that is none.
    """
    if len(data) > MAX_BYTES:
        _refuse(name, f"has more than {MAX_BYTES:,} bytes", "Cite a smaller report: results, not rows.")
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_mapping,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_whole,
        )
    except UnicodeDecodeError:
        _refuse(name, "is not UTF-8", "Save it as UTF-8 without a byte order mark.")
    except json.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        raise ImportFormatError(f"{name}:{place}: this is not JSON: {error.msg}.", hint=_EXPORT_AGAIN) from None
    except RecursionError:
        _refuse(name, f"is nested deeper than {MAX_DEPTH} levels", _EXPORT_AGAIN)
    except _BadValueError as error:
        _refuse(name, str(error), error.hint)
    if not isinstance(value, dict):
        _refuse(name, "holds no JSON object", "A report starts with '{'.")
    if _depth(value) > MAX_DEPTH:
        _refuse(name, f"is nested deeper than {MAX_DEPTH} levels", _EXPORT_AGAIN)
    return value


_EXPORT_AGAIN = "Write the report again with the tool that made it."


class _BadValueError(Exception):
    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def _refuse(name: str, said: str, hint: str) -> NoReturn:
    raise ImportFormatError(f"{name} {said}.", hint=hint)


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _BadValueError(f"has the key {twice[:63]!r} twice in one object", "Keep one of the two.")
    return found


def _constant(token: str) -> NoReturn:
    raise _BadValueError(f"has the number {token}, which JSON does not know", "Write null where a value is missing.")


def _float(token: str) -> float:
    number = float(token)
    if not math.isfinite(number):
        raise _BadValueError(f"has the number {token[:40]}, which is too large", "Write null where a value is missing.")
    return number


def _whole(token: str) -> int | float:
    """Whole numbers beyond 2^53 - 1 become floats, as every other JSON reader has them."""
    number = int(token) if len(token) <= 17 else None
    return number if number is not None and abs(number) < 2**53 else _float(token)


def _depth(value: object) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
    return depth
