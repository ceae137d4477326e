"""Roles as those who may do things: askable, and with the people and services who may assume them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mlgov.roles.access_grants import LiveGrant, principal_words, with_grants
from mlgov.roles.policy import RenderedRole, TrustStatement
from mlgov.roles.schema import RoleDocument
from mlgov.roles.simulation import SimulatedRole, simulate


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may assume a role.

    Attributes:
        principal: Who, in words.
        grant: Name of the access grant; empty when the role itself trusts them.
        until: When that ends; None when it does not.
    """

    principal: str
    grant: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A role that can be asked what it may do.

    Attributes:
        name: Name of its document.
        title: Its name for people.
        account: Its account; a made-up one when it names none.
        region: Its region; a made-up one when it names none.
        partition: Its partition.
        simulated: The role to ask.
        activities: Name of each of its policies -> the activity that the policy is of.
        holders: Who may assume it.
    """

    name: str
    title: str
    account: str
    region: str
    partition: str
    simulated: SimulatedRole
    activities: Mapping[str, str]
    holders: tuple[Holder, ...]


def subject_of(
    role: RoleDocument,
    rendered: RenderedRole,
    grants: Iterable[LiveGrant] = (),
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> Subject:
    """Make a role askable.

    Args:
        role: The role.
        rendered: The role rendered from it.
        grants: Its live grants.
        known: Documents of the policies that it attaches, by ARN, as far as they are known.

    Raises:
        UsageError: A document is none that IAM accepts.
    """
    live = list(grants)
    # Inline: one policy for each activity, so that a statement is found under the name that people know.
    alone = replace(with_grants(rendered, live), policy_type="inline")
    spec = role.spec
    return Subject(
        name=role.metadata.name,
        title=role.metadata.title or role.metadata.name,
        account=spec.account or "000000000000",
        region=spec.region or "us-east-1",
        partition=spec.partition,
        simulated=simulate(spec, alone, known),
        activities={policy.name: policy.activity for policy in alone.policies},
        holders=(*_trusted(rendered), *_granted(live)),
    )


def _trusted(rendered: RenderedRole) -> Iterator[Holder]:
    for statement in rendered.trust:
        said = "; ".join(_condition(statement))
        for principal in statement.principals:
            yield Holder(f"{principal} ({said})" if said else principal)


def _condition(statement: TrustStatement) -> Iterator[str]:
    """Say which holders of tokens are meant; what ties a service to the account says nothing of people."""
    for condition in statement.conditions:
        if statement.kind == "Federated" and condition.key.endswith(":sub"):
            yield ", ".join(condition.values)


def _granted(grants: Iterable[LiveGrant]) -> Iterator[Holder]:
    for grant in sorted(grants, key=lambda each: each.name):
        yield Holder(principal_words(grant.spec.principal), grant.name, grant.spec.expires)
