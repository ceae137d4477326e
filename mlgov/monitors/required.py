"""Monitors that an approved model should have, by its risk rating."""

from collections.abc import Collection

from mlgov.monitors.alerts import Alert, Cell, MonitorState
from mlgov.names import MonitoringType, RiskRating, Status
from mlgov.settings import MonitorSettings


def required_types(
    status: Status | None, risk_rating: RiskRating | None, settings: MonitorSettings
) -> tuple[MonitoringType, ...]:
    """List the monitoring types that a model needs: none before it is approved."""
    if status is not Status.APPROVED or risk_rating is None:
        return ()
    return settings.required.get(risk_rating, ())


def missing_states(required: Collection[MonitoringType], declared: Collection[MonitoringType]) -> list[MonitorState]:
    """Give a state for each type that is required and that no monitor has, be it an inactive one."""
    return [
        MonitorState("", needed, Cell.MISSING, None, Alert(), is_stale=False, last=None, recent=())
        for needed in required
        if needed not in declared
    ]
