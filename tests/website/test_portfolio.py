"""Pages about all models, the feed, and the files beside the pages."""

import dataclasses
import json
from xml.etree import ElementTree

import pytest

from mlgov.monitors import Violation
from mlgov.website.links import Links
from mlgov.website.pages import portfolio
from mlgov.website.pages.downloads import MANY
from mlgov.website.pages.progress import Covered, current_frameworks
from mlgov.website.pages.rows import models_json, row_view
from mlgov.website.render import render_files
from mlgov.website.sparks import said, spark
from tests.website import documents as d
from tests.website.dom import parse, read_page
from tests.website.hostile import PAYLOADS
from tests.website.values import alarming, maximal, page, site

ATOM = "{http://www.w3.org/2005/Atom}"

#: Name of a model -> its title.
TWINS = {"a": "Churn", "b": "CHURN", "c": "Other"}


def text_of(path: str, *documents: dict[str, object], **keys: object) -> str:
    """Give the text of a page on one line."""
    found = page(site(*documents, **keys), path)  # type: ignore[arg-type]
    return " ".join(read_page(found.markdown).text.split())


def _feed(files: dict[str, str]) -> ElementTree.Element:
    return ElementTree.fromstring(files["feed.xml"])  # noqa: S314 - our own bytes


def test_gaps_name_the_model_and_what_to_do() -> None:
    """An approved card of medium risk without a monitor, and a review that is over."""
    risky = {"intended_uses": {"risk_rating": "medium"}}
    shown = text_of("portfolio/gaps.md", d.card("bare", risky, status="approved", review_by="2026-01-01"))
    assert "No data quality monitor is running" in shown
    assert "The review was due on 2026-01-01." in shown
    assert "All quiet None ends within 30 days." in shown


def test_alerts_say_what_was_found() -> None:
    """With the sentence of each violation."""
    shown = text_of("portfolio/alerts.md", *maximal(), executions=alarming())
    assert "the Kolmogorov-Smirnov distance is 0.31" in shown
    assert "No monitor is in alert" in text_of("portfolio/alerts.md", *maximal())


def test_alerts_name_the_segment() -> None:
    """A column that moved in two segments is no column that was found twice."""
    apart = [Violation("tenure", "baseline_drift_check", "It moved.", f"plan: {plan}") for plan in "AB"]
    found = [dataclasses.replace(run, violations=tuple(apart) if run.violations else ()) for run in alarming()]
    shown = text_of("portfolio/alerts.md", *maximal(), executions=found)
    assert "tenure (plan: A)It moved.tenure (plan: B)It moved." in shown


def test_the_heat_map_has_the_emptiest_card_first_and_leaves_archived_ones_out() -> None:
    """Percent and count in every cell; the shade alone says nothing."""
    found = page(site(*maximal(), d.card("empty"), d.card("old", status="archived")), "portfolio/frameworks.md")
    text = read_page(found.markdown).text
    assert text.index("empty") < text.index("Customer churn")
    assert "0 of 13" in text
    assert ">old<" not in found.markdown


def test_the_heat_map_says_that_it_rounds_down() -> None:
    """In words, in each cell and in the mean: 100 percent means all."""
    assert "in percent, rounded down" in text_of("portfolio/frameworks.md", *maximal())
    framework = current_frameworks(site())[0]
    assert portfolio._mean([Covered(framework, 199, 200, ()), Covered(framework, 200, 200, ())]) == 99


def test_the_mean_is_worked_out_from_the_counts() -> None:
    """Rounding each card down first would make 57 of it: (55 + 55 + 55 + 66) / 4; the counts say 58.3."""
    framework = current_frameworks(site())[0]
    assert portfolio._mean([Covered(framework, number, 9, ()) for number in (5, 5, 5, 6)]) == 58


def test_the_audit_log_has_every_document() -> None:
    """Roles and monitor sets as well; documents with a page are links."""
    dom = read_page(page(site(*maximal()), "portfolio/audit.md").markdown)
    assert {"../../cards/churn/", "../../roles/data-scientist/"} <= set(dom.values("href"))
    assert "monitors/churn.yaml" in dom.text
    assert "Nothing is committed yet." not in dom.text


def test_a_long_audit_log_is_folded_and_whole() -> None:
    """Fifty changes are open, the others stand below in the same form; a short log is one table."""
    few = page(site(*maximal()), "portfolio/audit.md").markdown
    assert "<details" not in few
    values = site(*(d.card(f"model-{number}") for number in range(portfolio.OPEN_CHANGES + 3)))
    open_part, _, folded = page(values, "portfolio/audit.md").markdown.partition("<details")
    assert open_part.count("<tr><td>") == portfolio.OPEN_CHANGES
    assert folded.count("<tr><td>") == 3
    assert "<summary>Show the other 3</summary>" in folded
    assert "</details>" in folded


