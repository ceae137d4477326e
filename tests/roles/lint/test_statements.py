"""One statement by itself: actions, resources and conditions against the table of AWS's actions."""

from typing import Any

import pytest

from mlgov.roles import built_in
from mlgov.roles.lint import iam_data
from mlgov.roles.lint.activities import notes
from mlgov.roles.lint.conditions import check_limits
from mlgov.roles.lint.statements import check_statement
from tests.roles.lint.samples import grants, statement

JOB = "arn:aws:sagemaker:eu-central-1:111122223333:training-job/churn"
MODEL = "arn:aws:sagemaker:eu-central-1:111122223333:model/churn"
ROLE = "arn:aws:iam::111122223333:role/jobs"


def found(written: dict[str, Any]) -> list[tuple[str, tuple[str | int, ...], str]]:
    """List code, place and help of what is wrong with one statement."""
    (grant,) = grants(written)
    return [(n.rule.code, n.place, n.fix) for n in (*check_statement(grant), *check_limits(grant))]


def codes(written: dict[str, Any]) -> list[str]:
    return [code for code, _, _ in found(written)]


def test_the_table_says_where_it_comes_from() -> None:
    """Source, date and licence, and more than 20,000 actions."""
    assert iam_data.about()["licence"] == "MIT"
    assert iam_data.about()["date"] >= "2026-09-26"
    services = [iam_data.service(prefix) for prefix in iam_data.prefixes()]
    assert sum(len(each.actions) for each in services if each) > 20_000


def test_a_good_statement_has_nothing_wrong() -> None:
    """Letters of either case, wildcards at the end of an ARN, a list or a single value."""
    assert found(statement("SageMaker:createtrainingjob", on=f"{JOB}-*")) == []
    assert found(statement("s3:GetObject", on="arn:aws:s3:::churn/*")) == []


@pytest.mark.parametrize(
    ("action", "help_"),
    [
        ("sagemaker:CreateModelKard", "Did you mean 'sagemaker:CreateModelCard'?"),
        ("sagmaker:CreateModel", "Did you mean 'sagemaker'?"),
        ("sagemaker:Describe\u200bModel", ""),
    ],
)
def test_an_unknown_action_gets_a_suggestion(action: str, help_: str) -> None:
    """For the action or for the service."""
    code, place, fix = found(statement(action, on=MODEL))[0]
    assert (code, place) == ("MLG-R050", ("actions", 0))
    assert fix == help_ or not help_


def test_a_pattern_that_fits_nothing_is_unknown() -> None:
    """And one that fits something is a wildcard."""
    assert codes(statement("sagemaker:Bake*", on=MODEL)) == ["MLG-R050"]
    assert codes(statement("sagemaker:Describe*", on=MODEL)) == ["MLG-R054"]


@pytest.mark.parametrize(
    ("actions", "on", "expected"),
    [
        (["sagemaker:CreateTrainingJob"], MODEL, [("actions", 0), ("resources", 0)]),
        (["sagemaker:CreateTrainingJob"], [JOB, MODEL], [("resources", 1)]),
        (["sagemaker:ListModels"], MODEL, [("actions", 0), ("resources", 0)]),
        (["s3:GetObject"], "arn:aws:s3:::churn", [("actions", 0), ("resources", 0)]),
        (["s3:GetBucketAcl"], "arn:aws:s3:::churn/*", [("actions", 0), ("resources", 0)]),
        (["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::churn", "arn:aws:s3:::churn/*"], []),
    ],
)
def test_actions_and_resources_fit_each_other(actions: list[str], on: Any, expected: list[tuple[str, int]]) -> None:
    """Each action needs a resource of its kind, and each resource an action."""
    assert [(code, place) for code, place, _ in found(statement(*actions, on=on))] == [
        ("MLG-R051", place) for place in expected
    ]


def test_a_wildcard_is_an_error_for_what_changes_something() -> None:
    """And a warning for reading; where the resource need not be named, it is nothing."""
    (grant,) = grants(statement("sagemaker:DeleteModel", "sagemaker:DescribeModel", "cloudwatch:PutMetricData"))
    assert [(n.rule.code, n.severity and n.severity.label) for n in check_statement(grant)] == [
        ("MLG-R053", None),
        ("MLG-R053", "warning"),
    ]


