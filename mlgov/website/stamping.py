"""Stamping: the theme prints one page of each shape, and all pages of that shape are cut from it.

Printing five thousand pages through the Markdown engine, the theme's templates and the search plugin costs most of a
build, and all of it gives the same frame around other blocks. So MkDocs prints one *shell* per shape (folder, front
matter without the title, with or without headings), and each page is the shell with its own title, its own headings and
its own blocks. A test holds stamped pages against those that MkDocs prints: they are the same, byte by byte.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import PurePosixPath

from markdown.extensions.toc import slugify  # type: ignore[import-untyped]

from mlgov.website.blocks import is_block
from mlgov.website.values import Page

TITLE = "mgshelltitle"
HEADING = "mgshellheading"
NAME = "_mg-shell"  # no document can be called so
_BODY = '<div class="mg mg-shell-body"><h1>shell</h1></div>'
_HEADING = re.compile(r"## ([A-Za-z0-9][A-Za-z0-9 ,-]*)")
_TAGS = re.compile(r"<[^>]*>")
_UNSEARCHED = re.compile(r"<(tbody|ol|svg|nav|section) [^>]*data-search-exclude.*?</\1>|<svg.*?</svg>", re.DOTALL)


@dataclass(frozen=True)
class Stamp:
    """A page in the shape that a shell takes.

    Attributes:
        page: The page.
        title: Its title, encoded as the front matter has it.
        head: The other lines of the front matter.
        parts: Its blocks and headings, in order; a heading without its marks.
        headings: Which of the parts are headings.
    """

    page: Page
    title: str
    head: str
    parts: tuple[str, ...]
    headings: frozenset[int]

    @property
    def shape(self) -> tuple[str, str, bool]:
        """What pages of one shell have in common."""
        return _folder(self.page.path), self.head, bool(self.headings)

    @property
    def is_searched(self) -> bool:
        """Whether the search may find it."""
        return '"exclude": true' not in self.head


def _folder(path: str) -> str:
    """Give the folder of a shell: one for all folders below a top one, and as deep, for links count the steps up."""
    top, *below = PurePosixPath(path).parent.parts or (".",)
    return "/".join([top, *[NAME] * len(below)])


def stamp_of(page: Page) -> Stamp | None:
    """Take a page apart; None when it is no mere row of blocks and headings, or belongs into the navigation."""
    head, end, body = page.markdown.partition("\n---\n")
    first, *rest = head.removeprefix("---\n").splitlines()
    if page.in_nav or not end or not first.startswith("title: "):
        return None
    parts = [part.strip("\n") for part in body.split("\n\n") if part.strip("\n")]
    headings = {place: found[1] for place, part in enumerate(parts) if (found := _HEADING.fullmatch(part))}
    if len(set(headings.values())) < len(headings):
        return None
    if not all(place in headings or is_block(part) for place, part in enumerate(parts)):
        return None
    shown = tuple(headings.get(place, part) for place, part in enumerate(parts))
    return Stamp(page, json.loads(first.removeprefix("title: ")), "\n".join(rest), shown, frozenset(headings))


def shell_path(shape: tuple[str, str, bool], number: int) -> str:
    """Give the path of the page that the theme prints for a shape."""
    return f"{shape[0]}/{NAME}-{number}.md".removeprefix("./")


def shell_markdown(shape: tuple[str, str, bool]) -> str:
    """Write the page that the theme prints for a shape."""
    _, head, has_headings = shape
    searched = "" if "search:" in head else 'search: {"exclude": true}\n'
    heading = f"\n## {HEADING}\n" if has_headings else ""
    return f'---\ntitle: "{TITLE}"\n{head}\n{searched}---\n\n{_BODY}\n{heading}'


@dataclass(frozen=True)
class Shell:
    """A printed page into which others are stamped.

    Attributes:
        output: The whole page.
        stem: Its path without the ending, as addresses have it.
    """

    output: str
    stem: str

    @cached_property
    def _heading(self) -> str:
        found = re.search(rf"<h2 id=\"{HEADING}\">.*?</h2>", self.output, re.DOTALL)
        return found[0] if found else ""

    @cached_property
    def _entry(self) -> str:
        found = re.search(rf"<li class=\"md-nav__item\">\s*<a href=\"#{HEADING}\".*?</li>", self.output, re.DOTALL)
        return found[0] if found else ""

    @cached_property
    def _pieces(self) -> list[str]:
        """Cut at what changes; the separators stay, so that every second piece is one of them."""
        changing = [re.escape(each) for each in (TITLE, self.stem, self._entry, f'"#{HEADING}"') if each]
        return re.split(f"({'|'.join([*changing, self._content])})", self.output)

    @property
    def _content(self) -> str:
        return rf"{re.escape(_BODY)}\s*{re.escape(self._heading)}"

    def stamp(self, stamp: Stamp) -> str:
        """Print a page.

        Raises:
            ValueError: The theme printed something else than expected.
        """
        if _BODY not in self.output or (stamp.headings and not (self._entry and self._heading)):
            raise ValueError("the theme has another shape")
        titles = [stamp.parts[place] for place in sorted(stamp.headings)]
        shown = "".join(
            f"{_named(self._heading, part)}\n" if place in stamp.headings else f"{part}\n\n"
            for place, part in enumerate(stamp.parts)
        ).removesuffix("\n\n")
        entries = _entries(tuple(titles), self._entry, self._between) if titles else ""
        first = f'"#{slugify(titles[0], "-")}"' if titles else ""
        instead = {
            TITLE: stamp.title,
            self.stem: stamp.page.path.removesuffix(".md"),
            self._entry: entries,
            f'"#{HEADING}"': first,
        }
        return "".join(shown if piece.startswith(_BODY) else instead.get(piece, piece) for piece in self._pieces)

    @cached_property
    def _between(self) -> str:
        """The white space before an entry of the table of contents."""
        before = self.output.partition(self._entry)[0]
        return before[len(before.rstrip()) :]


@lru_cache(maxsize=256)
def _entries(titles: tuple[str, ...], entry: str, between: str) -> str:
    return between.join(_named(entry, title) for title in titles)


def _named(template: str, title: str) -> str:
    anchor = slugify(title, "-")
    named = template.replace(f"#{HEADING}", f"#{anchor}").replace(f'"{HEADING}"', f'"{anchor}"')
    return named.replace(HEADING, title)


def search_entries(stamp: Stamp, address: str) -> Iterator[dict[str, str]]:
    """Give what the search knows of a page: one entry for its head, and one per heading. Text stays encoded.

    Args:
        stamp: The page.
        address: Its address from the top of the site.
    """
    entry = {"location": address, "title": stamp.title, "text": ""}
    for place, part in enumerate(stamp.parts):
        if place in stamp.headings:
            yield entry
            entry = {"location": f"{address}#{slugify(part, '-')}", "title": part, "text": ""}
        else:
            entry["text"] = f"{entry['text']} {_text(part)}".strip()
    yield entry


@lru_cache(maxsize=32768)  # as many blocks as two thousand pages have
def _text(block: str) -> str:
    """Take the elements out. Whatever a document says is encoded, so every ``<`` is one of ours."""
    return " ".join(_TAGS.sub(" ", _UNSEARCHED.sub(" ", block)).split())


def shapes(stamps: Sequence[Stamp]) -> dict[tuple[str, str, bool], list[Stamp]]:
    """Group pages by shape."""
    found: dict[tuple[str, str, bool], list[Stamp]] = {}
    for stamp in stamps:
        found.setdefault(stamp.shape, []).append(stamp)
    return found
