"""Values -> pages and files. Pure: the same values give the same bytes."""

from mlgov.website.pages import FILES, PAGES
from mlgov.website.values import Page, SiteValues


def render_pages(values: SiteValues) -> list[Page]:
    """Render every generated page of the site, by path."""
    return sorted((page for pages in PAGES for page in pages(values)), key=lambda page: page.path)


def render_files(values: SiteValues) -> dict[str, str]:
    """Render every generated file that is no page, by its path in the site."""
    return {path: text for files in FILES for path, text in files(values)}
