"""Replays the first-parent history and judges every status of every document on the way.

Rules are those of the last approved mlgov.toml before each commit. Trees are compared along first parents, so nothing
that a merge brings is invisible. A commit is judged by what it leaves behind, not by how it came.

What keeps it fast: a document is parsed only when its bytes could say approved or archived on one side of a change; all
other moves are legal and prove nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from mlgov.approvals import rules
from mlgov.approvals.capture import Capture
from mlgov.approvals.judge import Judgement, judge
from mlgov.approvals.policy import Author, Policy, read_policy
from mlgov.approvals.record import FOLDER, RULES_FOLDER, RULES_NAME, place_of, record_folder
from mlgov.approvals.subjects import subject_of
from mlgov.approvals.votes import Material, Problem, Subject, misplaced, parse_author
from mlgov.documents import Document, load, plain
from mlgov.errors import SettingsError
from mlgov.findings import Finding, Location, Rule
from mlgov.lifecycle import Versions, check_transition, status_of
from mlgov.lifecycle import rules as life_rules
from mlgov.lifecycle.digest import bytes_digest, content_digest
from mlgov.lifecycle.tombstones import grave_of, is_buried, is_tombstone
from mlgov.lifecycle.transitions import LEGAL
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, SETTINGS_FILE, Status, is_name
from mlgov.ports import REGULAR_FILE, Commit, File, FileChange, SideCommit

#: What a replay reads of a repository.
FOLDERS_READ = (*FOLDERS, *ATTACHMENT_FOLDERS, FOLDER, SETTINGS_FILE)
#: Commits whose contents are held in memory at once.
CHUNK = 500
_GONE = "000000"

#: Text of documents that is kept read; what it says takes about ten times as much.
KEPT_BYTES = 16 * 2**20

#: Why a document is not approved any more whose content is another than the approved one.
CHANGED = "its content changed after the approval"
#: A document whose bytes hold none of these cannot say approved or archived: names in YAML are written out, or escaped.
_MAY_BE_FROZEN = (b"approved", b"archived", b"\\")

_LONGEST_STATUS = max(map(len, Status))
_FROZEN = (Status.APPROVED, Status.ARCHIVED)

#: Says whether an edit from one content to another keeps the approval, under a policy.
KeepsApproval = Callable[[Document, Document, Policy], bool]
ReadBlobs = Callable[[Iterable[str]], dict[str, bytes]]


@dataclass(frozen=True, slots=True)
class Attested:
    """A proven approval.

    Attributes:
        judgement: The proof.
        subject: What was approved.
        policy: The rules it was approved under.
        data: The bytes of the approved document.
        commit: The commit.
        at: Aware time of that commit.
    """

    judgement: Judgement
    subject: Subject
    policy: Policy
    data: bytes
    commit: str
    at: datetime


@dataclass(slots=True)
class Life:
    """What became of one path.

    Attributes:
        path: The path.
        data: Its bytes now; None when it is gone or no plain file.
        attested: The proof of its approval while it lasts.
        approved: The last proven approval, also when it does not last any more.
        why_not: Why an approved document has no proof any more, or never had.
        used_round: The last round of records that was used.
        last_at: Aware time of the last proven approval; None before the first.
        writers: Who wrote content since then, by commit.
        owned: Versions since then that could name other owners than the one before.
        ever: Everybody who ever wrote content, in order.
        since: How many commits had been judged at that time.
        commit: Id of the last commit that touched it.
    """

    path: str
    data: bytes | None = None
    attested: Attested | None = None
    approved: Attested | None = None
    why_not: str = ""
    used_round: int = 0
    last_at: datetime | None = None
    writers: list[tuple[Author, ...]] = field(default_factory=list)
    owned: list[bytes] = field(default_factory=list)
    ever: dict[tuple[Author, ...], None] = field(default_factory=dict)
    since: int = 0
    commit: str = ""

    @property
    def document(self) -> Document | None:
        """The document, when it can be read."""
        return _parsed(self.data, self.path) if self.data is not None else None


@dataclass(slots=True)
class Outcome:
    """What a replay found.

    Attributes:
        lives: What became of each governed path.
        rules: What became of the rules themselves.
        policy: The rules in force at the end; None when there are none.
        root: Commit at which rules first came into force; empty when there are none.
        findings: What is wrong, oldest first.
        file_writers: Who wrote files that documents rest on: number of the commit, path and authors, by shelf.
        commits: How many commits were judged.
        approvals: How many proven approvals there were.
    """

    lives: dict[str, Life] = field(default_factory=dict)
    rules: Life = field(default_factory=lambda: Life(SETTINGS_FILE))
    policy: Policy | None = None
    root: str = ""
    findings: list[Finding] = field(default_factory=list)
    file_writers: dict[str, list[tuple[int, str, tuple[Author, ...]]]] = field(default_factory=dict)
    commits: int = 0
    approvals: int = 0


class Replay:
    """One run over a history.

    Args:
        read: Reads blobs by id.
        captures: Captured reviews by commit, folder and name.
        beside: Commits that reached the line through merges.
        keeps: Which edits keep an approval.
    """

    def __init__(
        self,
        read: ReadBlobs,
        captures: Mapping[tuple[str, str, str], Capture],
        beside: Iterable[SideCommit],
        keeps: KeepsApproval,
    ) -> None:
        self._read, self._captures, self._keeps = read, captures, keeps
        self._beside: dict[str, list[Commit]] = {}
        for side in beside:
            self._beside.setdefault(side.landed, []).append(side.commit)
        self.outcome = Outcome()
        self._files: dict[str, str] = {}
        self._records: dict[str, dict[str, bytes]] = {}
        self._rules = self.outcome.rules
        self._blobs: dict[str, bytes] = {}
        self._digests: dict[str, str] = {}
        self._resting: dict[str, set[str]] = {}
        self._buried: set[str] = set()
        self._file_writers: dict[str, list[tuple[int, str, tuple[Author, ...]]]] = self.outcome.file_writers

    def run(self, commits: Sequence[Commit]) -> Outcome:
        """Replay commits of the first-parent line, oldest first."""
        for start in range(0, len(commits), CHUNK):
            chunk = commits[start : start + CHUNK]
            self._blobs = self._read(sorted(self._wanted(chunk)))
            for commit in chunk:
                self._step(commit)
        return self.outcome

    def _wanted(self, chunk: Iterable[Commit]) -> set[str]:
        sides = [side for commit in chunk for side in self._beside.get(commit.id, ())]
        blobs = {c.blob for commit in (*chunk, *sides) for c in commit.changes}
        blobs |= {c.before for commit in sides for c in commit.changes}
        return {blob for blob in blobs if blob}

    def _step(self, commit: Commit) -> None:
        self.outcome.commits += 1
        documents = [c for c in commit.changes if is_document(c.path)]
        self._note_writers(commit)
        self._inherit(documents)
        self._note_files(commit)
        touched = self._note_records(commit)
        self._change_rules(commit, touched)
        for change in documents:
            self._change_document(commit, change)
        self._graves(commit)
        self._look_again(commit, touched, {change.path for change in documents})

    # -- who wrote what ------------------------------------------------------------------------------------------

    def _note_writers(self, commit: Commit) -> None:
        own = [] if len(commit.parents) > 1 else [commit]  # what a merge itself changed is among those beside
        for source in (*self._beside.get(commit.id, ()), *own):
            who = (Author(source.author, source.email), *map(parse_author, source.co_authors))
            for change in source.changes:
                self._note_writer(change, who)

    def _note_writer(self, change: FileChange, who: tuple[Author, ...]) -> None:
        if change.path == SETTINGS_FILE:
            self._rules.writers.append(who)
        elif change.path.partition("/")[0] in ATTACHMENT_FOLDERS:
            self._file_writers.setdefault(_shelf(change.path), []).append((self.outcome.commits, change.path, who))
        elif is_document(change.path):
            life = self.outcome.lives.setdefault(change.path, Life(change.path))
            if who in life.writers:
                return
            if not self._same_content(life, change):
                life.writers.append(who)
                life.ever[who] = None

    def _inherit(self, documents: Sequence[FileChange]) -> None:
        """Let a document that comes while another one of its kind goes have the other's writers: it may be the same."""
        gone = [c for c in documents if c.blob is None and c.before is not None]
        for change in documents if gone else ():
            if change.before is None and change.blob is not None:
                folder = change.path.partition("/")[0]
                lives = [self.outcome.lives[c.path] for c in gone if c.path.partition("/")[0] == folder]
                self.outcome.lives[change.path].writers += [who for life in lives for who in life.ever]

    def _same_content(self, life: Life, change: FileChange) -> bool:
        """Say whether a change left the content as it was; then it was no authorship."""
        after = self._blobs.get(change.blob or "")
        before = self._blobs.get(change.before or "", life.data if change.before else None)
        return same_content(before, after, change.path)

    # -- files and records ---------------------------------------------------------------------------------------

    def _note_files(self, commit: Commit) -> None:
        for change in commit.changes:
            if change.path.partition("/")[0] in ATTACHMENT_FOLDERS:
                self._files.pop(change.path, None)
                data = self._blobs.get(change.blob or "")
                if change.mode == REGULAR_FILE and data is not None:
                    self._files[change.path] = self._file_digest(change.blob or "", data)

    def _file_digest(self, blob: str, data: bytes) -> str:
        if blob not in self._digests:
            self._digests[blob] = bytes_digest(data)
        return self._digests[blob]

    def _note_records(self, commit: Commit) -> set[str]:
        """Take over new records and give the folders of those that changed; records only ever come."""
        touched = set()
        for change in sorted(commit.changes, key=lambda c: c.path):
            if change.path.partition("/")[0] != FOLDER:
                continue
            place = place_of(change.path)
            if place is None or change.mode not in (REGULAR_FILE, _GONE):
                if change.mode != _GONE:
                    self._say(rules.PLACE, change.path, f"{change.path} is no approval record.", commit)
                continue
            folder = record_folder(place[0], place[1])
            records = self._records.setdefault(folder, {})
            if change.before is not None or change.path in records:
                done = "is changed" if change.blob else "is gone"
                self._say(rules.APPEND_ONLY, change.path, f"{change.path} {done}.", commit)
            elif change.blob:
                data = self._blobs.get(change.blob, b"")
                if wrong := misplaced(change.path, data, records):
                    self._say(wrong.rule, wrong.path, wrong.sentence, commit)
                    continue
                records[change.path] = data
                touched.add(folder)
        return touched

    # -- the rules themselves ------------------------------------------------------------------------------------

    def _change_rules(self, commit: Commit, touched: set[str]) -> None:
        change = next((c for c in commit.changes if c.path == SETTINGS_FILE), None)
        folder = record_folder(RULES_FOLDER, RULES_NAME)
        if change is None and not (folder in touched and self._rules.why_not):
            return
        if change is not None:
            self._rules.data = self._blobs.get(change.blob or "") if change.mode == REGULAR_FILE else None
        try:
            proposed = read_policy(self._rules.data, SETTINGS_FILE) if self._rules.data is not None else None
        except SettingsError as error:
            self._rules.why_not = "unreadable"
            self._say(rules.UNREADABLE, SETTINGS_FILE, f"{error.message}", commit)
            return
        self._adopt(proposed, commit)

    def _adopt(self, proposed: Policy | None, commit: Commit) -> None:
        outcome, now = self.outcome, self.outcome.policy
        if now is None:
            outcome.policy = proposed
            if proposed:
                outcome.root = commit.id
                _forget(outcome)
                self._rules.writers.clear()
            return
        if proposed and proposed.digest == now.digest:
            outcome.policy, self._rules.why_not = proposed, ""
            self._rules.writers.clear()
            return
        digest = proposed.digest if proposed else bytes_digest(b"")
        subject = Subject(RULES_FOLDER, RULES_NAME, SETTINGS_FILE, None, digest)
        judgement = judge(subject, self._material(self._rules, commit, subject), now)
        if judgement.approved and proposed:
            self._rules.used_round = judgement.round or self._rules.used_round
            self._rules.last_at = max(vote.at for vote in judgement.approvers)
            self._rules.writers.clear()
            outcome.policy, self._rules.why_not = proposed, ""
            return
        self._rules.why_not = "unapproved"
        self._problems(judgement.problems, commit)
        self._say(rules.RULES_CHANGE, SETTINGS_FILE, "The change of rules is not approved.", commit)

    # -- documents -----------------------------------------------------------------------------------------------

    def _change_document(self, commit: Commit, change: FileChange) -> None:
        life = self.outcome.lives.setdefault(change.path, Life(change.path))
        if change.blob and grave_of(change.path) in self._buried:
            said = f"{change.path} has the name of a document that was removed."
            self._tell(life_rules.REMOVED_NAME.at(Location(change.path), said), commit)
        before, life.commit = life.data, commit.id
        after = self._blobs.get(change.blob or "") if change.mode == REGULAR_FILE else None
        life.data = after
        _note_owners(life, after)
        if change.mode in (REGULAR_FILE, _GONE) and not (may_be_frozen(before) or may_be_frozen(after)):
            if after is None and change.blob is None and before is not None:
                self._gone(life, before, commit)
            return
        new = _parsed(after, life.path) if after is not None else None
        if change.mode not in (REGULAR_FILE, _GONE):
            self._lost(life, commit, f"is no plain file (git mode {change.mode})")
        elif change.blob and new is None:
            self._lost(life, commit, "cannot be read")
        elif new is None:
            self._gone(life, before, commit)
        else:
            self._judge_move(life, before, new, commit)

    def _gone(self, life: Life, before: bytes | None, commit: Commit) -> None:
        old = _parsed(before, life.path) if before is not None else None
        life.attested = None
        if old is None:
            return
        grave = self._grave(life.path, commit)
        if not (grave and is_buried(life.path, old, grave)):
            for finding in check_transition(Versions(life.path, old, None)):
                self._tell(finding, commit)

    def _judge_move(self, life: Life, before: bytes | None, new: Document, commit: Commit) -> None:
        was, same = _was(life, before)
        now = status_of(new)
        holds = life.attested is not None and now in _FROZEN and self._holds(life.attested, new)
        if now is not Status.APPROVED:
            life.attested, life.why_not = None, ""
        elif was is Status.APPROVED and (holds or same_content(before, new.data, life.path)):
            self._still(life, new, commit)
        else:
            life.attested = None
            self._judge(life, new, commit, say=was is not Status.APPROVED)
            holds = life.attested is not None
            life.why_not = life.why_not if was is not Status.APPROVED or holds else CHANGED
        if was and now in (was, *LEGAL[was]) and (same or now not in _FROZEN):
            return  # nothing to find, and the document before need not be parsed
        old = _parsed(before, life.path) if before is not None else None
        for finding in check_transition(Versions(life.path, old, new)):
            if not (holds and is_step(finding, was)):
                self._tell(finding, commit)

    def _holds(self, attested: Attested, new: Document) -> bool:
        """Say whether a content is the approved one, or differs from it only by what keeps the approval."""
        if _digest_of(new) == attested.subject.digest:
            return True
        approved = _parsed(attested.data, attested.subject.path)
        return approved is not None and self._keeps(approved, new, attested.policy)

    def _still(self, life: Life, new: Document, commit: Commit) -> None:
        """Look whether an approved document is still what was approved."""
        attested, subject = life.attested, subject_of(new, self._files)
        if attested is None:
            return
        if subject is None or not self._holds(attested, new):
            life.attested, life.why_not = None, CHANGED
        elif subject.review_by != attested.subject.review_by:
            self._renew(life, new, commit, rules.TIME, "the review date moved without a new approval")
        elif subject.evidence != attested.subject.evidence:
            self._renew(life, new, commit, rules.CONTENT, "what it rests on changed after the approval")

    def _renew(self, life: Life, new: Document, commit: Commit, rule: Rule, why: str) -> None:
        """Judge again what needs new approvals while it stays approved."""
        life.attested = None
        self._judge(life, new, commit, say=False)
        if life.attested is None:
            life.why_not = why
            self._say(rule, life.path, f"{life.path} says approved, and {why}.", commit)

    def _judge(self, life: Life, new: Document, commit: Commit, *, say: bool) -> None:
        policy = self.outcome.policy
        subject = subject_of(new, self._files)
        if policy is None:
            life.why_not = "there were no approval rules when it became approved"
            if say:
                self._say(rules.UNPROVABLE, life.path, f"{life.path} becomes approved while no rules say how.", commit)
            return
        if subject is None:
            self._lost(life, commit, "has the kind or the name of another place")
            return
        subject = with_owners(subject, life)
        judgement = judge(subject, self._material(life, commit, subject), policy)
        if judgement.approved:
            self._attest(life, Attested(judgement, subject, policy, life.data or b"", commit.id, commit.committed_at))
            return
        life.why_not = next((p.sentence for p in judgement.problems), "its approvals are missing")
        if say:
            self._problems(judgement.problems, commit)

    def _attest(self, life: Life, attested: Attested) -> None:
        self.outcome.approvals += 1
        for place in attested.subject.rests_on:
            self._resting.setdefault(place, set()).add(life.path)
        life.attested, life.why_not = attested, ""
        life.last_at = max((vote.at for vote in attested.judgement.approvers), default=attested.at)
        life.approved = attested
        life.used_round = attested.judgement.round or life.used_round
        life.writers.clear()
        life.since = self.outcome.commits
        del life.owned[:-1]

    def _material(self, life: Life, commit: Commit, subject: Subject) -> Material:
        records = self._records.get(record_folder(subject.folder, subject.name), {})
        capture = self._captures.get((commit.id, subject.folder, subject.name))
        authors = tuple(
            dict.fromkeys(
                author for who in (*life.writers, *writers_of_files(self.outcome, life, subject)) for author in who
            )
        )
        return Material(records, life.used_round, capture, authors, commit.committed_at, life.last_at)

    def _look_again(self, commit: Commit, touched: set[str], changed: set[str]) -> None:
        """Judge documents again whose records or files changed while they themselves stayed as they were."""
        moved = {c.path for c in commit.changes}
        for life in self._concerned(touched, moved):
            document = life.document if life.path not in changed else None
            if document is None or status_of(document) is not Status.APPROVED:
                continue
            if record_folder(*_folder_and_name(life.path)) in touched:
                self._votes_came(life, document, commit)
            elif life.attested:
                self._still(life, document, commit)

    def _concerned(self, touched: set[str], moved: set[str]) -> list[Life]:
        folders = {"/".join(folder.split("/")[1:]) + ".yaml" for folder in touched}
        resting = {path for place in moved for above in _with_folders(place) for path in self._resting.get(above, ())}
        return [life for path in sorted(folders | resting) if (life := self.outcome.lives.get(path))]

    def _votes_came(self, life: Life, document: Document, commit: Commit) -> None:
        """Take in records that came to an approved document: an approval afterwards, a renewal, a revocation."""
        before, life.attested = life.attested, None
        subject, policy = subject_of(document, self._files), self.outcome.policy
        if subject is None or policy is None:
            return
        subject = with_owners(subject, life)
        judgement = judge(subject, self._material(life, commit, subject), policy)
        if judgement.approved:
            self._attest(life, Attested(judgement, subject, policy, life.data or b"", commit.id, commit.committed_at))
        elif before and not judgement.refused:
            life.attested = before  # an approval that is not complete yet takes nothing away
        else:
            life.why_not = next(p.sentence for p in judgement.problems)
            self._problems(judgement.problems, commit)

    # -- graves, findings ----------------------------------------------------------------------------------------

    def _grave(self, path: str, commit: Commit) -> dict[str, File]:
        grave = grave_of(path)
        for change in commit.changes:
            if change.path == grave and change.blob in self._blobs:
                return {grave: File(grave, change.mode, self._blobs[change.blob or ""])}
        return {}

    def _graves(self, commit: Commit) -> None:
        for change in filter(lambda c: is_tombstone(c.path), commit.changes):
            if change.before is not None:
                done = "is changed" if change.blob else "is gone"
                self._tell(life_rules.TOMBSTONE.at(Location(change.path), f"{change.path} {done}."), commit)
            self._buried.add(change.path)

    def _lost(self, life: Life, commit: Commit, what: str) -> None:
        life.attested, life.why_not = None, f"it {what}"
        self._say(rules.UNREADABLE, life.path, f"{life.path} {what}.", commit)

    def _problems(self, problems: Iterable[Problem], commit: Commit) -> None:
        for problem in problems:
            self._say(problem.rule, problem.path, problem.sentence, commit)

    def _say(self, rule: Rule, path: str, message: str, commit: Commit) -> None:
        self._tell(rule.at(Location(path), message), commit)

    def _tell(self, finding: Finding, commit: Commit) -> None:
        when = f"{commit.id[:12]} of {commit.committed_at:%Y-%m-%d}"
        message = f"{finding.message} (commit {when})"
        self.outcome.findings.append(
            finding.rule.at(
                finding.location, message, pointer=("history", commit.id), fix=finding.fix, severity=finding.severity
            )
        )


