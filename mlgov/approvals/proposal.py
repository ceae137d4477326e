"""A change that is not merged yet, judged as if it were merged now: by the rules of the base, never by its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mlgov.approvals import rules
from mlgov.approvals.audit import replay
from mlgov.approvals.capture import Capture
from mlgov.approvals.contents import is_document, parsed, same_content
from mlgov.approvals.judge import Judgement, judge
from mlgov.approvals.lives import Life, Outcome, with_owners, writers_of_files
from mlgov.approvals.policy import Author, Policy, read_policy
from mlgov.approvals.record import FOLDER, RULES_FOLDER, RULES_NAME, place_of, record_folder, sound
from mlgov.approvals.subjects import PERSONAS, is_rest, places_read, rest_digest, subject_of
from mlgov.approvals.votes import Material, Subject, Vote, parse_author
from mlgov.documents import Document, load
from mlgov.errors import SettingsError
from mlgov.findings import Finding, Location
from mlgov.lifecycle import status_of
from mlgov.lifecycle.digest import bytes_digest
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, POLICIES_FOLDER, SETTINGS_FILE, Kind, Status, folder_of
from mlgov.ports import REGULAR_FILE, Repository, Snapshot

ROLES = folder_of(Kind.ROLE)
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
        changed: Paths whose file differs between ``before`` and ``after``.
        behind: Paths that the branch it goes into has changed meanwhile, and that the head has otherwise.
    """

    base: str
    head: str
    outcome: Outcome
    before: Snapshot
    after: Snapshot
    at: datetime
    cases: Mapping[str, Case] = field(default_factory=dict)
    rules: Case | None = None
    changed: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()

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
    before, after, changed = _snapshots(repository, fork, tip, work_tree, also)
    behind = _behind(repository, fork, into, tip)
    found = _documents(changed, before, after) | resting_roles(changed, before, after) | set(also)
    paths = sorted(found | _moved_meanwhile(repository, into, behind, changed))
    sides = {path: (_side(path, before), _side(path, after)) for path in paths}
    watched = [*map(_records_of, paths), *_resting(sides.values()), record_folder(RULES_FOLDER, RULES_NAME)]
    outcome = replay(repository, ledger, into, (*paths, *watched, SETTINGS_FILE))
    if outcome.findings and (more := _ever_rested(repository, into, paths) - set(watched)):
        outcome = replay(repository, ledger, into, (*paths, *watched, *more, SETTINGS_FILE))
    proposal = Proposal(into, tip, outcome, before, after, at, changed=changed, behind=behind)
    writers = _writers(repository, proposal, [*paths, *_resting(sides.values()), SETTINGS_FILE])
    cases = {path: _case(path, *sides[path], proposal, writers) for path in paths}
    rules = _rules_case(proposal, writers)
    return Proposal(into, tip, outcome, before, after, at, cases, rules, changed, behind)


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
    material = replace(case.material, capture=capture, supposed=supposed)
    return judge(case.head.subject, material, proposal.policy)


def is_behind(proposal: Proposal, case: Case) -> str:
    """Say what of a document the base has changed meanwhile, as a sentence; empty when nothing.

    Git would put both changes together, and nobody would have judged what comes of that.
    """
    subject = case.head.subject
    records = record_folder(subject.folder, subject.name) if subject else _records_of(case.path)
    places = (case.path, records, *(subject.rests_on if subject else ()))
    moved = [p for p in sorted(proposal.behind) if any(p == place or p.startswith(f"{place}/") for place in places)]
    if not moved:
        return ""
    path = case.path if case.path in moved else moved[0]
    return f"The branch that this goes into has changed {path} meanwhile. Merge it in, and judge what comes of that."


