"""``mlgov monitor backfill``: the windows of a time that have no execution yet."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.monitor.repository import (
    check_past,
    ordered,
    read,
    span_of,
    tell_left_out,
    wanted,
    write,
)
from mlgov.cli.monitor.running import recorded, refresh, run_report, tell
from mlgov.cli.monitor.stopping import telling_stops
from mlgov.cli.options import format_option, output_option
from mlgov.errors import LedgerError

if TYPE_CHECKING:
    from mlgov.monitors.rounds import Order, Round
    from mlgov.monitors.run import Result
    from mlgov.monitors.schedule import Window
    from mlgov.monitors.types import Job
    from mlgov.wiring import Services

CHANGES_PENDING = 4
NOTHING_YET = "Stopped before this command recorded anything; the same command starts anew."


@click.command()
@click.argument("name")
@click.option("--window", "span", callback=span_of, required=True, metavar="A..B", help="The time; UTC without a zone.")
@click.option("--monitor", "-m", "which", metavar="MONITOR", help="Only this monitor.")
@click.option("--dry-run", is_flag=True, help="Run nothing; print the windows that have no execution.")
@click.option("--no-push", is_flag=True, help="Keep the records here and do not ask the remote for others.")
@click.option("--engine", metavar="ADDRESS", help="A Spark or Dask cluster that reads: spark://… or tcp://….")
@format_option()
@output_option
@click.pass_obj
def backfill(
    app: App,
    name: str,
    span: "Window",
    which: str | None,
    dry_run: bool,
    no_push: bool,
    engine: str | None,
    format_: str,
    output: Path | None,
) -> int:
    """Run the windows of a time that have no execution yet, oldest first.

    Windows and monitors on one source are read together, up to 16 of them, and then recorded one by one. After Ctrl-C
    what is recorded stays, and the same command goes on with the rest; what was just being read is read again. A window
    that has an execution is never run again, so no record changes. Rows and labels are taken as they are today; with
    --now, labels that came after that time do not count. Opens no issues. Exit codes are those of `mlgov monitor run`;
    a dry run exits with 4 when windows are missing.
    """
    with telling_stops(app, lambda _: NOTHING_YET):
        from mlgov.monitors import load_all
        from mlgov.monitors.backfill import missing_jobs

        services = app.services(push=False, engine=engine)
        check_past(span, services.clock.now())
        tree = read(services)
        order = ordered(services, tree, wanted(tree, [name], every=False), span=span, which=which)
        if not (dry_run or no_push):
            refresh(services)
        history = load_all(services.ledger.records("executions/"))
        jobs, problems = missing_jobs(order.to_run, span, history, order.now)
        if dry_run:
            write(app, output, "".join(f"{job.model}/{job.monitor.name} {job.window}\n" for job in jobs))
    done = _done(app, services, order, [] if dry_run else jobs, problems)
    if not dry_run:
        write(app, output, run_report(done, format_) if jobs else "No window of this time lacks an execution.\n")
        done = _handed_on(app, services, done, push=not no_push)
    tell_left_out(app, done.notes)
    tell(done)
    return done.exit_code or (CHANGES_PENDING if dry_run and jobs else 0)


def _done(app: App, services: "Services", order: "Order", jobs: "Sequence[Job]", problems: Sequence[str]) -> "Round":
    from mlgov.monitors import load_all
    from mlgov.monitors.backfill import backfill as steps
    from mlgov.monitors.rounds import Round, lines_of, notes_of

    results: list[Result] = []
    with (
        telling_stops(app, lambda _: _stopped(services, jobs, len(results))),
        closing(steps(jobs, order, services.tables, services.ledger, services.events)) as found,
    ):
        for result in found:
            results.append(result)  # noqa: PERF402 - kept one by one: what is there counts when somebody stops it
    history = load_all(services.ledger.records("executions/")) if results else []
    states = {(line.model, line.state.monitor): line for line in lines_of(order.chosen, history, order)}
    lines = [replace(states[e.model, e.monitor], execution=e, is_new=r.is_new) for r in results for e in (r.execution,)]
    return Round(results, lines, problems, notes=notes_of(order))


def _stopped(services: "Services", jobs: "Sequence[Job]", count: int) -> str:
    """Say what is recorded. The first record may be there before anybody counts it."""
    from mlgov.monitors.execution import FOLDER, record_path

    if not count:
        paths = (record_path(FOLDER, job.model, job.monitor.name, job.window) for job in jobs[:1])
        count = sum(path in services.ledger.records(path) for path in paths)
    said = f"Stopped after {count:,} of {len(jobs):,} executions. What is recorded stays, and the same command goes on."
    return said if count else NOTHING_YET


def _handed_on(app: App, services: "Services", done: "Round", *, push: bool) -> "Round":
    """Push what was recorded, all at once, and say where it is; gives the round with what went wrong at the remote."""
    new = [result.execution for result in done.results if result.is_new]
    if new and push and services.ledger.remote():
        from mlgov.monitors.records import render

        held = {new[-1].path: render(new[-1])}
        try:
            app.services().ledger.append(held, message="Hand on what was recorded", at=services.clock.now())
        except LedgerError as error:
            done = replace(done, trouble=error)
    app.chat(recorded(services, done, push=push))
    return done
