"""The guide and the reference in a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from mlgov.website.build import build
from tests.browser.conftest import served, watched
from tests.website import documents as d
from tests.website.world import new_site_world

pytestmark = pytest.mark.browser

TOP = Path(__file__).resolve().parent.parent.parent
KINDS = ["guide/", "guide/tutorial/", "guide/sagemaker/", "reference/commands/", "reference/model-card/", "glossary/"]


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with our own pages and somebody's models, ending with a slash."""
    world = new_site_world(tmp_path_factory.mktemp("world"))
    shutil.copytree(TOP / "docs", world.root / "docs", dirs_exist_ok=True)
    shutil.copy(TOP / "mkdocs.yml", world.root)
    site = tmp_path_factory.mktemp("built") / "site"
    build(world.root, site, d.NOW)
    with served(site) as address:
        yield address


@pytest.mark.parametrize("width", [1366, 390], ids=["desktop", "phone"])
def test_every_kind_of_page_is_accessible_and_fits(browser: Browser, guide: str, width: int, scheme: str) -> None:
    """Axe finds nothing, nothing is wider than the window, nothing is said or asked of others."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said, foreign = watched(page, guide)
    for kind in KINDS:
        page.goto(f"{guide}{kind}")
        found = Axe().run(page).response["violations"]
        assert [(kind, v["id"], [node["target"] for node in v["nodes"]]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), kind
    assert (said, foreign) == ([], [])
    context.close()


def test_somebody_new_gets_from_the_dashboard_to_a_command(browser: Browser, guide: str) -> None:
    """By the tabs and the table of commands."""
    page = browser.new_page()
    page.goto(guide)
    tabs = page.get_by_role("navigation", name="Tabs")
    tabs.get_by_role("link", name="Guide").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Guide")
    tabs.get_by_role("link", name="Reference").click()
    page.get_by_role("table").get_by_role("link", name="mlgov gate", exact=True).click()
    expect(page.locator("#mlgov-gate")).to_be_in_viewport()
    page.close()


def test_the_copy_button_takes_the_commands_alone(browser: Browser, guide: str) -> None:
    """No prompts and no output, so that a reader can paste them."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{guide}guide/tutorial/")
    block = page.locator(".language-console", has_text="mlgov init models")
    block.hover()
    block.locator("button").click()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[:2] == ["mlgov init models --ci none", "cd models"]
    assert len(copied) == 5
    context.close()
