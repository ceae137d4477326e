"""``mlgov grant``, and grants in what is rendered, asked and applied: a real repository, an account in memory."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mlgov import wiring
from mlgov.cli.main import exit_code_of
from tests.approvals.people import ADMIN, NOW, VALIDATOR
from tests.approvals.world import SETTINGS, World
from tests.fakes.iam_roles import ACCOUNT, MemoryRoleAccount
from tests.git_world import new_world

NAME, ROLE, GRANT = "SageMaker-churn", "roles/churn.yaml", "grants/developer-churn.yaml"
DEVELOPER = f"arn:aws:iam::{ACCOUNT}:user/developer"
RULE = """
[[approvals.rules]]
name = "Access"
kind = ["AccessGrant"]
needs = [{ role = "validator" }]
"""
INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
RULED = SETTINGS.replace("[[people]]", f'{RULE}\n[grants]\nidentity_centre = "{INSTANCE}"\n\n[[people]]', 1)
PLAIN = f'[approvals]\nrepository = "urn:example:governance"\n[grants]\nidentity_centre = "{INSTANCE}"\n'
USER = "93671c3f4b-2f1e0d9c-8b7a-4655-9433-221100ffeedd"

Call = Callable[..., tuple[int, str, str]]


def role(status: str = "approved", name: str = "churn") -> str:
    return (
        f"apiVersion: mlgov/v1\nkind: Role\nmetadata:\n  name: {name}\nlifecycle:\n  status: {status}\nspec:\n"
        f'  persona: custom\n  account: "{ACCOUNT}"\n  activities: [{{id: access_s3_buckets}}]\n'
        "  parameters: {s3_buckets: [churn-data]}\n"
    )


def grant(status: str = "approved", name: str = "developer-churn", **changes: str) -> str:
    given = {
        "principal": f"{{type: iam, arn: '{DEVELOPER}'}}",
        "requester": "@developer",
        "expires": until(30),
        **changes,
    }
    given["requester"] = repr(given["requester"])
    lines = "".join(f"  {key}: {value}\n" for key, value in given.items())
    return (
        f"apiVersion: mlgov/v1\nkind: AccessGrant\nmetadata:\n  name: {name}\nlifecycle:\n  status: {status}\n"
        f"spec:\n  role: churn\n  reason: Retrains the model.\n{lines}"
    )


def until(days: float) -> str:
    return (NOW + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> MemoryRoleAccount:
    """An empty account, which every command gets."""
    memory = MemoryRoleAccount()
    monkeypatch.setattr(wiring, "role_account", lambda service: memory)
    return memory


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A repository without approval rules, with an approved role."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "x")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "x@example.org")
    world = World(new_world(tmp_path / "governance"))
    world.git.at = NOW
    world.save("mlgov.toml", PLAIN)
    world.save(ROLE, role())
    return world


@pytest.fixture
def ruled(world: World) -> World:
    """The same with approval rules and proven approvals."""
    world.git.git("checkout", "--quiet", "--orphan", "ruled")
    world.git.git("rm", "-rfq", ".")
    world.save("mlgov.toml", RULED, ADMIN)
    for status in ("draft", "pending_review"):
        world.save(ROLE, role(status))
    world.approve(ROLE)
    return world


@pytest.fixture
def call(world: World, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run mlgov and give exit code, standard output and standard error."""

    def run(*arguments: str, days: float = 2) -> tuple[int, str, str]:
        now = NOW + timedelta(days=days)
        code = exit_code_of(["-C", str(world.git.root), "--now", now.isoformat(), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def approve(world: World, **changes: str) -> None:
    """Take a grant from its draft to approved."""
    for status in ("draft", "pending_review"):
        world.save(GRANT, grant(status, **changes))
    world.approve(GRANT)


def listed(call: Call, *arguments: str, days: float = 2) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(call("grant", "list", "-f", "json", *arguments, days=days)[1])["grants"]
    return found


def trust_of(call: Call, days: float = 2) -> list[dict[str, Any]]:
    code, out, err = call("role", "render", "churn", days=days)
    assert code == 0, err
    found: list[dict[str, Any]] = json.loads(out)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    return found


def test_a_grant_is_written_submitted_and_listed(world: World, call: Call) -> None:
    """From one command; the draft gives nothing yet."""
    code, out, err = call(
        "grant", "new", "developer-churn", "--role", "churn", "--for", DEVELOPER, "--until", until(30)[:10],
        "--reason", "Retrains the model.", "--requester", "@developer",
    )  # fmt: skip
    assert (code, out, "mlgov grant submit developer-churn" in err) == (0, f"{GRANT}\n", True)
    assert f"expires: {until(30)[:10]}T23:59:59Z" in (world.git.root / GRANT).read_text()
    assert call("check")[0] == 0
    assert [(each["state"], each["why"]) for each in listed(call)] == [("not in force", "It is draft.")]
    code, out, err = call("grant", "submit", "developer-churn", "--no-push")
    assert (code, "submit-grant-developer-churn" in out) == (0, True), (out, err)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--role", "chrun", "--for", DEVELOPER), "Did you mean 'churn'"),
        (("--role", "churn", "--for", "developer"), "principal.arn"),
        (("--role", "churn", "--for", "arn:aws:iam::111122223333:role/*"), "principal.arn"),
        (("--role", "churn", "--for", "arn:aws:iam::111122223333:saml-provider/x"), "--subject"),
        (("--role", "churn", "--for", DEVELOPER, "--subject", "x"), "--subject says nothing"),
        (("--role", "churn", "--for", "group:everybody"), "principal.id"),
        (("--role", "churn", "--for", DEVELOPER, "--until", until(400)), "MLG-R072"),
        (("--role", "churn", "--for", DEVELOPER, "--until", "2026-01-01T10:00"), "has no offset"),
        (("--role", "churn", "--for", DEVELOPER, "--requester", "developer"), "requester"),
    ],
)
def test_what_could_never_be_approved_is_refused_at_once(
    world: World, call: Call, given: tuple[str, ...], said: str
) -> None:
    """And nothing is written."""
    usual = ("--until", until(30), "--reason", "x", "--requester", "@developer")
    code, out, err = call("grant", "new", "developer-churn", *usual, *given)
    assert (code in (1, 2), out, said in err) == (True, "", True), err
    assert not (world.git.root / GRANT).exists()


