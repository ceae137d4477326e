"""``mlgov audit`` as a function: the whole first-parent history in, findings and lives out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mlgov.approvals import rules
from mlgov.approvals.capture import PREFIX, read_captures
from mlgov.approvals.keeping import keeps_approval
from mlgov.approvals.lives import Outcome
from mlgov.approvals.policy import read_policy
from mlgov.approvals.replay import FOLDERS_READ, Replay
from mlgov.errors import SettingsError, UsageError
from mlgov.findings import Finding, Location
from mlgov.names import SETTINGS_FILE
from mlgov.ports import REGULAR_FILE, Commit, Repository, SideCommit
from mlgov.settings import Settings


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place on the first-parent line that was seen before.

    Attributes:
        count: How many commits the line had up to it, itself included.
        commit: Its id, which stands for everything before it.
    """

    count: int
    commit: str

    def __str__(self) -> str:
        return f"{self.count}:{self.commit}"


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    Attributes:
        outcome: What the replay found.
        findings: Everything that is wrong, oldest first.
        checkpoint: Where the line ends now; keep it outside of the repository.
    """

    outcome: Outcome
    findings: tuple[Finding, ...]
    checkpoint: Checkpoint


def audit(
    repository: Repository,
    ledger: Mapping[str, bytes],
    ref: str = "HEAD",
    *,
    root: str = "",
    checkpoint: Checkpoint | None = None,
) -> Audit:
    """Replay a branch and judge every status of every document on it.

    Args:
        repository: The governance repository.
        ledger: Records of the ledger, by path.
        ref: The branch.
        root: Commit at which rules must have come into force first; not looked at when empty.
        checkpoint: What an earlier audit printed; None when there is none.

    Raises:
        GitError: The history is not whole, or git failed.
    """
    line = repository.line(ref)
    now = Checkpoint(len(line), line[-1])
    refused = read_captures(_captured(ledger))[1]
    outcome = replay(repository, ledger, ref)
    findings = [*_rewritten(line, outcome.root, root, checkpoint), *outcome.findings]
    findings += [rules.FORM.at(Location(path), said) for path, said in refused]
    return Audit(outcome, tuple(findings), now)


def replay(
    repository: Repository, ledger: Mapping[str, bytes], ref: str, paths: Sequence[str] = FOLDERS_READ
) -> Outcome:
    """Replay what a branch did to some paths.

    Args:
        repository: The governance repository.
        ledger: Records of the ledger, by path.
        ref: The branch.
        paths: Folders and files; for a document its records and what it rests on have to be among them.

    Raises:
        GitError: The history is not whole, or git failed.
    """
    captures = read_captures(_captured(ledger))[0]
    commits = repository.history(ref, paths)
    return Replay(repository.blobs, captures, _beside(repository, ref, commits, paths), keeps_approval).run(commits)


def _captured(ledger: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in ledger.items() if path.startswith(f"{PREFIX}/")}


def first_settings(repository: Repository, ref: str) -> Settings | None:
    """Read the settings that brought the first approval rules of a history; None when there were none.

    Raises:
        GitError: The history is not whole, or git failed.
    """
    commits = repository.history(ref, (SETTINGS_FILE,))
    changes = [c for commit in commits for c in commit.changes]
    blobs = [c.blob or "" for c in changes if c.path == SETTINGS_FILE and c.mode == REGULAR_FILE]
    contents = repository.blobs(blobs)
    for blob in blobs:
        try:
            policy = read_policy(contents.get(blob, b""))
        except SettingsError:
            continue
        if policy:
            return policy.settings
    return None


def read_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint as an audit prints it. Raises UsageError."""
    count, _, commit = text.strip().partition(":")
    if not count.isdecimal() or len(commit) not in (40, 64) or set(commit) - set("0123456789abcdef"):
        raise UsageError(f"{text!r} is no checkpoint.", hint="Give what 'mlgov audit' printed: COUNT:COMMIT.")
    return Checkpoint(int(count), commit)


def _beside(repository: Repository, ref: str, commits: Sequence[Commit], paths: Sequence[str]) -> list[SideCommit]:
    """Read what lies beside the line; without merges nothing does."""
    if all(len(commit.parents) < 2 for commit in commits):
        return []
    return repository.side_commits(ref, paths)


def _rewritten(line: Sequence[str], found: str, root: str, checkpoint: Checkpoint | None) -> list[Finding]:
    findings = []
    if root and found != root:
        said = f"The rules came into force first at {found or 'no commit at all'}, not at {root}."
        findings.append(rules.HISTORY.at(Location(SETTINGS_FILE), said, pointer=("root",)))
    if checkpoint and (
        checkpoint.count > len(line) or line[checkpoint.count - 1 : checkpoint.count] != [checkpoint.commit]
    ):
        said = f"The checkpoint {checkpoint} is not on the first-parent line, which has {len(line)} commits."
        findings.append(rules.HISTORY.at(Location("."), said, pointer=("checkpoint",)))
    return findings
