"""Where the documents of the work tree stand: the proof is in the history, the bytes are those that lie there."""

from collections.abc import Mapping
from datetime import date

from mlgov.approvals.audit import replay
from mlgov.approvals.contents import same_content
from mlgov.approvals.effective import Effective, Standing, standing
from mlgov.approvals.lives import Life, Outcome
from mlgov.approvals.subjects import review_by
from mlgov.checks.tree import Governed, Tree
from mlgov.names import SETTINGS_FILE, Status
from mlgov.ports import Ledger, Repository

_UNCOMMITTED = "It says approved, but it is not committed like this."


def outcome_of(repository: Repository, ledger: Ledger, ref: str = "HEAD") -> Outcome | None:
    """Replay the history, when it ever knew approval rules; without rules nothing could be proven.

    Rules are looked for in every mlgov.toml of the history: who takes them out without approval hides nothing.

    Args:
        repository: A repository with at least one commit.
        ledger: Its ledger.
        ref: The commit whose history is replayed.

    Returns:
        What the replay found; None when no approval rules are in force.

    Raises:
        GitError: The history is not whole, or git failed.
        LedgerError: The ledger cannot be read.
    """
    commits = repository.history(ref, (SETTINGS_FILE,))
    blobs = {change.blob for commit in commits for change in commit.changes if change.blob}
    if not any(b"approvals" in data for data in repository.blobs(sorted(blobs)).values()):
        return None
    outcome = replay(repository, ledger.records("reviews/"), ref)
    return outcome if outcome.policy else None


def standings_in(tree: Tree, outcome: Outcome | None, today: date) -> dict[str, Standing]:
    """Work out where the documents of a work tree stand, by path.

    Args:
        tree: The governed documents.
        outcome: What a replay found; None gives nothing.
        today: The day on which review dates are judged.
    """
    if outcome is None:
        return {}
    return {path: _standing(found, outcome.lives, tree, today) for path, found in tree.governed.items()}


def _standing(found: Governed, lives: Mapping[str, Life], tree: Tree, today: date) -> Standing:
    path = found.document.path
    life = lives.get(path)
    if life and life.data is not None and _is_committed(found, life, tree.snapshot[path].data):
        return standing(life, today)
    declared: Status = found.typed.lifecycle.status
    if declared is Status.APPROVED:
        return Standing(found.kind, found.name, path, declared, Effective.UNATTESTED, _UNCOMMITTED)
    return standing(Life(path, tree.snapshot[path].data), today)


def _is_committed(found: Governed, life: Life, data: bytes) -> bool:
    """Say whether what an approval binds to is as it was committed; formatting does not count."""
    if data == life.data:
        return True
    committed = life.document
    if committed is None or not same_content(life.data, data, life.path):
        return False
    was, now = committed.value.get("lifecycle"), found.document.value.get("lifecycle")
    return (was or {}).get("status") == (now or {}).get("status") and review_by(committed) == review_by(found.document)
