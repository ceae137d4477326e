"""The press: keeps what is to be stamped, catches the shells that MkDocs prints, and writes the pages."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from mlgov.website.keeping import Keeper
from mlgov.website.links import address
from mlgov.website.memory import Memory, Printed, as_of
from mlgov.website.stamping import Shell, Stamp, search_entries, shapes, shell_markdown, shell_path, stamp_of
from mlgov.website.values import Page

_URL = re.compile(r"\s*<url>.*?</url>", re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_LINKED = re.compile(r"([\w.-]+)\.(?:md|html)\b")


class Press:
    """Stamps pages into shells.

    Attributes:
        shells: Markdown of the shells that MkDocs must print, by path.
        directory_urls: As in `SiteValues`.
    """

    def __init__(
        self,
        pages: Iterable[Page],
        hand_written: Iterable[str],
        *,
        directory_urls: bool,
        memory: Memory | None = None,
        now: datetime | None = None,
    ) -> None:
        """Choose the pages that can be stamped.

        Args:
            pages: All generated pages.
            hand_written: Texts of the other pages; MkDocs must know every page that they link to.
            directory_urls: As in `SiteValues`.
            memory: What earlier builds left, and where this one leaves it; None when there will be no later one.
            now: The present time; pages of earlier builds have another.
        """
        linked = {name for text in hand_written for name in _LINKED.findall(text)}
        self._memory, self._now = memory, now
        stamps = [stamp for page in pages if (stamp := self._stamp_of(page)) and Path(page.path).stem not in linked]
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

    def write(self, site: Path, keeper: Keeper) -> None:
        """Write all pages and add them to the search index, if there is one."""
        entries: list[str] = []
        for path, group in self._stamps.items():
            for stamp in group:
                place = address(stamp.page.path, directory_urls=self.directory_urls)
                printed = self._print(stamp, self._printed[path], place)
                old, new = self._times(stamp)
                file = f"{place}index.html" if place.endswith("/") else place
                keeper.write(site, file, _dated(printed.output, old, new))
                entries += [_dated(printed.entries, _plain(old), _plain(new))] if printed.entries else []
        _add_to_index(site / "search" / "search_index.json", entries)

    def _stamp_of(self, page: Page) -> Stamp | None:
        """Take a page apart, or remember how: one of an earlier build still has the time of then on it."""
        if self._memory is None:
            return stamp_of(page)
        known, stamp = self._memory.pages.get(page.path), self._memory.stamps.get(page.path)
        made = known.page if known and known.given is page else page
        if stamp is None or stamp.page is not made:
            stamp = stamp_of(made)
        if stamp:
            self._memory.stamps[page.path] = stamp
        return stamp

    def _print(self, stamp: Stamp, shell: Shell, place: str) -> Printed:
        known = self._memory.stamped.get(stamp.page.path) if self._memory else None
        if known and known.stamp is stamp and known.shell == shell.output:
            return known
        found = search_entries(stamp, place) if stamp.is_searched else ()
        entries = ",".join(json.dumps(entry, separators=(",", ":")) for entry in found)
        printed = Printed(stamp, shell.output, shell.stamp(stamp), entries)
        if self._memory:
            self._memory.stamped[stamp.page.path] = printed
        return printed

    def _times(self, stamp: Stamp) -> tuple[str, str]:
        """Give the line with the time that a stamp has, and the one that it must have; equal when they are."""
        known = self._memory.pages.get(stamp.page.path) if self._memory else None
        if known is None or self._now is None or known.page is not stamp.page or known.at == self._now:
            return "", ""
        return as_of(known.at), as_of(self._now)

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


def _dated(text: str, old: str, new: str) -> str:
    return text.replace(old, new) if old else text


def _plain(line: str) -> str:
    """Give a line without its elements, as the search index has it."""
    return " ".join(_TAGS.sub(" ", line).split())


def _add_to_index(file: Path, entries: Sequence[str]) -> None:
    """Add entries, which are JSON already."""
    if file.is_file():
        index = json.loads(file.read_text(encoding="utf-8"))
        docs = [json.dumps(entry, separators=(",", ":")) for entry in index.pop("docs")]
        head = json.dumps(index, separators=(",", ":")).removesuffix("}")
        file.write_text(f'{head},"docs":[{",".join([*docs, *entries])}]}}', encoding="utf-8")
