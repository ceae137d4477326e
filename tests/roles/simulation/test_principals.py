"""Who asks, and whom a Principal element means."""

import pytest

from mlgov.errors import UsageError
from mlgov.roles.simulation import principal
from mlgov.roles.simulation.principals import Grant, Principal, grant_to, is_named

ROLE = "arn:aws:iam::111122223333:role/team/ops"
SESSION = "arn:aws:sts::111122223333:assumed-role/ops/ann"
USER = "arn:aws:iam::111122223333:user/ann"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("sagemaker.amazonaws.com", "Service"),
        (ROLE, "AWS"),
        (SESSION, "AWS"),
        (USER, "AWS"),
        ("arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com", "Federated"),
        ("arn:aws:iam::111122223333:saml-provider/corporate", "Federated"),
        ("accounts.google.com", "Federated"),
    ],
)
def test_a_principal_is_read(text: str, kind: str) -> None:
    """Services, roles, sessions, users and identity providers."""
    assert principal(text) == Principal(kind, text)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "ann", "arn:aws:s3:::data", "111122223333", "a b.c", "*"])
def test_what_is_no_principal_is_refused(text: str) -> None:
    """With an example of what is one."""
    with pytest.raises(UsageError, match="no principal"):
        principal(text)


@pytest.mark.parametrize(
    ("asking", "named", "grant"),
    [
        (USER, USER, Grant.ROLE_OR_USER),
        (USER, "*", Grant.ROLE_OR_USER),
        (USER, "111122223333", Grant.ACCOUNT),
        (USER, "arn:aws:iam::111122223333:root", Grant.ACCOUNT),
        (USER, "444455556666", Grant.NONE),
        (USER, "arn:aws:iam::111122223333:user/*", Grant.NONE),
        (SESSION, SESSION, Grant.SESSION),
        (SESSION, "arn:aws:iam::111122223333:role/ops", Grant.ROLE_OR_USER),
        (SESSION, ROLE, Grant.NONE),
        (ROLE, ROLE, Grant.ROLE_OR_USER),
    ],
)
def test_an_aws_principal_is_meant_more_or_less_directly(asking: str, named: str, grant: Grant) -> None:
    """By account, by name, by session; a pattern in a name means nobody."""
    assert grant_to(principal(asking), {"AWS": [named]}) is grant


def test_a_session_of_a_role_with_a_path_is_meant_by_the_role() -> None:
    """A session ARN does not tell the path; who knows the role says so."""
    assert grant_to(Principal("AWS", SESSION, ROLE), {"AWS": [ROLE]}) is Grant.ROLE_OR_USER


def test_kinds_are_kept_apart() -> None:
    """A service is not meant by AWS, and everybody is meant by the bare star alone."""
    service = principal("sagemaker.amazonaws.com")
    assert grant_to(service, {"AWS": ["*"]}) is Grant.NONE
    assert grant_to(service, {"Service": ["glue.amazonaws.com", "sagemaker.amazonaws.com"]}) is Grant.ROLE_OR_USER
    assert grant_to(service, {"*": ["*"]}) is Grant.ROLE_OR_USER


def test_the_most_direct_name_counts() -> None:
    """Account and user side by side."""
    assert grant_to(principal(USER), {"AWS": ["111122223333", USER]}) is Grant.ROLE_OR_USER
    assert is_named(principal(USER), {"AWS": ["111122223333"]})


def test_the_account_and_the_kind_of_a_principal() -> None:
    """As its ARN says."""
    assert (principal(USER).account, principal(USER).is_user) == ("111122223333", True)
    assert (principal(ROLE).account, principal(ROLE).is_user) == ("111122223333", False)
    assert principal("glue.amazonaws.com").account == ""
