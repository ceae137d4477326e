"""Rendered policies held against parliament and policy_sentry, and templates against cfn-lint.

The two linters have tables of their own of AWS's actions, of the resources that each takes and of its condition keys.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from mlgov.roles import TARGETS, built_in
from mlgov.roles.access_grants.assignments import to_cloudformation
from mlgov.roles.assembly import assemble
from mlgov.roles.packing import document, objects
from tests.peers.test_sagemaker import ROOT, peer
from tests.roles.access_grants.samples import INSTANCE, assigned
from tests.roles.samples import ACTIVITIES, EXTRAS, PERSONAS, SAGEMAKER_PERSONAS, rendered, role

pytestmark = pytest.mark.slow

Said = tuple[str, str, str]

#: What the linters say of the strict policies, and why it stays so.
DEVIATIONS: dict[Said, str] = {
    (
        "policy_sentry",
        "RESOURCE_STAR",
        "ec2:DeleteNetworkInterfacePermission",
    ): "Its request names a permission and no interface; the resource is optional by parliament's table.",
    (
        "policy_sentry",
        "RESOURCE_STAR",
        "sagemaker:ListModelPackages",
    ): "Packages of a group are listed by their ARN, those without a group only on everything.",
    (
        "parliament",
        "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
        "s3:PutBucketAcl",
    ): "A condition lets the list only be set so that the owner of the bucket has full control.",
}


def judge(documents: list[dict[str, Any]]) -> set[Said]:
    """Let both linters judge policies.

    Their tables are older than AWS's new names of two condition keys, so they are asked with the old ones; that the new
    ones are right is tested with our own table, which is younger.
    """
    asked = json.dumps(documents).replace("VolumeKmsKeyArn", "VolumeKmsKey").replace("OutputKmsKeyArn", "OutputKmsKey")
    done = peer("python", str(ROOT / "tests/peers/lint_policies.py"), stdin=asked.encode())
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return {(who, what, where) for who, what, where in json.loads(done.stdout.splitlines()[-1])}


def every_document(**spec: Any) -> list[dict[str, Any]]:
    """Render each activity, with nothing, a network, keys and both."""
    found = [assemble(role(activities=ACTIVITIES, **spec, **extra), built_in()) for extra in EXTRAS.values()]
    return [document(policy.statements) for whole in found for policy in whole.policies]


def test_both_linters_agree_with_every_policy() -> None:
    """What they say is in the table of deviations, and nothing in the table is out of date."""
    assert judge(every_document()) == set(DEVIATIONS)


def test_both_linters_agree_with_joined_policies() -> None:
    """What is joined and split fits as well; that they escalate no more together is judged above, one by one."""
    found = [rendered(activities=ACTIVITIES, policy_type="managed", **extra) for extra in EXTRAS.values()]
    said = judge([document(policy.statements) for whole in found for policy in objects(whole)])
    assert said <= set(DEVIATIONS)


@pytest.mark.parametrize(("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
def test_other_partitions_fit_as_well(partition: str, region: str) -> None:
    """The same findings, and no more."""
    assert judge(every_document(partition=partition, region=region)) <= set(DEVIATIONS)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"Action": "sagemaker:CreateModelKard"},
            {("parliament", "UNKNOWN_ACTION"), ("policy_sentry", "UNKNOWN_ACTION")},
        ),
        (
            {"Resource": "arn:aws:sagemaker:eu-central-1:111122223333:model/x"},
            {("parliament", "RESOURCE_MISMATCH"), ("policy_sentry", "RESOURCE_MISMATCH")},
        ),
        (
            {"Condition": {"StringEquals": {"sagemaker:ModelCardStatus": "Approved"}}},
            {("parliament", "UNKNOWN_CONDITION_FOR_ACTION"), ("policy_sentry", "UNKNOWN_CONDITION")},
        ),
        ({"Resource": "*"}, {("parliament", "RESOURCE_STAR"), ("policy_sentry", "RESOURCE_STAR")}),
    ],
)
def test_the_linters_would_have_found_a_mistake(change: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    """Each kind of mistake in one statement is found by both: the tests above can fail."""
    arn = "arn:aws:sagemaker:eu-central-1:111122223333:model-card/x"
    good = {"Effect": "Allow", "Action": "sagemaker:UpdateModelCard", "Resource": arn}
    assert judge([{"Version": "2012-10-17", "Statement": [good]}]) == set()
    said = judge([{"Version": "2012-10-17", "Statement": [{**good, **change}]}])
    assert {(who, what) for who, what, _ in said} == expected


def test_cfn_lint_finds_nothing_in_the_templates(tmp_path: Path) -> None:
    """Every persona, inline and managed, and a role with every activity; not even a warning."""
    trust = {"github": [{"repository": "example/churn", "branches": ["main"]}]}
    more = {"trust": trust, "tags": {"team": "churn"}, "path": "/ml/", "description": "Für alle."}
    roles = [
        *(rendered(persona, policy_type="inline", **EXTRAS["both"]) for persona in PERSONAS),
        *(rendered(persona, policy_type="managed", **EXTRAS["none"]) for persona in PERSONAS),
        *(rendered(activities=ACTIVITIES, policy_type="managed", **more, **extra) for extra in EXTRAS.values()),
        *(rendered(p, compat="cdk") for p in SAGEMAKER_PERSONAS),
    ]
    files = [tmp_path / f"{number}.json" for number in range(len(roles))]
    for file, found in zip(files, roles, strict=True):
        file.write_text(TARGETS["cloudformation"].write(found))
    done = peer("cfn-lint", *map(str, files))
    assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (0, "", "")


def test_cfn_lint_finds_nothing_in_assignments(tmp_path: Path) -> None:
    """Permission sets and assignments of IAM Identity Center; and it would find a principal that is none."""
    file, text = tmp_path / "assignments.json", to_cloudformation(assigned(), INSTANCE)
    file.write_text(text)
    done = peer("cfn-lint", str(file))
    assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (0, "", "")
    file.write_text(text.replace('"PrincipalType": "GROUP"', '"PrincipalType": "TEAM"'))
    assert "TEAM" in peer("cfn-lint", str(file)).stdout.decode()


def test_cfn_lint_finds_the_key_ids_of_the_construct(tmp_path: Path) -> None:
    """The defect that its statements are known for, so the test above can fail."""
    file = tmp_path / "cdk.json"
    file.write_text(TARGETS["cloudformation"].write(rendered("mlops", compat="cdk", **EXTRAS["keys"])))
    assert "E3510" in peer("cfn-lint", str(file)).stdout.decode()
