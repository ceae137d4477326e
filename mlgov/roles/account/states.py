"""A role with its managed policies as one value: as an account has it, or as a spec wants it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlgov.errors import UsageError
from mlgov.ports import AccountPolicy, AccountRole
from mlgov.roles.account.documents import canonical
from mlgov.roles.assembly import ROLE_PREFIX
from mlgov.roles.iam_json import iam_value
from mlgov.roles.policy import RenderedRole

#: The tag of what we own; its value is what the repository calls itself.
OWNER_TAG = "mlgov:managed-by"
#: The tag of a managed policy that names its role.
ROLE_TAG = "mlgov:role"
#: Tags that IAM takes.
TAGS_MAX = 50


@dataclass(frozen=True, slots=True)
class RoleState:
    """A role and the managed policies that are parts of it.

    Attributes:
        role: The role; None when only policies are there.
        policies: The managed policies that belong to it by their tags, sorted by ARN.
    """

    role: AccountRole | None
    policies: tuple[AccountPolicy, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """ARNs of attached policies that are no parts of the role."""
        own = {policy.arn for policy in self.policies}
        return tuple(arn for arn in (self.role.attached if self.role else ()) if arn not in own)

    def documents(self) -> Iterator[tuple[str, Any]]:
        """Give the name and the document, in its one form, of each policy that permits something."""
        yield from ((name, canonical(document)) for name, document in (self.role.inline if self.role else ()))
        attached = set(self.role.attached if self.role else ())
        yield from ((each.name, canonical(each.document)) for each in self.policies if each.arn in attached)


def iam_name(name: str) -> str:
    """Give the name that the role of a document has in IAM."""
    return ROLE_PREFIX + name


def document_name(name: str) -> str:
    """Give the name of the document whose role is called ``name`` in IAM."""
    return name.removeprefix(ROLE_PREFIX)


def wanted_state(rendered: RenderedRole, account: str, owner: str) -> RoleState:
    """Give a rendered role as the account should have it.

    Args:
        rendered: The role.
        account: Id of the account, twelve digits.
        owner: What the repository calls itself.

    Raises:
        UsageError: The role uses our own tags, or has no room for them.
    """
    value, start = iam_value(rendered), f"arn:{rendered.partition}:iam::{account}"
    tags = _owned(rendered, {OWNER_TAG: owner})
    policy_tags = _owned(rendered, {OWNER_TAG: owner, ROLE_TAG: document_name(rendered.name)})
    policies = tuple(
        AccountPolicy(
            arn=f"{start}:policy{each['Path']}{each['ManagedPolicyName']}",
            name=each["ManagedPolicyName"],
            path=each["Path"],
            document=each["PolicyDocument"],
            description=each["Description"],
            tags=policy_tags,
        )
        for each in value["ManagedPolicies"]
    )
    role = value["Role"]
    return RoleState(
        AccountRole(
            name=rendered.name,
            arn=f"{start}:role{rendered.path}{rendered.name}",
            path=rendered.path,
            description=rendered.description,
            max_session_duration=rendered.max_session_duration,
            trust=role["AssumeRolePolicyDocument"],
            inline=tuple(sorted((each["PolicyName"], each["PolicyDocument"]) for each in role.get("Policies", ()))),
            attached=tuple(sorted({*(each.arn for each in policies), *rendered.managed_policy_arns})),
            permissions_boundary=rendered.permissions_boundary,
            tags=tags,
        ),
        tuple(sorted(policies, key=lambda each: each.arn)),
    )


def state_value(state: RoleState) -> dict[str, Any]:
    """Give what a state says as JSON; two that say the same give the same, whatever the account's ids and versions."""
    role = state.role
    return {
        "role": _role_value(role) if role else None,
        "policies": [
            {"arn": p.arn, "document": canonical(p.document), "tags": dict(sorted(p.tags))}
            for p in sorted(state.policies, key=lambda each: each.arn)
        ],
    }


def state_from(value: object) -> RoleState | None:
    """Read what `state_value` gave; None when it is anything else."""
    try:
        found: Any = value
        role = _role_from(found["role"]) if found["role"] is not None else None
        policies = tuple(
            AccountPolicy(
                arn=str(each["arn"]),
                name=str(each["arn"]).rpartition("/")[2],
                path="/",
                document=each["document"],
                tags=tuple(sorted(each["tags"].items())),
            )
            for each in found["policies"]
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        return None
    return RoleState(role, policies)


def _role_from(value: dict[str, Any]) -> AccountRole:
    return AccountRole(
        name=value["name"],
        arn=value["arn"],
        path=value["path"],
        description=value["description"],
        max_session_duration=int(value["max_session_duration"]),
        trust=value["trust"],
        inline=tuple(sorted(value["inline"].items(), key=lambda pair: str(pair[0]))),
        attached=tuple(value["attached"]),
        permissions_boundary=value["permissions_boundary"],
        tags=tuple(sorted(value["tags"].items())),
    )


def _role_value(role: AccountRole) -> dict[str, Any]:
    return {
        "name": role.name,
        "arn": role.arn,
        "path": role.path,
        "description": role.description,
        "max_session_duration": role.max_session_duration,
        "trust": canonical(role.trust),
        "inline": {name: canonical(document) for name, document in sorted(role.inline)},
        "attached": sorted(role.attached),
        "permissions_boundary": role.permissions_boundary,
        "tags": dict(sorted(role.tags)),
    }


def _owned(rendered: RenderedRole, own: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Add our own tags; IAM tells keys apart without looking at small and capital letters."""
    if taken := sorted(key for key, _ in rendered.tags if key.lower() in (OWNER_TAG, ROLE_TAG)):
        raise UsageError(f"{rendered.name} has the tag {taken[0]}, which is mlgov's own.", hint="Take it out.")
    if len(rendered.tags) + len(own) > TAGS_MAX:
        message = f"{rendered.name} has {len(rendered.tags)} tags, and {len(own)} more are needed to own it."
        raise UsageError(message, hint=f"IAM takes {TAGS_MAX}.")
    return tuple(sorted((*rendered.tags, *own.items())))
