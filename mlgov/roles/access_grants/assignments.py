"""Live grants to users and groups of IAM Identity Center: a permission set for each role, an assignment for each grant.

Both formats are descriptions of what should be there: an assignment that is not in them any more is removed when the
next one is deployed. Identity Center knows no date of expiry, so nothing else ends the access.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mlgov.errors import UsageError
from mlgov.roles.access_grants.schema import Assigned, IdentityCentreUser
from mlgov.roles.access_grants.trust import LiveGrant
from mlgov.roles.packing import document, joined_statements, size
from mlgov.roles.policy import RenderedRole

#: Limits of a permission set, after the API reference of IAM Identity Center; the inline policy becomes one of a role.
NAME_MAX, INLINE_POLICY_MAX = 32, 10_240


@dataclass(frozen=True, slots=True)
class AssignedRole:
    """A role and the grants that assign it.

    Attributes:
        rendered: The role.
        account: The account of the role, twelve digits.
        grants: Its live grants to principals of IAM Identity Center.
    """

    rendered: RenderedRole
    account: str
    grants: tuple[LiveGrant, ...]


@dataclass(frozen=True, slots=True)
class _Set:
    """A permission set.

    Attributes:
        name: Its name.
        label: What resources of it are called in a template.
        description: What it is.
        duration: Longest session, as ISO 8601 writes it.
        policy: Its inline policy.
        aws_policies: ARNs of attached policies of AWS.
        own_policies: Path and name of each attached policy of the account.
        boundary: ARN of the permissions boundary, or None.
        tags: Key and value.
    """

    name: str
    label: str
    description: str
    duration: str
    policy: dict[str, Any]
    aws_policies: tuple[str, ...]
    own_policies: tuple[tuple[str, str], ...]
    boundary: str | None
    tags: tuple[tuple[str, str], ...]


def to_cloudformation(roles: Sequence[AssignedRole], instance: str) -> str:
    """Write the assignments as a CloudFormation template.

    Args:
        roles: The roles, in order.
        instance: ARN of the instance of IAM Identity Center.

    Raises:
        UsageError: A role does not fit into a permission set.
    """
    resources: dict[str, Any] = {}
    for each in roles:
        found = _set(each.rendered)
        resources[found.label] = {"Type": "AWS::SSO::PermissionSet", "Properties": _cloudformation_set(found, instance)}
        for grant in each.grants:
            properties = {
                "InstanceArn": instance,
                "PermissionSetArn": {"Fn::GetAtt": [found.label, "PermissionSetArn"]},
                **_assignment(grant, each.account, ("PrincipalType", "PrincipalId", "TargetType", "TargetId")),
            }
            resources[_label("Grant", grant.name)] = {"Type": "AWS::SSO::Assignment", "Properties": properties}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Access to roles by IAM Identity Center, as granted.",
        "Resources": resources,
    }
    return json.dumps(template, indent=2) + "\n"


def to_terraform(roles: Sequence[AssignedRole], instance: str) -> str:
    """Write the assignments as Terraform's JSON. Arguments and errors are those of `to_cloudformation`."""
    resources: dict[str, dict[str, Any]] = {}
    for each in roles:
        for kind, label, held in _terraform(each, _set(each.rendered), instance):
            resources.setdefault(kind, {})[label] = held
    return json.dumps({"resource": resources} if resources else {}, indent=2) + "\n"


#: Format -> what writes it.
FORMATS: dict[str, Callable[[Sequence[AssignedRole], str], str]] = {
    "cloudformation": to_cloudformation,
    "terraform": to_terraform,
}


def permission_set_name(role_name: str) -> str:
    """Give the name of the permission set of a role: its own, or its beginning and a digest when that is too long."""
    if len(role_name) <= NAME_MAX:
        return role_name
    digest = hashlib.sha256(role_name.encode()).hexdigest()[:8]
    return f"{role_name[: NAME_MAX - 9]}-{digest}"


