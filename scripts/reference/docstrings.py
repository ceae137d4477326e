"""Google style docstrings, taken apart."""

import inspect
import re
from dataclasses import dataclass, field

_SECTION = re.compile(r"(Args|Attributes|Returns|Raises|Example):")
_ENTRY = re.compile(r"(\*{0,2}\w+): (.*)")


@dataclass(frozen=True, slots=True)
class Docstring:
    """What a docstring says.

    Attributes:
        paragraphs: The text before the first section; the first paragraph is the summary.
        entries: Section (Args, Attributes, Raises) -> name -> text.
        texts: Section (Returns, Example) -> its text as it stands.
    """

    paragraphs: tuple[str, ...]
    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def read(owner: object) -> Docstring:
    """Take apart the docstring of a class, function or method."""
    sections = _sections(inspect.getdoc(owner) or "")
    before = "\n".join(sections.pop("")).strip()
    named = {name: _entries(lines) for name, lines in sections.items() if name in {"Args", "Attributes", "Raises"}}
    texts = {name: inspect.cleandoc("\n".join(lines)) for name, lines in sections.items() if name not in named}
    return Docstring(tuple(re.split(r"\n\s*\n", before)) if before else (), named, texts)


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"": []}
    name = ""
    for line in text.splitlines():
        if head := _SECTION.fullmatch(line):
            name = head[1]
            found[name] = []
        else:
            found[name].append(line)
    return found


def _entries(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc("\n".join(["", *lines])).splitlines():
        if head := _ENTRY.fullmatch(line):
            name = head[1].lstrip("*")
            found[name] = head[2]
        elif name and line.strip():
            found[name] += f" {line.strip()}"
    return found
