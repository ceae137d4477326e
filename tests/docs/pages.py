"""Our hand-written and generated pages as readers see them: headings, rows of tables, links, anchors and code."""

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import markdown

TOP = Path(__file__).resolve().parent.parent.parent
#: What mkdocs.yml switches on, as far as it changes what a page says.
EXTENSIONS = ["admonition", "fenced_code", "tables", "toc"]
_HEADINGS = re.compile(r"h[1-6]")


@dataclass
class Page(HTMLParser):
    """A rendered page.

    Attributes:
        title: The first heading.
        sections: Heading -> the text below it.
        rows: Heading -> the rows of its tables, each a list of cells.
        links: What its links lead to.
        anchors: Where links may lead to.
    """

    sections: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[list[str]]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    title: str = ""
    _in_heading: bool = False
    _heading: str = ""
    _in_cell: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors |= {values["id"]} if values.get("id") else set()
        self.links += [values["href"] or ""] if tag == "a" and "href" in values else []
        if _HEADINGS.fullmatch(tag):
            self._in_heading, self._heading = True, ""
        if tag == "tr":
            self.rows.setdefault(self._heading, []).append([])
        if tag in {"td", "th"}:
            self.rows[self._heading][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if _HEADINGS.fullmatch(tag):
            self._in_heading = False
            self.sections.setdefault(self._heading, "")
            self.title = self.title or self._heading
        if tag in {"td", "th"}:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self._heading += data
            return
        self.sections[self._heading] = self.sections.get(self._heading, "") + data
        if self._in_cell:
            self.rows[self._heading][-1][-1] += data


@cache
def read(path: str) -> Page:
    """Render the file at a path from the top of the repository."""
    page = Page()
    page.feed(markdown.markdown((TOP / path).read_text(encoding="utf-8"), extensions=EXTENSIONS))
    page.close()
    return page


def words(text: str) -> str:
    """Give a text without backticks, backslashes and double white space, to compare what is said."""
    return " ".join(text.replace("`", "").replace("\\", "").split())
