"""What needs somebody: the reasons that light a row's indicators."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from mlgov.dashboard.rows import Indicator, MonitorCell, Reason
from mlgov.findings import Finding
from mlgov.monitors import CELL_TITLES, Cell, MonitorState
from mlgov.names import MONITORING_TITLES, MonitoringType, RiskRating, Status
from mlgov.settings import MonitorSettings

#: Cells of a monitor that should speak and does not.
SILENT = frozenset({Cell.FAILED, Cell.STALE, Cell.NO_DATA})


def monitor_reasons(states: Sequence[MonitorState]) -> Iterator[Reason]:
    """Say which monitors are in alert and which give no verdict."""
    for state in states:
        title = f"{MONITORING_TITLES[state.monitoring_type]} ({state.monitor})"
        if state.cell is Cell.IN_ALERT:
            count = len(state.last.violations) if state.last else 0
            said = f"{title}: in alert since {_minute(state.since)}, {_counted(count)} in the last window."
            yield Reason(Indicator.IN_ALERT, said)
        elif state.cell in SILENT:
            said = f"{title}: {CELL_TITLES[state.cell].lower()} since {_minute(state.since)}."
            yield Reason(Indicator.NO_VERDICT, said)


def coverage_reasons(
    status: Status | None, risk_rating: RiskRating | None, cells: Sequence[MonitorCell], settings: MonitorSettings
) -> Iterator[Reason]:
    """Say which monitors an approved model of this risk needs and does not have running."""
    if status is not Status.APPROVED or risk_rating is None:
        return
    running = {cell.monitoring_type for cell in cells if cell.cell not in (Cell.NONE, Cell.INACTIVE)}
    for needed in settings.required.get(risk_rating, ()):
        if needed not in running:
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


def _counted(count: int) -> str:
    return "1 violation" if count == 1 else f"{count} violations"


def _minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "the start"
