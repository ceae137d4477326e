"""Acceptance criteria are judged by the values of the card, each time it is checked."""

from collections.abc import Iterator

from mlgov.cards.criteria import Outcome, verdicts
from mlgov.cards.schema import CardDocument
from mlgov.documents import Document
from mlgov.findings import Finding, Rule, Severity
from mlgov.names import Status
from mlgov.ports import Snapshot

WITHOUT_METRIC = Rule(
    "MLG-C005",
    "criterion-without-metric",
    Severity.ERROR,
    "An acceptance criterion names one number of the card.",
    "A criterion that finds no number, or more than one, judges nothing. In a draft that is a warning, because the "
    "criterion should be there before the evaluation is; from pending_review on it is an error. An archived card is "
    "frozen, so there it is a warning again.",
    "Correct evaluation, metric_group or metric of the criterion; or attach the report with 'mlgov card evaluate'.",
)
NOT_MET = Rule(
    "MLG-C006",
    "criterion-not-met",
    Severity.ERROR,
    "An approved card meets its acceptance criteria.",
    "The verdict is worked out from the values and the threshold at every check and is never stored, and the "
    "comparison is exact. A card that falls short gives a note as a draft, a warning in review, so that reviewers see "
    "it, and an error when it is approved. An archived card is frozen and gives a note.",
    "Improve the model and evaluate it again, or do not approve the card.",
    waivable=True,
)
RULES = (WITHOUT_METRIC, NOT_MET)

_LEVELS = {
    Outcome.CANNOT_TELL: {
        Status.DRAFT: Severity.WARNING,
        Status.PENDING_REVIEW: Severity.ERROR,
        Status.APPROVED: Severity.ERROR,
        Status.ARCHIVED: Severity.WARNING,
    },
    Outcome.NOT_MET: {
        Status.DRAFT: Severity.NOTE,
        Status.PENDING_REVIEW: Severity.WARNING,
        Status.APPROVED: Severity.ERROR,
        Status.ARCHIVED: Severity.NOTE,
    },
}


def check(document: Document, card: CardDocument, snapshot: Snapshot) -> Iterator[Finding]:  # noqa: ARG001 - one shape
    for verdict in verdicts(card):
        if verdict.outcome is Outcome.MET:
            continue
        cannot_tell = verdict.outcome is Outcome.CANNOT_TELL
        rule, key = (WITHOUT_METRIC, "metric") if cannot_tell else (NOT_MET, "threshold")
        at = ("spec", "acceptance_criteria", verdict.index, key)
        message = f"The criterion '{verdict.criterion.name}' {_judges(verdict.outcome)}: {verdict.sentence}"
        level = _LEVELS[verdict.outcome][card.lifecycle.status]
        yield rule.at(document.location(at), message, pointer=at, severity=level)


def _judges(outcome: Outcome) -> str:
    return "judges nothing" if outcome is Outcome.CANNOT_TELL else "is not met"
