"""What an edit of one card would break, found out before it is written: one judgement for commands and scripts.

What is approved or archived is protected against the version that is committed at HEAD, not against the file as it
lies here: two edits one after the other must not do what one of them may not. The pull request is judged once more, by
``mlgov check --base``, against the branch that it goes into.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from mlgov.cards import CardDocument
from mlgov.checks.check import check_snapshot
from mlgov.documents import load
from mlgov.findings import Finding, Severity
from mlgov.lifecycle import Versions, check_transition, rules, validate
from mlgov.lifecycle.tombstones import grave_of
from mlgov.lifecycle.transitions import status_of
from mlgov.names import Status
from mlgov.ports import REGULAR_FILE, File, Repository, Snapshot
from mlgov.settings import Settings

_FIXES: dict[str, str] = {
    Status.APPROVED: "Send it back to review in the same edit: add --set lifecycle.status=pending_review.",
    Status.ARCHIVED: "An archived card stays as it is. 'mlgov card clone' makes a new draft of it.",
}


def judge_edit(
    repository: Repository, settings: Settings, today: date, path: str, before: bytes | None, after: bytes
) -> list[Finding]:
    """Find what an edit breaks: errors that the card did not have, and what its status does not allow.

    Args:
        repository: Where the card and its evidence lie.
        settings: What the organisation requires.
        today: The day on which review dates are judged.
        path: Path of the card.
        before: The card as it lies here; None for a new one.
        after: The card as it would be.
    """

    def errors(data: bytes) -> list[Finding]:
        snapshot: Snapshot = {**repository.work_tree((), _cited(path, data)), path: File(path, REGULAR_FILE, data)}
        found = check_snapshot(snapshot, settings, today=today)
        return [each for each in found if each.location.path == path and each.severity is Severity.ERROR]

    old = {each.fingerprint for each in errors(before)} if before is not None else set()
    new = [each for each in errors(after) if each.fingerprint not in old]
    return [*new, *judge_status(repository, path, before, after)]


def judge_status(repository: Repository, path: str, before: bytes | None, after: bytes) -> Iterator[Finding]:
    """Find what the status of a card does not allow: a move, a change of frozen content, the name of a removed card.

    Args:
        repository: Where the committed version is read.
        path: Path of the card.
        before: The card as it lies here; it counts where nothing is committed yet.
        after: The card as it would be.
    """
    document = load(after, path)[0]
    if document is None:
        return
    committed = committed_files(repository, path, grave_of(path))
    base = before if committed is None else committed[path].data if path in committed else None
    graves = {**repository.work_tree((), (grave_of(path),)), **(committed or {})}
    if grave_of(path) in graves and (committed is None or path not in committed):
        at = ("metadata", "name")
        yield rules.REMOVED_NAME.at(document.location(at), f"A card at {path} was removed.", pointer=at)
    for found in check_transition(Versions(path, load(base, path)[0] if base is not None else None, document)):
        fix = _FIXES.get(status_of(document) or "", "") if found.rule is rules.CHANGED_WHILE_APPROVED else ""
        yield replace(found, fix=fix or found.fix)


def committed_files(repository: Repository, *paths: str) -> Snapshot | None:
    """Read files as they are committed at HEAD; None where nothing is committed yet, or there is no git repository.

    Raises:
        GitError: There is a repository that cannot be read.
    """
    if not repository.is_under_git():
        return None
    branch = repository.branch()
    if branch and repository.tip(branch) is None:
        return None
    return repository.snapshot("HEAD", (), paths)


def _cited(path: str, data: bytes) -> list[str]:
    document = load(data, path)[0]
    card = validate(document, CardDocument)[0] if document else None
    return card.asked_paths if card else []
