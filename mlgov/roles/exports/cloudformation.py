"""A role as a CloudFormation template."""

import json
import re
from typing import Any

from mlgov.roles.iam_json import iam_value
from mlgov.roles.policy import RenderedRole


def to_cloudformation(rendered: RenderedRole) -> str:
    """Write a role as a template of its own.

    Its names are fixed, so a stack of it needs the capability CAPABILITY_NAMED_IAM. Managed policies carry no tags
    there: CloudFormation takes none for them.
    """
    return json.dumps(cloudformation_value(rendered), indent=2, allow_nan=False) + "\n"


def cloudformation_value(rendered: RenderedRole) -> dict[str, Any]:
    """Give the value that `to_cloudformation` writes."""
    value = iam_value(rendered)
    role = {key: held for key, held in value["Role"].items() if held != []}
    resources: dict[str, Any] = {"Role": {"Type": "AWS::IAM::Role", "Properties": role}}
    for policy in value["ManagedPolicies"]:
        properties = {**policy, "Roles": [{"Ref": "Role"}]}
        del properties["Tags"]
        resources[_logical_id(rendered, policy["ManagedPolicyName"])] = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": properties,
        }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"The IAM role {rendered.name}.",
        "Resources": resources,
        "Outputs": {"RoleArn": {"Description": "The ARN of the role.", "Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


def _logical_id(rendered: RenderedRole, policy_name: str) -> str:
    """Name a policy within the template by what its name has beyond that of the role; only letters and digits."""
    return "Policy" + re.sub("[^A-Za-z0-9]", "", policy_name.removeprefix(rendered.name))
