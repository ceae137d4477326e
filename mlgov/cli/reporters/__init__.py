"""Every output format of findings: pure functions of values, one file each, and where the reports go.

A new format is one file with a function ``render(findings, context) -> str`` and one row in ``formats.FORMATS``.
"""

from mlgov.cli.reporters.context import ReportContext, counted, summary
from mlgov.cli.reporters.formats import FORMATS, render
from mlgov.cli.reporters.output import ReportCommand, Target, targets, write_reports

__all__ = [
    "FORMATS",
    "ReportCommand",
    "ReportContext",
    "Target",
    "counted",
    "render",
    "summary",
    "targets",
    "write_reports",
]
