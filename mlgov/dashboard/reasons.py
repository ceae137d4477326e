"""What needs somebody: the reasons that light a row's indicators."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from mlgov.approvals.effective import Effective, Standing
from mlgov.dashboard.rows import Indicator, MonitorCell, Reason
from mlgov.findings import Finding
from mlgov.monitors import Cell, MonitorState
from mlgov.monitors.required import required_types
from mlgov.names import MONITORING_TITLES, MonitoringType, RiskRating, Status
from mlgov.settings import MonitorSettings

#: Cells of a monitor that should speak and does not.
SILENT = {
    Cell.FAILED: "failed since",
    Cell.STALE: "stale since",
    Cell.NO_DATA: "cannot judge, no data since",
    Cell.NO_GROUND_TRUTH: "cannot judge, no true labels since",
    Cell.INSUFFICIENT: "cannot judge, insufficient data since",
}


#: Standings that somebody should look at: the document says approved and is not.
_DOUBTFUL = {
    Effective.STALE: Indicator.STALE,
    Effective.UNATTESTED: Indicator.UNATTESTED,
    Effective.LAPSED: Indicator.LAPSED,
}


def standing_reasons(standing: Standing | None) -> Iterator[Reason]:
    """Say when a card that says approved is not, by its history."""
    if standing and standing.effective in _DOUBTFUL:
        yield Reason(_DOUBTFUL[standing.effective], standing.reason)


def monitor_reasons(states: Sequence[MonitorState]) -> Iterator[Reason]:
    """Say which monitors are in alert and which give no verdict."""
    for state in states:
        title = f"{MONITORING_TITLES[state.monitoring_type]} ({state.monitor})"
        if state.cell is Cell.IN_ALERT:
            yield Reason(Indicator.IN_ALERT, f"{title}: in alert since {_minute(state.since)}, {_blamed(state)}.")
        elif state.cell in SILENT:
            near = f" ({state.alert.nearness})" if state.alert.nearness else ""
            yield Reason(Indicator.NO_VERDICT, f"{title}: {SILENT[state.cell]} {_minute(state.since)}{near}.")


def coverage_reasons(
    status: Status | None, risk_rating: RiskRating | None, cells: Sequence[MonitorCell], settings: MonitorSettings
) -> Iterator[Reason]:
    """Say which monitors an approved model of this risk needs and does not have running."""
    running = {cell.monitoring_type for cell in cells if cell.cell not in (Cell.NONE, Cell.MISSING, Cell.INACTIVE)}
    for needed in required_types(status, risk_rating, settings):
        if needed not in running and risk_rating is not None:
            yield Reason(Indicator.UNMONITORED, _unmonitored(needed, risk_rating))


def review_reasons(status: Status | None, review_by: date | None, today: date) -> Iterator[Reason]:
    """Say whether a review is due or waited for."""
    if status is Status.APPROVED and review_by and review_by < today:
        yield Reason(Indicator.REVIEW_OVERDUE, f"The review was due on {review_by.isoformat()}.")
    if status is Status.PENDING_REVIEW:
        yield Reason(Indicator.AWAITING_REVIEW, "The card waits for a review.")


def unreadable_reason(finding: Finding) -> Reason:
    """Say why a document cannot be read."""
    return Reason(Indicator.UNREADABLE, f"{finding.location} cannot be read: {finding.message}")


def _unmonitored(needed: MonitoringType, risk_rating: RiskRating) -> str:
    title = MONITORING_TITLES[needed].lower()
    return f"No {title} monitor is running; an approved model of {risk_rating.value} risk needs one."


def _blamed(state: MonitorState) -> str:
    """Say which violations keep the alert up: the last window may have no verdict, or a good one."""
    blamed = state.alert.last_violated
    if blamed is None or blamed is state.last:
        return f"{_counted(len(blamed.violations) if blamed else 0)} in the last window"
    ended = state.last.status.value.replace("_", " ") if state.last else ""
    found = f"{_counted(len(blamed.violations))} in the window until {_minute(blamed.window_end)}"
    return f"{found}; the last window: {ended}"


def _counted(count: int) -> str:
    return "1 violation" if count == 1 else f"{count} violations"


def _minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "the start"
