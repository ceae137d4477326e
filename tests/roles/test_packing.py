"""Managed policies are split and joined, and what the role permits stays the same."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.roles import RenderedRole, Statement
from mlgov.roles.packing import MANAGED_POLICY_MAX, PolicyObject, document, objects, size
from tests.roles.samples import ACTIVITIES, EXTRAS, rendered, role, statements

ALL = pytest.mark.parametrize("extra", EXTRAS)
Grant = tuple[str, str, object]


def grants(every: list[Statement]) -> set[Grant]:
    """List what statements permit, one action on one resource at a time."""
    return {(a, r, s.conditions) for s in every for a, r in product(s.actions, s.resources)}


def packed(rendered_role: RenderedRole) -> list[Statement]:
    """List the statements of the policies that IAM is given."""
    return [statement for policy in objects(rendered_role) for statement in policy.statements]


def fits(policy: PolicyObject) -> bool:
    """Say whether a policy is whole: within the limit, and no Sid twice."""
    sids = [statement.sid for statement in policy.statements]
    return size(document(policy.statements)) <= MANAGED_POLICY_MAX and len(set(sids)) == len(sids)


@ALL
def test_a_role_with_every_activity_is_joined_into_few_policies(extra: str) -> None:
    """Twenty-six activities fit into five policies at most, and permit the same."""
    found = rendered(activities=ACTIVITIES, policy_type="managed", **EXTRAS[extra])
    assert len(objects(found)) <= 5
    assert all(map(fits, objects(found)))
    assert grants(packed(found)) == grants(statements(found))


def test_joined_policies_carry_the_name_of_the_role_and_a_number() -> None:
    """Their descriptions say that they belong together."""
    found = objects(rendered(activities=ACTIVITIES, policy_type="managed"))
    assert [policy.name for policy in found] == [f"SageMaker-churn-{n}" for n in range(1, len(found) + 1)]
    assert found[0].description == f"What the role permits, part 1 of {len(found)}."


def test_a_sid_says_which_activity_it_comes_from() -> None:
    """Several activities have a statement PassRoles; equal ones stand once."""
    every = packed(rendered(activities=ACTIVITIES, policy_type="managed"))
    passing = [statement.sid for statement in every if statement.actions == ("iam:PassRole",)]
    assert passing == ["ManageJobsPassRoles"]


def test_a_split_policy_keeps_its_name_with_a_number() -> None:
    """Its description stays that of the activity."""
    names = [f"churn_{number:04}_{'x' * 40}" for number in range(150)]
    parameters = {"s3_buckets": ["abc"], "glue_databases": names}
    found = rendered(activities=["manage_glue_tables"], parameters=parameters, policy_type="managed")
    split = objects(found)
    assert [policy.name for policy in split] == [f"SageMaker-churn-ManageGlueTables-{n}" for n in (1, 2, 3, 4)]
    assert {policy.description for policy in split} == {found.policies[0].summary}
    assert all(map(fits, split))
    assert grants(packed(found)) == grants(statements(found))


@settings(deadline=None, max_examples=20)
@given(
    st.sets(st.sampled_from(ACTIVITIES), min_size=1),
    st.integers(1, 150),
    st.sampled_from(sorted(EXTRAS)),
    st.integers(0, 10),
)
def test_whatever_is_packed_permits_the_same(chosen: set[str], buckets: int, extra: str, foreign: int) -> None:
    """Any activities, any number of buckets, beside any number of other policies: nothing lost, nothing won."""
    from mlgov.roles.assembly import assemble
    from mlgov.roles.library import built_in

    arns = [f"arn:aws:iam::111122223333:policy/p{n}" for n in range(foreign)]
    spec = {"policy_type": "managed", "managed_policy_arns": arns, **EXTRAS[extra]}
    whole = role(activities=sorted(chosen), **spec)
    many = whole.spec.parameters.model_copy(update={"s3_buckets": [f"bucket-{n:03}" for n in range(buckets)]})
    found = assemble(whole.model_copy(update={"spec": whole.spec.model_copy(update={"parameters": many})}), built_in())
    assert all(map(fits, objects(found)))
    assert grants(packed(found)) == grants(statements(found))
    assert objects(found) == objects(found)
