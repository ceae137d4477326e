"""``submit`` and ``archive`` of roles and monitor sets, on real repositories with a remote on disk."""

import json
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from tests.cli.card.card_world import NOW, CardWorld, new_card_world
from tests.roles.test_own import READ_TABLES

Out = pytest.CaptureFixture[str]
SETTINGS = """\
[[required]]
kind = "Role"
status = ["pending_review", "approved"]
fields = ["metadata.owners"]
"""
BASELINE = "baselines/approved/data"


def role(name: str, status: str, *, owners: bool = True, title: str = "A role") -> str:
    """Write a role with a comment that has to survive."""
    return (
        f"apiVersion: mlgov/v1\nkind: Role\nmetadata:\n  name: {name}\n  title: {title}\n"
        + ('  owners: ["@platform"]\n' if owners else "")
        + f"lifecycle:\n  status: {status} # moved by pull requests\n"
        'spec:\n  persona: custom\n  account: "111122223333"\n  activities:\n    - id: manage_endpoints\n'
    )


def monitor_set(name: str, status: str) -> str:
    """Write a monitor set of the approved card, without monitors."""
    return (
        f"apiVersion: mlgov/v1\nkind: MonitorSet\nmetadata: {{name: {name}}}\n"
        f"lifecycle:\n  status: {status} # moved by pull requests\nspec: {{model: approved}}\n"
    )


def waiver(name: str, status: str) -> str:
    """Write a waiver of a finding in the approved card."""
    return (
        f"apiVersion: mlgov/v1\nkind: Waiver\nmetadata: {{name: {name}}}\n"
        f"lifecycle:\n  status: {status} # moved by pull requests\nspec:\n  path: cards/approved.yaml\n"
        f"  findings:\n    - fingerprint: '{'0' * 16}'\n      code: MLG-L001\n"
        "  reason: Known.\n  compensating_control: A person looks at every answer.\n"
        "  requester: '@first-owner'\n  expires: 2026-12-31\n"
    )


WRITERS = {"role": ("roles", role), "monitor": ("monitors", monitor_set), "waiver": ("waivers", waiver)}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CardWorld:
    """Roles and monitor sets of each status, a remote, and no token."""
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    found = new_card_world(tmp_path)
    for folder, write in WRITERS.values():
        for status in ("draft", "pending_review", "approved", "archived"):
            name = status.replace("_", "-")
            found.here.write(f"{folder}/{name}.yaml", write(name, status))
    found.set_settings(SETTINGS)
    return found


def run(world: CardWorld, *arguments: str) -> int:
    return exit_code_of(["-C", str(world.here.root), "--now", NOW, *arguments])


def said(capsys: Out) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(
    ("noun", "folder", "branch"),
    [
        ("role", "roles", "submit-role-draft"),
        ("waiver", "waivers", "submit-waiver-draft"),
        ("monitor", "monitors", "submit-monitor-draft"),
    ],
)
def test_a_draft_is_submitted(world: CardWorld, noun: str, folder: str, branch: str) -> None:
    """One commit with one file on a branch of its own kind; the comment is kept, the check agrees, twice is once."""
    assert run(world, noun, "submit", "draft") == 0
    assert world.files(branch) == [f"M\t{folder}/draft.yaml"]
    assert "  status: pending_review # moved by pull requests\n" in world.text(branch, f"{folder}/draft.yaml")
    assert run(world, "check", "--base", "main", "--head", branch) == 0
    tip = world.remote.git("rev-parse", branch)
    assert run(world, noun, "submit", "draft") == 0
    assert world.remote.git("rev-parse", branch) == tip


def test_kinds_of_the_same_name_do_not_share_a_branch(world: CardWorld) -> None:
    """A monitor set is often called like its model."""
    for noun in ("card", *WRITERS):
        assert run(world, noun, "submit", "draft") == 0
    assert {name for name in world.branches(world.remote) if name != "main"} == {
        "submit-draft",
        "submit-role-draft",
        "submit-monitor-draft",
        "submit-waiver-draft",
    }


@pytest.mark.parametrize("noun", list(WRITERS))
def test_what_is_approved_is_archived(world: CardWorld, noun: str) -> None:
    """And only that."""
    assert run(world, noun, "archive", "approved") == 0
    branch = f"archive-{noun}-approved"
    assert "  status: archived # moved" in world.text(branch, f"{WRITERS[noun][0]}/approved.yaml")
    assert run(world, "check", "--base", "main", "--head", branch) == 0
    for name in ("draft", "pending-review"):
        assert run(world, noun, "archive", name) == 2


