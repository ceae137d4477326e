"""One module per kind of page; each gives its pages from the values of the site. A new kind is a row here."""

from collections.abc import Callable, Iterator

from mlgov.website.pages.access import pages as access_pages
from mlgov.website.pages.cards import pages as card_pages
from mlgov.website.pages.compare import pages as compare_pages
from mlgov.website.pages.dashboard import files as dashboard_files
from mlgov.website.pages.dashboard import pages as dashboard_pages
from mlgov.website.pages.downloads import files as download_files
from mlgov.website.pages.feed import files as feed_files
from mlgov.website.pages.portfolio import pages as portfolio_pages
from mlgov.website.pages.roles import files as role_files
from mlgov.website.pages.roles import pages as role_pages
from mlgov.website.pages.rules import pages as rule_pages
from mlgov.website.pages.watch import pages as watch_pages
from mlgov.website.values import Page, SiteValues

PAGES: tuple[Callable[[SiteValues], Iterator[Page]], ...] = (
    dashboard_pages,
    card_pages,
    watch_pages,
    role_pages,
    access_pages,
    rule_pages,
    compare_pages,
    portfolio_pages,
)
#: What the site has besides pages: path and text.
FILES: tuple[Callable[[SiteValues], Iterator[tuple[str, str]]], ...] = (
    dashboard_files,
    download_files,
    role_files,
    feed_files,
)
