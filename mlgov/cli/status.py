"""``mlgov status``: what every document is, beside what it says it is."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.audit import standing_values
from mlgov.cli.files import write_file
from mlgov.cli.options import format_option, output_option
from mlgov.cli.plain import one_line
from mlgov.cli.reporters.json_report import to_json
from mlgov.wiring import proof_ledger

if TYPE_CHECKING:
    from mlgov.approvals.effective import Standing

FORMAT = "mlgov/status/v1"
_COLUMNS = ("kind", "name", "declared", "effective", "valid_until", "approvers", "reason")


@click.command()
@click.argument("names", nargs=-1)
@click.option("--at", "ref", default="HEAD", show_default=True, metavar="REF", help="The commit to look at.")
@format_option("text", "json", "csv")
@output_option
@click.pass_obj
def status(app: App, names: Sequence[str], ref: str, format_: str, output: Path | None) -> int:
    """List the effective status of every committed document, or of NAMES.

    The effective status is computed from the history: draft, pending_review, approved, archived; stale (changed after
    its approval), lapsed (past its review date), unattested (says approved, and nothing proves it). The exit code is 1
    when a document says approved and is not.
    """
    from mlgov.approvals.audit import replay
    from mlgov.approvals.effective import standings

    services = app.history(ref)
    outcome = replay(
        services.repository, proof_ledger(services, ref).records("reviews/"), services.repository.resolve(ref)
    )
    found = [s for s in standings(outcome, services.clock.now().date()) if not names or s.name in names]
    text = {"text": _text, "json": _json, "csv": _csv}[format_](found)
    if output:
        write_file(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False)
    for missing in sorted(set(names) - {s.name for s in found}):
        app.chat(f"There is no committed document {missing} at {ref}.")
    wrong = [s for s in found if s.effective == "unreadable" or (s.declared == "approved" != s.effective)]
    return int(bool(wrong)) or 2 * bool(set(names) - {s.name for s in found})


def _text(found: "Sequence[Standing]") -> str:
    if not found:
        return "There are no documents.\n"
    wide = max(len(s.path) for s in found)
    return "".join(f"{one_line(s.path):<{wide}}  {s.effective.value:<14}  {one_line(s.reason)}\n" for s in found)


def _json(found: "Sequence[Standing]") -> str:
    return to_json({"format": FORMAT, "documents": [standing_values(standing) for standing in found]})


def _csv(found: "Sequence[Standing]") -> str:
    from mlgov.dashboard.exports import harmless

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for standing in found:
        values = standing_values(standing) | {"approvers": " ".join(standing.approvers)}
        writer.writerow([harmless(str(values[column] or "")) for column in _COLUMNS])
    return out.getvalue()