def _set(rendered: RenderedRole) -> _Set:
    policy = document(joined_statements(rendered))
    if (characters := size(policy)) > INLINE_POLICY_MAX:
        message = f"The permissions of {rendered.name} have {characters:,} characters in one policy."
        raise UsageError(message, hint=f"A permission set takes {INLINE_POLICY_MAX:,}; split the role.")
    attached = rendered.managed_policy_arns
    return _Set(
        name=permission_set_name(rendered.name),
        label=_label("Role", rendered.name),
        description=(rendered.description or f"The role {rendered.name}.")[:700],
        duration=f"PT{rendered.max_session_duration}S",
        policy=policy,
        aws_policies=tuple(arn for arn in attached if ":iam::aws:" in arn),
        own_policies=tuple(map(_reference, (arn for arn in attached if ":iam::aws:" not in arn))),
        boundary=rendered.permissions_boundary,
        tags=rendered.tags,
    )


def _reference(arn: str) -> tuple[str, str]:
    """Give path and name of a managed policy."""
    path, _, name = arn.partition(":policy")[2].rpartition("/")
    return f"{path}/", name


def _label(what: str, name: str) -> str:
    """Name a resource in a template by letters and digits alone, so that different names stay different."""
    return what + re.sub("[^A-Za-z0-9]", lambda found: f"X{ord(found[0]):x}X", name)


def _assignment(grant: LiveGrant, account: str, keys: tuple[str, str, str, str]) -> dict[str, str]:
    principal = grant.spec.principal
    assert isinstance(principal, Assigned)  # noqa: S101 - the caller has looked
    kind = "USER" if isinstance(principal, IdentityCentreUser) else "GROUP"
    return dict(zip(keys, (kind, principal.id, "AWS_ACCOUNT", account), strict=True))


def _cloudformation_set(found: _Set, instance: str) -> dict[str, Any]:
    boundary: dict[str, Any] = {}
    if found.boundary:
        path, name = _reference(found.boundary)
        own = {"CustomerManagedPolicyReference": {"Name": name, "Path": path}}
        boundary = {"ManagedPolicyArn": found.boundary} if ":iam::aws:" in found.boundary else own
    properties = {
        "InstanceArn": instance,
        "Name": found.name,
        "Description": found.description,
        "SessionDuration": found.duration,
        "InlinePolicy": found.policy,
        "ManagedPolicies": list(found.aws_policies),
        "CustomerManagedPolicyReferences": [{"Name": name, "Path": path} for path, name in found.own_policies],
        "PermissionsBoundary": boundary,
        "Tags": [{"Key": key, "Value": value} for key, value in found.tags],
    }
    return {key: value for key, value in properties.items() if value}


def _terraform(each: AssignedRole, found: _Set, instance: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    label = found.label
    start = {
        "instance_arn": instance,
        "permission_set_arn": f"${{aws_ssoadmin_permission_set.{label}.arn}}",
    }
    tags = {"tags": {_literal(key): _literal(value) for key, value in found.tags}} if found.tags else {}
    described = {"name": found.name, "description": _literal(found.description), "session_duration": found.duration}
    yield "aws_ssoadmin_permission_set", label, {"instance_arn": instance, **described, **tags}
    policy = _literal(json.dumps(found.policy, separators=(",", ":")))
    yield "aws_ssoadmin_permission_set_inline_policy", label, {**start, "inline_policy": policy}
    for number, arn in enumerate(found.aws_policies, start=1):
        held = {**start, "managed_policy_arn": arn}
        yield "aws_ssoadmin_managed_policy_attachment", f"{label}-{number}", held
    for number, (path, name) in enumerate(found.own_policies, start=1):
        referring: dict[str, Any] = {**start, "customer_managed_policy_reference": {"name": name, "path": path}}
        yield "aws_ssoadmin_customer_managed_policy_attachment", f"{label}-{number}", referring
    if found.boundary:
        path, name = _reference(found.boundary)
        own: dict[str, Any] = {"customer_managed_policy_reference": {"name": name, "path": path}}
        boundary = {"managed_policy_arn": found.boundary} if ":iam::aws:" in found.boundary else own
        yield "aws_ssoadmin_permissions_boundary_attachment", label, {**start, "permissions_boundary": boundary}
    for grant in each.grants:
        keys = ("principal_type", "principal_id", "target_type", "target_id")
        held = {**start, **_assignment(grant, each.account, keys)}
        yield "aws_ssoadmin_account_assignment", _label("Grant", grant.name), held


def _literal(text: str) -> str:
    """Keep Terraform from reading a template in a text."""
    return text.replace("${", "$${").replace("%{", "%%{")
