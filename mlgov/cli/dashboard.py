"""``mlgov dashboard``: one row per model, for the terminal or for programs."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_report
from mlgov.cli.options import output_option
from mlgov.cli.plain import one_line, shortened
from mlgov.dashboard import Indicator, ModelRow, MonitorCell, attention, collect, summary, to_csv, to_json, told_apart
from mlgov.monitors import CELL_TITLES, Cell
from mlgov.wiring import proof_ledger

HEADS = ("MODEL", "STATUS", "RISK", "DATA QUALITY", "MODEL QUALITY", "BIAS", "ATTRIBUTION", "SERVES AT", "REVIEW BY")
FORMATS = ("text", "json", "csv")
WIDTH = 36
NOTHING = "No models yet. Describe one in cards/<name>.yaml and run 'mlgov check'."
_COLORS = {Indicator.IN_ALERT: "red", Indicator.UNREADABLE: "red"}


@click.command()
@click.option(
    "-f", "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is told."
)
@output_option
@click.pass_obj
def dashboard(app: App, format_: str, output: Path | None) -> None:
    """Print one row per model: status, risk, monitors and where it serves; the most pressing first."""
    services = app.services(push=False)
    now = services.clock.now()
    rows = collect(services.repository, services.ledger, proofs=proof_ledger(services)).rows(now, services.settings)
    if format_ == "json":
        text = to_json(rows, now)
    elif format_ == "csv":
        text = to_csv(rows)
    else:
        text = to_text(rows, now, color=app.color() and output is None)
    if output:
        write_report(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False, color=app.color())


def to_text(rows: Sequence[ModelRow], now: datetime, *, color: bool) -> str:
    """Render rows as a table for a terminal; rows in alert stand out, with and without colour."""
    if not rows:
        return NOTHING + "\n"
    heading = f"{summary(rows)} (as of {now:%Y-%m-%d %H:%M} UTC)"
    return "\n".join([_style(heading, color, bold=True), "", *_table(rows, color), *_attention(rows, color)]) + "\n"


def _table(rows: Sequence[ModelRow], color: bool) -> Iterator[str]:
    titles = _titles(rows)
    lines = [_cells(row, titles[row.model]) for row in rows]
    widths = [max(len(line[column]) for line in [HEADS, *lines]) for column in range(len(HEADS))]
    yield _style("  " + _aligned(HEADS, widths), color, dim=True)
    for row, line in zip(rows, lines, strict=True):
        mark = "▲ " if row.worst in _COLORS else "  "
        text = mark + _aligned(line, widths)
        yield _style(text, color, fg=_COLORS[row.worst], bold=True) if row.worst in _COLORS else text


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _titles(rows: Sequence[ModelRow]) -> dict[str, str]:
    """Give titles that fit; the name of the model goes with those that are alike, and is never cut."""
    cut = {row.model: _cut(one_line(row.title)) for row in rows}
    return {name: one_line(title) for name, title in told_apart(cut).items()}


def _cells(row: ModelRow, title: str) -> list[str]:
    status = _status(row)
    risk = row.risk_rating.value if row.risk_rating else "-"
    serves = [endpoint.name for endpoint in row.endpoints]
    serves += [row.last_batch_job.name] if row.last_batch_job else []
    review = row.review_by.isoformat() if row.review_by else "-"
    texts = [status, risk, *map(_cell, row.cells), ", ".join(serves) or "-", review]
    return [title, *(_cut(one_line(text)) for text in texts)]


def _status(row: ModelRow) -> str:
    """Name the effective status where it can be worked out, else the declared one."""
    if row.standing:
        return row.standing.effective.value
    return row.status.value if row.status else ("unreadable" if row.card_path else "no card")


def _cell(cell: MonitorCell) -> str:
    if cell.cell is Cell.NONE:
        return "-"
    title = CELL_TITLES[cell.cell]
    if cell.cell is Cell.IN_ALERT:
        title = title.upper()
    if cell.cell is Cell.OK and cell.nearness:
        return f"{title} · {cell.nearness}"
    return f"{title} since {cell.since:%Y-%m-%d}" if cell.since else title


def _attention(rows: Sequence[ModelRow], color: bool) -> Iterator[str]:
    pressing = attention(rows)
    if pressing:
        yield from ("", _style("Needs attention", color, bold=True))
    for row, reason in pressing:
        said = f"  {one_line(row.model)}: {shortened(one_line(reason.sentence), 300)}"
        yield _style(said, color, fg=_COLORS[reason.indicator]) if reason.indicator in _COLORS else said


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def _style(text: str, color: bool, **how: str | bool) -> str:
    return click.style(text, **how) if color else text  # type: ignore[arg-type]
