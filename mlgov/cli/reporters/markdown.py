"""For a comment on a pull request or a job summary: a verdict, then findings in literal blocks.

What comes from documents stands only inside fenced blocks whose fence is longer than any run of backticks in them.
There, forges neither notify ``@people``, nor link ``#1``, nor read HTML or comment markers.
"""

import re
from collections.abc import Sequence

from mlgov.cli.plain import fence_around, one_line, shortened
from mlgov.cli.reporters.context import ReportContext, by_level, counted, summary, waived_by, waived_words
from mlgov.findings import Finding, Severity

#: GitHub takes 65,536 characters in a comment; the rest is left to who adds a marker or a footer.
BUDGET = 60_000
MESSAGE_LIMIT = 600
RULES_BUDGET = 6_000
#: Room for a level's heading, the frame of its block and the line that counts what is left out.
RESERVE_PER_LEVEL = 200


def render(findings: Sequence[Finding], context: ReportContext) -> str:
    """Write findings as GitHub-flavoured Markdown of at most ``BUDGET`` characters."""
    heading = f"### mlgov check: {_verdict(findings, context)}\n\n{summary(findings, context)}\n"
    rules = _rules(findings)
    groups = by_level(findings)
    room = BUDGET - len(heading) - len(rules) - RESERVE_PER_LEVEL * (len(groups) + bool(context.waived))
    sections = []
    for level, group in groups.items():
        section = _section(level, group, room + RESERVE_PER_LEVEL)
        room -= len(section) - RESERVE_PER_LEVEL
        sections.append(section)
    return heading + "".join(sections) + _waived(context, room) + rules


def _verdict(findings: Sequence[Finding], context: ReportContext) -> str:
    failing = [f for f in findings if context.fail_on is not None and f.severity >= context.fail_on]
    return "changes needed" if failing else "passed"


def _section(level: Severity, group: Sequence[Finding], room: int) -> str:
    """Write the findings of one level into at most ``room`` characters (at least ``RESERVE_PER_LEVEL``)."""
    heading = f"\n#### {counted(len(group), level.label)}\n\n"
    entries = [_entry(finding) for finding in group]
    return heading + _block(entries, room, level.label)


def _waived(context: ReportContext, room: int) -> str:
    if not context.waived:
        return ""
    entries = [
        f"{_said(str(each.finding.location))}: {each.finding.rule.code} {_said(each.finding.message)}\n"
        f"    by {_said(waived_by(each))}\n"
        for each in context.waived
    ]
    return f"\n#### {waived_words(context)}\n\n" + _block(entries, room + RESERVE_PER_LEVEL, "waived finding")


def _block(entries: Sequence[str], room: int, what: str) -> str:
    fence = fence_around("".join(entries))
    shown = _fitting(entries, room - RESERVE_PER_LEVEL - 2 * len(fence))
    block = f"{fence}text\n{''.join(shown)}{fence}\n" if shown else ""
    return block + _left_out(what, len(entries) - len(shown))


def _left_out(what: str, number: int) -> str:
    return f"\n{counted(number, f'more {what}')} not shown; the command line lists all.\n" if number else ""


def _fitting(entries: Sequence[str], room: int) -> list[str]:
    shown: list[str] = []
    for entry in entries:
        room -= len(entry)
        if room < 0:
            break
        shown.append(entry)
    return shown


def _entry(finding: Finding) -> str:
    place = _said(str(finding.location))
    return f"{place}: {finding.rule.code} {_said(finding.message)}\n    fix: {_said(finding.fix)}\n"


def _said(text: str) -> str:
    return shortened(one_line(text), MESSAGE_LIMIT)


def _rules(findings: Sequence[Finding]) -> str:
    """Explain the broken rules below the findings, folded away; these texts are mlgov's own."""
    broken = sorted({finding.rule.code: finding.rule for finding in findings}.items())
    if not broken:
        return ""
    lines = _fitting([f"- `{code}` {_prose(rule.summary)}\n" for code, rule in broken], RULES_BUDGET)
    return f"\n<details><summary>What the codes mean</summary>\n\n{''.join(lines)}\n</details>\n"


def _prose(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>&@#|~])", r"\\\1", text)
