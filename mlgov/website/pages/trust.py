"""The trust strip of a card: what somebody must know before they rely on it, each with a link to why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mlgov.approvals.effective import Standing
from mlgov.dashboard import ModelRow
from mlgov.monitors import Cell
from mlgov.names import Kind, Status
from mlgov.waivers import WaiverDocument
from mlgov.website import badges
from mlgov.website.badges import Badge
from mlgov.website.markup import plural
from mlgov.website.values import SiteValues

_PROOFS = {"signed": "Signed records", "review": "Reviews at the forge"}
#: Days before its end from which an approval is called ending.
SOON_DAYS = 30
#: Cells of a monitor that looked and could not judge, or did not look.
_SILENT = frozenset({Cell.STALE, Cell.INSUFFICIENT, Cell.NO_DATA, Cell.FAILED})


@dataclass(frozen=True, slots=True)
class Trust:
    """One thing to know.

    Attributes:
        term: What it is about.
        badge: Its state.
        said: The fact, in a few words; may be empty.
        why: Anchor of the section that says why.
    """

    term: str
    badge: Badge
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver of a card's findings.

    Attributes:
        waiver: The waiver.
        badge: Whether it counts today.
        path: Its path.
    """

    waiver: WaiverDocument
    badge: Badge
    path: str

    @property
    def counts(self) -> bool:
        """Whether its findings do not count today."""
        return self.badge.word == "In force"


def trust_strip(row: ModelRow, digest: str, waived: Sequence[Waived], values: SiteValues) -> list[Trust]:
    """Say what to know about a card."""
    proof = "approval" if row.standing else "history"
    status = badges.of_standing(row.status, row.standing)
    return [
        Trust("Status", status, row.standing.reason if row.standing else "", proof),
        _proof(row.standing, proof),
        *_approved(row, digest, values),
        _valid(row, values.now.date()),
        _freshness(row),
        _violations(row),
        _waivers(waived),
    ]


def _proof(standing: Standing | None, why: str) -> Trust:
    if standing is None:
        return Trust("Evidence", Badge("None asked for", "mute", 0), "No approval rules are in force.", why)
    if not standing.evidence:
        return Trust("Evidence", Badge("No proof", "mute", 0), "", why)
    kinds = [_PROOFS.get(part.strip(), part.strip()) for part in standing.evidence.split(",")]
    return Trust("Evidence", Badge(" and ".join(kinds), "ok", 0), "", why)


def _approved(row: ModelRow, digest: str, values: SiteValues) -> Iterator[Trust]:
    standing, outcome = row.standing, values.collected.outcome
    if standing is None or not standing.approvers:
        return
    life = outcome.lives.get(standing.path) if outcome else None
    at = f" on {life.approved.at:%Y-%m-%d}" if life and life.approved else ""
    same = standing.digest == digest
    badge = Badge("This content", "ok", 0) if same else Badge("Other content", "bad", 1)
    yield Trust("Approved", badge, f"{', '.join(standing.approvers)}{at}: {standing.digest[:19]}…", "approval")


def _valid(row: ModelRow, today: date) -> Trust:
    until = (row.standing.valid_until if row.standing else None) or row.review_by
    if until is None:
        tone = "warn" if row.status is Status.APPROVED else "mute"
        return Trust("Valid until", Badge("No end set", tone, 0), "", "history")
    days = (until - today).days
    if days < 0:
        return Trust(
            "Valid until", Badge("Over", "warn", 2), f"{until.isoformat()}, {plural(-days, 'day')} ago", "history"
        )
    badge = Badge("Ends soon", "warn", 1) if days < SOON_DAYS else Badge("Valid", "ok", 0)
    return Trust("Valid until", badge, f"{until.isoformat()}, {plural(days, 'day')} left", "history")


def _freshness(row: ModelRow) -> Trust:
    running = [state for state in row.states if state.cell is not Cell.INACTIVE]
    if not running:
        return Trust("Monitors", Badge("None running", "mute", 0), "", "monitors")
    last: list[datetime] = [state.last.window_end for state in running if state.last]
    stale = sum(state.is_stale for state in running)
    said = f"last window to {max(last):%Y-%m-%d %H:%M} UTC" if last else "no window yet"
    silent = sum(state.cell in _SILENT for state in running)
    if not last:
        badge = Badge("Waiting", "info", 0)
    elif stale:
        badge = Badge(f"{stale} of {len(running)} stale", "warn", 1)
    elif silent:
        badge = Badge(f"{silent} of {len(running)} without a verdict", "warn", 1)
    else:
        badge = Badge("Fresh", "ok", 0)
    return Trust("Monitors", badge, said, "monitors")


def _violations(row: ModelRow) -> Trust:
    """Count what the last verdict of each monitor in alert, or near one, found."""
    count = sum(
        len(state.alert.last_violated.violations)
        for state in row.states
        if state.alert.last_violated and state.alert.violation_count and state.cell is not Cell.INACTIVE
    )
    alarmed = any(state.cell is Cell.IN_ALERT for state in row.states)
    if not count and not any(state.cell is Cell.OK for state in row.states):
        return Trust("Open violations", Badge("Not known", "mute", 0), "No monitor has judged.", "monitors")
    tone = "alarm" if alarmed else "warn" if count else "ok"
    return Trust("Open violations", Badge(str(count) if count else "None", tone, count), "", "monitors")


def _waivers(waived: Sequence[Waived]) -> Trust:
    active = [each for each in waived if each.counts]
    if not active:
        return Trust("Waivers", Badge("None", "ok", 0), "", "waivers")
    ends = min(each.waiver.spec.expires for each in active)
    return Trust("Waivers", Badge(str(len(active)), "warn", 1), f"the first ends on {ends.isoformat()}", "waivers")


def waivers_by_path(values: SiteValues) -> dict[str, list[Waived]]:
    """Give the waivers of each document, by its path."""
    found: dict[str, list[Waived]] = {}
    standings = values.collected.standings(values.now) if values.collected.tree.of(Kind.WAIVER) else {}
    for governed in values.collected.tree.of(Kind.WAIVER):
        assert isinstance(governed.typed, WaiverDocument)  # noqa: S101 - narrows the type; the kind says it
        path = governed.document.path
        badge = _waiver_badge(governed.typed, standings.get(path), values.now.date())
        found.setdefault(governed.typed.spec.path, []).append(Waived(governed.typed, badge, path))
    return found


def _waiver_badge(waiver: WaiverDocument, standing: Standing | None, today: date) -> Badge:
    if waiver.spec.expires < today:
        return Badge("Expired", "mute", 0)
    shown = badges.of_standing(waiver.lifecycle.status, standing)
    return Badge("In force", "warn", 2) if shown.word == "Approved" else shown
