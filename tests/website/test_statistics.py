"""Statistics over time, from revisions and executions."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

from mlgov.lifecycle import Revision
from mlgov.names import Status
from mlgov.ports import Commit
from mlgov.website.pages.statistics import Part, statistics
from tests.website import documents as d
from tests.website import watched
from tests.website.dom import read_page
from tests.website.test_pages import text_of
from tests.website.values import alarming, maximal, page, site

NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
DRAFT, REVIEW, APPROVED = Status.DRAFT, Status.PENDING_REVIEW, Status.APPROVED


def history(*moves: tuple[str, Status | None]) -> list[Revision]:
    """Make the revisions of a card from days and statuses."""
    return [
        Revision(1, "sha256:x" if status else None, status, Commit("c0ffee", "A", "a@x", _at(day), "Change", ()))
        for day, status in moves
    ]


def _at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def parts(*cards: Sequence[Revision]) -> dict[str, Part]:
    """Count for cards with these histories."""
    made = site(*maximal(), now=NOW)
    revisions = {f"cards/card-{place}.yaml": card for place, card in enumerate(cards)}
    collected = dataclasses.replace(made.collected, revisions=revisions)
    return {part.title: part for part in statistics(dataclasses.replace(made, collected=collected))}


def cells(part: Part, title: str) -> tuple[str, ...]:
    """Give the numbers of a row."""
    return next(row.cells for row in part.rows if row.title == title)


def test_the_last_twelve_months_are_counted_and_the_present_one_is_the_last() -> None:
    """In order, over the turn of the year."""
    months = parts()["Models"].months
    assert (len(months), months[0], months[-3:]) == (12, "2025-04", ("2026-01", "2026-02", "2026-03"))


def test_a_card_has_the_status_of_the_end_of_the_month() -> None:
    """From its first commit until it is gone; what was before the first month counts too."""
    found = parts(
        history(("2024-01-01", DRAFT), ("2026-01-31", REVIEW), ("2026-02-01", APPROVED)),
        history(("2026-01-05", DRAFT), ("2026-02-05", None)),
    )["Models"]
    assert cells(found, "Draft")[-4:] == ("1", "1", "0", "0")
    assert cells(found, "In review")[-4:] == ("0", "1", "0", "0")
    assert cells(found, "Approved")[-4:] == ("0", "0", "1", "1")


def test_decisions_are_moves_out_of_review() -> None:
    """An approval, a card that was sent back and approved later; the wait runs from the last submission."""
    found = parts(
        history(("2026-02-01", DRAFT), ("2026-02-02", REVIEW), ("2026-02-04", APPROVED), ("2026-02-05", APPROVED)),
        history(("2026-02-01", REVIEW), ("2026-02-10", DRAFT), ("2026-02-20", REVIEW), ("2026-02-25", APPROVED)),
    )["Decisions"]
    assert cells(found, "Approved")[-2:] == ("2", "0")
    assert cells(found, "Sent back")[-2:] == ("1", "0")
    assert cells(found, "Days to approval")[-2:] == ("3.5", "")


def test_a_card_that_came_approved_was_approved_without_a_wait() -> None:
    """Nobody knows how long it took."""
    found = parts(history(("2026-03-01", APPROVED)))["Decisions"]
    assert (cells(found, "Approved")[-1], cells(found, "Days to approval")[-1]) == ("1", "")


def test_alerts_are_counted_by_the_windows_that_raised_and_ended_them() -> None:
    """Two bad days raise one, and it ends when too few of the last three are bad."""
    days = [False, True, True, False, False, True, True]
    executions = [d.execution(day, violated=violated) for day, violated in enumerate(days)]
    found = {part.title: part for part in statistics(site(*maximal(), executions=executions))}["Alerts"]
    assert [cells(found, title)[-1] for title in ("Raised", "Ended", "Open at the end")] == ["2", "1", "1"]


def test_an_empty_repository_says_what_to_do() -> None:
    """No cards, no decisions, no alerts."""
    said = text_of(read_page(page(site(), "portfolio/statistics.md").markdown))
    assert "mlgov card new my-model" in said
    assert "mlgov card submit NAME" in said
    assert "No alert was raised" in said


def test_every_number_of_a_picture_is_in_the_table() -> None:
    """A figure per row with its words, and a row per month."""
    dom = read_page(page(site(*watched.documents(), executions=alarming()), "portfolio/statistics.md").markdown)
    assert "Raised per month, 2025-04 to 2026-03" in dom.values("aria-label")
    assert text_of(dom).count("2026-03 so far") == 3


def test_days_are_written_one_way() -> None:
    """A day and an hour is 1, as a day is; not 1.0 below 1."""
    moves = ("2026-03-02T08:00", REVIEW), ("2026-03-03T09:00", APPROVED)
    assert cells(parts(history(*moves))["Decisions"], "Days to approval")[-1] == "1"


def test_a_review_of_minutes_is_not_said_to_take_nothing() -> None:
    """The bar stands for something."""
    moves = ("2026-03-02T08:00", REVIEW), ("2026-03-02T08:20", APPROVED)
    assert cells(parts(history(*moves))["Decisions"], "Days to approval")[-1] == "under 0.1"
