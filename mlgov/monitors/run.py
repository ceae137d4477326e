"""Running monitors: from declared monitors and a time to executions, ledger records and the health that issues need.

A monitor that cannot judge is an execution with a state of its own, never an exception: one monitor's trouble does not
stop the others.
"""

import dataclasses
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import pyarrow as pa

from mlgov.errors import (
    LedgerError,
    MlgovError,
    ScorerError,
    TablesError,
    TablesLimitError,
    TablesMissingError,
    TablesUnreachableError,
)
from mlgov.lifecycle import bytes_digest
from mlgov.monitors import schedule
from mlgov.monitors.baseline import BaselineError
from mlgov.monitors.due import Pace, declared, runnable
from mlgov.monitors.execution import FOLDER, PROFILE_FOLDER, Execution, by_monitor, latest, record_path
from mlgov.monitors.health import MonitorHealth, health_of
from mlgov.monitors.labels import LabelCounts, data_span, labelled_rows
from mlgov.monitors.records import load, load_all, render, result_digest
from mlgov.monitors.results import ExecutionStatus, Failure, FailureKind, Rows, Violation
from mlgov.monitors.schedule import Window
from mlgov.monitors.schema import Monitor, MonitorSetDocument
from mlgov.monitors.types import Folding, Job, MonitoringModule, Prepared, module_of
from mlgov.monitors.watching import Seen, alone, watch
from mlgov.monitors.windows import Reading, RowCounter, Selection, select
from mlgov.names import Kind, path_of
from mlgov.ports import Ledger, Snapshot, Tables

_ATTEMPTS = 3
#: Windows of one monitor that are run at a time: their results are held until they are recorded together.
MAX_WINDOWS = 1_000
#: Files of captures may hold rows of the hours beside the one that their folder names.
CAPTURE_MARGIN = timedelta(hours=1)
LATENESS = Pace().lateness


@dataclass(frozen=True, slots=True)
class Result:
    """What a job came to.

    Attributes:
        execution: The execution.
        profile: The profile of the window as its file; empty when there is none.
        is_new: Whether the ledger did not know this result before.
        trace: Where mlgov itself broke, for a report; empty when it did not.
    """

    execution: Execution
    profile: bytes = b""
    is_new: bool = True
    trace: str = ""


def jobs_of(
    sets: Iterable[MonitorSetDocument], now: datetime, span: Window | None = None
) -> tuple[list[Job], list[str]]:
    """List the runs to be done: every enabled monitor of every set that is not archived.

    Args:
        sets: The monitor sets.
        now: The present time.
        span: Run every complete window within it; None runs the last complete window.

    Returns:
        The jobs, and one sentence for each monitor that has none: its schedule cannot be read, or ``span`` holds no
        complete window of it, or very many.
    """
    monitors, problems = declared(sets)
    jobs: list[Job] = []
    for model, monitor in monitors:
        try:
            jobs.extend(Job(model, monitor, window) for window in _windows(monitor, now, span))
        except ValueError as error:
            problems.append(f"{model}/{monitor.name}: {error}.")
    return jobs, problems


def _windows(monitor: Monitor, now: datetime, span: Window | None) -> list[Window]:
    fires = schedule.parse(monitor.schedule)
    if span is None:
        return [fires.last_window(now)]
    found = [window for window in islice(fires.windows(span), MAX_WINDOWS + 1) if window.end <= now]
    if len(found) > MAX_WINDOWS:
        raise ValueError(f"{span} holds more than {MAX_WINDOWS:,} windows of {monitor.schedule}; run it in pieces")
    if not found:
        raise ValueError(f"{span} holds no complete window of {monitor.schedule}; one is {fires.last_window(now)}")
    return found


def execute(job: Job, snapshot: Snapshot, tables: Tables, now: datetime, *, lateness: timedelta = LATENESS) -> Result:
    """Run one monitor over one window.

    Args:
        job: What to run.
        snapshot: The files of the repository, for the baseline.
        tables: The data.
        now: When it is run.
        lateness: How much later than their rows' time files may have been captured.

    Returns:
        The result; trouble with the data or the baseline is a state of the execution.
    """
    monitor = job.monitor
    execution = Execution(
        model=job.model,
        monitor=monitor.name,
        monitoring_type=monitor.monitoring_type,
        window_start=job.window.start,
        window_end=job.window.end,
        executed_at=now,
        status=ExecutionStatus.NO_DATA,
        source=monitor.source.uri,
        baseline=monitor.baseline,
    )
    counter = RowCounter()
    try:
        module = module_of(monitor.monitoring_type)
        prepared = module.prepare(snapshot, monitor.baseline, monitor)
        execution = dataclasses.replace(execution, baseline_digest=prepared.digest)
        counts = LabelCounts()
        span = data_span(monitor, job.window) if module.READS_LABELS else job.window
        near = _near(tables, monitor, span, lateness)
        if isinstance(prepared, Folding) and not monitor.segments:
            seen = alone(prepared.folded(_reading(prepared, job, near), counter, job), counter)
        else:
            read = near.batches(monitor.source.uri, data_format=monitor.source.format, columns=prepared.expected)
            rows = _rows(module, read, job, tables, now, counter, counts)
            seen = watch(rows, counter, prepared, module, job, snapshot)
        if module.READS_LABELS:
            execution = dataclasses.replace(execution, labels=counts.report(span))
        return _judged(execution, seen, job, counter.rows)
    except (BaselineError, MlgovError) as error:
        return Result(_failed(execution, Failure(_kind_of(error), str(error)), counter))
    except Exception as error:  # a bug that one monitor's data brings to light must not stop the other monitors
        failure = Failure(FailureKind.OUR_BUG, f"mlgov has a bug: {type(error).__name__}. Its report has the details.")
        return Result(_failed(execution, failure, counter), trace=traceback.format_exc())


