"""Rendered roles as JSON: the properties that IAM and CloudFormation know, in one stable order."""

import json
from collections.abc import Sequence
from typing import Any

from mlgov.roles.policy import Condition, Policy, RenderedRole, Statement, TrustStatement

POLICY_VERSION = "2012-10-17"


def to_iam_json(rendered: RenderedRole) -> str:
    """Write a role as JSON.

    ``Role`` holds the properties of CloudFormation's ``AWS::IAM::Role``. ``ManagedPolicies`` holds one object for each
    policy that is an object of its own: the properties of ``AWS::IAM::ManagedPolicy``, and ``Tags``, which IAM's
    CreatePolicy takes and CloudFormation does not. The same role gives the same bytes.

    Returns:
        Indented ASCII JSON with a newline at its end.
    """
    return json.dumps(iam_value(rendered), indent=2, allow_nan=False) + "\n"


def iam_value(rendered: RenderedRole) -> dict[str, Any]:
    """Give the value that `to_iam_json` writes."""
    managed = rendered.policies if rendered.policy_type == "managed" else ()
    return {"Role": _role(rendered), "ManagedPolicies": [_managed(rendered, policy) for policy in managed]}


def policy_document(policy: Policy) -> dict[str, Any]:
    """Give the policy document of one activity."""
    return {"Version": POLICY_VERSION, "Statement": [_statement(statement) for statement in policy.statements]}


def trust_document(rendered: RenderedRole) -> dict[str, Any]:
    """Give the trust policy."""
    return {"Version": POLICY_VERSION, "Statement": [_trust(statement) for statement in rendered.trust]}


def size(document: dict[str, Any]) -> int:
    """Count the characters that IAM counts: those of the document without white space between them."""
    return len(json.dumps(document, separators=(",", ":"), ensure_ascii=False))


def _role(rendered: RenderedRole) -> dict[str, Any]:
    role: dict[str, Any] = {"RoleName": rendered.name, "Path": rendered.path}
    if rendered.description:
        role["Description"] = rendered.description
    role["AssumeRolePolicyDocument"] = trust_document(rendered)
    role["MaxSessionDuration"] = rendered.max_session_duration
    if rendered.permissions_boundary:
        role["PermissionsBoundary"] = rendered.permissions_boundary
    if rendered.policy_type == "inline":
        role["Policies"] = [{"PolicyName": p.name, "PolicyDocument": policy_document(p)} for p in rendered.policies]
    role["ManagedPolicyArns"] = list(rendered.managed_policy_arns)
    role["Tags"] = _tags(rendered)
    return role


def _managed(rendered: RenderedRole, policy: Policy) -> dict[str, Any]:
    return {
        "ManagedPolicyName": policy.name,
        "Path": rendered.path,
        "Description": policy.summary,
        "PolicyDocument": policy_document(policy),
        "Roles": [rendered.name],
        "Tags": _tags(rendered),
    }


def _statement(statement: Statement) -> dict[str, Any]:
    written: dict[str, Any] = {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Action": list(statement.actions),
        "Resource": list(statement.resources),
    }
    return written | _conditions(statement.conditions)


def _trust(statement: TrustStatement) -> dict[str, Any]:
    written: dict[str, Any] = {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Principal": {statement.kind: list(statement.principals)},
        "Action": ["sts:AssumeRole"],
    }
    return written | _conditions(statement.conditions)


def _conditions(conditions: Sequence[Condition]) -> dict[str, Any]:
    """Write a single value bare, as IAM's own examples do; some tools take no list below Null and Bool."""
    blocks: dict[str, dict[str, str | list[str]]] = {}
    for condition in conditions:
        values = list(condition.values)
        blocks.setdefault(condition.operator, {})[condition.key] = values if len(values) > 1 else values[0]
    return {"Condition": blocks} if blocks else {}


def _tags(rendered: RenderedRole) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in rendered.tags]
