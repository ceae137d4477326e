"""What a change of a role does to access."""

from dataclasses import replace

from mlgov.roles.access import Effect, access_changes
from mlgov.roles.policy import Condition, Policy, RenderedRole, Statement, TrustStatement

SERVICE = Condition("StringEquals", "iam:PassedToService", ("sagemaker.amazonaws.com",))


def statement(action: str, resource: str = "arn:aws:s3:::data/*", *conditions: Condition) -> Statement:
    return Statement("Sid", "It permits.", (), (action,), (resource,), conditions)


def role(*statements: Statement, **other: object) -> RenderedRole:
    trust = (TrustStatement("Trust", "Service", ("sagemaker.amazonaws.com",), ()),)
    policies = (Policy("P", "activity", "Activity", "It permits.", statements),)
    rendered = RenderedRole("r", "", "/", 3600, trust, "inline", policies, (), None, ())
    return replace(rendered, **other)  # type: ignore[arg-type]


def told(before: RenderedRole | None, after: RenderedRole | None) -> list[tuple[Effect, str, tuple[str, ...]]]:
    return [(change.effect, change.sentence, change.risks) for change in access_changes(before, after)]


def test_nothing_changes() -> None:
    """The same role has no change, whatever the statements are split into."""
    one = role(statement("s3:GetObject"), statement("s3:PutObject"))
    other = role(statement("s3:PutObject"), statement("s3:GetObject"))
    assert told(one, other) == []


def test_a_new_action_widens_and_an_old_one_narrows() -> None:
    """What comes first is what widens."""
    before, after = role(statement("s3:GetObject")), role(statement("s3:PutObject"))
    assert told(before, after) == [
        (Effect.WIDENED, "s3:PutObject on arn:aws:s3:::data/*", ()),
        (Effect.NARROWED, "s3:GetObject on arn:aws:s3:::data/*", ()),
    ]


def test_risks_are_marked() -> None:
    """PassRole, wildcards, a lost condition."""
    passing = "arn:aws:iam::1:role/x"
    before = role(statement("iam:PassRole", passing, SERVICE))
    after = role(statement("iam:PassRole", passing), statement("s3:*", "*"))
    assert told(before, after) == [
        (Effect.WIDENED, "iam:PassRole on arn:aws:iam::1:role/x: other conditions", ("condition lost", "PassRole")),
        (Effect.WIDENED, "s3:* on *", ("wildcard",)),
    ]


def test_one_more_condition_narrows() -> None:
    """A statement that asks for more allows less."""
    before, after = role(statement("s3:GetObject")), role(statement("s3:GetObject", "arn:aws:s3:::data/*", SERVICE))
    assert [effect for effect, _, _ in told(before, after)] == [Effect.NARROWED]


def test_trust_boundary_and_attached_policies() -> None:
    """Who may assume it, what bounds it, what is attached."""
    boundary = "arn:aws:iam::1:policy/boundary"
    before = role(permissions_boundary=boundary)
    trust = (TrustStatement("Trust", "AWS", ("arn:aws:iam::1:root",), ()),)
    after = role(trust=trust, managed_policy_arns=("arn:aws:iam::aws:policy/AdministratorAccess",))
    assert {risk for _, _, risks in told(before, after) for risk in risks} == {"trust", "boundary", "managed policy"}


def test_a_new_role_widens_and_a_role_that_goes_narrows() -> None:
    """All it may do, either way."""
    some = role(statement("s3:GetObject"))
    assert {effect for effect, _, _ in told(None, some)} == {Effect.WIDENED}
    assert {effect for effect, _, _ in told(some, None)} == {Effect.NARROWED}
