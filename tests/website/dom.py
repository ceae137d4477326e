"""HTML taken apart, so that tests judge elements and text and not substrings."""

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

import markdown

#: More extensions than any site of ours has: what they could read into a text, somebody's configuration will.
EXTENSIONS = [
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "meta",
    "tables",
    "toc",
    "smarty",
    "pymdownx.arithmatex",
    "pymdownx.betterem",
    "pymdownx.caret",
    "pymdownx.critic",
    "pymdownx.details",
    "pymdownx.emoji",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.keys",
    "pymdownx.magiclink",
    "pymdownx.mark",
    "pymdownx.smartsymbols",
    "pymdownx.snippets",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.tasklist",
    "pymdownx.tilde",
]


@dataclass
class Dom(HTMLParser):
    """Elements with their attributes in order, and the text between them.

    Attributes:
        elements: Tag and attributes of every element.
        texts: Text between the tags, entities resolved.
        others: Comments, declarations and processing instructions.
    """

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    @property
    def text(self) -> str:
        """All text, white space as it was."""
        return "".join(self.texts)

    def tags(self) -> list[tuple[str, tuple[str, ...], str]]:
        """Give the skeleton: each element with the names of its attributes and its class."""
        return [(tag, tuple(attrs), attrs.get("class", "")) for tag, attrs in self.elements]

    def values(self, name: str) -> list[str]:
        """List the values of one attribute."""
        return [attrs[name] for _, attrs in self.elements if name in attrs]


def parse(html: str) -> Dom:
    """Take HTML apart."""
    dom = Dom()
    dom.feed(html)
    dom.close()
    return dom


def read_page(text: str) -> Dom:
    """Turn a page into HTML as a richly equipped site would, and take it apart."""
    body = text.split("---\n", 2)[2]
    return parse(_engine().reset().convert(body))


@cache
def _engine() -> markdown.Markdown:
    return markdown.Markdown(extensions=EXTENSIONS)
