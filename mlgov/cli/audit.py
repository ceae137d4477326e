"""``mlgov audit``: the whole history of the first-parent line, judged offline."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_file
from mlgov.cli.plain import one_line
from mlgov.cli.reporters import ReportCommand, ReportContext, Target, write_reports
from mlgov.cli.reporters.context import counted
from mlgov.cli.reporters.json_report import to_json
from mlgov.errors import UsageError
from mlgov.findings import worst
from mlgov.wiring import proof_ledger

if TYPE_CHECKING:
    from mlgov.approvals.audit import Audit
    from mlgov.approvals.effective import Standing

FORMAT = "mlgov/audit/v1"


@click.command(cls=ReportCommand)
@click.argument("ref", default="HEAD")
@click.option("--root", default="", metavar="COMMIT", help="The commit at which approval rules came into force first.")
@click.option("--checkpoint", "seen", default="", metavar="COUNT:COMMIT", help="What an earlier audit printed.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write a report for people (.md) or programs (.json).",
)
@click.pass_obj
def audit(app: App, ref: str, root: str, seen: str, report: Path | None, targets: Sequence[Target]) -> int:
    """Replay the history of REF and judge every status of every document in it.

    Needs a whole clone and nothing else: no network, no forge. Findings are those of the history; what is wrong with
    the documents as they are now is the business of 'mlgov check'. Keep the checkpoint that is printed outside of the
    repository, and give it to the next audit: a history that was rewritten does not have it.
    """
    from mlgov.approvals.audit import audit as replay
    from mlgov.approvals.audit import read_checkpoint
    from mlgov.approvals.effective import standings

    services = app.history(ref)
    repository, checkpoint = services.repository, read_checkpoint(seen) if seen else None
    root = repository.resolve(root) if root else ""
    found = replay(repository, proof_ledger(services, ref).records("reviews/"), ref, root=root, checkpoint=checkpoint)
    where = standings(found.outcome, services.clock.now().date())
    if report:
        write_file(app.directory / report, _report(found, where, report.suffix).encode())
    context = ReportContext(files=len(where), color=app.color())
    write_reports(found.findings, targets, context)
    commits, approvals = found.outcome.commits, found.outcome.approvals
    app.chat(f"{counted(commits, 'commit')} and {counted(approvals, 'proven approval')} replayed.")
    app.chat(f"Rules came into force at {found.outcome.root or 'no commit'}. Checkpoint: {found.checkpoint}")
    level = worst(found.findings)
    return int(level is not None and level.label == "error")


def _report(found: "Audit", where: "Sequence[Standing]", suffix: str) -> str:
    if suffix == ".json":
        return to_json(_values(found, where))
    if suffix == ".md":
        return "".join(f"{line}\n" for line in _markdown(found, where))
    raise UsageError(f"A report {suffix or 'without an ending'} is not known.", hint="Name a file .md or .json.")


def standing_values(standing: "Standing") -> dict[str, Any]:
    """Give a standing as JSON values."""
    return {
        "kind": standing.kind.value,
        "name": standing.name,
        "path": standing.path,
        "declared": standing.declared.value if standing.declared else None,
        "effective": standing.effective.value,
        "reason": standing.reason,
        "approvers": list(standing.approvers),
        "evidence": standing.evidence,
        "approved_in": standing.approved_in or None,
        "valid_until": standing.valid_until.isoformat() if standing.valid_until else None,
        "digest": standing.digest or None,
    }


def _values(found: "Audit", where: "Sequence[Standing]") -> dict[str, Any]:
    return {
        "format": FORMAT,
        "checkpoint": str(found.checkpoint),
        "root": found.outcome.root or None,
        "commits": found.outcome.commits,
        "approvals": found.outcome.approvals,
        "documents": [standing_values(standing) for standing in where],
        "findings": [
            {"code": f.rule.code, "severity": f.severity.label, "path": f.location.path, "message": f.message}
            for f in found.findings
        ],
    }


def _markdown(found: "Audit", where: "Sequence[Standing]") -> Iterator[str]:
    from mlgov.cards.escaping import line

    outcome = found.outcome
    yield "# Audit of approvals"
    yield ""
    yield f"- Commits judged: {outcome.commits}"
    yield f"- Proven approvals: {outcome.approvals}"
    yield f"- Rules in force since: `{outcome.root or 'never'}`"
    yield f"- Checkpoint: `{found.checkpoint}`"
    yield ""
    yield "## Documents"
    yield ""
    yield "| document | says | is | why |"
    yield "|---|---|---|---|"
    for s in where:
        yield f"| {line(s.path)} | {s.declared or 'nothing readable'} | {s.effective} | {line(s.reason)} |"
    yield ""
    yield "## Findings"
    yield ""
    if not found.findings:
        yield "None."
    for finding in found.findings:
        yield f"- **{finding.rule.code}** {line(one_line(finding.location.path))}: {line(one_line(finding.message))}"