@pytest.mark.parametrize(("noun", "key"), [("role", "role"), ("monitor", "monitor_set"), ("waiver", "waiver")])
def test_what_was_done_as_json(world: CardWorld, capsys: Out, noun: str, key: str) -> None:
    """In the shape of cards, with the kind in the format; nothing to do is told, too."""
    assert run(world, noun, "submit", "draft", "-f", "json", "--no-push") == 0
    found = said(capsys)
    assert found["format"] == f"mlgov/{key.replace('_', '-')}-deed/v1"
    assert (found["command"], found[key], found["result"]) == ("submit", "draft", "done")
    assert found["files"] == [{"path": f"{WRITERS[noun][0]}/draft.yaml", "deed": "change"}]
    for command, name in (("submit", "pending-review"), ("archive", "archived")):
        assert run(world, noun, command, name, "-f", "json") == 0
        assert said(capsys)["result"] == "unchanged"


def test_a_role_that_is_not_ready_is_refused(world: CardWorld, capsys: Out) -> None:
    """By what the next status requires; cards' own advice is not given."""
    world.here.write("roles/draft.yaml", role("draft", "draft", owners=False))
    assert run(world, "role", "submit", "draft") == 1
    err = capsys.readouterr().err
    assert "MLG-L001" in err
    assert "card todo" not in err
    assert world.branches(world.here) == ["main"]


def test_a_role_of_an_own_activity_is_judged_with_it(world: CardWorld, capsys: Out) -> None:
    """The activities of the repository are there when the proposal is checked."""
    own = role("draft", "draft").replace("manage_endpoints", "read_tables")
    world.here.write("roles/draft.yaml", f"{own}  parameters: {{glue_databases: [churn]}}\n")
    assert run(world, "role", "submit", "draft") == 1
    assert "MLG-R002" in capsys.readouterr().err
    world.here.save("roles/activities/read_tables.yaml", READ_TABLES)
    assert run(world, "role", "submit", "draft") == 0, capsys.readouterr().err


def monitored(text: str) -> str:
    """Give the set a monitor with a baseline."""
    return text.replace(
        "spec: {model: approved}",
        "spec:\n  model: approved\n  monitors:\n    - name: data\n      monitoring_type: data_quality\n"
        "      source: {uri: data/approved, event_time: at}\n"
        f"      schedule: cron(0 0 ? * * *)\n      baseline: {BASELINE}",
    )


def test_a_monitor_set_is_submitted_with_its_baselines(world: CardWorld, capsys: Out) -> None:
    """Also with what is gone from them; other baselines stay behind."""
    world.here.write(f"{BASELINE}/old.json", "{}")
    world.here.commit("An old file")
    world.here.git("push", "--quiet", "origin", "main")
    world.here.remove(f"{BASELINE}/old.json")
    world.here.write("monitors/draft.yaml", monitored(monitor_set("draft", "draft")))
    for name in ("statistics.json", "constraints.json"):
        text = (Path(__file__).parents[2] / "baselines/wine-cultivars/data-quality" / name).read_bytes()
        world.here.write(f"{BASELINE}/{name}", text)
    world.here.write("baselines/other/data/statistics.json", "{}")
    assert run(world, "monitor", "submit", "draft") == 0, capsys.readouterr().err
    assert world.files("submit-monitor-draft") == [
        f"A\t{BASELINE}/constraints.json",
        f"D\t{BASELINE}/old.json",
        f"A\t{BASELINE}/statistics.json",
        "M\tmonitors/draft.yaml",
    ]
    assert run(world, "monitor", "submit", "draft", "-f", "json") == 0


def test_a_monitor_set_of_no_model_is_refused(world: CardWorld, capsys: Out) -> None:
    """The card is looked for where the proposal starts."""
    world.here.write("monitors/draft.yaml", monitor_set("draft", "draft").replace("model: approved", "model: nobody"))
    assert run(world, "monitor", "submit", "draft") == 1
    assert "MLG-X001" in capsys.readouterr().err


@pytest.mark.parametrize("noun", list(WRITERS))
@pytest.mark.parametrize("verb", ["submit", "archive"])
@pytest.mark.parametrize("name", ["nope", "../x", "Draft"])
def test_a_name_that_nothing_has_is_refused(world: CardWorld, noun: str, verb: str, name: str) -> None:
    """Unknown names, paths and what no name can be."""
    assert run(world, noun, verb, name) == 2
    assert world.branches(world.here) == ["main"]