def writers_of_files(outcome: Outcome, life: Life, subject: Subject) -> Iterator[tuple[Author, ...]]:
    """List who wrote the files that a subject rests on since its last approval."""
    for place in subject.rests_on:
        for at, path, who in outcome.file_writers.get(_shelf(place), ()):
            if at > life.since and (path == place or path.startswith(f"{place}/")):
                yield who


def _shelf(path: str) -> str:
    """Give the first two parts of a path, by which files are found again."""
    return "/".join(path.split("/")[:2])


def _forget(outcome: Outcome) -> None:
    """Drop what was found before the first rules: nothing ruled then. That something was approved stays known."""
    outcome.findings[:] = [finding for finding in outcome.findings if finding.rule is rules.UNPROVABLE]


def _note_owners(life: Life, after: bytes | None) -> None:
    """Keep a version that could name other owners than the one before."""
    if after is not None and (not life.owned or _handles(life.owned[-1]) != _handles(after)):
        life.owned.append(after)


def with_owners(subject: Subject, life: Life) -> Subject:
    """Add the owners of all versions since the last approval: who takes a name off the list is not independent yet."""
    earlier = (subject_of(document, {}) for data in life.owned if (document := _parsed(data, life.path)))
    owners = dict.fromkeys((*subject.owners, *(owner for found in earlier if found for owner in found.owners)))
    return replace(subject, owners=tuple(owners))


