"""A role as a shell script for the AWS command line."""

import json
import shlex
from collections.abc import Iterator
from typing import Any

from mlgov.roles.iam_json import policy_document, tags_value, trust_document
from mlgov.roles.packing import PolicyObject, objects
from mlgov.roles.policy import RenderedRole

_HEAD = """\
#!/usr/bin/env bash
# Makes the IAM role {name} and its policies. It stops at what is there already.
set -euo pipefail
"""


def to_aws_cli(rendered: RenderedRole) -> str:
    """Write a role as a script for bash.

    Every call takes its input as one JSON text: the command line would read a value such as file:///etc/passwd as the
    file of that name.
    """
    return "\n".join([_HEAD.format(name=rendered.name), *_calls(rendered)]) + "\n"


def _calls(rendered: RenderedRole) -> Iterator[str]:
    yield _call("create-role", _role(rendered))
    for policy in objects(rendered):
        if rendered.policy_type == "inline":
            held = {"RoleName": rendered.name, "PolicyName": policy.name, "PolicyDocument": _document(policy)}
            yield _call("put-role-policy", held)
        else:
            made = _call("create-policy", _managed(rendered, policy), "--query Policy.Arn", "--output text")
            yield f"arn=$({made})"
            yield f'aws iam attach-role-policy --role-name {shlex.quote(rendered.name)} --policy-arn "$arn"'
    for arn in rendered.managed_policy_arns:
        yield _call("attach-role-policy", {"RoleName": rendered.name, "PolicyArn": arn})


def _call(operation: str, given: dict[str, Any], *options: str) -> str:
    text = shlex.quote(json.dumps(given, separators=(",", ":")))
    return " ".join(["aws iam", operation, "--cli-input-json", text, *options])


def _role(rendered: RenderedRole) -> dict[str, Any]:
    role: dict[str, Any] = {
        "RoleName": rendered.name,
        "Path": rendered.path,
        "Description": rendered.description,
        "AssumeRolePolicyDocument": json.dumps(trust_document(rendered), separators=(",", ":")),
        "MaxSessionDuration": rendered.max_session_duration,
        "PermissionsBoundary": rendered.permissions_boundary,
        "Tags": tags_value(rendered),
    }
    return {key: value for key, value in role.items() if value not in (None, "", [])}


def _managed(rendered: RenderedRole, policy: PolicyObject) -> dict[str, Any]:
    managed: dict[str, Any] = {
        "PolicyName": policy.name,
        "Path": rendered.path,
        "Description": policy.description,
        "PolicyDocument": _document(policy),
    }
    return managed | ({"Tags": tags_value(rendered)} if rendered.tags else {})


def _document(policy: PolicyObject) -> str:
    return json.dumps(policy_document(policy), separators=(",", ":"))
