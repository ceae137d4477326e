"""Grants in a trust policy: who is meant, until when, and that the simulator agrees."""

from typing import Any

import pytest

from mlgov.roles import RenderedRole
from mlgov.roles.access_grants import with_grants
from mlgov.roles.access_grants.trust import sid_of
from mlgov.roles.iam_json import trust_document
from mlgov.roles.simulation import principal, simulate
from tests.roles.access_grants.samples import PRINCIPALS, grant
from tests.roles.samples import ACCOUNT, rendered, role

ACTIVITY = "access_s3_buckets"
END = {"aws:CurrentTime": "2026-12-31T18:00:00Z"}
ASSUMED = {
    "iam": ({"AWS": [f"arn:aws:iam::{ACCOUNT}:user/developer"]}, "sts:AssumeRole", {}),
    "saml": (
        {"Federated": [f"arn:aws:iam::{ACCOUNT}:saml-provider/staff"]},
        "sts:AssumeRoleWithSAML",
        {"SAML:aud": "https://signin.aws.amazon.com/saml", "SAML:sub": "developer@example.org"},
    ),
    "oidc": (
        {"Federated": [f"arn:aws:iam::{ACCOUNT}:oidc-provider/login.example.org"]},
        "sts:AssumeRoleWithWebIdentity",
        {"login.example.org:aud": "aws", "login.example.org:sub": "developer"},
    ),
}


def made(**spec: Any) -> RenderedRole:
    """Render a small role."""
    return rendered(activities=[ACTIVITY], **spec)


@pytest.mark.parametrize("kind", ASSUMED)
def test_a_grant_is_one_statement_about_one_principal(kind: str) -> None:
    """With the end as a second lock, in UTC."""
    found = trust_document(with_grants(made(), [grant(kind=kind)]))["Statement"]
    who, action, claims = ASSUMED[kind]
    assert found[:-1] == trust_document(made())["Statement"]
    assert (found[-1]["Principal"], found[-1]["Action"]) == (who, [action])
    assert found[-1]["Condition"] == {"DateLessThan": END} | ({"StringEquals": claims} if claims else {})


@pytest.mark.parametrize("kind", ["user", "group"])
def test_identity_centre_has_no_part_in_it(kind: str) -> None:
    """It brings roles of its own into the account."""
    assert with_grants(made(), [grant(kind=kind)]) == made()


@pytest.mark.parametrize("kind", ASSUMED)
@pytest.mark.parametrize(
    ("at", "counts"), [("2026-12-31T17:59:59Z", True), ("2026-12-31T18:00:00Z", False), ("2026-11-30T23:59:59Z", False)]
)
def test_it_lets_in_until_its_last_second_and_not_before_its_first(kind: str, at: str, counts: bool) -> None:
    """As IAM decides it."""
    granted = with_grants(made(), [grant(kind=kind, starts="2026-12-01T00:00:00Z")])
    simulated = simulate(role(activities=[ACTIVITY]).spec, granted)
    who, action, claims = ASSUMED[kind]
    asking = principal(next(iter(who.values()))[0])
    assert simulated.may_be_assumed(asking, {**claims, "aws:CurrentTime": at}, action=action).is_allowed is counts
    for key in claims:
        other = {**claims, key: "other", "aws:CurrentTime": at}
        assert not simulated.may_be_assumed(asking, other, action=action).is_allowed


def test_a_partition_has_its_own_page_to_sign_in() -> None:
    """The audience of an assertion."""
    china = {"type": "saml", "provider": f"arn:aws-cn:iam::{ACCOUNT}:saml-provider/staff", "subject": "developer"}
    china_role = made(partition="aws-cn", region="cn-north-1")
    found = trust_document(with_grants(china_role, [grant(principal=china)]))["Statement"][-1]
    assert found["Condition"]["StringEquals"]["SAML:aud"] == "https://signin.amazonaws.cn/saml"


def test_names_that_differ_have_sids_that_differ() -> None:
    """And each is one that IAM takes."""
    names = ["a-b1", "ab1", "a-b-1", "ab-1", "a1", "a-1", "x-x", "xxx", "x--x"]
    assert len({sid_of(name) for name in names}) == len(names)
    assert all(sid_of(name).isalnum() for name in names)


def test_the_order_of_grants_does_not_matter() -> None:
    """The same grants give the same bytes."""
    one, other = grant("a"), grant("b", "saml")
    assert with_grants(made(), [one, other]) == with_grants(made(), [other, one])


def test_every_kind_of_principal_is_written_and_read() -> None:
    """The samples are all there are."""
    assert {each["type"] for each in PRINCIPALS.values()} == {
        "iam", "saml", "oidc", "identity_centre_user", "identity_centre_group",
    }  # fmt: skip