def _handles(data: bytes) -> list[bytes]:
    """Give the lines that could name an owner: a handle has an @, written out or escaped."""
    return [line for line in data.split(b"\n") if b"@" in line or b"\\" in line]


def _was(life: Life, before: bytes | None) -> tuple[Status | None, bool]:
    """Give the status that a document had, and whether its content is surely the same; parsed only when it must be."""
    if before is None:
        return None, False
    written = _status_before(before, life.data) if life.data is not None else None
    if written or life.attested:
        return written or Status.APPROVED, written is not None
    old = _parsed(before, life.path)
    return (status_of(old) if old else None), False


def is_step(finding: Finding, was: Status | None) -> bool:
    """Say whether a finding is about a step to approved that one change may take when its approvals are proven.

    So a document may be drafted, submitted and approved in one pull request, and edited and approved again in another,
    whichever way they are merged. What was archived stays so.

    Args:
        finding: A finding of the change.
        was: Status before the change; None when there was no document.
    """
    steps = {None: life_rules.BORN_APPROVED, Status.DRAFT: life_rules.ILLEGAL_TRANSITION}
    if finding.rule in (life_rules.CHANGED_WHILE_APPROVED, life_rules.BASELINE_CHANGED):
        return was is not Status.ARCHIVED
    return finding.rule is steps.get(was)


