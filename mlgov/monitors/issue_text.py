"""The texts of issues: what people read, and the hidden lines by which mlgov knows its own issues again.

Words from documents and data never act. They stand on one line, in a fence or a code span, with control characters
shown and with ``@``, ``#`` and ``<!--`` broken by a zero-width space. Only well-formed owners are mentioned. So no such
word can notify people, link or close another issue, or imitate a hidden line.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mlgov.monitors.health import MonitorHealth
from mlgov.monitors.reason_text import picture_head, picture_rows, says_more, told
from mlgov.monitors.reasons import Reason
from mlgov.monitors.results import Violation
from mlgov.monitors.wording import check_words, plainly
from mlgov.names import NAME_PATTERN

BODY_LIMIT = 60_000  # characters; GitHub refuses more than 65,536
TITLE_LIMIT = 200  # characters; GitHub refuses more than 256
LINE_LIMIT = 300
BLOCK_LIMIT = 40_000
OWNER_LIMIT = 20
#: What explains the worst violations: characters in all, violations, characters of a cell of a picture.
WHY_LIMIT = 10_000
MOST_TOLD = 5
CELL_LIMIT = 40

UMBRELLA = "<!-- mlgov:umbrella v1 -->"
DASHBOARD = "<!-- mlgov:dashboard v1 -->"
NO_VIOLATIONS = "none"

_ZERO_WIDTH = "\u200b"
_MARKER = re.compile(
    rf"<!-- mlgov:(?:(?:monitor|checker|hook) model={NAME_PATTERN} monitor={NAME_PATTERN}|umbrella|dashboard"
    rf"|revalidation folder=[a-z]+ name={NAME_PATTERN}|role name={NAME_PATTERN}) v1 -->"
)
_STATE = re.compile(r"<!-- mlgov:state ([a-z]+=[a-z0-9,]*(?: [a-z]+=[a-z0-9,]*)*) v1 -->")
_OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?")


@dataclass(frozen=True, slots=True)
class Text:
    """Title and Markdown body of an issue."""

    title: str
    body: str


# Hidden lines


def monitor_marker(health: MonitorHealth) -> str:
    """Give the line that says: this is the issue about what a monitor found."""
    return f"<!-- mlgov:monitor model={health.model} monitor={health.monitor} v1 -->"


def checker_marker(health: MonitorHealth) -> str:
    """Give the line that says: this is the issue about a monitor that cannot do its work."""
    return f"<!-- mlgov:checker model={health.model} monitor={health.monitor} v1 -->"


def hook_marker(health: MonitorHealth) -> str:
    """Give the line that says: this is the issue about what an alert should have set off."""
    return f"<!-- mlgov:hook model={health.model} monitor={health.monitor} v1 -->"


def role_marker(name: str) -> str:
    """Give the line that says: this is the issue about a role that the account has otherwise than it was applied."""
    return f"<!-- mlgov:role name={name} v1 -->"


def marker_of(body: str) -> str | None:
    """Find the marker of an issue: the first line that is exactly a marker; None when there is none."""
    return next((line for line in _lines(body) if _MARKER.fullmatch(line)), None)


def state_of(body: str) -> dict[str, str]:
    """Read what mlgov remembered in an issue; empty when nothing is there."""
    found = next((match for line in _lines(body) if (match := _STATE.fullmatch(line))), None)
    return dict(pair.split("=", 1) for pair in found[1].split(" ")) if found else {}


def state_line(state: Mapping[str, str]) -> str:
    """Write what mlgov must remember in an issue."""
    return f"<!-- mlgov:state {' '.join(f'{key}={value}' for key, value in sorted(state.items()))} v1 -->"


def _lines(body: str) -> list[str]:
    return [line.removesuffix("\r") for line in body.split("\n")]


def digest(parts: Iterable[str]) -> str:
    """Shorten parts to sixteen hex digits."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def set_digest(violations: Iterable[Violation]) -> str:
    """Name a set of violations by what is broken where; numbers and order do not matter."""
    keys = sorted({(violation.place, violation.constraint_check_type) for violation in violations})
    return digest(part for key in keys for part in key) if keys else NO_VIOLATIONS


# Words from outside


