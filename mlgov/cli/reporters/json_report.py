"""For programs: a JSON object that names its own version. Keys are only ever added to a version."""

import json
from collections.abc import Sequence
from typing import Any

from mlgov.cli.reporters.context import ReportContext, by_level
from mlgov.findings import Finding, Severity, Waived

FORMAT = "mlgov/findings/v1"


def render(findings: Sequence[Finding], context: ReportContext) -> str:
    """Write findings as JSON."""
    report = {
        "format": FORMAT,
        "tool": {"name": "mlgov", "version": context.tool_version},
        "summary": _counts(findings, context),
        "findings": [_finding(finding, context) for finding in findings],
        "waived": [_waived(each, context) for each in context.waived],
    }
    return to_json(report)


def to_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    r"""Write JSON as indented ASCII that is safe in a terminal, in a CI log and inside an HTML page.

    ``<``, ``>``, ``&`` and ``##`` stand only in strings, where ``\u003c`` means the same.
    """
    text = json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False)
    for raw, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("##", "#\\u0023"), ("\x7f", "\\u007f")):
        text = text.replace(raw, escaped)
    return text + "\n"


def _counts(findings: Sequence[Finding], context: ReportContext) -> dict[str, int]:
    groups = by_level(findings)
    return {
        "files_checked": context.files,
        **{f"{level.label}s": len(groups.get(level, ())) for level in reversed(Severity)},
        "waived": len(context.waived),
    }


def _finding(finding: Finding, context: ReportContext) -> dict[str, Any]:
    return {
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.severity.label,
        "path": finding.location.path,
        "line": finding.location.line,
        "column": finding.location.column,
        "pointer": finding.json_pointer,
        "message": finding.message,
        "fix": finding.fix,
        "docs_url": context.docs_url(finding),
        "fingerprint": finding.fingerprint,
    }


def _waived(waived: Waived, context: ReportContext) -> dict[str, Any]:
    waiver = {
        "path": waived.waiver,
        "reason": waived.reason,
        "expires": waived.until,
        "attested": waived.attested,
    }
    return _finding(waived.finding, context) | {"waiver": waiver}
