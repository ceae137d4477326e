"""Pages of monitors, statistics and paper, in a real browser."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from mlgov.website.build import build
from tests.browser.conftest import served
from tests.browser.conftest import watched as listened
from tests.website import documents as d
from tests.website.watched import new_watched_world

pytestmark = pytest.mark.browser

MONITOR = "monitors/churn/data-quality/"
KINDS = [
    MONITOR,
    "monitors/churn/quality/",
    "monitors/churn/failing/",
    "monitors/churn/attribution/",
    "monitors/churn/bias/",
    "portfolio/statistics/",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with a monitor in every state, ending with a slash."""
    world = new_watched_world(tmp_path_factory.mktemp("world"))
    built = tmp_path_factory.mktemp("built") / "site"
    build(world.root, built, d.NOW)
    with served(built) as address:
        yield address


@pytest.fixture
def window(browser: Browser, site: str) -> Iterator[Page]:
    """A desktop window; whatever it says on the console or asks of others is an error."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, color_scheme="light")
    page = context.new_page()
    said, foreign = listened(page, site)
    yield page
    assert (said, foreign) == ([], [])
    context.close()


@pytest.mark.parametrize("width", [1366, 390], ids=["desktop", "phone"])
def test_every_state_of_a_monitor_is_accessible_and_fits(browser: Browser, site: str, width: int, scheme: str) -> None:
    """Axe finds nothing, with details open too; nothing is wider than the window, said or asked of others."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said, foreign = listened(page, site)
    for kind in KINDS:
        page.goto(f"{site}{kind}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page).response["violations"]
        assert [(kind, v["id"], [node["target"] for node in v["nodes"]]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), kind
    assert (said, foreign) == ([], [])
    context.close()


def test_from_the_dashboard_to_the_record_of_a_window(window: Page, site: str) -> None:
    """The cell leads to the monitor, the strip to the row of the window, the row to the ledger."""
    window.goto(site)
    window.wait_for_selector("section[data-ready]", state="attached")
    window.locator("#model-table").get_by_role("link", name="In alert").click()
    expect(window).to_have_url(re.compile(f"/{MONITOR}$"))
    expect(window.locator(".mg-lead")).to_contain_text("3 of the last 3 windows had violations")
    window.locator(".mg-runs-linked a").last.click()
    expect(window).to_have_url(re.compile("#w2026-03-10T000000Z$"))
    record = window.get_by_role("link", name="Record of the window to 2026-03-10 00:00")
    expect(record).to_have_attribute("href", re.compile("/blob/mlgov-ledger/executions/churn/data-quality/"))


def test_pictures_have_a_size_and_both_distributions(window: Page, site: str) -> None:
    """A picture whose area and line lie over each other, with words for those who do not see it."""
    window.goto(f"{site}{MONITOR}")
    picture = window.get_by_role("img", name=re.compile("^tenure: share of the rows by value"))
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] > 200
    for part in (".mg-area", ".mg-now"):
        drawn = picture.locator(part).bounding_box()
        assert drawn is not None
        assert drawn["height"] > 50


def test_a_monitor_is_readable_without_scripts(browser: Browser, site: str) -> None:
    """Everything is on the page that the server sends."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}{MONITOR}")
    assert page.locator(".mg-executions tbody tr").count() == 8
    assert page.locator(".mg-distances tbody tr").count() == 4
    assert page.locator("svg.mg-shape").count() == 3
    context.close()


@pytest.mark.parametrize("kind", ["cards/churn/", MONITOR])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_page_on_paper_is_a_clean_document(browser: Browser, site: str, kind: str, colours: str) -> None:
    """No navigation, no buttons, dark ink on white, figures and rows whole, nothing cut off at the right."""
    context = browser.new_context(viewport={"width": 680, "height": 960}, color_scheme=colours)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}{kind}")
    page.emulate_media(media="print", color_scheme=colours)  # type: ignore[arg-type]
    for hidden in (".md-header", ".md-sidebar", ".md-footer", ".mg-actions", ".headerlink"):
        assert not any(each.is_visible() for each in page.locator(hidden).all()), hidden
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(17, 23, 34)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for whole in (".mg-figure", ".mg-table tbody tr"):
        assert page.evaluate(f"getComputedStyle(document.querySelector('{whole}')).breakInside") == "avoid"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def test_a_printed_monitor_has_its_words_and_its_addresses(browser: Browser, site: str, tmp_path: Path) -> None:
    """As chromium prints it to a file: what is found is there, what is pressed is not."""
    assert shutil.which("pdftotext"), "pdftotext is missing: apt-get install poppler-utils"
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}{MONITOR}")
    page.pdf(path=tmp_path / "monitor.pdf", prefer_css_page_size=True)
    context.close()
    command = ["pdftotext", "-layout", str(tmp_path / "monitor.pdf"), "-"]
    said = " ".join(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    assert "the Kolmogorov-Smirnov distance is 0.31" in said
    assert "https://forge.example/team/models/blob/main/baselines/churn/data-quality" in said.replace(" ", "")
    assert "Edit this monitor" not in said
    assert "Table of contents" not in said


@pytest.mark.parametrize("medium", ["screen", "print"])
def test_no_red_line_runs_through_the_name_of_a_model_in_alert(browser: Browser, site: str, medium: str) -> None:
    """On phones and on paper a row is a card, and the edge belongs to the card."""
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.emulate_media(media=medium)  # type: ignore[arg-type]
    page.goto(site)
    hot = page.locator(".mg-models-table tbody tr.mg-hot").first
    assert hot.locator("th").evaluate("it => getComputedStyle(it).boxShadow") == "none"
    assert "inset" in hot.evaluate("it => getComputedStyle(it).boxShadow")
    context.close()


def test_printed_models_have_no_head_over_their_cards(browser: Browser, site: str) -> None:
    """On narrow paper every cell says what it is; a lineage is as wide as the paper at most."""
    context = browser.new_context(viewport={"width": 680, "height": 960})
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(site)
    assert not page.locator(".mg-models-table thead").is_visible()
    page.goto(f"{site}cards/churn/")
    assert page.locator(".mg-lineage").evaluate("it => it.clientWidth <= it.parentElement.clientWidth")
    context.close()