def may_be_frozen(data: bytes | None) -> bool:
    """Say whether bytes could be a document that says approved or archived; never wrong when it says no."""
    return data is not None and any(word in data for word in _MAY_BE_FROZEN)


def same_but_status(before: bytes, after: bytes) -> bool:
    """Say whether only the status line differs; a no is no answer, a yes is sure."""
    return _status_before(before, after) is not None


@lru_cache(maxsize=64)
def _status_before(before: bytes, after: bytes) -> Status | None:
    """Give the status before, when only the status line differs; None is no answer.

    The line must stand right below a ``lifecycle:`` that begins a line, and be the only one that differs. What stands
    above must be whole: inside a text in quotes, lines may look like that too.
    """
    if abs(len(before) - len(after)) > _LONGEST_STATUS:
        return None
    old, new = before.split(b"\n"), after.split(b"\n")
    if len(old) != len(new):
        return None
    different = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if len(different) != 1 or different[0] == 0:
        return None
    (line,) = different
    was = _status_in(old[line])
    if old[line - 1] != b"lifecycle:" or was is None or _status_in(new[line]) is None:
        return None
    return was if line == 1 or _is_whole(b"\n".join(old[: line - 1]) + b"\n") else None


def _status_in(line: bytes) -> Status | None:
    key, _, value = line.partition(b":")
    word = value.decode("utf-8", "replace").removeprefix(" ")
    return Status(word) if key.lstrip(b" ") == b"status" and word in list(Status) else None


