"""``mlgov role``: rendering and listing the roles of a real repository."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of

ROLE = """\
apiVersion: mlgov/v1
kind: Role
metadata:
  name: {name}
  title: {name} role
lifecycle:
  status: {status}
spec:
  persona: custom
  account: "111122223333"
  activities:
    - id: {activity}
"""


def write(root: Path, name: str, *, activity: str = "manage_endpoints", status: str = "draft") -> None:
    """Write a role of one activity."""
    path = root / "roles" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(ROLE.format(name=name, activity=activity, status=status))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a governance repository with two roles."""
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(tmp_path)], check=True)
    (tmp_path / "mlgov.toml").write_text("")
    write(tmp_path, "alpha")
    write(tmp_path, "beta", activity="manage_experiments")
    return tmp_path


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``mlgov role`` in the repository; gives exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = exit_code_of(["-C", str(root), "role", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_one_role_is_an_object(run: Any) -> None:
    """Standard output is the JSON of the role and nothing else."""
    code, out, err = run("render", "alpha")
    assert (code, err) == (0, "")
    assert json.loads(out)["Role"]["RoleName"] == "SageMaker-alpha"


def test_several_roles_are_a_list(run: Any) -> None:
    """In the order of the command line, each once."""
    _, out, _ = run("render", "beta", "alpha", "beta")
    assert [entry["Role"]["RoleName"] for entry in json.loads(out)] == ["SageMaker-beta", "SageMaker-alpha"]


def test_all_roles_are_a_list_without_archived_ones(run: Any, root: Path) -> None:
    """An archived role is rendered only when it is named."""
    write(root, "gamma", status="archived")
    _, out, _ = run("render", "--all")
    assert [entry["Role"]["RoleName"] for entry in json.loads(out)] == ["SageMaker-alpha", "SageMaker-beta"]
    assert run("render", "gamma")[0] == 0


def test_a_role_is_written_to_a_file(run: Any, root: Path) -> None:
    """The file holds what standard output would; standard output stays empty."""
    (root / "build").mkdir()
    _, out, _ = run("render", "alpha")
    code, nothing, _ = run("render", "alpha", "-o", "build/alpha.iam.json")
    assert (code, nothing) == (0, "")
    assert (root / "build" / "alpha.iam.json").read_text() == out


@pytest.mark.parametrize("arguments", [["--all", "-o", "build"], ["alpha", "beta", "-o", "build/"]])
def test_several_roles_are_written_to_a_folder(run: Any, root: Path, arguments: list[str]) -> None:
    """One file per role, called after it."""
    assert run("render", *arguments)[0] == 0
    assert sorted(path.name for path in (root / "build").iterdir()) == ["alpha.json", "beta.json"]


def test_one_role_goes_into_a_folder_that_is_there(run: Any, root: Path) -> None:
    """A folder is never replaced by a file."""
    (root / "build").mkdir()
    assert run("render", "alpha", "-o", "build")[0] == 0
    assert (root / "build" / "alpha.json").is_file()


def test_several_roles_do_not_go_into_a_file(run: Any, root: Path) -> None:
    """A file that is there stays as it is."""
    (root / "build").write_text("mine")
    code, _, err = run("render", "--all", "-o", "build")
    assert code == 2
    assert "build is a file" in err
    assert (root / "build").read_text() == "mine"


def test_a_bad_role_is_a_finding_and_writes_nothing(run: Any, root: Path) -> None:
    """The good roles beside it are not written either."""
    write(root, "beta", activity="manage_everything")
    code, out, err = run("render", "alpha", "beta", "-o", "build")
    assert (code, out) == (1, "")
    assert "roles/beta.yaml:12:11: error MLG-R002" in err
    assert not (root / "build").exists()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("kind: Role", "kind: ModelCard", "MLG-S004"),
        ("name: beta", "name: alpha", "MLG-S005"),
        ("persona:", "person:", "MLG-S003"),
        ("status: draft", "status: draft: x", "MLG-D001"),
    ],
)
def test_a_file_that_is_no_role_is_a_finding(run: Any, root: Path, old: str, new: str, code: str) -> None:
    """Whatever keeps the file from being read is said, with exit code 1."""
    path = root / "roles" / "beta.yaml"
    path.write_text(path.read_text().replace(old, new, 1))
    status, out, err = run("render", "beta")
    assert (status, out) == (1, "")
    assert code in err


