"""Which access grants count: approved by the history of a commit, still the same there, begun and not over.

As with waivers, the history decides and not the file: a grant that says approved without proof gives nothing. Where
there are no approval rules, what says approved in git counts, as it does for roles.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

from mlgov.approvals.audit import replay
from mlgov.approvals.contents import same_content
from mlgov.approvals.effective import Effective, Standing, standing
from mlgov.approvals.lives import Life, Outcome
from mlgov.approvals.record import FOLDER as RECORDS
from mlgov.approvals.record import RULES_FOLDER, RULES_NAME, record_folder
from mlgov.checks.tree import Governed
from mlgov.lifecycle import status_of
from mlgov.names import SETTINGS_FILE, Kind, Status, folder_of
from mlgov.ports import Repository
from mlgov.roles.access_grants import AccessGrantDocument, LiveGrant

FOLDER = folder_of(Kind.ACCESS_GRANT)


class GrantState(StrEnum):
    """What a grant is at a moment."""

    IN_FORCE = "in force"
    NOT_STARTED = "not started"
    NOT_IN_FORCE = "not in force"
    EXPIRED = "expired"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class GrantStanding:
    """A grant and what it is.

    Attributes:
        name: Its name.
        grant: The grant.
        state: What it is.
        reason: Why it gives nothing, or that nothing proves its approval; empty otherwise.
        approvers: Ids of those who approved it.
    """

    name: str
    grant: AccessGrantDocument
    state: GrantState
    reason: str = ""
    approvers: tuple[str, ...] = ()

    @property
    def live(self) -> LiveGrant | None:
        """The grant as a role takes it; None when it gives nothing now."""
        return LiveGrant(self.name, self.grant.spec) if self.state is GrantState.IN_FORCE else None


#: Said of grants where nothing can prove an approval.
UNATTESTED = "Nothing proves its approval: there are no approval rules."


def history_of_grants(repository: Repository, ledger: Mapping[str, bytes], ref: str) -> Outcome:
    """Replay what a branch did to grants, their approvals and the rules.

    Args:
        repository: The governance repository.
        ledger: Records of the ledger, by path.
        ref: The branch.

    Raises:
        GitError: The history is not whole, or git failed.
    """
    paths = (FOLDER, f"{RECORDS}/{FOLDER}", record_folder(RULES_FOLDER, RULES_NAME), SETTINGS_FILE)
    return replay(repository, ledger, ref, paths)


def grant_standings(
    grants: Iterable[Governed], outcome: Outcome | None, now: datetime, max_days: int | None = None
) -> list[GrantStanding]:
    """Say what each grant is.

    Args:
        grants: The grants, as they lie where they are to be judged.
        outcome: What the history says of grants and rules; None when nothing is committed.
        now: The present time, aware.
        max_days: The longest term by the settings, for where no approval says under which settings it was given;
            None: any.
    """
    return [_standing(found, cast(AccessGrantDocument, found.typed), outcome, now, max_days) for found in grants]


def live_by_role(standings: Sequence[GrantStanding]) -> dict[str, list[LiveGrant]]:
    """List the grants that give something now, by role."""
    found: dict[str, list[LiveGrant]] = {}
    for each in standings:
        if live := each.live:
            found.setdefault(live.spec.role, []).append(live)
    return found


def beside_roles(standings: Iterable[GrantStanding], roles: Mapping[str, Standing]) -> list[GrantStanding]:
    """Take the force from grants whose role is not approved.

    Args:
        standings: The grants.
        roles: Where each role stands, by name; empty when there are no approval rules.
    """
    return [_beside(each, roles.get(each.grant.spec.role)) for each in standings]


def _beside(each: GrantStanding, role: Standing | None) -> GrantStanding:
    if each.state not in (GrantState.IN_FORCE, GrantState.NOT_STARTED) or role is None:
        return each
    is_declared = not each.approvers and role.declared is Status.APPROVED
    if role.effective is Effective.APPROVED or is_declared:
        return each
    reason = f"The role {each.grant.spec.role} is {role.effective.value.replace('_', ' ')}. {role.reason}"
    return GrantStanding(each.name, each.grant, GrantState.NOT_IN_FORCE, reason, each.approvers)


def _standing(
    found: Governed, grant: AccessGrantDocument, outcome: Outcome | None, now: datetime, max_days: int | None
) -> GrantStanding:
    status, spec = grant.lifecycle.status, grant.spec
    if status is Status.ARCHIVED:
        return GrantStanding(found.name, grant, GrantState.ARCHIVED)
    if spec.expires <= now:
        return GrantStanding(found.name, grant, GrantState.EXPIRED, f"It ended at {spec.expires:%Y-%m-%dT%H:%M:%SZ}.")
    if status is not Status.APPROVED:
        reason = f"It is {status.value.replace('_', ' ')}."
        return GrantStanding(found.name, grant, GrantState.NOT_IN_FORCE, reason)
    life = outcome.lives.get(found.document.path) if outcome else None
    if outcome is None or life is None or not _says_the_same(found, life):
        return GrantStanding(found.name, grant, GrantState.NOT_IN_FORCE, "It is not committed like this.")
    begun = GrantState.NOT_STARTED if spec.starts and spec.starts > now else GrantState.IN_FORCE
    if outcome.policy is None:
        return _declared(found.name, grant, begun, now, max_days)
    where = standing(life, now.date())
    why = where.reason if where.effective is not Effective.APPROVED else _too_long(grant, life)
    return GrantStanding(found.name, grant, GrantState.NOT_IN_FORCE if why else begun, why, where.approvers)


def _declared(
    name: str, grant: AccessGrantDocument, begun: GrantState, now: datetime, max_days: int | None
) -> GrantStanding:
    until = grant.lifecycle.review_by
    if until and until < now.date():
        return GrantStanding(name, grant, GrantState.NOT_IN_FORCE, f"Its approval ended on {until}.")
    if max_days is not None and grant.spec.expires.date() > now.date() + timedelta(days=max_days):
        return GrantStanding(name, grant, GrantState.NOT_IN_FORCE, f"mlgov.toml allows {max_days} days from now on.")
    return GrantStanding(name, grant, begun, UNATTESTED)


def _too_long(grant: AccessGrantDocument, life: Life) -> str:
    """Judge the term from the approval on, by the rules of that day; empty when it is short enough."""
    if life.attested is None:
        return ""
    days = life.attested.policy.settings.grants.max_days
    latest = life.attested.at.date() + timedelta(days=days)
    if grant.spec.expires.date() <= latest:
        return ""
    return f"It was approved until {grant.spec.expires:%Y-%m-%d}, and only {latest} is allowed."


def _says_the_same(found: Governed, life: Life) -> bool:
    if life.data is None or life.document is None or status_of(life.document) is not Status.APPROVED:
        return False
    return same_content(life.data, found.document.data, found.document.path)
