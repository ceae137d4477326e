"""The page that compares two cards, or two versions of one; its script reads their contents from the downloads."""

from collections.abc import Iterator

from mlgov.website.links import Links
from mlgov.website.markup import render_template
from mlgov.website.pages import downloads
from mlgov.website.pages.menu import menu
from mlgov.website.pages.portfolio import TITLES
from mlgov.website.values import Page, SiteValues

PATH = "portfolio/compare.md"


def pages(values: SiteValues) -> Iterator[Page]:
    """Give the page."""
    links = Links(PATH, values.directory_urls)
    markdown = render_template(
        "compare.md.jinja",
        index=links.file(downloads.INDEX),
        home=links.to("index.md"),
        menu=menu(PATH, TITLES, values),
    )
    yield Page(PATH, markdown, None, "Compare", in_nav=True)
