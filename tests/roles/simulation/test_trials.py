"""Tests in role specs: what they try, and where their failures stand."""

from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from mlgov.checks.schemas import schema_of
from mlgov.documents import load
from mlgov.lifecycle import validate
from mlgov.names import Kind, path_of
from mlgov.roles import RoleDocument, check_role, render
from mlgov.roles.schema import RoleTest
from mlgov.roles.simulation import simulate
from mlgov.roles.simulation.trials import failures
from tests.roles.samples import ACCOUNT, role

COMPUTE = f"arn:aws:iam::{ACCOUNT}:role/SageMaker-churn-compute"
OBJECT = "arn:aws:s3:::churn-models/a"

TEXT = """\
apiVersion: mlgov/v1
kind: Role
metadata:
  name: churn
lifecycle:
  status: draft
spec:
  persona: custom
  account: "111122223333"
  activities:
    - id: access_s3_buckets
  parameters:
    s3_buckets: [churn-data]
  tests:
    - expect: deny
      description: Nothing is deleted.
      actions:
        - s3:PutBucketPolicy
        - s3:DeleteObject
"""


def wrong(expect: str, *actions: str, **more: Any) -> list[str]:
    """List what a test of the data scientist finds."""
    scientist = role("data_scientist")
    test = RoleTest.model_validate({"expect": expect, "actions": list(actions), **more})
    return [failure.message for failure in failures(simulate(scientist.spec, render(scientist)), test)]


def test_a_test_that_holds_finds_nothing() -> None:
    """Allowed and denied."""
    assert wrong("allow", "s3:GetObject", "s3:PutObject", resources=[OBJECT]) == []
    assert wrong("deny", "s3:GetObject", resources=["arn:aws:s3:::other/a"]) == []
    assert wrong("allow", "sagemaker:ListTrainingJobs") == []


def test_a_test_that_fails_says_which_statement_decided() -> None:
    """In the words of the answer."""
    (message,) = wrong("deny", "s3:GetObject", resources=["arn:aws:s3:::other/a", OBJECT])
    assert message == f"s3:GetObject on {OBJECT} is allowed: ManageObjects of AccessS3Buckets allows it."
    (message,) = wrong("allow", "iam:CreateRole")
    assert message == "iam:CreateRole is denied: No statement of the identity policies allows iam:CreateRole."


def test_every_action_is_tried_and_told_once() -> None:
    """One failure per action, however many resources."""
    found = wrong("deny", "s3:GetObject", "iam:CreateRole", "s3:PutObject", resources=[OBJECT, f"{OBJECT}b"])
    assert [message.split()[0] for message in found] == ["s3:GetObject", "s3:PutObject"]


def test_a_deny_without_resources_tries_every_resource_that_a_statement_names() -> None:
    """Forgetting the resource must not look like safety."""
    context = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    (message,) = wrong("deny", "iam:PassRole", context=context)
    assert message.startswith(f"iam:PassRole on {COMPUTE} is allowed")
    assert wrong("deny", "iam:PassRole") == []
    assert wrong("deny", "s3:DeleteObject") != []


def test_a_pattern_is_denied_only_when_no_statement_names_its_family() -> None:
    """Conditions do not count: PassRole is named, under whatever condition."""
    assert wrong("deny", "iam:Create*", "organizations:*", "s3:PutBucket*") == []
    (message,) = wrong("deny", "iam:*")
    assert message == "iam:* is not denied altogether: PassRoles of ManageJobs names iam:PassRole."
    assert wrong("deny", "IAM:p?ssrole".lower(), resources=[COMPUTE]) != []
    assert wrong("deny", "iam:*", resources=["arn:aws:iam::111122223333:role/Admin"]) == []


def test_a_pattern_cannot_be_allowed() -> None:
    """Nobody knows every action of a family."""
    (message,) = wrong("allow", "s3:Get*")
    assert "Name the actions." in message


def test_the_context_decides_conditions() -> None:
    """A condition key that is not given is absent."""
    assert wrong("allow", "iam:PassRole", resources=[COMPUTE]) != []
    given = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    assert wrong("allow", "iam:PassRole", resources=[COMPUTE], context=given) == []


