"""What somebody who approves, rejects or revokes is about to sign, and the files that come of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlgov.approvals import rules
from mlgov.approvals.envelope import RECORD_LIMIT_BYTES, pae, render
from mlgov.approvals.judge import Judgement
from mlgov.approvals.policy import Policy
from mlgov.approvals.proposal import Case, Proposal, is_behind, judged, record_findings
from mlgov.approvals.public_keys import load_public_key
from mlgov.approvals.record import (
    Decided,
    Decision,
    RecordError,
    chain,
    read_record,
    record_folder,
    round_of,
)
from mlgov.approvals.sshsig import NAMESPACE, verify
from mlgov.approvals.votes import Vote
from mlgov.errors import UsageError
from mlgov.lifecycle.proposals import moved
from mlgov.names import Status
from mlgov.ports import Signer
from mlgov.settings import Person

#: A statement that is longer makes a record that nobody accepts; base64 takes a third more, and a signature some.
PAYLOAD_LIMIT_BYTES = RECORD_LIMIT_BYTES * 3 // 4 - 8 * 2**10


@dataclass(frozen=True, slots=True)
class Ready:
    """What is ready to be signed.

    Attributes:
        decided: The statement.
        judgement: What the rules say once it is signed.
        problems: Why it would not count, as sentences.
    """

    decided: Decided
    judgement: Judgement
    problems: tuple[str, ...]


def signer_of(policy: Policy, line: str) -> Person:
    """Find the person whose key this is.

    Raises:
        UsageError: The rules in force know no active person with that key.
    """
    person = policy.of_key(line)
    if person is None:
        fingerprint = load_public_key(line).fingerprint
        hint = "Name another key with --key; mlgov.toml of the base says whose keys count."
        raise UsageError(f"The key {fingerprint} belongs to nobody in the rules in force.", hint=hint)
    if person.bot or not person.active:
        raise UsageError(f"The key belongs to {person.id}, who is {'a bot' if person.bot else 'not active any more'}.")
    return person


def ready(proposal: Proposal, case: Case, person: Person, decision: Decision) -> Ready:
    """Work out the statement of one person about one document of a proposal.

    Raises:
        UsageError: There are no rules, or there is nothing to decide about.
    """
    policy, subject = proposal.policy, case.head.subject
    if policy is None or subject is None:
        raise UsageError(f"{case.path} cannot be approved: there are no rules at the base, or it cannot be read.")
    if decision == "approve" and _stands(case):
        raise UsageError(f"{case.path} is approved as it is; there is nothing to approve.")
    if missing := [path for path, digest in subject.evidence.items() if not digest]:
        said = f"{case.path} rests on {missing[0]}, which is not there."
        raise UsageError(said, hint="Commit it, or correct its path.")
    number = _round(case, policy, person)
    decided = Decided(
        folder=subject.folder,
        name=subject.name,
        digest=subject.digest,
        decision=decision,
        round=number,
        prev=chain(case.material.records, number),
        person=person.id,
        policy=policy.digest,
        repository=policy.repository,
        signed_at=proposal.at.replace(microsecond=0),
        review_by=subject.review_by,
        authors=tuple(f"{a.name} <{a.email}>" if a.email else a.name for a in case.material.authors),
        evidence=dict(subject.evidence),
    )
    vote = Vote(person, decision, "signed", decided.signed_at, decided.path)
    judgement = judged(proposal, case, supposed=(vote,))
    assert judgement is not None  # noqa: S101 - there are rules and a subject
    problems = tuple(p.sentence for p in judgement.problems if p.path == decided.path and p.rule is not rules.DECISION)
    if decision == "approve" and not problems and not any(p.vote.person is person for p in judgement.places):
        problems = (f"{person.id} has no role that is needed here: {'; '.join(judgement.missing) or 'all is there'}.",)
    if decision != "approve" and not judgement.refused:
        problems = (f"{person.id} has no say in the approval of {case.path}.",)
    if decision == "approve" and (moved := is_behind(proposal, case)):
        problems = (*problems, moved)
    broken = [f.message for f in record_findings(proposal) if f.location.path.startswith(f"{_folder(case)}/")]
    return Ready(decided, judgement, (*problems, *broken))


def _stands(case: Case) -> bool:
    """Say whether a document is approved as it is at the head."""
    attested, subject = case.life.attested, case.head.subject
    if attested is None or subject is None or case.head.status is not Status.APPROVED:
        return False
    was = attested.subject
    return (was.digest, was.evidence, was.review_by) == (subject.digest, subject.evidence, subject.review_by)


def _folder(case: Case) -> str:
    subject = case.head.subject
    return record_folder(subject.folder, subject.name) if subject else ""


def sealed(decided: Decided, signer: Signer) -> bytes:
    """Sign a statement and give the bytes of its record.

    Raises:
        SigningError: The key did not sign.
        UsageError: The record would be too large.
    """
    payload = decided.statement()
    if len(payload) > PAYLOAD_LIMIT_BYTES:
        named = f"{len(decided.evidence)} files and {len(decided.authors)} authors"
        hint = "Let the document rest on fewer files, or have it approved before so many have written it."
        raise UsageError(f"The record would name {named}, which is more than one can hold.", hint=hint)
    signature = signer.sign(pae(payload), NAMESPACE)
    return render(payload, signature, verify(signature, pae(payload), NAMESPACE).fingerprint)


def files_of(case: Case, found: Ready, record: bytes) -> Mapping[str, bytes | None]:
    """Give the files that a signed decision changes: the record, and the status when it was the last one needed."""
    files: dict[str, bytes | None] = {found.decided.path: record}
    document = case.head.document
    is_last = found.decided.decision == "approve" and found.judgement.approved
    if is_last and document and case.head.status is Status.PENDING_REVIEW:
        files[case.path] = moved(document, Status.APPROVED)
    return files


def _round(case: Case, policy: Policy, person: Person) -> int:
    """Choose the round: the open one, when it is about this content under these rules and the person is not in it."""
    records = case.material.records
    latest = max(map(round_of, records), default=0)
    if latest <= case.material.used_round or not _is_open(case, policy, latest, person.id):
        return latest + 1
    return latest


def _is_open(case: Case, policy: Policy, latest: int, person: str) -> bool:
    subject = case.head.subject
    for path, data in case.material.records.items():
        if round_of(path) != latest:
            continue
        try:
            decided = read_record(data, path)[0]
        except RecordError:
            return False
        same = subject is not None and (decided.digest, decided.policy) == (subject.digest, policy.digest)
        if not same or decided.person == person:
            return False
    return True
