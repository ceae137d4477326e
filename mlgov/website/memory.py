"""What one build remembers for the next: while somebody edits, one card changes and the others stay as they are."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2.bccache import Bucket, BytecodeCache

from mlgov.dashboard import Collected
from mlgov.website.keeping import Keeper
from mlgov.website.markup import moment
from mlgov.website.pictures import Key, Picture

if TYPE_CHECKING:
    from mlgov.website.pages.progress import Covered
    from mlgov.website.stamping import Stamp
    from mlgov.website.values import Page, SiteValues


@dataclass(frozen=True, slots=True)
class Remembered:
    """A page of an earlier build.

    Attributes:
        made_of: Everything that it was made of but the time; equal when it would be made the same.
        page: The page.
        at: The time that stands on it.
        given: The same with the time of the last build on it.
    """

    made_of: tuple[Any, ...]
    page: "Page"
    at: datetime
    given: "Page"


@dataclass(frozen=True, slots=True)
class Printed:
    """A page that was stamped in an earlier build.

    Attributes:
        stamp: The page.
        shell: The shell that it was stamped into.
        output: What came of it.
        entries: Its entries of the search index as JSON; empty when the search leaves it out.
    """

    stamp: "Stamp"
    shell: str
    output: str
    entries: str


class Compiled(BytecodeCache):
    """The theme's templates, compiled once: MkDocs makes a new environment for every build."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled before."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._known[bucket.key] = bucket.bytecode_to_string()


@dataclass(slots=True)
class Memory:
    """The last build of a repository, in this process.

    Attributes:
        collected: What was read.
        head: The commit that its history ends with.
        pages: Pages by path.
        covered: How far the card of each model answers the frameworks, with what that was worked out from.
        printed: The PDF of each card, with what it was printed from.
        compiled: Templates of the theme.
        pictures: What monitors saw, with what each picture was made of.
        stamps: The stamps of pages, by path.
        stamped: Stamped pages, by path.
        keeper: The files that were written.
    """

    collected: Collected | None = None
    head: str = ""
    pages: dict[str, Remembered] = field(default_factory=dict)
    covered: dict[str, tuple[tuple[Any, ...], list["Covered"]]] = field(default_factory=dict)
    printed: dict[str, tuple[tuple[Any, ...], bytes]] = field(default_factory=dict)
    compiled: Compiled = field(default_factory=Compiled)
    pictures: dict[Key, tuple[tuple[str, str], Picture]] = field(default_factory=dict)
    stamps: dict[str, "Stamp"] = field(default_factory=dict)
    stamped: dict[str, Printed] = field(default_factory=dict)
    keeper: Keeper = field(default_factory=Keeper)


def remembered(values: "SiteValues", path: str, made_of: tuple[Any, ...], make: Callable[[], "Page"]) -> "Page":
    """Give the page that an earlier build made of the same, with the time of today on it; make it when there is none.

    Args:
        values: The values of the site, with the memory, if any, and the time.
        path: Path of the page.
        made_of: Everything that the page is made of but the time of day.
        make: Makes the page.
    """
    if values.memory is None:
        return make()
    key, known = (*made_of, values.now.date()), values.memory.pages.get(path)
    if known is None or known.made_of != key:
        page = make()
        known = Remembered(key, page, values.now, page)
    given = known.page
    if known.at != values.now:
        given = replace(given, markdown=given.markdown.replace(as_of(known.at), as_of(values.now)))
    values.memory.pages[path] = replace(known, given=given)
    return given


def as_of(now: datetime) -> str:
    """Give the line of a page that says its time."""
    return f'<p class="mg-asof">As of {moment(now)}</p>'


@cache
def memory_of(root: Path) -> Memory:  # noqa: ARG001 - one for each
    """Give the memory of a repository."""
    return Memory()
