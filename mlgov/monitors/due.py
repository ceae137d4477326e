"""What should run now: windows that nobody has looked at, and those that late rows may still change.

A window is known by its end, as on the ledger. Of a monitor that never ran only the last complete window is due: what
was before is asked for, with a backfill.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from mlgov.monitors.execution import Execution, by_monitor
from mlgov.monitors.schedule import Schedule, Window, moment_text, parse
from mlgov.monitors.schema import Monitor, MonitorSetDocument
from mlgov.names import Status

#: Older windows are not counted one by one beyond this.
_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Pace:
    """How far back a run that is due looks.

    Attributes:
        catch_up: Windows of a monitor, counted back from now.
        lateness: Time after its end in which a window is looked at again; at least until the next one ends.
    """

    catch_up: int = 48
    lateness: timedelta = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Due:
    """What should run now of one monitor.

    Attributes:
        model: Name of the model.
        monitor: The monitor.
        missing: Complete windows without an execution, oldest first.
        again: Windows that were looked at and may have got late rows, oldest first.
        last: The last execution; None when it never ran.
        next_firing: When its next window is complete.
        left: The time since the last execution that the limit leaves out; None when it leaves nothing out.
        left_count: Windows in that time.
    """

    model: str
    monitor: Monitor
    missing: tuple[Window, ...]
    again: tuple[Window, ...]
    last: Execution | None
    next_firing: datetime
    left: Window | None = None
    left_count: int = 0

    @property
    def windows(self) -> list[Window]:
        """Everything that should run, oldest first."""
        return sorted((*self.missing, *self.again))

    @property
    def reason(self) -> str:
        """Why it should run, for people; empty when nothing should."""
        reasons = []
        if self.missing:
            counted = f"{len(self.missing):,} windows have" if len(self.missing) > 1 else "1 window has"
            reasons.append(f"{counted} no execution" if self.last else "it never ran")
        if self.again:
            windows = f"{len(self.again):,} windows" if len(self.again) > 1 else "1 window"
            reasons.append(f"late rows may change {windows}")
        return "; ".join(reasons)

    @property
    def leftover(self) -> str:
        """What the limit leaves out, and how it is run nevertheless; empty when nothing is left out."""
        if self.left is None:
            return ""
        counted = "1 older window is" if self.left_count == 1 else f"{self.left_count:,} older windows are"
        return f"{self.model}/{self.monitor.name}: {counted} left out; 'mlgov monitor backfill' runs {self.left}"


def declared(sets: Iterable[MonitorSetDocument]) -> tuple[list[tuple[str, Monitor]], list[str]]:
    """List the monitors that can run, by model: the enabled ones of sets that are not archived.

    Returns:
        The monitors, and one sentence for each that several sets declare: neither is taken for the other.
    """
    found = [(each.spec.model, monitor) for each in sets for monitor in runnable(each)]
    times = Counter((model, monitor.name) for model, monitor in found)
    problems = [f"{model}/{name}: {n} monitor sets declare it." for (model, name), n in times.items() if n > 1]
    return [(model, monitor) for model, monitor in found if times[model, monitor.name] == 1], problems


def runnable(found: MonitorSetDocument) -> list[Monitor]:
    """List the monitors of a set that can run."""
    if found.lifecycle.status is Status.ARCHIVED:
        return []
    return [monitor for monitor in found.spec.monitors if monitor.enabled]


def due_of(
    sets: Iterable[MonitorSetDocument], history: Iterable[Execution], now: datetime, pace: Pace
) -> tuple[list[Due], list[str]]:
    """Say what should run now of every monitor that can run.

    Args:
        sets: The monitor sets.
        history: All executions on the ledger.
        now: The present time.
        pace: How far back to look.

    Returns:
        One entry per monitor, also for those of which nothing should run; and one sentence for each monitor that has
        none, because of its schedule or its name.
    """
    monitors, problems = declared(sets)
    groups = by_monitor(history)
    found: list[Due] = []
    for model, monitor in monitors:
        try:
            known = [e for e in groups.get((model, monitor.name), ()) if e.window_end <= now]
            found.append(_due(model, monitor, parse(monitor.schedule), known, now, pace))
        except ValueError as error:
            problems.append(f"{model}/{monitor.name}: {error}.")
    return found, problems


def _due(
    model: str, monitor: Monitor, schedule: Schedule, known: Sequence[Execution], now: datetime, pace: Pace
) -> Due:
    recent = _recent(schedule, now, pace.catch_up if known else 1)
    ended = {execution.window_end for execution in known}
    first = min(ended, default=recent[0].start)
    missing = tuple(window for window in recent if window.end not in ended and window.end > first)
    again = tuple(w for w in recent if w.end in ended and (w == recent[-1] or w.end + pace.lateness > now))
    left, count = _left(schedule, known, recent[0])
    last = known[-1] if known else None
    return Due(model, monitor, missing, again, last, schedule.next_firing(now), left, count)


def _recent(schedule: Schedule, now: datetime, count: int) -> list[Window]:
    """Give the last complete windows, oldest first."""
    windows = [schedule.last_window(now)]
    while len(windows) < count:
        windows.append(schedule.last_window(windows[-1].start))
    return windows[::-1]


def _left(schedule: Schedule, known: Sequence[Execution], oldest: Window) -> tuple[Window | None, int]:
    if not known or known[-1].window_end >= oldest.start:
        return None, 0
    span = Window(known[-1].window_end, oldest.start)
    count = sum(1 for _ in islice(schedule.windows(span), _COUNTED))
    return (span, count) if count else (None, 0)


def missing_windows(schedule: Schedule, span: Window, known: Iterable[Execution], now: datetime) -> list[Window]:
    """List the complete windows within a time that have no execution, oldest first."""
    ended = {execution.window_end for execution in known}
    return [w for w in schedule.windows(span) if w.end <= now and w.end not in ended]


def beside(schedule: Schedule, span: Window, now: datetime) -> str:
    """Say which parts of a time no complete window covers; empty when windows cover all of it."""
    windows = schedule.windows(span)
    first = next(windows, None)
    if first is None:
        return ""
    last = schedule.last_window(min(span.end, now))
    parts = [(span.start, first.start), (max(first.end, last.end), span.end)]
    return " and ".join(f"{moment_text(a)}..{moment_text(b)}" for a, b in parts if a < b)
