"""A quick reader for the plain part of YAML, in which nearly all documents are written.

It knows block mappings and lists, plain and quoted text on one or several lines, flat flow lists and mappings, lists
of lists of numbers, and the block scalars ``|``, ``|-``, ``>`` and ``>-``. It never judges: whatever it does not know
for certain, and everything that is wrong, makes it give up, and the reader of record (`mlgov.documents.reader`)
decides. A test holds the two against each other on many thousand documents, good, broken and hostile ones.

What it leaves out, it leaves out because readers differ there: tabs, rare escapes, anchors, tags, directives, quoted
keys, several documents. What single lines say is the business of `mlgov.documents.plain_lines`.
"""

import json
from collections.abc import Iterator
from typing import Any

from mlgov.documents import plain_lines, plain_texts
from mlgov.documents.front_door import RefusedError
from mlgov.documents.plain_lines import (
    BLOCK,
    BRACKET,
    COLLECTION,
    INNER,
    ITEM,
    NESTED,
    NOTHING,
    PAIR,
    QUOTE,
    TEXT,
    NotPlainError,
    row_of,
)

_CHARACTERS = 64 * 1024  # of a document, so no scalar can be longer
_NODES = 20_000
_DEPTH = 12  # of blocks; flow values add two at most


def read(text: str) -> dict[str, Any] | None:
    """Read a document that `front_door.decode` let in.

    Args:
        text: The text, with newlines as line ends.

    Returns:
        What it says, or None: ask the reader of record.
    """
    if len(text) > _CHARACTERS or "\t" in text:
        return None
    lines = text.removeprefix("---\n").split("\n")
    nodes = 6 * len(lines)
    if nodes + 2 * len(text) > _NODES and nodes + 2 * text.count(",") + text.count("[") > _NODES:
        return None  # that many lines and items may be too many
    try:
        return _mapping(lines) or None
    except (NotPlainError, RefusedError, IndexError, KeyError):
        return None


def _mapping(lines: list[str]) -> dict[str, Any]:  # noqa: C901 - one flat loop: every line passes it
    """Build the value. ``here`` is the mapping or list that lines at the place ``at`` belong to."""
    root: dict[str, Any] = {}
    here: Any = root
    at = 0
    outer: list[tuple[Any, int]] = []
    new: dict[str, Any] | list[Any]
    open_key = ""  # the key just read, when its value may begin in the next line
    numbered = enumerate(map(plain_lines.rows.get, lines))
    for number, row in numbered:
        place, key, follows, value, inner = row or row_of(lines[number])
        if place != at:
            if place < 0:
                continue
            if follows == TEXT and place > at:
                after = _add_text(lines, number, here, open_key, at)
                _skip(numbered, after - number - 1)
                open_key = ""
                continue
            if open_key and place > at:
                outer.append((here, at))
                here[open_key] = new = [] if place & 1 else {}
                here, at = new, place
            else:
                while at != place:
                    if at < place:
                        raise NotPlainError
                    here, at = outer.pop()
        open_key = ""
        if not follows:
            if key in here:
                raise NotPlainError
            here[key] = value
            continue
        if follows == PAIR:
            outer.append((here, at))
            new = {key: value}
            here.append(new)
            here, at = new, inner
            if len(outer) > _DEPTH:
                raise NotPlainError
            continue
        if follows == ITEM:
            here.append(value)
            continue
        if follows == INNER:
            outer.append((here, at))
            new = [value]
            here.append(new)
            here, at = new, inner + 1
            if len(outer) > _DEPTH:
                raise NotPlainError
            continue
        if follows == NOTHING:
            open_key = key
        elif follows == COLLECTION:
            value = value.copy()  # the line is kept, and what a document holds is its own
        elif follows == NESTED:
            value = json.loads(value)
        else:
            after, value = _READERS[follows](lines, number + 1, (inner if key else place) >> 1, value)
            _skip(numbered, after - number - 1)
        if not key:
            here.append(value)
            continue
        if place & 1:
            outer.append((here, at))
            new = {}
            here.append(new)
            here, at = new, inner
        elif key in here:
            raise NotPlainError
        if len(outer) > _DEPTH:
            raise NotPlainError
        here[key] = value
    return root


def _skip(numbered: Iterator[Any], count: int) -> None:
    for _ in range(count):
        next(numbered)


_READERS = {BLOCK: plain_texts.block, QUOTE: plain_texts.quoted, BRACKET: plain_texts.bracketed}


def _add_text(lines: list[str], number: int, here: Any, open_key: str, at: int) -> int:  # noqa: ANN401 - either
    """Take plain text that begins or goes on in the line ``number``; gives the number of the line after it."""
    column = at >> 1
    if open_key:
        after, here[open_key] = plain_texts.plain(lines, number, column)
        return after
    before = number - 1
    while before > 0 and not lines[before].strip(" "):
        before -= 1
    key, text = plain_texts.begun(lines[before], at)
    after, here[key or -1] = plain_texts.continued(lines, before + 1, column, text)
    return after
