"""The whole life of a role in an account as moto emulates it, through ``mlgov role`` over HTTP."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from mlgov.cli.main import exit_code_of
from tests.contracts.test_message_sink import use_aws
from tests.git_world import GitWorld, new_world
from tests.peers.moto_server import moto_address, reset

pytestmark = pytest.mark.slow

ROLE = """\
apiVersion: mlgov/v1
kind: Role
metadata: {{name: {name}, owners: ["@ml-platform"]}}
lifecycle: {{status: {status}}}
spec:
  persona: custom
  description: Trains the churn models.
  account: "123456789012"
  activities: [{{id: manage_jobs}}, {{id: access_s3_buckets}}]
  parameters:
    roles_to_pass: ["arn:aws:iam::123456789012:role/SageMaker-churn-compute"]
    s3_buckets: [{bucket}]
  policy_type: {policy_type}
  path: {path}
  tags: {{team: churn}}
"""
NAME = "SageMaker-churn"


@pytest.fixture(scope="module")
def moto() -> Iterator[Callable[[], str]]:
    """Start moto when it is first asked for."""
    with moto_address() as address:
        yield address


@pytest.fixture
def iam(moto: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty account, and a client of it."""
    use_aws(monkeypatch, "")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "x")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "x@example.org")
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto())
    reset(moto())
    client = boto3.client("iam")
    yield client
    client.close()


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """An empty governance repository that has no approval rules."""
    world = new_world(tmp_path / "governance")
    world.save("mlgov.toml", '[approvals]\nrepository = "octo-org/models"\n')
    return world


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


def mlgov(git: GitWorld, *arguments: str) -> Done:
    """Run ``mlgov role`` in this process, in the environment that names the account."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = exit_code_of(["-C", str(git.root), "role", *arguments])
    return Done(code, out.getvalue(), err.getvalue())


def save(git: GitWorld, name: str = "churn", **changes: str) -> str:
    """Commit a role."""
    given = {"status": "approved", "bucket": "churn-data", "policy_type": "inline", "path": "/ml/", **changes}
    return git.save(f"roles/{name}.yaml", ROLE.format(name=name, **given))


def apply(git: GitWorld, *options: str) -> str:
    """Apply, prove that nothing is left to do, and give what was said."""
    done = mlgov(git, "apply", "aws", "--yes", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    again = mlgov(git, "apply", "aws", "--yes", *options)
    assert (again.returncode, "done:" in again.stdout) == (0, False), again.stdout
    assert mlgov(git, "plan", "aws", *options).returncode == 0
    assert mlgov(git, "drift", "aws").returncode == 0
    return done.stdout


def drifted(git: GitWorld) -> dict[str, Any]:
    """Give what drift tells of the one role."""
    done = mlgov(git, "drift", "aws", "-f", "json")
    assert done.returncode == 4, done.stdout + done.stderr
    (found,) = json.loads(done.stdout)["roles"]
    result: dict[str, Any] = found
    return result


def test_a_life(iam: Any, world: GitWorld) -> None:
    """Made, changed by hand, taken back, repacked, moved, removed; each settled before the next."""
    save(world)
    assert mlgov(world, "plan", "aws").returncode == 4
    assert f"create {NAME}" in apply(world)
    role = iam.get_role(RoleName=NAME)["Role"]
    assert (role["Path"], role["Description"]) == ("/ml/", "Trains the churn models.")
    tags = {"mlgov:managed-by": "octo-org/models", "team": "churn"}
    assert {tag["Key"]: tag["Value"] for tag in role["Tags"]} == tags
    assert len(iam.list_role_policies(RoleName=NAME)["PolicyNames"]) == 2

    # By hand: a statement, a stranger's policy, another to trust.
    wide = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": ["iam:PassRole", "s3:*"], "Resource": "*"},
    }
    iam.put_role_policy(RoleName=NAME, PolicyName="hand-made", PolicyDocument=json.dumps(wide))
    trust = role["AssumeRolePolicyDocument"]
    statement = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    trust["Statement"].append(statement)
    iam.update_assume_role_policy(RoleName=NAME, PolicyDocument=json.dumps(trust))
    found = drifted(world)["changes"]["access"]
    assert {(each["sentence"], *each["risks"]) for each in found} == {
        ("iam:PassRole on *", "PassRole", "wildcard"),
        ("s3:* on *", "wildcard"),
        ("AWS arn:aws:iam::111122223333:root may assume the role", "trust"),
    }
    assert "DeleteRolePolicy" in apply(world)

    # As managed policies: the role may do the same. Then more versions than IAM keeps.
    save(world, policy_type="managed")
    done = mlgov(world, "plan", "aws", "-f", "json")
    assert json.loads(done.stdout)["roles"][0]["changes"]["access"] == []
    apply(world)
    for number in range(5):
        save(world, policy_type="managed", bucket=f"churn-{number}")
        assert "CreatePolicyVersion" in apply(world)
    arn = f"arn:aws:iam::123456789012:policy/ml/{NAME}-AccessS3Buckets"
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert len(versions) == 5
    assert "churn-4" in json.dumps(iam.get_policy_version(PolicyArn=arn, VersionId="v6")["PolicyVersion"]["Document"])

    # Another path: only when asked for.
    save(world, policy_type="managed", bucket="churn-4", path="/other/")
    refused = mlgov(world, "apply", "aws", "--yes")
    assert (refused.returncode, "--replace" in refused.stdout) == (1, True)
    apply(world, "--replace")
    assert iam.get_role(RoleName=NAME)["Role"]["Path"] == "/other/"

    # Out of use: it stays. Removed with a tombstone: it goes when asked for.
    save(world, "other")
    save(world, policy_type="managed", bucket="churn-4", path="/other/", status="archived")
    assert f"orphan {NAME}" in apply(world)
    world.remove("roles/churn.yaml")
    world.save("roles/.tombstones/churn.yaml", TOMBSTONE)
    assert f"orphan {NAME}" in apply(world)
    assert f"delete {NAME}" in apply(world, "--prune")
    assert [each["RoleName"] for each in iam.list_roles()["Roles"]] == ["SageMaker-other"]
    assert iam.list_policies(Scope="Local")["Policies"] == []

    records = world.git("ls-tree", "-r", "--name-only", "mlgov-ledger", "applied/churn/").split("\n")
    verdicts = [json.loads(world.git("show", f"mlgov-ledger:{path}"))["verdict"] for path in records]
    assert sorted(set(verdicts)) == ["create", "delete", "replace", "update"]
    assert len(verdicts) == 10


TOMBSTONE = """\
apiVersion: mlgov/v1
kind: Tombstone
metadata: {name: churn}
lifecycle: {status: archived}
spec:
  kind: Role
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  version: 1
  status: archived
  removed_on: "2026-01-01"
  reason: Nobody needs it.
