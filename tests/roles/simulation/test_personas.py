"""What every shipped persona must be able to do, and must never do, with and without a network and keys."""

import re
from typing import Any

import pytest

from mlgov.roles import RoleDocument, built_in, render
from mlgov.roles.schema import RoleTest
from mlgov.roles.simulation import SimulatedRole, principal, simulate
from mlgov.roles.simulation.trials import failures
from tests.roles.samples import ACCOUNT, ACTIVITIES, EXTRAS, KEYS, NETWORK, PARAMETERS, PEOPLE, SAGEMAKER_PERSONAS, role

AT = f"arn:aws:sagemaker:eu-central-1:{ACCOUNT}:"
PASSED = PARAMETERS["roles_to_pass"][0]
TO_SAGEMAKER = {"iam:PassedToService": "sagemaker.amazonaws.com"}
INSIDE = {
    "sagemaker:VpcSubnets": NETWORK["subnets"],
    "sagemaker:VpcSecurityGroupIds": NETWORK["security_groups"],
    "sagemaker:OutputKmsKeyArn": KEYS["data_keys"][0],
    "sagemaker:VolumeKmsKeyArn": KEYS["volume_keys"][0],
}
#: Ways to more rights than the role has: identities, trust, keys, and code that runs with another role.
NEVER = (
    *("iam:Add*", "iam:Attach*", "iam:Change*", "iam:Create*", "iam:Deactivate*", "iam:Delete*", "iam:Detach*"),
    *("iam:Enable*", "iam:Put*", "iam:Remove*", "iam:Set*", "iam:Tag*", "iam:Untag*", "iam:Update*", "iam:Upload*"),
    *("sts:*", "organizations:*", "account:*", "lambda:*", "cloudformation:*", "ec2:Run*", "ec2:Create*Instance*"),
    *(
        "kms:Put*",
        "kms:Schedule*",
        "kms:Disable*",
        "s3:Put*Policy",
        "s3:PutObjectAcl",
        "s3:DeleteBucket*",
        "secretsmanager:*",
    ),
    *("sagemaker:CreatePresignedDomain*", "sagemaker:CreatePresignedNotebook*", "sagemaker:CreateNotebook*"),
    *("sagemaker:PutLineageGroupPolicy", "sagemaker:PutModelPackageGroupPolicy"),
)

