"""The part of GitHub's workflow expressions that our workflows use.

Contexts, literals, ``!``, comparisons, ``&&``, ``||`` and a few functions. Anything else is an error, so a workflow
cannot use what is not understood here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>\d+)|(?P<name>[A-Za-z_][\w-]*(?:\.[\w-]+)*)|(?P<sign>&&|\|\||==|!=|[!(),]))"
)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "format": lambda pattern, *values: pattern.format(*map(_text, values)),
    "startsWith": lambda text, start: _text(text).lower().startswith(_text(start).lower()),
    "contains": lambda text, part: _text(part).lower() in _text(text).lower(),
}


def fill(text: str, contexts: Mapping[str, Any]) -> str:
    """Replace every ``${{ … }}`` in ``text``."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: _text(evaluate(match[1], contexts)), text, flags=re.DOTALL)


def evaluate(text: str, contexts: Mapping[str, Any]) -> Any:
    """Evaluate an expression without ``${{ }}``. Raises ValueError for what is not understood."""
    parser = _Parser(text, contexts)
    value = parser.alternatives()
    parser.expect_end()
    return value


def truth(value: Any) -> bool:
    """Say what GitHub takes for true."""
    return value not in ("", 0, None, False)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Parser:
    def __init__(self, text: str, contexts: Mapping[str, Any]) -> None:
        self._tokens = list(_tokens(text))
        self._contexts = contexts

    def expect_end(self) -> None:
        if self._tokens:
            raise ValueError(f"not understood: {self._tokens[0][1]}")

    def alternatives(self) -> Any:
        value = self._conjunction()
        while self._take("||"):
            other = self._conjunction()
            value = value if truth(value) else other
        return value

    def _conjunction(self) -> Any:
        value = self._comparison()
        while self._take("&&"):
            other = self._comparison()
            value = other if truth(value) else value
        return value

    def _comparison(self) -> Any:
        value = self._single()
        if self._take("=="):
            return _text(value).lower() == _text(self._single()).lower()
        if self._take("!="):
            return _text(value).lower() != _text(self._single()).lower()
        return value

    def _single(self) -> Any:
        if self._take("!"):
            return not truth(self._single())
        if self._take("("):
            value = self.alternatives()
            self._need(")")
            return value
        if not self._tokens:
            raise ValueError("the expression ends too early")
        kind, word = self._tokens.pop(0)
        if kind == "string":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return int(word)
        if kind != "name":
            raise ValueError(f"not understood: {word}")
        return self._call(word) if self._take("(") else self._look_up(word)

    def _call(self, name: str) -> Any:
        arguments = []
        while not self._take(")"):
            arguments.append(self.alternatives())
            self._take(",")
        functions = FUNCTIONS | self._contexts.get("functions", {})
        if name not in functions:
            raise ValueError(f"unknown function {name}")
        return functions[name](*arguments)

    def _look_up(self, name: str) -> Any:
        if name in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[name]
        first, *rest = name.split(".")
        if first not in self._contexts:
            raise ValueError(f"unknown context {first}")
        value = self._contexts[first]
        for key in rest:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def _take(self, sign: str) -> bool:
        if self._tokens and self._tokens[0] == ("sign", sign):
            self._tokens.pop(0)
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise ValueError(f"{sign} is missing")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"not understood: {text[place:].strip()}")
        yield str(match.lastgroup), str(match[match.lastgroup or 0])
        place = match.end()
