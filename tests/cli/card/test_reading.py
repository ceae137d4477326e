"""``mlgov card list``, ``show``, ``history``, ``versions`` and ``todo``."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from tests.cli.card.card_world import NOW, SETTINGS, card
from tests.git_world import GitWorld, clone, new_world

Out = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> GitWorld:
    """A card with a life, another draft, and one that is in review."""
    world = new_world(tmp_path_factory.mktemp("world"))
    world.write("mlgov.toml", SETTINGS)
    world.save("cards/fraud.yaml", card("fraud", "pending_review", review_by="2026-01-01"), "Fraud")
    steps = [
        ("draft", ""),
        ("pending_review", ""),
        ("pending_review", "    purpose_of_model: Why.\n"),
        ("approved", "same"),
    ]
    content = ""
    for day, (status, more) in enumerate(steps, 1):
        world.at, world.author = datetime(2026, 2, day, 9, 30, tzinfo=UTC), f"Author {day}"
        content = content if more == "same" else more
        world.save("cards/churn.yaml", card("churn", status, content=content), f"::error::Step {day}")
    world.write("cards/empty.yaml", card("empty", "draft", owners=False))
    return world


def run(world: GitWorld, *arguments: str) -> int:
    """Run ``mlgov card``."""
    return exit_code_of(["-C", str(world.root), "--now", NOW, "--no-color", "card", *arguments])


def read(world: GitWorld, capsys: Out, *arguments: str) -> dict[str, object]:
    """Run ``mlgov card`` and read its JSON."""
    assert run(world, *arguments, "-f", "json") == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ([], ["churn", "empty", "fraud"]),
        (["--status", "draft"], ["empty"]),
        (["--risk", "low", "--status", "approved"], ["churn"]),
        (["--risk", "high"], []),
        (["--owner", "@model-owners"], ["churn", "fraud"]),
        (["--owner", "Model-Owners"], ["churn", "fraud"]),
    ],
)
def test_cards_are_listed_and_chosen(world: GitWorld, capsys: Out, arguments: list[str], names: list[str]) -> None:
    """By status, risk and owner, together when several are given."""
    rows = read(world, capsys, "list", *arguments)["cards"]
    assert isinstance(rows, list)
    assert [row["name"] for row in rows] == names


def test_the_list_is_a_table(world: GitWorld, capsys: Out) -> None:
    """One line per card."""
    assert run(world, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["Name", "Status", "Risk"]
    assert lines[1].split() == ["churn", "approved", "low", "2027-05-31", "@model-owners"]


def test_a_card_that_cannot_be_read_is_listed_and_said(world: GitWorld, tmp_path: Path, capsys: Out) -> None:
    """It never just disappears."""
    here = clone(world.root, tmp_path / "here")
    here.write("cards/broken.yaml", "- x\n")
    assert run(here, "list") == 1
    captured = capsys.readouterr()
    assert "broken  unreadable" in captured.out
    assert "cards/broken.yaml:1:1: error MLG-D010" in captured.err
    assert run(here, "show", "broken") == 1


def test_a_card_is_shown_as_text(world: GitWorld, capsys: Out) -> None:
    """With its version and digest."""
    assert run(world, "show", "churn") == 0
    out = capsys.readouterr().out
    assert "Version    2, since 2026-02-03\n" in out
    assert "Purpose of model" in out


def test_a_card_is_shown_as_it_was(world: GitWorld, capsys: Out) -> None:
    """Values, version and digest are those of the commit."""
    now, then = read(world, capsys, "show", "churn"), read(world, capsys, "show", "churn", "--at", "HEAD~2")
    assert (now["version"], then["version"]) == (2, 1)
    assert now["digest"] != then["digest"]
    assert then["commit"] == world.git("rev-parse", "HEAD~2")
    assert isinstance(then["card"], dict)
    assert then["card"]["lifecycle"]["status"] == "pending_review"


def test_a_card_that_is_not_committed_has_no_version(world: GitWorld, capsys: Out) -> None:
    """There is a digest all the same."""
    found = read(world, capsys, "show", "empty")
    assert found["version"] is None
    assert str(found["digest"]).startswith("sha256:")


def test_the_file_is_shown_byte_for_byte(world: GitWorld, tmp_path: Path, capsys: Out) -> None:
    """Comments and all."""
    data = (world.root / "cards/churn.yaml").read_bytes()
    assert run(world, "show", "churn", "-f", "yaml") == 0
    assert capsys.readouterr().out.encode() == data
    assert run(world, "show", "churn", "-f", "yaml", "-o", str(tmp_path / "out.yaml")) == 0
    assert (tmp_path / "out.yaml").read_bytes() == data


def test_the_file_gives_no_command_to_a_ci_run(world: GitWorld, tmp_path: Path, capsys: Out) -> None:
    """A line of a text that a runner would obey is shown; a file gets it as it is."""
    here = clone(world.root, tmp_path / "here")
    text = card("churn", "draft", content="    purpose_of_model: |\n      ::error::x\n")
    here.write("cards/churn.yaml", text)
    assert run(here, "show", "churn", "-f", "yaml") == 0
    assert "\n      ::error" not in capsys.readouterr().out
    assert run(here, "show", "churn", "-f", "yaml", "-o", "out.yaml") == 0
    assert (here.root / "out.yaml").read_text() == text


def test_history_says_who_did_what(world: GitWorld, capsys: Out) -> None:
    """The newest first; subjects of commits do not act."""
    found = read(world, capsys, "history", "churn")["history"]
    assert isinstance(found, list)
    assert [(step["author"], step["status"], step["version"], step["what"]) for step in found] == [
        ("Author 4", "approved", 2, ["Moved to approved"]),
        ("Author 3", "pending_review", 2, ["Content changed"]),
        ("Author 2", "pending_review", 1, ["Moved to pending review"]),
        ("Author 1", "draft", 1, ["Added"]),
    ]
    assert found[3]["at"] == "2026-02-01T09:30:00Z"
    assert run(world, "history", "churn") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("2026-02-04 09:30  Author 4")
    assert not any(line.lstrip().startswith("::") for line in lines)


def test_versions_say_which_statuses_each_went_through(world: GitWorld, capsys: Out) -> None:
    """One line per content."""
    found = read(world, capsys, "versions", "churn")["versions"]
    assert isinstance(found, list)
    assert [(version["version"], version["statuses"]) for version in found] == [
        (2, ["pending_review", "approved"]),
        (1, ["draft", "pending_review"]),
    ]
    assert found[1]["commit"] == world.git("rev-parse", "HEAD~3")
    assert run(world, "versions", "churn") == 0
    assert "draft -> pending_review" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["history", "versions"])
def test_what_was_never_committed_has_no_history(world: GitWorld, capsys: Out, verb: str) -> None:
    """And says so."""
    assert run(world, verb, "empty") == 2
    assert "not be committed yet" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["chrun", "../mlgov", "a b", "", "CHURN"])
@pytest.mark.parametrize("verb", ["show", "history", "versions", "todo"])
def test_an_unknown_name_is_a_usage_error(world: GitWorld, verb: str, name: str) -> None:
    """A typing mistake, a path, and what no name can be."""
    assert run(world, verb, name) == 2


def test_a_near_name_is_offered(world: GitWorld, capsys: Out) -> None:
    """A typing mistake costs no search."""
    assert run(world, "show", "chrun") == 2
    assert "Did you mean 'churn'?" in capsys.readouterr().err


def test_todo_names_who_and_the_command(world: GitWorld, capsys: Out) -> None:
    """Card by card, in the order of names."""
    assert run(world, "todo") == 0
    assert capsys.readouterr().out.splitlines() == [
        "empty",
        "  author   Fill metadata.owners, which mlgov.toml requires. (before pending_review)",
        "           mlgov card edit empty --set 'metadata.owners=[\"@model-owners\"]'",
        "",
        "fraud",
        "  owner    Say by which day the card has to be reviewed again, a day to come. (before approved)",
        "           mlgov card edit fraud --set lifecycle.review_by=2027-11-30",
    ]


def test_todo_can_fail_a_run(world: GitWorld) -> None:
    """Only when there is something to do."""
    assert run(world, "todo", "--check") == 4
    assert run(world, "todo", "churn", "--check") == 0


def test_todo_as_json_and_markdown(world: GitWorld, capsys: Out) -> None:
    """For programs, and for an issue."""
    found = read(world, capsys, "todo", "fraud")["todo"]
    assert isinstance(found, list)
    [first] = found
    assert (first["card"], first["who"], first["before"], first["line"]) == ("fraud", "owner", "approved", 8)
    assert run(world, "todo", "fraud", "-f", "markdown") == 0
    assert capsys.readouterr().out.startswith("**fraud**\n\n```text\nowner: Say by which day")
    assert run(world, "todo", "churn", "-f", "markdown") == 0
    assert capsys.readouterr().out == "Nothing is missing.\n"


def test_todo_counts_monitors_that_are_switched_on(world: GitWorld, tmp_path: Path, capsys: Out) -> None:
    """One that is switched off watches nothing."""
    here = clone(world.root, tmp_path / "here")
    here.write("mlgov.toml", SETTINGS + '[monitors.required]\nlow = ["data_quality", "model_quality"]\n')
    watch = (
        "apiVersion: mlgov/v1\nkind: MonitorSet\nmetadata: {name: watch}\nlifecycle: {status: draft}\nspec:\n"
        "  model: churn\n  monitors:\n"
        "    - {name: dq, monitoring_type: data_quality, source: {uri: x.csv, format: csv}, "
        "baseline: baselines/churn/dq}\n"
        "    - {name: mq, monitoring_type: model_quality, enabled: false, source: {uri: x.csv, format: csv}, "
        "baseline: baselines/churn/mq}\n"
    )
    here.write("monitors/watch.yaml", watch)
    found = read(here, capsys, "todo", "churn")["todo"]
    assert isinstance(found, list)
    assert [todo["what"].split(" monitor")[0] for todo in found] == ["Declare a model quality"]


def test_a_card_can_be_shown_without_git(tmp_path: Path, capsys: Out) -> None:
    """There is just no version."""
    world = GitWorld(tmp_path)
    world.write("mlgov.toml", "")
    world.write("cards/churn.yaml", card("churn", "draft"))
    assert run(world, "show", "churn") == 0
    assert "not committed" in capsys.readouterr().out
    assert run(world, "list") == 0
    assert run(world, "todo") == 0


def test_a_card_can_be_shown_in_a_shallow_clone(world: GitWorld, tmp_path: Path, capsys: Out) -> None:
    """Its history cannot, and the message says how to get it."""
    here = clone(world.root, tmp_path / "here", "--depth=1")
    assert run(here, "show", "churn") == 0
    assert run(here, "history", "churn") == 3
    assert "unshallow" in capsys.readouterr().err
