"""A role as a file for Terraform, in its JSON syntax."""

import json
from typing import Any

from mlgov.roles.iam_json import policy_document, trust_document
from mlgov.roles.packing import PolicyObject, objects
from mlgov.roles.policy import RenderedRole

Resources = dict[str, dict[str, dict[str, Any]]]


def to_terraform(rendered: RenderedRole) -> str:
    """Write a role as Terraform's JSON: resources of the provider hashicorp/aws, without the provider's own block.

    So several roles may lie in one folder, and the folder says how AWS is reached.
    """
    return json.dumps(terraform_value(rendered), indent=2, allow_nan=False) + "\n"


def terraform_value(rendered: RenderedRole) -> dict[str, Any]:
    """Give the value that `to_terraform` writes."""
    name = rendered.name
    resources: Resources = {"aws_iam_role": {name: _role(rendered)}}
    for policy in objects(rendered):
        if rendered.policy_type == "inline":
            label = f"{name}-{policy.name}"
            held = {"name": policy.name, "role": f"${{aws_iam_role.{name}.name}}", "policy": _document(policy)}
            resources.setdefault("aws_iam_role_policy", {})[label] = held
        else:
            resources.setdefault("aws_iam_policy", {})[policy.name] = _managed(rendered, policy)
            _attach(resources, name, policy.name, f"${{aws_iam_policy.{policy.name}.arn}}")
    for number, arn in enumerate(rendered.managed_policy_arns, start=1):
        _attach(resources, name, f"{name}-attached-{number}", _literal(arn))
    return {"resource": resources}


def _role(rendered: RenderedRole) -> dict[str, Any]:
    role: dict[str, Any] = {
        "name": rendered.name,
        "path": rendered.path,
        "description": _literal(rendered.description),
        "assume_role_policy": _compact(trust_document(rendered)),
        "max_session_duration": rendered.max_session_duration,
        "permissions_boundary": rendered.permissions_boundary,
        "tags": _tags(rendered),
    }
    return {key: value for key, value in role.items() if value not in (None, "", {})}


def _managed(rendered: RenderedRole, policy: PolicyObject) -> dict[str, Any]:
    described = {"name": policy.name, "path": rendered.path, "description": _literal(policy.description)}
    tags = {"tags": _tags(rendered)} if rendered.tags else {}
    return described | {"policy": _document(policy)} | tags


def _attach(resources: Resources, role: str, label: str, arn: str) -> None:
    held = {"role": f"${{aws_iam_role.{role}.name}}", "policy_arn": arn}
    resources.setdefault("aws_iam_role_policy_attachment", {})[label] = held


def _tags(rendered: RenderedRole) -> dict[str, str]:
    return {_literal(key): _literal(value) for key, value in rendered.tags}


def _document(policy: PolicyObject) -> str:
    return _compact(policy_document(policy))


def _compact(document: dict[str, Any]) -> str:
    return _literal(json.dumps(document, separators=(",", ":")))


def _literal(text: str) -> str:
    """Keep Terraform from reading a template in a text."""
    return text.replace("${", "$${").replace("%{", "%%{")
