"""What became of each document in a history."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from mlgov.approvals.contents import (
    head_of,
    parsed,
    status_before,
)
from mlgov.approvals.judge import Judgement
from mlgov.approvals.policy import Author, Policy
from mlgov.approvals.subjects import people_of
from mlgov.approvals.votes import Subject
from mlgov.documents import Document
from mlgov.findings import Finding
from mlgov.lifecycle import rules as life_rules
from mlgov.lifecycle import status_of
from mlgov.names import SETTINGS_FILE, Status

#: Folders of documents whose owners stand in the metadata alone.
_OWNERS_IN_HEAD = ("cards", "roles", "monitors")


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
        known: Paths of the records that were there then.
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
    known: frozenset[str] = frozenset()
    last_at: datetime | None = None
    writers: list[tuple[Author, ...]] = field(default_factory=list)
    owned: list[bytes] = field(default_factory=list)
    ever: dict[tuple[Author, ...], None] = field(default_factory=dict)
    since: int = 0
    commit: str = ""

    @property
    def document(self) -> Document | None:
        """The document, when it can be read."""
        return parsed(self.data, self.path) if self.data is not None else None


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


def writers_of_files(outcome: Outcome, life: Life, subject: Subject) -> Iterator[tuple[Author, ...]]:
    """List who wrote the files that a subject rests on since its last approval."""
    for place in subject.rests_on:
        for at, path, who in outcome.file_writers.get(shelf(place), ()):
            if at > life.since and (path == place or path.startswith(f"{place}/")):
                yield who


def shelf(path: str) -> str:
    """Give the first two parts of a path, by which files are found again."""
    return "/".join(path.split("/")[:2])


def note_owners(life: Life, after: bytes | None) -> None:
    """Keep a version that could name other owners than the one before."""
    if after is not None and (not life.owned or _handles(life.owned[-1]) != _handles(after)):
        life.owned.append(after)


def with_owners(subject: Subject, life: Life) -> Subject:
    """Add the owners of all versions since the last approval: who takes a name off the list is not independent yet."""
    said = [people_of(found) for data in life.owned if (found := _with_owners_in(data, life.path))]
    owners = dict.fromkeys((*subject.owners, *(who for owners, _ in said for who in owners)))
    requesters = dict.fromkeys((*subject.requesters, *(who for _, asking in said for who in asking)))
    return replace(subject, owners=tuple(owners), requesters=tuple(requesters))


def _with_owners_in(data: bytes, path: str) -> Document | None:
    """Read as much of a version as names its owners."""
    return (head_of(data, path) if path.partition("/")[0] in _OWNERS_IN_HEAD else None) or parsed(data, path)


def _handles(data: bytes) -> list[bytes]:
    """Give the lines that could name an owner: a handle has an @, written out or escaped."""
    return [*_lines_with(data, b"@"), *_lines_with(data, b"\\")]


def _lines_with(data: bytes, mark: bytes) -> Iterator[bytes]:
    """List the lines that hold a mark; most lines hold none and are never cut out."""
    at = data.find(mark)
    while at >= 0:
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        yield data[data.rfind(b"\n", 0, at) + 1 : end]
        at = data.find(mark, end)


def status_was(life: Life, before: bytes | None) -> tuple[Status | None, bool]:
    """Give the status that a document had, and whether its content is surely the same; parsed only when it must be."""
    if before is None:
        return None, False
    written = status_before(before, life.data) if life.data is not None else None
    if written or life.attested:
        return written or Status.APPROVED, written is not None
    old = parsed(before, life.path)
    return (status_of(old) if old else None), False


#: Rule of the roles about an activity that changes under them; by its code, because its module takes a while to load.
_PERMISSIONS = "MLG-R023"


def is_step(finding: Finding, was: Status | None) -> bool:
    """Say whether a finding is about a step to approved that one change may take when its approvals are proven.

    So a document may be drafted, submitted and approved in one pull request, and edited and approved again in another,
    whichever way they are merged. What was archived stays so.

    Args:
        finding: A finding of the change.
        was: Status before the change; None when there was no document.
    """
    if finding.rule.code == _PERMISSIONS:
        return was is Status.APPROVED
    steps = {None: life_rules.BORN_APPROVED, Status.DRAFT: life_rules.ILLEGAL_TRANSITION}
    if finding.rule in (life_rules.CHANGED_WHILE_APPROVED, life_rules.BASELINE_CHANGED):
        return was is not Status.ARCHIVED
    return finding.rule is steps.get(was)
