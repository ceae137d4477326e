"""What the dashboard and the site are made of, read through the ports in a few calls."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mlgov.approvals.effective import Standing
from mlgov.approvals.lives import Outcome
from mlgov.checks.tree import Tree, read_tree
from mlgov.dashboard.inventory import Histories, inventory
from mlgov.dashboard.rows import ModelRow
from mlgov.dashboard.standings import outcome_of, standings_in
from mlgov.errors import GitError
from mlgov.lifecycle import Revision, revisions
from mlgov.monitors.execution import FOLDER
from mlgov.names import FOLDERS
from mlgov.ports import Commit, Ledger, Repository
from mlgov.settings import Settings


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything that rows and pages are made of. A value.

    Attributes:
        tree: The governed documents of the work tree.
        revisions: Revisions of each document on the first-parent line, oldest first, by path.
        records: Ledger records of executions, by path.
        outcome: What a replay of the history found; None when no approval rules are in force.
    """

    tree: Tree
    revisions: Histories
    records: Mapping[str, bytes]
    outcome: Outcome | None = None

    def standings(self, now: datetime) -> dict[str, Standing]:
        """Work out where every document stands, by path; nothing when no approval rules are in force."""
        return standings_in(self.tree, self.outcome, now.date())

    def rows(self, now: datetime, settings: Settings) -> list[ModelRow]:
        """Join everything into one row per model.

        Documents and history are those of the work tree, whatever ``now`` is: it judges monitors and reviews only.
        """
        return inventory(self.tree, self.revisions, self.records, now, settings, standings=self.standings(now))


def collect(
    repository: Repository, ledger: Ledger, files: Sequence[str] = (), *, proofs: Ledger | None = None
) -> Collected:
    """Read the work tree, its history and the ledger. Without git there is only the work tree.

    Args:
        repository: The governance repository.
        ledger: Its ledger.
        files: Further files to read into the snapshot.
        proofs: The ledger that counts for approvals; ``ledger`` when None.

    Raises:
        GitError: git refused.
        LedgerError: The ledger cannot be read.
    """
    tree = read_tree(repository.work_tree(tuple(FOLDERS), files))
    if not repository.is_under_git():
        return Collected(tree, {}, {})
    commits = _commits(repository)
    outcome = outcome_of(repository, proofs or ledger) if commits else None
    return Collected(tree, _histories(repository, commits), ledger.records(f"{FOLDER}/"), outcome)


def _commits(repository: Repository) -> list[Commit]:
    try:
        repository.resolve("HEAD")
    except GitError:
        return []  # nothing is committed yet, which is no reason to show nothing
    return repository.history("HEAD", tuple(FOLDERS))


def _histories(repository: Repository, commits: Sequence[Commit]) -> dict[str, list[Revision]]:
    touching: dict[str, list[Commit]] = defaultdict(list)
    for commit in commits:
        for change in commit.changes:
            touching[change.path].append(commit)
    ids = {change.blob for commit in commits for change in commit.changes if change.blob}
    blobs = repository.blobs(sorted(ids))
    return {path: revisions(path, touched, blobs) for path, touched in touching.items()}
