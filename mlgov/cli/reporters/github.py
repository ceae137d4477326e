"""For the log of a GitHub Actions job: workflow commands that become annotations.

GitHub shows ten annotations of a level in a step and drops the rest without a word, so we choose which ten and say how
many are missing. The place stands in the message too, because the log shows the message alone. How commands are
escaped: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from collections.abc import Iterator, Sequence

from mlgov.cli.plain import one_line, shortened
from mlgov.cli.reporters.context import ReportContext, by_level, counted, summary, waived_by
from mlgov.findings import Finding, Location, Severity

SHOWN_PER_LEVEL = 10
MESSAGE_LIMIT = 1000
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(findings: Sequence[Finding], context: ReportContext) -> str:
    """Write findings as workflow commands, the worst first, with a closing line."""
    lines: list[str] = []
    for level, group in by_level(findings).items():
        lines.extend(_commands(level, group))
    lines += [
        _said(f"{each.finding.location}: waived {each.finding.rule.code} by {waived_by(each)}")
        for each in context.waived
    ]
    return "\n".join([*lines, summary(findings, context)]) + "\n"


def _commands(level: Severity, group: Sequence[Finding]) -> Iterator[str]:
    for finding in group[:SHOWN_PER_LEVEL]:
        yield _command(_COMMANDS[level], finding)
    left_out = len(group) - SHOWN_PER_LEVEL
    if left_out > 0:
        yield f"{counted(left_out, f'more {level.label}')} without annotation; the text format lists all."


def _command(command: str, finding: Finding) -> str:
    location, rule = finding.location, finding.rule
    said = [f"{location}: {finding.message}", f"fix: {finding.fix}"]
    return workflow_command(command, location, f"{rule.code} {rule.name}", said)


def workflow_command(command: str, location: Location, title: str, lines: Sequence[str]) -> str:
    """Write one workflow command that becomes an annotation.

    Args:
        command: ``error``, ``warning`` or ``notice``.
        location: The file and line that it stands at.
        title: Its title.
        lines: Its message; made harmless and cut here.
    """
    properties = {"file": location.path, "line": str(location.line), "col": str(location.column), "title": title}
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {written}::{'%0A'.join(_data(_said(line)) for line in lines)}"


def _said(text: str) -> str:
    return shortened(one_line(text), MESSAGE_LIMIT)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")
