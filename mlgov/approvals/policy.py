"""The approval rules of one commit as a value: who holds which role, who stands behind a key, a handle or a commit."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mlgov.lifecycle.digest import json_digest
from mlgov.names import SETTINGS_FILE, Kind, RiskRating
from mlgov.settings import ApprovalRule, GovernanceRole, Person, Settings, key_text, load

#: The tables of mlgov.toml that are rules. A change in one of them needs an approval of its own.
RULE_TABLES = ("approvals", "people", "teams", "required", "diff", "ledger", "waivers", "grants", "hooks")

_NOREPLY = re.compile(r"(?:\d+\+)?(?P<handle>[^@]+)@users\.noreply\.[^@]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Author:
    """Who a commit or a pull request says made it. A claim: it counts against an approver and never for one.

    Attributes:
        name: A name, or a handle at the forge.
        email: An address; empty when there is none.
    """

    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """The approval rules of one commit.

    Attributes:
        settings: The settings that hold them.
        digest: Digest of the tables that are rules; a record names it.
        by_id: Persons by id.
        roles: Governance roles by id of a person, those of teams included.
        teams: Teams of a person, by the person's id, each with its leading ``@``.
    """

    settings: Settings
    digest: str
    by_id: Mapping[str, Person]
    roles: Mapping[str, frozenset[GovernanceRole]]
    teams: Mapping[str, frozenset[str]]
    _by_key: Mapping[str, str] = field(repr=False)
    _by_handle: Mapping[str, str] = field(repr=False)
    _by_email: Mapping[str, str] = field(repr=False)

    @property
    def repository(self) -> str:
        """What the repository calls itself."""
        return self.settings.approvals.repository

    def of_key(self, line: str) -> Person | None:
        """Find the person that a public key (``type base64``) belongs to."""
        return self.by_id.get(self._by_key.get(key_text(line), ""))

    def of_handle(self, handle: str) -> Person | None:
        """Find the person that an account at the forge belongs to."""
        return self.by_id.get(self._by_handle.get(handle.removeprefix("@").casefold(), ""))

    def of_author(self, author: Author) -> Person | None:
        """Find the person that a commit's author seems to be: by address, by handle, or by the name itself."""
        address = author.email.casefold()
        noreply = _NOREPLY.fullmatch(address)
        return (
            self.by_id.get(self._by_email.get(address, ""))
            or (self.of_handle(noreply["handle"]) if noreply else None)
            or self.of_handle(author.name)
            or self.by_id.get(author.name)
        )

    def owns(self, person: Person, owners: Iterable[str]) -> bool:
        """Say whether a person, or a team of theirs, is among the owners of a document (each with a leading ``@``)."""
        names = {f"@{handle}".casefold() for handle in person.handles} | {f"@{person.id}"}
        names |= {team.casefold() for team in self.teams.get(person.id, frozenset())}
        return any(owner.casefold() in names for owner in owners)

    def rules_for(self, kind: Kind, risk_rating: RiskRating | None) -> list[ApprovalRule]:
        """List the rules that apply to a document."""
        return [rule for rule in self.settings.approvals.rules if _fits(rule, kind, risk_rating)]


def read_policy(data: bytes, path: str = SETTINGS_FILE) -> Policy | None:
    """Read the approval rules out of mlgov.toml; None when it has none, so that nothing can be proven under it.

    Raises:
        SettingsError: The file cannot be used.
    """
    settings = load(data, path)
    if not settings.approvals.rules:
        return None
    people, teams = settings.people, settings.teams
    return Policy(
        settings=settings,
        digest=_rules_digest(data),
        by_id={person.id: person for person in people},
        roles={
            person.id: frozenset(person.roles).union(*(t.roles for t in teams.values() if person.id in t.members))
            for person in people
        },
        teams={
            person.id: frozenset(name for name, team in teams.items() if person.id in team.members) for person in people
        },
        _by_key={key_text(line): person.id for person in people for line in person.keys},
        _by_handle={handle.casefold(): person.id for person in people for handle in person.handles},
        _by_email={email.casefold(): person.id for person in people for email in person.emails},
    )


def _rules_digest(data: bytes) -> str:
    """Digest the tables that are rules as they are written, so that every version of mlgov digests them alike."""
    values = tomllib.loads(data.decode())
    return json_digest({name: values[name] for name in RULE_TABLES if name in values})


def _fits(rule: ApprovalRule, kind: Kind, risk_rating: RiskRating | None) -> bool:
    return (not rule.kind or kind in rule.kind) and (not rule.risk_rating or risk_rating in rule.risk_rating)
