"""The table of formats."""

from collections.abc import Callable, Sequence

from mlgov.cli.reporters import github, gitlab, json_report, junit, markdown, sarif, text
from mlgov.cli.reporters.context import ReportContext
from mlgov.findings import Finding, in_order

Renderer = Callable[[Sequence[Finding], ReportContext], str]

FORMATS: dict[str, Renderer] = {
    "text": text.render,
    "json": json_report.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "markdown": markdown.render,
}


def render(findings: Sequence[Finding], fmt: str, *, context: ReportContext) -> str:
    """Write findings in one of ``FORMATS``.

    Args:
        findings: What the checks found, in any order.
        fmt: Name of the format.
        context: What the report says beside the findings.

    Returns:
        The report, ending with a newline. The same values give the same text.

    Raises:
        KeyError: There is no such format.
    """
    return FORMATS[fmt](in_order(findings), context)
