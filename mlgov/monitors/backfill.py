"""Backfills: every window of a time that has no execution yet, oldest first, recorded while others are still to come.

So a backfill may be stopped at any moment and started again: what was recorded is there, and is not run again. Only the
few windows that were being read side by side are lost.
"""

import dataclasses
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice

from mlgov.events import Progress
from mlgov.monitors.due import declared, missing_windows
from mlgov.monitors.execution import Execution, by_monitor
from mlgov.monitors.rounds import Order
from mlgov.monitors.run import Result, record_one
from mlgov.monitors.schedule import Window, parse
from mlgov.monitors.schema import MonitorSetDocument
from mlgov.monitors.side_by_side import executed
from mlgov.monitors.types import Job
from mlgov.ports import EventSink, Ledger, Tables

#: Windows of one monitor that one backfill may look for: more than a year of hours.
MAX_WINDOWS = 10_000


def missing_jobs(
    sets: Iterable[MonitorSetDocument],
    span: Window,
    history: Iterable[Execution],
    now: datetime,
) -> tuple[list[Job], list[str]]:
    """List the windows that have no execution, oldest first.

    Args:
        sets: The monitor sets.
        span: The time.
        history: All executions on the ledger.
        now: The present time.

    Returns:
        The runs to be done, and one sentence for each monitor that cannot be run: by its schedule or its name, or
        because the time holds no complete window of it, or too many.
    """
    monitors, problems = declared(sets)
    groups = by_monitor(history)
    jobs: list[Job] = []
    for model, monitor in monitors:
        try:
            _check(parse(monitor.schedule).windows(span), span, monitor.schedule, now)
            known = groups.get((model, monitor.name), ())
            windows = missing_windows(parse(monitor.schedule), span, known, now)
            jobs += [Job(model, monitor, window) for window in windows]
        except ValueError as error:
            problems.append(f"{model}/{monitor.name}: {error}.")
    return sorted(jobs, key=lambda job: (job.window, job.model, job.monitor.name)), problems


def _check(windows: Iterator[Window], span: Window, schedule: str, now: datetime) -> None:
    first = list(islice(windows, MAX_WINDOWS + 1))
    if len(first) > MAX_WINDOWS:
        raise ValueError(f"{span} holds more than {MAX_WINDOWS:,} windows of {schedule}; backfill it in pieces")
    if not first or first[0].end > now:
        raise ValueError(f"{span} holds no complete window of {schedule}; one is {parse(schedule).last_window(now)}")


def backfill(
    jobs: Sequence[Job], order: Order, tables: Tables, ledger: Ledger, events: EventSink
) -> Generator[Result, None, None]:
    """Run windows, some side by side, and record each; gives what was recorded, without the profiles.

    Raises:
        LedgerError: A result could not be recorded.
    """
    asked = [dataclasses.replace(job, scorers=order.scorers) for job in jobs]
    done = 0

    def tell(place: int) -> None:
        job = jobs[place]
        events.emit(Progress(f"{job.model}/{job.monitor.name} {job.window.key}", done, len(jobs)))

    with closing(executed(asked, order.snapshot, tables, order.now, order.pace.lateness, tell)) as found:
        for _, result in found:
            done += 1
            yield dataclasses.replace(record_one(result, ledger, order.now), profile=b"")
    if jobs:
        events.emit(Progress("executions", len(jobs), len(jobs)))
