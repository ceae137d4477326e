"""Rows of the dashboard made ready to be shown: once for the page and, compact, for the page's script."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from mlgov.dashboard import ModelRow, MonitorCell
from mlgov.monitors import Cell, Deployment
from mlgov.website import badges
from mlgov.website.badges import Badge
from mlgov.website.links import Links, page_of_monitor
from mlgov.website.markup import words
from mlgov.website.sparks import runs, spark

FORMAT = "mlgov/site-models/v1"
#: Characters of a reason that fit into a cell; the page of the card has it whole.
REASON = 90


@dataclass(frozen=True, slots=True)
class CellView:
    """A monitor cell.

    Attributes:
        badge: Its state.
        near: How near an alert is; may be empty.
        note: Since when, or the last run; may be empty.
        runs: The last windows, one letter each, as in `mlgov.website.sparks`.
        monitor: Name of the monitor that says so; empty when the model lacks one that it needs.
        link: Where its page is; empty likewise.
    """

    badge: Badge
    near: str
    note: str
    runs: str
    monitor: str
    link: str

    @property
    def picture(self) -> Markup:
        """The last windows as a picture."""
        return spark(self.runs)


@dataclass(frozen=True, slots=True)
class RowView:
    """A row.

    Attributes:
        title: Name for people.
        name: Name of the model when it is another; else empty.
        link: Where its page is; None when it has none.
        status: Badge of what it is.
        why: Why it is not what it says; may be empty.
        risk: Badge of its risk; None when it is not known.
        cells: The four monitor columns; None where there is no monitor.
        endpoints: Name and status of each.
        batch: Name and status of the last batch transform job; None without one.
        review_by: ISO day or empty.
        owners: Who answers for it.
        marks: Names of lit indicators.
    """

    title: str
    name: str
    link: str | None
    status: Badge
    why: str
    risk: Badge | None
    cells: tuple[CellView | None, ...]
    endpoints: tuple[tuple[str, str], ...]
    batch: tuple[str, str] | None
    review_by: str
    owners: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def hot(self) -> bool:
        """Whether its most pressing mark is an alert."""
        return self.marks[:1] == ("in_alert",)


def row_view(row: ModelRow, link: str | None, links: Links) -> RowView:
    """Make a row ready; ``link`` leads to its page, and ``links`` are those of the page that shows the row."""
    return RowView(
        title=row.title,
        name=row.model if row.model != row.title else "",
        link=link,
        status=_status(row),
        why=_why(row),
        risk=badges.of_risk(row.risk_rating) if row.readable else None,
        cells=tuple(_cell(cell, row, links) for cell in row.cells),
        endpoints=tuple((each.name, words(each.status)) for each in row.endpoints),
        batch=_batch(row.last_batch_job) if row.last_batch_job else None,
        review_by=row.review_by.isoformat() if row.review_by else "",
        owners=row.owners,
        marks=tuple(indicator.value for indicator in row.indicators),
    )


def _status(row: ModelRow) -> Badge:
    if row.readable:
        return badges.of_standing(row.status, row.standing)
    return Badge("Cannot be read" if row.card_path else "No card", "bad", 9)


def _why(row: ModelRow) -> str:
    if not row.readable:
        return row.card_path or row.monitor_paths[0]
    if row.standing and badges.is_doubtful(row.standing):
        reason = row.standing.reason
        return reason if len(reason) <= REASON else f"{reason[: REASON - 1]}…"
    return ""


def _cell(cell: MonitorCell, row: ModelRow, links: Links) -> CellView | None:
    if cell.cell is Cell.NONE:
        return None
    note = f"since {cell.since:%Y-%m-%d}" if cell.since else f"{cell.last_run:%Y-%m-%d}" if cell.last_run else ""
    state = next((state for state in row.states if state.monitor == cell.monitor), None)
    if state is None:  # the model needs such a monitor and has none
        return CellView(badges.of_cell(cell.cell), cell.nearness, note, "", "", "")
    to_page = links.to(page_of_monitor(row.model, cell.monitor))
    return CellView(badges.of_cell(cell.cell), cell.nearness, note, runs(state.recent), cell.monitor, to_page)


def _batch(job: Deployment) -> tuple[str, str]:
    return job.name, f"{words(job.status)}, {job.last_run.isoformat()}" if job.last_run else words(job.status)


def models_json(rows: Iterable[RowView], usual: tuple[str, str], watched: tuple[str, str, str]) -> str:
    """Write rows for the dashboard's script, compact: what repeats stands in a table and is named by its number.

    Args:
        rows: The rows.
        usual: What stands before and after a model's name in the address of its page.
        watched: What stands before, between and after the names of a model and a monitor in the monitor's.
    """
    tables = {name: _Table() for name in ("badges", "cells", "owners")}
    lines = [_line(row, usual, tables) for row in rows]
    plain = {name: table.entries for name, table in tables.items()}
    value = {"format": FORMAT, "usual": usual, "watched": watched, **plain, "models": lines}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Table:
    """Numbers things in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def number(self, entry: Any) -> int:  # noqa: ANN401 - whatever can be a key
        return self._numbers.setdefault(entry, len(self._numbers))

    @property
    def entries(self) -> list[Any]:
        return list(self._numbers)


def _line(row: RowView, usual: tuple[str, str], tables: Mapping[str, _Table]) -> list[Any]:
    def badge(found: Badge) -> int:
        return tables["badges"].number((found.word, found.tone, found.rank))

    def cell(found: CellView | None) -> int | None:
        if found is None:
            return None
        return tables["cells"].number((badge(found.badge), found.near, found.note, found.runs, found.monitor))

    is_usual = row.link == f"{usual[0]}{row.name or row.title}{usual[1]}"
    names = [row.title, row.name, 1 if is_usual else row.link]
    states = [badge(row.status), row.why, None if row.risk is None else badge(row.risk), [cell(c) for c in row.cells]]
    owners = [tables["owners"].number(each) for each in row.owners]
    return [*names, *states, row.endpoints, row.batch, row.review_by, owners, " ".join(row.marks)]
