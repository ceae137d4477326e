"""The trust strip: each fact, and a link to a section that is there."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mlgov.dashboard import ModelRow
from mlgov.website.pages.trust import Trust, trust_strip, waivers_by_path
from mlgov.website.values import SiteValues
from tests.website import documents as d
from tests.website.dom import read_page
from tests.website.values import alarming, maximal, page, site


def strip_of(values: SiteValues) -> dict[str, Trust]:
    """Give the strip of the first row, by term."""
    row: ModelRow = values.rows[0]
    waived = waivers_by_path(values).get("cards/churn.yaml", [])
    return {each.term: each for each in trust_strip(row, d.DIGEST, waived, values)}


def waiver(expires: str, status: str = "approved") -> dict[str, Any]:
    """Make a waiver of a finding of the card."""
    spec = {
        "path": "cards/churn.yaml",
        "findings": [{"code": "MLG-L001", "fingerprint": "0f1e2d3c4b5a6978"}],
        "reason": "Three months of data are missing.",
        "compensating_control": "A person looks at every decision.",
        "requester": "@model-owners",
        "expires": expires,
    }
    return d.document("Waiver", "churn-data", spec, status=status)


def test_an_alert_counts_its_violations() -> None:
    """Those of the last window that had any."""
    strip = strip_of(site(*maximal(), executions=alarming()))
    assert strip["Open violations"].badge.word == "1"
    assert strip["Open violations"].badge.tone == "alarm"
    assert strip["Monitors"].badge.word == "Fresh"
    assert "2026-03-10" in strip["Monitors"].said


@pytest.mark.parametrize(
    ("review_by", "word", "said"),
    [
        ("2026-12-31", "Valid", "296 days left"),
        ("2026-03-20", "Ends soon", "10 days left"),
        ("2026-03-09", "Over", "1 day ago"),
    ],
)
def test_the_end_of_an_approval(review_by: str, word: str, said: str) -> None:
    """How long it still holds, or since when not."""
    strip = strip_of(site(d.card("churn", status="approved", review_by=review_by)))
    assert strip["Valid until"].badge.word == word
    assert said in strip["Valid until"].said


def test_an_approved_card_without_an_end_is_marked() -> None:
    """An approval for ever is a doubt; a draft without an end is not."""
    assert strip_of(site(d.card("churn", status="approved")))["Valid until"].badge.tone == "warn"
    assert strip_of(site(d.card("churn")))["Valid until"].badge.tone == "mute"


@pytest.mark.parametrize(
    ("expires", "status", "word"),
    [("2026-03-10", "approved", "1"), ("2026-03-09", "approved", "None"), ("2026-12-31", "pending_review", "None")],
)
def test_a_waiver_counts_while_it_is_approved_and_not_over(expires: str, status: str, word: str) -> None:
    """Its last day included; the section lists the others, too."""
    values = site(d.card("churn"), waiver(expires, status))
    assert strip_of(values)["Waivers"].badge.word == word
    assert "Three months of data are missing." in read_page(page(values, "cards/churn.md").markdown).text


def test_every_why_leads_to_a_section_of_the_page() -> None:
    """And every box of the lineage does."""
    dom = read_page(page(site(*maximal(), executions=alarming()), "cards/churn.md").markdown)
    anchors = {link[1:] for link in dom.values("href") if link.startswith("#")}
    assert {"monitors", "history", "waivers", "training", "where-it-serves", "evaluation-1"} <= anchors
    assert anchors <= set(dom.values("id"))


def test_a_model_that_nobody_watches_is_not_called_free_of_violations() -> None:
    """Nor one whose windows had no data: what was not judged is not good."""
    assert strip_of(site(d.card("churn")))["Open violations"].badge.word == "Not known"
    blind = strip_of(site(*maximal(), executions=[d.unjudged(day) for day in range(8)]))
    assert blind["Open violations"].badge.tone == "mute"
    assert blind["Monitors"].badge.word == "1 of 1 without a verdict"


def test_monitors_that_stopped_are_not_fresh() -> None:
    """Ten days after the last window."""
    values = site(*maximal(), executions=alarming(), now=datetime(2026, 3, 20, tzinfo=UTC))
    assert strip_of(values)["Monitors"].badge.word == "1 of 1 stale"
