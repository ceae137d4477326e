"""``mlgov monitor status`` and ``report``: what the ledger knows."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.monitor.repository import ordered, read, sets_in, wanted, write
from mlgov.cli.options import format_option, output_option
from mlgov.cli.plain import safe
from mlgov.errors import UsageError

if TYPE_CHECKING:
    from mlgov.checks.tree import Tree
    from mlgov.monitors import Execution
    from mlgov.monitors.report import Line
    from mlgov.wiring import Services

#: Formats of a report; those in ONE_AT_A_TIME are files about one execution.
REPORTS = ("text", "json", "markdown", "constraint_violations", "statistics")
ONE_AT_A_TIME = ("constraint_violations", "statistics")


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@format_option()
@click.pass_obj
def status(app: App, names: Sequence[str], format_: str) -> int:
    """Print the state of every monitor, from the ledger.

    An approved model without a monitor of a type that its risk rating requires (monitors.required of mlgov.toml) has a
    line of its own: missing.
    """
    from mlgov.monitors import load_all
    from mlgov.monitors.report import status_json, status_text
    from mlgov.monitors.rounds import lines_of

    services = app.services(push=False)
    tree = read(services)
    order = ordered(services, tree, wanted(tree, names, every=not names))
    lines = lines_of(order.chosen, load_all(services.ledger.records("executions/")), order)
    lines += _missing(services, tree, {found.spec.model for found in order.chosen} if names else None)
    render: Callable[[Sequence[Line]], str] = status_json if format_ == "json" else status_text
    click.echo(safe(render(lines)), nl=False)
    return 0


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--monitor", "-m", "which", metavar="MONITOR", help="Only this monitor.")
@format_option(*REPORTS)
@output_option
@click.pass_obj
def report(app: App, names: Sequence[str], which: str | None, format_: str, output: Path | None) -> int:
    """Print what the last execution of each monitor found.

    Formats constraint_violations and statistics are those of Model Monitor, for one monitor at a time.
    """
    from mlgov.monitors import by_monitor, load_all
    from mlgov.monitors.execution_report import report_list

    services = app.services(push=False)
    chosen = wanted(read(services), names, every=not names)
    executions = load_all(services.ledger.records("executions/"))
    history = by_monitor(executions)
    watched = [(one.spec.model, m.name) for one in chosen for m in one.spec.monitors if which in (None, m.name)]
    found = [history[key][-1] for key in watched if key in history]
    if not found:
        raise UsageError("None of these monitors has run yet.", hint="Run them with 'mlgov monitor run NAME'.")
    if format_ in ONE_AT_A_TIME and len(found) > 1:
        raise UsageError(f"{len(found)} executions do not go into one file.", hint="Choose one with --monitor.")
    text = _profile_of(services, found[0]) if format_ == "statistics" else report_list(found, format_, executions)
    write(app, output, text)
    return 0


def _missing(services: "Services", tree: "Tree", models: Collection[str] | None) -> "list[Line]":
    """Say which monitors approved models should have and have not: of some models, or of all."""
    from mlgov.cards import CardDocument
    from mlgov.monitors.report import Line
    from mlgov.monitors.required import missing_states, required_types
    from mlgov.names import Kind

    declared = {(found.spec.model, m.monitoring_type) for found in sets_in(tree) for m in found.spec.monitors}
    lines = []
    for found in tree.of(Kind.MODEL_CARD):
        if isinstance(card := found.typed, CardDocument) and (models is None or found.name in models):
            settings = services.settings.monitors
            required = required_types(card.lifecycle.status, card.risk_rating, settings)
            has = [kind for model, kind in declared if model == found.name]
            lines += [Line(found.name, state) for state in missing_states(required, has)]
    return lines


def _profile_of(services: "Services", execution: "Execution") -> str:
    """Give what the verdict was made from, in the form of Model Monitor or Clarify."""
    from mlgov.monitors.types import module_of

    if not execution.profile:
        raise UsageError(f"The last execution of {execution.monitor} has kept no statistics.")
    kept = services.ledger.records(execution.profile)[execution.profile]
    return module_of(execution.monitoring_type).statistics_file(kept).decode()
