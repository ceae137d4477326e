"""Which status may follow which, and what a change between two versions of a document breaks."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlgov.documents import Document
from mlgov.findings import Finding, Location
from mlgov.lifecycle import rules
from mlgov.lifecycle.digest import content_digest
from mlgov.names import Status

#: Status -> the statuses that one pull request may move it to. Staying is always legal.
LEGAL: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.PENDING_REVIEW}),
    Status.PENDING_REVIEW: frozenset({Status.DRAFT, Status.APPROVED}),
    Status.APPROVED: frozenset({Status.PENDING_REVIEW, Status.ARCHIVED}),
    Status.ARCHIVED: frozenset(),
}

_FROZEN = (Status.APPROVED, Status.ARCHIVED)
_STATUS = ("lifecycle", "status")


@dataclass(frozen=True, slots=True)
class Versions:
    """One path before and after a change; None where the document is not there."""

    path: str
    before: Document | None
    after: Document | None


def check_transition(versions: Versions) -> Iterator[Finding]:
    """Judge what happened to one document between the base and now."""
    before, after = versions.before, versions.after
    if after is None:
        yield from _gone(versions) if before else ()
    elif before is None:
        yield from _born(after)
    else:
        yield from _moved(before, after)


def status_of(document: Document) -> Status | None:
    """Read the declared status, or None when it is not one we know."""
    lifecycle = document.value.get("lifecycle")
    status = lifecycle.get("status") if isinstance(lifecycle, dict) else None
    return Status(status) if status in list(Status) else None


def _gone(versions: Versions) -> Iterator[Finding]:
    status = status_of(versions.before) if versions.before else None
    if status is not Status.DRAFT:
        message = f"{versions.path} was {status or 'here'} at the base and is gone."
        yield rules.DISAPPEARED.at(Location(versions.path), message)


def _born(after: Document) -> Iterator[Finding]:
    status = status_of(after)
    if status in _FROZEN:
        message = f"The document is new and says {status}."
        yield rules.BORN_APPROVED.at(after.location(_STATUS), message, pointer=_STATUS)


def _moved(before: Document, after: Document) -> Iterator[Finding]:
    old, new = status_of(before), status_of(after)
    if old and new and new is not old and new not in LEGAL[old]:
        legal = " or ".join(sorted(LEGAL[old])) or "nothing"
        message = f"The status moves from {old} to {new}; from {old} it may move to {legal}."
        yield rules.ILLEGAL_TRANSITION.at(after.location(_STATUS), message, pointer=_STATUS)
    if new in _FROZEN and content_digest(before.value) != content_digest(after.value):
        message = f"The content changes while the status is {new}."
        yield rules.CHANGED_WHILE_APPROVED.at(after.location(("spec",), of_key=True), message, pointer=("spec",))
