"""``mlgov role plan``, ``apply``, ``drift`` and ``snapshot``: an account in memory, a real repository and a forge."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlgov import wiring
from mlgov.cli.main import exit_code_of
from mlgov.errors import CloudError
from mlgov.ports import AccountCall
from tests.approvals.people import NOW
from tests.approvals.world import World, new_repository
from tests.fakes.github_server import GithubServer
from tests.fakes.iam_roles import ACCOUNT, MemoryRoleAccount, StoredRole

NAME, PATH = "SageMaker-churn", "roles/churn.yaml"
ROLE = """\
apiVersion: mlgov/v1
kind: Role
metadata:
  name: {name}
  owners: ["@ml-platform"]
lifecycle:
  status: {status}
spec:
  persona: custom
  description: Reads the data of the churn models.
  account: "{account}"
  activities: [{{id: {activity}}}]
  parameters: {{s3_buckets: [{bucket}]}}
"""

Call = Callable[..., tuple[int, str, str]]


def role(status: str = "approved", name: str = "churn", **changes: str) -> str:
    given = {"account": ACCOUNT, "activity": "access_s3_buckets", "bucket": "churn-data", **changes}
    return ROLE.format(name=name, status=status, **given)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> MemoryRoleAccount:
    """An empty account, which every command gets."""
    memory = MemoryRoleAccount()
    monkeypatch.setattr(wiring, "role_account", lambda service: memory)
    return memory


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, account: MemoryRoleAccount) -> World:
    """A repository with approval rules."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "x")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "x@example.org")
    return new_repository(tmp_path / "governance")


