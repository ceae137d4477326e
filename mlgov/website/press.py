"""The press: keeps what is to be stamped, catches the shells that MkDocs prints, and writes the pages."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from mlgov.website.links import address
from mlgov.website.stamping import Shell, Stamp, search_entries, shapes, shell_markdown, shell_path, stamp_of
from mlgov.website.values import Page

_URL = re.compile(r"\s*<url>.*?</url>", re.DOTALL)
_LINKED = re.compile(r"([\w.-]+)\.(?:md|html)\b")


class Press:
    """Stamps pages into shells.

    Attributes:
        shells: Markdown of the shells that MkDocs must print, by path.
        directory_urls: As in `SiteValues`.
    """

    def __init__(self, pages: Iterable[Page], hand_written: Iterable[str], *, directory_urls: bool) -> None:
        """Choose the pages that can be stamped.

        Args:
            pages: All generated pages.
            hand_written: Texts of the other pages; MkDocs must know every page that they link to.
            directory_urls: As in `SiteValues`.
        """
        linked = {name for text in hand_written for name in _LINKED.findall(text)}
        stamps = [stamp for page in pages if (stamp := stamp_of(page)) and Path(page.path).stem not in linked]
        self.directory_urls = directory_urls
        self._stamps: dict[str, list[Stamp]] = {}
        self._printed: dict[str, Shell] = {}
        self.shells: dict[str, str] = {}
        for number, (shape, group) in enumerate(shapes(stamps).items()):
            path = shell_path(shape, number)
            self._stamps[path], self.shells[path] = group, shell_markdown(shape)

    @property
    def paths(self) -> set[str]:
        """The pages that are stamped."""
        return {stamp.page.path for group in self._stamps.values() for stamp in group}

    def catch(self, path: str, output: str) -> None:
        """Take a shell that MkDocs printed."""
        self._printed[path] = Shell(output, path.removesuffix(".md"))

    def write(self, site: Path) -> None:
        """Write all pages and add them to the search index, if there is one."""
        entries: list[dict[str, str]] = []
        for path, group in self._stamps.items():
            for stamp in group:
                place = address(stamp.page.path, directory_urls=self.directory_urls)
                file = site / (f"{place}index.html" if place.endswith("/") else place)
                write_text(file, self._printed[path].stamp(stamp))
                entries += search_entries(stamp, place) if stamp.is_searched else ()
        _add_to_index(site / "search" / "search_index.json", entries)

    def sitemap(self, output: str) -> str:
        """Put the pages into a sitemap, where MkDocs has the shells."""
        return _URL.sub(lambda found: "".join(self._urls(found[0])), output)

    def _urls(self, entry: str) -> Iterator[str]:
        for path, group in self._stamps.items():
            stem = path.removesuffix(".md")
            if stem in entry:
                yield from (entry.replace(stem, stamp.page.path.removesuffix(".md")) for stamp in group)
                return
        yield entry


def _add_to_index(file: Path, entries: list[dict[str, str]]) -> None:
    if file.is_file():
        index = json.loads(file.read_text(encoding="utf-8"))
        index["docs"] += entries
        file.write_text(json.dumps(index, separators=(",", ":")), encoding="utf-8")


def write_text(file: Path, content: str) -> None:
    """Write a file of the site; its folder is made when there is none."""
    try:
        file.write_bytes(content.encode())
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode())
