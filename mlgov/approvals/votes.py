"""Votes: what each person decided about one content, by signed record or review, and why some do not count."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mlgov.approvals import rules
from mlgov.approvals.capture import Capture, CapturedReview, evidence_digest, when
from mlgov.approvals.policy import Author, Policy
from mlgov.approvals.record import Decided, Decision, RecordError, chain, read_record, round_of
from mlgov.findings import Rule
from mlgov.names import Kind, RiskRating
from mlgov.settings import EvidenceKind, Person

#: A signature may be this much younger than the commit that it is in: clocks differ.
CLOCK_TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Subject:
    """What claims to be approved, at one commit.

    Attributes:
        folder: Folder of its kind; ``rules`` for the approval rules.
        name: Its name.
        path: Path of the file.
        kind: Its kind; None for the approval rules.
        digest: Content digest.
        risk_rating: Declared risk; None for kinds that have none.
        owners: Owners, each with a leading ``@``.
        requesters: Who asks for it, likewise; they approve nothing, whatever the rules say of owners.
        review_by: Review date as ``2026-12-31``; None when it has none.
        evidence: Digest by path of every file that it rests on; empty text for one that is missing.
        rests_on: The files and folders that it names.
        has_statements: Whether it is a role with statements of its own, which a security officer must see.
    """

    folder: str
    name: str
    path: str
    kind: Kind | None
    digest: str
    risk_rating: RiskRating | None = None
    owners: tuple[str, ...] = ()
    requesters: tuple[str, ...] = ()
    review_by: str | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    rests_on: tuple[str, ...] = ()
    has_statements: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """What is there to judge a subject by.

    Attributes:
        records: Its signed records at the commit, bytes by path.
        used_round: The last round that an earlier approval used; 0 when there was none.
        capture: Reviews captured for the commit; None when there are none.
        authors: Who wrote the content since the last approval.
        at: Aware time of the commit.
        not_before: Aware time of the last approval; None when there was none.
        supposed: Votes that nobody has cast, to answer what would happen if somebody did.
        known: Paths of the records that were there at the last approval.
    """

    records: Mapping[str, bytes]
    used_round: int
    capture: Capture | None
    authors: tuple[Author, ...]
    at: datetime
    not_before: datetime | None = None
    supposed: tuple["Vote", ...] = ()
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something does not count.

    Attributes:
        rule: The rule that is broken.
        sentence: What is wrong.
        path: The record, or the document.
    """

    rule: Rule
    sentence: str
    path: str


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's decision.

    Attributes:
        person: Who.
        decision: approve, reject or revoke.
        evidence: How it is proven.
        at: When, as far as the evidence says.
        source: Path of the record, or the review in words.
        problems: Why it does not count; empty when it does. A rejection counts whatever is wrong with its context.
        authors: Authors of the content that the vote's own evidence names.
        pushers: Accounts that handled the content; they count against this vote alone.
    """

    person: Person
    decision: Decision
    evidence: EvidenceKind
    at: datetime
    source: str
    problems: tuple[Problem, ...] = ()
    authors: tuple[Author, ...] = ()
    pushers: tuple[Author, ...] = ()


@dataclass(frozen=True, slots=True)
class Ballot:
    """All votes on a subject.

    Attributes:
        votes: The last vote of each person and kind of evidence.
        refused: What is no vote at all: damaged records, unknown signers.
        round: The latest round of signed records that has not been used; 0 when there is none.
    """

    votes: tuple[Vote, ...]
    refused: tuple[Problem, ...]
    round: int


def collect(subject: Subject, material: Material, policy: Policy) -> Ballot:
    """Read all votes on a subject.

    Args:
        subject: What is judged.
        material: What there is to judge it by.
        policy: The rules in force.
    """
    latest = max(map(round_of, material.records), default=0)
    fresh = latest if latest > material.used_round else 0
    votes: list[Vote] = []
    refused: list[Problem] = []
    for path, data in sorted(material.records.items()):
        is_late = round_of(path) <= material.used_round
        if is_late and path in material.known:
            continue
        found = _signed(path, data, subject, material, policy)
        if not is_late or (isinstance(found, Vote) and found.decision != "approve"):
            _add(found, votes, refused)  # who says no in a round that is over says it all the same
    if material.capture:
        for review in _last_of_each(material.capture.reviews):
            _add(_review(review, material.capture, subject, policy), votes, refused)
    if not fresh and not votes:
        refused.extend(_used(subject, material, latest))
    return Ballot(_last_votes([*votes, *material.supposed]), tuple(refused), fresh)


def parse_author(text: str) -> Author:
    """Read ``Name <email>``, or a name alone."""
    name, _, rest = text.rpartition(" <")
    return Author(name, rest[:-1]) if name and rest.endswith(">") else Author(text)


def misplaced(path: str, data: bytes, records: Mapping[str, bytes]) -> Problem | None:
    """Say why a new file among records is none: its form, or a round that is not the next one.

    Args:
        path: Its path.
        data: Its bytes.
        records: The records that are there.
    """
    try:
        read_record(data, path)
    except RecordError as error:
        return Problem(rules.FORM, str(error), path)
    latest = max(map(round_of, records), default=0)
    if round_of(path) > latest + 1:
        return Problem(rules.PLACE, f"{path} leaves out rounds: the last one is {latest}.", path)
    return None


def _add(found: Vote | list[Problem], votes: list[Vote], refused: list[Problem]) -> None:
    if isinstance(found, Vote):
        votes.append(found)
    else:
        refused.extend(found)


def _signed(path: str, data: bytes, subject: Subject, material: Material, policy: Policy) -> Vote | list[Problem]:
    try:
        decided, sealed = read_record(data, path)
    except RecordError as error:
        return [Problem(rules.FORM, str(error), path)]
    try:
        key = sealed.signer()
    except ValueError as error:
        return [Problem(rules.SIGNATURE, f"{path}: {error}", path)]
    signer = policy.of_key(key.line)
    if wrong := _wrong_signer(signer, f"The key {key.fingerprint}", path) or _other_person(decided, signer, path):
        return [wrong]
    assert signer is not None  # noqa: S101 - _wrong_signer says so
    problems = tuple(_problems(decided, path, subject, material, policy))
    authors = tuple(map(parse_author, decided.authors))
    return Vote(signer, decided.decision, "signed", decided.signed_at, path, problems, authors)


def _wrong_signer(signer: Person | None, what: str, path: str) -> Problem | None:
    if signer is None:
        return Problem(rules.SIGNER, f"{what} belongs to nobody in the rules in force.", path)
    if signer.bot:
        return Problem(rules.SIGNER, f"{what} belongs to the bot {signer.id}; a bot never counts.", path)
    if not signer.active:
        return Problem(rules.SIGNER, f"{what} belongs to {signer.id}, who is not active any more.", path)
    return None


def _other_person(decided: Decided, signer: Person | None, path: str) -> Problem | None:
    if signer is None or decided.person == signer.id:
        return None
    return Problem(rules.SIGNER, f"{path} says {decided.person}, and its key belongs to {signer.id}.", path)


def _problems(decided: Decided, path: str, subject: Subject, material: Material, policy: Policy) -> Iterator[Problem]:
    yield from _content(decided, path, subject)
    yield from _context(decided, path, policy)
    if decided.prev != chain(material.records, decided.round):
        yield Problem(rules.CHAIN, f"{path} does not follow the records of the earlier rounds.", path)
    yield from _time(decided, path, material, policy)


def _content(decided: Decided, path: str, subject: Subject) -> Iterator[Problem]:
    if decided.digest != subject.digest:
        yield Problem(rules.CONTENT, f"{path} is about other content: {decided.digest}, not {subject.digest}.", path)
    elif decided.evidence != subject.evidence:
        changed = sorted({p for p, _ in dict(decided.evidence).items() ^ dict(subject.evidence).items()})
        yield Problem(rules.CONTENT, f"{path} rests on other bytes of {changed[0]}.", path)
    elif decided.review_by != subject.review_by:
        yield Problem(
            rules.CONTENT, f"{path} approves until {decided.review_by}, the document says {subject.review_by}.", path
        )


def _context(decided: Decided, path: str, policy: Policy) -> Iterator[Problem]:
    if decided.repository != policy.repository:
        yield Problem(rules.CONTEXT, f"{path} is for the repository {decided.repository!r}.", path)
    if decided.policy != policy.digest:
        yield Problem(rules.CONTEXT, f"{path} was signed under other rules.", path)


def _time(decided: Decided, path: str, material: Material, policy: Policy) -> Iterator[Problem]:
    days = policy.settings.approvals.max_age_days
    if decided.signed_at > material.at + CLOCK_TOLERANCE:
        yield Problem(rules.TIME, f"{path} was signed at {decided.signed_at:%Y-%m-%d %H:%M}, after its commit.", path)
    if decided.signed_at < material.at - timedelta(days=days):
        yield Problem(rules.TIME, f"{path} is older than {days} days.", path)
    if material.not_before and decided.signed_at < material.not_before - CLOCK_TOLERANCE:
        yield Problem(rules.TIME, f"{path} is older than the approval before it.", path)


def _review(review: CapturedReview, capture: Capture, subject: Subject, policy: Policy) -> Vote | list[Problem]:
    source = f"review {review.id} of pull request {capture.pull_request} by @{review.handle}"
    if review.state not in ("approved", "changes_requested"):
        return []
    reviewer = policy.of_handle(review.handle)
    what = f"The account @{review.handle}"
    wrong = _wrong_signer(reviewer, what, subject.path)
    if wrong is None and review.bot:
        wrong = Problem(rules.SIGNER, f"{what} is a bot; a bot never counts.", subject.path)
    if wrong:
        return [wrong] if review.state == "approved" else []
    at = when(review.submitted_at)
    if at is None:
        return [Problem(rules.FORM, f"The {source} has no time.", subject.path)]
    assert reviewer is not None  # noqa: S101 - _wrong_signer says so
    decision: Decision = "approve" if review.state == "approved" else "reject"
    problems = tuple(_review_problems(review, source, subject))
    authors, pushers = (tuple(map(parse_author, names)) for names in (capture.authors, capture.pushers))
    return Vote(reviewer, decision, "review", at, source, problems, authors, pushers)


def _review_problems(review: CapturedReview, source: str, subject: Subject) -> Iterator[Problem]:
    if review.digest != subject.digest:
        yield Problem(rules.CONTENT, f"The {source} is about other content.", subject.path)
    elif review.evidence != evidence_digest(subject.evidence):
        yield Problem(rules.CONTENT, f"The {source} rests on other bytes of the evidence.", subject.path)
    elif review.review_by != (subject.review_by or ""):
        yield Problem(rules.CONTENT, f"The {source} saw the review date {review.review_by or 'none'}.", subject.path)


def _last_of_each(reviews: Iterable[CapturedReview]) -> list[CapturedReview]:
    """Keep the last review of each account that takes a side; a dismissed one is taken back, a comment takes none."""
    last: dict[str, CapturedReview] = {}
    for review in sorted(reviews, key=lambda r: (r.submitted_at, r.id)):
        if review.state != "commented":
            last[review.handle.casefold()] = review
    return list(last.values())


def _last_votes(votes: Iterable[Vote]) -> tuple[Vote, ...]:
    """Keep the last vote of each person and kind of evidence; signed ones are in the order of their rounds."""
    last: dict[tuple[str, str], Vote] = {}
    for vote in votes:
        key = (vote.person.id, vote.evidence)
        if key not in last or vote.evidence == "signed" or vote.at >= last[key].at:
            last[key] = vote
    return tuple(last.values())


def _used(subject: Subject, material: Material, latest: int) -> Iterator[Problem]:
    """Say that the records of earlier approvals are all there is, when somebody might take them for new ones."""
    for path, data in sorted(material.records.items()):
        if round_of(path) == latest:
            try:
                decided = read_record(data, path)[0]
            except RecordError:
                continue
            if decided.digest == subject.digest and decided.decision == "approve":
                yield Problem(rules.CHAIN, f"{path} was used by an earlier approval already.", path)
