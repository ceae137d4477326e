"""Every form in which `mlgov card diff` tells what changed: pure functions of values.

What comes from documents is made harmless here: for a terminal and a log by `mlgov.cli.plain`, in Markdown inside a
fence that is longer than any run of backticks in it, where forges neither notify people nor read HTML.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click

from mlgov.cards.diff import MISSING, CardDiff, Change, MetricChanged, Significance, Tone
from mlgov.cli.plain import fence_around, one_line, shortened
from mlgov.cli.reporters import ReportContext, counted
from mlgov.cli.reporters import render as report
from mlgov.cli.reporters.github import SHOWN_PER_LEVEL, workflow_command
from mlgov.cli.reporters.json_report import to_json
from mlgov.findings import Finding, Location

FORMAT = "mlgov/card-diff/v1"
NOTHING = "No change in content."
SENTENCE_LIMIT = 600
#: GitHub takes 65,536 characters in a comment.
MARKDOWN_BUDGET = 60_000
LEVELS = (Significance.MATERIAL, Significance.INFORMATIVE, Significance.COSMETIC)
_COMMANDS = {Significance.MATERIAL: "warning", Significance.INFORMATIVE: "notice"}
_COLORS = {Tone.GOOD: "green", Tone.BAD: "red"}
_MARKS = {Tone.GOOD: "+", Tone.BAD: "-", Tone.PLAIN: "!"}


@dataclass(frozen=True, slots=True)
class DiffReport:
    """What there is to tell.

    Attributes:
        before: The earlier side, as the caller called it.
        after: The later side, as the caller called it; empty for the work tree.
        cards: The cards that changed.
        findings: What kept cards from being compared.
        color: Whether the text form may colour and group for a terminal.
    """

    before: str
    after: str
    cards: Sequence[CardDiff]
    findings: Sequence[Finding] = ()
    color: bool = False

    @property
    def changes(self) -> list[Change]:
        """All changes of all cards."""
        return [change for card in self.cards for change in card.changes]


def to_text(found: DiffReport) -> str:
    """Write one greppable line a change; on a terminal grouped by card and coloured."""
    lines = _grouped(found) if found.color else _plain(found)
    return "\n".join([*lines, summary(found)]) + "\n"


def to_markdown(found: DiffReport) -> str:
    """Write a comment for a pull request of at most ``MARKDOWN_BUDGET`` characters."""
    heading = f"### Model cards: {summary(found).rstrip('.')}\n"
    room = MARKDOWN_BUDGET - len(heading)
    problems = report(found.findings, "markdown", context=_context(found)) if found.findings else ""
    problems = f"\n{problems}" if len(problems) < room // 2 else "\nSome cards could not be read; see the log.\n"
    room -= len(problems)
    sections: list[str] = []
    for at, card in enumerate(found.cards):
        section = _section(card, room)
        if not section:
            sections.append(f"\n{counted(len(found.cards) - at, 'more card')} not shown; the command line lists all.\n")
            break
        sections.append(section)
        room -= len(section)
    return heading + "".join(sections) + problems


def to_github(found: DiffReport) -> str:
    """Write workflow commands: warnings for what is material, notices for what is informative, the rest is counted."""
    lines: list[str] = []
    for level, command in _COMMANDS.items():
        chosen = [change for change in found.changes if change.significance is level]
        lines.extend(_annotation(command, change) for change in chosen[:SHOWN_PER_LEVEL])
        if len(chosen) > SHOWN_PER_LEVEL:
            more = counted(len(chosen) - SHOWN_PER_LEVEL, f"more {level.label} change")
            lines.append(f"{more} without annotation; the text format lists all.")
    problems = report(found.findings, "github", context=_context(found)) if found.findings else ""
    return "\n".join([*lines, summary(found)]) + "\n" + problems


def to_json_text(found: DiffReport) -> str:
    """Write JSON for programs; keys are only ever added to a version of the format."""
    findings = json.loads(report(found.findings, "json", context=_context(found)))["findings"]
    counts = Counter(change.significance for change in found.changes)
    value = {
        "format": FORMAT,
        "before": found.before,
        "after": found.after or None,
        "summary": {"cards": len(found.cards), **{level.label: counts[level] for level in LEVELS}},
        "cards": [
            {"name": card.name, "path": card.path, "changes": [_entry(change) for change in card.changes]}
            for card in found.cards
        ],
        "findings": findings,
    }
    return to_json(value)


FORMATS: dict[str, Callable[[DiffReport], str]] = {
    "text": to_text,
    "json": to_json_text,
    "markdown": to_markdown,
    "github": to_github,
}


def summary(found: DiffReport) -> str:
    """Write the closing line, for instance ``2 material, 1 cosmetic changes in 1 card.``."""
    counts = Counter(change.significance for change in found.changes)
    if not counts:
        return "No change in content of the cards that can be read." if found.findings else NOTHING
    parts = ", ".join(f"{counts[level]:,} {level.label}" for level in LEVELS if counts[level])
    noun = "change" if counts.total() == 1 else "changes"
    return f"{parts} {noun} in {counted(len(found.cards), 'card')}."


def _context(found: DiffReport) -> ReportContext:
    return ReportContext(files=len({finding.location.path for finding in found.findings}))


def _plain(found: DiffReport) -> Iterator[str]:
    for change in found.changes:
        yield one_line(f"{_place(change)}: {change.significance.label} {change.kind} ") + _said(change)


def _grouped(found: DiffReport) -> Iterator[str]:
    for card in found.cards:
        yield click.style(one_line(card.path), bold=True, underline=True)
        for change in card.changes:
            place = f"{_place(change).line}:{_place(change).column}"
            level = click.style(f"{change.significance.label:<11}", bold=change.significance is Significance.MATERIAL)
            yield f"  {place:<7} {level} {_colored(change)}"
        yield ""


def _colored(change: Change) -> str:
    said = _said(change)
    if change.tone in _COLORS:
        return click.style(said, fg=_COLORS[change.tone])
    said = re.sub(r"\[-.*?-\]", lambda removed: click.style(removed[0], fg="red"), said)
    return re.sub(r"\{\+.*?\+\}", lambda added: click.style(added[0], fg="green"), said)


def _section(card: CardDiff, room: int) -> str:
    """Write one card into at most ``room`` characters; nothing when not even its heading and a line fit."""
    ordered = sorted(card.changes, key=lambda change: -change.significance)
    lines = [_marked(change) for change in ordered]
    fence = fence_around("".join(lines))
    shown, left = [], room - 200 - 2 * len(fence) - len(card.path)
    for line in lines:
        left -= len(line)
        if left < 0:
            break
        shown.append(line)
    if not shown:
        return ""
    more = len(lines) - len(shown)
    rest = f"\n{counted(more, 'more change')} not shown; the command line lists all.\n" if more else ""
    return f"\n#### `{card.path}`\n\n{fence}diff\n{''.join(shown)}{fence}\n{rest}"


def _marked(change: Change) -> str:
    cosmetic = change.significance is Significance.COSMETIC
    return f"{' ' if cosmetic else _MARKS[change.tone]} {change.significance.label}: {_said(change)}\n"


def _annotation(command: str, change: Change) -> str:
    place = _place(change)
    return workflow_command(command, place, f"{change.significance.label} change", [f"{place}: {change.sentence}"])


def _entry(change: Change) -> dict[str, Any]:
    place = _place(change)
    entry: dict[str, Any] = {
        "kind": change.kind,
        "field": str(change.place),
        "significance": change.significance.label,
        "sentence": change.sentence,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "pointer_before": _pointer(change.place.before),
        "pointer_after": _pointer(change.place.after),
    }
    if change.before is not MISSING:
        entry["before"] = change.before
    if change.after is not MISSING:
        entry["after"] = change.after
    if isinstance(change, MetricChanged):
        entry |= {"direction": change.direction.value, "absolute": change.absolute, "relative": change.relative}
    return entry


def _pointer(pointer: tuple[str | int, ...]) -> str:
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in pointer)


def _place(change: Change) -> Location:
    assert change.location is not None  # noqa: S101 - diff_cards gives every change a place
    return change.location


def _said(change: Change) -> str:
    return shortened(one_line(change.sentence), SENTENCE_LIMIT)
