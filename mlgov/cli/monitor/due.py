"""``mlgov monitor due``: what would run now."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlgov.cli.app import App
from mlgov.cli.monitor.repository import ordered, read, tell_left_out, unreadable, wanted, write
from mlgov.cli.options import format_option, output_option
from mlgov.cli.plain import one_line
from mlgov.cli.reporters.json_report import to_json

if TYPE_CHECKING:
    from mlgov.monitors.due import Due
    from mlgov.monitors.schedule import Window

FORMAT = "mlgov/monitor-due/v1"
CHANGES_PENDING, PARTLY, NOBODY = 4, 5, 3
_HEAD = ("model", "monitor", "windows", "from", "to", "last execution", "why")


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@format_option()
@output_option
@click.pass_obj
def due(app: App, names: Sequence[str], format_: str, output: Path | None) -> int:
    """Say what would run now, and why.

    That is what `mlgov monitor run --due` runs: complete windows without an execution, and windows that late rows may
    still change. The ledger is taken as it is here; nothing is fetched. Exits with 4 when a window has no execution, 0
    when none lacks one, 5 when some monitors cannot be run as they are written, 3 when none can.
    """
    from mlgov.monitors import load_all
    from mlgov.monitors.due import due_of

    services = app.services(push=False)
    tree = read(services)
    order = ordered(services, tree, wanted(tree, names, every=not names))
    history = load_all(services.ledger.records("executions/"))
    found, problems = due_of(order.chosen, history, order.now, order.pace)
    problems = [*unreadable(tree, every=not names), *problems]
    write(app, output, _json(found, problems) if format_ == "json" else _text(found))
    tell_left_out(app, [each.leftover for each in found if each.leftover])
    for problem in problems:
        click.echo(f"mlgov: {one_line(problem)}", err=True)
    if problems:
        return PARTLY if found else NOBODY
    return CHANGES_PENDING if any(each.missing for each in found) else 0


def _text(found: "Sequence[Due]") -> str:
    from mlgov.monitors.report import table_lines
    from mlgov.monitors.schedule import moment_text

    rows = [
        (
            each.model,
            each.monitor.name,
            f"{len(each.windows):,}",
            moment_text(each.windows[0].start),
            moment_text(each.windows[-1].end),
            moment_text(each.last.window_end) if each.last else "never",
            each.reason,
        )
        for each in found
        if each.windows
    ]
    if rows:
        return "\n".join(table_lines(_HEAD, rows)) + "\n"
    firings = [each.next_firing for each in found]
    return f"Nothing is due. The next window is complete at {moment_text(min(firings))}.\n" if firings else _NONE


_NONE = "Nothing is due: no monitor can run.\n"


def _json(found: "Sequence[Due]", problems: Sequence[str]) -> str:
    return to_json({"format": FORMAT, "monitors": [_value(each) for each in found], "problems": list(problems)})


def _value(each: "Due") -> dict[str, Any]:
    from mlgov.monitors.schedule import moment_text

    last = each.last
    return {
        "model": each.model,
        "monitor": each.monitor.name,
        "schedule": each.monitor.schedule,
        "missing": [_window(window) for window in each.missing],
        "again": [_window(window) for window in each.again],
        "reason": each.reason,
        "last_execution": {"window_end": moment_text(last.window_end), "status": last.status.value} if last else None,
        "next_window_end": moment_text(each.next_firing),
        "left_out": {**_window(each.left), "count": each.left_count} if each.left else None,
    }


def _window(window: "Window") -> dict[str, Any]:
    from mlgov.monitors.schedule import moment_text

    return {"start": moment_text(window.start), "end": moment_text(window.end)}
