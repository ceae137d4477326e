"""What the dashboard and the site are made of, read through the ports in a few calls."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mlgov.approvals.effective import Standing
from mlgov.approvals.lives import Outcome
from mlgov.checks.tree import Tree, check_clashes, governed_paths, read_document, read_tree, tree_of
from mlgov.dashboard.inventory import Histories, inventory
from mlgov.dashboard.rows import ModelRow
from mlgov.dashboard.standings import outcome_of, standings_in
from mlgov.errors import GitError
from mlgov.lifecycle import Revision, revisions
from mlgov.monitors.execution import FOLDER
from mlgov.names import FOLDERS, FRAMEWORKS_FOLDER
from mlgov.ports import Commit, Ledger, Repository, Snapshot
from mlgov.settings import Settings


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything that rows and pages are made of. A value.

    Attributes:
        tree: The governed documents of the work tree.
        revisions: Revisions of each document on the first-parent line, oldest first, by path.
        records: Ledger records of executions, by path.
        outcome: What a replay of the history found; None when no approval rules are in force.
        blobs: What every commit of the history wrote, by blob id.
    """

    tree: Tree
    revisions: Histories
    records: Mapping[str, bytes]
    outcome: Outcome | None = None
    blobs: Mapping[str, bytes] = field(default_factory=dict)

    def standings(self, now: datetime) -> dict[str, Standing]:
        """Work out where every document stands, by path; nothing when no approval rules are in force."""
        return standings_in(self.tree, self.outcome, now.date())

    def rows(self, now: datetime, settings: Settings) -> list[ModelRow]:
        """Join everything into one row per model.

        Documents and history are those of the work tree, whatever ``now`` is: it judges monitors and reviews only.
        """
        return inventory(self.tree, self.revisions, self.records, now, settings, standings=self.standings(now))


def collect(
    repository: Repository,
    ledger: Ledger,
    files: Sequence[str] = (),
    *,
    proofs: Ledger | None = None,
    at: str = "",
    before: Collected | None = None,
) -> Collected:
    """Read the work tree, its history and the ledger. Without git there is only the work tree.

    Args:
        repository: The governance repository.
        ledger: Its ledger.
        files: Further files to read into the snapshot.
        proofs: The ledger that counts for approvals; ``ledger`` when None.
        at: A commit to read instead of the work tree; the ledger is read as it is now.
        before: What an earlier call gave, when HEAD is where it was: what did not change is not read again.

    Raises:
        GitError: git refused.
        LedgerError: The ledger cannot be read.
    """
    folders = (*FOLDERS, FRAMEWORKS_FOLDER)
    snapshot = repository.snapshot(at, folders, files) if at else repository.work_tree(folders, files)
    if before is not None:
        records = ledger.records(f"{FOLDER}/") if repository.is_under_git() else {}
        return replace(before, tree=_reread(snapshot, before.tree), records=records)
    tree = read_tree(snapshot)
    if not repository.is_under_git():
        return Collected(tree, {}, {})
    commits = repository.history(at, tuple(FOLDERS)) if at else _commits(repository)
    outcome = outcome_of(repository, proofs or ledger, at or "HEAD") if commits else None
    blobs = _blobs(repository, commits)
    return Collected(tree, _histories(commits, blobs), ledger.records(f"{FOLDER}/"), outcome, blobs)


def _reread(snapshot: Snapshot, before: Tree) -> Tree:
    """Read the documents that are not as they were; one that could not be read is read again."""
    tree = tree_of(snapshot, snapshot)
    for path, kind in governed_paths(snapshot):
        if path in before.governed and snapshot[path] == before.snapshot[path]:
            tree.documents[path], tree.governed[path] = before.documents[path], before.governed[path]
            continue
        found = read_document(snapshot[path], kind)
        tree.findings.extend(found.findings)
        if found.document:
            tree.documents[path] = found.document
        if found.governed:
            tree.governed[path] = found.governed
    tree.findings.extend(check_clashes(snapshot))
    return tree


def _commits(repository: Repository) -> list[Commit]:
    try:
        repository.resolve("HEAD")
    except GitError:
        return []  # nothing is committed yet, which is no reason to show nothing
    return repository.history("HEAD", tuple(FOLDERS))


def _blobs(repository: Repository, commits: Sequence[Commit]) -> Mapping[str, bytes]:
    ids = {change.blob for commit in commits for change in commit.changes if change.blob}
    return repository.blobs(sorted(ids))


def _histories(commits: Sequence[Commit], blobs: Mapping[str, bytes]) -> dict[str, list[Revision]]:
    touching: dict[str, list[Commit]] = defaultdict(list)
    for commit in commits:
        for change in commit.changes:
            touching[change.path].append(commit)
    return {path: revisions(path, touched, blobs) for path, touched in touching.items()}
