"""For GitLab's merge requests: a Code Quality report.

GitLab wants an array, a fingerprint of its own for each entry, and a severity in each, or it shows nothing.
"""

from collections.abc import Sequence

from mlgov.cli.plain import one_line, shortened
from mlgov.cli.reporters.context import ReportContext, distinct_fingerprints
from mlgov.cli.reporters.json_report import to_json
from mlgov.findings import Finding, Severity

MESSAGE_LIMIT = 1000
_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(findings: Sequence[Finding], context: ReportContext) -> str:  # noqa: ARG001 - one shape for all formats
    """Write findings as a Code Quality report."""
    entries = [
        {
            "description": shortened(one_line(f"{finding.rule.code}: {finding.message}"), MESSAGE_LIMIT),
            "check_name": finding.rule.code,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": finding.location.path, "lines": {"begin": finding.location.line}},
        }
        for finding, fingerprint in zip(findings, distinct_fingerprints(findings), strict=True)
    ]
    return to_json(entries)