def test_a_bad_role_does_not_hinder_another(run: Any, root: Path) -> None:
    """Only the roles that are named are judged."""
    (root / "roles" / "beta.yaml").write_text("nonsense")
    assert run("render", "alpha")[0] == 0
    assert run("render", "--all")[0] == 1


def test_a_symlink_is_not_followed(run: Any, root: Path) -> None:
    """A role is a plain file."""
    (root / "roles" / "gamma.yaml").symlink_to(root / "roles" / "alpha.yaml")
    code, out, err = run("render", "gamma")
    assert (code, out) == (1, "")
    assert "MLG-S005" in err


def test_an_unknown_name_gets_a_suggestion(run: Any) -> None:
    """A name that is not there is a mistake of the call."""
    code, _, err = run("render", "alpa")
    assert code == 2
    assert "There is no roles/alpa.yaml." in err
    assert "Did you mean 'alpha'?" in err


@pytest.mark.parametrize("arguments", [[], ["alpha", "--all"], ["alpha", "--to", "stone"]])
def test_a_call_that_makes_no_sense_is_refused(run: Any, arguments: list[str]) -> None:
    """Neither names nor --all, both, or an unknown format."""
    assert run("render", *arguments)[0] == 2


def test_nothing_to_render_is_no_success(run: Any, root: Path) -> None:
    """A pipeline that renders all roles of an empty folder must notice."""
    for path in (root / "roles").iterdir():
        path.unlink()
    assert run("render", "--all")[0] == 2