def literal(text: str, limit: int = LINE_LIMIT) -> str:
    """Make text harmless and put it on one line of at most ``limit`` characters."""
    line = re.sub(r"[\r\n\t]+", " ", text[: 4 * limit])  # so much is enough, and bounds the work
    shown = "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in line)
    broken = re.sub("([@#]|<(?=!))", rf"\1{_ZERO_WIDTH}", " ".join(shown.split()))
    # A cut must not part a sign from what makes it harmless.
    return broken if len(broken) <= limit else broken[: limit - 1].rstrip("@#<") + "…"


def code(text: str) -> str:
    """Show text as a code span that it cannot leave."""
    words = literal(text) or "-"
    ticks = "`" * (_longest_run(words) + 1)
    padding = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{ticks}{padding}{words}{padding}{ticks}"


def fenced(lines: Sequence[str]) -> str:
    """Show lines as a code block that they cannot leave; those beyond ``BLOCK_LIMIT`` characters are only counted."""
    shown: list[str] = []
    left = BLOCK_LIMIT
    for line in lines:
        harmless = literal(line)
        left -= len(harmless) + 1
        if left < 0:
            break
        shown.append(harmless)
    hidden = len(lines) - len(shown)
    return _in_fence(shown) + (f"\n\n… and {hidden} more." if hidden else "")


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a table as lines whose columns stand below each other, every cell harmless and short."""
    cells = [[literal(cell, CELL_LIMIT) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def _in_fence(harmless: Sequence[str]) -> str:
    """Put lines that are harmless already into a code block that they cannot leave."""
    ticks = "`" * max(3, max(map(_longest_run, harmless), default=0) + 1)
    return "\n".join([f"{ticks}text", *harmless, ticks])


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def mentions(owners: Iterable[str]) -> str:
    """Mention owners that are well formed, and show the others as code."""
    return ", ".join(owner if _OWNER.fullmatch(owner) else code(owner) for owner in list(owners)[:OWNER_LIMIT])


# Whole texts


def alert_text(health: MonitorHealth, state: Mapping[str, str]) -> Text:
    """Write the issue about what a monitor found, while it is open."""
    standing = "is in alert" if health.in_alert else "is no longer in alert, but has not passed often enough yet"
    passes = f"{min(health.consecutive_passes, health.needed_passes)} of the {health.needed_passes}"
    return Text(
        _title(health, "in alert"),
        body_of(
            [monitor_marker(health), state_line(state)],
            f"{_subject(health)} {standing}.",
            _found(health),
            _why(health),
            _facts(health, f"Passes in a row: {passes} that close this issue"),
        ),
    )


def recovered_text(health: MonitorHealth, state: Mapping[str, str]) -> Text:
    """Write the issue about what a monitor found, when it closes."""
    times = "once" if health.consecutive_passes == 1 else f"{health.consecutive_passes} times in a row"
    top = f"{_subject(health)} has recovered: it passed {times}."
    return Text(_title(health, "in alert"), body_of([monitor_marker(health), state_line(state)], top, _facts(health)))


def broken_text(health: MonitorHealth) -> Text:
    """Write the issue about a monitor that cannot do its work."""
    top = f"{_subject(health)} came to no verdict. Until it does, nobody knows whether the model is well."
    reason = fenced(health.checker_broken.split("\n"))
    return Text(_title(health, "cannot be checked"), body_of(_about_checker(health), top, reason, _facts(health)))


def repaired_text(health: MonitorHealth) -> Text:
    """Write the issue about a monitor that could not do its work, when it can again."""
    top = f"{_subject(health)} comes to a verdict again."
    return Text(_title(health, "cannot be checked"), body_of(_about_checker(health), top, _facts(health)))


def hook_text(health: MonitorHealth) -> Text:
    """Write the issue about hooks of an alert that failed."""
    top = f"{_subject(health)} is in alert, and not everything that this should have set off was done."
    reason = fenced(health.hook_trouble.split("\n"))
    hint = "What a command wrote stands in the log of its run. A command is not started again for the same alert."
    hidden = [hook_marker(health), state_line({"seen": health.seen})]
    return Text(_title(health, "has a hook that failed"), body_of(hidden, top, reason, hint, _facts(health)))


def hook_done_text(health: MonitorHealth) -> Text:
    """Write the issue about hooks, when none is left to be looked after."""
    top = f"{_subject(health)} has no alert any more whose hook failed."
    hidden = [hook_marker(health), state_line({"seen": health.seen})]
    return Text(_title(health, "has a hook that failed"), body_of(hidden, top, _facts(health)))


def _about_checker(health: MonitorHealth) -> list[str]:
    return [checker_marker(health), state_line({"seen": health.seen})]


def umbrella_text(state: Mapping[str, str], waiting: Sequence[str], noun: str = "monitor") -> Text:
    """Write the one issue that names what got no issue of its own in this run."""
    title = f"{len(waiting)} more {noun}{'s need' if len(waiting) > 1 else ' needs'} attention"
    top = f"{title}. One run opens only so many new issues; a later run opens one for each that still needs it."
    return Text(title, body_of([UMBRELLA, state_line(state)], top, fenced(waiting)))


def umbrella_done_text(noun: str = "monitor") -> Text:
    """Write the umbrella issue, when nothing waits any more."""
    done = f"Every {noun} that was named here has an issue of its own now, or has recovered."
    return Text(f"More {noun}s need attention", body_of([UMBRELLA], done))


def change_comment(marker: str, health: MonitorHealth) -> str:
    """Write the comment for a changed set of violations."""
    return f"{marker}\nThe violations have changed. {_found(health)}"


def duplicate_comment(marker: str, kept: int) -> str:
    """Write the comment under an issue that closes because another one is about the same."""
    return f"{marker}\n#{kept} is about the same; mlgov goes on there."


_FOOTER = (
    "<sub>mlgov keeps this text up to date and closes the issue by itself. Please comment below instead of editing, "
    "and leave the label on.</sub>"
)


def _title(health: MonitorHealth, what: str) -> str:
    return f"{health.model}: {literal(health.title, TITLE_LIMIT - 100)} {what}"


def _subject(health: MonitorHealth) -> str:
    return f"The monitor {code(health.title)} of the model {code(health.model)}"


def _found(health: MonitorHealth) -> str:
    count = len(health.violations)
    if not count:
        return "The last execution found no violation."
    noun = "violation" if count == 1 else "violations"
    block = fenced([_line(violation) for violation in health.violations])
    return f"The last execution found {count} {noun}:\n\n{block}"


def _why(health: MonitorHealth) -> str:
    """Explain the worst of what was found, and count the rest."""
    told_of: list[str] = []
    room = WHY_LIMIT
    for reason in filter(says_more, health.reasons[:MOST_TOLD]):
        block = f"**{code(reason.place)}**\n\n{_in_fence(_told(reason))}"
        room -= len(block)
        if room < 0:
            break
        told_of.append(block)
    left = len(health.reasons) - len(told_of)
    more = [f"… and {left} more; `mlgov monitor report` explains every one."] if told_of and left else []
    return "\n\n".join([*told_of, *more])


def _told(reason: Reason) -> list[str]:
    pairs = told(reason, without=("found", "others"))
    lines = [f"{name.ljust(9)}  {literal(text)}" for name, text in pairs]
    picture = aligned([picture_head(reason), *picture_rows(reason)]) if reason.shares else []
    return [*lines, *([""] if picture else []), *picture]


def _line(violation: Violation) -> str:
    where = f"{violation.place}: " if violation.place else ""
    return f"{where}{check_words(violation.constraint_check_type)}: {plainly(violation.description)}"


def _facts(health: MonitorHealth, *more: str) -> str:
    facts = [f"Card: {code(health.card_path)}"] if health.card_path else []
    facts += [f"Owners: {mentions(health.owners)}"] if health.owners else []
    facts += [f"Last execution: {code(health.execution_id)}"] if health.execution_id else []
    return "\n".join(f"- {fact}" for fact in [*facts, *more])


def body_of(hidden: list[str], *blocks: str) -> str:
    """Put together the body of an issue: the hidden lines, the paragraphs, and who keeps it."""
    return "\n".join(hidden) + "\n\n" + "\n\n".join(block for block in [*blocks, _FOOTER] if block)
