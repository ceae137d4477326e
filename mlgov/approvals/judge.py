"""Whether the votes on a subject are the approvals that the rules ask for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mlgov.approvals import rules
from mlgov.approvals.policy import Author, Policy
from mlgov.approvals.votes import Material, Problem, Subject, Vote, collect
from mlgov.settings import ApprovalRule, GovernanceRole, Need, Person

ROLE_TITLES: dict[GovernanceRole, str] = {
    "owner": "an owner",
    "validator": "a model validator",
    "risk_officer": "a risk officer",
    "admin": "an administrator",
    "security": "a security officer",
}


#: What a role with statements of its own needs beside what the settings ask for: nobody reviewed those permissions once
#: for all, as with the activities.
STATEMENTS_RULE = ApprovalRule(name="Statements of its own", needs=(Need(role="security"),))


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a rule that a person fills.

    Attributes:
        rule: Name of the rule.
        role: The role.
        vote: The vote that fills it.
    """

    rule: str
    role: GovernanceRole
    vote: Vote


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a subject is approved.

    Attributes:
        approved: Whether everything holds.
        places: Who fills which place.
        missing: What is missing, as sentences.
        problems: What is wrong, first what concerns single votes; empty votes and damaged records among them.
        refused: Sentences of those who rejected or revoked.
        round: Round of the signed records that were used; 0 when none were.
        valid_until: Last day of the approval; None when it has no end.
    """

    approved: bool
    places: tuple[Place, ...]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]
    refused: tuple[str, ...]
    round: int
    valid_until: date | None

    @property
    def approvers(self) -> tuple[Vote, ...]:
        """The votes that count, one per person."""
        return tuple({place.vote.person.id: place.vote for place in self.places}.values())


def judge(subject: Subject, material: Material, policy: Policy) -> Judgement:
    """Judge a subject by the rules V001 to V010.

    Args:
        subject: What claims to be approved.
        material: What there is to judge it by.
        policy: The rules in force before the change.
    """
    applying = _rules_for(subject, policy)
    ballot = collect(subject, material, policy)
    authors = (*material.authors, *(author for vote in ballot.votes for author in vote.authors))
    votes = [_unasked(_independent(vote, authors, policy), subject, policy) for vote in ballot.votes]
    refused = list(_refusals(votes, applying, policy))
    counting = [vote for vote in votes if vote.decision == "approve" and not vote.problems]
    places: list[Place] = []
    missing: list[str] = []
    for rule in applying:
        filled, lacking = _fill(rule, counting, subject, authors, policy)
        places += filled
        missing += lacking
    time_problems = [*_term(subject, material, applying), *_missing_evidence(subject)]
    problems = [*ballot.refused, *(p for vote in votes for p in vote.problems), *refused, *time_problems]
    problems += _owners(counting, applying, subject, policy)
    if not applying:
        missing.append("no approval rule fits this document, so nobody can approve it")
    if missing:
        problems.append(Problem(rules.THRESHOLD, f"Approvals are missing: {'; '.join(missing)}.", subject.path))
    approved = not missing and not refused and not time_problems
    until = None if time_problems else _day(subject.review_by)
    sentences = tuple(problem.sentence for problem in refused)
    return Judgement(approved, tuple(places), tuple(missing), tuple(problems), sentences, ballot.round, until)


def _rules_for(subject: Subject, policy: Policy) -> list[ApprovalRule]:
    approvals = policy.settings.approvals
    if subject.kind is None:
        return [ApprovalRule(name="A change of rules", needs=approvals.changes, evidence=approvals.changes_evidence)]
    found = policy.rules_for(subject.kind, subject.risk_rating)
    return [*found, STATEMENTS_RULE] if found and subject.has_statements else found


def _independent(vote: Vote, authors: Iterable[Author], policy: Policy) -> Vote:
    written = [author for author in (*authors, *vote.pushers) if policy.of_author(author) is vote.person]
    if vote.decision != "approve" or not written:
        return vote
    said = f"{vote.person.id} wrote the content ({written[0].name}) and cannot approve it: {vote.source}."
    return replace(vote, problems=(*vote.problems, Problem(rules.INDEPENDENCE, said, vote.source)))


def _unasked(vote: Vote, subject: Subject, policy: Policy) -> Vote:
    """Take the approval from whoever asks for what is to be approved."""
    if vote.decision != "approve" or not policy.owns(vote.person, subject.requesters):
        return vote
    said = f"{vote.person.id} asks for it and cannot approve it: {vote.source}."
    return replace(vote, problems=(*vote.problems, Problem(rules.INDEPENDENCE, said, vote.source)))


def _refusals(votes: Iterable[Vote], applying: Sequence[ApprovalRule], policy: Policy) -> Iterator[Problem]:
    """Find who rejected this content and has a say in it."""
    asked = {need.role for rule in applying for need in rule.needs} | {"admin"}
    for vote in votes:
        other_content = any(problem.rule is rules.CONTENT for problem in vote.problems)
        if vote.decision != "approve" and not other_content and policy.roles[vote.person.id] & asked:
            done = "revoked the approval" if vote.decision == "revoke" else "rejected this content"
            yield Problem(rules.DECISION, f"{vote.person.id} {done}: {vote.source}.", vote.source)


def _term(subject: Subject, material: Material, applying: Iterable[ApprovalRule]) -> Iterator[Problem]:
    today, until = material.at.date(), _day(subject.review_by)
    if subject.review_by and until is None:
        yield Problem(rules.TIME, f"The review date {subject.review_by!r} is no day of the calendar.", subject.path)
        return
    if until and until < today:
        yield Problem(rules.TIME, f"The review date {until} is past.", subject.path)
    terms = [(rule.max_term_days, rule.name) for rule in applying if rule.max_term_days]
    if not terms:
        return
    days, name = min(terms)
    if until is None:
        said = f"There is no lifecycle.review_by, and the rule {name!r} lets an approval last {days} days at most."
        yield Problem(rules.TIME, said, subject.path)
    elif until > today + timedelta(days=days):
        said = (
            f"review_by is {until}; the rule {name!r} allows {days} days, that is until {today + timedelta(days=days)}."
        )
        yield Problem(rules.TIME, said, subject.path)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _missing_evidence(subject: Subject) -> Iterator[Problem]:
    for path, digest in subject.evidence.items():
        if not digest:
            yield Problem(rules.CONTENT, f"{subject.path} rests on {path}, which is not there.", subject.path)


def _fill(
    rule: ApprovalRule, votes: Sequence[Vote], subject: Subject, authors: Sequence[Author], policy: Policy
) -> tuple[list[Place], list[str]]:
    """Give each place of a rule to a person, as many places as possible (Kuhn's augmenting paths)."""
    wanted = [need for need in rule.needs for _ in range(need.count)]
    able = {vote.person.id: vote for vote in votes if vote.evidence in rule.evidence}
    choices = [[p for p, vote in able.items() if _may(vote.person, need, subject, policy)] for need in wanted]
    holder: dict[str, int] = {}
    for place in range(len(wanted)):
        _place(place, choices, holder, set())
    filled = {place: able[person] for person, place in holder.items()}
    lacking = [need for place, need in enumerate(wanted) if place not in filled]
    places = [Place(rule.name, wanted[place].role, vote) for place, vote in sorted(filled.items())]
    return places, [
        _sentence(rule, need, lacking.count(need), subject, authors, policy) for need in dict.fromkeys(lacking)
    ]


def _place(place: int, choices: Sequence[Sequence[str]], holder: dict[str, int], tried: set[str]) -> bool:
    for person in choices[place]:
        if person in tried:
            continue
        tried.add(person)
        if person not in holder or _place(holder[person], choices, holder, tried):
            holder[person] = place
            return True
    return False


def _may(person: Person, need: Need, subject: Subject, policy: Policy) -> bool:
    if need.role not in policy.roles[person.id]:
        return False
    return "owners" not in need.independent_of or not policy.owns(person, subject.owners)


def _owners(
    votes: Iterable[Vote], applying: Iterable[ApprovalRule], subject: Subject, policy: Policy
) -> Iterator[Problem]:
    """Say of owners why their approval fills no place that their role would give them."""
    needs = [need for rule in applying for need in rule.needs]
    for vote in votes:
        fitting = [need for need in needs if need.role in policy.roles[vote.person.id]]
        if fitting and not any(_may(vote.person, need, subject, policy) for need in fitting):
            said = f"{vote.person.id} owns the document and cannot approve it: {vote.source}."
            yield Problem(rules.INDEPENDENCE, said, vote.source)


def _sentence(
    rule: ApprovalRule, need: Need, count: int, subject: Subject, authors: Sequence[Author], policy: Policy
) -> str:
    barred = {found.id for author in authors if (found := policy.of_author(author))}
    barred |= {person.id for person in policy.by_id.values() if policy.owns(person, subject.requesters)}
    if "owners" in need.independent_of:
        barred |= {person.id for person in policy.by_id.values() if policy.owns(person, subject.owners)}
    named = [handle_of(policy.by_id[who]) for who in sorted(barred) if need.role in policy.roles[who]]
    who = f" who is not {' or '.join(named)}" if named else ""
    how = " with a signed record" if rule.evidence == ("signed",) else ""
    many = "approval" if count == 1 else "approvals"
    return f"needs {count} more {many} by {ROLE_TITLES[need.role]}{who}{how} ({rule.name})"


def handle_of(person: Person) -> str:
    """Give the handle by which people know a person."""
    return f"@{person.handles[0]}" if person.handles else person.id
