"""``mlgov gate`` as a function: a proposal in, a verdict with reasons in sentences out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from mlgov.approvals import rules
from mlgov.approvals.capture import Capture
from mlgov.approvals.judge import Judgement, handle_of
from mlgov.approvals.lives import is_step
from mlgov.approvals.policy import Policy
from mlgov.approvals.proposal import Case, Proposal, is_behind, judged, record_findings
from mlgov.approvals.record import Decision
from mlgov.approvals.votes import Vote
from mlgov.errors import UsageError
from mlgov.findings import Finding, Severity
from mlgov.names import SETTINGS_FILE, Status


class Verdict(StrEnum):
    """What the gate says."""

    APPROVED = "approved"
    PENDING = "pending"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class DocumentVerdict:
    """What the gate says of one document.

    Attributes:
        path: Its path; mlgov.toml for the rules.
        before: Status at the base; empty when it is new.
        after: Status at the head; empty when it is gone.
        verdict: The verdict.
        sentences: Why, and what is needed next.
        approvers: Ids of those whose approvals count.
        costs: Ids of those whose approvals the change takes away.
    """

    path: str
    before: str
    after: str
    verdict: Verdict
    sentences: tuple[str, ...]
    approvers: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate says of a proposal.

    Attributes:
        verdict: The worst of all.
        base: Commit that it goes into.
        head: Commit that is proposed.
        documents: One entry per document that changes, the rules last.
        findings: What the check finds.
    """

    verdict: Verdict
    base: str
    head: str
    documents: tuple[DocumentVerdict, ...]
    findings: tuple[Finding, ...]


def gate(
    proposal: Proposal,
    findings: Sequence[Finding],
    captures: Mapping[str, Capture] | None = None,
    supposed: Sequence[Vote] = (),
) -> Gate:
    """Judge a proposal.

    Args:
        proposal: The proposal.
        findings: What the check of the proposal finds.
        captures: Reviews at the forge, by path of the document.
        supposed: Votes that nobody has cast.
    """
    known = captures or {}
    findings = [*findings, *record_findings(proposal)]
    findings = without_steps(findings, proposal, known, tuple(supposed))
    found = [_document(proposal, case, known.get(case.path), tuple(supposed)) for case in proposal.cases.values()]
    if proposal.rules:
        found.append(_rules(proposal, proposal.rules, known.get(SETTINGS_FILE), tuple(supposed)))
    waiting = {each.path for each in found if each.verdict is Verdict.PENDING}
    findings = [f for f in findings if not (f.location.path in waiting and _is_step(f, proposal))]
    return Gate(_worst(found, findings), proposal.base, proposal.head, tuple(found), tuple(findings))


def without_steps(
    findings: Iterable[Finding],
    proposal: Proposal,
    captures: Mapping[str, Capture],
    supposed: tuple[Vote, ...] = (),
) -> list[Finding]:
    """Leave out findings about steps to approved that a proposal may take at once, because its approvals are proven."""
    kept = []
    for finding in findings:
        case = proposal.cases.get(finding.location.path)
        judgement = judged(proposal, case, captures.get(case.path), supposed) if case and _is_approved(case) else None
        if not (judgement and judgement.approved and case and is_step(finding, case.base.status)):
            kept.append(finding)
    return kept


def left_to_the_gate(findings: Iterable[Finding], proposal: Proposal) -> list[Finding]:
    """Make notes of findings about steps to approved that reviews may prove: who asks no forge cannot know.

    That holds where the rules take reviews, a forge is named, and nobody rejected the content. The gate asks the forge,
    and the audit believes nothing that was not captured.
    """
    return [_note(f) if _reviews_may_prove(f, proposal) else f for f in findings]


def _note(finding: Finding) -> Finding:
    said = f"{finding.message} Reviews may allow it: 'mlgov gate' asks the forge."
    return replace(finding, message=said, severity=Severity.NOTE)


def _reviews_may_prove(finding: Finding, proposal: Proposal) -> bool:
    """Say whether a step would be proven if everybody approved it at the forge who may."""
    case, policy = proposal.cases.get(finding.location.path), proposal.policy
    if case is None or policy is None or policy.settings.forge.kind == "none" or not _is_step(finding, proposal):
        return False
    people = [person for person in policy.by_id.values() if person.handles and person.active and not person.bot]
    reviews = tuple(Vote(person, "approve", "review", proposal.at, "a review at the forge") for person in people)
    judgement = judged(proposal, case, supposed=reviews) if _is_approved(case) else None
    return judgement is not None and judgement.approved


def _is_step(finding: Finding, proposal: Proposal) -> bool:
    """Say whether the approvals that a document waits for would allow what a finding is about."""
    case = proposal.cases.get(finding.location.path)
    return case is not None and is_step(finding, case.base.status)


def _is_approved(case: Case) -> bool:
    return case.head.status is Status.APPROVED