def test_a_grant_of_a_role_under_review_is_refused(world: World, call: Call) -> None:
    """Whoever approves it could not know what the role permits."""
    world.save(ROLE, role("pending_review"))
    code, _, err = call(
        "grant", "new", "d", "--role", "churn", "--for", DEVELOPER, "--until", until(9), "--reason", "x",
        "--requester", "@developer",
    )  # fmt: skip
    assert (code, "MLG-R071" in err) == (1, True)


def test_a_live_grant_stands_in_the_trust_policy_with_its_end(world: World, call: Call) -> None:
    """Rendered beside what the role itself trusts; not before its start, and not after its end."""
    world.save(GRANT, grant(starts=until(1)))
    (_, own) = trust_of(call)
    assert own == {
        "Sid": "GrantXdeveloperXchurn",
        "Effect": "Allow",
        "Principal": {"AWS": [DEVELOPER]},
        "Action": ["sts:AssumeRole"],
        "Condition": {
            "DateGreaterThanEquals": {"aws:CurrentTime": until(1)},
            "DateLessThan": {"aws:CurrentTime": until(30)},
        },
    }
    assert [len(trust_of(call, days)) for days in (0.9, 1, 29.9, 30)] == [1, 2, 2, 1]
    assert [listed(call, days=days)[0]["state"] for days in (0.5, 2, 31)] == ["not started", "in force", "expired"]


def test_a_question_about_the_principal_knows_the_grant_and_the_time(world: World, call: Call) -> None:
    """The date condition is asked with the present time, or with the time that is given."""
    world.save(GRANT, grant())
    asked = ("role", "can", "churn", "sts:AssumeRole", "--principal", DEVELOPER)
    assert call(*asked)[0] == 0
    code, out, _ = call(*asked, "--context", f"aws:CurrentTime={until(31)}")
    assert (code, "DateLessThan" in out) == (1, True)
    assert call(*asked, days=31)[0] == 1


def test_what_was_not_committed_like_this_gives_nothing(world: World, call: Call) -> None:
    """A work tree proves nothing."""
    world.git.write(GRANT, grant())
    assert (len(trust_of(call)), listed(call)[0]["why"]) == (1, "It is not committed like this.")


