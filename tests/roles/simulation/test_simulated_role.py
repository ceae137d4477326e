"""Rendered roles, asked: their own policies, attached ones, passing and assuming other roles."""

from typing import Any

import pytest

from mlgov.errors import UsageError
from mlgov.roles import render
from mlgov.roles.simulation import Decision, SimulatedRole, principal, simulate
from tests.roles.samples import ACCOUNT, PARAMETERS, role

COMPUTE = f"arn:aws:iam::{ACCOUNT}:role/SageMaker-churn-compute"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonSageMakerReadOnly"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/ml-boundary"
TO_SAGEMAKER = {"iam:PassedToService": "sagemaker.amazonaws.com"}
OBJECT = "arn:aws:s3:::churn-models/a"


def simulated(persona: str = "custom", known: dict[str, Any] | None = None, **spec: Any) -> SimulatedRole:
    """Make a role askable."""
    found = role(persona, **spec)
    return simulate(found.spec, render(found), known)


def document(effect: str, action: str) -> dict[str, Any]:
    """Write a policy with one statement."""
    return {"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": action, "Resource": "*"}}


@pytest.mark.parametrize("policy_type", ["inline", "managed"])
def test_a_role_may_do_what_its_policies_say(policy_type: str) -> None:
    """Inline or managed, the rendered documents decide."""
    found = simulated(activities=["access_s3_buckets"], policy_type=policy_type)
    answer = found.may("s3:GetObject", OBJECT)
    assert answer.is_allowed
    assert answer.decided_by[0].policy.endswith("AccessS3Buckets")
    assert not found.may("s3:GetObject", "arn:aws:s3:::other/a").is_allowed


def test_a_role_says_who_it_is() -> None:
    """ARN, account and tags are part of every request; what is asked wins."""
    found = simulated(activities=["manage_endpoints"], tags={"Team": "churn"}, path="/ml/")
    assert found.arn == f"arn:aws:iam::{ACCOUNT}:role/ml/SageMaker-churn"
    assert found.context["aws:principalarn"] == (found.arn,)
    assert found.context["aws:principaltag/team"] == ("churn",)
    assert found.own_account == ACCOUNT


def test_a_role_without_an_account_does_not_claim_one() -> None:
    """Its ARN has a star, and requests do not name it."""
    found = simulated(activities=["manage_endpoints"], account=None)
    assert (found.arn, found.own_account) == ("arn:aws:iam::*:role/SageMaker-churn", "")
    assert "aws:principalarn" not in found.context


def test_attached_policies_count_when_their_text_is_given() -> None:
    """One may deny what the role's own policies allow."""
    spec: dict[str, Any] = {"activities": ["access_s3_buckets"], "managed_policy_arns": [READ_ONLY]}
    assert simulated(**spec).unknown == (READ_ONLY,)
    found = simulated(known={READ_ONLY: document("Deny", "s3:GetObject")}, **spec)
    assert found.unknown == ()
    assert found.may("s3:GetObject", OBJECT).decision is Decision.EXPLICIT_DENY
    assert found.may("s3:PutObject", OBJECT).is_allowed


def test_a_boundary_limits_when_its_text_is_given() -> None:
    """And is named as unknown when it is not."""
    spec: dict[str, Any] = {"activities": ["access_s3_buckets"], "permissions_boundary": BOUNDARY}
    assert simulated(**spec).unknown == (BOUNDARY,)
    found = simulated(known={BOUNDARY: document("Allow", "s3:Get*")}, **spec)
    assert found.may("s3:GetObject", OBJECT).is_allowed
    assert found.may("s3:PutObject", OBJECT).decision is Decision.IMPLICIT_DENY


def test_a_policy_that_is_not_attached_is_refused() -> None:
    """A slip in an ARN would otherwise leave a policy out."""
    with pytest.raises(UsageError, match="does not attach"):
        simulated(activities=["access_s3_buckets"], known={READ_ONLY: document("Allow", "*")})


def test_only_trusted_services_assume_a_role() -> None:
    """And only for the account of the role."""
    found = simulated("compute")
    sagemaker, here = principal("sagemaker.amazonaws.com"), {"aws:SourceAccount": ACCOUNT}
    assert found.may_be_assumed(sagemaker, here).is_allowed
    assert not found.may_be_assumed(sagemaker, {"aws:SourceAccount": "444455556666"}).is_allowed
    assert not found.may_be_assumed(sagemaker).is_allowed
    assert not found.may_be_assumed(principal("lambda.amazonaws.com"), here).is_allowed
    assert not found.may_be_assumed(principal(f"arn:aws:iam::{ACCOUNT}:user/root"), here).is_allowed


def test_passing_a_role_asks_the_trust_policy_of_that_role() -> None:
    """SageMaker may get it; a service that the role does not trust could not use it."""
    compute = simulated("compute", name="churn-compute")
    assert compute.arn == COMPUTE
    scientist = simulated("data_scientist")
    assert scientist.may_pass(compute, TO_SAGEMAKER).is_allowed
    refused = scientist.may_pass(compute, {"iam:PassedToService": "lambda.amazonaws.com"})
    assert "iam:PassedToService sagemaker.amazonaws.com, but the request says lambda.amazonaws.com" in refused.reason


def test_a_role_that_does_not_trust_the_service_is_not_passed() -> None:
    """The one who passes may, and it does not help."""
    anybody = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}}
    found = simulated(activities=["access_s3_buckets"], managed_policy_arns=[READ_ONLY], known={READ_ONLY: anybody})
    answer = found.may_pass(simulated("compute", name="churn-compute"), {"iam:PassedToService": "glue.amazonaws.com"})
    assert answer.decision is Decision.IMPLICIT_DENY
    assert "but SageMaker-churn-compute does not trust glue.amazonaws.com" in answer.reason
    assert found.may_pass(simulated("compute", name="churn-compute")).is_allowed


def test_a_trusted_role_assumes_another() -> None:
    """Named in the trust policy of the same account, it needs no permission of its own."""
    ops = simulated(activities=["manage_endpoints"], name="ops")
    trusting = simulated(activities=["access_s3_buckets"], name="data", trust={"principals": [ops.arn]})
    assert ops.may_assume(trusting).is_allowed
    assert not simulated(activities=["manage_endpoints"], name="dev").may_assume(trusting).is_allowed


def test_every_parameter_of_the_samples_is_used() -> None:
    """The ARN that may be passed is that of the compute role above."""
    assert PARAMETERS["roles_to_pass"] == [COMPUTE]
