"""Roles, charts, downloads, the menu and previews in a real browser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from mlgov.adapters.git_repository import GitRepository
from mlgov.website.build import preview
from mlgov.website.preview import preview_of
from tests.browser.conftest import watched
from tests.website import documents as d
from tests.website.world import new_site_world

pytestmark = pytest.mark.browser

TIP = ".mg-chart .mg-tip"


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """List what axe finds."""
    return [(v["id"], [node["target"] for node in v["nodes"]]) for v in Axe().run(page).response["violations"]]


def test_the_pointer_over_a_curve_shows_the_values_of_the_point(page: Page, address: str) -> None:
    """The same that the table says, whose row is lit; leaving hides both."""
    page.goto(f"{address}cards/churn/")
    chart = page.locator(".mg-chart[data-ready]").first
    chart.scroll_into_view_if_needed()
    dots = page.locator(".mg-chart svg path[fill='var(--mg-curve)']")
    expect(dots).to_have_count(8)
    box = dots.nth(3).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(TIP)).to_have_text("True positive rate 0.78False positive rate 0.1")
    expect(page.locator("tr.mg-lit")).to_have_text("0.10.78")
    page.mouse.move(0, 0)
    expect(page.locator(TIP)).to_be_hidden()
    expect(page.locator("tr.mg-lit")).to_have_count(0)


def test_the_keyboard_walks_along_a_curve(page: Page, address: str) -> None:
    """Arrows, both ends and Escape; the note is a status, so that it is read out; axe has nothing to say."""
    page.goto(f"{address}cards/churn/")
    chart = page.get_by_role("group", name="ROC curve: arrow keys go from point to point")
    chart.focus()
    said = page.locator(TIP)
    expect(said).to_contain_text("True positive rate 0")
    expect(said).to_have_attribute("role", "status")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("True positive rate 0.42")
    page.keyboard.press("End")
    expect(said).to_have_text("True positive rate 1False positive rate 1")
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text("True positive rate 1False positive rate 1")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()


def test_a_curve_of_many_points_finds_those_that_the_table_lists(page: Page, address: str) -> None:
    """The drawing has all of them; the note never says a value of another point."""
    page.goto(f"{address}cards/traps/")
    page.get_by_role("group", name=re.compile("^Calibration")).focus()
    page.keyboard.press("End")
    expect(page.locator(TIP)).to_have_text("y 998,001x 999")
    dot = page.locator(".mg-cursor")
    line = page.locator(".mg-chart svg path[stroke='var(--mg-curve)']:not([fill])")
    end = (line.get_attribute("d") or "").rpartition("L")[2].split(",")
    assert [dot.get_attribute("cx"), dot.get_attribute("cy")] == end


def test_cells_of_a_matrix_and_bars_say_what_they_are_worth(page: Page, address: str) -> None:
    """By pointer and by arrow keys."""
    page.goto(f"{address}cards/churn/")
    cells = page.locator(".mg-matrix td.mg-num")
    cells.nth(1).hover()
    tip = page.locator("figure:has(.mg-matrix) .mg-tip")
    expect(tip).to_have_text("stays, called leaves: 3003.2% of the row stays14.6% of the column called leaves")
    cells.nth(0).focus()
    page.keyboard.press("ArrowDown")
    expect(cells.nth(2)).to_be_focused()
    expect(tip).to_contain_text("leaves, called stays: 750")
    page.locator(".mg-bars td.mg-num").nth(1).hover()
    expect(page.locator("figure:has(.mg-bars) .mg-tip")).to_have_text("calls: 0.2Place 2 of 3 by size")


def test_hostile_labels_are_text_in_the_note(page: Page, address: str) -> None:
    """Names of axes, labels and metrics come from strangers; the page fixture hears scripts that run."""
    page.goto(f"{address}cards/traps/")
    page.locator(".mg-bars td.mg-num").first.hover()
    tip = page.locator("figure:has(.mg-bars) .mg-tip")
    expect(tip).to_contain_text("<img src=x onerror=alert(1)>: 1")
    assert tip.locator("img").count() == 0


def test_the_policy_of_a_role_is_copied_and_downloaded(browser: Browser, address: str) -> None:
    """The same JSON both ways, by the theme's button and by a link."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    said, foreign = watched(page, address)
    page.goto(f"{address}roles/data-scientist/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download policy").click()
    assert waiting.value.suggested_filename == "data-scientist.json"
    downloaded = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert json.loads(downloaded)["Role"]["RoleName"] == "SageMaker-data-scientist"
    block = page.locator(".mg-json")
    block.hover()
    block.locator("button").first.click()
    assert page.evaluate("navigator.clipboard.readText()").strip() == downloaded.strip()
    assert (said, foreign) == ([], [])
    context.close()


