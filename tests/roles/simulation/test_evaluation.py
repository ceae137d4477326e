"""The decision: denies, layers, resource policies and trust."""

from typing import Any

import pytest

from mlgov.roles.simulation import Decision, PolicyDocument, explain, policies, principal, request
from tests.roles.simulation.policies_for_tests import policy, statement, trust

ACCOUNT, OTHER = "111122223333", "444455556666"
TARGET = f"arn:aws:iam::{ACCOUNT}:role/target"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ops"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/ann"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
FOREIGN = f"arn:aws:iam::{OTHER}:role/ops"

ALL, NOTHING = policy(statement()), policy(name="empty")
DENY = policy(statement("Deny", "s3:GetObject"), name="deny")
ALLOWED, EXPLICIT, IMPLICIT = Decision


def decide(*identity: PolicyDocument, action: str = "s3:GetObject", resource: str = "*", **given: Any) -> Decision:
    """Decide, in both ways, which must agree."""
    found, asked = policies(identity, **given), request(action, resource)
    assert explain(found, asked).decision is found.decide(asked)
    return found.decide(asked)


def test_nothing_allows_nothing() -> None:
    """Denied unless something allows."""
    assert decide() is IMPLICIT
    assert decide(NOTHING) is IMPLICIT


def test_any_policy_may_allow() -> None:
    """Identity policies are joined."""
    assert decide(NOTHING, ALL) is ALLOWED


@pytest.mark.parametrize("where", ["identity", "boundary", "session"])
def test_a_deny_wins_wherever_it_stands(where: str) -> None:
    """In any layer, beside any allow."""
    layers: dict[str, list[PolicyDocument]] = {"identity": [ALL], "boundary": [ALL], "session": [ALL]}
    layers[where].append(DENY)
    assert decide(*layers["identity"], boundary=layers["boundary"], session=layers["session"]) is EXPLICIT


@pytest.mark.parametrize("where", ["boundary", "session"])
def test_a_limit_allows_nothing_by_itself_and_must_allow(where: str) -> None:
    """An empty limit forbids everything, a missing one nothing."""
    assert decide(ALL, **{where: [ALL]}) is ALLOWED
    assert decide(NOTHING, **{where: [ALL]}) is IMPLICIT
    assert decide(ALL, **{where: []}) is IMPLICIT
    assert decide(ALL, **{where: None}) is ALLOWED


def assume(
    who: str,
    *identity: PolicyDocument,
    by: PolicyDocument,
    action: str = "sts:AssumeRole",
    resource: str = TARGET,
    **given: Any,
) -> Decision:
    """Decide about a request under a resource policy, in both ways, which must agree."""
    found, asked = policies(identity, resource=by, principal=principal(who), **given), request(action, resource)
    assert explain(found, asked).decision is found.decide(asked)
    return found.decide(asked)


def aws(*names: str, **more: Any) -> dict[str, Any]:
    """Write a trust statement that means AWS principals."""
    return {"Principal": {"AWS": list(names)}, **more}


def test_a_role_is_not_assumed_without_trust() -> None:
    """Not even by an administrator."""
    assert assume(USER, ALL, by=trust()) is IMPLICIT
    assert assume(USER, ALL, by=trust(aws(ROLE))) is IMPLICIT


def test_naming_the_account_leaves_it_to_the_account() -> None:
    """Trust in an account is trust in whom its administrators allow."""
    assert assume(USER, ALL, by=trust(aws(ACCOUNT))) is ALLOWED
    assert assume(USER, NOTHING, by=trust(aws(ACCOUNT))) is IMPLICIT


def test_naming_a_user_or_role_is_enough_in_one_account() -> None:
    """And not in two."""
    assert assume(USER, NOTHING, by=trust(aws(USER))) is ALLOWED
    assert assume(ROLE, NOTHING, by=trust(aws(ROLE))) is ALLOWED
    assert assume(FOREIGN, NOTHING, by=trust(aws(FOREIGN))) is IMPLICIT
    assert assume(FOREIGN, ALL, by=trust(aws(FOREIGN))) is ALLOWED
    assert assume(FOREIGN, ALL, by=trust(aws(OTHER))) is ALLOWED


