"""Pieces of Markdown that read the same on the site and at a forge."""

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([*<>|\[\]])")
_CODE = re.compile(r"(``?)(.+?)\1")


def plain(text: str) -> str:
    """Write one paragraph of a docstring: code in backticks stays code, every other sign stands for itself."""
    text = " ".join(text.split())
    parts, end = [], 0
    for found in _CODE.finditer(text):
        parts += [_SPECIAL.sub(r"\\\1", text[end : found.start()]), code(found[2])]
        end = found.end()
    return "".join([*parts, _SPECIAL.sub(r"\\\1", text[end:])])


def code(text: str) -> str:
    """Write text as code, also where it stands in a table."""
    return f"`{text.replace('|', chr(92) + '|')}`"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def anchor(heading: str) -> str:
    """Give the anchor that the site and GitHub make of a heading."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower())


def page(title: str, source: str, *parts: str) -> str:
    """Put a page together.

    Args:
        title: Its heading.
        source: What it is written from, for whoever wants to change it.
        parts: What follows, a blank line between them.
    """
    note = f"<!-- Written from {source} by `make reference`. Change it there. -->"
    return "\n\n".join([f"# {title}", note, *filter(None, parts)]) + "\n"