def _reading(prepared: Prepared, job: Job, tables: Tables) -> Reading:
    source = job.monitor.source
    selection = Selection(job.window, source.event_time, frozenset(job.monitor.exclude_columns))
    return Reading(tables, source.uri, selection, source.format, prepared.expected)


def _near(tables: Tables, monitor: Monitor, span: Window, lateness: timedelta) -> Tables:
    """Leave out capture files of other hours, where that changes nothing.

    Labels that come by themselves need all rows: one about a row of another time is not one about no row.
    """
    by_themselves = (
        module_of(monitor.monitoring_type).READS_LABELS and monitor.ground_truth and monitor.ground_truth.uri
    )
    if monitor.source.format != "sagemaker_capture" or by_themselves:
        return tables
    return tables.within(span.start - CAPTURE_MARGIN, span.end + max(CAPTURE_MARGIN, lateness))


def _rows(
    module: MonitoringModule,
    read: Iterable[pa.RecordBatch],
    job: Job,
    tables: Tables,
    now: datetime,
    counter: RowCounter,
    counts: LabelCounts,
) -> Iterator[pa.RecordBatch]:
    """Take the rows of a window as the type wants them. Raises TablesError and UsageError."""
    monitor, source = job.monitor, job.monitor.source
    if module.READS_LABELS:
        span = data_span(monitor, job.window)
        return labelled_rows(read, monitor, span, tables, now=now, counter=counter, counts=counts)
    return select(read, Selection(job.window, source.event_time, frozenset(monitor.exclude_columns)), counter)


def _failed(execution: Execution, failure: Failure, counter: RowCounter) -> Execution:
    return dataclasses.replace(execution, status=ExecutionStatus.FAILED, failure=failure, rows=counter.rows)


def _judged(execution: Execution, seen: Seen, job: Job, rows: Rows) -> Result:
    violations, warnings = _about_times(rows, job.monitor)
    if not rows.judged:
        if violations:
            raise TablesError(_undated(rows))
        return Result(dataclasses.replace(execution, rows=rows, warnings=warnings))
    found = seen.whole
    status = ExecutionStatus.COMPLETED_WITH_VIOLATIONS if violations else found.status
    judged = dataclasses.replace(
        execution,
        status=status,
        rows=rows,
        columns=found.columns,
        violations=violations + found.violations,
        warnings=warnings + found.warnings,
        profile=record_path(PROFILE_FOLDER, job.model, job.monitor.name, job.window) if found.profile else "",
        profile_digest=bytes_digest(found.profile) if found.profile else "",
        metrics=found.metrics,
        segments=seen.segments,
        note=found.sentence or None,
    )
    return Result(judged, found.profile)


def _undated(rows: Rows) -> str:
    """Say why a window without rows is no quiet one: its rows may be among those without a time."""
    if rows.undated == rows.read:
        return f"None of {rows.undated:,} rows has a time that can be read."
    return f"The window has no rows, and {rows.undated:,} of {rows.read:,} rows have no time that can be read."


def _about_times(rows: Rows, monitor: Monitor) -> tuple[tuple[Violation, ...], tuple[Violation, ...]]:
    """Judge rows whose time cannot be read: nobody knows which window they belong to."""
    if not rows.undated:
        return (), ()
    share = rows.undated / rows.read
    text = f"{rows.undated:,} of {rows.read:,} rows ({share:.2%}) have no time that can be read, so no window has them."
    remark = (Violation(monitor.source.event_time or "", "event_time_check", text),)
    return (remark, ()) if share >= monitor.thresholds.null_share.violate else ((), remark)


