"""Takes waived findings out of a check's result, and says of every waiver that does not hold why.

A waiver holds when it is approved by the history of the base (or of HEAD) and still says the same in what is judged. It
covers the findings that it names, rule by rule: as soon as the document has one more finding of a rule than is covered,
all of that rule count again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from mlgov.approvals.audit import replay
from mlgov.approvals.contents import same_content
from mlgov.approvals.effective import Effective, standing
from mlgov.approvals.lives import Life, Outcome
from mlgov.approvals.record import FOLDER as RECORDS
from mlgov.approvals.record import RULES_FOLDER, RULES_NAME, record_folder
from mlgov.checks.rules import WAIVABLE
from mlgov.checks.tree import Governed, governed_paths, read_document
from mlgov.documents import Document, find, load
from mlgov.findings import Finding, Severity, Waived, in_order
from mlgov.lifecycle import json_digest, status_of
from mlgov.names import SETTINGS_FILE, Kind, Status, folder_of
from mlgov.ports import REGULAR_FILE, Repository, Snapshot
from mlgov.waivers import WaiverDocument, rules

FOLDER = folder_of(Kind.WAIVER)

#: Said of waivers where nothing can prove an approval.
UNATTESTED = "Nothing proves its approval: there are no approval rules."

#: What tells one finding from another: its fingerprint and, inside a list, the item that it is about.
_Mark = tuple[str, str | None]
_Group = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What waivers are judged by.

    Attributes:
        outcome: What the history says of waivers and rules at ``ref``; None when nothing is committed.
        ref: How people call that place.
        today: The day of the check.
    """

    outcome: Outcome | None
    ref: str
    today: date


@dataclass(frozen=True, slots=True)
class Sifted:
    """Findings, sorted out.

    Attributes:
        kept: Findings that count, with what is to be said of waivers, in order.
        waived: Findings that do not, in order.
    """

    kept: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """A waiver that holds.

    Attributes:
        document: As written.
        waiver: As its model.
        attested: Whether its approval is proven.
    """

    document: Document
    waiver: WaiverDocument
    attested: bool


def history_of_waivers(repository: Repository, ledger: Mapping[str, bytes], ref: str) -> Outcome:
    """Replay what a branch did to waivers, their approvals and the rules.

    Args:
        repository: The governance repository.
        ledger: Records of the ledger, by path.
        ref: The branch.

    Raises:
        GitError: The history is not whole, or git failed.
    """
    paths = (FOLDER, f"{RECORDS}/{FOLDER}", record_folder(RULES_FOLDER, RULES_NAME), SETTINGS_FILE)
    return replay(repository, ledger, ref, paths)


def sift(findings: Sequence[Finding], snapshot: Snapshot, ground: Ground) -> Sifted:
    """Take out the findings that are waived.

    Args:
        findings: What a check of ``snapshot`` found.
        snapshot: What is judged.
        ground: What waivers are judged by.
    """
    holding, said = waivers_in(snapshot, ground)
    covered, owner = _covered(holding)
    current: dict[_Group, list[tuple[_Mark, Finding]]] = {group: [] for group in covered}
    marks = partial(mark_of, documents=_Documents(snapshot))
    for finding in findings:
        if (group := (finding.location.path, finding.rule.code)) in covered:
            current[group].append((marks(finding), finding))
    waived: dict[int, Waived] = {}
    for group, found in current.items():
        if Counter(mark for mark, _ in found) <= covered[group]:
            waived |= {id(finding): _waived(finding, owner[group, mark]) for mark, finding in found}
    said += [finding for each in holding for finding in _shortcomings(each, covered, current)]
    kept = in_order([*(f for f in findings if id(f) not in waived), *said])
    return Sifted(tuple(kept), tuple(sorted(waived.values(), key=lambda each: each.finding.location)))