class Digests(Mapping[str, str]):
    """Digests of the plain files that documents rest on, by path; a file is read when it is asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def __getitem__(self, path: str) -> str:
        if not is_rest(path):
            raise KeyError(path)
        file = self._snapshot[path]
        if file.mode != REGULAR_FILE or file.omitted_bytes:
            raise KeyError(path)
        return rest_digest(path, file.data)

    def __iter__(self) -> Iterator[str]:
        return filter(is_rest, self._snapshot)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def record_findings(proposal: Proposal) -> list[Finding]:
    """Find what a proposal does to records that are there: they only ever come, and nothing else lies among them."""
    found = []
    for path in sorted(p for p in proposal.changed if p.partition("/")[0] == FOLDER):
        if path in proposal.before:
            done = "is changed" if path in proposal.after else "is gone"
            found.append(rules.APPEND_ONLY.at(Location(path), f"{path} {done}."))
        elif place_of(path) is None or proposal.after[path].mode != REGULAR_FILE:
            found.append(rules.PLACE.at(Location(path), f"{path} is no approval record."))
        elif path not in sound(records_at(proposal.after, path.rpartition("/")[0])):
            found.append(rules.FORM.at(Location(path), f"{path} is no record, or leaves out rounds."))
    return found


def records_at(snapshot: Snapshot, folder: str) -> dict[str, bytes]:
    """List the records in a folder, bytes by path."""
    return {path: snapshot[path].data for path in snapshot if path.startswith(f"{folder}/")}


def _snapshots(
    repository: Repository, fork: str, tip: str, work_tree: Snapshot | None, also: Sequence[str]
) -> tuple[Snapshot, Snapshot, frozenset[str]]:
    """Read both sides, and only what is looked at, and say what differs."""
    if work_tree is not None:
        before = repository.snapshot(fork, READ, (SETTINGS_FILE,))
        paths = before.keys() | work_tree.keys()
        return before, work_tree, frozenset(path for path in paths if before.get(path) != work_tree.get(path))
    changed = repository.changed_paths(fork, tip, READ, (SETTINGS_FILE,))
    records = {_records_of(path) for path in (*changed, *also) if is_document(path)}
    first = (*changed, *also, *records, SETTINGS_FILE, "monitors", record_folder(RULES_FOLDER, RULES_NAME))
    if any(map(makes_roles, changed)):
        first = (*first, ROLES)
    before, after = (repository.lazy_snapshot(side, READ, (SETTINGS_FILE,), first) for side in (fork, tip))
    return before, after, changed


def _behind(repository: Repository, fork: str, into: str, tip: str) -> frozenset[str]:
    """List what changed on the branch that a proposal goes into, and is not the same in its head."""
    if fork == into:
        return frozenset()
    meanwhile = repository.changed_paths(fork, into, READ)
    return meanwhile & repository.changed_paths(into, tip, READ) if meanwhile else meanwhile


def _moved_meanwhile(repository: Repository, into: str, behind: frozenset[str], changed: frozenset[str]) -> set[str]:
    """List the documents that changed on the branch meanwhile and may rest on what the proposal changes."""
    rests = [path for path in changed if is_rest(path)]
    files = repository.snapshot(into, (), sorted(filter(is_document, behind))) if rests else {}
    found = set()
    for path, file in files.items():
        document = load(file.data, path)[0] if file.mode == REGULAR_FILE else None
        places = places_read(document) if document else ()
        if any(rest == place or rest.startswith(f"{place}/") for rest in rests for place in places):
            found.add(path)
    return found


def _documents(changed: Iterable[str], before: Snapshot, after: Snapshot) -> set[str]:
    """List the documents that change, or whose records do."""
    found = set()
    for path in changed:
        top, *rest = path.split("/")
        document = f"{rest[0]}/{rest[1]}.yaml" if top == FOLDER and len(rest) > 2 else path
        if is_document(document) and (document in before or document in after):
            found.add(document)
    return found


def _records_of(path: str) -> str:
    folder, _, rest = path.partition("/")
    return record_folder(folder, rest.removesuffix(".yaml"))


def _side(path: str, snapshot: Snapshot) -> Side:
    file = snapshot.get(path)
    document = load(file.data, path)[0] if file and file.mode == REGULAR_FILE else None
    personas = _personas(snapshot) if document and path.startswith(f"{ROLES}/") else {}
    return Side(document, subject_of(document, Digests(snapshot), personas) if document else None)


def _personas(snapshot: Snapshot) -> dict[str, bytes]:
    paths = (path for path in snapshot if path.startswith(f"{PERSONAS}/"))
    return {path: snapshot[path].data for path in paths if snapshot[path].mode == REGULAR_FILE}


def _resting(sides: Iterable[tuple[Side, Side]]) -> set[str]:
    """Name the files and folders that say what documents rest on, and hold it."""
    documents = (side.document for pair in sides for side in pair if side.document)
    return {place for document in documents for place in places_read(document)}


def _ever_rested(repository: Repository, ref: str, paths: Sequence[str]) -> set[str]:
    """Name what earlier versions of documents rested on: without it, their approvals would seem not to hold."""
    changes = [change for commit in repository.history(ref, paths) for change in commit.changes if change.blob]
    blobs = repository.blobs({change.blob for change in changes if change.blob})
    versions = (parsed(blobs[change.blob or ""], change.path) for change in changes if change.blob in blobs)
    return {place for document in versions if document for place in places_read(document)}


def makes_roles(path: str) -> bool:
    """Say whether roles are made of the file at a path: an activity, a persona or the text of a policy."""
    return is_rest(path) and path.startswith((f"{ROLES}/", f"{POLICIES_FOLDER}/"))


def resting_roles(changed: Iterable[str], before: Snapshot, after: Snapshot) -> set[str]:
    """List the approved roles that rest on a file that changes.

    Args:
        changed: Paths that change.
        before: Files before the change.
        after: Files after it.
    """
    rests = {path for path in changed if makes_roles(path)}
    if not rests:
        return set()
    found = set()
    for path in (path for path in after if is_document(path) and path.startswith(f"{ROLES}/")):
        sides = (_side(path, before), _side(path, after))
        places = {place for side in sides if side.subject for place in side.subject.rests_on}
        if sides[1].status is Status.APPROVED and places & rests:
            found.add(path)
    return found


def _case(path: str, base: Side, head: Side, proposal: Proposal, writers: Mapping[str, Sequence[Author]]) -> Case:
    life = proposal.outcome.lives.get(path) or Life(path)
    if head.subject:
        head = replace(head, subject=with_owners(head.subject, life))
    wrote = [*writers.get(path, ()), *_inherited(path, base, proposal, writers)]
    for place in head.subject.rests_on if head.subject else ():
        wrote += [who for p, people in writers.items() if p == place or p.startswith(f"{place}/") for who in people]
    return Case(path, base, head, life, _material(life, head.subject, _records_of(path), proposal, wrote))


def _inherited(path: str, base: Side, proposal: Proposal, writers: Mapping[str, Sequence[Author]]) -> Iterator[Author]:
    """List who ever wrote documents of the same kind that go while this one comes: it may be one of them."""
    if base.document is not None:
        return
    folder = path.partition("/")[0]
    for other in proposal.changed:
        if other.partition("/")[0] == folder and is_document(other) and other not in proposal.after:
            life = proposal.outcome.lives.get(other)
            yield from (author for who in (life.ever if life else ()) for author in who)
            yield from writers.get(other, ())


def _material(
    life: Life, subject: Subject | None, folder: str, proposal: Proposal, writers: Sequence[Author]
) -> Material:
    of_files = writers_of_files(proposal.outcome, life, subject) if subject else ()
    authors = tuple(dict.fromkeys([author for who in (*life.writers, *of_files) for author in who] + list(writers)))
    records = sound(records_at(proposal.after, folder))
    return Material(records, life.used_round, None, authors, proposal.at, life.last_at, known=life.known)


def _writers(repository: Repository, proposal: Proposal, paths: Sequence[str]) -> dict[str, list[Author]]:
    """List who wrote content in the commits of the proposal, by path."""
    commits = repository.proposed_commits(proposal.base, proposal.head, paths)
    blobs = repository.blobs({b for c in commits for change in c.changes for b in (change.blob, change.before) if b})
    found: dict[str, list[Author]] = {}
    for commit in commits:
        who = [Author(commit.author, commit.email), *map(parse_author, commit.co_authors)]
        for change in commit.changes:
            before, after = blobs.get(change.before or ""), blobs.get(change.blob or "")
            if not is_document(change.path) or not same_content(before, after, change.path):
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
    material = _material(life, None, folder, proposal, writers.get(SETTINGS_FILE, ()))
    return Case(SETTINGS_FILE, Side(), Side(None, subject), life, material)