@pytest.fixture
def call(world: World, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run ``mlgov role`` and give exit code, standard output and standard error."""

    def run(*arguments: str, now: str = NOW.isoformat()) -> tuple[int, str, str]:
        code = exit_code_of(["-C", str(world.git.root), "--now", now, "role", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def approved(world: World, **changes: str) -> None:
    """Bring a role under review and approve it with a signature."""
    world.save(PATH, role("draft", **changes))
    world.save(PATH, role("pending_review", **changes))
    world.approve(PATH)


def without_rules(world: World, **changes: str) -> None:
    """Start over without approval rules."""
    world.git.git("checkout", "--quiet", "--orphan", "plain")
    world.git.save("mlgov.toml", '[approvals]\nrepository = "urn:example:governance"\n')
    world.git.save(PATH, role(**changes))


def records(world: World) -> list[Any]:
    paths = world.git.git("ls-tree", "-r", "--name-only", "mlgov-ledger", "applied/").split("\n")
    return [json.loads(world.git.git("show", f"mlgov-ledger:{path}")) for path in paths]


def test_what_is_effectively_approved_is_applied(world: World, call: Call, account: MemoryRoleAccount) -> None:
    """And recorded; the second time there is nothing to do."""
    approved(world)
    code, out, _ = call("plan", "aws")
    assert (code, f"create {NAME}" in out, "+ widened: s3:GetObject on" in out) == (4, True, True)
    assert call("apply", "aws", "--yes")[0] == 0
    assert list(account.service.roles) == [NAME]
    assert call("plan", "aws")[:2] == (0, "1 role is in the account as in git.\n")
    (kept,) = records(world)
    about = ("role", "verdict", "account", "commit", "owner", "done", "left", "trouble")
    assert [kept[key] for key in about] == [
        "churn", "create", ACCOUNT, world.git.git("rev-parse", "HEAD"), "urn:example:governance",
        ["CreateRole", "PutRolePolicy"], [], None,
    ]  # fmt: skip
    assert kept["at"] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_what_only_says_approved_is_not_applied(world: World, call: Call, account: MemoryRoleAccount) -> None:
    """Nor one that was changed after its approval; what the account has stays."""
    world.save(PATH, role())
    code, _, err = call("apply", "aws", "--yes")
    assert (code, "never applied" in err, "unattested" in err) == (2, True, True)
    assert account.service.roles == {}


ACTIVITY = """\
id: read_reports
title: Read reports
summary: Reads reports.
parameters: [s3_buckets]
statements:
  - sid: ReadReports
    purpose: Read reports.
    actions: [{action}]
    resources: ["arn:{{partition}}:s3:::{{s3_buckets}}/*"]
"""


def test_an_activity_that_changes_after_the_approval_is_not_applied(world: World, call: Call) -> None:
    """An approval binds to the role alone, so the activities of the repository must be what they were."""
    world.save("roles/activities/read_reports.yaml", ACTIVITY.format(action="s3:GetObject"))
    approved(world, activity="read_reports")
    assert call("apply", "aws", "--yes")[0] == 0
    world.save("roles/activities/read_reports.yaml", ACTIVITY.format(action="s3:DeleteObject"))
    code, _, err = call("apply", "aws", "--yes")
    assert (code, "changed after the approval" in err) == (2, True)


def test_rules_that_are_taken_away_do_not_help(world: World, call: Call, account: MemoryRoleAccount) -> None:
    """The rules in force are those of the last approved settings."""
    world.save(PATH, role())
    world.save("mlgov.toml", "")
    assert call("apply", "aws", "--yes")[0] == 2
    assert account.service.roles == {}


def test_without_rules_the_declared_status_counts_and_that_is_said(world: World, call: Call) -> None:
    """On standard error."""
    without_rules(world)
    code, out, err = call("apply", "aws", "--yes")
    assert (code, "nothing proves it" in err, "nothing proves it" in out) == (0, True, True)


def test_a_role_of_another_account_is_not_applied(world: World, call: Call, account: MemoryRoleAccount) -> None:
    """It is said to which one it belongs."""
    without_rules(world, account="999999999999")
    code, _, err = call("apply", "aws", "--yes")
    assert (code, "belongs to the account 999999999999" in err, account.service.roles) == (2, True, {})


def test_a_change_by_hand_is_drift_and_what_git_wants_next_is_not(
    world: World, call: Call, account: MemoryRoleAccount
) -> None:
    """The ledger says what was applied; it makes no difference what git wants by now."""
    without_rules(world)
    call("apply", "aws", "--yes")
    world.git.save(PATH, role(bucket="other-data"))
    assert call("drift", "aws")[:2] == (0, "The account has every role as it was applied.\n")
    statement = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
    account.service.roles[NAME].inline["hand"] = {"Version": "2012-10-17", "Statement": statement}
    code, out, _ = call("drift", "aws")
    assert (code, "+ widened: iam:PassRole on * [PassRole, wildcard]" in out) == (4, True)
    del account.service.roles[NAME]
    assert "It is gone" in call("drift", "aws")[1]


def test_issues_follow_the_drift(
    world: World, call: Call, account: MemoryRoleAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened once for a role, edited in place, closed when the change is gone."""
    without_rules(world)
    call("apply", "aws", "--yes")
    with GithubServer() as server:
        forge = f'[forge]\nkind = "github"\nbase_url = "{server.base_url}"\nlogin = "octocat"\n'
        world.git.write("mlgov.toml", f'[approvals]\nrepository = "urn:example:governance"\n{forge}')
        monkeypatch.setenv("GITHUB_TOKEN", "token-of-octocat")
        monkeypatch.setenv("GITHUB_REPOSITORY", server.state.repository)
        assert call("drift", "aws", "--issues")[0] == 0
        assert server.state.issues == []
        account.service.roles[NAME].description = "@everybody <!-- mlgov:umbrella v1 -->"
        assert "would open" in call("drift", "aws", "--issues", "--dry-run")[1]
        for _ in range(2):
            assert call("drift", "aws", "--issues")[0] == 4
        (issue,) = server.state.issues
        assert (issue.state, "mlgov/role" in issue.labels, len(issue.comments)) == ("open", True, 0)
        assert issue.body.startswith("<!-- mlgov:role name=churn v1 -->\n")
        assert "@everybody" not in issue.body
        account.service.roles[NAME].session = 7200
        call("drift", "aws", "--issues")
        assert ("7200" in issue.body, len(issue.comments)) == (True, 1)
        call("apply", "aws", "--yes")
        assert call("drift", "aws", "--issues")[0] == 0
        assert [each.state for each in server.state.issues] == ["closed"]


def test_a_failure_half_way_says_what_is_done_and_what_is_left(
    world: World, call: Call, account: MemoryRoleAccount
) -> None:
    """Exit code 5, a record that says so, and the next apply does the rest."""
    without_rules(world)

    def fail(change: AccountCall) -> None:
        if change.operation == "PutRolePolicy":
            raise CloudError("The line is dead.\x1b[31m")

    account.before = fail
    code, out, _ = call("apply", "aws", "--yes")
    assert (code, "done: CreateRole" in out, "NOT done: PutRolePolicy" in out, "\x1b" in out) == (5, True, True, False)
    assert (records(world)[0]["done"], records(world)[0]["left"]) == (["CreateRole"], ["PutRolePolicy"])
    assert "apply again first" in call("drift", "aws")[1]
    account.before = lambda change: None
    assert call("apply", "aws", "--yes")[0] == 0
    assert call("drift", "aws")[0] == 0


def test_a_plan_file_binds(world: World, call: Call, account: MemoryRoleAccount, tmp_path: Path) -> None:
    """To the commit, to what the account had, and to itself."""
    without_rules(world)
    file = tmp_path / "plan.json"
    assert call("plan", "aws", "-o", str(file))[0] == 4
    edited = file.read_text().replace('"prune": false', '"prune": true')
    (tmp_path / "edited.json").write_text(edited)
    assert "was changed after" in call("apply", "aws", "--plan", str(tmp_path / "edited.json"))[2]
    account.service.roles[NAME] = StoredRole("/", {"Statement": []})
    assert call("apply", "aws", "--plan", str(file))[0] == 3
    account.service.roles.clear()
    world.git.save(PATH, role(bucket="other"))
    code, _, err = call("apply", "aws", "--plan", str(file))
    assert (code, "made for the commit" in err) == (3, True)
    call("plan", "aws", "-o", str(file))
    assert call("apply", "aws", "--plan", str(file))[0] == 0
    assert "other" in str(account.service.roles[NAME].inline)


def test_a_snapshot_stands_for_the_account(
    world: World, call: Call, account: MemoryRoleAccount, tmp_path: Path
) -> None:
    """The same plan comes out, without an account."""
    without_rules(world)
    file = str(tmp_path / "seen.json")
    assert call("snapshot", "aws", "-o", file)[0] == 0
    live = call("plan", "aws", "-f", "json")
    account.identity = lambda: pytest.fail("asked")  # type: ignore[method-assign]
    assert call("plan", "aws", "-f", "json", "--snapshot", file)[:2] == live[:2]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": "mlgov/role-snapshot/v1"}', "[" * 9000, '{"a": 1, "a": 1}', '{"a": NaN}', "\udc80"],
)
def test_a_file_that_is_no_snapshot_is_refused(world: World, call: Call, tmp_path: Path, text: str) -> None:
    """With a reason, and nothing is planned."""
    file = tmp_path / "seen.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    code, out, err = call("plan", "aws", "--snapshot", str(file))
    assert (code, out, "seen.json" in err) == (2, "", True)


def test_nothing_is_changed_without_a_word(world: World, call: Call, account: MemoryRoleAccount) -> None:
    """Nobody is there to be asked."""
    without_rules(world)
    code, _, err = call("apply", "aws")
    assert (code, "Add --yes" in err, account.service.roles) == (2, True, {})
