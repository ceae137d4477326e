"""The rows of the model inventory: what people look at in the morning, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mlgov.approvals.effective import Standing
from mlgov.lifecycle import Revision
from mlgov.monitors import Cell, Deployment, Monitor, MonitorState
from mlgov.names import Kind, MonitoringType, RiskRating, Status, is_name, path_of


class Indicator(StrEnum):
    """A mark that a row may light, from pressing to mild."""

    IN_ALERT = "in_alert"
    UNREADABLE = "unreadable"
    NO_CARD = "no_card"
    STALE = "stale"
    UNATTESTED = "unattested"
    LAPSED = "lapsed"
    NO_VERDICT = "no_verdict"
    UNMONITORED = "unmonitored"
    REVIEW_OVERDUE = "review_overdue"
    AWAITING_REVIEW = "awaiting_review"


#: What people read for each indicator, as in "1 in alert".
INDICATOR_TITLES = {
    Indicator.IN_ALERT: "in alert",
    Indicator.UNREADABLE: "cannot be read",
    Indicator.NO_CARD: "without a card",
    Indicator.STALE: "stale",
    Indicator.UNATTESTED: "unattested",
    Indicator.LAPSED: "lapsed",
    Indicator.NO_VERDICT: "without a verdict",
    Indicator.UNMONITORED: "unmonitored",
    Indicator.REVIEW_OVERDUE: "review overdue",
    Indicator.AWAITING_REVIEW: "awaiting review",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an indicator is lit.

    Attributes:
        indicator: The mark.
        sentence: The reason, for people.
    """

    indicator: Indicator
    sentence: str


@dataclass(frozen=True, slots=True)
class MonitorCell:
    """What the monitors of one type say about a model.

    Attributes:
        monitoring_type: What they watch.
        cell: The most pressing state among them; ``none`` when there is no such monitor, ``missing`` when the
            model needs one.
        since: Since when the cell says so; None where that means nothing.
        last_run: End of the last window that was looked at, UTC; None before the first.
        violation_count: Violations found in that window.
        monitor: Name of the most pressing monitor; empty when there is none.
        nearness: How near an alert is, in words; empty when far from one, in one, or switched off.
    """

    monitoring_type: MonitoringType
    cell: Cell = Cell.NONE
    since: datetime | None = None
    last_run: datetime | None = None
    violation_count: int = 0
    monitor: str = ""
    nearness: str = ""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model: its card, where it serves and what its monitors say.

    Attributes:
        model: Name of the model, which is the name of its card.
        title: Its name for people.
        card_path: Path of the card, also of one that cannot be read; None when the model has none.
        readable: Whether the card could be read; False also when there is none.
        status: Declared status; None when it is not known.
        risk_rating: Declared risk; None when it is not known.
        owners: Who answers for it.
        review_by: The day by which it must have been reviewed again.
        revision: The last revision of the card; None when it is not committed yet.
        monitor_paths: Paths of the monitor sets about it.
        endpoints: Real-time endpoints.
        last_batch_job: The batch transform job that ran last.
        monitors: Every monitor as declared, in the order of the documents.
        states: The state of each of them, in the same order.
        cells: The four monitor columns, in the order of MonitoringType.
        reasons: What needs somebody, from pressing to mild.
        edit_url: Address that edits the card (or the monitor set, when there is no card); None without a setting.
        view_url: Address that shows it.
        standing: Where the card stands by its history; None when no approval rules are in force.
    """

    model: str
    title: str
    card_path: str | None
    readable: bool
    status: Status | None
    risk_rating: RiskRating | None
    owners: tuple[str, ...]
    review_by: date | None
    revision: Revision | None
    monitor_paths: tuple[str, ...]
    endpoints: tuple[Deployment, ...]
    last_batch_job: Deployment | None
    monitors: tuple[Monitor, ...]
    states: tuple[MonitorState, ...]
    cells: tuple[MonitorCell, ...]
    reasons: tuple[Reason, ...]
    edit_url: str | None
    view_url: str | None
    standing: Standing | None = None

    @property
    def has_page(self) -> bool:
        """Whether the card has an address of its own on the site, also one that cannot be read."""
        return self.card_path == path_of(Kind.MODEL_CARD, self.model) and is_name(self.model)

    @property
    def worst(self) -> Indicator | None:
        """The most pressing indicator; None when nothing needs anybody."""
        return self.reasons[0].indicator if self.reasons else None

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The lit indicators, each once, from pressing to mild."""
        return tuple(dict.fromkeys(reason.indicator for reason in self.reasons))


def attention(rows: Sequence[ModelRow]) -> list[tuple[ModelRow, Reason]]:
    """List what needs somebody, with its row: all alerts first, then the milder indicators one after another."""
    found = [(row, reason) for row in rows for reason in row.reasons]
    order = list(Indicator)
    return sorted(found, key=lambda pair: order.index(pair[1].indicator))


def counts(rows: Sequence[ModelRow]) -> dict[Indicator, int]:
    """Count the models that light each indicator."""
    return {indicator: sum(indicator in row.indicators for row in rows) for indicator in Indicator}


def summary(rows: Sequence[ModelRow]) -> str:
    """Say the counts in one line, for instance ``5 models · 1 in alert · 1 awaiting review``."""
    models = "1 model" if len(rows) == 1 else f"{len(rows)} models"
    lit = [f"{count} {INDICATOR_TITLES[indicator]}" for indicator, count in counts(rows).items() if count]
    return " · ".join([models, *lit])
