"""For people: grouped and coloured on a terminal, one greppable line a finding elsewhere."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import click

from mlgov.cli.plain import one_line, shortened
from mlgov.cli.reporters.context import ReportContext, summary, waived_by
from mlgov.findings import Finding, Severity

MESSAGE_LIMIT = 2000
_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}


def render(findings: Sequence[Finding], context: ReportContext) -> str:
    """Write findings as text, with a closing line."""
    lines = _grouped(findings) if context.color else _plain(findings)
    return "\n".join([*lines, *_waived(context), _closing(findings, context)]) + "\n"


def _plain(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        level, code = finding.severity.label, finding.rule.code
        yield one_line(f"{finding.location}: {level} {code} ") + _said(finding.message)
        yield f"    fix: {_said(finding.fix)}"


def _waived(context: ReportContext) -> Iterator[str]:
    for each in context.waived:
        found = each.finding
        lines = (
            one_line(f"{found.location}: waived {found.rule.code} ") + _said(found.message),
            f"    by {_said(waived_by(each))}",
        )
        yield from (click.style(line, dim=True) for line in lines) if context.color else lines


def _grouped(findings: Sequence[Finding]) -> Iterator[str]:
    for path, group in groupby(findings, key=lambda finding: finding.location.path):
        yield click.style(one_line(path), bold=True, underline=True)
        for finding in group:
            yield from _under_its_file(finding)
        yield ""


def _under_its_file(finding: Finding) -> Iterator[str]:
    place = f"{finding.location.line}:{finding.location.column}"
    level = click.style(f"{finding.severity.label:<7}", fg=_COLORS[finding.severity], bold=True)
    yield f"  {place:<7} {level} {finding.rule.code}  {_said(finding.message)}"
    yield click.style(f"{'':18}fix: {_said(finding.fix)}", dim=True)


def _closing(findings: Sequence[Finding], context: ReportContext) -> str:
    worst = max(findings, key=lambda finding: finding.severity, default=None)
    more = f" 'mlgov explain {worst.rule.code}' says more about a code." if worst else ""
    line = summary(findings, context) + more
    return click.style(line, bold=True, fg=_COLORS[worst.severity] if worst else "green") if context.color else line


def _said(text: str) -> str:
    return shortened(one_line(text), MESSAGE_LIMIT)