def test_a_principal_asks_the_trust_policy() -> None:
    """SageMaker for this account, and nobody else."""
    here = {"aws:SourceAccount": ACCOUNT}
    assert wrong("allow", "sts:AssumeRole", principal="sagemaker.amazonaws.com", context=here) == []
    assert wrong("deny", "sts:AssumeRole", principal="lambda.amazonaws.com", context=here) == []
    (message,) = wrong("deny", "sts:AssumeRole", principal="sagemaker.amazonaws.com", context=here)
    assert message.startswith("sagemaker.amazonaws.com: sts:AssumeRole is allowed: SageMaker of the trust policy")
    assert wrong("deny", "sts:*", principal="lambda.amazonaws.com") != []


def test_a_principal_that_is_none_is_a_failure() -> None:
    """At the principal, not at an action."""
    scientist = role("data_scientist")
    test = RoleTest.model_validate({"expect": "deny", "actions": ["sts:AssumeRole"], "principal": "ann"})
    (failure,) = failures(simulate(scientist.spec, render(scientist)), test)
    assert (failure.key, failure.index) == ("principal", None)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("expect", "allow", "maybe"),
        ("actions", ["s3:Get*"], []),
        ("actions", ["sagemaker:CreateModel"], ["CreateModel"]),
        ("actions", ["iam:*"], ["*"]),
        ("resources", ["*"], ["arn:aws:s3:::data/*"]),
        ("resources", [OBJECT], []),
        ("context", {"aws:TagKeys": ["a", "b"], "aws:PrincipalTag/cost center": ""}, {"TagKeys": "a"}),
        ("context", {"aws:SecureTransport": "true"}, {"aws:SecureTransport": True}),
        ("principal", "glue.amazonaws.com", ""),
        ("description", "Why.", ""),
    ],
)
def test_a_field_of_a_test_is_limited(key: str, good: Any, bad: Any) -> None:
    """What a spec may say, and what the schema refuses; editors see the same limits."""
    least = {"expect": "deny", "actions": ["iam:CreateRole"]}
    schema = schema_of(Kind.ROLE)["properties"]["spec"]["properties"]["tests"]["items"]
    jsonschema.validate({**least, key: good}, schema)
    assert RoleTest.model_validate({**least, key: good})
    with pytest.raises(ValidationError):
        RoleTest.model_validate({**least, key: bad})
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**least, key: bad}, schema)


def findings(text: str) -> list[str]:
    """Check a role as the command line does."""
    document, _ = load(text.encode(), path_of(Kind.ROLE, "churn"))
    assert document
    typed, problems = validate(document, RoleDocument)
    assert typed, problems
    return [f"{f.location} {f.rule.code} {f.message}" for f in check_role(document, typed)]


def test_a_failure_stands_at_the_action() -> None:
    """Line and column of the action in the list, with the description."""
    assert findings(TEXT) == [
        "roles/churn.yaml:19:11 MLG-R041 The test expects deny (Nothing is deleted.), but s3:DeleteObject on "
        "arn:aws:s3:::churn-data/x is allowed: ManageObjects of AccessS3Buckets allows it."
    ]


def test_tests_wait_until_the_rest_of_the_role_is_right() -> None:
    """A role that cannot be rendered has nothing to test."""
    assert [found.split()[1] for found in findings(TEXT.replace("[churn-data]", '["churn-*"]'))] == ["MLG-R008"]


@pytest.mark.parametrize(
    "line", ["managed_policy_arns: [arn:aws:iam::aws:policy/A]", "permissions_boundary: arn:aws:iam::aws:policy/A"]
)
def test_unknown_policies_are_told_once(line: str) -> None:
    """The tests are decided without them."""
    text = TEXT.replace("        - s3:DeleteObject\n", "").replace("  tests:", f"  {line}\n  tests:")
    assert findings(text) == ["roles/churn.yaml:15:3 MLG-R042 The tests are decided without arn:aws:iam::aws:policy/A."]


def test_a_role_without_tests_says_nothing_about_them() -> None:
    """Unknown policies are no fault by themselves."""
    text = TEXT[: TEXT.index("  tests:")] + "  managed_policy_arns: [arn:aws:iam::aws:policy/A]\n"
    assert findings(text) == []
