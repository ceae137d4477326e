"""Our workflows, run step by step on a copy of this repository and a loopback forge."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.github_server import TOKEN, GithubServer
from tests.git_world import CLEAN, GitWorld, new_world
from tests.workflows.runner import NOT_HERE, Done, Runner, load

TOP = Path(__file__).parents[2]
WORKFLOWS = TOP / ".github" / "workflows"
FOLDERS = ("baselines", "cards", "docs", "evidence", "examples", "mlgov", "monitors", "roles", "schemas")
FILES = ("mkdocs.yml", "mlgov.toml", "pyproject.toml", ".gitignore")
REPOSITORY = "octo-org/models"
GIT = {name: value for name, value in CLEAN.items() if name.startswith("GIT_")}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> GitWorld:
    """A clone of this repository's files: a bare ``origin`` beside it, one commit on main, and our ``.venv``."""
    place = tmp_path_factory.mktemp("workflows")
    world = new_world(place / "clone")
    (world.root / ".git" / "info" / "exclude").write_text(".venv\n", encoding="utf-8")
    (world.root / ".venv").symlink_to(TOP / ".venv")
    for folder in FOLDERS:
        shutil.copytree(TOP / folder, world.root / folder, ignore=shutil.ignore_patterns("traffic", "__pycache__"))
    for file in FILES:
        shutil.copy(TOP / file, world.root / file)
    world.commit("Everything")
    world.git("init", "--quiet", "--bare", str(place / "origin.git"))
    world.git("remote", "add", "origin", "../origin.git")
    world.git("push", "--quiet", "origin", "main")
    return world


@pytest.fixture
def clone(untouched: GitWorld, tmp_path: Path) -> GitWorld:
    """The same, to be changed."""
    shutil.copytree(untouched.root.parent, tmp_path / "place", symlinks=True)
    return GitWorld(tmp_path / "place" / "clone")


def run(clone: GitWorld, file: str, job: str, *, only_step: str = "", **github: Any) -> dict[str, Done]:
    """Run a job, or one step of it, and give its steps by name."""
    temp = clone.root.parent / f"temp-{len(list(clone.root.parent.iterdir()))}"
    temp.mkdir()
    context = {"token": TOKEN, "repository": REPOSITORY, **github}
    steps = load(WORKFLOWS / file)["jobs"][job]["steps"]
    steps = [step for step in steps if only_step in step["name"]]
    return {done.name: done for done in Runner(clone.root, temp, context, environment=dict(GIT)).run(steps)}


def only(steps: dict[str, Done], word: str) -> Done:
    (found,) = [done for name, done in steps.items() if word in name]
    return found


def test_only_installing_and_signing_in_is_left_out() -> None:
    """Every other step is run here, in test_gate_jobs.py or test_preview.py, except the one that runs these tests."""
    steps = [s for path in sorted(WORKFLOWS.glob("*.yml")) for j in load(path)["jobs"].values() for s in j["steps"]]
    run_here = [step["run"] for step in steps if "run" in step and not NOT_HERE.match(step["run"])]
    others = [command for command in run_here if not re.search(r"\.venv/bin/(mlgov|python) ", command)]
    back = 'git checkout --quiet --force --detach "refs/remotes/origin/$BASE"'
    assert others[:3] == [".ci/run", 'git fetch --quiet --no-tags origin "$HEAD_SHA"', back]
    assert [command.partition("**")[0] for command in others[3:]] == ['echo "']


# check.yml


def test_a_harmless_pull_request_passes(clone: GitWorld) -> None:
    """No finding, and the summary says so."""
    clone.git("switch", "--quiet", "--create=change")
    card = "cards/breast-cancer.yaml"
    clone.save(card, (clone.root / card).read_text(encoding="utf-8") + "# A remark.\n")
    steps = run(clone, "check.yml", "documents", base_ref="main", event_name="pull_request")
    assert [done.outcome for done in steps.values()] == ["skipped"] * 3 + ["success"] * 2, steps
    assert only(steps, "pull request").summary


def test_a_pull_request_that_approves_itself_fails(clone: GitWorld) -> None:
    """The step fails, marks the line in the diff, and names it in the summary."""
    clone.git("switch", "--quiet", "--create=change")
    approved = (clone.root / "cards" / "breast-cancer.yaml").read_text(encoding="utf-8")
    assert "\n  status: approved\n" in approved
    clone.save("cards/born-approved.yaml", approved.replace("name: breast-cancer\n", "name: born-approved\n"))
    steps = run(clone, "check.yml", "documents", base_ref="main", event_name="pull_request")
    check = only(steps, "pull request")
    assert (check.outcome, check.code) == ("failure", 1)
    assert re.search(r"^::error .*file=cards/born-approved\.yaml,", check.log, flags=re.MULTILINE)
    assert "cards/born-approved.yaml" in check.summary
    assert only(steps, "schemas").outcome == "skipped"


def test_a_push_is_checked_without_a_base(clone: GitWorld) -> None:
    """On main there is no base; the documents are judged as they are."""
    steps = run(clone, "check.yml", "documents", base_ref="", event_name="push")
    assert only(steps, "pull request").outcome == "success"