@pytest.mark.parametrize("on", ["*", "arn:aws:sagemaker:*:*:*", "**"])
def test_everything_may_be_written_in_many_ways(on: str) -> None:
    """A lone star, and an ARN that ends in nothing else."""
    assert codes(statement("sagemaker:DeleteModel", on=on)) == ["MLG-R053"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalTag/team": "churn"}}, []),
        ({"StringEquals": {"aws:RequestTag/team": "churn"}}, []),
        ({"ArnLike": {"sagemaker:VolumeKmsKeyArn": "arn:aws:kms:eu-central-1:111122223333:key/1"}}, []),
        ({"StringEquals": {"sagemaker:ModelCardStatus": "Approved"}}, ["MLG-R052"]),
        ({"StringEquals": {"sagemaker:OutputKmsKey": "x"}}, ["MLG-R052"]),
        ({"NumericEquals": {"sagemaker:NetworkIsolation": "1"}}, ["MLG-R052"]),
        ({"StringEqual": {"aws:PrincipalTag/team": "churn"}}, ["MLG-R052"]),
    ],
)
def test_conditions_fit_the_actions(when: Any, expected: list[str]) -> None:
    """Keys that the action has, and operators that can compare them."""
    (grant,) = grants(statement("sagemaker:CreateTrainingJob", on=JOB, when=when))
    assert [note.rule.code for note in check_statement(grant)] == expected


def test_a_key_that_was_replaced_is_told_with_the_new_one() -> None:
    """AWS's own table says which."""
    when = {"ArnEquals": {"sagemaker:VolumeKmsKey": "arn:aws:kms:eu-central-1:111122223333:key/1"}}
    assert found(statement("sagemaker:CreateTrainingJob", on=JOB, when=when)) == [
        (
            "MLG-R052",
            ("conditions", "ArnEquals", "sagemaker:VolumeKmsKey"),
            "AWS replaced it by sagemaker:VolumeKmsKeyArn.",
        )
    ]


@pytest.mark.parametrize(
    "when",
    [
        {"StringLike": {"iam:PassedToService": "*"}},
        {"StringEqualsIfExists": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        {"ForAllValues:StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        {"Null": {"iam:PassedToService": ["true", "false"]}},
    ],
)
def test_a_condition_that_limits_nothing_is_found(when: Any) -> None:
    """And PassRole counts as open besides."""
    assert codes(statement("iam:PassRole", on=ROLE, when=when)) == ["MLG-R057", "MLG-R056"]


@pytest.mark.parametrize(
    "when",
    [
        None,
        {"Null": {"iam:PassedToService": "false"}},
        {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        {"StringLike": {"iam:PassedToService": "*.amazonaws.com"}},
        {"StringEquals": {"aws:PrincipalTag/team": "churn"}},
    ],
)
@pytest.mark.parametrize("action", ["iam:PassRole", "IAM:passrole", "iam:Pass*", "iam:*", "*"])
def test_pass_role_needs_a_condition_on_the_service(action: str, when: Any) -> None:
    """However it is written."""
    assert "MLG-R056" in codes(statement(action, on=ROLE, when=when))


def test_pass_role_to_a_service_is_fine() -> None:
    """With an operator that always asks."""
    when = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    assert codes(statement("iam:PassRole", on=ROLE, when=when)) == []


@pytest.mark.parametrize(
    "when",
    [
        {"ArnLike": {"aws:SourceArn": "arn:*"}},
        {"ArnLike": {"aws:SourceArn": "arn:*:*:*:*:*"}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
        {"Bool": {"aws:SecureTransport": ["true", "false"]}},
        {"ForAllValues:StringLike": {"aws:TagKeys": "team"}},
    ],
)
def test_other_tautologies(when: Any) -> None:
    """All that always hold."""
    (grant,) = grants(statement("sagemaker:CreateModel", on=MODEL, when=when))
    assert [note.rule.code for note in check_limits(grant)] == ["MLG-R057"]


def test_what_is_left_out_is_found_where_it_allows() -> None:
    """NotAction and NotResource below Allow; below Deny they are a fence."""
    negated = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": ROLE}
    assert codes(negated).count("MLG-R058") == 2
    assert codes({**negated, "Effect": "Deny"}) == []


#: What the table says of the activities that mlgov brings along, and why it stays so.
DEVIATIONS = {
    ("ListEveryBucket", "MLG-R053"): "The activity is about every bucket.",
    ("ListBuckets", "MLG-R053"): "The activity is about every bucket.",
    ("ChangeModelPackages", "MLG-R051"): "Older tables want the group for CreateModelPackage as well.",
}


def test_the_built_in_activities_fit_the_table() -> None:
    """Every action, resource and condition of them, with and without a network and keys."""
    said = {
        (template.sid, note.rule.code)
        for activity in built_in().activities.values()
        for index, template in enumerate(activity.statements)
        for note in notes(index, template)
    }
    assert said == set(DEVIATIONS)