#: persona -> (action, resource, context) that it must be able to do, in every variant.
MUST: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "compute": [
        ("s3:ListBucket", "arn:aws:s3:::churn-models", {}),
        ("s3:GetObject", "arn:aws:s3:::churn-training-data/a/b.csv", {}),
        ("s3:PutObject", "arn:aws:s3:::churn-models/model.tar.gz", {}),
        ("ecr:BatchGetImage", PARAMETERS["ecr_repositories"][0], {}),
        ("ecr:GetAuthorizationToken", "*", {}),
        ("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}),
        ("logs:PutLogEvents", f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/aws/sagemaker/x:log-stream:y", {}),
    ],
    "data_scientist": [
        ("sagemaker:CreateTrainingJob", f"{AT}training-job/a", INSIDE),
        ("sagemaker:CreateTransformJob", f"{AT}transform-job/a", INSIDE),
        ("sagemaker:StopTrainingJob", f"{AT}training-job/a", {}),
        ("sagemaker:CreateModel", f"{AT}model/a", INSIDE),
        ("sagemaker:CreateExperiment", f"{AT}experiment/a", {}),
        ("sagemaker:Search", "*", {}),
        ("sagemaker:CreateApp", f"{AT}app/d-1/ann/JupyterServer/default", {}),
        ("s3:DeleteObject", "arn:aws:s3:::churn-models/old.tar.gz", {}),
        ("iam:PassRole", PASSED, TO_SAGEMAKER),
    ],
    "mlops": [
        ("sagemaker:CreateEndpoint", f"{AT}endpoint/a", {}),
        ("sagemaker:CreateEndpointConfig", f"{AT}endpoint-config/a", INSIDE),
        ("sagemaker:UpdateEndpoint", f"{AT}endpoint/a", {}),
        ("sagemaker:StartPipelineExecution", f"{AT}pipeline/a", {}),
        ("sagemaker:CreateModel", f"{AT}model/a", INSIDE),
        ("sagemaker:ListPipelines", "*", {}),
        ("iam:PassRole", PASSED, TO_SAGEMAKER),
    ],
    "model_card_author": [
        ("sagemaker:CreateModelCard", f"{AT}model-card/a", {}),
        ("sagemaker:UpdateModelCard", f"{AT}model-card/a", {}),
        ("sagemaker:CreateModelCardExportJob", f"{AT}model-card/a", {}),
        ("sagemaker:DescribeModelCardExportJob", f"{AT}model-card/a/export-job/b", {}),
        ("sagemaker:DescribeTrainingJob", f"{AT}training-job/a", {}),
        ("s3:PutObject", "arn:aws:s3:::churn-models/a.pdf", {}),
    ],
    "model_validator": [
        ("sagemaker:DescribeModelCard", f"{AT}model-card/a", {}),
        ("sagemaker:UpdateModelPackage", f"{AT}model-package/a/1", {"sagemaker:ModelApprovalStatus": "Approved"}),
        ("sagemaker:UpdateModelPackage", f"{AT}model-package/a/1", {"sagemaker:ModelApprovalStatus": "Rejected"}),
        ("sagemaker:DescribeMonitoringSchedule", f"{AT}monitoring-schedule/a", {}),
        ("s3:GetObject", "arn:aws:s3:::churn-models/evidence.json", {}),
    ],
    "auditor": [
        ("sagemaker:DescribeModelCard", f"{AT}model-card/a", {}),
        ("sagemaker:ListModelCards", "*", {}),
        ("sagemaker:DescribeModel", f"{AT}model/a", {}),
        ("sagemaker:DescribeMonitoringSchedule", f"{AT}monitoring-schedule/a", {}),
        ("sagemaker:QueryLineage", "*", {}),
    ],
}
#: What changes something, by the verbs that AWS begins such actions with.
CHANGES = tuple(
    f"sagemaker:{verb}*"
    for verb in ("Add", "Associate", "Create", "Delete", "Put", "Register", "Send", "Start", "Stop", "Update")
)
#: persona -> actions that are the work of others.
NOT_THEIRS = {
    "compute": ("iam:*", "sagemaker:Create*", "sagemaker:Update*", "sagemaker:Delete*", "s3:Delete*", "ecr:Put*"),
    "data_scientist": ("sagemaker:*Endpoint*", "sagemaker:*Pipeline*", "sagemaker:*Schedule*", "athena:*", "glue:*"),
    "model_card_author": (
        *("iam:*", "sagemaker:DeleteModelCard", "sagemaker:UpdateModelPackage", "sagemaker:CreateModel", "s3:Delete*"),
        *("sagemaker:CreateEndpoint*", "sagemaker:UpdateEndpoint*", "sagemaker:CreateTrainingJob"),
        *("sagemaker:CreateProcessingJob", "sagemaker:Start*", "sagemaker:Stop*"),
    ),
    "model_validator": (
        *("iam:*", "s3:Put*", "s3:Delete*", "sagemaker:UpdateModelCard"),
        *(change for change in CHANGES if change != "sagemaker:Update*"),
    ),
    "auditor": ("iam:*", "s3:*", "kms:*", *CHANGES),
    "mlops": ("sagemaker:*TrainingJob*", "sagemaker:*TuningJob*", "sagemaker:CreateExperiment", "s3:*", "glue:*"),
}
PERSONAS = pytest.mark.parametrize("persona", MUST)
VARIANTS = pytest.mark.parametrize("extra", EXTRAS)


def simulated(found: RoleDocument) -> SimulatedRole:
    """Make a role askable."""
    return simulate(found.spec, render(found))


def never(found: SimulatedRole, *actions: str) -> list[str]:
    """List which of these actions, or families of them, a role is not denied altogether."""
    test = RoleTest(expect="deny", actions=list(actions))
    return [failure.message for failure in failures(found, test)]


def test_every_persona_with_activities_is_here() -> None:
    """A new persona gets its tests."""
    assert set(MUST) == set(NOT_THEIRS) == {p.id for p in built_in().personas.values() if p.activities}


@VARIANTS
@PERSONAS
def test_a_persona_can_do_its_work(persona: str, extra: str) -> None:
    """Inside the network and with the keys, where there are any."""
    found = simulated(role(persona, **EXTRAS[extra]))
    asked = [(what, found.may(*what)) for what in MUST[persona]]
    assert [(what[0], answer.reason) for what, answer in asked if not answer.is_allowed] == []


@VARIANTS
@PERSONAS
def test_a_persona_never_gets_more_rights_and_never_does_the_work_of_others(persona: str, extra: str) -> None:
    """No action of these families stands in any statement."""
    assert never(simulated(role(persona, **EXTRAS[extra])), *NEVER, *NOT_THEIRS[persona]) == []


@VARIANTS
def test_not_even_all_activities_together_give_more_rights(extra: str) -> None:
    """The persona custom with everything."""
    assert never(simulated(role(activities=ACTIVITIES, policy_type="managed", **EXTRAS[extra])), *NEVER) == []


@VARIANTS
@pytest.mark.parametrize("persona", ["data_scientist", "mlops"])
def test_a_persona_passes_the_named_role_to_sagemaker_and_nothing_else(persona: str, extra: str) -> None:
    """Another service, none, another role, its own role: all denied."""
    found = simulated(role(persona, **EXTRAS[extra]))
    for service in ("lambda.amazonaws.com", "ec2.amazonaws.com", "glue.amazonaws.com", "sagemaker.amazonaws.com.evil"):
        assert not found.may("iam:PassRole", PASSED, {"iam:PassedToService": service}).is_allowed
    assert not found.may("iam:PassRole", PASSED).is_allowed
    for other in (found.arn, f"{PASSED}-admin", f"arn:aws:iam::444455556666:role/{PASSED.rpartition('/')[2]}", "*"):
        assert not found.may("iam:PassRole", other, TO_SAGEMAKER).is_allowed


@pytest.mark.parametrize("persona", MUST)
def test_nothing_of_sagemaker_is_touched_in_another_account_or_region(persona: str) -> None:
    """With a region and an account in the spec, every named resource is bound to them."""
    found = simulated(role(persona))
    for action, resource, context in MUST[persona]:
        if resource.startswith(AT):
            assert not found.may(action, resource.replace(ACCOUNT, "444455556666"), context).is_allowed
            assert not found.may(action, resource.replace("eu-central-1", "us-east-1"), context).is_allowed


@pytest.mark.parametrize("left_out", INSIDE)
@pytest.mark.parametrize("action", ["CreateTrainingJob", "CreateProcessingJob", "CreateHyperParameterTuningJob"])
def test_a_job_that_leaves_out_a_limit_is_denied(action: str, left_out: str) -> None:
    """Each key of network and encryption is needed, and the right value too."""
    found = simulated(role("data_scientist", **EXTRAS["both"]))
    kind = re.sub(r"(?<!^)(?=[A-Z])", "-", action.removeprefix("Create")).lower()
    resource = f"{AT}{kind}/a"
    assert found.may(f"sagemaker:{action}", resource, INSIDE).is_allowed
    without = {key: value for key, value in INSIDE.items() if key != left_out}
    assert not found.may(f"sagemaker:{action}", resource, without).is_allowed
    assert not found.may(f"sagemaker:{action}", resource, {**INSIDE, left_out: ["subnet-0", "sg-0"]}).is_allowed


@pytest.mark.parametrize("status", [None, "PendingManualApproval"])
def test_a_validator_only_approves_or_rejects(status: str | None) -> None:
    """Neither takes a decision back nor changes anything else in a package."""
    context = {"sagemaker:ModelApprovalStatus": status} if status else {}
    found = simulated(role("model_validator"))
    assert not found.may("sagemaker:UpdateModelPackage", f"{AT}model-package/a/1", context).is_allowed


@pytest.mark.parametrize("persona", PEOPLE)
def test_sagemaker_does_not_assume_a_persona_of_people(persona: str) -> None:
    """Nor does any other service."""
    here = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": f"{AT}domain/d-1"}
    for who in ("sagemaker.amazonaws.com", "lambda.amazonaws.com"):
        assert not simulated(role(persona)).may_be_assumed(principal(who), here).is_allowed


@VARIANTS
@pytest.mark.parametrize("persona", SAGEMAKER_PERSONAS)
def test_only_sagemaker_assumes_a_persona(persona: str, extra: str) -> None:
    """For a resource of the account; no other service, no user, no other account."""
    found = simulated(role(persona, **EXTRAS[extra]))
    here = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": f"{AT}domain/d-1"}
    assert found.may_be_assumed(principal("sagemaker.amazonaws.com"), here).is_allowed
    foreign = {"aws:SourceAccount": "444455556666", "aws:SourceArn": here["aws:SourceArn"]}
    assert not found.may_be_assumed(principal("sagemaker.amazonaws.com"), foreign).is_allowed
    for who in ("lambda.amazonaws.com", f"arn:aws:iam::{ACCOUNT}:user/ann", "arn:aws:iam::444455556666:root"):
        assert not found.may_be_assumed(principal(who), here).is_allowed
