"""Replays the first-parent history and judges every status of every document on the way.

Rules are those of the last approved mlgov.toml before each commit. Trees are compared along first parents, so nothing
that a merge brings is invisible. A commit is judged by what it leaves behind, not by how it came.

What keeps it fast: a document is parsed only when its bytes could say approved or archived on one side of a change; all
other moves are legal and prove nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from mlgov.approvals import rules
from mlgov.approvals.capture import Capture
from mlgov.approvals.contents import digest_of, is_document, may_be_frozen, parsed, same_content
from mlgov.approvals.judge import judge
from mlgov.approvals.lives import (
    Attested,
    Life,
    Outcome,
    is_step,
    note_owners,
    status_was,
    with_owners,
    writers_of_files,
)
from mlgov.approvals.policy import Policy, read_policy
from mlgov.approvals.record import FOLDER, RULES_FOLDER, RULES_NAME, place_of, record_folder
from mlgov.approvals.resting import Rest
from mlgov.approvals.votes import Material, Problem, Subject, misplaced
from mlgov.approvals.writers import Writers
from mlgov.documents import Document
from mlgov.errors import SettingsError
from mlgov.findings import Finding, Location, Rule
from mlgov.lifecycle import Versions, check_transition, status_of
from mlgov.lifecycle import rules as life_rules
from mlgov.lifecycle.digest import bytes_digest
from mlgov.lifecycle.tombstones import grave_of, is_buried, is_tombstone
from mlgov.lifecycle.transitions import LEGAL
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, SETTINGS_FILE, Status
from mlgov.ports import REGULAR_FILE, Commit, File, FileChange, SideCommit

#: What a replay reads of a repository.
FOLDERS_READ = (*FOLDERS, *ATTACHMENT_FOLDERS, FOLDER, SETTINGS_FILE)
#: Commits whose contents are held in memory at once.
CHUNK = 500
_GONE = "000000"

#: Why a document is not approved any more whose content is another than the approved one.
CHANGED = "its content changed after the approval"

_FROZEN = (Status.APPROVED, Status.ARCHIVED)

#: Says whether an edit from one content to another keeps the approval, under a policy.
KeepsApproval = Callable[[Document, Document, Policy], bool]
ReadBlobs = Callable[[Iterable[str]], dict[str, bytes]]


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
        self.outcome = Outcome()
        self._writers = Writers(self.outcome, beside)
        self._rest = Rest()
        self._records: dict[str, dict[str, bytes]] = {}
        self._rules = self.outcome.rules
        self._blobs: dict[str, bytes] = {}
        self._buried: set[str] = set()
        self._touched: set[str] = set()

    def run(self, commits: Sequence[Commit]) -> Outcome:
        """Replay commits of the first-parent line, oldest first."""
        for start in range(0, len(commits), CHUNK):
            chunk = commits[start : start + CHUNK]
            self._blobs = self._read(sorted(self._wanted(chunk)))
            for commit in chunk:
                self._step(commit)
        return self.outcome

    def _wanted(self, chunk: Iterable[Commit]) -> set[str]:
        sides = [side for commit in chunk for side in self._writers.beside(commit)]
        blobs = {c.blob for commit in (*chunk, *sides) for c in commit.changes}
        blobs |= {c.before for commit in sides for c in commit.changes}
        return {blob for blob in blobs if blob}

    def _step(self, commit: Commit) -> None:
        self.outcome.commits += 1
        documents = [c for c in commit.changes if is_document(c.path)]
        self._writers.note(commit, self._blobs)
        self._writers.inherit(documents)
        self._rest.note(commit, self._blobs)
        self._touched = self._note_records(commit)
        self._change_rules(commit)
        for change in documents:
            self._change_document(commit, change)
        self._graves(commit)
        self._look_again(commit, {change.path for change in documents})

    # -- records -------------------------------------------------------------------------------------------------

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

    def _change_rules(self, commit: Commit) -> None:
        change = next((c for c in commit.changes if c.path == SETTINGS_FILE), None)
        folder = record_folder(RULES_FOLDER, RULES_NAME)
        if change is None and not (folder in self._touched and self._rules.why_not):
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
            self._rules.known = frozenset(self._records.get(record_folder(RULES_FOLDER, RULES_NAME), ()))
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
        note_owners(life, after)
        if change.mode in (REGULAR_FILE, _GONE) and not (may_be_frozen(before) or may_be_frozen(after)):
            if after is None and change.blob is None and before is not None:
                self._gone(life, before, commit)
            return
        new = parsed(after, life.path) if after is not None else None
        if change.mode not in (REGULAR_FILE, _GONE):
            self._lost(life, commit, f"is no plain file (git mode {change.mode})")
        elif change.blob and new is None:
            self._lost(life, commit, "cannot be read")
        elif new is None:
            self._gone(life, before, commit)
        else:
            self._judge_move(life, before, new, commit)

    def _gone(self, life: Life, before: bytes | None, commit: Commit) -> None:
        old = parsed(before, life.path) if before is not None else None
        life.attested = None
        if old is None:
            return
        grave = self._grave(life.path, commit)
        if not (grave and is_buried(life.path, old, grave)):
            for finding in check_transition(Versions(life.path, old, None)):
                self._tell(finding, commit)

    def _judge_move(self, life: Life, before: bytes | None, new: Document, commit: Commit) -> None:
        was, same = status_was(life, before)
        now = status_of(new)
        holds = life.attested is not None and now in _FROZEN and self._holds(life.attested, new)
        if now is not Status.APPROVED:
            life.attested, life.why_not = None, ""
        elif was is Status.APPROVED and (holds or same_content(before, new.data, life.path)):
            self._stays(life, new, commit)
        else:
            life.attested = None
            self._judge(life, new, commit, say=was is not Status.APPROVED)
            holds = life.attested is not None
            life.why_not = life.why_not if was is not Status.APPROVED or holds else CHANGED
        if was and now in (was, *LEGAL[was]) and (same or now not in _FROZEN):
            return  # nothing to find, and the document before need not be parsed
        old = parsed(before, life.path) if before is not None else None
        for finding in check_transition(Versions(life.path, old, new)):
            if not (holds and is_step(finding, was)):
                self._tell(finding, commit)

    def _holds(self, attested: Attested, new: Document) -> bool:
        """Say whether a content is the approved one, or differs from it only by what keeps the approval."""
        if digest_of(new) == attested.subject.digest:
            return True
        approved = parsed(attested.data, attested.subject.path)
        return approved is not None and self._keeps(approved, new, attested.policy)

    def _stays(self, life: Life, document: Document, commit: Commit) -> None:
        """Look at an approved document that says what it said before: its records or its files may have changed."""
        if record_folder(*_folder_and_name(life.path)) in self._touched:
            self._votes_came(life, document, commit)
        else:
            self._still(life, document, commit)

    def _still(self, life: Life, new: Document, commit: Commit) -> None:
        """Look whether an approved document is still what was approved."""
        attested, subject = life.attested, self._rest.subject(new)
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
        subject = self._rest.subject(new)
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
        self._rest.hold(attested.subject)
        life.attested, life.why_not = attested, ""
        life.last_at = max((vote.at for vote in attested.judgement.approvers), default=attested.at)
        life.approved = attested
        life.used_round = attested.judgement.round or life.used_round
        life.known = frozenset(self._records.get(record_folder(*_folder_and_name(life.path)), ()))
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
        at = commit.committed_at
        return Material(records, life.used_round, capture, authors, at, life.last_at, known=life.known)

    def _look_again(self, commit: Commit, changed: set[str]) -> None:
        """Judge documents again whose records or files changed while they themselves stayed as they were."""
        moved = {c.path for c in commit.changes}
        for life in self._concerned(moved):
            document = life.document if life.path not in changed else None
            if document is not None and status_of(document) is Status.APPROVED:
                self._stays(life, document, commit)

    def _concerned(self, moved: set[str]) -> list[Life]:
        folders = {"/".join(folder.split("/")[1:]) + ".yaml" for folder in self._touched}
        paths = sorted(folders | self._rest.documents_on(moved))
        return [life for path in paths if (life := self.outcome.lives.get(path))]

    def _votes_came(self, life: Life, document: Document, commit: Commit) -> None:
        """Take in records that came to an approved document: an approval afterwards, a renewal, a revocation."""
        before, life.attested = life.attested, None
        subject, policy = self._rest.subject(document), self.outcome.policy
        if subject is None or policy is None:
            return
        subject = with_owners(subject, life)
        judgement = judge(subject, self._material(life, commit, subject), policy)
        if judgement.approved:
            self._attest(life, Attested(judgement, subject, policy, life.data or b"", commit.id, commit.committed_at))
        elif before and not judgement.refused:
            life.attested = before  # an approval that is not complete yet takes nothing away, and gives nothing either
            self._still(life, document, commit)
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


def _forget(outcome: Outcome) -> None:
    """Drop what was found before the first rules: nothing ruled then. That something was approved stays known."""
    outcome.findings[:] = [finding for finding in outcome.findings if finding.rule is rules.UNPROVABLE]


def _folder_and_name(path: str) -> tuple[str, str]:
    folder, _, rest = path.partition("/")
    return folder, rest.removesuffix(".yaml")