def test_an_approved_grant_is_applied_and_an_expired_one_is_taken_back(
    ruled: World, call: Call, account: MemoryRoleAccount
) -> None:
    """By the next plan and apply, without anybody touching a file; applying again plans nothing."""
    approve(ruled)
    assert call("role", "apply", "aws", "--yes")[0] == 0
    sids = [each["Sid"] for each in account.service.roles[NAME].trust["Statement"]]
    assert sids == ["SageMaker", "GrantXdeveloperXchurn"]
    assert call("role", "plan", "aws")[0] == 0
    code, out, _ = call("role", "plan", "aws", days=31)
    assert (code, f"narrowed: AWS {DEVELOPER} may assume the role" in out) == (4, True)
    assert call("role", "apply", "aws", "--yes", days=31)[0] == 0
    assert [each["Sid"] for each in account.service.roles[NAME].trust["Statement"]] == ["SageMaker"]
    assert call("role", "plan", "aws", days=31)[0] == 0


def test_a_grant_without_proof_is_not_applied(ruled: World, call: Call, account: MemoryRoleAccount) -> None:
    """It says approved; nobody signed."""
    ruled.save(GRANT, grant())
    assert call("role", "apply", "aws", "--yes")[0] == 0
    assert [each["Sid"] for each in account.service.roles[NAME].trust["Statement"]] == ["SageMaker"]
    assert listed(call)[0]["state"] == "not in force"


@pytest.mark.parametrize(("requester", "counts"), [("@developer", True), (f"@{VALIDATOR.id}", False)])
def test_who_asks_cannot_approve(ruled: World, call: Call, requester: str, counts: bool) -> None:
    """The requester counts as an author, whatever the rules say of owners."""
    approve(ruled, requester=requester)
    assert (listed(call)[0]["state"] == "in force") is counts
    assert ("MLG-V005" in ruled.codes()) is not counts


def test_taking_the_requester_off_does_not_help(ruled: World) -> None:
    """Who asked in any version since the last approval is not independent."""
    ruled.save(GRANT, grant("draft", requester=f"@{VALIDATOR.id}"))
    ruled.save(GRANT, grant("pending_review"))
    ruled.approve(GRANT, who=VALIDATOR)
    assert "MLG-V005" in ruled.codes()


def test_a_grant_that_changes_after_its_approval_gives_nothing(ruled: World, call: Call) -> None:
    """An approval binds to principal and end."""
    approve(ruled)
    ruled.save(GRANT, grant(expires=until(60)))
    assert (listed(call)[0]["state"], "changed" in listed(call)[0]["why"]) == ("not in force", True)


def test_a_longer_term_than_that_of_the_approval_gives_nothing(ruled: World, call: Call) -> None:
    """Waiting does not make a term shorter: it is counted from the approval."""
    approve(ruled, expires=until(120))
    (found,) = listed(call, days=60)
    assert (found["state"], "is allowed" in found["why"]) == ("not in force", True)


def test_a_grant_of_a_role_that_is_not_approved_any_more_gives_nothing(ruled: World, call: Call) -> None:
    """Its own approval stays; it is in force again with the role's."""
    approve(ruled)
    ruled.flip(ROLE, "pending_review")
    ruled.commit()
    (found,) = listed(call)
    assert (found["state"], found["why"].startswith("The role churn is pending review.")) == ("not in force", True)


def test_what_is_due_is_listed_by_its_end(world: World, call: Call) -> None:
    """Those that end soon and those that have ended; archived ones are not due."""
    for name, days, status in (("a", 40, ""), ("b", 10, ""), ("c", 1, ""), ("d", 3, "archived")):
        status = status or "approved"
        world.git.write(f"grants/{name}.yaml", grant(status, name, expires=until(days)))
    world.git.commit("Grants")
    assert [each["name"] for each in listed(call, "--due", "14d")] == ["c", "b"]
    assert [each["name"] for each in listed(call)] == ["c", "d", "b", "a"]
    _, out, _ = call("grant", "list", "--due", "14")
    assert "b: in force, until" in out
    assert "(8 days left)" in out


