"""``mlgov monitor``: baselines, executions, comparisons and states."""

import difflib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_file, write_report
from mlgov.cli.lazy import LazyGroup, Table
from mlgov.cli.plain import one_line, safe
from mlgov.errors import LedgerError, UsageError
from mlgov.ports.data import DATA_FORMATS

if TYPE_CHECKING:
    from mlgov.checks.tree import Tree
    from mlgov.monitors import Execution, Monitor, MonitorSetDocument
    from mlgov.monitors.report import Line
    from mlgov.monitors.rounds import Order, Round
    from mlgov.monitors.schedule import Window
    from mlgov.ports import Forge
    from mlgov.wiring import Services

FORMATS = ("text", "json")
#: Formats of a report; those in ONE_AT_A_TIME are files about one execution.
REPORTS = ("text", "json", "markdown", "constraint_violations", "statistics")
ONE_AT_A_TIME = ("constraint_violations", "statistics")
SEGMENTS = "segments"
COMPARISONS = ("text", "json", "markdown", "constraint_violations")
#: What is not defined here.
MOVES: Table = {
    "submit": (
        "mlgov.cli.moving:submit_monitor_set",
        "Propose a monitor set for review: branch, commit, request.",
    ),
    "archive": ("mlgov.cli.moving:archive_monitor_set", "Propose to take an approved monitor set out of use."),
}


@click.group(cls=LazyGroup, table=MOVES)
def monitor() -> None:
    """Baselines, monitoring executions and comparisons."""


# Baselines


@monitor.command()
@click.argument("name")
@click.option("--monitor", "-m", "which", metavar="MONITOR", help="The monitor, when NAME has several.")
@click.option("--from", "source", required=True, metavar="FILE", help="The reference data: a file, folder or address.")
@click.option("--data-format", type=click.Choice(DATA_FORMATS), help="Format of FILE.")
@click.option("--force", is_flag=True, help="Replace the files that are there.")
@click.pass_obj
def baseline(app: App, name: str, which: str | None, source: str, data_format: str | None, force: bool) -> int:
    """Make the baseline of a monitor.

    Writes statistics.json and constraints.json into the folder that the monitor names, for data quality with
    profile.json, and the same for its segments. Bias and feature attribution have analysis.json. For model quality
    and bias FILE has a column with the true labels, ground_truth_attribute. Review and commit them like any other
    file; constraints are suggestions and meant to be edited.
    """
    from mlgov.monitors.making import baseline_files
    from mlgov.wiring import scorers

    services = app.services(push=False)
    found = _one_monitor(_named(_tree(services), [name], every=False)[0], which)
    folder = services.root / found.baseline
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if there and not force:
        hint = "Look at what is there; --force replaces it."
        raise UsageError(f"{found.baseline}/ has {', '.join(there)} already.", hint=hint)
    address = _address(app, source)
    files = baseline_files(
        lambda: services.tables.batches(address, data_format=data_format),
        found,
        at=services.clock.now(),
        scorers=scorers(services),
    )
    _forget_segments(folder)
    for file, data in files.items():
        write_file(folder / file, data)
        click.echo(f"{found.baseline}/{file}")
    app.chat("Review the files, edit constraints.json where you know better, and commit them.")
    return 0


def _forget_segments(folder: Path) -> None:
    """Remove the baselines of segments that were made before: some of them may no longer be."""
    for file in sorted((folder / SEGMENTS).rglob("*.json")):
        file.unlink()


def _one_monitor(found: "MonitorSetDocument", which: str | None) -> "Monitor":
    monitors = found.spec.monitors
    chosen = [monitor for monitor in monitors if which in (None, monitor.name)]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(monitor.name for monitor in monitors) or "none"
    wanted = f"no monitor '{which}'" if which else f"{len(monitors)} monitors"
    raise UsageError(f"{found.metadata.name} has {wanted}.", hint=f"Choose one with --monitor: {names}.")


# Runs


