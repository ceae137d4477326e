"""Every page about all models or roles leads to all the others, and every page of a document leads back."""

import posixpath

import pytest

from mlgov.website.render import render_files, render_pages
from mlgov.website.values import SiteValues
from tests.website import documents as d
from tests.website.dom import Dom, read_page
from tests.website.values import alarming, maximal, site

COMMON = ["index.md", "roles/index.md", "reference/access.md", "reference/rules.md"]


@pytest.fixture(scope="module")
def values() -> SiteValues:
    """A site with everything in it."""
    return site(
        *maximal(), executions=alarming(), files={"cards/broken.yaml": b"a: [\n", "roles/broken.yaml": b"a: [\n"}
    )


@pytest.fixture(scope="module")
def doms(values: SiteValues) -> dict[str, Dom]:
    """Every page, by path."""
    return {page.path: read_page(page.markdown) for page in render_pages(values)}


def targets(path: str, dom: Dom) -> set[str]:
    """List the Markdown paths that a page links to, with directory addresses."""
    origin = "/" + path.removesuffix("index.md").removesuffix(".md").rstrip("/") + "/"
    links = {href.partition("#")[0].partition("?")[0] for href in dom.values("href") if ":" not in href}
    found = {posixpath.normpath(posixpath.join(origin, link)).lstrip("/") for link in links if link}
    return {f"{place}.md" if place else "index.md" for place in found}


def normal(path: str) -> str:
    """Write a path as `targets` does."""
    return path if path == "index.md" else path.replace("/index.md", ".md")


def test_the_pages_about_everything_lead_to_each_other(doms: dict[str, Dom]) -> None:
    """All of them from each of them."""
    every = [*COMMON, *(path for path in doms if path.startswith("portfolio/"))]
    assert len(every) >= 9
    for path in every:
        missing = {normal(other) for other in every} - targets(path, doms[path]) - {normal(path)}
        assert missing == set(), path


def test_the_menu_marks_where_one_is(doms: dict[str, Dom]) -> None:
    """Once on each page that has it."""
    for path in COMMON:
        current = [attrs for _, attrs in doms[path].elements if attrs.get("aria-current") == "page"]
        assert len(current) == 1, path


def test_no_page_is_a_dead_end(doms: dict[str, Dom]) -> None:
    """From every page one click leads to a page about everything, and links inside the site lead somewhere."""
    for path, dom in doms.items():
        assert targets(path, dom) & {normal(each) for each in COMMON}, path


def test_every_link_inside_the_site_leads_to_a_page_or_a_file(values: SiteValues, doms: dict[str, Dom]) -> None:
    """Judged on the parsed pages, for both styles of addresses by the same code."""
    known = {normal(path) for path in doms} | {f"{path}.md" for path in render_files(values)}
    for path, dom in doms.items():
        assert targets(path, dom) <= known, path


def test_every_anchor_that_is_linked_is_there(doms: dict[str, Dom]) -> None:
    """Inside a page; headings have the ids that the engine gives them."""
    for path, dom in doms.items():
        wanted = {href[1:] for href in dom.values("href") if href.startswith("#")}
        assert wanted <= set(dom.values("id")), path


def test_without_roles_there_is_no_page_to_lead_to() -> None:
    """The menu leaves it out."""
    page = next(page for page in render_pages(site(d.card("churn"))) if page.path == "index.md")
    assert "reference/access.md" not in targets("index.md", read_page(page.markdown))
