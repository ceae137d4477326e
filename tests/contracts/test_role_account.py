"""What every account of roles must do: the one in memory, IAM through boto3 (against a server here), and moto."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from mlgov.adapters.iam_roles import IamRoles
from mlgov.errors import CloudError
from mlgov.ports import AccountCall, RoleAccount
from tests.contracts.test_message_sink import use_aws
from tests.fakes.iam_roles import IamServer, MemoryRoleAccount
from tests.peers.moto_server import moto_address, reset

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
WRITE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}
ROLE, POLICY = "SageMaker-churn", "SageMaker-churn-ManageJobs"


@dataclass
class World:
    """An account, and which one it is."""

    account: RoleAccount
    id: str
    is_moto: bool = False

    def do(self, operation: str, **arguments: Any) -> None:
        self.account.call(AccountCall(operation, arguments))

    def make(self, name: str = ROLE) -> None:
        tags = [{"Key": "team", "Value": "risk"}, {"Key": "empty", "Value": ""}]
        given = {"Description": "größer", "Tags": tags, "MaxSessionDuration": 7200}
        self.do("CreateRole", RoleName=name, Path="/ml/", AssumeRolePolicyDocument=TRUST, **given)

    def make_policy(self) -> str:
        self.do("CreatePolicy", PolicyName=POLICY, Path="/ml/", PolicyDocument=READ, Description="It reads.", Tags=[])
        return f"arn:aws:iam::{self.id}:policy/ml/{POLICY}"


@pytest.fixture(scope="module")
def moto() -> Iterator[Callable[[], str]]:
    """Start moto when it is first asked for."""
    with moto_address() as address:
        yield address


@pytest.fixture(params=["memory", "iam", pytest.param("moto", marks=pytest.mark.slow)])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, moto: Callable[[], str]) -> Iterator[World]:
    """Make an empty account."""
    if request.param == "memory":
        yield World(MemoryRoleAccount(), "111122223333")
        return
    use_aws(monkeypatch, "")
    if request.param == "moto":
        monkeypatch.setenv("AWS_ENDPOINT_URL", moto())
        reset(moto())
        yield World(IamRoles(sleep=lambda seconds: None), "123456789012", is_moto=True)
        return
    with IamServer() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield World(IamRoles(sleep=lambda seconds: None), "111122223333")


def test_an_empty_account(world: World) -> None:
    """It says which it is; nothing of any name is there."""
    identity = world.account.identity()
    assert identity.account == world.id
    assert identity.caller.startswith("arn:aws:")
    assert (world.account.role_names(""), world.account.policy_arns("SageMaker-")) == ([], [])
    assert world.account.role(ROLE) is None
    assert world.account.policy(f"arn:aws:iam::{world.id}:policy/{POLICY}") is None


def test_a_role_that_was_made_is_found(world: World) -> None:
    """With what it was made of."""
    world.make()
    role = world.account.role(ROLE)
    assert role is not None
    assert (role.name, role.path, role.arn) == (ROLE, "/ml/", f"arn:aws:iam::{world.id}:role/ml/{ROLE}")
    assert (role.description, role.max_session_duration, role.trust) == ("größer", 7200, TRUST)
    assert role.tags == (("empty", ""), ("team", "risk"))
    assert (role.inline, role.attached, role.permissions_boundary, role.instance_profiles) == ((), (), None, ())


def test_roles_are_listed_by_their_beginning(world: World) -> None:
    """All of them, however many pages they are."""
    for name in ("SageMaker-c", "SageMaker-a", "Other", "SageMaker-b", "SageMaker-d"):
        world.make(name)
    assert world.account.role_names("SageMaker-") == [f"SageMaker-{letter}" for letter in "abcd"]


def test_a_role_changes(world: World) -> None:
    """Trust, description, session, tags, boundary, inline policies."""
    world.make()
    arn = world.make_policy()
    world.do("UpdateAssumeRolePolicy", RoleName=ROLE, PolicyDocument={**TRUST, "Id": "x"})
    world.do("UpdateRole", RoleName=ROLE, Description="", MaxSessionDuration=3600)
    world.do("TagRole", RoleName=ROLE, Tags=[{"Key": "team", "Value": "ops"}])
    world.do("UntagRole", RoleName=ROLE, TagKeys=["empty"])
    world.do("PutRolePermissionsBoundary", RoleName=ROLE, PermissionsBoundary=arn)
    for name, document in (("B", WRITE), ("A", WRITE), ("A", READ), ("C", READ)):
        world.do("PutRolePolicy", RoleName=ROLE, PolicyName=name, PolicyDocument=document)
    world.do("DeleteRolePolicy", RoleName=ROLE, PolicyName="C")
    role = world.account.role(ROLE)
    assert role is not None
    assert role.trust == {**TRUST, "Id": "x"}
    assert (role.description, role.max_session_duration, role.tags) == ("", 3600, (("team", "ops"),))
    assert (role.permissions_boundary, role.inline) == (arn, (("A", READ), ("B", WRITE)))
    world.do("DeleteRolePermissionsBoundary", RoleName=ROLE)
    assert world.account.role(ROLE).permissions_boundary is None  # type: ignore[union-attr]


def test_a_policy_has_versions(world: World) -> None:
    """Five at most; the one in force is told, and cannot go."""
    arn = world.make_policy()
    for _ in range(4):
        world.do("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=WRITE, SetAsDefault=True)
    policy = world.account.policy(arn)
    assert policy is not None
    assert (policy.document, policy.default_version, policy.versions) == (WRITE, "v5", ("v1", "v2", "v3", "v4"))
    assert (policy.name, policy.path, policy.description) == (POLICY, "/ml/", "It reads.")
    with pytest.raises(CloudError, match="LimitExceeded") as caught:
        world.do("CreatePolicyVersion", PolicyArn=arn, PolicyDocument=READ, SetAsDefault=True)
    assert caught.value.one_thing
    with pytest.raises(CloudError, match="DeleteConflict"):
        world.do("DeletePolicyVersion", PolicyArn=arn, VersionId="v5")
    world.do("DeletePolicyVersion", PolicyArn=arn, VersionId="v1")
    assert world.account.policy(arn).versions == ("v2", "v3", "v4")  # type: ignore[union-attr]


def test_a_policy_is_attached_and_taken_off(world: World) -> None:
    """While it is attached, neither it nor the role can go (moto lets the policy go)."""
    world.make()
    arn = world.make_policy()
    world.do("AttachRolePolicy", RoleName=ROLE, PolicyArn=arn)
    assert world.account.role(ROLE).attached == (arn,)  # type: ignore[union-attr]
    with pytest.raises(CloudError, match="DeleteConflict"):
        world.do("DeleteRole", RoleName=ROLE)
    if not world.is_moto:
        with pytest.raises(CloudError, match="DeleteConflict"):
            world.do("DeletePolicy", PolicyArn=arn)
    world.do("DetachRolePolicy", RoleName=ROLE, PolicyArn=arn)
    world.do("DeletePolicy", PolicyArn=arn)
    world.do("DeleteRole", RoleName=ROLE)
    assert (world.account.role_names(""), world.account.policy_arns("")) == ([], [])


def test_tags_of_a_policy(world: World) -> None:
    """They can be changed later."""
    arn = world.make_policy()
    world.do("TagPolicy", PolicyArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    world.do("UntagPolicy", PolicyArn=arn, TagKeys=["a"])
    assert world.account.policy(arn).tags == (("b", "2"),)  # type: ignore[union-attr]
    assert world.account.policy_arns("SageMaker-") == [arn]


def test_what_is_there_is_not_made_again(world: World) -> None:
    """Neither a role nor a policy; the refusal concerns it alone."""
    world.make()
    world.make_policy()
    for make in (world.make, world.make_policy):
        with pytest.raises(CloudError, match="EntityAlreadyExists") as caught:
            make()
        assert caught.value.one_thing


def test_what_is_not_there_is_not_changed(world: World) -> None:
    """Nor made."""
    with pytest.raises(CloudError, match="NoSuchEntity"):
        world.do("UpdateRole", RoleName=ROLE, Description="", MaxSessionDuration=3600)
    world.make()
    with pytest.raises(CloudError, match="NoSuchEntity"):
        world.do("AttachRolePolicy", RoleName=ROLE, PolicyArn=f"arn:aws:iam::{world.id}:policy/{POLICY}")
