"""Values -> pages. Pure: the same values give the same bytes."""

from mlgov.website.pages import PAGES
from mlgov.website.values import Page, SiteValues


def render_pages(values: SiteValues) -> list[Page]:
    """Render every generated page of the site, by path."""
    return sorted((page for pages in PAGES for page in pages(values)), key=lambda page: page.path)
