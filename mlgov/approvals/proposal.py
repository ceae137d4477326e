"""A change that is not merged yet, judged as if it were merged now: by the rules of the base, never by its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mlgov.approvals.audit import replay
from mlgov.approvals.capture import Capture
from mlgov.approvals.judge import Judgement, judge
from mlgov.approvals.policy import Author, Policy, read_policy
from mlgov.approvals.record import FOLDER, RULES_FOLDER, RULES_NAME, record_folder
from mlgov.approvals.replay import Life, Outcome, is_document, same_content, with_owners
from mlgov.approvals.subjects import subject_of
from mlgov.approvals.votes import Material, Subject, Vote, parse_author
from mlgov.documents import Document, load
from mlgov.errors import SettingsError
from mlgov.lifecycle import status_of
from mlgov.lifecycle.digest import bytes_digest
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, SETTINGS_FILE, Status
from mlgov.ports import REGULAR_FILE, Repository, Snapshot

READ = (*FOLDERS, *ATTACHMENT_FOLDERS, FOLDER)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a document's change.

    Attributes:
        document: The document; None when it is not there or cannot be read.
        subject: What an approval of it binds to; None when there is nothing to approve.
    """

    document: Document | None = None
    subject: Subject | None = None

    @property
    def status(self) -> Status | None:
        """The declared status; None when there is none."""
        return status_of(self.document) if self.document else None


