"""Every known way to more power is found, wherever its parts lie, and the shipped personas open none."""

from typing import Any

import pytest

from mlgov.roles import built_in
from mlgov.roles.check import problems
from mlgov.roles.check_statements import union as union_of_role
from mlgov.roles.lint import iam_data
from mlgov.roles.lint.catalogue import Path, paths
from mlgov.roles.lint.escalation import escalations
from mlgov.roles.lint.grants import Union
from mlgov.roles.lint.policy_files import PolicyFile, of_document
from tests.roles.lint.samples import EVERYTHING, statement, union
from tests.roles.samples import ACTIVITIES, EXTRAS, PERSONAS, SAGEMAKER_PERSONAS, rendered, role

EVERY = pytest.mark.parametrize("path", paths(), ids=lambda path: path.id)
COVERED = {path.id: set(path.needs) for path in paths()}


def ids(found: Union, bounds: Union | None = None) -> set[str]:
    return {each.path.id for each in escalations(found, bounds)}


def opens(path: Path, found: set[str]) -> bool:
    """Say whether a way is among those found, or one that needs only a part of it."""
    return any(COVERED[each] <= set(path.needs) for each in found)


def test_the_catalogue_is_large_and_names_real_actions() -> None:
    """More than the 66 that the public collections began with; every action is one of AWS, spelled as AWS does."""
    assert len({path.id for path in paths()}) == len(paths()) > 100
    for path in paths():
        for need in path.needs:
            prefix, _, name = need.partition(":")
            service = iam_data.service(prefix)
            assert service is not None
            assert service.actions[name.lower()].name == name


@EVERY
def test_a_role_with_just_these_permissions_is_found(path: Path) -> None:
    """As a role spec whose own statements give the actions, each in a statement of its own."""
    own = [
        {"sid": f"S{i}", "purpose": "x", "actions": [need], "resources": ["arn:aws:iam::111122223333:role/*"]}
        for i, need in enumerate(path.needs)
    ]
    made = role(activities=["read_model_cards"], statements=own)
    from mlgov.roles.assembly import assemble

    assert opens(path, ids(union_of_role(assemble(made, built_in()), {})[0]))


@EVERY
@pytest.mark.parametrize("how", ["split", "upper", "pattern", "question", "service", "but", "condition", "everything"])
def test_it_is_found_however_it_is_written(path: Path, how: str) -> None:
    """Split over statements, in other letters, behind wildcards, NotAction and conditions."""
    tag = {"StringLike": {"aws:PrincipalTag/x": "*"}}
    written: dict[str, list[dict[str, Any]]] = {
        "split": [statement(need) for need in path.needs],
        "upper": [statement(*(need.upper() for need in path.needs))],
        "pattern": [statement(*(need[:-3] + "*" for need in path.needs))],
        "question": [statement(*(need[:-1] + "?" for need in path.needs))],
        "service": [statement(*(need.partition(":")[0] + ":*" for need in path.needs))],
        "but": [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}],
        "condition": [statement(need, when=tag) for need in path.needs],
        "everything": [EVERYTHING],
    }
    assert opens(path, ids(union(*written[how])))


@EVERY
def test_it_is_not_found_when_a_part_is_missing(path: Path) -> None:
    """Without any one of its actions the way is closed, so the tests above can fail."""
    for missing in path.needs:
        left = [need for need in path.needs if need != missing]
        assert path.id not in ids(union(*(statement(need) for need in left)) if left else union())


@EVERY
def test_a_deny_on_everything_closes_it(path: Path) -> None:
    """One with a condition, or on some resources, does not."""
    allowed = statement(*path.needs)
    assert path.id not in ids(union(allowed, statement(path.needs[-1], effect="Deny")))
    partly = statement(path.needs[-1], effect="Deny", on="arn:aws:iam::111122223333:role/one")
    assert opens(path, ids(union(allowed, partly)))


def test_parts_in_a_policy_file_and_in_statements_count_together() -> None:
    """Escalation over the union: neither half alone opens it."""
    half = {"Version": "2012-10-17", "Statement": [statement("iam:PassRole")]}
    file = PolicyFile("policies/half.json", half, tuple(of_document("policies/half.json", half)))
    arn = "arn:aws:iam::111122223333:policy/half"
    own = [
        {
            "sid": "Run",
            "purpose": "x",
            "actions": ["lambda:CreateFunction", "lambda:InvokeFunction"],
            "resources": ["arn:aws:lambda:eu-central-1:111122223333:function:churn"],
        }
    ]
    made = role(activities=["read_model_cards"], statements=own, managed_policy_arns=[arn])
    assert [p.rule.code for p in problems(made, built_in())] == []
    (found,) = [p for p in problems(made, built_in(), {arn: file}) if p.rule.code == "MLG-R055"]
    assert found.pointer in {("spec", "statements", 0), ("spec", "managed_policy_arns", 0)}
    assert "lambda:InvokeFunction" in found.message


def test_a_boundary_closes_what_it_does_not_allow() -> None:
    """As far as its text is known."""
    allowed = union(statement("iam:AttachRolePolicy"))
    assert ids(allowed, union(statement("s3:*"))) == set()
    assert ids(allowed, union(EVERYTHING)) == {"attach-role-policy"}


def test_a_way_to_one_named_thing_is_a_warning() -> None:
    """The reviewers see the one thing that it leads to."""
    one = escalations(union(statement("lambda:UpdateFunctionCode", on="arn:aws:lambda:eu-central-1:1:function:a")))
    every = escalations(union(statement("lambda:UpdateFunctionCode", on="arn:aws:lambda:eu-central-1:1:function:*")))
    assert [each.bounded for each in (*one, *every)] == [True, False]


def test_a_service_that_is_not_meant_is_no_way() -> None:
    """PassRole to SageMaker alone starts no function."""
    when = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    lambda_ = statement("lambda:CreateFunction", "lambda:InvokeFunction")
    assert ids(union(statement("iam:PassRole", when=when), lambda_)) == set()


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_no_false_alarm_on_the_shipped_personas(persona: str, extra: str) -> None:
    """None of the rules about what statements permit, with and without a network and keys."""
    found = problems(role(persona, **EXTRAS[extra]), built_in())
    assert [(p.rule.code, p.message) for p in found if p.rule.code >= "MLG-R050"] == []


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("persona", SAGEMAKER_PERSONAS)
def test_the_construct_opens_no_way_either(persona: str, extra: str) -> None:
    """Its roles are passed to SageMaker by name."""
    assert ids(union_of_role(rendered(persona, compat="cdk", **EXTRAS[extra]), {})[0]) == set()


@pytest.mark.parametrize("extra", EXTRAS)
def test_all_activities_together_open_no_way(extra: str) -> None:
    """They hold duties that do not go together, and that is told."""
    made = role(activities=ACTIVITIES, policy_type="managed", **EXTRAS[extra])
    found = [p.rule.code for p in problems(made, built_in()) if p.rule.code >= "MLG-R050"]
    assert found == ["MLG-R059"] * 2
