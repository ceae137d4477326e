"""What roles open together: duties over several roles, and the text of the policies that they attach."""

from datetime import date
from typing import Any

import pytest

from mlgov.checks.check import check_change, check_snapshot
from mlgov.ports import File, Snapshot
from mlgov.settings import Settings

TEAM = "arn:aws:iam::111122223333:role/team"
ROLE = """\
apiVersion: mlgov/v1
kind: Role
metadata: {{name: {name}}}
lifecycle: {{status: {status}}}
spec:
  persona: custom
  activities: [{{id: {activity}}}]
  trust: {trust}
  account: "111122223333"
{more}"""
POLICY = b'{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "%s", "Resource": "*"}]}'


def file(path: str, data: bytes) -> tuple[str, File]:
    return path, File(path, "100644", data)


def role(name: str, activity: str, trust: str, status: str = "draft", more: str = "") -> tuple[str, File]:
    text = ROLE.format(name=name, activity=activity, trust=trust, status=status, more=more)
    return file(f"roles/{name}.yaml", text.encode())


def codes(snapshot: Snapshot) -> list[str]:
    found = check_snapshot(snapshot, Settings(), today=date(2026, 11, 20))
    return [f"{f.location.path} {f.rule.code}" for f in found]


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (f"{{principals: [{TEAM}]}}", f"{{principals: [{TEAM}]}}", True),
        (f"{{principals: [{TEAM}]}}", f"{{principals: [{TEAM}s]}}", False),
        (
            "{github: [{repository: example/churn, branches: [main, test]}]}",
            "{github: [{repository: example/churn, branches: [main]}]}",
            True,
        ),
        (
            "{github: [{repository: example/churn, branches: [test]}]}",
            "{github: [{repository: example/churn, branches: [main]}]}",
            False,
        ),
        (
            "{saml_providers: [arn:aws:iam::111122223333:saml-provider/staff]}",
            "{saml_providers: [arn:aws:iam::111122223333:saml-provider/staff]}",
            False,
        ),
    ],
)
def test_duties_of_several_roles_count_together(one: str, other: str, shared: bool) -> None:
    """When one principal may assume both; behind a SAML provider stand many people."""
    snapshot = dict([role("decide", "approve_model_packages", one), role("serve", "manage_endpoints", other)])
    assert codes(snapshot) == (["roles/serve.yaml MLG-R059"] if shared else [])


def test_an_archived_role_is_in_nobodys_hand() -> None:
    """It is not rendered any more."""
    trust = f"{{principals: [{TEAM}]}}"
    archived = role("decide", "approve_model_packages", trust, status="archived")
    assert codes(dict([archived, role("serve", "manage_endpoints", trust)])) == []


def test_the_text_of_a_policy_is_judged_with_the_role() -> None:
    """What it opens is told at the role that attaches it; without the text nothing is known of it."""
    attached = "  managed_policy_arns: [arn:aws:iam::aws:policy/Helpers]\n"
    made = role("serve", "manage_endpoints", "{sagemaker: true}", more=attached)
    assert codes(dict([made])) == []
    opened = file("policies/aws/Helpers.json", POLICY % b"iam:PutRolePolicy")
    assert codes(dict([made, opened])) == ["roles/serve.yaml MLG-R055"]


def test_the_text_of_a_policy_stays_while_a_role_is_approved() -> None:
    """A policy that permits something else asks for a new review."""
    attached = "  managed_policy_arns: [arn:aws:iam::111122223333:policy/logs]\n"
    made: Any = role("serve", "manage_endpoints", "{sagemaker: true}", status="approved", more=attached)
    before = dict([made, file("policies/logs.json", POLICY % b"logs:GetLogEvents")])
    after = dict([made, file("policies/logs.json", POLICY % b"logs:*")])
    assert [f.rule.code for f in check_change(before, after)] == ["MLG-R023"]
    assert check_change(before, before) == []


def test_the_statements_of_an_activity_are_judged_at_their_place() -> None:
    """An activity of the repository with a slip in an action, a resource and a condition."""
    text = b"""\
id: read_features
title: Read features
summary: Read features.
statements:
  - sid: Read
    purpose: Read features.
    actions: [dynamodb:GetItemm]
    resources: ["arn:{partition}:dynamodb:{region}:{account}:table/churn"]
  - sid: Start
    purpose: Start jobs.
    actions: [sagemaker:CreateTransformJob]
    resources: ["arn:{partition}:sagemaker:{region}:{account}:model/*"]
    with_network:
      StringEquals: {sagemaker:VpcSubnets: ["{subnets}"]}
"""
    found = check_snapshot(
        dict([file("roles/activities/read_features.yaml", text)]), Settings(), today=date(2026, 11, 20)
    )
    assert [f"{f.location.line}:{f.location.column} {f.rule.code}" for f in found] == [
        "7:15 MLG-R050",
        "11:15 MLG-R051",
        "12:17 MLG-R051",
        "14:44 MLG-R052",
    ]