"""


def test_a_role_of_somebody_else_is_not_touched(iam: Any, world: GitWorld) -> None:
    """Of the same name, without our tag; nor one of another name."""
    for name in (NAME, "SageMaker-console"):
        trust = {"Version": "2012-10-17", "Statement": []}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    save(world)
    done = mlgov(world, "apply", "aws", "--yes")
    assert done.returncode == 1, done.stderr
    assert f"refuse {NAME}" in done.stdout
    assert "left alone: SageMaker-console" in done.stdout
    assert iam.list_role_policies(RoleName=NAME)["PolicyNames"] == []


def test_a_plan_is_applied_or_nothing(iam: Any, world: GitWorld, tmp_path: Path) -> None:
    """A plan file is carried out as long as neither the account nor the commit is another."""
    save(world)
    plan, seen = str(tmp_path / "plan.json"), str(tmp_path / "seen.json")
    assert mlgov(world, "snapshot", "aws", "-o", seen).returncode == 0
    assert mlgov(world, "plan", "aws", "--snapshot", seen, "-o", plan).returncode == 4
    iam.create_role(RoleName="SageMaker-stranger", AssumeRolePolicyDocument='{"Statement": []}')
    diverged = mlgov(world, "apply", "aws", "--plan", plan)
    assert (diverged.returncode, "not what they were" in diverged.stderr) == (3, True), diverged.stderr
    assert mlgov(world, "plan", "aws", "-o", plan).returncode == 4
    assert mlgov(world, "apply", "aws", "--plan", plan).returncode == 0
    assert iam.get_role(RoleName=NAME)
    save(world, bucket="other-data")
    assert "made for the commit" in mlgov(world, "apply", "aws", "--plan", plan).stderr