def suppose(policy: Policy | None, text: str, proposal: Proposal) -> Vote:
    """Read ``approve:PERSON`` or ``reject:PERSON`` as a vote that nobody has cast.

    Raises:
        UsageError: It is written otherwise, or the rules know no such person.
    """
    decision, _, who = text.partition(":")
    if policy is None:
        raise UsageError("There are no approval rules at the base.", hint="Add [[approvals.rules]] to mlgov.toml.")
    person = policy.by_id.get(who) or policy.of_handle(who)
    if decision not in ("approve", "reject") or person is None:
        known = ", ".join(sorted(policy.by_id))
        raise UsageError(
            f"{text!r} cannot be supposed.", hint=f"Write approve:PERSON or reject:PERSON; known are {known}."
        )
    kind: Decision = "approve" if decision == "approve" else "reject"
    return Vote(person, kind, "signed", proposal.at, f"supposed of {who}")


def cost_findings(proposal: Proposal) -> list[Finding]:
    """Say whose approvals a proposal takes away."""
    found = []
    for case in proposal.cases.values():
        if (lost := costs(case)) and case.head.document:
            at = ("spec",)
            found.append(rules.COST.at(case.head.document.location(at), _lost(proposal.policy, lost), pointer=at))
    return found


def costs(case: Case) -> tuple[str, ...]:
    """List whose approvals a change takes away: those of an approved document whose content changes."""
    attested = case.life.attested
    if attested is None or case.head.subject is None or case.head.status is Status.ARCHIVED:
        return ()
    if case.head.subject.digest == attested.subject.digest and case.head.subject.evidence == attested.subject.evidence:
        return ()
    return tuple(sorted(vote.person.id for vote in attested.judgement.approvers))


def _document(proposal: Proposal, case: Case, capture: Capture | None, supposed: tuple[Vote, ...]) -> DocumentVerdict:
    before, after = str(case.base.status or ""), str(case.head.status or "")
    lost = costs(case)
    said = [_lost(proposal.policy, lost)] if lost else []
    if moved := is_behind(proposal, case):
        return DocumentVerdict(case.path, before, after, Verdict.REFUSED, (*said, moved), (), lost)
    if becomes_approved(case):
        verdict, sentences, people = _verdict(judged(proposal, case, capture, supposed))
        return DocumentVerdict(case.path, before, after, verdict, (*said, *sentences), people, lost)
    if case.head.status is Status.APPROVED and (no := _refused(proposal, case)):
        return DocumentVerdict(case.path, before, after, Verdict.REFUSED, (*said, *no), (), lost)
    if case.head.status is Status.PENDING_REVIEW:
        judgement = judged(proposal, case, capture, supposed)
        said += [f"Before it can be approved: {sentence}." for sentence in judgement.missing] if judgement else []
    return DocumentVerdict(case.path, before, after, Verdict.APPROVED, tuple(said), (), lost)


def _refused(proposal: Proposal, case: Case) -> tuple[str, ...]:
    """Say who takes back the approval of a document that goes on saying approved."""
    judgement = judged(proposal, case)
    if judgement is None or not judgement.refused:
        return ()
    return (*judgement.refused, "Set its status back to pending_review in the same change.")


def becomes_approved(case: Case) -> bool:
    """Say whether a document is approved at the head, and not just as it was approved before."""
    return case.head.status is Status.APPROVED and not _stays(case)


def _stays(case: Case) -> bool:
    """Say whether an approved document stays as it was approved; then it needs nothing."""
    attested, subject = case.life.attested, case.head.subject
    if attested is None or subject is None or case.base.status is not Status.APPROVED:
        return False
    was = attested.subject
    return (was.digest, was.evidence, was.review_by) == (subject.digest, subject.evidence, subject.review_by)


def _rules(proposal: Proposal, case: Case, capture: Capture | None, supposed: tuple[Vote, ...]) -> DocumentVerdict:
    said = "The approval rules change; the rules of the base say who approves that."
    if moved := is_behind(proposal, case):
        return DocumentVerdict(SETTINGS_FILE, "", "", Verdict.REFUSED, (said, moved))
    verdict, sentences, people = _verdict(judged(proposal, case, capture, supposed))
    return DocumentVerdict(SETTINGS_FILE, "", "", verdict, (said, *sentences), people)


def _verdict(judgement: Judgement | None) -> tuple[Verdict, tuple[str, ...], tuple[str, ...]]:
    if judgement is None:
        return Verdict.REFUSED, ("There are no approval rules at the base, so nothing can be approved.",), ()
    people = tuple(vote.person.id for vote in judgement.approvers)
    if judgement.approved:
        return Verdict.APPROVED, (f"Approved by {' and '.join(people)}.",), people
    missing = [f"{sentence[:1].upper()}{sentence[1:]}." for sentence in judgement.missing]
    wrong = [p.sentence for p in judgement.problems if p.rule.code != "MLG-V004"]
    hard = judgement.refused or not judgement.missing
    return (Verdict.REFUSED if hard else Verdict.PENDING), (*missing, *wrong), people


def _lost(policy: Policy | None, lost: Iterable[str]) -> str:
    people = policy.by_id if policy else {}
    names = [handle_of(people[who]) if who in people else who for who in lost]
    return f"This change costs the approval of {' and '.join(names)}."


def _worst(found: Iterable[DocumentVerdict], findings: Iterable[Finding]) -> Verdict:
    verdicts = {each.verdict for each in found}
    if Verdict.REFUSED in verdicts or any(finding.severity is Severity.ERROR for finding in findings):
        return Verdict.REFUSED
    return Verdict.PENDING if Verdict.PENDING in verdicts else Verdict.APPROVED
