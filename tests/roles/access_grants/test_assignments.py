"""Assignments of IAM Identity Center, in both formats."""

import json
import re
from dataclasses import replace

import pytest

from mlgov.errors import UsageError
from mlgov.roles.access_grants.assignments import FORMATS, permission_set_name, to_cloudformation, to_terraform
from mlgov.roles.packing import document, joined_statements
from tests.roles.access_grants.samples import ID, INSTANCE, assigned
from tests.roles.samples import ACCOUNT, ACTIVITIES, EXTRAS, rendered


def test_a_role_is_a_permission_set_and_a_grant_an_assignment() -> None:
    """With everything that the role has; an assignment refers to its permission set."""
    resources = json.loads(to_cloudformation(assigned(), INSTANCE))["Resources"]
    found = {name: each["Properties"] for name, each in resources.items()}
    first = found["RoleSageMakerX2dXchurn"]
    assert first["InlinePolicy"] == document(joined_statements(assigned()[0].rendered))
    assert first["ManagedPolicies"] == ["arn:aws:iam::aws:policy/AmazonSageMakerReadOnly"]
    assert first["CustomerManagedPolicyReferences"] == [{"Name": "churn", "Path": "/teams/"}]
    assert first["PermissionsBoundary"] == {
        "CustomerManagedPolicyReference": {"Name": "ml-boundary", "Path": "/teams/"}
    }
    assert first["SessionDuration"] == "PT3600S"
    assert found["Grantdeveloper"] == {
        "InstanceArn": INSTANCE,
        "PermissionSetArn": {"Fn::GetAtt": ["RoleSageMakerX2dXchurn", "PermissionSetArn"]},
        "PrincipalType": "USER",
        "PrincipalId": ID,
        "TargetType": "AWS_ACCOUNT",
        "TargetId": ACCOUNT,
    }
    assert found["GrantteamX2dXa"]["PrincipalType"] == "GROUP"
    assert len(found) == 5


def test_terraform_says_the_same() -> None:
    """Resource by resource."""
    found = json.loads(to_terraform(assigned(), INSTANCE))["resource"]
    template = json.loads(to_cloudformation(assigned(), INSTANCE))["Resources"]
    sets = {n: each["Properties"] for n, each in template.items() if each["Type"] == "AWS::SSO::PermissionSet"}
    policies = {
        n: json.loads(e["inline_policy"]) for n, e in found["aws_ssoadmin_permission_set_inline_policy"].items()
    }
    assert policies == {name: each["InlinePolicy"] for name, each in sets.items()}
    assert set(found["aws_ssoadmin_account_assignment"]) == set(template) - set(sets)
    assert found["aws_ssoadmin_permission_set"]["RoleSageMakerX2dXchurn"]["description"] == "For $${all} %%{if}"


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_grants_give_the_same_bytes(format_: str) -> None:
    """ASCII, with a newline at the end; nothing at all is a file too."""
    text = FORMATS[format_](assigned(), INSTANCE)
    assert text == FORMATS[format_](assigned(), INSTANCE)
    assert text.isascii()
    assert text.endswith("}\n")
    json.loads(FORMATS[format_]([], INSTANCE))


def test_a_long_name_is_cut_and_stays_its_own() -> None:
    """A permission set has at most 32 characters."""
    one, other = (f"SageMaker-a-role-with-a-very-long-name-{each}" for each in "ab")
    names = [permission_set_name(each) for each in (one, other, "SageMaker-churn")]
    assert names[2] == "SageMaker-churn"
    assert len(set(names)) == 3
    assert all(re.fullmatch(r"[\w+=,.@-]{1,32}", each) for each in names)


def test_a_role_too_large_for_a_permission_set_is_refused() -> None:
    """Its one inline policy takes 10,240 characters."""
    large = rendered(activities=ACTIVITIES, policy_type="managed", **EXTRAS["both"])
    with pytest.raises(UsageError, match="in one policy"):
        to_cloudformation([replace(assigned()[0], rendered=large)], INSTANCE)
