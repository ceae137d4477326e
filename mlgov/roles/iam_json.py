"""Rendered roles as JSON: the properties that IAM and CloudFormation know, in one stable order."""

import json
from typing import Any

from mlgov.roles.packing import POLICY_VERSION, PolicyObject, conditions_value, document, objects, size
from mlgov.roles.policy import Policy, RenderedRole, TrustStatement

__all__ = ["iam_value", "objects", "policy_document", "size", "to_iam_json", "trust_document"]


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
    managed = objects(rendered) if rendered.policy_type == "managed" else []
    return {"Role": _role(rendered), "ManagedPolicies": [_managed(rendered, policy) for policy in managed]}


def policy_document(policy: Policy | PolicyObject) -> dict[str, Any]:
    """Give the document of a policy."""
    return document(policy.statements)


def trust_document(rendered: RenderedRole) -> dict[str, Any]:
    """Give the trust policy."""
    return {"Version": POLICY_VERSION, "Statement": [_trust(statement) for statement in rendered.trust]}


def _role(rendered: RenderedRole) -> dict[str, Any]:
    role: dict[str, Any] = {"RoleName": rendered.name, "Path": rendered.path}
    if rendered.description:
        role["Description"] = rendered.description
    role["AssumeRolePolicyDocument"] = trust_document(rendered)
    role["MaxSessionDuration"] = rendered.max_session_duration
    if rendered.permissions_boundary:
        role["PermissionsBoundary"] = rendered.permissions_boundary
    if rendered.policy_type == "inline":
        role["Policies"] = [{"PolicyName": p.name, "PolicyDocument": policy_document(p)} for p in objects(rendered)]
    role["ManagedPolicyArns"] = list(rendered.managed_policy_arns)
    role["Tags"] = tags_value(rendered)
    return role


def _managed(rendered: RenderedRole, policy: PolicyObject) -> dict[str, Any]:
    return {
        "ManagedPolicyName": policy.name,
        "Path": rendered.path,
        "Description": policy.description,
        "PolicyDocument": policy_document(policy),
        "Roles": [rendered.name],
        "Tags": tags_value(rendered),
    }


def _trust(statement: TrustStatement) -> dict[str, Any]:
    sid = {"Sid": statement.sid} if statement.sid else {}
    principal = {statement.kind: list(statement.principals)}
    written = {**sid, "Effect": "Allow", "Principal": principal, "Action": list(statement.actions)}
    return written | conditions_value(statement.conditions)


def tags_value(rendered: RenderedRole) -> list[dict[str, str]]:
    """Give the tags as IAM takes them."""
    return [{"Key": key, "Value": value} for key, value in rendered.tags]
