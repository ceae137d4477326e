"""Who may approve what: persons, teams and approval rules, as ``mlgov.toml`` says them."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from mlgov.names import Kind, RiskRating
from mlgov.settings.table import Table

GovernanceRole = Literal["owner", "validator", "risk_officer", "admin", "security"]
EvidenceKind = Literal["review", "signed"]
Independence = Literal["authors", "owners"]

PersonId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Handle = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(\[bot\])?$")]
TeamHandle = Annotated[str, StringConstraints(pattern=r"^@[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^\s<>@]+@[^\s<>@]+$", max_length=254)]
KeyLine = Annotated[str, StringConstraints(pattern=r"^[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( [^\n]*)?$", max_length=2048)]


class Person(Table):
    """Somebody who may approve.

    Attributes:
        id: Short name; records and their file names carry it.
        handles: Accounts at the forge. All of them are one person.
        emails: Addresses under which this person commits; they tell authors from approvers.
        keys: SSH public keys, each as one line ``type base64``.
        roles: Governance roles that this person holds, beside those of the teams.
        bot: Whether it is a machine. A bot never counts.
        active: Whether approvals of today count; False for somebody who has left, whose handles and keys stay known.
    """

    id: PersonId
    handles: tuple[Handle, ...] = ()
    emails: tuple[Email, ...] = ()
    keys: tuple[KeyLine, ...] = ()
    roles: tuple[GovernanceRole, ...] = ()
    bot: bool = False
    active: bool = True


class Team(Table):
    """A team of the forge.

    Attributes:
        roles: Governance roles that every member holds.
        members: Ids of persons.
    """

    roles: tuple[GovernanceRole, ...] = ()
    members: tuple[PersonId, ...] = Field(min_length=1)


class Need(Table):
    """So many distinct persons in one role.

    Attributes:
        role: The role.
        count: How many persons.
        independent_of: Of whom each must be independent: the authors of the content, the owners of the document.
    """

    role: GovernanceRole
    count: int = Field(default=1, ge=1, le=20)
    independent_of: tuple[Independence, ...] = ("authors", "owners")

    @field_validator("independent_of")
    @classmethod
    def _never_the_author(cls, value: tuple[Independence, ...]) -> tuple[Independence, ...]:
        if "authors" not in value:
            raise PydanticCustomError("independence", "nobody approves their own change; keep 'authors' in the list")
        return value


class ApprovalRule(Table):
    """Which approvals some documents need. Every rule that fits a document applies.

    Attributes:
        name: What the rule is called, for people.
        kind: Kinds it is about; empty means all.
        risk_rating: Risk ratings it is about; empty means all. Only cards have one: a rule that names ratings fits
            no other kind.
        needs: Who has to approve. One person fills one place.
        evidence: What counts as an approval: a review at the forge, a signed record in the repository, or either.
        max_term_days: How long an approval lasts at most; None for no end beside the document's review_by.
    """

    name: str = Field(min_length=1, max_length=100)
    kind: tuple[Kind, ...] = ()
    risk_rating: tuple[RiskRating, ...] = ()
    needs: tuple[Need, ...] = Field(min_length=1)
    evidence: tuple[EvidenceKind, ...] = Field(default=("review", "signed"), min_length=1)
    max_term_days: int | None = Field(default=None, ge=1, le=3660)


class ApprovalSettings(Table):
    """The approval rules of a repository.

    Attributes:
        repository: What this repository calls itself in records, so that they prove nothing elsewhere.
        rules: The rules. Without one, no approval can be proven.
        changes: Who has to approve a change of these rules, of persons, of teams, of required fields and of what counts
            as material.
        changes_evidence: What counts as an approval of such a change.
        max_age_days: How old a signature may be when its document becomes approved.
        keeps_approval: Edits of an approved card that keep its approval, by the diff's significance: ``none``, those
            that are cosmetic, or those that are informative as well.
    """

    repository: str = Field(default="", max_length=200)
    rules: tuple[ApprovalRule, ...] = ()
    changes: tuple[Need, ...] = Field(default=(Need(role="admin", independent_of=("authors",)),), min_length=1)
    changes_evidence: tuple[EvidenceKind, ...] = Field(default=("review", "signed"), min_length=1)
    max_age_days: int = Field(default=30, ge=1, le=366)
    keeps_approval: Literal["none", "cosmetic", "informative"] = "none"


def check_roster(people: Iterable[Person], teams: dict[str, Team]) -> None:
    """Refuse what would let one person count as two, or nobody be found.

    Raises:
        PydanticCustomError: An id, handle, address or key belongs to two persons, or a team has an unknown member.
    """
    people = list(people)
    _once("id", (person.id for person in people))
    _once("handle", (handle.casefold() for person in people for handle in person.handles))
    _once("email", (email.casefold() for person in people for email in person.emails))
    _once("key", (key_text(line) for person in people for line in person.keys))
    known = {person.id for person in people}
    for name, team in teams.items():
        if unknown := sorted(set(team.members) - known):
            raise PydanticCustomError(
                "member",
                "{team} has the member {name}, who is in no [[people]] table",
                {"team": name, "name": unknown[0]},
            )


def key_text(line: str) -> str:
    """Give a public key without its comment."""
    return " ".join(line.split(" ")[:2])


def _once(what: str, values: Iterable[str]) -> None:
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise PydanticCustomError("twice", "the {what} {value} is there twice", {"what": what, "value": twice[0]})