def test_a_warning_is_told_and_does_not_fail(run: Any, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A role without its account renders; --quiet silences the warning."""
    path = root / "roles" / "alpha.yaml"
    path.write_text(path.read_text().replace('  account: "111122223333"\n', ""))
    code, _, err = run("render", "alpha")
    assert code == 0
    assert "roles/alpha.yaml:8:1: warning MLG-R016" in err
    assert exit_code_of(["-C", str(root), "-q", "role", "render", "alpha"]) == 0
    assert capsys.readouterr().err == ""


def test_the_same_call_writes_the_same_bytes(run: Any) -> None:
    """Rendering twice gives no difference."""
    assert run("render", "--all") == run("render", "--all")


def test_roles_are_listed_as_json(run: Any) -> None:
    """A row says who the role is for and what it does."""
    code, out, _ = run("list", "-f", "json")
    assert code == 0
    assert json.loads(out)[1] == {
        "name": "beta",
        "title": "beta role",
        "status": "draft",
        "persona": "custom",
        "activities": ["manage_experiments"],
    }


def test_roles_are_listed_as_text(run: Any) -> None:
    """One line a role."""
    _, out, _ = run("list")
    assert [line.split() for line in out.splitlines()] == [
        ["alpha", "draft", "custom", "manage_endpoints"],
        ["beta", "draft", "custom", "manage_experiments"],
    ]


def test_listing_tells_of_files_it_cannot_read(run: Any, root: Path) -> None:
    """The readable roles are listed, and the exit code says that some are not."""
    (root / "roles" / "beta.yaml").write_text("nonsense")
    code, out, err = run("list", "-f", "json")
    assert code == 1
    assert [row["name"] for row in json.loads(out)] == ["alpha"]
    assert "MLG-D010" in err


@pytest.mark.parametrize(
    ("to", "ending", "begins"),
    [
        ("cloudformation", ".template.json", '{\n  "AWSTemplateFormatVersion"'),
        ("terraform", ".tf.json", '{\n  "resource"'),
        ("aws-cli", ".sh", "#!/usr/bin/env bash"),
    ],
)
def test_a_role_is_rendered_for_other_tools(run: Any, root: Path, to: str, ending: str, begins: str) -> None:
    """One to standard output, several to a folder, each with its own ending."""
    code, out, _ = run("render", "alpha", "--to", to)
    assert (code, out[: len(begins)]) == (0, begins)
    code, out, _ = run("render", "--all", "--to", to, "-o", "build")
    assert (code, out) == (0, "")
    assert sorted(path.name for path in (root / "build").iterdir()) == [f"alpha{ending}", f"beta{ending}"]


def test_several_roles_for_other_tools_need_a_folder(run: Any) -> None:
    """They do not make one text."""
    code, _, err = run("render", "--all", "--to", "aws-cli")
    assert code == 2
    assert "Name a folder: -o DIR." in err


def test_a_role_is_rendered_as_the_construct_does_it(run: Any, root: Path) -> None:
    """By an option, whatever the role says; its defects are told, and the file stays."""
    before = (root / "roles/alpha.yaml").read_bytes()
    code, out, err = run("render", "alpha", "--compat", "cdk")
    assert code == 0
    assert json.loads(out)["Role"]["Policies"][0]["PolicyName"] == "SM_EndpointDeployment_V1"
    assert "MLG-R022" in err
    assert (root / "roles/alpha.yaml").read_bytes() == before


def test_a_broken_definition_keeps_roles_from_being_rendered(run: Any, root: Path) -> None:
    """Even those that do not use it: what it was meant to change is not known."""
    (root / "roles/activities").mkdir()
    (root / "roles/activities/broken.yaml").write_text("id: broken\n")
    code, out, err = run("render", "alpha")
    assert (code, out) == (1, "")
    assert "roles/activities/broken.yaml:1:1" in err


def test_activities_of_the_repository_are_rendered_and_listed(run: Any, root: Path) -> None:
    """They take the place of built-in ones."""
    (root / "roles/activities").mkdir()
    own = (
        "id: manage_endpoints\ntitle: Own\nsummary: Own.\nstatements:\n"
        '  - {sid: A, purpose: Own., actions: [sagemaker:ListEndpoints], resources: ["*"]}\n'
    )
    (root / "roles/activities/manage_endpoints.yaml").write_text(own)
    code, out, _ = run("render", "alpha")
    (policy,) = json.loads(out)["Role"]["Policies"]
    assert (code, policy["PolicyDocument"]["Statement"][0]["Action"]) == (0, ["sagemaker:ListEndpoints"])


@pytest.mark.parametrize(("noun", "known", "last"), [("activities", "manage_jobs", 26), ("personas", "auditor", 7)])
def test_what_roles_are_made_of_is_listed(run: Any, noun: str, known: str, last: int) -> None:
    """As lines for people, and as JSON with where each comes from."""
    code, out, _ = run(noun)
    assert (code, len(out.splitlines())) == (0, last)
    assert any(line.startswith(known) for line in out.splitlines())
    code, out, _ = run(noun, "-f", "json")
    assert {row["source"] for row in json.loads(out)} == {"mlgov"}


def test_definitions_of_the_repository_are_listed_with_their_file(run: Any, root: Path) -> None:
    """What cannot be read is told, and the rest is listed nevertheless."""
    (root / "roles/personas").mkdir()
    (root / "roles/personas/analyst.yaml").write_text("id: analyst\ntitle: A\nsummary: Reads.\n")
    (root / "roles/personas/broken.yaml").write_text("id: broken\n")
    code, out, err = run("personas", "-f", "json")
    assert (code, "roles/personas/broken.yaml:1:1" in err) == (1, True)
    assert {row["id"]: row["source"] for row in json.loads(out)}["analyst"] == "roles/personas/analyst.yaml"
