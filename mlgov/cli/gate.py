"""``mlgov gate``: whether a proposal has the approvals that it needs, and what is missing."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlgov.cli.app import App
from mlgov.cli.approve import base_of
from mlgov.cli.files import write_file
from mlgov.cli.plain import one_line
from mlgov.cli.reporters.json_report import to_json
from mlgov.names import SETTINGS_FILE

if TYPE_CHECKING:
    from mlgov.approvals.gate import DocumentVerdict, Gate
    from mlgov.approvals.proposal import Proposal
    from mlgov.findings import Finding
    from mlgov.ports import Snapshot
    from mlgov.wiring import Services

FORMAT = "mlgov/gate/v1"
EXIT = {"approved": 0, "pending": 4, "refused": 1}
_MARKS = {"approved": "ok", "pending": "..", "refused": "no"}


@click.command()
@click.option("--base", "into", default="", metavar="REF", help="What it goes into. [default: the remote's main]")
@click.option("--head", default="HEAD", show_default=True, metavar="REF", help="What is proposed.")
@click.option("--simulate", "supposed", multiple=True, metavar="approve:PERSON", help="Suppose that PERSON approves.")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "markdown", "json"]), default="text")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of the terminal.")
@click.pass_obj
def gate(app: App, into: str, head: str, supposed: Sequence[str], format_: str, output: Path | None) -> int:
    """Judge the change from the base to HEAD as if it were merged now.

    Rules, persons, teams and required fields are those of the base. The exit code is 0 when nothing is missing, 4 when
    approvals are missing, 1 when it is refused: the documents have errors, somebody rejected it, or an approval does
    not count.
    """
    from mlgov.approvals.gate import gate as judge
    from mlgov.approvals.gate import suppose
    from mlgov.approvals.proposal import read_proposal

    services = app.services(push=False)
    repository = services.repository
    base = into or base_of(repository, services.settings.ledger.remote)
    ledger = services.ledger.records("reviews/")
    proposal = read_proposal(repository, ledger, base=base, head=head, at=services.clock.now())
    findings = proposed_findings(services, proposal)
    votes = [suppose(proposal.policy, text, proposal) for text in supposed]
    found = judge(proposal, findings, {}, votes)
    text = _FORMATS[format_](found)
    if output:
        write_file(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False)
    return EXIT[found.verdict.value]


def proposed_findings(services: "Services", proposal: "Proposal") -> "list[Finding]":
    """Find what the change breaks: what only a change can break, and errors that the base does not have."""
    from mlgov.checks.check import check_change, check_snapshot
    from mlgov.findings import Severity, in_order

    settings, today = _settings(services, proposal), services.clock.now().date()
    before, after = _governed(proposal.before), _governed(proposal.after)
    known = {finding.fingerprint for finding in check_snapshot(before, settings, today=today)}
    found = check_change(before, after)
    found += [f for f in check_snapshot(after, settings, today=today) if f.fingerprint not in known]
    return in_order(f for f in found if f.severity is Severity.ERROR)


def _settings(services: "Services", proposal: "Proposal") -> Any:  # noqa: ANN401 - Settings, which loads pydantic
    from mlgov.settings import load

    if proposal.policy:
        return proposal.policy.settings
    file = proposal.before.get(SETTINGS_FILE)
    return load(file.data) if file else services.settings


def _governed(snapshot: "Snapshot") -> "Snapshot":
    return {
        path: file for path, file in snapshot.items() if path != SETTINGS_FILE and not path.startswith("approvals/")
    }


def values(found: "Gate") -> dict[str, Any]:
    """Give a gate's verdict as JSON values."""
    return {
        "format": FORMAT,
        "verdict": found.verdict.value,
        "base": found.base,
        "head": found.head,
        "documents": [
            {
                "path": each.path,
                "before": each.before or None,
                "after": each.after or None,
                "verdict": each.verdict.value,
                "sentences": list(each.sentences),
                "approvers": list(each.approvers),
                "costs": list(each.costs),
            }
            for each in found.documents
        ],
        "findings": [
            {
                "code": f.rule.code,
                "path": f.location.path,
                "line": f.location.line,
                "column": f.location.column,
                "message": f.message,
                "fix": f.fix,
                "fingerprint": f.fingerprint,
            }
            for f in found.findings
        ],
    }


def _text(found: "Gate") -> str:
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: "Gate") -> Iterator[str]:
    for each in found.documents:
        yield f"[{_MARKS[each.verdict.value]}] {one_line(each.path)}{_move(each)}"
        yield from (f"     {one_line(sentence)}" for sentence in each.sentences)
    for finding in found.findings:
        yield f"[no] {finding.location}: {finding.rule.code} {one_line(finding.message)}"
        yield f"     {one_line(finding.fix)}"
    yield f"{found.verdict.value.capitalize()}: {_summary(found)}"


def _move(each: "DocumentVerdict") -> str:
    if each.before == each.after:
        return f" ({each.after})" if each.after else ""
    return f" ({each.before or 'new'} -> {each.after or 'gone'})"


def _summary(found: "Gate") -> str:
    if not found.documents and not found.findings:
        return "no governed document changes."
    if found.verdict.value == "approved":
        return "nothing is missing."
    if found.verdict.value == "pending":
        return "approvals are missing."
    return "it cannot be merged like this."


def to_markdown(found: "Gate") -> str:
    """Write a verdict as Markdown; everything that comes from documents is text and nothing else."""
    return "".join(f"{line}\n" for line in _markdown(found))


def _markdown(found: "Gate") -> Iterator[str]:
    from mlgov.cards.escaping import line

    yield f"### Governance: {found.verdict.value}"
    yield ""
    yield f"{_summary(found).capitalize()}"
    if found.documents:
        yield ""
        yield "| document | status | verdict |"
        yield "|---|---|---|"
        for each in found.documents:
            yield f"| {line(each.path)} | {line(_move(each).strip(' ()'))} | {each.verdict.value} |"
    for each in (d for d in found.documents if d.sentences):
        yield ""
        yield f"**{line(each.path)}**"
        yield ""
        yield from (f"- {line(sentence)}" for sentence in each.sentences)
    if found.findings:
        yield ""
        yield "**Errors**"
        yield ""
        for finding in found.findings:
            yield f"- {finding.rule.code} {line(str(finding.location))}: {line(finding.message)} {line(finding.fix)}"


def _json(found: "Gate") -> str:
    return to_json(values(found))


_FORMATS = {"text": _text, "markdown": to_markdown, "json": _json}
