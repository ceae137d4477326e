"""Cells of the matrix: what the simulator says, in plain words, with the statement that decides."""

from typing import Any

import pytest

from mlgov.roles import RoleDocument, built_in
from mlgov.roles.assembly import assemble
from mlgov.roles.matrix import Cell, Subject, Thing, abilities, abilities_of, ask, subject_of
from mlgov.roles.matrix.abilities import KINDS
from tests.roles.samples import ACCOUNT, EXTRAS, PARAMETERS, PEOPLE, PERSONAS, STAFF, envelope

NOW = "2026-11-21T09:00:00Z"
BUCKET = Thing("bucket", "churn-models")
MODEL, ENDPOINT, CARD = Thing("model", "churn"), Thing("endpoint", "churn"), Thing("card", "churn")
ABILITY = {each.id: each for each in abilities()}


def subject(persona: str = "custom", name: str = "churn", **spec: Any) -> Subject:
    """Make a role askable."""
    trust = {"trust": STAFF} if persona in PEOPLE else {}
    value = {"persona": persona, "account": ACCOUNT, "region": "eu-central-1", **trust, **spec}
    if persona != "custom":
        asked = {key for a in built_in().personas[persona].activities for key in built_in().activities[a].parameters}
        value["parameters"] = {key: PARAMETERS[key] for key in sorted(asked)}
    role = RoleDocument.model_validate(envelope(value, name))
    return subject_of(role, assemble(role, built_in()))


def statement(actions: list[str], resources: list[str], **conditions: Any) -> dict[str, Any]:
    """Write a role's own statement."""
    return {"sid": "Own", "purpose": "x", "actions": actions, "resources": resources, "conditions": conditions}


def asked(role: Subject, thing: Thing, ability: str, **targets: Subject) -> Cell | None:
    """Ask one question."""
    return ask(role, thing, ABILITY[ability], targets, NOW)


def own(*statements: dict[str, Any]) -> Subject:
    """Make a role of its own statements alone."""
    return subject("custom", statements=list(statements))


def test_every_kind_of_thing_has_abilities() -> None:
    """And every ability a kind."""
    assert all(abilities_of(kind) for kind in KINDS)
    assert {each.of for each in abilities()} == set(KINDS)


@pytest.mark.parametrize(
    ("persona", "may", "may_not"),
    [
        ("data_scientist", {"train_model", "register_model"}, {"approve_model", "deploy_endpoint", "edit_card"}),
        ("mlops", {"deploy_endpoint", "register_model"}, {"approve_model", "train_model", "edit_card"}),
        ("compute", set(), {"train_model", "deploy_endpoint", "see_model", "edit_card", "approve_model"}),
        ("model_card_author", {"read_card", "edit_card", "see_model"}, {"delete_card", "approve_model", "train_model"}),
        ("model_validator", {"read_card", "approve_model"}, {"edit_card", "train_model", "deploy_endpoint"}),
        ("auditor", {"read_card", "see_model", "see_endpoint"}, {"edit_card", "approve_model", "delete_model"}),
    ],
)  # fmt: skip
def test_the_shipped_personas_can_do_their_work_and_nothing_else(
    persona: str, may: set[str], may_not: set[str]
) -> None:
    """Asked in plain words."""
    role = subject(persona)
    found = {
        each.id for thing in (MODEL, ENDPOINT, CARD) for each in abilities_of(thing.kind) if asked(role, thing, each.id)
    }
    assert may <= found
    assert not may_not & found


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("extras", EXTRAS)
def test_a_yes_without_conditions_is_the_answer_of_the_simulator(persona: str, extras: str) -> None:
    """Word for word: action and resource of the cell, with nothing else in the request."""
    role = subject(persona, **EXTRAS[extras] if persona in ("compute", "data_scientist", "mlops") else {})
    counted = 0
    for thing in (MODEL, ENDPOINT, CARD, BUCKET):
        for ability in abilities_of(thing.kind):
            cell = asked(role, thing, ability.id)
            bare = {f"{each.action} {each.resource}": each for each in ability.asks}
            if cell and not cell.conditions:
                context = next(e.context for e in bare.values() if e.action == cell.action)
                answer = role.simulated.may(cell.action, cell.resource, context)
                assert answer.is_allowed
                assert cell.statement in answer.decided_by
                counted += 1
    assert counted


