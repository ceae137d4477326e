"""Planning issues about monitors.

The rules that this module keeps:

1. One issue per (model, monitor), known by its hidden marker. A monitor that cannot do its work has one more, and so
   has one whose alert should have set off something that failed.
2. Only the monitor itself closes its issue: it must have passed as often as it needs. No verdict is no pass.
3. An issue that is closed while its monitor is in alert opens again.
4. The body is kept up to date; a comment is written only when the *set* of violations changes.
5. Of two issues with one marker the lower number stays, whoever made the other.
6. One run opens a limited number of new issues and names the rest in one umbrella issue.
7. A run that knows less than an issue says (another run has seen a later execution since) leaves it alone.
8. Planning again after the plan was carried out plans nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from mlgov.monitors import issue_text
from mlgov.monitors.health import MonitorHealth
from mlgov.monitors.issue_actions import (
    LABEL,
    Applied,
    Close,
    Comment,
    Edit,
    IssueAction,
    Open,
    Reopen,
    apply,
    same_text,
)
from mlgov.monitors.issue_text import NO_VIOLATIONS, UMBRELLA, Text, digest, marker_of, set_digest, state_of
from mlgov.ports import Forge, Issue

DEFAULT_MAX_NEW = 10


class Stance(Enum):
    """What a wish wants of its issue."""

    RAISE = "an open issue must be there"
    KEEP = "an open issue stays, none is opened"
    CLOSE = "no open issue must be there"


@dataclass(frozen=True, slots=True)
class Wish:
    """What should be with the issue of one thing.

    Attributes:
        marker: The hidden line by which the issue is known.
        name: What it is about, for people.
        stance: Whether it must be open.
        text: Its text.
        labels: Labels for it, beside ours.
        comment: What is to be added when the issue is there; None for nothing.
    """

    marker: str
    name: str
    stance: Stance
    text: Text
    labels: tuple[str, ...]
    comment: Comment | None = None


def plan(
    healths: Iterable[MonitorHealth], issues: Sequence[Issue], *, max_new: int = DEFAULT_MAX_NEW
) -> list[IssueAction]:
    """Plan what must be done to issues.

    Args:
        healths: Every monitor of the repository, also those that did not run just now (with their last state): a
            monitor that is not given is taken as gone, and its issue is left to people.
        issues: All issues with our label that we opened, open and closed.
        max_new: New issues that one run may open, besides the umbrella issue. Runs are told apart by the execution ids.

    Returns:
        Actions in the order in which they are to be carried out.
    """
    ordered = sorted(healths, key=lambda health: (health.model, health.monitor))
    kept = kept_of(issues)
    wishes = [wish for health in ordered for wish in _wishes(health, kept)]
    run = digest(f"{health.model}/{health.monitor}/{health.execution_id}" for health in ordered)
    return plan_wishes(wishes, issues, run, max_new=max_new)


def plan_wishes(
    wishes: Sequence[Wish],
    issues: Sequence[Issue],
    run: str,
    *,
    max_new: int = DEFAULT_MAX_NEW,
    noun: str = "monitor",
) -> list[IssueAction]:
    """Plan what fulfils wishes about issues.

    Args:
        wishes: What should be, in the order of new issues.
        issues: All issues with the label that we opened, open and closed.
        run: Tells runs apart: within one, no more than ``max_new`` issues are opened however often it is planned.
        max_new: New issues that one run may open, besides the umbrella issue.
        noun: What the wishes are about, for the umbrella issue.
    """
    kept = kept_of(issues)
    fresh = [wish for wish in wishes if wish.stance is Stance.RAISE and wish.marker not in kept]
    granted, umbrella = _ration(fresh, run, kept.get(UMBRELLA), max_new, noun)
    return [
        *merge_duplicates(issues),
        *(action for action in umbrella if not isinstance(action, Close)),
        *(action for wish in wishes if wish.marker in kept for action in _changes(wish, kept[wish.marker])),
        *(Open(wish.text, wish.labels) for wish in granted),
        *(action for action in umbrella if isinstance(action, Close)),
    ]


def merge_duplicates(issues: Sequence[Issue], *, label: str = LABEL) -> list[IssueAction]:
    """Plan to close every open issue whose marker an issue with a lower number has."""
    kept = kept_of(issues)
    actions: list[IssueAction] = []
    for issue in sorted(issues, key=lambda issue: issue.number):
        marker = marker_of(issue.body)
        if issue.open and marker and kept[marker].number != issue.number:
            original = kept[marker].number
            note = f"<!-- mlgov:duplicate of={original} v1 -->"
            actions += [
                Comment(issue.number, note, issue_text.duplicate_comment(note, original)),
                Close(issue.number, f"a duplicate of #{original}", label=label),
            ]
    return actions


def synchronise(healths: Iterable[MonitorHealth], forge: Forge, *, max_new: int = DEFAULT_MAX_NEW) -> Applied:
    """Bring the issues of a forge in line with the monitors.

    New issues are looked for once more at the end, so that of two that were opened at the same time one is closed.

    Raises:
        ForgeError: The issues could not be listed.
    """
    applied = apply(plan(healths, forge.issues(LABEL), max_new=max_new), forge)
    if any(isinstance(action, Open) for action in applied.done):
        applied += apply(merge_duplicates(forge.issues(LABEL)), forge)
    return applied


def kept_of(issues: Iterable[Issue]) -> dict[str, Issue]:
    """Give the issue that counts for each marker: the one with the lowest number."""
    newest_first = sorted(issues, key=lambda issue: -issue.number)
    return {marker: issue for issue in newest_first if (marker := marker_of(issue.body))}


def _wishes(health: MonitorHealth, kept: Mapping[str, Issue]) -> Iterator[Wish]:
    findings = _about_findings(health, kept.get(issue_text.monitor_marker(health)))
    for wish in (findings, _about_checker(health), _about_hooks(health)):
        if wish.marker not in kept or not _knows_less(health, kept[wish.marker]):
            yield wish


def _knows_less(health: MonitorHealth, issue: Issue) -> bool:
    """Say whether an issue was written by a run that had seen a later execution."""
    return bool(health.seen) and _numbers(state_of(issue.body).get("seen", "")) > _numbers(health.seen)


def _numbers(seen: str) -> tuple[int, ...]:
    parts = seen.split(",") if len(seen) < 30 else []  # people may have edited the issue
    return tuple(map(int, parts)) if all(part.isdecimal() and part.isascii() for part in parts) else ()


def _about_checker(health: MonitorHealth) -> Wish:
    broken = bool(health.checker_broken)
    text = issue_text.broken_text(health) if broken else issue_text.repaired_text(health)
    return _about_trouble(health, issue_text.checker_marker(health), "cannot be checked", text, is_there=broken)


def _about_hooks(health: MonitorHealth) -> Wish:
    failed = bool(health.hook_trouble)
    text = issue_text.hook_text(health) if failed else issue_text.hook_done_text(health)
    return _about_trouble(health, issue_text.hook_marker(health), "a hook failed", text, is_there=failed)


def _about_trouble(health: MonitorHealth, marker: str, what: str, text: Text, *, is_there: bool) -> Wish:
    """Wish for an issue of its own about something else than findings."""
    stance = Stance.RAISE if is_there else Stance.CLOSE
    return Wish(marker, f"{health.model} / {health.monitor} ({what})", stance, text, health.labels)


def _about_findings(health: MonitorHealth, issue: Issue | None) -> Wish:
    marker, name = issue_text.monitor_marker(health), f"{health.model} / {health.monitor}"
    before = state_of(issue.body) if issue else {}
    told, changes = before.get("violations", NO_VIOLATIONS), _count(before.get("changes", ""))
    if health.has_recovered:
        state = {"violations": NO_VIOLATIONS, "changes": str(changes), "seen": health.seen}
        return Wish(marker, name, Stance.CLOSE, issue_text.recovered_text(health, state), health.labels)
    if not health.in_alert:
        state = {"violations": told, "changes": str(changes), "seen": health.seen}
        return Wish(marker, name, Stance.KEEP, issue_text.alert_text(health, state), health.labels)
    now = set_digest(health.violations) if health.violations else told
    comment = None
    if issue and now != told:
        changes += 1
        note = f"<!-- mlgov:change number={changes} violations={now} v1 -->"
        comment = Comment(issue.number, note, issue_text.change_comment(note, health))
    state = {"violations": now, "changes": str(changes), "seen": health.seen}
    return Wish(marker, name, Stance.RAISE, issue_text.alert_text(health, state), health.labels, comment)


def _count(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0  # people may have edited the issue


def _changes(wish: Wish, issue: Issue) -> Iterator[IssueAction]:
    if wish.stance is Stance.CLOSE:
        if issue.open:
            yield Close(issue.number, f"{wish.name} is well again", wish.text)
        return
    if not issue.open and wish.stance is Stance.KEEP:
        return
    if wish.comment:
        yield wish.comment
    if not issue.open:
        yield Reopen(issue.number, wish.text)
    elif not same_text(issue, wish.text):
        yield Edit(issue.number, wish.text)


def _ration(
    fresh: Sequence[Wish], run: str, umbrella: Issue | None, max_new: int, noun: str
) -> tuple[list[Wish], list[IssueAction]]:
    """Choose who gets a new issue in this run, and what becomes of the umbrella issue."""
    before = state_of(umbrella.body) if umbrella and umbrella.open else {}
    if before.get("run") == run:
        allowed = set(before.get("granted", "").split(","))
        granted = [wish for wish in fresh if _short(wish) in allowed]
    else:
        granted = list(fresh[:max_new])
        allowed = {_short(wish) for wish in granted}
    waiting = [wish.name for wish in fresh if wish not in granted]
    if waiting:
        text = issue_text.umbrella_text({"run": run, "granted": ",".join(sorted(allowed))}, waiting, noun)
        return granted, _show_umbrella(umbrella, text)
    if umbrella and umbrella.open:
        return granted, [
            Close(umbrella.number, "nothing waits for an issue any more", issue_text.umbrella_done_text(noun))
        ]
    return granted, []


def _show_umbrella(umbrella: Issue | None, text: Text) -> list[IssueAction]:
    if umbrella is None:
        return [Open(text)]
    if not umbrella.open:
        return [Reopen(umbrella.number, text)]
    return [] if same_text(umbrella, text) else [Edit(umbrella.number, text)]


def _short(wish: Wish) -> str:
    return digest([wish.marker])[:12]
