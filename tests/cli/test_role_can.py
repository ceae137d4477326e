"""``mlgov role can``: the answer, the statement that decided, and exit codes."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of

ACCOUNT = "111122223333"
JOB = f"arn:aws:sagemaker:eu-central-1:{ACCOUNT}:training-job/a"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonSageMakerReadOnly"

ROLE = """\
apiVersion: mlgov/v1
kind: Role
metadata:
  name: {name}
lifecycle:
  status: draft
spec:
  persona: custom
  account: "111122223333"
  region: eu-central-1
  activities:
    - id: {activity}
"""
TRAINER = (
    ROLE.format(name="trainer", activity="manage_jobs")
    + """\
  parameters:
    roles_to_pass: [arn:aws:iam::111122223333:role/SageMaker-runner]
  tests:
    - expect: deny
      actions: [sagemaker:CreateTrainingJob]
"""
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a governance repository: a trainer (with a test that fails), a runner, and a role that is broken."""
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(tmp_path)], check=True)
    (tmp_path / "mlgov.toml").write_text("")
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles/trainer.yaml").write_text(TRAINER)
    (tmp_path / "roles/runner.yaml").write_text(ROLE.format(name="runner", activity="manage_endpoints"))
    (tmp_path / "roles/broken.yaml").write_text(ROLE.format(name="broken", activity="fly"))
    (tmp_path / "roles/torn.yaml").write_text("apiVersion: mlgov/v1\nkind: Role\n")
    return tmp_path


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``mlgov role can``; gives exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = exit_code_of(["-C", str(root), "role", "can", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_an_allowed_request(run: Any) -> None:
    """Exit code 0; the statement that allows. That a test of the role fails does not matter here."""
    assert run("trainer", "sagemaker:CreateTrainingJob", JOB) == (
        0,
        "allowed: CreateJobs of ManageJobs allows it.\n",
        "",
    )


def test_a_denied_request(run: Any) -> None:
    """Exit code 1; what came closest."""
    code, out, err = run("trainer", "sagemaker:CreateTrainingJob", JOB.replace("eu-central-1", "us-east-1"))
    assert (code, err) == (1, "")
    assert out.startswith("denied: CreateJobs of ManageJobs allows sagemaker:CreateTrainingJob, but not on arn:")


def test_an_action_without_a_resource(run: Any) -> None:
    """The resource may be left out."""
    assert run("trainer", "sagemaker:ListTrainingJobs")[0] == 0


def test_the_answer_as_json(run: Any) -> None:
    """Everything that is known, for programs."""
    code, out, _ = run("trainer", "iam:PassRole", "arn:aws:iam::1:role/x", "--context", "a:b=1", "-f", "json")
    value = json.loads(out)
    assert code == 1
    assert value["format"] == "mlgov/role-answer/v1"
    assert value["decision"] == "implicit_deny"
    assert value["nearest"] == {"policy": "ManageJobs", "statement": 5, "sid": "PassRoles", "effect": "Allow"}
    assert (value["context"], value["unknown_policies"]) == ({"a:b": ["1"]}, [])


def test_a_key_given_twice_has_two_values(run: Any) -> None:
    """Commas and equal signs are part of a value."""
    given = ("--context", "aws:TagKeys=a,b", "--context", "aws:TagKeys=c=d")
    assert json.loads(run("trainer", "s3:GetObject", *given, "-f", "json")[1])["context"] == {
        "aws:TagKeys": ["a,b", "c=d"]
    }


def test_passing_a_role_of_the_repository_asks_its_trust_policy(run: Any) -> None:
    """SageMaker is trusted, and named in the condition of the one who passes."""
    runner = f"arn:aws:iam::{ACCOUNT}:role/SageMaker-runner"
    assert run("trainer", "iam:PassRole", runner, "--context", "iam:PassedToService=sagemaker.amazonaws.com")[0] == 0
    code, out, _ = run("trainer", "iam:PassRole", runner, "--context", "iam:PassedToService=lambda.amazonaws.com")
    assert code == 1
    assert "but the request says lambda.amazonaws.com" in out


def test_assuming_a_role_of_the_repository_asks_its_trust_policy(run: Any) -> None:
    """It trusts SageMaker alone."""
    code, out, _ = run("trainer", "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/SageMaker-runner")
    assert (code, out) == (1, "denied: No statement of the trust policy allows sts:AssumeRole.\n")


def test_assuming_another_role_says_what_is_not_known(run: Any) -> None:
    """Its trust policy is somewhere else."""
    assert (
        "Decided without the trust policy of arn:aws:iam::1:role/x"
        in run("trainer", "sts:AssumeRole", "arn:aws:iam::1:role/x")[2]
    )


def test_who_may_assume_the_role(run: Any) -> None:
    """The trust policy is asked for somebody else."""
    asked = ("runner", "sts:AssumeRole", "--principal", "sagemaker.amazonaws.com")
    code, out, _ = run(*asked, "--context", f"aws:SourceAccount={ACCOUNT}")
    assert (code, out) == (0, "allowed: SageMaker of the trust policy allows it.\n")
    assert run(*asked)[0] == 1


def test_an_attached_policy_counts_when_it_is_given(run: Any, root: Path) -> None:
    """Without its text, the answer says what it does not know."""
    (root / "roles/trainer.yaml").write_text(TRAINER + f"  managed_policy_arns: [{READ_ONLY}]\n")
    code, _, err = run("trainer", "sagemaker:CreateTrainingJob", JOB)
    assert (code, err) == (0, f"Decided without {READ_ONLY}; give each as --policy ARN=FILE.\n")
    deny = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
    (root / "deny.json").write_text(json.dumps(deny))
    code, out, err = run("trainer", "sagemaker:CreateTrainingJob", JOB, "--policy", f"{READ_ONLY}=deny.json")
    assert (code, out, err) == (1, f"denied: statement 1 of {READ_ONLY} denies it explicitly.\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody", "s3:GetObject"), "There is no roles/nobody.yaml."),
        (("torn", "s3:GetObject"), "roles/torn.yaml cannot be read as a role."),
        (("broken", "s3:GetObject"), "cannot be rendered"),
        (("trainer", "s3:*"), "without wildcards"),
        (("trainer", "s3:GetObject", "arn:aws:s3:::a/*"), "without wildcards"),
        (("trainer", "s3:GetObject", "--context", "a"), "has no '='"),
        (("trainer", "s3:GetObject", "--principal", "ann"), "no principal"),
        (("trainer", "s3:GetObject", "--policy", f"{READ_ONLY}=mlgov.toml"), "mlgov.toml is not JSON."),
        (("trainer", "s3:GetObject", "--policy", f"{READ_ONLY}=good.json"), "does not attach"),
    ],
)
def test_a_question_that_cannot_be_asked_is_not_a_denial(
    run: Any, root: Path, arguments: tuple[str, ...], said: str
) -> None:
    """Exit code 2, and nothing on standard output: 1 would say that the role is denied something."""
    (root / "good.json").write_text('{"Version": "2012-10-17", "Statement": []}')
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_missing_policy_file_is_the_environments_fault(run: Any) -> None:
    """Exit code 3."""
    code, out, err = run("trainer", "s3:GetObject", "--policy", f"{READ_ONLY}=missing.json")
    assert (code, out) == (3, "")
    assert "missing.json" in err


def test_hostile_text_stays_on_one_line(run: Any) -> None:
    """What is asked is echoed in the reason, with its controls shown."""
    _, out, _ = run("trainer", "s3:GetObject", "arn:aws:s3:::a\n::error::x\x1b[2J")
    assert out.count("\n") == 1
    assert "\x1b" not in out


def test_check_runs_the_tests_of_a_role(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The trainer's test fails at its place, with the statement that decided; the role is not rendered either."""
    assert exit_code_of(["-C", str(root), "check"]) == 1
    said = capsys.readouterr().out
    assert "roles/trainer.yaml:17:17: error MLG-R041 The test expects deny, but sagemaker:CreateTrainingJob on" in said
    assert "CreateJobs of ManageJobs allows it." in said
    assert exit_code_of(["-C", str(root), "role", "render", "trainer"]) == 1
