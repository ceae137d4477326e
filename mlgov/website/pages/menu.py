"""The menu of the pages about all models and all roles: the same on each of them, so that none is a dead end."""

from dataclasses import dataclass

from mlgov.names import Kind
from mlgov.website.links import PAGE_OF_ACCESS, Links
from mlgov.website.values import SiteValues

FEED = "feed.xml"
#: Before and after the pages of the portfolio: path -> what it is called.
FIRST = {"index.md": "Dashboard"}
LAST = {"portfolio/compare.md": "Compare", "roles/index.md": "Roles", PAGE_OF_ACCESS: "Access"}
RULES = {"reference/rules.md": "Rules"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu: its address from the page that shows it, its name, and whether it is that page."""

    link: str
    name: str
    is_here: bool = False


def menu(path: str, portfolio: dict[str, str], values: SiteValues) -> list[Entry]:
    """Give the menu of a page.

    Args:
        path: Path of the page that shows it.
        portfolio: Pages of the portfolio: path -> what it is called.
        values: What the site shows; without a role, nobody may do anything and there is no page of that.
    """
    links = Links(path, values.directory_urls)
    every = FIRST | portfolio | LAST | RULES
    if not any(values.collected.tree.of(Kind.ROLE)):
        every.pop(PAGE_OF_ACCESS)
    found = [Entry(links.to(other), name, other == path) for other, name in every.items()]
    return [*found, Entry(links.file(FEED), "Feed")]