@dataclass(frozen=True, slots=True)
class Case:
    """One document of a proposal.

    Attributes:
        path: Its path.
        base: What it was.
        head: What it is to be.
        life: What became of it up to the base.
        material: What there is to judge the head by.
    """

    path: str
    base: Side
    head: Side
    life: Life
    material: Material


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change from a base to a head.

    Attributes:
        base: Commit that it goes into.
        head: Commit that is proposed.
        outcome: What the history of the base says of the documents that change.
        before: Files of the base.
        after: Files of the head.
        at: The time of judging.
        cases: The documents that change, by path.
        rules: The change of rules; None when they stay.
    """

    base: str
    head: str
    outcome: Outcome
    before: Snapshot
    after: Snapshot
    at: datetime
    cases: Mapping[str, Case] = field(default_factory=dict)
    rules: Case | None = None

    @property
    def policy(self) -> Policy | None:
        """The rules in force at the base; None when there are none."""
        return self.outcome.policy


def read_proposal(
    repository: Repository,
    ledger: Mapping[str, bytes],
    *,
    base: str,
    head: str,
    at: datetime,
    also: Sequence[str] = (),
    work_tree: Snapshot | None = None,
) -> Proposal:
    """Read what a change does.

    Args:
        repository: The governance repository.
        ledger: Records of the ledger, by path.
        base: The branch that it goes into.
        head: The commit that is proposed.
        at: Aware time of judging.
        also: Paths of documents that are wanted even when they do not change.
        work_tree: Files on top of ``head`` that are not committed yet; those of ``head`` itself when None.

    Raises:
        GitError: There is no such commit, or the history is not whole.
    """
    into, tip = repository.resolve(base), repository.resolve(head)
    fork = repository.merge_base(into, tip)
    before = repository.snapshot(fork, READ, (SETTINGS_FILE,))
    after = repository.snapshot(tip, READ, (SETTINGS_FILE,)) if work_tree is None else work_tree
    paths = sorted({p for p in (*before, *after) if is_document(p) and _differs(p, before, after)} | set(also))
    sides = {path: (_side(path, before), _side(path, after)) for path in paths}
    watched = [*map(_records_of, paths), *_resting(sides.values()), record_folder(RULES_FOLDER, RULES_NAME)]
    outcome = replay(repository, ledger, into, (*paths, *watched, SETTINGS_FILE))
    proposal = Proposal(into, tip, outcome, before, after, at)
    writers = _writers(repository, proposal, [*paths, SETTINGS_FILE])
    cases = {path: _case(path, *sides[path], proposal, writers) for path in paths}
    rules = _rules_case(proposal, writers)
    return Proposal(into, tip, outcome, before, after, at, cases, rules)


def judged(
    proposal: Proposal, case: Case, capture: Capture | None = None, supposed: tuple[Vote, ...] = ()
) -> Judgement | None:
    """Judge the head of a case; None when there are no rules, or nothing to judge.

    Args:
        proposal: The proposal.
        case: One of its cases.
        capture: Reviews at the forge.
        supposed: Votes that nobody has cast.
    """
    if proposal.policy is None or case.head.subject is None:
        return None
    there = case.material
    material = Material(there.records, there.used_round, capture, there.authors, there.at, there.not_before, supposed)
    return judge(case.head.subject, material, proposal.policy)


def files_of(snapshot: Snapshot) -> dict[str, str]:
    """Digest the plain files that documents rest on, by path."""
    return {
        path: bytes_digest(file.data)
        for path, file in snapshot.items()
        if path.partition("/")[0] in ATTACHMENT_FOLDERS and file.mode == REGULAR_FILE and not file.omitted_bytes
    }


def records_at(snapshot: Snapshot, folder: str) -> dict[str, bytes]:
    """List the records in a folder, bytes by path."""
    return {path: file.data for path, file in snapshot.items() if path.startswith(f"{folder}/")}


def _differs(path: str, before: Snapshot, after: Snapshot) -> bool:
    return before.get(path) != after.get(path) or records_at(before, _records_of(path)) != records_at(
        after, _records_of(path)
    )


def _records_of(path: str) -> str:
    folder, _, rest = path.partition("/")
    return record_folder(folder, rest.removesuffix(".yaml"))


def _side(path: str, snapshot: Snapshot) -> Side:
    file = snapshot.get(path)
    document = load(file.data, path)[0] if file and file.mode == REGULAR_FILE else None
    return Side(document, subject_of(document, files_of(snapshot)) if document else None)


def _resting(sides: Iterable[tuple[Side, Side]]) -> set[str]:
    return {place for pair in sides for side in pair if side.subject for place in side.subject.rests_on}


def _case(path: str, base: Side, head: Side, proposal: Proposal, writers: Mapping[str, Sequence[Author]]) -> Case:
    life = proposal.outcome.lives.get(path) or Life(path)
    if head.subject:
        head = replace(head, subject=with_owners(head.subject, life))
    return Case(path, base, head, life, _material(life, _records_of(path), proposal, writers.get(path, ())))


def _material(life: Life, folder: str, proposal: Proposal, writers: Sequence[Author]) -> Material:
    authors = tuple(dict.fromkeys([author for who in life.writers for author in who] + list(writers)))
    records = records_at(proposal.after, folder)
    return Material(records, life.used_round, None, authors, proposal.at, life.last_at)


def _writers(repository: Repository, proposal: Proposal, paths: Sequence[str]) -> dict[str, list[Author]]:
    """List who wrote content in the commits of the proposal, by path."""
    commits = repository.proposed_commits(proposal.base, proposal.head, paths)
    blobs = repository.blobs({b for c in commits for change in c.changes for b in (change.blob, change.before) if b})
    found: dict[str, list[Author]] = {}
    for commit in commits:
        who = [Author(commit.author, commit.email), *map(parse_author, commit.co_authors)]
        for change in commit.changes:
            before, after = blobs.get(change.before or ""), blobs.get(change.blob or "")
            if change.path == SETTINGS_FILE or not same_content(before, after, change.path):
                found.setdefault(change.path, []).extend(who)
    return found


def _rules_case(proposal: Proposal, writers: Mapping[str, Sequence[Author]]) -> Case | None:
    now, file = proposal.policy, proposal.after.get(SETTINGS_FILE)
    if now is None or file is None or file == proposal.before.get(SETTINGS_FILE):
        return None
    try:
        wanted = read_policy(file.data)
    except SettingsError:
        return None  # the check says so
    if wanted and wanted.digest == now.digest:
        return None
    digest = wanted.digest if wanted else bytes_digest(b"")
    subject = Subject(RULES_FOLDER, RULES_NAME, SETTINGS_FILE, None, digest)
    life = proposal.outcome.rules
    folder = record_folder(RULES_FOLDER, RULES_NAME)
    material = _material(life, folder, proposal, writers.get(SETTINGS_FILE, ()))
    return Case(SETTINGS_FILE, Side(), Side(None, subject), life, material)
