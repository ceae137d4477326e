"""The history of a document for people: what each commit did, and the versions of its content."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mlgov.lifecycle.history import Revision
from mlgov.names import Status


@dataclass(frozen=True, slots=True)
class Step:
    """What one commit did to a document.

    Attributes:
        revision: The revision it made.
        deeds: What happened, in words.
    """

    revision: Revision
    deeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContentVersion:
    """One version of a document's content.

    Attributes:
        version: Integer from 1.
        digest: Content digest; None for one that could never be read.
        first: The revision that brought it.
        statuses: The statuses it went through, in order, without repetitions in a row.
    """

    version: int
    digest: str | None
    first: Revision
    statuses: tuple[Status, ...]


def steps(history: Sequence[Revision]) -> list[Step]:
    """Turn revisions, oldest first, into steps, newest first."""
    earlier: list[Revision | None] = [None, *history[:-1]] if history else []
    return [Step(now, _deeds(before, now)) for before, now in zip(earlier, history, strict=True)][::-1]


def content_versions(history: Sequence[Revision]) -> list[ContentVersion]:
    """Turn revisions, oldest first, into one entry per version of the content, newest first."""
    found: dict[int, ContentVersion] = {}
    for revision in history:
        known = found.setdefault(revision.version, ContentVersion(revision.version, None, revision, ()))
        if known.digest is None and revision.digest:
            known = replace(known, digest=revision.digest, first=revision)
        if revision.status and known.statuses[-1:] != (revision.status,):
            known = replace(known, statuses=(*known.statuses, revision.status))
        found[revision.version] = known
    return list(found.values())[::-1]


def _deeds(before: Revision | None, now: Revision) -> tuple[str, ...]:
    if now.digest is None:
        return ("Removed, or could not be read",)
    if before is None or before.digest is None:
        return ("Added" if before is None else "Back again",)
    deeds = ["Content changed"] if before.digest != now.digest else []
    if before.status is not now.status and now.status:
        deeds.append(f"Moved to {now.status.value.replace('_', ' ')}")
    return tuple(deeds) or ("Title, owners, review date, labels or comments changed",)