def test_the_table_of_abilities_leads_to_the_statement(page: Page, address: str) -> None:
    """By keyboard; the statement comes into view."""
    page.goto(f"{address}roles/data-scientist/")
    link = page.get_by_role("link", name="Its statement").first
    target = link.get_attribute("href") or ""
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{re.escape(target)}$"))
    expect(page.locator(target)).to_be_in_viewport()


def test_the_menu_goes_round_by_keyboard(page: Page, address: str) -> None:
    """From each page about everything to the next, and back to the dashboard."""
    page.goto(address)
    names = page.get_by_role("navigation", name="Pages about all models").get_by_role("link").all_inner_texts()
    assert names[0] == "Dashboard"
    assert names[-1] == "Feed"
    for name in [*names[1:-1], "Dashboard"]:
        menu = page.get_by_role("navigation", name="Pages about all models")
        menu.get_by_role("link", name=name, exact=True).focus()
        page.keyboard.press("Enter")
        menu = page.get_by_role("navigation", name="Pages about all models")
        expect(menu.locator("[aria-current]")).to_have_text(name)


@pytest.fixture(scope="module")
def proposal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a preview, as somebody unpacks it."""
    world = new_site_world(tmp_path_factory.mktemp("proposal") / "world")
    world.git("switch", "--quiet", "--create", "change")
    world.save("cards/fraud.yaml", d.yaml_of(d.card("fraud", {}, title="Card fraud, better")), "Better")
    out = tmp_path_factory.mktemp("preview") / "site"
    shown = preview_of(GitRepository(world.root), "main", "change")
    preview(world.root, out, d.NOW, shown, lambda said: None)
    yield out


def test_a_preview_is_looked_at_without_a_web_server(browser: Browser, proposal: Path) -> None:
    """It has its look, says what it is, and its links work."""
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.goto((proposal / "index.html").as_uri())
    bar = page.get_by_role("complementary", name="Preview")
    expect(bar).to_contain_text("Preview of a proposal, not merged.")
    assert bar.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 223, 143)"
    bar.get_by_role("link", name="cards/fraud.yaml").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Card fraud, better")
    expect(page.get_by_role("complementary", name="Preview")).to_contain_text("Proposed, not merged.")
    assert page.title().startswith("Preview ")
    context.close()


@pytest.mark.parametrize("width", [1366, 390], ids=["desktop", "phone"])
def test_a_preview_is_accessible(browser: Browser, proposal: Path, width: int, scheme: str) -> None:
    """On both sizes and in both colours; nothing is wider than the window."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for name in ("index.html", "cards/fraud.html", "cards/churn.html"):
        page.goto((proposal / name).as_uri())
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    context.close()


@pytest.mark.parametrize(("name", "start"), [("fraud.pdf", b"%PDF"), ("fraud-evidence.zip", b"PK")])
def test_pdf_and_pack_are_taken_away(page: Page, address: str, name: str, start: bytes) -> None:
    """Where the settings ask for them; each is what its name says."""
    page.goto(f"{address}cards/fraud/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    assert waiting.value.suggested_filename == name
    assert Path(waiting.value.path()).read_bytes().startswith(start)


def test_a_card_fits_a_phone(page: Page, address: str) -> None:
    """A long command of the next step is broken, and the picture of the lineage scrolls in its box at full size."""
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(address + "cards/traps/")
    page.locator(".mg-todo code").first.evaluate("code => { code.textContent = 'x'.repeat(200); }")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(address + "cards/churn/")
    assert page.locator(".mg-lineage").evaluate("it => it.clientWidth === Number(it.getAttribute('width'))")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