def test_grants_that_a_trust_policy_has_no_room_for_are_not_applied(
    world: World, call: Call, account: MemoryRoleAccount
) -> None:
    """The role stays as it is, and the exit code says that something is refused."""
    for number in range(12):
        path = f"user/a-folder-with-a-long-name/of-the-laboratory/person-{number:02}"
        arn = f"arn:aws:iam::{ACCOUNT}:{path}"
        text = grant(name=f"person-{number:02}", principal=f"{{type: iam, arn: '{arn}'}}")
        world.git.write(f"grants/person-{number:02}.yaml", text)
    world.save("roles/other.yaml", role(name="other"))
    code, _, err = call("role", "apply", "aws", "--yes")
    assert (code, "IAM takes 2,048" in err, list(account.service.roles)) == (1, True, ["SageMaker-other"])


def test_identity_centre_gets_a_permission_set_and_an_assignment(world: World, call: Call) -> None:
    """As long as the grant is in force; the trust policy of the role has no part in it."""
    text = grant(principal=f"{{type: identity_centre_user, id: {USER}}}")
    world.save(GRANT, text)
    assert len(trust_of(call)) == 1
    code, out, err = call("grant", "render")
    resources = json.loads(out)["Resources"]
    assert (code, sorted(each["Type"] for each in resources.values())) == (
        0, ["AWS::SSO::Assignment", "AWS::SSO::PermissionSet"],
    )  # fmt: skip
    assignment = resources["GrantdeveloperX2dXchurn"]["Properties"]
    assert (assignment["PrincipalId"], assignment["TargetId"]) == (USER, ACCOUNT)
    assert "1 assignment of 1 role" in err
    assert json.loads(call("grant", "render", days=31)[1])["Resources"] == {}


def test_access_that_adds_up_to_a_toxic_pair_is_told_at_the_grant(world: World, call: Call) -> None:
    """Who may deploy by one role must not get another one by which they approve."""
    base = role().split("  activities")[0]
    trust = f"  trust: {{principals: ['{DEVELOPER}']}}\n"
    serving = base.replace("churn", "serving") + "  activities: [{id: manage_endpoints}]\n" + trust
    world.git.write("roles/serving.yaml", serving)
    world.git.write(ROLE, base + "  activities: [{id: approve_model_packages}]\n")
    world.git.write(GRANT, grant())
    _, out, _ = call("check")
    assert "grants/developer-churn.yaml" in out
    assert "MLG-R059" in out


def test_the_matrix_says_who_may_do_what_and_until_when(ruled: World, call: Call) -> None:
    """From proven approvals alone, in text, JSON and CSV."""
    approve(ruled)
    ruled.save("roles/other.yaml", role(name="other"))
    code, out, err = call("role", "matrix")
    assert (code, "    read data in               churn\n" in out) == (0, True)
    assert f"    {DEVELOPER}, until {until(30)} (grant developer-churn)\n" in out
    assert "Not asked: other. It says approved, but" in err
    value = json.loads(call("role", "matrix", "churn-data", "-f", "json")[1])
    assert {each["ability"] for each in value["cells"]} == {"list_bucket", "read_data", "write_data", "delete_data"}
    assert call("role", "matrix", "-f", "csv")[1].startswith("kind,name,ability,role,answer,conditions,action,")
    assert call("role", "matrix", "nothing")[0] == 2


@pytest.mark.parametrize(("requester", "code"), [("@developer", 0), (f"@{VALIDATOR.id}", 1)])
def test_the_gate_lets_a_grant_in_only_by_somebody_else(ruled: World, call: Call, requester: str, code: int) -> None:
    """The same signature counts for one and not for the other, and the gate says why."""
    for status in ("draft", "pending_review"):
        ruled.save(GRANT, grant(status, requester=requester))
    base = ruled.git.git("rev-parse", "HEAD")
    ruled.approve(GRANT)
    found, out, _ = call("gate", "--base", base)
    assert (found, "asks for it and cannot approve it" in out) == (code, bool(code)), out


def test_without_rules_the_longest_term_holds_all_the_same(
    world: World, call: Call, account: MemoryRoleAccount
) -> None:
    """There is no approval to count it from, so it is counted from now on."""
    world.save(GRANT, grant(expires=until(200)))
    assert listed(call)[0]["why"] == "mlgov.toml allows 90 days from now on."
    assert call("role", "apply", "aws", "--yes")[0] == 0
    assert [each["Sid"] for each in account.service.roles[NAME].trust["Statement"]] == ["SageMaker"]
