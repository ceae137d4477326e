"""Policy text with wildcards and policy variables, taken apart once so that it can be matched often.

A text becomes a tuple of tokens: plain strings, `ANY` for ``*``, `ONE` for ``?``, and a `Variable` for ``${key}`` or
``${key, 'default'}``. ``${*}``, ``${?}`` and ``${$}`` are those signs themselves. Policies of the version 2008-10-17
know no variables: there ``${key}`` is plain text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

#: Condition keys in small letters -> the values that the request has for them.
Context = Mapping[str, Sequence[str]]


class Wildcard(Enum):
    """A sign that stands for other signs."""

    ANY = "*"
    ONE = "?"


ANY, ONE = Wildcard.ANY, Wildcard.ONE


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable.

    Attributes:
        key: The condition key that it stands for, in small letters; empty when the text between the braces is none.
        default: What stands in for a key that the request does not have; None when there is no default.
    """

    key: str
    default: str | None


#: What is left when every variable has its value.
Filled = tuple[str | Wildcard, ...]
Tokens = tuple[str | Wildcard | Variable, ...]

AnyToken = TypeVar("AnyToken", str | Wildcard, str | Wildcard | Variable)

_SPECIAL = re.compile(r"\$\{([^}]*)\}|([*?])")
_SIGN = re.compile(r"(\Z.)?([*?])")  # the same groups, of which the first never matches
_VARIABLE = re.compile(r"\s*([^,'*?$\s](?:[^,'*?$]*[^,'*?$\s])?)\s*(?:,\s*'([^']*)'\s*)?", re.DOTALL)


def parse(text: str, *, wildcards: bool = True, variables: bool = True) -> Tokens:
    """Take a policy text apart.

    Args:
        text: The text as the policy has it.
        wildcards: Whether ``*`` and ``?`` stand for other signs here.
        variables: Whether ``${…}`` is a variable here.
    """
    return tuple(_joined(_tokens(text, wildcards, variables)))


def fill(tokens: Tokens, context: Context) -> Filled | None:
    """Put values in for the variables.

    A value is always taken literally: a ``*`` in it is no wildcard. A key with several values cannot stand in a text.

    Returns:
        Tokens without variables, or None when a variable has neither value nor default.
    """
    filled: list[str | Wildcard] = []
    for token in tokens:
        value = _value(token, context) if isinstance(token, Variable) else token
        if value is None:
            return None
        filled.append(value)
    return tuple(_joined(filled))


def has_variables(tokens: Tokens) -> bool:
    """Say whether a text depends on the request."""
    return any(isinstance(token, Variable) for token in tokens)


def plain(tokens: Tokens) -> str | None:
    """Give the text itself when it holds neither wildcards nor variables."""
    if any(not isinstance(token, str) for token in tokens):
        return None
    return "".join(map(str, tokens))


def _value(variable: Variable, context: Context) -> str | None:
    values = context.get(variable.key, ())
    if not values:
        return variable.default
    return values[0] if len(values) == 1 else None


def _tokens(text: str, wildcards: bool, variables: bool) -> Iterator[str | Wildcard | Variable]:
    end = 0
    for found in (_SPECIAL if variables else _SIGN).finditer(text):
        yield text[end : found.start()]
        inside, sign = found.groups()
        if sign:
            yield Wildcard(sign) if wildcards else str(sign)
        else:
            yield _variable(inside)
        end = found.end()
    yield text[end:]


def _variable(inside: str) -> str | Variable:
    if inside in ("*", "?", "$"):
        return inside
    parts = _VARIABLE.fullmatch(inside)
    return Variable(parts[1].lower(), parts[2]) if parts else Variable("", None)


def _joined(tokens: Iterable[AnyToken]) -> Iterator[AnyToken]:
    """Join neighbouring strings and drop empty ones."""
    text = ""
    for token in tokens:
        if isinstance(token, str):
            text += token
            continue
        if text:
            yield text
        text = ""
        yield token
    if text:
        yield text