def test_a_stale_schema_fails(clone: GitWorld) -> None:
    """Schemas that do not fit the code are seen."""
    (clone.root / "schemas" / "role.json").write_text("{}\n", encoding="utf-8")
    steps = run(clone, "check.yml", "documents", base_ref="", event_name="push")
    assert only(steps, "schemas").code == 4


# monitors.yml and site.yml


@pytest.fixture
def server() -> Iterator[GithubServer]:
    from tests.fakes.github_description import description

    with GithubServer(description(), REPOSITORY) as running:
        yield running
        assert running.deviations == []


def point_at(clone: GitWorld, server: GithubServer) -> None:
    settings = clone.root / "mlgov.toml"
    text = settings.read_text(encoding="utf-8")
    assert '\n[forge]\nkind = "github"\n' in text
    settings.write_text(text.replace("\n[forge]\n", f'\n[forge]\nbase_url = "{server.base_url}"\n'), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.node
def test_the_monitors_open_one_issue_and_keep_it(clone: GitWorld, server: GithubServer) -> None:
    """Traffic is made, the drifting model gets its issue, the ledger reaches origin; a second run changes nothing."""
    point_at(clone, server)
    first = run(clone, "monitors.yml", "run", event_name="schedule")
    assert [d.outcome for d in first.values()] == ["skipped"] * 3 + ["success", "skipped", "success"], first
    assert [(issue.title.split(":")[0], issue.state) for issue in server.state.issues] == [("breast-cancer", "open")]
    assert "mlgov/monitor" in server.state.issues[0].labels
    origin = clone.root.parent / "origin.git"
    ledger = clone.git("--git-dir", str(origin), "rev-parse", "mlgov-ledger")

    before = (server.state.issues[0].body, len(server.state.issues[0].comments))
    second = run(clone, "monitors.yml", "run", event_name="schedule")
    assert only(second, "Run the monitors").outcome == "success"
    assert len(server.state.issues) == 1
    assert (server.state.issues[0].body, len(server.state.issues[0].comments)) == before
    assert clone.git("--git-dir", str(origin), "rev-parse", "mlgov-ledger") == ledger


def test_the_token_is_nowhere_in_the_log(clone: GitWorld) -> None:
    """A forge that refuses everything makes the step fail with a hint, and the token is not shown."""
    shutil.rmtree(clone.root / "monitors")
    with GithubServer(repository=REPOSITORY) as server:
        server.state.accounts.clear()
        point_at(clone, server)
        done = only(run(clone, "monitors.yml", "run", only_step="Run the monitors"), "Run the monitors")
    assert done.outcome == "failure"
    assert "token" in done.log
    assert TOKEN not in done.log


@pytest.mark.slow
def test_the_site_is_built(clone: GitWorld) -> None:
    """The folder that is handed over holds the dashboard."""
    steps = run(clone, "site.yml", "build", event_name="push")
    assert only(steps, "Build the site").outcome == "success", only(steps, "Build the site").log
    handed_over = load(WORKFLOWS / "site.yml")["jobs"]["build"]["steps"][-1]["with"]["path"]
    assert "breast-cancer" in (clone.root / handed_over / "index.html").read_text(encoding="utf-8")


# action.yml


def act(clone: GitWorld, temp: Path, **inputs: str) -> Done:
    """Run the action with inputs and give its last step."""
    action = load(TOP / "action.yml")
    given = {name: field["default"] for name, field in action["inputs"].items()} | inputs
    (temp / "mlgov").symlink_to(TOP / ".venv")
    context = {"token": TOKEN, "repository": REPOSITORY, "action_path": str(TOP)}
    return Runner(clone.root, temp, context, environment=dict(GIT), inputs=given).run(action["runs"]["steps"])[-1]


def test_the_action_checks(clone: GitWorld, tmp_path: Path) -> None:
    """Without inputs it checks the repository."""
    assert act(clone, tmp_path).code == 0


def test_the_action_hands_on_command_base_and_arguments(clone: GitWorld, tmp_path: Path) -> None:
    """Several words each."""
    done = act(clone, tmp_path, command="check", base="origin/main", args="--format json cards")
    assert done.code == 0
    assert '"findings"' in done.log


def test_the_action_fails_when_mlgov_does(clone: GitWorld, tmp_path: Path) -> None:
    """The exit code is handed on."""
    (clone.root / "cards" / "broken.yaml").write_text("a: [\n", encoding="utf-8")
    assert act(clone, tmp_path).code == 1


@pytest.mark.parametrize("hostile", ["; touch pwned", "$(touch pwned)", "`touch pwned`", "&& touch pwned", "*"])
@pytest.mark.parametrize("name", ["args", "command", "base"])
def test_the_action_runs_nothing_but_mlgov(untouched: GitWorld, tmp_path: Path, name: str, hostile: str) -> None:
    """Inputs are words for mlgov, never for the shell."""
    done = act(untouched, tmp_path, **{name: hostile})
    assert done.code == 2, done.log
    assert not (untouched.root / "pwned").exists()
    assert "pyproject.toml" not in done.log
