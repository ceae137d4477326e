"""Statistics over time: what the history and the ledger say about the last months. Nothing is stored for them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from markupsafe import Markup

from mlgov.lifecycle import Revision
from mlgov.names import Kind, Status, folder_of
from mlgov.website import badges
from mlgov.website.plots import columns
from mlgov.website.values import SiteValues

MONTHS = 12
_DAY_SECONDS = 86400.0
Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A number per month.

    Attributes:
        title: What is counted.
        cells: The numbers as written, the oldest month first; empty where there is nothing to say.
        picture: The same as columns.
    """

    title: str
    cells: tuple[str, ...]
    picture: Markup

    @property
    def last(self) -> str:
        """The number of the present month, or the last one known."""
        return next((cell for cell in reversed(self.cells) if cell), "")


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page.

    Attributes:
        title: Its heading.
        note: What is counted, and how.
        months: The months, as in ``2026-03``; the last one is not over yet.
        rows: The numbers.
        empty: What to do when there is nothing to count; empty when there is something.
    """

    title: str
    note: str
    months: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str = ""


def statistics(values: SiteValues) -> list[Part]:
    """Count for the last twelve months, the present one included, in UTC."""
    months = _months(values.now)
    prefix = f"{folder_of(Kind.MODEL_CARD)}/"
    cards = [history for path, history in values.collected.revisions.items() if path.startswith(prefix)]
    return [_statuses(cards, months), _decisions(cards, months), _alerts(values, months)]


def _months(now: datetime) -> list[Month]:
    last = now.astimezone(UTC)
    count = last.year * 12 + last.month - 1
    return [divmod(place, 12) for place in range(count - MONTHS + 1, count + 1)]


def _month(moment: datetime) -> Month:
    at = moment.astimezone(UTC)
    return at.year, at.month - 1


def _name(month: Month) -> str:
    return f"{month[0]}-{month[1] + 1:02}"


def _row(title: str, numbers: Sequence[float | None], months: Sequence[Month]) -> Row:
    cells = tuple("" if value is None else _cell(value) for value in numbers)
    said = f"{title} per month, {_name(months[0])} to {_name(months[-1])}"
    picture = columns([value or 0 for value in numbers], label=said, ends=(_name(months[0]), _name(months[-1])))
    return Row(title, cells, picture)


def _cell(value: float) -> str:
    """Write a count, or days with one digit; less than that is not nothing."""
    if 0 < value < 0.1:
        return "under 0.1"
    return f"{value:,.1f}".removesuffix(".0")


def _part(title: str, note: str, months: Sequence[Month], rows: Sequence[Row], empty: str) -> Part:
    has_some = any(cell not in ("", "0") for row in rows for cell in row.cells)
    return Part(title, note, tuple(map(_name, months)), tuple(rows), "" if has_some else empty)


# Models


def _statuses(cards: Sequence[Sequence[Revision]], months: Sequence[Month]) -> Part:
    counted: dict[Month, Counter[Status | None]] = {month: Counter() for month in months}
    for history in cards:
        for month in months:
            counted[month][_status_at(history, month)] += 1
    rows = [
        _row(badges.of_status(status).word, [counted[month][status] for month in months], months) for status in Status
    ]
    note = "Cards by the status that they declared at the end of each month; the present month as it is now."
    return _part("Models", note, months, rows, "A card counts from its first commit on: mlgov card new my-model.")


def _status_at(history: Sequence[Revision], month: Month) -> Status | None:
    """Give the status at the end of a month; None when there was no readable card."""
    return next((revision.status for revision in reversed(history) if _month(revision.at) <= month), None)


# Decisions


def _decisions(cards: Sequence[Sequence[Revision]], months: Sequence[Month]) -> Part:
    approved: Counter[Month] = Counter()
    sent_back: Counter[Month] = Counter()
    waited: dict[Month, list[float]] = {}
    for history in cards:
        for month, days, was_approved in _moves(history):
            (approved if was_approved else sent_back)[month] += 1
            if was_approved and days is not None:
                waited.setdefault(month, []).append(days)
    took = [median(waited[month]) if month in waited else None for month in months]
    rows = [
        _row("Approved", [approved[month] for month in months], months),
        _row("Sent back", [sent_back[month] for month in months], months),
        _row("Days to approval", took, months),
    ]
    note = (
        "Moves of cards to approved, and from review back to draft. The days run from the move into review to the "
        "approval; half of the cards of the month took less."
    )
    empty = "Nothing was decided yet. A card is put up for review with mlgov card submit NAME."
    return _part("Decisions", note, months, rows, empty)


def _moves(history: Sequence[Revision]) -> Iterator[tuple[Month, float | None, bool]]:
    """Give each decision: its month, how many days the review took, and whether it was an approval."""
    told = [revision for revision in history if revision.status]
    moved = [now for before, now in zip([None, *told], told, strict=False) if not before or before.status != now.status]
    for before, now in zip([None, *moved], moved, strict=False):
        submitted = before.at if before and before.status is Status.PENDING_REVIEW else None
        if now.status is Status.APPROVED:
            yield _month(now.at), (now.at - submitted).total_seconds() / _DAY_SECONDS if submitted else None, True
        elif now.status is Status.DRAFT and submitted:
            yield _month(now.at), None, False


# Alerts


def _alerts(values: SiteValues, months: Sequence[Month]) -> Part:
    turns = [turn for row in values.rows for state in row.states for turn in state.turns]
    raised = Counter(_month(turn.at) for turn in turns if turn.raised)
    ended = Counter(_month(turn.at) for turn in turns if not turn.raised)
    open_at = [sum(1 if turn.raised else -1 for turn in turns if _month(turn.at) <= month) for month in months]
    rows = [
        _row("Raised", [raised[month] for month in months], months),
        _row("Ended", [ended[month] for month in months], months),
        _row("Open at the end", open_at, months),
    ]
    note = (
        "Alerts of the monitors that are declared today, by the window that raised or ended each, as the ledger has it."
    )
    return _part("Alerts", note, months, rows, "No alert was raised in these months.")