@lru_cache(maxsize=1024)
def _is_whole(top: bytes) -> bool:
    """Say whether the lines of the top of a document are plain ones, each whole in itself."""
    return top.isascii() and plain.read(top.decode("ascii")) is not None


def same_content(before: bytes | None, after: bytes | None, path: str) -> bool:
    """Say whether two versions of a document have the same content, whatever their status and formatting."""
    if before is None or after is None:
        return before is after
    return same_but_status(before, after) or _same_values(_parsed(before, path), _parsed(after, path))


def _same_values(before: Document | None, after: Document | None) -> bool:
    """Compare digests, unless the values differ already; two unreadable documents are the same."""
    if before is None or after is None:
        return before is after
    if any(before.value.get(key) != after.value.get(key) for key in ("kind", "spec")):
        return False
    return _digest_of(before) == _digest_of(after)


def is_document(path: str) -> bool:
    """Say whether a path is one where a governed document lies."""
    folder, _, rest = path.partition("/")
    return folder in FOLDERS and rest.endswith(".yaml") and is_name(rest.removesuffix(".yaml"))


def _with_folders(path: str) -> list[str]:
    """List a path and the folders above it."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _folder_and_name(path: str) -> tuple[str, str]:
    folder, _, rest = path.partition("/")
    return folder, rest.removesuffix(".yaml")


_read: dict[tuple[bytes, str], Document | None] = {}
_kept_bytes = [0]


def _parsed(data: bytes, path: str) -> Document | None:
    """Read a document; those read last are kept, up to KEPT_BYTES of text."""
    key = (data, path)
    if key in _read:
        _read[key] = found = _read.pop(key)
        return found
    _read[key] = found = load(data, path)[0]
    _kept_bytes[0] += len(data)
    while _kept_bytes[0] > KEPT_BYTES:
        oldest = next(iter(_read))
        del _read[oldest]
        _kept_bytes[0] -= len(oldest[0])
    return found


@lru_cache(maxsize=64)
def _digest(data: bytes, path: str) -> str | None:
    document = _parsed(data, path)
    return content_digest(document.value) if document else None


def _digest_of(document: Document) -> str | None:
    return _digest(document.data, document.path)