def waivers_in(snapshot: Snapshot, ground: Ground) -> tuple[list[Holding], list[Finding]]:
    """Give the waivers that hold, by path, and say of the others why they do not.

    What cannot be read, is archived or has expired is told by the check of the document itself, if at all.
    """
    holding, said = [], []
    for path, kind in _paths(snapshot):
        found = read_document(snapshot[path], kind).governed
        if found is None or not isinstance(found.typed, WaiverDocument) or not _is_wanted(found.typed, ground.today):
            continue
        if why := why_not(found, ground):
            at = ("lifecycle", "status")
            level = Severity.NOTE if _is_on_its_way(found, ground) else Severity.WARNING
            said.append(rules.NOT_IN_FORCE.at(found.document.location(at), why, pointer=at, severity=level))
        else:
            holding.append(Holding(found.document, found.typed, _is_attested(ground)))
    return holding, said


def why_not(found: Governed, ground: Ground) -> str:
    """Say why a waiver does not hold, as a sentence; empty when it does."""
    status, path = found.typed.lifecycle.status, found.document.path
    if status is not Status.APPROVED:
        return f"The waiver covers nothing yet: it is {status.value.replace('_', ' ')}."
    life = ground.outcome.lives.get(path) if ground.outcome else None
    if life is None or not _says_the_same(found, life):
        return f"The waiver covers nothing yet: it is not approved like this at {ground.ref}."
    if ground.outcome is None or ground.outcome.policy is None:
        until = found.typed.lifecycle.review_by
        return f"The approval of the waiver ended on {until}." if until and until < ground.today else ""
    where = standing(life, ground.today)
    if where.effective is not Effective.APPROVED:
        return f"The waiver covers nothing: {where.reason[0].lower()}{where.reason[1:]}"
    return _too_long(found.typed.spec.expires, life)


def _is_on_its_way(found: Governed, ground: Ground) -> bool:
    """Say whether a waiver takes the ordinary way to its approval; then nothing is wrong with it."""
    life = ground.outcome.lives.get(found.document.path) if ground.outcome else None
    return found.typed.lifecycle.status is not Status.APPROVED or life is None or not _says_the_same(found, life)


def _too_long(expires: date, life: Life) -> str:
    """Judge the term from the approval on; from the day of the check on it would grow shorter by waiting."""
    if life.attested is None:
        return ""
    days = life.attested.policy.settings.waivers.max_days
    latest = life.attested.at.date() + timedelta(days=days)
    if expires <= latest:
        return ""
    return f"The waiver covers nothing: it was approved until {expires}, and only {latest} is allowed."


def mark_of(finding: Finding, documents: "_Documents") -> _Mark:
    """Give what tells a finding from others."""
    return finding.fingerprint, documents.item_digest(finding)


def entry_of(finding: Finding, snapshot: Snapshot) -> dict[str, str]:
    """Write the entry of a waiver that covers a finding."""
    fingerprint, item = mark_of(finding, _Documents(snapshot))
    says = finding.message if len(finding.message) <= 256 else f"{finding.message[:255]}…"
    entry = {"code": finding.rule.code, "fingerprint": fingerprint, "item": item, "says": says}
    return {key: value for key, value in entry.items() if value is not None}


