"""What the commands about monitors share: the documents of the repository, and where results go."""

import difflib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_report
from mlgov.cli.monitor.stopping import telling_stops
from mlgov.cli.plain import one_line, safe
from mlgov.errors import UsageError

if TYPE_CHECKING:
    from mlgov.checks.tree import Tree
    from mlgov.monitors import Monitor, MonitorSetDocument
    from mlgov.monitors.rounds import Order
    from mlgov.monitors.schedule import Window
    from mlgov.wiring import Services


def read(services: "Services") -> "Tree":
    """Read cards, monitor sets and baselines."""
    from mlgov.checks.tree import read_tree

    return read_tree(services.repository.work_tree(["cards", "monitors", "baselines"]))


def sets_in(tree: "Tree") -> "list[MonitorSetDocument]":
    """List the monitor sets that can be read."""
    from mlgov.monitors import MonitorSetDocument
    from mlgov.names import Kind

    return [f.typed for f in tree.of(Kind.MONITOR_SET) if isinstance(f.typed, MonitorSetDocument)]


def wanted(tree: "Tree", names: Sequence[str], *, every: bool) -> "list[MonitorSetDocument]":
    """Give monitor sets by name, or all of them. Raises UsageError."""
    if bool(names) == every:
        raise UsageError("Name the monitor sets, or give --all.")
    found = {monitor_set.metadata.name: monitor_set for monitor_set in sets_in(tree)}
    for name in names:
        if name not in found:
            broken = [f"{f.location}: {f.message}" for f in tree.findings if f.location.path == f"monitors/{name}.yaml"]
            close = difflib.get_close_matches(name, found, n=1)
            hint = f"Did you mean '{close[0]}'?" if close else "Monitor sets are monitors/<name>.yaml."
            raise UsageError(broken[0] if broken else f"There is no monitor set '{name}'.", hint=hint)
    return list(found.values()) if every else [found[name] for name in dict.fromkeys(names)]


def unreadable(tree: "Tree", *, every: bool) -> list[str]:
    """Name the monitor sets that cannot be run because their documents are wrong."""
    wrong = {f.location.path: f for f in reversed(tree.findings) if f.location.path.startswith("monitors/")}
    return [f"{f.location}: {f.message}" for _, f in sorted(wrong.items())] if every else []


def owners_in(tree: "Tree") -> dict[str, list[str]]:
    """Give who answers for each model, from the cards."""
    from mlgov.names import Kind

    return {card.name: card.typed.metadata.owners for card in tree.of(Kind.MODEL_CARD)}


def address_of(app: App, text: str) -> str:
    """Take a path from where the command was started, and an address as it is. Raises UsageError."""
    try:
        return text if "://" in text else str((app.directory / text).resolve())
    except (OSError, RuntimeError):
        raise UsageError(f"{text} is a link that leads to itself.", hint="Name the data itself.") from None


def write(app: App, output: Path | None, text: str) -> None:
    """Write a result to the terminal or to a file."""
    if output is None:
        click.echo(safe(text), nl=False)
    else:
        write_report(app.directory / output, text.encode())


def one_monitor(found: "MonitorSetDocument", which: str | None) -> "Monitor":
    """Choose one monitor of a set. Raises UsageError."""
    monitors = found.spec.monitors
    chosen = [monitor for monitor in monitors if which in (None, monitor.name)]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(monitor.name for monitor in monitors) or "none"
    wanted = f"no monitor '{which}'" if which else f"{len(monitors)} monitors"
    raise UsageError(f"{found.metadata.name} has {wanted}.", hint=f"Choose one with --monitor: {names}.")


def span_of(ctx: click.Context, param: click.Parameter, value: str | None) -> "Window | None":  # noqa: ARG001
    """Read the value of --window."""
    if value is None:
        return None
    with telling_stops(ctx.obj, lambda _: "Stopped; nothing was recorded. The same command starts anew."):
        from mlgov.monitors.schedule import read_window  # loads much, which takes a while

    try:
        return read_window(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def ordered(
    services: "Services",
    tree: "Tree",
    chosen: "Sequence[MonitorSetDocument]",
    *,
    span: "Window | None" = None,
    only_due: bool = False,
    dry_run: bool = False,
    which: str | None = None,
) -> "Order":
    """Say what is to be run, and how: all monitors of the chosen sets, or those of one name. Raises UsageError."""
    from datetime import timedelta

    from mlgov.monitors.due import Pace
    from mlgov.monitors.rounds import Order
    from mlgov.wiring import scorers

    _check_known(chosen, which)
    monitors = services.settings.monitors
    return Order(
        chosen=chosen,
        everyone=sets_in(tree),
        snapshot=tree.snapshot,
        now=services.clock.now(),
        span=span,
        owners=owners_in(tree),
        dry_run=dry_run,
        grace_periods=monitors.grace_periods,
        pace=Pace(monitors.catch_up_windows, timedelta(hours=monitors.lateness_hours)),
        only_due=only_due,
        max_new_issues=services.settings.forge.max_new_issues,
        scorers=scorers(services),
        hook_limit_s=services.settings.hooks.command_limit_s,
        only=which,
    )


def _check_known(chosen: "Sequence[MonitorSetDocument]", which: str | None) -> None:
    """Make sure that one of the sets has a monitor of this name. Raises UsageError."""
    known = list(dict.fromkeys(monitor.name for found in chosen for monitor in found.spec.monitors))
    if which is None or which in known:
        return
    names = ", ".join(known) or "none"
    if len(chosen) == 1:
        raise UsageError(f"{chosen[0].metadata.name} has no monitor '{which}'.", hint=f"It has {names}.")
    raise UsageError(f"None of these monitor sets has a monitor '{which}'.", hint=f"They have {names}.")


def check_past(span: "Window", now: datetime) -> None:
    """Refuse a time of which nothing is over yet. Raises UsageError."""
    if span.start >= now:
        from mlgov.monitors.schedule import moment_text

        hint = f"It is {moment_text(now)} now; times without a zone are UTC."
        raise UsageError(f"The window {span} lies in the future.", hint=hint)


def tell_left_out(app: App, notes: Sequence[str]) -> None:
    """Say what was not run on purpose."""
    for note in notes:
        app.chat(f"mlgov: {one_line(note)}.")
