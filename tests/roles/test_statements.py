"""A role's own statements: in the schema, in every output, and refused where they are wrong."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from mlgov.roles import TARGETS, built_in, to_iam_json
from mlgov.roles.assembly import assemble
from mlgov.roles.check import problems
from mlgov.roles.packing import objects
from tests.roles.samples import ACTIVITIES, EXTRAS, STAFF, found, rendered, role

TABLE = "arn:aws:dynamodb:eu-central-1:111122223333:table/churn"
OWN = {"sid": "ReadFeatures", "purpose": "Read features.", "actions": ["dynamodb:GetItem"], "resources": [TABLE]}


def own(**changed: Any) -> list[dict[str, Any]]:
    return [{**OWN, **changed}]


def test_statements_are_a_policy_beside_the_activities() -> None:
    """Under a name that no activity can have."""
    value = json.loads(to_iam_json(rendered(activities=["read_models"], statements=own())))
    policies = {p["PolicyName"]: p["PolicyDocument"]["Statement"] for p in value["Role"]["Policies"]}
    assert policies["Custom-Statements"] == [
        {"Sid": "ReadFeatures", "Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": [TABLE]}
    ]


def test_a_role_may_have_statements_alone() -> None:
    """The persona custom brings nothing else."""
    assert found(statements=own()) == []


@pytest.mark.parametrize("policy_type", ["inline", "managed"])
@pytest.mark.parametrize("target", TARGETS)
def test_statements_are_in_every_output(target: str, policy_type: str) -> None:
    """However the policies are packed."""
    made = rendered(activities=["read_models"], statements=own(), policy_type=policy_type)
    assert "ReadFeatures" in TARGETS[target].write(made)


def test_statements_keep_a_legal_sid_when_policies_are_joined() -> None:
    """With every activity there are more than ten managed policies."""
    made = role(activities=ACTIVITIES, statements=own(), policy_type="managed", **EXTRAS["none"])
    sids = [s.sid for policy in objects(assemble(made, built_in())) for s in policy.statements]
    assert "CustomStatementsReadFeatures" in sids
    assert all(sid.isalnum() for sid in sids)


@pytest.mark.parametrize(
    "changed",
    [
        {"effect": "Deny"},
        {"not_actions": ["s3:*"]},
        {"principal": "*"},
        {"sid": "with space"},
        {"actions": []},
        {"actions": ["x"]},
    ],
)
def test_the_keys_are_closed(changed: dict[str, Any]) -> None:
    """Statements allow, and say what."""
    with pytest.raises(ValidationError):
        role(statements=own(**changed), activities=["read_models"])


def test_a_sid_stands_once() -> None:
    """IAM wants it so."""
    with pytest.raises(ValidationError, match="a sid stands twice"):
        role(statements=[OWN, OWN], activities=["read_models"])


@pytest.mark.parametrize("text", ["arn:aws:s3:::{bucket}/*", "arn:aws:s3:::home/${aws:username}/*"])
def test_statements_hold_no_placeholders(text: str) -> None:
    """Nothing fills them, and variables make a policy depend on who asks."""
    assert "MLG-R009 error spec.statements.0.resources.0" in found(
        statements=own(actions=["s3:GetObject"], resources=[text])
    )


def test_statements_do_not_undo_a_limit() -> None:
    """What an activity permits only in the network is not permitted without it besides."""
    job = "arn:aws:sagemaker:eu-central-1:111122223333:training-job/churn"
    said = found(
        activities=["manage_jobs"],
        statements=own(actions=["sagemaker:CreateTrainingJob"], resources=[job]),
        **EXTRAS["network"],
    )
    assert said == ["MLG-R024 error spec.network"]


def test_the_construct_has_no_statements() -> None:
    """So compat: cdk refuses them."""
    assert "MLG-R022 error spec.compat" in found(activities=["manage_models"], compat="cdk", statements=own())


@pytest.mark.parametrize(
    "trust",
    [
        {"services": ["*"]},
        {"services": ["*.amazonaws.com"]},
        {"principals": ["*"]},
        {"principals": ["arn:aws:iam::*:role/team"]},
        {"principals": ["arn:aws:iam::111122223333:role/*"]},
        {"principals": ["arn:aws:iam::111122223333:root"]},
        {"saml_providers": ["arn:aws:iam::111122223333:saml-provider/*"]},
        {"oidc": [{"provider": "arn:aws:iam::*:oidc-provider/x.org", "audiences": ["a"], "subjects": ["s"]}]},
        {
            "oidc": [
                {"provider": "arn:aws:iam::111122223333:oidc-provider/x.org", "audiences": ["*"], "subjects": ["s"]}
            ]
        },
        {
            "oidc": [
                {"provider": "arn:aws:iam::111122223333:oidc-provider/x.org", "audiences": ["a"], "subjects": ["r*"]}
            ]
        },
        {"github": [{"repository": "example/*", "branches": ["main"]}]},
        {"github": [{"repository": "example/churn", "branches": ["*"]}]},
        {"github": [{"repository": "example/churn", "branches": ["release/?"]}]},
        {"github": [{"repository": "example/churn", "git_tags": ["v*"]}]},
        {"github": [{"repository": "example/churn", "environments": ["*"]}]},
    ],
)
def test_no_wildcard_stands_in_a_trust_policy(trust: dict[str, Any]) -> None:
    """Whoever may assume a role is named, wherever the name stands."""
    made = role("data_scientist", trust={**STAFF, **trust})
    assert any(p.is_error and p.pointer[:2] == ("spec", "trust") for p in problems(made, built_in()))
