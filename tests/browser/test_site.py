"""What people do on the site, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watched

pytestmark = pytest.mark.browser

KINDS = [
    "",
    "cards/broken/",
    "cards/churn/",
    "cards/pricing/",
    "cards/traps/",
    "roles/",
    "roles/data-scientist/",
    "roles/incomplete/",
    "reference/access/",
    "reference/rules/",
    "portfolio/gaps/",
    "portfolio/alerts/",
    "portfolio/frameworks/",
    "portfolio/audit/",
    "portfolio/compare/?a=churn&b=fraud",
    "404.html",
]


def names(page: Page) -> list[str]:
    """List the models that the table shows, in its order."""
    page.wait_for_selector("section[data-ready]", state="attached")
    heads = page.locator("#model-table tbody tr:visible th")
    return [text.split("\n")[0] for text in heads.all_inner_texts()]


def test_somebody_finds_the_drifting_model(page: Page, address: str) -> None:
    """The count is on top, pressing it leaves the one row, its link opens the card, and the card says what is wrong."""
    page.goto(address)
    tile = page.get_by_role("button", name="1 in alert")
    tile.click()
    expect(tile).to_have_attribute("aria-pressed", "true")
    assert names(page) == ["Customer churn"]
    page.locator("#model-table").get_by_role("link", name="Customer churn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customer churn")
    expect(page.locator(".mg-callouts")).to_contain_text("in alert since 2026-03-09")
    expect(page.locator("#monitors ~ .mg").first).to_contain_text("the Kolmogorov-Smirnov distance is 0.31")


def test_the_search_finds_a_card_that_is_in_no_navigation(page: Page, address: str) -> None:
    """By typing words that stand in the card."""
    page.goto(f"{address}roles/")
    page.keyboard.press("/")
    page.locator("input.md-search__input").press_sequentially("ninety days", delay=20)
    result = page.locator(".md-search-result__item a").first
    expect(result).to_contain_text("Customer churn")
    result.click()
    expect(page).to_have_url(re.compile(r"/cards/churn/"))


def test_a_head_sorts_the_table_and_sorts_it_back(page: Page, address: str) -> None:
    """Status by its rank, not by its letters; the address remembers."""
    page.goto(address)
    page.wait_for_selector("section[data-ready]", state="attached")
    page.get_by_role("button", name="Risk", exact=True).click()
    risks = page.locator("#model-table tbody tr td:nth-child(3)")
    expect(risks.first).to_have_text("Low")
    page.get_by_role("button", name="Risk", exact=True).click()
    expect(risks.first).to_have_text("High")
    expect(page.locator("#model-table thead th").nth(2)).to_have_attribute("aria-sort", "descending")
    page.reload()
    expect(risks.first).to_have_text("High")


def test_sorting_by_name_and_by_cell(page: Page, address: str) -> None:
    """Text by letters, monitors by how pressing they are."""
    page.goto(address)
    page.get_by_role("button", name="Model", exact=True).click()
    shown = names(page)
    assert shown == sorted(shown, key=str.casefold)
    for _ in range(2):
        page.get_by_role("button", name="Data quality").click()
    assert names(page)[0] == "Customer churn"


def test_the_filter_takes_words_and_says_how_many_are_left(page: Page, address: str) -> None:
    """Any word of a row, and the address remembers."""
    page.goto(address)
    page.locator("[name=filter]").fill("risk review")
    assert names(page) == ["Card fraud"]
    expect(page.get_by_role("status")).to_have_text("1 of 7 shown")
    page.reload()
    assert names(page) == ["Card fraud"]
    page.locator("[name=filter]").fill("")
    assert len(names(page)) == 7


def test_the_keyboard_alone_is_enough(page: Page, address: str) -> None:
    """Tab to a head, press Enter, and the table is sorted."""
    page.goto(address)
    page.get_by_role("button", name="Status", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#model-table thead th").nth(1)).to_have_attribute("aria-sort", "ascending")


def test_the_edit_button_leads_to_the_yaml_of_the_card(page: Page, address: str) -> None:
    """At the forge that the settings name."""
    page.goto(f"{address}cards/churn/")
    edit = page.get_by_role("link", name="Edit this card")
    expect(edit).to_have_attribute("href", "https://forge.example/team/models/edit/main/cards/churn.yaml")


def test_the_switch_turns_the_page_dark(page: Page, address: str) -> None:
    """And the next page stays dark."""
    page.goto(address)
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.locator("label[for=__palette_1]:visible, label[title*=dark]:visible").first.click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    dark = page.evaluate(background)
    assert dark != light
    page.goto(f"{address}cards/churn/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_a_curve_has_its_picture_and_its_values(page: Page, address: str) -> None:
    """The picture has a size; the table beside it has the points."""
    page.goto(f"{address}cards/churn/")
    box = page.get_by_role("img", name=re.compile("True positive rate over False positive rate")).bounding_box()
    assert box is not None
    assert box["width"] > 300
    expect(page.get_by_role("region", name="Values of ROC curve")).to_contain_text("0.42")


def test_without_scripts_every_row_is_there(browser: Browser, address: str) -> None:
    """The table is written by the server."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("#model-table tbody tr").count() == 7
    expect(page.locator(".mg-filters")).to_be_hidden()
    context.close()