class _Documents:
    """The documents that findings are in, each read once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._read: dict[str, Document | None] = {}

    def item_digest(self, finding: Finding) -> str | None:
        """Digest the innermost list item that a finding is about; None outside of lists."""
        depth = max((i + 1 for i, key in enumerate(finding.pointer) if isinstance(key, int)), default=0)
        if not depth:
            return None
        document = self._document(finding.location.path)
        return json_digest(find(document.value, finding.pointer[:depth])[1]) if document else ""

    def _document(self, path: str) -> Document | None:
        if path not in self._read:
            file = self._snapshot.get(path)
            self._read[path] = load(file.data, path)[0] if file and file.mode == REGULAR_FILE else None
        return self._read[path]


def _is_wanted(waiver: WaiverDocument, today: date) -> bool:
    is_over = waiver.lifecycle.status is Status.APPROVED and waiver.spec.expires < today
    return waiver.lifecycle.status is not Status.ARCHIVED and not is_over


def _says_the_same(found: Governed, life: Life) -> bool:
    if life.data is None or life.document is None or status_of(life.document) is not Status.APPROVED:
        return False
    return same_content(life.data, found.document.data, found.document.path)


def _covered(holding: Iterable[Holding]) -> tuple[dict[_Group, Counter[_Mark]], dict[tuple[_Group, _Mark], Holding]]:
    """List what is covered by document and rule, and which waiver covers it: of several, the one that lasts longest."""
    covered: dict[_Group, Counter[_Mark]] = {}
    owner: dict[tuple[_Group, _Mark], Holding] = {}
    for each in sorted(holding, key=lambda each: each.waiver.spec.expires):
        for group, marks in _marks(each).items():
            covered[group] = covered.get(group, Counter()) | marks
            owner |= {(group, mark): each for mark in marks}
    return covered, owner


def _marks(holding: Holding) -> dict[_Group, Counter[_Mark]]:
    """List what a waiver covers; what names a hard rule covers nothing."""
    spec = holding.waiver.spec
    found: dict[_Group, Counter[_Mark]] = {}
    for entry in spec.findings:
        if entry.code in WAIVABLE:
            found.setdefault((spec.path, entry.code), Counter())[entry.fingerprint, entry.item] += 1
    return found


def _waived(finding: Finding, by: Holding) -> Waived:
    spec = by.waiver.spec
    return Waived(finding, by.document.path, spec.reason, spec.expires.isoformat(), by.attested)


def _shortcomings(
    holding: Holding,
    covered: Mapping[_Group, Counter[_Mark]],
    current: Mapping[_Group, Sequence[tuple[_Mark, Finding]]],
) -> Iterator[Finding]:
    """Say of a waiver that holds which rules have outgrown it, or that it covers nothing that is there."""
    document, at = holding.document, ("spec", "findings")
    is_used = False
    for group, marks in _marks(holding).items():
        there = Counter(mark for mark, _ in current[group])
        is_used = is_used or any(mark in there for mark in marks)
        more = (there - covered[group]).total()
        if more:
            path, code = group
            message = f"{path} has {more} more of {code} than the waiver covers, so all of {code} in it count again."
            entry = next(i for i, each in enumerate(holding.waiver.spec.findings) if each.code == code)
            place = (*at, entry)
            yield rules.OUTGROWN.at(document.location(place), message, pointer=place)
    if not is_used and _marks(holding):
        yield rules.UNUSED.at(document.location(at), "The waiver covers nothing that is there.", pointer=at)


@dataclass(frozen=True, slots=True)
class Listed:
    """A waiver in a list.

    Attributes:
        name: Its name.
        waiver: The waiver.
        state: ``in force``, ``not in force``, ``expired`` or ``archived``.
        attested: Whether its approval is proven.
        reason: Why it is not in force, or that nothing proves its approval; empty otherwise.
    """

    name: str
    waiver: WaiverDocument
    state: str
    attested: bool
    reason: str = ""


def list_waivers(snapshot: Snapshot, ground: Ground) -> list[Listed]:
    """List every waiver that can be read, by name."""
    read = [read_document(snapshot[path], kind).governed for path, kind in _paths(snapshot)]
    return [_listed(found, found.typed, ground) for found in read if found and isinstance(found.typed, WaiverDocument)]


def _listed(found: Governed, waiver: WaiverDocument, ground: Ground) -> Listed:
    if waiver.lifecycle.status is Status.ARCHIVED:
        return Listed(found.name, waiver, "archived", attested=False)
    if why := why_not(found, ground):
        return Listed(found.name, waiver, "not in force", attested=False, reason=why)
    attested = _is_attested(ground)
    if waiver.spec.expires < ground.today:
        return Listed(found.name, waiver, "expired", attested)
    return Listed(found.name, waiver, "in force", attested, "" if attested else UNATTESTED)


def _is_attested(ground: Ground) -> bool:
    return ground.outcome is not None and ground.outcome.policy is not None


def _paths(snapshot: Snapshot) -> Iterator[tuple[str, Kind]]:
    return governed_paths(path for path in snapshot if path.startswith(f"{FOLDER}/"))
