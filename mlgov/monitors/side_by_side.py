"""Runs of monitors, those on one source side by side, so that what they all read is read once."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from mlgov.monitors.run import Result, execute
from mlgov.monitors.shared_reads import SharedTables, together
from mlgov.monitors.types import Job
from mlgov.ports import Snapshot, Tables

#: Runs that go on side by side. Each holds what it has counted so far, and all these are in memory at the same time.
MOST_TOGETHER = 16
#: What a run with segments, or with labels from files of their own, counts as: it holds rows, too, up to 128 MB of them
#: (`mlgov.monitors.labels.spilling` twice, and `mlgov.monitors.watching`).
HOLDS_ROWS = 4


def executed(
    jobs: Sequence[Job],
    snapshot: Snapshot,
    tables: Tables,
    now: datetime,
    lateness: timedelta,
    tell: Callable[[int], None],
) -> Generator[tuple[int, Result], None, None]:
    """Run monitors. Each result is that of `mlgov.monitors.run.execute` alone, whichever run beside it.

    Args:
        jobs: What to run.
        snapshot: The files of the repository, for the baselines.
        tables: The data.
        now: When they are run.
        lateness: How much later than their rows' time files may have been captured.
        tell: Told the number of the job whose result comes next, before it is waited for.

    Yields:
        The number of a job and its result, in the order of `groups`, each as soon as it and those before it are there.

    Close it when you do not take all: no thread is left then.
    """
    for group in groups(jobs):
        tasks = [partial(_executed, jobs[place], snapshot, now, lateness) for place in group]
        with closing(together(tables, tasks) if len(tasks) > 1 else _alone(tables, tasks)) as results:
            for place in group:
                tell(place)
                yield place, next(results)


def groups(jobs: Sequence[Job]) -> list[list[int]]:
    """Say which jobs run side by side, by their numbers: those on one source, earlier windows first."""
    by_source: dict[str, list[int]] = {}
    for place, job in enumerate(jobs):
        by_source.setdefault(job.monitor.source.uri, []).append(place)
    found = [
        group
        for places in by_source.values()
        for group in _cut(sorted(places, key=lambda place: jobs[place].window), jobs)
    ]
    return sorted(found, key=lambda group: (jobs[group[0]].window.start, group[0]))


def _cut(places: Sequence[int], jobs: Sequence[Job]) -> Iterator[list[int]]:
    group: list[int] = []
    held = 0
    for place in places:
        weight = _weight(jobs[place])
        if held + weight > MOST_TOGETHER:
            yield group
            group, held = [], 0
        group.append(place)
        held += weight
    yield group


def _weight(job: Job) -> int:
    labels = job.monitor.ground_truth
    return HOLDS_ROWS if job.monitor.segments or (labels and labels.uri) else 1


def _executed(job: Job, snapshot: Snapshot, now: datetime, lateness: timedelta, tables: Tables) -> Result:
    if isinstance(tables, SharedTables):
        job = replace(job, scorers=tables.scorers(job.scorers))
    return execute(job, snapshot, tables, now, lateness=lateness)


def _alone(tables: Tables, tasks: Sequence[Callable[[Tables], Result]]) -> Generator[Result, None, None]:
    """Do tasks one after the other in this thread."""
    for task in tasks:
        yield task(tables)
