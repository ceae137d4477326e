"""Which status may follow which, and what a change between two versions of a document breaks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mlgov.documents import Document, Pointer, find
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
        yield _illegal(old, new, after)
    if new in _FROZEN and content_digest(before.value) != content_digest(after.value):
        at = _first_difference(_content(before), _content(after), ())
        message = f"The content changes while the status is {new}: {'.'.join(map(str, at))} is not what it was."
        yield rules.CHANGED_WHILE_APPROVED.at(after.location(at), message, pointer=at)


def _illegal(old: Status, new: Status, after: Document) -> Finding:
    legal = " or ".join(sorted(LEGAL[old]))
    may, fix = f"from {old} it may move to {legal}", ""
    if not legal:
        may, fix = f"{old} is final", "Leave it archived, and make a new document for what follows it."
    message = f"The status moves from {old} to {new}; {may}."
    return rules.ILLEGAL_TRANSITION.at(after.location(_STATUS), message, pointer=_STATUS, fix=fix)


def _content(document: Document) -> dict[str, Any]:
    """Give what the content digest covers, where it stands in the document."""
    value = document.value
    name = find(value, ("metadata", "name"))[1]
    return {"kind": value.get("kind"), "metadata": {"name": name}, "spec": value.get("spec")}


def _first_difference(before: Any, after: Any, at: Pointer) -> Pointer:  # noqa: ANN401 - any YAML value
    """Find the first place that differs; for what was taken out, the place where it was missed."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys: Iterable[str | int] = [*after, *(key for key in before if key not in after)]
    elif isinstance(before, list) and isinstance(after, list):
        keys = range(max(len(before), len(after)))
    else:
        return at
    for key in keys:
        old, new = find(before, (key,)), find(after, (key,))
        if old != new:
            return _first_difference(old[1], new[1], (*at, key)) if old[0] and new[0] else (*at, key)
    return at