def test_the_feed_is_atom_with_status_changes_and_alerts() -> None:
    """Each entry has an id that stays, a time and a link."""
    feed = _feed(render_files(site(*maximal(), executions=alarming())))
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert "Customer churn: approved" in titles
    assert "Customer churn: data quality in alert (data-quality)" in titles
    assert next(feed.iter(f"{ATOM}entry")).findtext(f"{ATOM}updated") == "2026-03-09T00:00:00Z"
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert "cards/churn/" in [link.get("href") for link in feed.iter(f"{ATOM}link")]


def test_models_with_one_title_are_told_apart() -> None:
    """In the feed, in the choice of what to compare, and among what needs attention on the dashboard."""
    cards = [d.card(name, title=title) | {"lifecycle": {"status": "pending_review"}} for name, title in TWINS.items()]
    values = site(*cards)
    files = render_files(values)
    assert [about[0] for about in json.loads(files["downloads/index.json"]).values()] == [
        "Churn (a)",
        "CHURN (b)",
        "Other",
    ]
    assert "CHURN (b): pending review" in [
        entry.findtext(f"{ATOM}title") for entry in _feed(files).iter(f"{ATOM}entry")
    ]
    attention = page(values, "index.md").markdown.partition('class="mg-attention"')[2].partition("</section>")[0]
    assert ">Churn (a)</a>" in attention
    assert ">Other</a>" in attention


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_stays_text_in_every_file(payload: str) -> None:
    """The feed stays XML with the same elements, the rows and cards stay JSON with the same text."""
    values = site(d.card("churn", {"business_details": {"business_problem": payload}}, title=payload[:256]))
    files = render_files(values)
    feed = _feed(files)
    assert [child.tag for child in next(feed.iter(f"{ATOM}entry"))] == [
        f"{ATOM}{name}" for name in ("title", "id", "updated", "author", "link")
    ]
    assert json.loads(files["assets/mlgov/models.json"])["models"][0][0] == payload[:256]
    assert json.loads(files["downloads/churn.json"])["spec"]["business_details"]["business_problem"] == payload
    assert json.loads(files["downloads/index.json"])["churn"][0] == payload[:256]


def test_a_card_has_its_files_and_a_large_portfolio_has_the_commands() -> None:
    """Every link of the page's downloads leads to a file that is made."""
    values = site(*maximal())
    dom = read_page(page(values, "cards/churn.md").markdown)
    linked = {href.removeprefix("../../") for href in dom.values("href") if "downloads/" in href}
    assert linked == {f"downloads/churn{end}" for end in (".json", ".cdx.json", ".hf.txt")}
    assert linked <= set(render_files(values))
    many = site(*(d.card(f"model-{number}") for number in range(MANY + 1)))
    assert "mlgov card export model-1 --to cyclonedx" in read_page(page(many, "cards/model-1.md").markdown).text
    assert "downloads/model-1.cdx.json" not in render_files(many)


def test_a_row_is_compact_and_whole() -> None:
    """What repeats is named by its number."""
    row = site(*maximal(), executions=alarming()).rows[0]
    view, elsewhere = (row_view(row, link, Links("index.md")) for link in ("cards/churn/", "elsewhere"))
    usual, watched = ("cards/", "/"), ("monitors/", "/", "/")
    value = json.loads(models_json([view] * 3, usual, watched))
    assert len(value["cells"]) == 2
    assert [line[2] for line in value["models"]] == [1, 1, 1]
    assert value["cells"][0][3] == "ooooobbb"
    assert json.loads(models_json([elsewhere], usual, watched))["models"][0][2] == "elsewhere"


def test_a_sparkline_says_in_words_what_it_draws() -> None:
    """For those who do not see it."""
    assert said("oob") == "Last 3 windows: 2 completed, 1 with violations"
    assert said("m") == "Last window: 1 without a verdict"
    dom = parse(spark("oobwm"))
    assert dom.values("class") == ["mg-spark", "mg-ok", "mg-bad", "mg-warn", "mg-mute"]


def test_without_approval_rules_no_proof_is_called_quiet() -> None:
    """Nobody looked."""
    shown = text_of("portfolio/gaps.md", d.card("bare"))
    assert "Approved, and the proof does not hold Not known: no approval rules are in force" in shown
