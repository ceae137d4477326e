"""``mlgov role new``: the wizard on a terminal, and the same by options."""

import io
import os
import pty
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.cli.role_new import LISTS
from mlgov.documents import load
from mlgov.roles.draft import KEYS, NETWORK, PARAMETERS, TRUST
from mlgov.roles.schema import Parameters
from tests.git_world import GitWorld, new_world

ROLE_ARN = "arn:aws:iam::111122223333:role/SageMaker-compute"
PLACE = ("--account", "111122223333", "--region", "eu-central-1")
DATA_SCIENTIST = ("--persona", "data_scientist", *PLACE, "--role-to-pass", ROLE_ARN, "--s3-bucket", "churn-data")
ASKED = "Persona: "


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """An empty governance repository."""
    world = new_world(tmp_path / "governance")
    world.save("mlgov.toml", "")
    return world


def new(world: GitWorld, *arguments: str) -> int:
    """Run the command on a role called churn, as if not on a terminal."""
    return exit_code_of(["-C", str(world.root), "role", "new", "churn", *arguments])


def written(world: GitWorld) -> dict[str, Any]:
    """Read the spec of the role that was written."""
    document, findings = load((world.root / "roles/churn.yaml").read_bytes(), "churn.yaml")
    assert document is not None, findings
    spec: dict[str, Any] = document.value["spec"]
    return spec


def answer(world: GitWorld, monkeypatch: pytest.MonkeyPatch, *lines: str, options: tuple[str, ...] = ()) -> int:
    """Answer the questions, a line each."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("".join(f"{line}\n" for line in lines).encode())))
    return new(world, "--ask", *options)


def test_options_say_it_all(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """The draft is valid, in canonical form, renders, and its path is the output."""
    more = ("--owner", "@ds", "--title", "Churn", "--tag", "team=a=b", "--managed-policy", "arn:aws:iam::aws:policy/X")
    assert new(world, *DATA_SCIENTIST, *more) == 0
    assert capsys.readouterr().out == "roles/churn.yaml\n"
    assert written(world)["parameters"] == {"roles_to_pass": [ROLE_ARN], "s3_buckets": ["churn-data"]}
    assert written(world)["tags"] == {"team": "a=b"}
    for command in (["check", "--fail-on", "note"], ["fmt", "--check"], ["role", "render", "churn"]):
        assert exit_code_of(["-C", str(world.root), *command]) == 0


def test_a_draft_can_be_looked_at_first(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """--dry-run prints what would be written."""
    assert new(world, *DATA_SCIENTIST, "--dry-run") == 0
    printed = capsys.readouterr().out
    assert not (world.root / "roles").exists()
    assert new(world, *DATA_SCIENTIST) == 0
    assert (world.root / "roles/churn.yaml").read_text() == printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give --persona: one of auditor, compute, "),
        (("--persona", "boss"), "There is no persona 'boss'."),
        (("--persona", "custom"), "Give --activity."),
        (("--persona", "mlops"), "Give --role-to-pass."),
        (("--persona", "compute"), "Give --s3-bucket, --ecr-repository."),
        ((*DATA_SCIENTIST, "--tag", "x"), "'x' is not of the form --tag KEY=VALUE."),
        ((*DATA_SCIENTIST, "--github", "a/b"), "'a/b' is not of the form --github OWNER/NAME:ENVIRONMENT."),
    ],
)
def test_what_is_missing_is_said_with_its_option(
    world: GitWorld, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    """Without a terminal nothing is asked, and nothing is written."""
    assert new(world, *arguments) == 2
    assert said in capsys.readouterr().err
    assert not (world.root / "roles").exists()


def test_what_the_checks_refuse_is_not_written(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """A pattern, a network without groups, a role that nobody may assume."""
    subnet = ("--subnet", "subnet-0a1b2c3d")
    for wrong in (("--role-to-pass", "arn:aws:iam::111122223333:role/*"), subnet, ("--persona", "auditor")):
        assert new(world, *DATA_SCIENTIST, *wrong) == 1
        assert "Nothing was written." in capsys.readouterr().err
    assert not (world.root / "roles").exists()


@pytest.mark.parametrize("way", ["file", "link", "tombstone"])
def test_nothing_is_overwritten(world: GitWorld, way: str) -> None:
    """Neither a file, nor what a link points to, nor the name of a role that was removed."""
    (world.root / "roles").mkdir()
    place = world.root / "roles/churn.yaml"
    if way == "link":
        place.symlink_to(world.root / "nowhere")
    else:
        path = place if way == "file" else world.root / "roles/.removed/churn.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    if way == "tombstone":
        from mlgov.lifecycle.tombstones import tombstone_path
        from mlgov.names import Kind

        stone = world.root / tombstone_path(Kind.ROLE, "churn")
        stone.parent.mkdir(parents=True, exist_ok=True)
        stone.write_text("mine")
    assert new(world, *DATA_SCIENTIST) == 2
    assert way != "file" or place.read_text() == "mine"
    assert not (world.root / "nowhere").exists()


def test_a_name_is_checked_first(world: GitWorld) -> None:
    """No path leads out of the folder."""
    assert exit_code_of(["-C", str(world.root), "role", "new", "../churn", *DATA_SCIENTIST]) == 2


def test_workflows_on_github_may_be_named(world: GitWorld) -> None:
    """A role of people whom only a workflow stands for."""
    assert new(world, "--persona", "auditor", *PLACE, "--github", "example/churn:audit") == 0
    assert written(world)["trust"] == {"github": [{"repository": "example/churn", "environments": ["audit"]}]}


def test_the_wizard_asks_in_order(
    world: GitWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Persona, place, network, keys, activities, what these need, policies, tags, review."""
    lines = (
        "data_scientist",
        "111122223333",
        "eu-central-1",
        "Trains.",
        "@ds",
        "y",
        "subnet-0a1b2c3d, subnet-0a1b2c3e",
    )
    more = ("sg-0a1b2c3d", "n", "", ROLE_ARN, "churn-data", "", "team=churn", "y")
    assert answer(world, monkeypatch, *lines, *more) == 0
    spec = written(world)
    assert spec["network"] == {"subnets": ["subnet-0a1b2c3d", "subnet-0a1b2c3e"], "security_groups": ["sg-0a1b2c3d"]}
    assert (spec["description"], spec["tags"]) == ("Trains.", {"team": "churn"})
    assert "activities" not in spec
    assert capsys.readouterr().out == "roles/churn.yaml\n"


