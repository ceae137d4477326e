"""Status changes of a card, found in the first-parent history. Pure.

Ids come from commit and card, so telling the same history twice gives the same ids, and whoever listens can drop what
it has seen.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mlgov.documents import Document, find, load
from mlgov.lifecycle.history import Revision, revisions
from mlgov.lifecycle.transitions import status_of
from mlgov.names import FOLDERS, Kind, Status, is_name
from mlgov.ports import REGULAR_FILE, Commit, FileChange

#: The names that event ids are made in; a constant of ours that never changes.
_NAMESPACE = uuid.UUID("6f0f6f7c-53f2-5b8a-9d7e-0d0c3c1c2f5e")


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A card got another status, came or went.

    Attributes:
        card: Name of the card.
        version: Version of its content, from 1.
        previous: The status before; None when the card is new.
        status: The status now; None when the card is gone.
        risk_rating: The declared risk, as the card spells it; of its last version when it is gone.
        model_id: Id of the model; empty when the card names none.
        commit: Id of the commit that did it.
        at: Aware time of that commit (a claim of the committer).
    """

    card: str
    version: int
    previous: Status | None
    status: Status | None
    risk_rating: str
    model_id: str
    commit: str
    at: datetime

    @property
    def id(self) -> str:
        """The same for the same commit and card, whenever it is told."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.commit}/{self.card}"))


@dataclass(frozen=True, slots=True)
class StatusHistory:
    """What a stretch of history did to the status of cards.

    Attributes:
        changes: Changes of status, oldest first, then by name.
        unreadable: Path and commit of each version that could not be read and therefore changed no status.
    """

    changes: tuple[StatusChange, ...]
    unreadable: tuple[tuple[str, str], ...]


def status_history(commits: Sequence[Commit], told: Sequence[Commit], blobs: Mapping[str, bytes]) -> StatusHistory:
    """Find the changes of status that some commits of a history made.

    Args:
        commits: The whole first-parent history, oldest first.
        told: Those of them whose changes are wanted.
        blobs: Contents by blob id, of every card that one of ``told`` touches.
    """
    wanted = {commit.id for commit in told}
    paths = touched(told)
    found: list[StatusChange] = []
    unreadable: list[tuple[str, str]] = []
    for path in paths:
        for step in _steps(path, commits, blobs):
            if step.commit.id not in wanted:
                continue
            if isinstance(step, _Unreadable):
                unreadable.append((path, step.commit.id))
            elif step.change:
                found.append(step.change)
    order = {commit.id: position for position, commit in enumerate(commits)}
    found.sort(key=lambda change: (order[change.commit], change.card))
    unreadable.sort(key=lambda place: (order[place[1]], place[0]))
    return StatusHistory(tuple(found), tuple(unreadable))


def touched(commits: Sequence[Commit]) -> list[str]:
    """List the paths of cards that commits touch."""
    return sorted({change.path for commit in commits for change in commit.changes if _card(change.path)})


def blobs_of(commits: Sequence[Commit], paths: Sequence[str]) -> list[str]:
    """List the blobs that the history of some paths consists of."""
    chosen = set(paths)
    return list(dict.fromkeys(c.blob for commit in commits for c in commit.changes if c.path in chosen and c.blob))


@dataclass(frozen=True, slots=True)
class _Step:
    """What one commit did to one card: a change of status, or none."""

    commit: Commit
    change: StatusChange | None


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """One commit made a card that cannot be read."""

    commit: Commit


def _steps(path: str, commits: Sequence[Commit], blobs: Mapping[str, bytes]) -> Iterator[_Step | _Unreadable]:
    """Follow one card: a version that cannot be read keeps the status that was known before it."""
    status: Status | None = None
    facts = ("Unknown", "")
    for revision, change in zip(revisions(path, commits, blobs), _changes(path, commits), strict=True):
        document = _document(change, blobs)
        is_gone = change.blob is None
        now = status_of(document) if document else None
        if not is_gone and now is None:
            yield _Unreadable(revision.commit)
            continue
        facts = _facts(document) if document else facts
        moved = now is not status
        yield _Step(revision.commit, _status_change(path, revision, status, now, facts) if moved else None)
        status = now


def _changes(path: str, commits: Sequence[Commit]) -> Iterator[FileChange]:
    for commit in commits:
        yield from (change for change in commit.changes if change.path == path)


def _document(change: FileChange, blobs: Mapping[str, bytes]) -> Document | None:
    data = blobs.get(change.blob or "") if change.mode == REGULAR_FILE else None
    return load(data, change.path)[0] if data is not None else None


def _facts(document: Document) -> tuple[str, str]:
    risk = find(document.value, ("spec", "intended_uses", "risk_rating"))[1]
    model_id = find(document.value, ("spec", "model_overview", "model_id"))[1]
    return spelled(risk) if isinstance(risk, str) else "Unknown", model_id if isinstance(model_id, str) else ""


def _status_change(
    path: str, revision: Revision, previous: Status | None, status: Status | None, facts: tuple[str, str]
) -> StatusChange:
    return StatusChange(
        card=_card(path),
        version=revision.version,
        previous=previous,
        status=status,
        risk_rating=facts[0],
        model_id=facts[1],
        commit=revision.commit.id,
        at=revision.at,
    )


def _card(path: str) -> str:
    """Give the name of the card at a path; empty for any other file."""
    folder, _, file = path.partition("/")
    name = file.removesuffix(".yaml")
    return name if FOLDERS.get(folder) is Kind.MODEL_CARD and file != name and is_name(name) else ""


def spelled(word: str) -> str:
    """Spell a status or a rating as SageMaker does: ``pending_review`` is ``PendingReview``."""
    return "".join(part[:1].upper() + part[1:] for part in word.split("_"))