def test_traps_in_a_card_do_nothing(page: Page, address: str) -> None:
    """Neither on the page, nor in its title, nor in the search results; the page fixture hears scripts that run."""
    page.goto(f"{address}cards/traps/")
    assert page.title() == "<img src=x onerror=alert(1)> Traps - Model governance"
    article = page.locator("article")
    assert article.locator("script, img, iframe, object, form, h1 *").count() == 0
    attributes = article.evaluate("e => [...e.querySelectorAll('*')].flatMap(x => [...x.attributes].map(a => a.name))")
    assert [name for name in attributes if name.startswith("on")] == []
    page.keyboard.press("/")
    page.locator("input.md-search__input").press_sequentially("zebrafish", delay=20)
    result = page.locator(".md-search-result__item").first
    expect(result).to_contain_text("<img src=x onerror=alert(1)> Traps")
    assert result.locator("img, script").count() == 0


@pytest.fixture(params=[1366, 390], ids=["desktop", "phone"])
def window(request: pytest.FixtureRequest, browser: Browser, scheme: str, address: str) -> Iterator[Page]:
    """A window of each size in each colour scheme."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said, foreign = watched(page, address)
    yield page
    assert (said, foreign) == ([], [])
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_accessible_and_fits(window: Page, address: str, kind: str, tmp_path: Path) -> None:
    """Axe finds nothing, and nothing but tables' own boxes is wider than the window."""
    window.goto(f"{address}{kind}")
    window.screenshot(path=tmp_path / "page.png", full_page=True)
    found = Axe().run(window).response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in found] == []
    assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(
    ("width", "kind", "table"),
    [(1280, "", "Table of models"), (1100, "cards/churn/", "History of this document")],
)
def test_tables_fit_into_a_small_desktop(browser: Browser, address: str, width: int, kind: str, table: str) -> None:
    """Every column is in view without scrolling."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{address}{kind}")
    box = page.get_by_role("region", name=table)
    assert box.evaluate("e => e.scrollWidth <= e.clientWidth")
    context.close()


def test_an_open_detail_is_accessible_too(page: Page, address: str) -> None:
    """Measurements of a monitor and actions of a role are folded away at first."""
    for kind in ("cards/churn/", "roles/data-scientist/"):
        page.goto(f"{address}{kind}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert [v["id"] for v in Axe().run(page).response["violations"]] == []


def test_two_versions_of_a_card_are_compared(page: Page, address: str) -> None:
    """The button on the card leads there; what changed last is shown, and other cards can be chosen by keyboard."""
    page.goto(f"{address}cards/churn/")
    page.get_by_role("link", name="Compare").click()
    expect(page.locator(".mg-compared tbody tr")).to_have_count(1)
    expect(page.locator(".mg-compared")).to_contain_text("Consumer and small business")
    expect(page.get_by_role("columnheader", name="Customer churn, version 1")).to_be_visible()
    page.locator("[name=b]").fill("traps")
    page.keyboard.press("Enter")
    expect(page.locator(".mg-compared")).to_contain_text("<img src=x onerror=alert(1)> Traps")
    assert page.locator(".mg-compared").locator("img, script").count() == 0
    page.locator("[name=b]").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("There is no card called 'nobody'.")


def test_a_card_can_be_taken_away(page: Page, address: str) -> None:
    """The file has the name that people expect, and it is the card."""
    page.goto(f"{address}cards/churn/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="churn.json").click()
    assert waiting.value.suggested_filename == "churn.json"
    assert '"line_of_business": "Consumer and small business"' in Path(waiting.value.path()).read_text(encoding="utf-8")


def test_why_leads_to_the_reason_by_keyboard(page: Page, address: str) -> None:
    """From the trust strip to the section that says why."""
    page.goto(f"{address}cards/churn/")
    page.get_by_role("link", name="Why: Open violations").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#monitors$"))
    page.get_by_role("link", name=re.compile("churn-production")).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#where-it-serves$"))


def test_a_script_of_a_hand_written_page_does_not_run(browser: Browser, address: str) -> None:
    """The policy stops what no digest allows."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)"
    )
    assert page.evaluate("window.ran") is None
    context.close()
