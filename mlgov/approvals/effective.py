"""The effective status: what a document is, beside what it says it is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mlgov.approvals.lives import Life, Outcome
from mlgov.lifecycle import status_of
from mlgov.names import FOLDERS, Kind, Status


class Effective(StrEnum):
    """What a document is."""

    DRAFT = "draft"
    PENDING_REVIEW = "pending_review"
    APPROVED = "approved"
    ARCHIVED = "archived"
    STALE = "stale"
    LAPSED = "lapsed"
    UNATTESTED = "unattested"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a document stands.

    Attributes:
        kind: Its kind.
        name: Its name.
        path: Its path.
        declared: The status it says; None when that cannot be read.
        effective: What it is.
        reason: Why, as a sentence.
        approvers: Ids of those who approved it, when it is approved or lapsed.
        evidence: How that is proven: signed, review, or both with a comma; empty when it is not.
        approved_in: The commit in which it was approved; empty when it is not.
        valid_until: Last day of the approval; None when it has no end or there is none.
        digest: Digest of the approved content; empty when there is none.
    """

    kind: Kind
    name: str
    path: str
    declared: Status | None
    effective: Effective
    reason: str
    approvers: tuple[str, ...] = ()
    evidence: str = ""
    approved_in: str = ""
    valid_until: date | None = None
    digest: str = ""


def standings(outcome: Outcome, today: date) -> list[Standing]:
    """Work out where every document stands, by path.

    Args:
        outcome: What a replay found.
        today: The day on which review dates are judged.
    """
    present = [life for _, life in sorted(outcome.lives.items()) if life.data is not None]
    return [standing(life, today) for life in present]


def standing(life: Life, today: date) -> Standing:
    """Work out where one document stands."""
    folder, _, rest = life.path.partition("/")
    kind, name = FOLDERS[folder], rest.removesuffix(".yaml")
    document = life.document
    declared = status_of(document) if document else None
    if declared is None:
        return Standing(kind, name, life.path, None, Effective.UNREADABLE, "It cannot be read.")
    if declared is not Status.APPROVED:
        effective, reason = Effective(declared.value), _REASONS[declared]
        return Standing(kind, name, life.path, declared, effective, reason)
    if life.attested is None:
        changed = "after the approval" in life.why_not or "without a new approval" in life.why_not
        effective = Effective.STALE if changed else Effective.UNATTESTED
        why = life.why_not.removesuffix(".") or "nothing proves it"
        reason = f"It says approved, but {why[0].lower()}{why[1:]}."
        return Standing(kind, name, life.path, declared, effective, reason)
    return _approved(life, kind, name, today)


_REASONS = {
    Status.DRAFT: "It is being written.",
    Status.PENDING_REVIEW: "It waits for its reviewers.",
    Status.ARCHIVED: "It is out of use.",
}


def _approved(life: Life, kind: Kind, name: str, today: date) -> Standing:
    attested = life.attested
    assert attested is not None  # noqa: S101 - the caller has looked
    judgement = attested.judgement
    people = tuple(vote.person.id for vote in judgement.approvers)
    proof = ", ".join(sorted({vote.evidence for vote in judgement.approvers}))
    until = judgement.valid_until
    lapsed = until is not None and until < today
    effective = Effective.LAPSED if lapsed else Effective.APPROVED
    said = f"Approved by {' and '.join(people)} on {attested.at:%Y-%m-%d}"
    reason = f"{said}; the review was due on {until}." if lapsed else f"{said}{f', until {until}' if until else ''}."
    return Standing(
        kind,
        name,
        life.path,
        Status.APPROVED,
        effective,
        reason,
        people,
        proof,
        attested.commit,
        until,
        attested.subject.digest,
    )
