"""The last approval of each document: when, and which bytes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mlgov.approvals.lives import Outcome
from mlgov.lifecycle import Revision
from mlgov.names import Status

ReadBlobs = Callable[[Iterable[str]], dict[str, bytes]]


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that was given, whether or not it still holds.

    Attributes:
        at: Aware time of the commit.
        data: The bytes of the document as it was approved.
        proven: Whether approval rules prove it; False where there are none and the document's own word is taken.
    """

    at: datetime
    data: bytes
    proven: bool


def last_approvals(
    outcome: Outcome | None, histories: Mapping[str, Sequence[Revision]], read: ReadBlobs
) -> dict[str, Approval]:
    """Find the last approval of every document, by path.

    Where approval rules are in force, only what is proven counts. Without rules, it is the commit in which a document
    last came to say approved.

    Args:
        outcome: What a replay found; None when no approval rules are in force.
        histories: Revisions of each document, oldest first, by path.
        read: Reads blobs by id.
    """
    if outcome is not None:
        proven = {path: life.approved for path, life in outcome.lives.items() if life.approved}
        return {path: Approval(found.at, found.data, proven=True) for path, found in proven.items()}
    declared = {path: found for path, history in histories.items() if (found := _declared(history))}
    wanted = {path: _blob(path, revision) for path, revision in declared.items()}
    blobs = read(sorted({blob for blob in wanted.values() if blob}))
    return {
        path: Approval(revision.at, blobs[wanted[path]], proven=False)
        for path, revision in declared.items()
        if wanted[path] in blobs
    }


def _declared(history: Sequence[Revision]) -> Revision | None:
    """Find the revision that last moved the document to approved."""
    found, before = None, None
    for revision in history:
        if revision.status is Status.APPROVED and before is not Status.APPROVED:
            found = revision
        before = revision.status
    return found


def _blob(path: str, revision: Revision) -> str:
    return next((change.blob or "" for change in revision.commit.changes if change.path == path), "")