def test_limits_hold_for_a_role_that_is_named_but_not_for_a_user_or_session() -> None:
    """A session that is named needs nothing else; a user's boundary does not count either."""
    assert assume(ROLE, NOTHING, by=trust(aws(ROLE)), boundary=[]) is IMPLICIT
    assert assume(SESSION, NOTHING, by=trust(aws(ROLE)), session=[]) is IMPLICIT
    assert assume(SESSION, NOTHING, by=trust(aws(SESSION)), boundary=[], session=[]) is ALLOWED
    assert assume(USER, NOTHING, by=trust(aws(USER)), boundary=[]) is ALLOWED


def test_a_deny_in_trust_means_whom_it_names() -> None:
    """The most direct grant does not help against it."""
    assert assume(USER, ALL, by=trust(aws(USER), aws("*", Effect="Deny"))) is EXPLICIT
    assert assume(USER, ALL, by=trust(aws(USER), aws(ROLE, Effect="Deny"))) is ALLOWED


def test_not_principal_spares_whom_it_names() -> None:
    """Deny everybody but one."""
    spared = {"NotPrincipal": {"AWS": [USER]}, "Effect": "Deny"}
    assert assume(USER, ALL, by=trust(aws(ACCOUNT), spared)) is ALLOWED
    assert assume(ROLE, ALL, by=trust(aws(ACCOUNT), spared)) is EXPLICIT


def test_services_and_providers_need_trust_alone() -> None:
    """They have no identity policies."""
    by = trust(
        {"Principal": {"Service": "sagemaker.amazonaws.com"}}, {"Principal": {"Federated": "accounts.google.com"}}
    )
    assert assume("sagemaker.amazonaws.com", by=by) is ALLOWED
    assert assume("glue.amazonaws.com", by=by) is IMPLICIT
    assert assume("accounts.google.com", by=by) is ALLOWED


def test_trust_is_for_the_action_that_it_names() -> None:
    """Assuming with a web identity is another action."""
    by = trust({"Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity"})
    assert assume("accounts.google.com", by=by) is IMPLICIT
    assert assume("accounts.google.com", by=by, action="sts:AssumeRoleWithWebIdentity") is ALLOWED


def test_a_key_is_not_used_without_its_key_policy() -> None:
    """The policies of the account count only when the key leaves it to the account."""
    key = {"resource": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/a", "action": "kms:Decrypt"}
    assert assume(ROLE, ALL, by=trust(), **key) is IMPLICIT
    assert assume(ROLE, ALL, by=trust(aws(ACCOUNT, Action="kms:*", Resource="*")), **key) is ALLOWED


def test_a_bucket_of_another_account_needs_both_sides() -> None:
    """Its ARN does not say whose it is; the owner does."""
    bucket = trust(aws(ROLE, Action="s3:GetObject", Resource="arn:aws:s3:::data/*"))
    given: dict[str, Any] = {"by": bucket, "resource": "arn:aws:s3:::data/a", "action": "s3:GetObject"}
    assert assume(ROLE, NOTHING, **given) is ALLOWED
    assert assume(ROLE, NOTHING, owner=OTHER, **given) is IMPLICIT
    assert assume(ROLE, ALL, owner=OTHER, **given) is ALLOWED
    assert assume(USER, ALL, owner=OTHER, **given) is IMPLICIT
    assert assume(USER, ALL, **given) is ALLOWED


def test_without_a_principal_a_resource_policy_allows_nothing() -> None:
    """Nobody is nobody."""
    found = policies([ALL], resource=trust({"Principal": "*"}))
    assert found.decide(request("sts:AssumeRole", TARGET)) is IMPLICIT


def test_many_actions_do_not_fill_the_memory() -> None:
    """What is kept for each action is bounded."""
    found = policies([ALL])
    for number in range(10_050):
        found.decide(request(f"s3:A{number}"))
    assert len(found._plans) == 10_000