def test_a_limit_makes_a_yes_conditional_and_says_which() -> None:
    """A job must name the network and the keys of the role."""
    cell = asked(subject("data_scientist", **EXTRAS["both"]), MODEL, "train_model")
    assert cell
    keys = {each.split()[1].removeprefix("sagemaker:") for each in cell.conditions}
    assert keys == {"OutputKmsKeyArn", "VolumeKmsKeyArn", "VpcSubnets", "VpcSecurityGroupIds"}
    assert (cell.activity, cell.statement.sid if cell.statement else "") == ("manage_jobs", "CreateJobs")


def test_what_the_ability_itself_says_is_never_bent() -> None:
    """Who may change packages unless they approve them, may not approve them."""
    packages = ["arn:aws:sagemaker:eu-central-1:111122223333:model-package/*"]
    change = statement(["sagemaker:UpdateModelPackage"], packages)
    without = change | {"conditions": {"StringNotEquals": {"sagemaker:ModelApprovalStatus": ["Approved"]}}}
    assert asked(own(change), MODEL, "approve_model")
    assert asked(own(without), MODEL, "approve_model") is None


@pytest.mark.parametrize(
    ("conditions", "answer"),
    [
        ({}, 0),
        ({"Bool": {"aws:MultiFactorAuthPresent": ["true"]}}, 1),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}}, 1),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": ["300"]}}, 1),
        ({"NumericGreaterThan": {"s3:max-keys": ["3"]}}, 1),
        ({"StringLike": {"aws:PrincipalTag/team": ["churn-*"]}}, 1),
        ({"StringEquals": {"aws:PrincipalTag/team": ["${aws:ResourceTag/team}"]}}, 1),
        ({"Null": {"aws:TokenIssueTime": ["false"]}}, 1),
        ({"DateLessThan": {"aws:CurrentTime": ["2026-11-30T00:00:00Z"]}}, 0),
        ({"DateLessThan": {"aws:CurrentTime": ["2026-11-01T00:00:00Z"]}}, None),
        ({"StringEquals": {"aws:PrincipalAccount": ["444455556666"]}}, None),
        ({"StringEquals": {"aws:RequestedRegion": ["eu-central-1"]}, "StringLike": {"aws:UserAgent": ["x*"]}}, 2),
    ],
)
def test_conditions_are_met_by_an_example_or_known_to_fail(conditions: dict[str, Any], answer: int | None) -> None:
    """None: the role may not; else the number of conditions."""
    cell = asked(own(statement(["s3:GetObject"], ["arn:aws:s3:::churn-models/*"], **conditions)), BUCKET, "read_data")
    assert (None if cell is None else len(cell.conditions)) == answer


def test_a_part_of_a_bucket_is_told_as_a_part() -> None:
    """Not left out, and not told as the whole."""
    cell = asked(own(statement(["s3:GetObject"], ["arn:aws:s3:::churn-models/public/*"])), BUCKET, "read_data")
    assert cell
    assert cell.conditions == ("only on arn:aws:s3:::churn-models/public/*",)


def test_another_account_is_not_that_of_the_role() -> None:
    """A model whose card says where it lies is asked about there."""
    models = statement(["sagemaker:DescribeModel"], [f"arn:aws:sagemaker:eu-central-1:{ACCOUNT}:model/*"])
    assert asked(own(models), MODEL, "see_model")
    assert asked(own(models), Thing("model", "churn", "444455556666", "eu-central-1"), "see_model") is None


def test_a_role_is_passed_to_sagemaker_only_when_it_trusts_it() -> None:
    """Both sides count."""
    passes = statement(
        ["iam:PassRole"], [f"arn:aws:iam::{ACCOUNT}:role/SageMaker-target"],
        StringEquals={"iam:PassedToService": ["sagemaker.amazonaws.com"]},
    )  # fmt: skip
    trusting, strange = subject("compute", "target"), subject("auditor", "target")
    assert asked(own(passes), Thing("role", "target"), "pass_role", target=trusting)
    assert asked(own(passes), Thing("role", "target"), "pass_role", target=strange) is None


def test_a_role_is_assumed_when_its_trust_names_the_other() -> None:
    """The trust policy alone is enough in one account, as IAM has it."""
    mine = subject("auditor", "mine")
    trust = {"trust": {"principals": [mine.simulated.arn]}}
    target = subject("custom", "target", activities=[{"id": "read_models"}], **trust)
    other = subject("auditor", "other")
    assert asked(mine, Thing("role", "target"), "assume_role", target=target)
    assert asked(other, Thing("role", "target"), "assume_role", target=target) is None
