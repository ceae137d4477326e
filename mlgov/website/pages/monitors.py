"""Monitors made ready for the page: their schedule and their last windows in words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mlgov.dashboard import ModelRow
from mlgov.monitors import Execution, Monitor, MonitorState, Outcome
from mlgov.monitors.schedule import parse
from mlgov.website.badges import Badge, of_execution
from mlgov.website.links import Links, page_of_monitor

#: Hours of a day up to which a schedule names each one.
NAMED_HOURS = 4


@dataclass(frozen=True, slots=True)
class MonitorView:
    """A monitor and how it is.

    Attributes:
        monitor: The monitor as declared.
        state: Its state.
        schedule: When it runs, in words; empty when the schedule cannot be read.
        legend: How the recent windows ended: badge and count of each way.
        blamed: The window whose violations keep an alert up or near; None when the last window says it itself.
    """

    monitor: Monitor
    state: MonitorState
    schedule: str
    legend: tuple[tuple[Badge, int], ...]
    blamed: Execution | None


def monitor_views(row: ModelRow) -> list[MonitorView]:
    """Make the monitors of a model ready for the page, in their order."""
    return [_view(monitor, state) for monitor, state in zip(row.monitors, row.states, strict=True)]


def links_of(row: ModelRow, links: Links) -> dict[str, str]:
    """Give the link to the page of each monitor of a model, by its name."""
    return {state.monitor: links.to(page_of_monitor(row.model, state.monitor)) for state in row.states}


def _view(monitor: Monitor, state: MonitorState) -> MonitorView:
    blamed = state.alert.last_violated
    shown = None if blamed is state.last else blamed
    return MonitorView(monitor, state, schedule_words(monitor.schedule), _legend(state.recent), shown)


def _legend(recent: Sequence[Outcome]) -> tuple[tuple[Badge, int], ...]:
    counted = Counter(outcome.status for outcome in recent)
    return tuple((of_execution(status), count) for status, count in sorted(counted.items()))


def schedule_words(schedule: str) -> str:
    """Say when a schedule fires, for instance ``every day at 00:00 UTC``; nothing when it cannot be read."""
    try:
        hours = [f"{hour:02}:00" for hour in parse(schedule).hours]
    except ValueError:
        return ""  # a finding of `mlgov check` says so
    if len(hours) == 24:
        return "every hour"
    if len(hours) == 1:
        return f"every day at {hours[0]} UTC"
    if len(hours) > NAMED_HOURS:
        return f"every day at {hours[0]}, {hours[1]} and so on until {hours[-1]} UTC"
    return f"every day at {', '.join(hours[:-1])} and {hours[-1]} UTC"
