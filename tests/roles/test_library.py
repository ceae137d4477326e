"""The activity and persona files, and what their format refuses."""

from importlib import resources

import pytest

from mlgov.errors import MlgovError, UsageError
from mlgov.roles import Library, built_in, render
from mlgov.roles.filling import expand
from mlgov.roles.library import PARAMETERS, read_activity, read_persona
from mlgov.roles.schema import Parameters
from mlgov.roles.shapes import SHAPES
from tests.roles.samples import role

GOOD = """\
id: pass_on
title: Pass on
summary: Hands roles on.
parameters: [roles_to_pass]
statements:
  - sid: PassRoles
    purpose: Hand roles on.
    actions: [iam:PassRole]
    resources: ["{roles_to_pass}"]
    conditions:
      StringEquals:
        iam:PassedToService: [sagemaker.amazonaws.com]
"""
LIMITED = """\
id: train
title: Train
summary: Trains.
statements:
  - sid: Train
    purpose: Train.
    actions: [sagemaker:CreateTrainingJob]
    resources: ["arn:{partition}:sagemaker:{region}:{account}:training-job/*"]
    with_network:
      ForAllValues:StringEquals:
        sagemaker:VpcSubnets: ["{subnets}"]
      "Null":
        sagemaker:VpcSubnets: ["false"]
"""


def refused(text: str, path: str = "activities/pass_on.yaml") -> str:
    """Read a file that must be refused and give the reason."""
    with pytest.raises(MlgovError) as raised:
        read_activity(text.encode(), path)
    return raised.value.message


def test_activities_and_personas_come_with_mlgov() -> None:
    """Every file of the two folders is read, and its id is its name."""
    for folder, found in (("activities", built_in().activities), ("personas", built_in().personas)):
        files = {entry.name for entry in resources.files("mlgov.roles").joinpath(folder).iterdir()}
        assert files == {f"{name}.yaml" for name in found}
    assert (len(built_in().activities), len(built_in().personas)) == (26, 7)


def test_every_parameter_has_a_shape() -> None:
    """What activities ask for is checked for its form."""
    asked = {parameter for activity in built_in().activities.values() for parameter in activity.parameters}
    assert asked == set(Parameters.model_fields) == PARAMETERS
    assert asked <= set(SHAPES)


def test_every_text_is_a_sentence() -> None:
    """Summaries and purposes are shown to people."""
    for activity in built_in().activities.values():
        for text in [activity.summary, *(statement.purpose for statement in activity.statements)]:
            assert text[0].isupper()
            assert text.endswith(".")


def test_the_samples_of_this_file_are_read() -> None:
    """The files that the other tests break are whole before."""
    assert read_activity(GOOD.encode(), "activities/pass_on.yaml").policy_name == "PassOn"
    assert read_activity(LIMITED.encode(), "activities/train.yaml").reacts_to("network")
    assert not read_activity(LIMITED.encode(), "activities/train.yaml").reacts_to("keys")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("iam:PassRole", "iam:*"),
        ("iam:PassRole", "'*'"),
        ("iam:PassRole", "iam:Pass?ole"),
        ("iam:PassRole", "iam:passrole"),
        ("iam:PassRole", "IAM:PassRole"),
        ("iam:PassRole", "iam:PassRole, iam:GetRole"),
        ("iam:PassRole", "iam:CreatePolicyVersion"),
        ("iam:PassRole", "sts:AssumeRole"),
        ('"{roles_to_pass}"', '"*"'),
        ('"{roles_to_pass}"', '"arn:aws:iam::111122223333:role/*"'),
        ('"{roles_to_pass}"', '"{roles_to_pass}*"'),
        ("[sagemaker.amazonaws.com]", '["*"]'),
        ("[sagemaker.amazonaws.com]", '["*.amazonaws.com"]'),
        ("[sagemaker.amazonaws.com]", "[]"),
        ("StringEquals", "StringLike"),
        ("StringEquals", "StringEqualsIfExists"),
        ("iam:PassedToService", "aws:PrincipalTag/x"),
        ("    actions:", "    not_actions: [x:Y]\n    actions:"),
        ("    actions:", "    effect: Allow\n    actions:"),
        ("[sagemaker.amazonaws.com]", '["${aws:username}"]'),
        ("[sagemaker.amazonaws.com]", '["{user}"]'),
        ("[sagemaker.amazonaws.com]", '["{subnets}"]'),
        ("[sagemaker.amazonaws.com]", '["{ account }"]'),
        ("parameters: [roles_to_pass]", "parameters: []"),
        ("parameters: [roles_to_pass]", "parameters: [roles_to_pass, s3_buckets]"),
        ("id: pass_on", "id: pass_off"),
        ("Hands roles on", "Hands roles on \u2014 carefully"),
        ("sid: PassRoles", "sid: Pass Roles"),
        ("title: Pass on", "title: Pass on\ntitle: Again"),
    ],
)
def test_a_file_that_could_grant_more_than_it_says_is_refused(old: str, new: str) -> None:
    """One change to a good file, and it is not read."""
    assert old in GOOD
    assert refused(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ForAllValues:StringEquals", "ForAnyValue:StringLike"),
        ('["false"]', '["true"]'),
        ('      "Null":\n        sagemaker:VpcSubnets: ["false"]\n', ""),
        ("    with_network:", "    conditions:"),
        ("    with_network:", "    with_keys:"),
    ],
)
def test_a_limit_that_does_not_limit_is_refused(old: str, new: str) -> None:
    """Conditions that hold for an absent key, or name values that the role has not, are not read."""
    assert old in LIMITED
    assert refused(LIMITED.replace(old, new), "activities/train.yaml").startswith("activities/train.yaml")


def test_two_statements_with_one_sid_are_refused() -> None:
    """A Sid names one statement of its policy."""
    twice = LIMITED + LIMITED[LIMITED.index("  - sid") :]
    assert "a sid stands twice" in refused(twice, "activities/train.yaml")


def test_a_persona_names_its_file() -> None:
    """The id of a persona is the name of its file as well."""
    data = b"id: boss\ntitle: Boss\nsummary: Decides.\n"
    assert read_persona(data, "personas/boss.yaml").activities == []
    with pytest.raises(MlgovError, match="not the name of the file"):
        read_persona(data, "personas/chief.yaml")


def test_a_string_is_repeated_for_each_value() -> None:
    """Two lists in one string give every combination."""
    values = {"s3_buckets": ["a", "b"], "region": ["x", "y"]}
    assert sorted(expand("{region}/{s3_buckets}", values)) == ["x/a", "x/b", "y/a", "y/b"]


@pytest.mark.parametrize("values", [{}, {"s3_buckets": []}, {"s3_buckets": ["{account}"], "account": ["1"]}])
def test_a_placeholder_without_a_value_ends_the_rendering(values: dict[str, list[str]]) -> None:
    """Missing, empty, or a value that holds a placeholder itself: nothing comes out."""
    with pytest.raises(MlgovError):
        list(expand("arn:aws:s3:::{s3_buckets}", values))


def test_the_library_is_an_argument() -> None:
    """An organisation's own activities go the same way as the built-in ones, which are then not there."""
    own = Library({"pass_on": read_activity(GOOD.encode(), "activities/pass_on.yaml")}, built_in().personas)
    given = {"roles_to_pass": ["arn:aws:iam::111122223333:role/x"]}
    found = render(role(activities=["pass_on"], parameters=given), own)
    assert [policy.name for policy in found.policies] == ["PassOn"]
    with pytest.raises(UsageError, match="no activity 'manage_jobs'"):
        render(role(activities=["manage_jobs"]), own)
