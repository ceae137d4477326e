"""IAM through boto3: what it is told to do again, what it hides, and answers that are not the service's."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mlgov.adapters.iam_roles import CHANGES, IamRoles
from mlgov.errors import CloudError
from mlgov.ports import AccountCall
from mlgov.roles.account.planning import Choice, Wanted, plan
from mlgov.roles.account.seen import read_account
from mlgov.roles.account.states import wanted_state
from tests.contracts.test_message_sink import use_aws
from tests.fakes.iam_roles import ACCOUNT, XML, IamServer, StoredPolicy, StoredRole
from tests.fakes.messages import Answer
from tests.roles.samples import rendered

NAME = "SageMaker-churn"
TRUST = {"Version": "2012-10-17", "Statement": []}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[IamServer]:
    """IAM on this machine with one role."""
    with IamServer() as server:
        use_aws(monkeypatch, "")
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        server.service.roles[NAME] = StoredRole("/", TRUST)
        yield server


@pytest.fixture
def waits() -> list[float]:
    """How long was waited."""
    return []


@pytest.fixture
def account(server: IamServer, waits: list[float]) -> IamRoles:
    return IamRoles(sleep=waits.append)


def attach(arn: str = "arn:aws:iam::aws:policy/ReadOnlyAccess") -> AccountCall:
    return AccountCall("AttachRolePolicy", {"RoleName": NAME, "PolicyArn": arn})


def test_what_iam_has_not_heard_of_yet_is_tried_again(server: IamServer, account: IamRoles, waits: list[float]) -> None:
    """With longer and longer waits."""
    server.codes["AttachRolePolicy"] = ["NoSuchEntity", "ConcurrentModification"]
    account.call(attach())
    assert (len(server.service.roles[NAME].attached), waits) == (1, [1, 2])


def test_it_is_not_tried_for_ever(server: IamServer, account: IamRoles, waits: list[float]) -> None:
    """In the end it is told."""
    server.codes["AttachRolePolicy"] = ["NoSuchEntity"] * 9
    with pytest.raises(CloudError, match="NoSuchEntity") as caught:
        account.call(attach())
    assert (caught.value.one_thing, len(waits)) == (True, 4)


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidClientTokenId", "ServiceFailure"])
def test_credentials_are_never_told(server: IamServer, account: IamRoles, code: str) -> None:
    """The server's words hold them here; only a code is repeated, and that nothing more is to be tried."""
    server.codes["GetRole"] = [code] * 9
    with pytest.raises(CloudError, match=code) as caught:
        account.role(NAME)
    assert "AWS4" not in caught.value.message
    assert caught.value.hint
    assert not caught.value.one_thing


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Sign in</html>",
        b"{}",
        b"<GetRoleResponse><GetRoleResult><Role></Role></GetRoleResult></GetRoleResponse>",
        b"<GetRoleResponse><GetRoleResult></GetRoleResult></GetRoleResponse>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><GetRoleResponse>&b;</GetRoleResponse>',
        b"<GetRoleResponse",
        b"\xff\xfe\x00",
    ],
)
def test_an_answer_that_is_not_the_service_s(server: IamServer, account: IamRoles, body: bytes) -> None:
    """It is an error of ours, never a role without permissions."""
    server.answers.append(Answer(200, XML, body))
    with pytest.raises(CloudError):
        account.role(NAME)


def test_an_answer_about_another_role(server: IamServer, account: IamRoles) -> None:
    """It is not taken for the one that was asked for."""
    server.twist["GetRole"] = lambda value: {"Role": {**value["Role"], "RoleName": "SageMaker-admin"}}
    with pytest.raises(CloudError, match="something else"):
        account.role(NAME)


def test_a_list_that_does_not_end(server: IamServer, account: IamRoles, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up."""
    monkeypatch.setattr("mlgov.adapters.iam_roles.MAX_PAGES", 5)
    server.twist["ListRoles"] = lambda value: {"Roles": [], "IsTruncated": "true", "Marker": "1"}
    with pytest.raises(CloudError, match="does not end"):
        account.role_names("")


@pytest.mark.parametrize("identity", [{}, {"Account": "", "Arn": "x"}, {"Account": "12345678901x"}])
def test_an_account_that_does_not_say_who_it_is(server: IamServer, account: IamRoles, identity: dict[str, str]) -> None:
    """Nothing is done there."""
    server.twist["GetCallerIdentity"] = lambda value: identity
    with pytest.raises(CloudError, match="which account"):
        account.identity()


@pytest.mark.parametrize(
    "document",
    [
        "no JSON",
        "[" * 5000,
        [],
        {"Statement": "x"},
        {"Statement": [None]},
        {"Statement": {"Effect": "Allow", "Action": {"a": 1}, "Resource": 7, "Condition": ["x"], "Principal": 4}},
        {"Statement": [{"Condition": {"Bool": {"x": True}, "Null": 1}, "NotAction": [], "Sid": {"y": "\u202e"}}]},
        {"Statement": [], "Other": 10**30},
    ],
)
def test_documents_that_nobody_can_read_are_taken_back(server: IamServer, account: IamRoles, document: Any) -> None:
    """Whatever stands in a policy of a role that is ours, a plan comes out, and it brings the role to git."""
    state = wanted_state(rendered(activities=["manage_jobs"]), ACCOUNT, "me")
    ((name, _),) = state.role.inline  # type: ignore[union-attr]
    server.service.roles[NAME] = StoredRole("/", TRUST, tags={"mlgov:managed-by": "me"}, inline={name: document})
    try:
        seen = read_account(account, lambda done, total: None)
    except CloudError:
        assert document == "[" * 5000  # boto3 itself gives up
        return
    (planned,) = plan([Wanted("churn", state, "")], seen, Choice("me"))
    assert "PutRolePolicy" in [call.operation for call in planned.calls]
    json.dumps([str(change) for change in planned.differences.access])


def test_nothing_but_the_changes_in_the_table_is_ever_sent(account: IamRoles) -> None:
    """Whatever a plan says."""
    with pytest.raises(KeyError):
        account.call(AccountCall("CreateAccessKey", {"UserName": "root"}))
    assert not any("User" in operation or "AccessKey" in operation for operation in CHANGES)


def test_versions_are_in_the_order_of_their_numbers(server: IamServer, account: IamRoles) -> None:
    """v10 is newer than v9."""
    arn = f"arn:aws:iam::{ACCOUNT}:policy/SageMaker-x"
    versions = {f"v{number}": TRUST for number in (10, 9, 2, 11)}
    server.service.policies[arn] = StoredPolicy("SageMaker-x", "/", versions, default="v10")
    policy = account.policy(arn)
    assert policy is not None
    assert policy.versions == ("v2", "v9", "v11")


@pytest.mark.parametrize("unset", ["AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION"])
def test_an_environment_that_does_not_say_enough(
    server: IamServer, monkeypatch: pytest.MonkeyPatch, unset: str
) -> None:
    """It is said what is missing."""
    monkeypatch.delenv(unset)
    with pytest.raises(CloudError) as caught:
        IamRoles().identity()
    assert "AWS_" in caught.value.hint
