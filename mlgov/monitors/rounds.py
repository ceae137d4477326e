"""One round: run monitors, record what they found, say how they are, and bring the issues in line."""

from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mlgov.errors import ForgeError, LedgerError, MlgovError
from mlgov.events import Progress
from mlgov.monitors.alerts import state_of
from mlgov.monitors.due import Pace, beside, declared, due_of
from mlgov.monitors.execution import FOLDER, Execution, by_monitor
from mlgov.monitors.health import MonitorHealth
from mlgov.monitors.hooks import FOLDER as HOOK_FOLDER
from mlgov.monitors.hooks import Act, Hook, due, fire, load_records, raised, trouble
from mlgov.monitors.issue_actions import LABEL
from mlgov.monitors.issues import plan, synchronise
from mlgov.monitors.records import load_all
from mlgov.monitors.report import Line
from mlgov.monitors.results import ExecutionStatus
from mlgov.monitors.run import Result, healths, jobs_of, record, revised
from mlgov.monitors.schedule import Window, parse
from mlgov.monitors.schema import MonitorSetDocument
from mlgov.monitors.side_by_side import executed
from mlgov.monitors.types import Job
from mlgov.ports import EventSink, Forge, Ledger, Scorers, Snapshot, Tables


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run, and how.

    Attributes:
        chosen: The monitor sets to run.
        everyone: All monitor sets of the repository: issues are about all of them.
        snapshot: The files of the repository, for the baselines.
        now: The present time.
        span: Run every complete window within it; None runs the last complete one.
        owners: Model -> who answers for it.
        dry_run: Write nothing, neither to the ledger nor to the forge.
        grace_periods: Schedule periods without an execution after which a monitor is stale.
        max_new_issues: New issues that one round may open.
        scorers: Gives the models that may be asked; None when there are none.
        pace: How far back a run of what is due looks.
        only_due: Run what is due, instead of the last complete window.
        hook_limit_s: Seconds that the command of a hook may take.
        only: Run the monitors of this name alone; issues and hooks are about the others, too. None runs all.
    """

    chosen: Sequence[MonitorSetDocument]
    everyone: Sequence[MonitorSetDocument]
    snapshot: Snapshot
    now: datetime
    span: Window | None = None
    owners: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dry_run: bool = False
    grace_periods: float = 2.0
    max_new_issues: int = 10
    scorers: Scorers | None = None
    pace: Pace = field(default_factory=Pace)
    only_due: bool = False
    hook_limit_s: int = 600
    only: str | None = None

    @property
    def to_run(self) -> list[MonitorSetDocument]:
        """The chosen monitor sets with the monitors that are to be run, and no others."""
        return [_narrowed(found, self.only) for found in self.chosen]


def _narrowed(found: MonitorSetDocument, name: str | None) -> MonitorSetDocument:
    if name is None:
        return found
    monitors = [monitor for monitor in found.spec.monitors if monitor.name == name]
    return found.model_copy(update={"spec": found.spec.model_copy(update={"monitors": monitors})})


@dataclass(frozen=True, slots=True)
class Hooks:
    """What alerts set off.

    Attributes:
        acts: What is turned on, and what does it.
        run: Tells this run from others.
    """

    acts: Mapping[Hook, Act]
    run: str


class StoppedLateError(KeyboardInterrupt):
    """Somebody stopped a round after its monitors had run: some or all of what they found may be recorded."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of an order.

    Attributes:
        results: The executions.
        lines: The same with the states of their monitors, for reports.
        problems: What kept monitors from running or issues from being changed, one sentence each.
        actions: What was done to issues, or would be.
        notes: What is good to know and no problem, one sentence each.
        hooks: What alerts have set off, or would.
        warnings: What should have been set off and was not, one sentence each; no exit code tells of it.
        trouble: What went wrong after the monitors had run: the remote or the forge; None when nothing did.
    """

    results: Sequence[Result]
    lines: Sequence[Line]
    problems: Sequence[str] = ()
    actions: Sequence[str] = ()
    notes: Sequence[str] = ()
    hooks: Sequence[str] = ()
    warnings: Sequence[str] = ()
    trouble: MlgovError | None = None

    @property
    def exit_code(self) -> int:
        """0 clean, 1 violations, 5 when something could not be done, 3 when no monitor could judge."""
        executions = [result.execution for result in self.results]
        unjudged = [e for e in executions if e.status is ExecutionStatus.FAILED and not e.counts_as_violation]
        if unjudged or self.problems:
            return 5 if len(executions) > len(unjudged) else 3
        return int(any(execution.counts_as_violation for execution in executions))


def run_round(
    order: Order,
    tables: Tables,
    ledger: Ledger,
    events: EventSink,
    forge: Forge | None = None,
    hooks: Hooks | None = None,
) -> Round:
    """Run the monitors of an order.

    Args:
        order: What is to be run.
        tables: The data.
        ledger: Where records are kept.
        events: Who hears of progress.
        forge: Where issues are; None leaves them alone, and plans against no issues in a dry run.
        hooks: What alerts of the chosen sets set off; None for nothing.

    Raises:
        LedgerError: Nothing could be recorded.
        StoppedLateError: Somebody stopped it when something may have been recorded; before that a KeyboardInterrupt
            stays what it is.
    """
    planned, problems, notes = _jobs(order, ledger)
    jobs = [replace(job, scorers=order.scorers) for job in planned]
    ran = Round(_executed(jobs, order, tables, events), [], problems, notes=notes)
    try:
        return _settled(ran, order, ledger, forge, hooks)
    except KeyboardInterrupt:
        if order.dry_run:
            raise
        raise StoppedLateError from None


def _settled(ran: Round, order: Order, ledger: Ledger, forge: Forge | None, hooks: Hooks | None) -> Round:
    """Record what monitors found, say how they are, and do what follows from it."""
    results, history, trouble = _recorded(list(ran.results), order, ledger)
    states = {(line.model, line.state.monitor): line for line in lines_of(order.chosen, history, order)}
    lines = [replace(states[e.model, e.monitor], execution=e, is_new=r.is_new) for r in results for e in (r.execution,)]
    done = replace(ran, results=results, lines=lines, trouble=trouble)
    done = _with_issues(done, history, order, ledger, forge)
    if hooks is None:
        return done
    fired = _with_hooks(done, history, order, ledger, hooks)
    has_acted = not order.dry_run and len(fired.hooks) > len(done.hooks)
    return _with_issues(fired, history, order, ledger, forge) if has_acted and forge else fired


def _jobs(order: Order, ledger: Ledger) -> tuple[list[Job], list[str], list[str]]:
    """List the runs of an order, what keeps others from running, and what is left out."""
    if not order.only_due:
        jobs, problems = jobs_of(order.to_run, order.now, order.span)
        return jobs, problems, notes_of(order)
    history = load_all(ledger.records(f"{FOLDER}/"))
    found, problems = due_of(order.to_run, history, order.now, order.pace)
    jobs = [Job(due.model, due.monitor, window) for due in found for window in due.windows]
    return jobs, problems, [due.leftover for due in found if due.leftover]


def notes_of(order: Order) -> list[str]:
    """Say which parts of the time that was asked for no window covers."""
    if order.span is None:
        return []
    said: list[str] = []
    for model, monitor in declared(order.to_run)[0]:
        with suppress(ValueError):  # a bad schedule is a problem of its own
            if left := beside(parse(monitor.schedule), order.span, order.now):
                said.append(f"{model}/{monitor.name}: no complete window covers {left}")
    return said


def lines_of(sets: Sequence[MonitorSetDocument], history: Sequence[Execution], order: Order) -> list[Line]:
    """Say how every monitor of some sets is, from executions alone."""
    groups = by_monitor(history)
    return [
        Line(
            found.spec.model,
            state_of(
                monitor,
                groups.get((found.spec.model, monitor.name), ()),
                order.now,
                grace_periods=order.grace_periods,
            ),
        )
        for found in sets
        for monitor in found.spec.monitors
    ]


def _executed(jobs: Sequence[Job], order: Order, tables: Tables, events: EventSink) -> list[Result]:
    """Run jobs; gives the results in their order."""
    results: dict[int, Result] = {}

    def tell(place: int) -> None:
        events.emit(Progress(f"{jobs[place].model}/{jobs[place].monitor.name}", len(results), len(jobs)))

    with closing(executed(jobs, order.snapshot, tables, order.now, order.pace.lateness, tell)) as found:
        results.update(found)
    if jobs:
        events.emit(Progress("monitors", len(jobs), len(jobs)))
    return [results[place] for place in range(len(jobs))]


def _recorded(
    results: list[Result], order: Order, ledger: Ledger
) -> tuple[list[Result], list[Execution], LedgerError | None]:
    """Record results; gives them as recorded, the whole history, and why the remote does not have them."""
    if not order.dry_run:
        try:
            return *record(results, ledger, order.now), None
        except LedgerError as error:
            if not error.recorded:
                raise
            return results, load_all(ledger.records(f"{FOLDER}/")), error
    history = load_all(ledger.records(f"{FOLDER}/"))
    settled = revised(results, history)
    return settled, [*history, *(result.execution for result in settled if result.is_new)], None


def _with_hooks(done: Round, history: Sequence[Execution], order: Order, ledger: Ledger, hooks: Hooks) -> Round:
    """Fire the hooks that are due, or say which are in a dry run. What fails is a warning, and an issue later."""
    if isinstance(done.trouble, LedgerError):
        said = "No hook was fired, because the ledger could not be handed to its remote; the next run does it."
        return replace(done, warnings=[*done.warnings, said])
    told, warnings, limit = list(done.hooks), list(done.warnings), timedelta(seconds=order.hook_limit_s)
    try:
        if not order.dry_run:
            ledger.refresh()
        records = load_records(ledger.records(f"{HOOK_FOLDER}/"))
        alerts = raised(order.chosen, history)
        for firing in due(alerts, records, hooks.acts, now=order.now, run=hooks.run, limit=limit):
            if order.dry_run:
                told.append(firing.describe())
                continue
            ended = fire(firing, hooks.acts[firing.claim.hook], ledger, order.now)
            if ended:
                (told if ended.ok else warnings).append(f"{firing.describe()}: {ended.said}")
                told += [] if ended.ok else [f"{firing.describe()}: failed"]
    except LedgerError as error:
        warnings.append(f"Not every hook was fired: {error.message}")
    return replace(done, hooks=told, warnings=warnings)


def _healths(history: Sequence[Execution], order: Order, ledger: Ledger) -> list[MonitorHealth]:
    """Say how every monitor is, with what its alert failed to set off."""
    records, limit = load_records(ledger.records(f"{HOOK_FOLDER}/")), timedelta(seconds=order.hook_limit_s)
    failed = {
        (alert.model, alert.monitor.name): trouble(alert, records, now=order.now, limit=limit)
        for alert in (raised(order.everyone, history) if records else ())
    }
    return [
        replace(health, hook_trouble=failed.get((health.model, health.monitor), ""))
        for health in healths(order.everyone, history, order.owners)
    ]


def _with_issues(done: Round, history: Sequence[Execution], order: Order, ledger: Ledger, forge: Forge | None) -> Round:
    """Bring the issues in line, or plan it in a dry run."""
    try:
        now = _healths(history, order, ledger)
        if order.dry_run:
            planned = plan(now, forge.issues(LABEL) if forge else [], max_new=order.max_new_issues)
            return replace(done, actions=[action.describe() for action in planned])
        if forge is None:
            return done
        applied = synchronise(now, forge, max_new=order.max_new_issues)
    except (ForgeError, LedgerError) as error:
        return replace(done, trouble=done.trouble or error)
    failed = [f"{action.describe()}: {error.message}" for action, error in applied.failed]
    said = [*done.actions, *(action.describe() for action in applied.done)]
    return replace(done, problems=[*done.problems, *failed], actions=said)