def _kind_of(error: Exception) -> FailureKind:
    if isinstance(error, BaselineError):
        return FailureKind.BAD_BASELINE
    if isinstance(error, TablesMissingError):
        return FailureKind.MISSING_DATA
    if isinstance(error, TablesUnreachableError | ScorerError):
        return FailureKind.UNREACHABLE_DATA
    if isinstance(error, TablesLimitError):
        return FailureKind.REFUSED_DATA
    return FailureKind.DAMAGED_DATA if isinstance(error, TablesError) else FailureKind.BAD_MONITOR


def revised(results: Iterable[Result], history: Iterable[Execution]) -> list[Result]:
    """Compare results with what the ledger has: a known result is not new, another one is the next revision.

    Args:
        results: What was found now.
        history: All executions on the ledger.
    """
    known = {(e.model, e.monitor, e.window_end): e for e in latest(history)}
    return [_revised(result, known) for result in results]


def _revised(result: Result, known: Mapping[tuple[str, str, datetime], Execution]) -> Result:
    found = result.execution
    before = known.get((found.model, found.monitor, found.window_end))
    if before is None:
        return result
    if result_digest(before) == result_digest(found):
        return dataclasses.replace(result, execution=before, is_new=False)
    revision = before.revision + 1
    path = record_path(PROFILE_FOLDER, found.model, found.monitor, found.window, revision)
    changed = dataclasses.replace(found, revision=revision, profile=path if result.profile else "")
    return dataclasses.replace(result, execution=changed)


def record(results: Sequence[Result], ledger: Ledger, now: datetime) -> tuple[list[Result], list[Execution]]:
    """Append what is new to the ledger. Doing it again appends nothing.

    Args:
        results: What was found now.
        ledger: The ledger.
        now: When.

    Returns:
        The results as they are recorded, and all executions of the ledger with them.

    Raises:
        LedgerError: The records could not be appended, or could not be handed to the remote.
    """
    for attempt in range(_ATTEMPTS):
        history = load_all(ledger.records(f"{FOLDER}/"))
        settled = revised(results, history)
        records = dict(_records(settled))
        try:
            if records:
                ledger.append(records, message=_message(settled), at=now)
        except LedgerError as error:
            # Another run may have recorded the same window in between; what it wrote decides on our revision.
            if error.recorded or attempt + 1 == _ATTEMPTS or not _was_overtaken(ledger, records):
                raise
            continue
        return settled, [*history, *(result.execution for result in settled if result.is_new)]
    raise AssertionError("the loop returns or raises")


def record_one(result: Result, ledger: Ledger, now: datetime) -> Result:
    """Append the result of a window that had none. What somebody else recorded meanwhile stays and is given instead.

    Raises:
        LedgerError: The record could not be appended, or could not be handed to the remote.
    """
    path = result.execution.path
    if held := ledger.records(path).get(path):
        return _known(result, held)
    records = dict(_records([result]))
    try:
        ledger.append(records, message=_message([result]), at=now)
    except LedgerError as error:
        if error.recorded or not _was_overtaken(ledger, records):
            raise
        return _known(result, ledger.records(path)[path])
    return result


def _known(result: Result, held: bytes) -> Result:
    """Give what the ledger has in place of a result."""
    return dataclasses.replace(result, execution=load(held, result.execution.path), is_new=False)


def _was_overtaken(ledger: Ledger, records: Mapping[str, bytes]) -> bool:
    held = ledger.records(f"{FOLDER}/")
    return any(path in held and held[path] != data for path, data in records.items())


def _records(results: Iterable[Result]) -> Iterator[tuple[str, bytes]]:
    for result in results:
        if result.is_new:
            yield result.execution.path, render(result.execution)
            if result.profile:
                yield result.execution.profile, result.profile


def _message(results: Iterable[Result]) -> str:
    new = [result.execution for result in results if result.is_new]
    lines = [f"{e.model}/{e.monitor} {e.window}: {e.status}" for e in new]
    return f"Record {len(new)} executions\n\n" + "\n".join(lines) if len(new) > 1 else f"Record {lines[0]}"


def healths(
    sets: Iterable[MonitorSetDocument], executions: Iterable[Execution], owners: Mapping[str, Sequence[str]]
) -> list[MonitorHealth]:
    """Say how every monitor that can run is doing, whether or not it ran just now: what the planner of issues needs.

    Args:
        sets: The monitor sets; archived ones are passed over.
        executions: All executions of the ledger.
        owners: Model -> who answers for it, from its card; the owners of the monitor set where the card names none.
    """
    groups = by_monitor(executions)
    return [
        health_of(
            found.spec.model,
            monitor,
            groups.get((found.spec.model, monitor.name), ()),
            owners=owners.get(found.spec.model) or found.metadata.owners,
            card_path=path_of(Kind.MODEL_CARD, found.spec.model),
        )
        for found in sets
        for monitor in runnable(found)
    ]
