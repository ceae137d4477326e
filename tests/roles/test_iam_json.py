"""The JSON of a role keeps IAM's grammar, and grants nothing on everything but what knows no resources."""

import json
import re
from typing import Any

import pytest

from mlgov.roles import iam_value, to_iam_json
from mlgov.roles.iam_json import size
from tests.roles.samples import ACTIVITIES, EXTRAS, PERSONAS, rendered

ALL_EXTRAS = pytest.mark.parametrize("extra", EXTRAS)
ARN = re.compile(
    r"arn:aws:[a-z0-9]+:([a-z]{2}-[a-z]+-[0-9]|):([0-9]{12}|):[^\s{}$]+"
    r"|arn:aws:ec2:eu-central-1:\*:(subnet|security-group)/[a-z0-9-]+"
)
OPERATORS = {"StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool", "Null", "ForAllValues:StringEquals"}
OPERATORS |= {"StringNotEquals"}  # what a request must not set

#: Actions of AWS whose requests name no resource.
ON_EVERYTHING = re.compile(
    r"sagemaker:(List\w+|Search|GetSearchSuggestions|QueryLineage|DescribeLineageGroup|GetLineageGroupPolicy)"
    r"|ecr:GetAuthorizationToken|cloudwatch:PutMetricData|athena:ListDataCatalogs"
    r"|sagemaker-mlflow:AccessUI"
    r"|ec2:DeleteNetworkInterfacePermission|ec2:Describe\w+"
)


def value_of(persona: str, extra: str) -> dict[str, Any]:
    """Render a persona, or every activity for custom, and read the JSON back."""
    more = {"activities": ACTIVITIES, "policy_type": "managed"} if persona == "custom" else {}
    return json.loads(to_iam_json(rendered(persona, **more, **EXTRAS[extra])))


def documents(value: dict[str, Any]) -> list[dict[str, Any]]:
    """List the policy documents of a rendered role."""
    return [p["PolicyDocument"] for p in [*value["Role"].get("Policies", []), *value["ManagedPolicies"]]]


@ALL_EXTRAS
@pytest.mark.parametrize("persona", [*PERSONAS, "custom"])
def test_policies_keep_the_grammar(persona: str, extra: str) -> None:
    """Version, Sid, Effect, Action, Resource and Condition are what IAM takes."""
    for document in documents(value_of(persona, extra)):
        assert document["Version"] == "2012-10-17"
        sids = [statement["Sid"] for statement in document["Statement"]]
        assert len(set(sids)) == len(sids)
        for statement in document["Statement"]:
            assert set(statement) <= {"Sid", "Effect", "Action", "Resource", "Condition"}
            assert statement["Effect"] == "Allow"
            assert re.fullmatch("[A-Za-z0-9]+", statement["Sid"])
            assert all(re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+", action) for action in statement["Action"])
            assert all(r == "*" or ARN.fullmatch(r) for r in statement["Resource"])
            assert set(statement.get("Condition", {})) <= OPERATORS


@ALL_EXTRAS
@pytest.mark.parametrize("persona", [*PERSONAS, "custom"])
def test_only_actions_without_resources_are_granted_on_everything(persona: str, extra: str) -> None:
    """A lone * stands only where nothing narrower would work."""
    for document in documents(value_of(persona, extra)):
        for statement in document["Statement"]:
            if "*" in statement["Resource"]:
                assert [action for action in statement["Action"] if not ON_EVERYTHING.fullmatch(action)] == []


@ALL_EXTRAS
def test_passing_roles_is_narrow(extra: str) -> None:
    """PassRole names whole role ARNs and the one service they may go to."""
    passing = [
        statement
        for document in documents(value_of("custom", extra))
        for statement in document["Statement"]
        if any(action.lower().startswith("iam:") for action in statement["Action"])
    ]
    assert passing
    for statement in passing:
        assert statement["Action"] == ["iam:PassRole"]
        assert statement["Resource"] == ["arn:aws:iam::111122223333:role/SageMaker-churn-compute"]
        assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def test_a_role_has_the_properties_of_a_cloudformation_role() -> None:
    """The role object is what AWS::IAM::Role takes, and nothing else."""
    assert list(value_of("compute", "none")["Role"]) == [
        "RoleName",
        "Path",
        "AssumeRolePolicyDocument",
        "MaxSessionDuration",
        "Policies",
        "ManagedPolicyArns",
        "Tags",
    ]


def test_managed_policies_are_objects_of_their_own() -> None:
    """They name the role they belong to and carry its tags; the role then holds no policies itself."""
    value = iam_value(rendered("compute", policy_type="managed", tags={"team": "churn"}))
    (policy,) = value["ManagedPolicies"]
    assert "Policies" not in value["Role"]
    assert policy["Roles"] == ["SageMaker-churn"]
    assert policy["Tags"] == value["Role"]["Tags"] == [{"Key": "team", "Value": "churn"}]


def test_the_text_is_ascii_and_ends_with_a_newline() -> None:
    """Letters beyond ASCII are escaped, so no locale can change a byte."""
    text = to_iam_json(rendered("compute", description="Für Menschen"))
    assert text.isascii()
    assert text.endswith("}\n")
    assert json.loads(text)["Role"]["Description"] == "Für Menschen"


def test_size_leaves_out_white_space_between_values() -> None:
    """The size is that of the shortest writing: {"a":["b","c"]}."""
    assert size({"a": ["b", "c"]}) == 15
