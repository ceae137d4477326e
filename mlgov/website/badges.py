"""One vocabulary of badges for all pages: a word, a tone and a rank. Colour never speaks alone."""

from dataclasses import dataclass

from mlgov.approvals.effective import Effective, Standing
from mlgov.cards import Outcome
from mlgov.cards.imported import Hand
from mlgov.dashboard import INDICATOR_TITLES, Indicator
from mlgov.monitors import CELL_TITLES, Cell, ExecutionStatus
from mlgov.names import RiskRating, Status

#: Tones that the style sheet knows.
TONES = ("ok", "info", "mute", "warn", "bad", "alarm")


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with a tone.

    Attributes:
        word: What people read.
        tone: One of ``TONES``; the style sheet gives it a colour and a shape.
        rank: Place when sorted, from harmless to pressing.
    """

    word: str
    tone: str
    rank: int


_STATUS = {
    None: Badge("Not known", "bad", 4),
    Status.DRAFT: Badge("Draft", "mute", 2),
    Status.PENDING_REVIEW: Badge("In review", "info", 3),
    Status.APPROVED: Badge("Approved", "ok", 1),
    Status.ARCHIVED: Badge("Archived", "mute", 0),
}
_DOUBTFUL = {
    Effective.STALE: Badge("Stale", "bad", 6),
    Effective.UNATTESTED: Badge("Unattested", "bad", 7),
    Effective.LAPSED: Badge("Lapsed", "warn", 5),
    Effective.UNREADABLE: Badge("Cannot be read", "bad", 8),
}
_RISK = {
    None: Badge("Not known", "mute", 1),
    RiskRating.LOW: Badge("Low", "ok", 0),
    RiskRating.UNKNOWN: Badge("Unknown", "mute", 1),
    RiskRating.MEDIUM: Badge("Medium", "warn", 2),
    RiskRating.HIGH: Badge("High", "bad", 3),
}
_CELL_TONES = {
    Cell.NONE: "mute",
    Cell.INACTIVE: "mute",
    Cell.OK: "ok",
    Cell.PENDING: "info",
    Cell.INSUFFICIENT: "warn",
    Cell.NO_DATA: "warn",
    Cell.NO_GROUND_TRUTH: "warn",
    Cell.MISSING: "warn",
    Cell.STALE: "warn",
    Cell.FAILED: "bad",
    Cell.IN_ALERT: "alarm",
}
_EXECUTION_TONES = {
    ExecutionStatus.COMPLETED: "ok",
    ExecutionStatus.COMPLETED_WITH_VIOLATIONS: "bad",
    ExecutionStatus.INSUFFICIENT_DATA: "mute",
    ExecutionStatus.NO_DATA: "mute",
    ExecutionStatus.NO_GROUND_TRUTH: "mute",
    ExecutionStatus.FAILED: "warn",
}
_INDICATOR_TONES = {
    Indicator.IN_ALERT: "alarm",
    Indicator.UNREADABLE: "bad",
    Indicator.NO_CARD: "bad",
    Indicator.STALE: "bad",
    Indicator.UNATTESTED: "bad",
    Indicator.LAPSED: "warn",
    Indicator.NO_VERDICT: "warn",
    Indicator.UNMONITORED: "warn",
    Indicator.REVIEW_OVERDUE: "warn",
    Indicator.AWAITING_REVIEW: "info",
}
_VERDICTS = {"ok": "ok", "warning": "warn", "insufficient": "mute", "not_compared": "mute", "violation": "bad"}

_HANDS = {
    Hand.UNTOUCHED: Badge("As imported", "ok", 0),
    Hand.EDITED: Badge("Edited since", "info", 1),
    Hand.REMOVED: Badge("Removed since", "mute", 2),
}
_OUTCOMES = {
    Outcome.MET: Badge("Met", "ok", 0),
    Outcome.CANNOT_TELL: Badge("Cannot tell", "warn", 1),
    Outcome.NOT_MET: Badge("Not met", "bad", 2),
}


#: Nothing to do.
CALM = Badge("All quiet", "ok", 0)


def is_doubtful(standing: Standing) -> bool:
    """Say whether a document is not what it says."""
    return standing.effective in _DOUBTFUL


def of_status(status: Status | None) -> Badge:
    """Give the badge of a status."""
    return _STATUS[status]


def of_standing(status: Status | None, standing: Standing | None) -> Badge:
    """Give the badge of what a document is, by its history; of what it says when there is no proof to ask for."""
    return _DOUBTFUL.get(standing.effective, of_status(status)) if standing else of_status(status)


def of_hand(hand: Hand) -> Badge:
    """Give the badge of what became of an imported value."""
    return _HANDS[hand]


def of_risk(risk_rating: RiskRating | None) -> Badge:
    """Give the badge of a risk rating."""
    return _RISK[risk_rating]


def of_cell(cell: Cell) -> Badge:
    """Give the badge of a monitor's state."""
    return Badge(CELL_TITLES[cell], _CELL_TONES[cell], list(Cell).index(cell))


def of_execution(status: ExecutionStatus) -> Badge:
    """Give the badge of how an execution ended."""
    word = status.value.replace("_", " ").capitalize()
    return Badge(word, _EXECUTION_TONES[status], list(ExecutionStatus).index(status))


def of_indicator(indicator: Indicator) -> Badge:
    """Give the badge of a lit indicator."""
    rank = len(Indicator) - list(Indicator).index(indicator)
    return Badge(INDICATOR_TITLES[indicator].capitalize(), _INDICATOR_TONES[indicator], rank)


def of_verdict(verdict: str) -> Badge:
    """Give the badge of a verdict about a column or a statistic."""
    tones = list(_VERDICTS)
    rank = tones.index(verdict) if verdict in tones else 0
    return Badge(
        "OK" if verdict == "ok" else verdict.replace("_", " ").capitalize(), _VERDICTS.get(verdict, "mute"), rank
    )


def of_outcome(outcome: Outcome) -> Badge:
    """Give the badge of a verdict on an acceptance criterion."""
    return _OUTCOMES[outcome]


#: Risk marks of access; what is not here is worth a look too.
_RISK_MARKS = {"PassRole": "Passes roles", "wildcard": "Wildcard", "trust": "Trust", "boundary": "Boundary"}


def of_risk_mark(mark: str) -> Badge:
    """Give the badge of what reviewers look at first in access."""
    return Badge(_RISK_MARKS.get(mark, mark.capitalize()), "warn", 0)


def of_trial(failures: int) -> Badge:
    """Give the badge of a test of a role, by how many of its questions came out otherwise."""
    return Badge("Fails", "bad", 1) if failures else Badge("Passes", "ok", 0)


def of_effect(effect: str) -> Badge:
    """Give the badge of a change of access: ``widened`` or ``narrowed``."""
    return Badge(effect.capitalize(), "info" if effect == "widened" else "mute", 0)
