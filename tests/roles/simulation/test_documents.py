"""Policy documents: what is read, what a statement is about, and what is refused."""

from typing import Any

import pytest

from mlgov.errors import UsageError
from mlgov.roles.simulation import compile_document, request
from tests.roles.simulation.policies_for_tests import policy, statement


def fits(
    written: dict[str, Any], action: str, resource: str = "*", version: str = "2012-10-17", **context: Any
) -> bool:
    """Say whether a statement fits a request."""
    (found,) = policy(written, version=version).statements
    asked = request(action, resource, {f"aws:{key}": value for key, value in context.items()})
    return found.about_action(asked.action) and found.applies(asked.resource, asked.context)


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("s3:GetObject", "S3:getOBJECT", True),
        ("S3:GET*", "s3:GetObject", True),
        ("s3:?etObject", "s3:GetObject", True),
        ("s3:Get?", "s3:GetObject", False),
        ("*", "iam:PassRole", True),
        ("s3:*", "s3express:GetObject", False),
        (["iam:PassRole", "s3:Get*"], "s3:GetObject", True),
    ],
)
def test_actions_do_not_depend_on_case(pattern: Any, action: str, expected: bool) -> None:
    """Wildcards are over the whole name."""
    assert fits(statement(action=pattern), action) is expected


def test_not_action_is_everything_else() -> None:
    """Whatever is not named."""
    written = statement(action=None, NotAction=["iam:*", "s3:GetObject"])
    assert not fits(written, "iam:PassRole")
    assert fits(written, "s3:PutObject")


def test_not_resource_is_everything_else() -> None:
    """Whatever is not named, by name or pattern."""
    written = statement(resource=None, NotResource=["arn:aws:s3:::a", "arn:aws:s3:::b/*"])
    assert not fits(written, "s3:ListBucket", "arn:aws:s3:::a")
    assert not fits(written, "s3:GetObject", "arn:aws:s3:::b/x")
    assert fits(written, "s3:ListBucket", "arn:aws:s3:::b")
    assert not fits(statement(resource=None, NotResource="*"), "s3:ListBucket", "arn:aws:s3:::b")


def test_names_of_resources_depend_on_case() -> None:
    """A bucket's objects Data and data are two."""
    assert not fits(statement(resource="arn:aws:s3:::a/Data"), "s3:GetObject", "arn:aws:s3:::a/data")


def test_a_variable_in_a_resource_is_filled_from_the_request() -> None:
    """The value is literal: a star in it matches a star."""
    written = statement(resource=["arn:aws:s3:::none", "arn:aws:s3:::home/${aws:username}/*"])
    assert fits(written, "s3:GetObject", "arn:aws:s3:::home/ann/x", username="ann")
    assert not fits(written, "s3:GetObject", "arn:aws:s3:::home/ann/x", username="*")
    assert not fits(written, "s3:GetObject", "arn:aws:s3:::home/ann/x")
    assert fits(written, "s3:GetObject", "arn:aws:s3:::none")


def test_a_variable_before_the_fifth_colon_matches_nothing() -> None:
    """IAM puts no values there."""
    written = statement(resource="arn:aws:s3:${aws:region}::a")
    assert not fits(written, "s3:GetObject", "arn:aws:s3:x::a", region="x")


def test_not_resource_with_an_unknown_variable_does_not_apply() -> None:
    """Otherwise the less is known, the more would be allowed."""
    written = statement(resource=None, NotResource="arn:aws:s3:::home/${aws:username}")
    assert fits(written, "s3:GetObject", "arn:aws:s3:::home/bob", username="ann")
    assert not fits(written, "s3:GetObject", "arn:aws:s3:::home/bob")


def test_policies_of_2008_take_variables_literally() -> None:
    """The version is 2008-10-17 when it is left out, too."""
    written = statement(resource="arn:aws:s3:::${aws:username}")
    assert not fits(written, "s3:GetObject", "arn:aws:s3:::ann", "2008-10-17", username="ann")
    assert fits(written, "s3:GetObject", "arn:aws:s3:::${aws:username}", "2008-10-17", username="ann")
    (found,) = compile_document("old", {"Statement": written}).statements
    assert found.applies("arn:aws:s3:::${aws:username}", {})


def test_all_conditions_must_hold() -> None:
    """Operators and keys are joined by and, their values by or."""
    condition = {"StringEquals": {"aws:a": ["1", "2"], "aws:b": "3"}, "Bool": {"aws:c": True}}
    written = statement(Condition=condition)
    assert fits(written, "s3:GetObject", a="2", b="3", c="true")
    assert not fits(written, "s3:GetObject", a="2", b="4", c="true")
    assert not fits(written, "s3:GetObject", a="2", b="3", c="false")


def test_numbers_and_truth_values_may_stand_without_quotes() -> None:
    """As JSON allows it."""
    assert fits(statement(Condition={"NumericLessThan": {"aws:n": 3}}), "s3:GetObject", n="2.5")


def test_a_statement_says_which_it_is() -> None:
    """By Sid, or by its number."""
    first, second = policy(statement(Sid="Read"), statement("Deny"), name="Data").statements
    assert (str(first.ref), str(second.ref)) == ("Read of Data", "statement 2 of Data")
    assert (first.denies, second.denies) == (False, True)


@pytest.mark.parametrize(
    "wrong",
    [
        statement("Perhaps"),
        statement(NotAction="s3:*"),
        statement(action=None),
        statement(resource=None),
        statement(NotResource="*"),
        statement(action=[]),
        statement(action="GetObject"),
        statement(action="s*:GetObject"),
        statement(action=[None]),
        statement(resource={"a": "b"}),
        statement(Conditions={}),
        statement(Condition=[]),
        statement(Condition={"StringEquals": []}),
        statement(Condition={"StringEquals": {"aws:a": []}}),
        statement(Condition={"StringAlike": {"aws:a": "b"}}),
        "Allow",
    ],
)
def test_a_statement_that_iam_refuses_is_refused(wrong: Any) -> None:
    """Nothing is guessed, nothing is skipped."""
    with pytest.raises(UsageError):
        policy(wrong)


@pytest.mark.parametrize("wrong", [[], "x", {"Statements": []}, {"Version": "2012-10-18", "Statement": []}])
def test_a_document_that_iam_refuses_is_refused(wrong: Any) -> None:
    """Unknown keys and versions too."""
    with pytest.raises(UsageError):
        compile_document("p", wrong)
