"""Plain scalars by the YAML 1.2 core schema, and nothing else: ``no`` and dates stay text."""

import math
import re

from mlgov.documents import rules
from mlgov.documents.front_door import LIMITS, Limits, RefusedError

#: Plain words that are not text.
WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER_START = frozenset("0123456789+-.")
_USUAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(\.[0-9]+)?")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def resolve(text: str, limits: Limits = LIMITS) -> str | int | float | bool | None:
    """Give the value of a plain (unquoted) scalar.

    Raises:
        RefusedError: A number that is not finite, too large, or has leading zeros; the reader adds the place.
    """
    if text in WORDS:
        return WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    return _number(text, limits)


def _number(text: str, limits: Limits) -> str | int | float:
    usual = _USUAL.fullmatch(text)
    if usual:  # most numbers are; the rest of the rules need not be asked
        return float(text) if usual[1] else _integer(text, limits)
    if _NOT_FINITE.fullmatch(text):
        raise RefusedError(rules.NUMBERS, f"{text} is not a finite number.")
    if _LEADING_ZERO.fullmatch(text):
        raise RefusedError(
            rules.NUMBERS, f"{text} has leading zeros.", fix="Drop the zeros, or put the text in quotes."
        )
    if _INTEGER.fullmatch(text) or _BASED.fullmatch(text):
        return _integer(text, limits)
    if _FLOAT.fullmatch(text):
        value = float(text)
        if not math.isfinite(value):
            raise RefusedError(rules.NUMBERS, f"{text} is too large for a number.")
        return value
    return text


def _integer(text: str, limits: Limits) -> int:
    short = len(text) <= 20
    value = int(text, 0) if short else limits.integer + 1
    if abs(value) > limits.integer:
        shown = text if short else text[:20] + "…"
        raise RefusedError(
            rules.NUMBERS, f"{shown} is beyond 2^53 - 1.", fix="Put the digits in quotes if they are an id."
        )
    return value
