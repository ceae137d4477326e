"""``mlgov monitor run``."""

import os
from collections.abc import Sequence
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
    unreadable,
    wanted,
    write,
)
from mlgov.cli.monitor.stopping import telling_stops
from mlgov.cli.options import format_option, output_option
from mlgov.cli.plain import one_line, safe
from mlgov.errors import LedgerError, UsageError

if TYPE_CHECKING:
    from mlgov.monitors.rounds import Round
    from mlgov.monitors.schedule import Window
    from mlgov.ports import Forge
    from mlgov.wiring import Services

STOPPED_LATE = "Stopped after the monitors had run. What is recorded stays, and the same command does the rest."


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every", is_flag=True, help="Every monitor set that is not archived.")
@click.option("--monitor", "-m", "which", metavar="MONITOR", help="Only the monitor of this name, in each set.")
@click.option(
    "--due",
    "only_due",
    is_flag=True,
    help="Run what is due, as 'mlgov monitor due' lists it; of every set when none is named.",
)
@click.option("--window", "span", callback=span_of, metavar="A..B", help="Run the complete windows between two times.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would be done to issues.")
@click.option("--no-push", is_flag=True, help="Keep the records here and do not ask the remote for others.")
@click.option(
    "--engine",
    metavar="ADDRESS",
    help="A Spark or Dask cluster that reads, instead of that of mlgov.toml: spark://… or tcp://….",
)
@click.option("--issues", is_flag=True, help="Open, update and close issues on the forge (needs GITHUB_TOKEN).")
@click.option("--hooks", is_flag=True, help="Let new alerts set off what [hooks] of the approved mlgov.toml says.")
@format_option()
@output_option
@click.pass_obj
def run(
    app: App,
    names: Sequence[str],
    every: bool,
    which: str | None,
    only_due: bool,
    span: "Window | None",
    dry_run: bool,
    no_push: bool,
    engine: str | None,
    issues: bool,
    hooks: bool,
    format_: str,
    output: Path | None,
) -> int:
    """Run monitors and record what they find.

    A run looks at the last complete window of the monitor's schedule. With --due it looks at every complete window
    since the last execution, up to monitors.catch_up_windows of mlgov.toml, and again at those that late rows may
    change. A window that gave another result before gets a new revision; no record is ever replaced.

    Exits with 1 when a window has violations, 5 when some monitors could not judge, 3 when none could. Data that is
    there but cannot or must not be read counts as a violation. A window without data is recorded as such and changes no
    exit code; the dashboard asks for attention.
    """
    if only_due and span:
        raise UsageError(
            "--due and --window exclude each other.", hint="'mlgov monitor backfill' runs what a time lacks."
        )
    with telling_stops(app, lambda stopped: _stopped(stopped, names, which, span)):
        from mlgov.cli.dashboard_issue import with_dashboard
        from mlgov.cli.hooking import prepared
        from mlgov.monitors.rounds import run_round

        services = app.services(push=not no_push, engine=engine)
        if span:
            check_past(span, services.clock.now())
        fired = prepared(app, services, no_push=no_push) if hooks else None
        tree = read(services)
        every = every or (only_due and not names)
        chosen = wanted(tree, names, every=every)
        order = ordered(services, tree, chosen, span=span, only_due=only_due, dry_run=dry_run, which=which)
        forge = the_forge(services) if issues else None
        if dry_run and not issues:
            app.chat("Without --issues the forge is not asked: its issues are taken as none.")
        if not (dry_run or no_push):
            refresh(services)
        done = run_round(order, services.tables, services.ledger, services.events, forge, fired)
    if forge:
        with telling_stops(app, lambda _: STOPPED_LATE):
            done = with_dashboard(services, forge, done, dry_run=dry_run)
    done = replace(done, problems=[*unreadable(tree, every=every), *done.problems])
    write(app, output, run_report(done, format_))
    if not dry_run:
        app.chat(recorded(services, done, push=not no_push))
    tell_left_out(app, done.notes)
    tell(done)
    return done.exit_code


def _stopped(stopped: KeyboardInterrupt, names: Sequence[str], which: str | None, span: "Window | None") -> str:
    """Say what a run that was stopped has recorded."""
    from mlgov.monitors.rounds import StoppedLateError

    if isinstance(stopped, StoppedLateError):
        return STOPPED_LATE
    if span is None:
        return "Stopped; nothing was recorded. The same command starts anew."
    name = (names[0] if len(names) == 1 else "NAME") + (f" -m {which}" if which else "")
    backfill = f"mlgov monitor backfill {name} --window {span}"
    return f"Stopped; nothing was recorded. '{backfill}' records each window as it goes, if it has no execution yet."


def the_forge(services: "Services") -> "Forge":
    """Connect to the forge with the token of the environment."""
    from mlgov import wiring

    token = os.environ.get("GITHUB_TOKEN", "")
    if not token:
        raise UsageError("--issues needs an access token.", hint="Set GITHUB_TOKEN.")
    return wiring.forge(services.settings, token, os.environ.get("GITHUB_REPOSITORY", ""))


def refresh(services: "Services") -> None:
    """Fetch what others have recorded. Raises LedgerError."""
    try:
        services.ledger.refresh()
    except LedgerError as error:
        hint = f"{error.hint} Or keep the records here for now with --no-push.".strip()
        raise LedgerError(error.message, hint=hint) from None


def recorded(services: "Services", done: "Round", *, push: bool) -> str:
    """Say where a run or a backfill has put what it found."""
    branch, new = services.settings.ledger.branch, sum(result.is_new for result in done.results)
    if not new:
        return f"Nothing new to record on {branch}."
    text = f"Recorded {new} execution{'s' * (new != 1)} on {branch}"
    remote = services.ledger.remote()
    if not push:
        return f"{text}; not pushed (--no-push)."
    if not remote:
        return f"{text}; not pushed, as there is no remote '{services.settings.ledger.remote}'."
    failed = isinstance(done.trouble, LedgerError)
    return f"{text}; not pushed to {remote}." if failed else f"{text}, pushed to {remote}."


def tell(done: "Round") -> None:
    """Say what did not go well; raises what the caller must hear of after the report."""
    for problem in (*done.problems, *done.warnings):
        click.echo(f"mlgov: {one_line(problem)}", err=True)
    for result in done.results:
        if result.trace:
            click.echo(safe(f"mlgov: this is a bug in mlgov. Please send us this report:\n{result.trace}"), err=True)
    if done.trouble:
        raise done.trouble


def run_report(found: "Round", format_: str) -> str:
    """Write what was run."""
    from mlgov.monitors.report import run_json, run_text

    if format_ == "json":
        return run_json(found.lines, problems=found.problems, actions=found.actions, hooks=found.hooks)
    text = run_text(found.lines) if found.lines else "There is nothing to run.\n"
    told = [f"issues: {one_line(action)}" for action in found.actions]
    told += [f"hooks: {one_line(said)}" for said in found.hooks]
    return text + "".join(f"\n{line}" for line in told) + ("\n" * bool(told))