def test_only_the_parameters_of_the_chosen_activities_are_asked(
    world: GitWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A role that queries Athena is asked for workgroups and for nothing else."""
    lines = ("custom", "111122223333", "eu-central-1", "", "", "n", "n", "query_athena_groups", "primary", "", "", "y")
    assert answer(world, monkeypatch, *lines) == 0
    assert written(world)["parameters"] == {"athena_workgroups": ["primary"]}
    asked = capsys.readouterr().err
    assert "Athena workgroups, such as" in asked
    assert asked.count(", such as ") == 2  # and that of managed policies
    assert "Who may assume" not in asked


def test_what_an_option_says_is_not_asked(world: GitWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only network, keys, activities, policies and tags are left."""
    options = (*DATA_SCIENTIST, "--description", "x", "--owner", "@ds", "--yes")
    assert answer(world, monkeypatch, "n", "n", "", "", "", options=options) == 0


def test_a_wrong_answer_is_asked_again(
    world: GitWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with what is wrong with it."""
    lines = ("boss", "auditor", "12", "111122223333", "", "", "staff", "@staff", "n", "n", "read", "", "x", "")
    more = ("arn:aws:iam::111122223333:saml-provider/staff", "", "team", "", "y")
    assert answer(world, monkeypatch, *lines, *more) == 0
    said = capsys.readouterr().err
    for wrong in (
        "boss is not one of",
        "12 is not",
        "staff is not of the form @team",
        "read is not one",
        "x is not such",
    ):
        assert wrong in said
    assert "Write tags as key=value" in said
    assert written(world)["trust"] == {"saml_providers": ["arn:aws:iam::111122223333:saml-provider/staff"]}


def test_the_review_can_be_declined(world: GitWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """And then nothing is written; nor when the answers end before it."""
    options = (*DATA_SCIENTIST, "--description", "x", "--owner", "@ds")
    assert answer(world, monkeypatch, "n", "n", "", "", "", "n", options=options) == 0
    assert answer(world, monkeypatch, "n", "n", options=options) == 130
    assert not (world.root / "roles").exists()


def test_activities_and_personas_of_the_repository_are_offered(
    world: GitWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With their summaries, among the others."""
    world.save("roles/personas/analyst.yaml", "id: analyst\ntitle: A\nsummary: Reads.\nactivities: [read_models]\n")
    assert answer(world, monkeypatch, "analyst", "", "", "", "", "n", "n", "", "", "", "y") == 0
    assert "analyst              Reads." in capsys.readouterr().err
    assert written(world)["persona"] == "analyst"


def test_a_terminal_is_asked_without_being_told_to(world: GitWorld) -> None:
    """On a pseudo-terminal the first question comes by itself."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mlgov", "-C", str(world.root), "role", "new", "churn"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        said = b""
        deadline = time.monotonic() + 60
        while ASKED.encode() not in said and time.monotonic() < deadline:
            said += os.read(ours, 4096)
        process.kill()
    os.close(ours)
    assert ASKED in said.decode()


def test_every_list_of_a_draft_has_an_option() -> None:
    """A parameter that is new in the schema is missed here."""
    assert set(PARAMETERS) == set(Parameters.model_fields)
    assert set(LISTS) == {*PARAMETERS, *NETWORK, *KEYS, *TRUST, "managed_policy_arns"}
