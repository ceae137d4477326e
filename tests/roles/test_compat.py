"""The rendering of the CDK construct: told apart, with its defects named. Equality is tested with the peers."""

from typing import Any

import pytest

from mlgov.roles import cdk, iam_value
from tests.roles.samples import EXTRAS, KEYS, SAGEMAKER_PERSONAS, actions, found, rendered

#: What the strict rendering of a persona permits beyond that of the construct, with none, network, keys and both.
REPAIRS: dict[str, tuple[set[str], ...]] = {
    "compute": (set(), set(), set(), set()),
    "data_scientist": ({"sagemaker:StopTransformJob"}, set(), set(), set()),
    "mlops": (set(), set(), {"iam:PassRole"}, {"iam:PassRole"}),
}


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("persona", SAGEMAKER_PERSONAS)
def test_strict_permits_the_actions_of_the_construct_and_the_repairs(persona: str, extra: str) -> None:
    """Nothing more and nothing less; resources are narrower."""
    strict, theirs = (actions(rendered(persona, compat=c, **EXTRAS[extra])) for c in ("strict", "cdk"))
    assert theirs - strict == set()
    expected = REPAIRS[persona][list(EXTRAS).index(extra)]
    assert strict - theirs <= {"sagemaker:StopTransformJob", "iam:PassRole"}
    assert strict - theirs == expected - theirs


def test_strict_names_the_type_of_every_sagemaker_resource() -> None:
    """The construct grants on every type; strict never does."""
    anything = "arn:aws:sagemaker:*:*:*/*"
    resources: Any = {
        compat: {r for p in rendered("mlops", compat=compat).policies for s in p.statements for r in s.resources}
        for compat in ("strict", "cdk")
    }
    assert anything in resources["cdk"]
    assert not [r for r in resources["strict"] if r.startswith("arn:aws:sagemaker") and r.split(":")[5].startswith("*")]


def test_policies_carry_the_names_of_the_construct() -> None:
    """Without the time that it appends."""
    names = [policy.name for policy in rendered("compute", compat="cdk", keys=KEYS).policies]
    assert names == ["SM_ComputeExecutionRole_KMS_V1"]


def test_statements_have_no_sid() -> None:
    """As in the construct."""
    (policy,) = iam_value(rendered("compute", compat="cdk"))["Role"]["Policies"]
    assert all("Sid" not in statement for statement in policy["PolicyDocument"]["Statement"])


def test_defects_are_warnings() -> None:
    """One for each, at the key; the role is rendered nevertheless. That it may approve and deploy is told as well."""
    pair = "MLG-R059 warning spec.persona"
    assert found(persona="mlops", compat="cdk", keys=KEYS) == [*["MLG-R022 warning spec.compat"] * 3, pair]
    assert found(activities=["access_s3_buckets"], compat="cdk") == []


@pytest.mark.parametrize(
    "spec",
    [
        {"activities": ["read_models"]},
        {"activities": ["access_s3_all_resources"], "partition": "aws-us-gov", "region": "us-gov-west-1"},
        {"activities": ["access_s3_all_resources"], "trust": {"sagemaker": False, "services": ["glue.amazonaws.com"]}},
    ],
)
def test_what_the_construct_does_not_have_is_an_error(spec: dict[str, Any]) -> None:
    """An activity of ours, another partition, a role that is not for SageMaker."""
    assert found(**spec, compat="cdk") == ["MLG-R022 error spec.compat"]


def test_every_activity_of_the_construct_is_one_of_ours() -> None:
    """Fifteen: thirteen, two of them in two versions."""
    from mlgov.roles import built_in

    assert set(cdk.templates()) <= set(built_in().activities)
    assert len(cdk.templates()) == 15