def _span(ctx: click.Context, param: click.Parameter, value: str | None) -> "Window | None":  # noqa: ARG001
    if value is None:
        return None
    from mlgov.monitors.schedule import read_window

    try:
        return read_window(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@monitor.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every", is_flag=True, help="Every monitor set that is not archived.")
@click.option("--window", "span", callback=_span, metavar="A..B", help="Run the complete windows between two times.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would be done to issues.")
@click.option("--no-push", is_flag=True, help="Keep the records here and do not ask the remote for others.")
@click.option("--issues", is_flag=True, help="Open, update and close issues on the forge (needs GITHUB_TOKEN).")
@click.option(
    "-f", "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is told."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of the terminal.")
@click.pass_obj
def run(
    app: App,
    names: Sequence[str],
    every: bool,
    span: "Window | None",
    dry_run: bool,
    no_push: bool,
    issues: bool,
    format_: str,
    output: Path | None,
) -> int:
    """Run monitors and record what they find.

    A run looks at the last complete window of the monitor's schedule. Exits with 1 when a window has violations, 5
    when some monitors could not judge, 3 when none could. A window without data is recorded as such and changes no
    exit code; the dashboard asks for attention.
    """
    from mlgov.monitors.rounds import run_round

    services = app.services(push=not no_push)
    tree = _tree(services)
    order = _order(services, tree, _named(tree, names, every=every), span=span, dry_run=dry_run)
    forge = the_forge(services) if issues else None
    if dry_run and not issues:
        app.chat("Without --issues the forge is not asked: its issues are taken as none.")
    if not (dry_run or no_push):
        _refresh(services)
    done = run_round(order, services.tables, services.ledger, services.events, forge)
    done = replace(done, problems=[*_unreadable(tree, every=every), *done.problems])
    _write(app, output, _run_report(done, format_))
    if not dry_run:
        app.chat(_recorded(services, done, push=not no_push))
    _tell(done)
    return done.exit_code


def _order(
    services: "Services",
    tree: "Tree",
    chosen: "Sequence[MonitorSetDocument]",
    *,
    span: "Window | None" = None,
    dry_run: bool = False,
) -> "Order":
    from mlgov.monitors.rounds import Order
    from mlgov.wiring import scorers

    return Order(
        chosen=chosen,
        everyone=_sets(tree),
        snapshot=tree.snapshot,
        now=services.clock.now(),
        span=span,
        owners=_owners(tree),
        dry_run=dry_run,
        grace_periods=services.settings.monitors.grace_periods,
        max_new_issues=services.settings.forge.max_new_issues,
        scorers=scorers(services),
    )


def the_forge(services: "Services") -> "Forge":
    """Connect to the forge with the token of the environment."""
    from mlgov import wiring

    token = os.environ.get("GITHUB_TOKEN", "")
    if not token:
        raise UsageError("--issues needs an access token.", hint="Set GITHUB_TOKEN.")
    return wiring.forge(services.settings, token, os.environ.get("GITHUB_REPOSITORY", ""))


def _refresh(services: "Services") -> None:
    try:
        services.ledger.refresh()
    except LedgerError as error:
        hint = f"{error.hint} Or keep the records here for now with --no-push.".strip()
        raise LedgerError(error.message, hint=hint) from None


def _recorded(services: "Services", done: "Round", *, push: bool) -> str:
    """Say where a run has put what it found."""
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


def _tell(done: "Round") -> None:
    """Say what did not go well; raises what the caller must hear of after the report."""
    for problem in done.problems:
        click.echo(f"mlgov: {one_line(problem)}", err=True)
    for result in done.results:
        if result.trace:
            click.echo(safe(f"mlgov: this is a bug in mlgov. Please send us this report:\n{result.trace}"), err=True)
    if done.trouble:
        raise done.trouble


def _run_report(found: "Round", format_: str) -> str:
    from mlgov.monitors.report import run_json, run_text

    if format_ == "json":
        return run_json(found.lines, problems=found.problems, actions=found.actions)
    text = run_text(found.lines) if found.lines else "There is nothing to run.\n"
    return text + "".join(f"\nissues: {one_line(action)}" for action in found.actions) + ("\n" * bool(found.actions))


# Comparisons and states


@monitor.command()
@click.argument("reference")
@click.argument("current")
@click.option("--exclude", multiple=True, metavar="COLUMN", help="A column that is not looked at; may be repeated.")
@click.option("--data-format", type=click.Choice(DATA_FORMATS), help="Format of both.")
@click.option(
    "--engine", default="", metavar="ADDRESS", help="A Spark or Dask cluster that reads: spark://… or tcp://…."
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(COMPARISONS),
    default="text",
    show_default=True,
    help="How it is told.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of the terminal.")
@click.pass_obj
def compare(
    app: App,
    reference: str,
    current: str,
    exclude: Sequence[str],
    data_format: str | None,
    engine: str,
    format_: str,
    output: Path | None,
) -> int:
    """Compare two data files.

    They are judged as a monitor judges a window by its baseline; no repository is needed. Exits with 1 when CURRENT
    has violations.
    """
    from mlgov.monitors.check import Criteria
    from mlgov.monitors.comparing import compare_sources
    from mlgov.monitors.report import COMPARISON_FORMATS
    from mlgov.wiring import tables

    addresses = _address(app, reference), _address(app, current)
    criteria = Criteria(ignored=frozenset(exclude))
    found = compare_sources(tables(app.directory, engine), *addresses, criteria, data_format=data_format)
    found = replace(found, reference=reference, current=current)
    _write(app, output, COMPARISON_FORMATS[format_](found))
    return int(bool(found.violations))


@monitor.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "-f", "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is told."
)
@click.pass_obj
def status(app: App, names: Sequence[str], format_: str) -> int:
    """Print the state of every monitor, from the ledger."""
    from mlgov.monitors import load_all
    from mlgov.monitors.report import status_json, status_text
    from mlgov.monitors.rounds import lines_of

    services = app.services(push=False)
    tree = _tree(services)
    order = _order(services, tree, _named(tree, names, every=not names))
    lines = lines_of(order.chosen, load_all(services.ledger.records("executions/")), order)
    render: Callable[[Sequence[Line]], str] = status_json if format_ == "json" else status_text
    click.echo(safe(render(lines)), nl=False)
    return 0


@monitor.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--monitor", "-m", "which", metavar="MONITOR", help="Only this monitor.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(REPORTS), default="text", show_default=True, help="How it is told."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of the terminal.")
@click.pass_obj
def report(app: App, names: Sequence[str], which: str | None, format_: str, output: Path | None) -> int:
    """Print what the last execution of each monitor found.

    Formats constraint_violations and statistics are those of Model Monitor, for one monitor at a time.
    """
    from mlgov.monitors import by_monitor, load_all
    from mlgov.monitors.execution_report import report_list

    services = app.services(push=False)
    chosen = _named(_tree(services), names, every=not names)
    executions = load_all(services.ledger.records("executions/"))
    history = by_monitor(executions)
    watched = [(one.spec.model, m.name) for one in chosen for m in one.spec.monitors if which in (None, m.name)]
    found = [history[key][-1] for key in watched if key in history]
    if not found:
        raise UsageError("None of these monitors has run yet.", hint="Run them with 'mlgov monitor run NAME'.")
    if format_ in ONE_AT_A_TIME and len(found) > 1:
        raise UsageError(f"{len(found)} executions do not go into one {format_}.", hint="Choose one with --monitor.")
    text = _profile_of(services, found[0]) if format_ == "statistics" else report_list(found, format_, executions)
    _write(app, output, text)
    return 0


def _profile_of(services: "Services", execution: "Execution") -> str:
    """Give what the verdict was made from, as the ledger keeps it."""
    if not execution.profile:
        raise UsageError(f"The last execution of {execution.monitor} has kept no statistics.")
    return services.ledger.records(execution.profile)[execution.profile].decode()


# The repository


def _tree(services: "Services") -> "Tree":
    from mlgov.checks.tree import read_tree

    return read_tree(services.repository.work_tree(["cards", "monitors", "baselines"]))


def _sets(tree: "Tree") -> "list[MonitorSetDocument]":
    from mlgov.monitors import MonitorSetDocument
    from mlgov.names import Kind

    return [f.typed for f in tree.of(Kind.MONITOR_SET) if isinstance(f.typed, MonitorSetDocument)]


def _named(tree: "Tree", names: Sequence[str], *, every: bool) -> "list[MonitorSetDocument]":
    if bool(names) == every:
        raise UsageError("Name the monitor sets, or give --all.")
    found = {monitor_set.metadata.name: monitor_set for monitor_set in _sets(tree)}
    for name in names:
        if name not in found:
            broken = [f"{f.location}: {f.message}" for f in tree.findings if f.location.path == f"monitors/{name}.yaml"]
            close = difflib.get_close_matches(name, found, n=1)
            hint = f"Did you mean '{close[0]}'?" if close else "Monitor sets are monitors/<name>.yaml."
            raise UsageError(broken[0] if broken else f"There is no monitor set '{name}'.", hint=hint)
    return list(found.values()) if every else [found[name] for name in dict.fromkeys(names)]


def _unreadable(tree: "Tree", *, every: bool) -> list[str]:
    """Name the monitor sets that cannot be run because their documents are wrong."""
    wrong = {f.location.path: f for f in reversed(tree.findings) if f.location.path.startswith("monitors/")}
    return [f"{f.location}: {f.message}" for _, f in sorted(wrong.items())] if every else []


def _owners(tree: "Tree") -> dict[str, list[str]]:
    from mlgov.names import Kind

    return {card.name: card.typed.metadata.owners for card in tree.of(Kind.MODEL_CARD)}


def _address(app: App, text: str) -> str:
    """Take a path from where the command was started, and an address as it is."""
    return text if "://" in text else str((app.directory / text).resolve())


def _write(app: App, output: Path | None, text: str) -> None:
    if output is None:
        click.echo(safe(text), nl=False)
    else:
        write_report(app.directory / output, text.encode())
