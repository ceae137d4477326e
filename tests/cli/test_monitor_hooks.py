"""``mlgov monitor run --hooks``: what is approved on the main line happens once, and nothing else happens."""

import json
import shutil
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.settings import load
from tests.cli.test_monitor import FIRST, Call, add_model, frame
from tests.fakes.github_server import TOKEN, Fault, GithubServer
from tests.git_world import GitWorld, clone, new_world

RULES = """
[approvals]
repository = "urn:example:hooks"
[[approvals.rules]]
name = "Everything"
needs = [{ role = "validator" }]
[[people]]
id = "first-validator"
handles = ["first-validator"]
roles = ["validator", "admin"]
"""


def writes(file: Path, code: int = 0) -> str:
    """Give settings with a command that leaves a trace and ends with an exit code."""
    script = (
        f"import os, sys; open({str(file)!r}, 'a').write(os.environ['MLGOV_MODEL'] + ' ' + "
        f"os.environ['MLGOV_EXECUTION'] + chr(10)); print('<!-- @all -->'); sys.exit({code})"
    )
    return f"\n[hooks]\ncommand = {json.dumps([sys.executable, '-c', script])}\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare repository with a model that drifts on its third and fourth day, and its baseline."""
    root = tmp_path_factory.mktemp("hooks")
    new_world(root / "hub.git", "--bare")
    made = clone(root / "hub.git", root / "work")
    made.write("mlgov.toml", "")
    add_model(made, "churn", "..DD..")
    reference = root / "reference.csv"
    frame(4000, 1).to_csv(reference, index=False)
    assert exit_code_of(["-q", "-C", str(made.root), "monitor", "baseline", "churn", "--from", str(reference)]) == 0
    made.commit("baseline")
    made.git("push", "--quiet", "origin", "main")
    return root


@pytest.fixture
def world(template: Path, tmp_path: Path) -> GitWorld:
    """A copy of it, in a clone."""
    shutil.copytree(template, tmp_path / "copy")
    made = GitWorld(tmp_path / "copy/work")
    made.git("remote", "set-url", "origin", f"file://{tmp_path / 'copy/hub.git'}")
    return made


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


@pytest.fixture
def call(world: GitWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Call]:
    """Run the monitors on the morning after a day; the alert is raised on the fourth."""
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, day: int = 4) -> Call:
        now = (FIRST + timedelta(days=day, minutes=7)).isoformat()
        code = exit_code_of(["-C", str(world.root), "--now", now, "monitor", "run", "churn", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def settle(world: GitWorld, settings: str, branch: str = "main") -> None:
    """Commit settings and push them."""
    world.save("mlgov.toml", settings)
    world.git("push", "--quiet", "origin", f"HEAD:{branch}")


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def test_an_alert_sets_off_what_is_configured_once(world: GitWorld, call: Callable[..., Call], trace: Path) -> None:
    """Not before the alert, not without the option, and not twice."""
    settle(world, writes(trace))
    call("--hooks", day=3)
    call(day=4)
    assert lines(trace) == []
    code, out, err = call("--hooks")
    assert (code, "hooks: command of churn/data-quality, in alert since 2026-11-05T00:00:00Z" in out) == (1, True)
    assert "<!-- @all -->" in err
    for _ in range(2):
        assert "hooks:" not in call("--hooks")[1]
    assert lines(trace) == ["churn executions/churn/data-quality/2026-11-05T000000Z.json"]


def test_a_dry_run_says_what_would_happen(world: GitWorld, call: Callable[..., Call], trace: Path) -> None:
    """And does none of it; the JSON has it, too."""
    settle(world, writes(trace))
    call(day=3)
    before = world.git("rev-parse", "mlgov-ledger")
    out = json.loads(call("--hooks", "--dry-run", "-f", "json")[1])
    assert out["hooks"] == ["command of churn/data-quality, in alert since 2026-11-05T00:00:00Z"]
    assert (lines(trace), world.git("rev-parse", "mlgov-ledger")) == ([], before)


def test_a_branch_sets_off_nothing(world: GitWorld, call: Callable[..., Call], trace: Path) -> None:
    """A pull request that adds a command, however it is checked out, is refused before anything runs."""
    call(day=3)
    world.git("checkout", "--quiet", "-b", "feature")
    settle(world, writes(trace), "feature")
    for remote in ("origin", "nowhere"):
        world.save("mlgov.toml", f'{writes(trace)}\n[ledger]\nremote = "{remote}"\n')
        code, _, err = call("--hooks")
        assert (code, "HEAD is not on it" in err) == (2, True)
    assert lines(trace) == []


def test_what_is_not_committed_does_not_count(world: GitWorld, call: Callable[..., Call], trace: Path) -> None:
    """The settings of the work tree are not those of the main line, and the run says so."""
    call(day=3)
    world.write("mlgov.toml", writes(trace))
    code, _, err = call("--hooks")
    assert (code, "the approved one counts" in err, "No hook is turned on" in err) == (1, True, True)
    assert lines(trace) == []


def test_with_approval_rules_a_change_that_nobody_approved_does_not_count(
    world: GitWorld, call: Callable[..., Call], trace: Path, tmp_path: Path
) -> None:
    """Also on the main line: the hooks of the last approved settings are those that happen."""
    approved = tmp_path / "approved"
    settle(world, RULES + writes(approved))
    settle(world, RULES + writes(trace))
    call(day=3)
    code, _, err = call("--hooks")
    assert (code, "the approved one counts" in err) == (1, True)
    assert (len(lines(approved)), lines(trace)) == (1, [])


def test_a_command_that_fails_is_a_warning_and_an_issue(
    world: GitWorld, call: Callable[..., Call], trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code stays the monitor's. The issue says no word of the output, and closes with the alert."""
    with GithubServer() as server:
        forge = f'[forge]\nkind = "github"\nrepository = "octo-org/models"\nbase_url = "{server.base_url}"\n'
        settle(world, forge + writes(trace, code=7))
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        call("--issues", day=3)
        code, out, err = call("--issues", "--hooks")
        assert (code, "exit code 7" in err, "[baseline_drift_check]" in out) == (1, True, True)
        titles = [issue.title for issue in server.state.issues]
        assert titles == ["churn: Data quality in alert", "churn: Data quality has a hook that failed"]
        assert "command: The command ended with exit code 7." in server.state.issues[1].body
        assert "@all" not in server.state.issues[1].body
        call("--issues", "--hooks")
        assert (len(lines(trace)), len(server.state.issues)) == (1, 2)
        for day in (5, 6):
            call("--issues", "--hooks", day=day)
        assert [issue.state for issue in server.state.issues] == ["closed", "closed"]


def test_a_proposal_that_broke_off_is_finished_by_another_machine(
    world: GitWorld, call: Callable[..., Call], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The branch was pushed and the forge went away: the next run, in a fresh clone, opens the one pull request."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "robot")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "robot@example.org")
    with GithubServer() as server:
        forge = f'[forge]\nkind = "github"\nrepository = "octo-org/models"\nbase_url = "{server.base_url}"\n'
        card = (world.root / "cards/churn.yaml").read_text()
        world.write("cards/churn.yaml", card.replace("status: draft", "status: approved\n  review_by: 2027-06-30"))
        settle(world, f"{forge}\n[hooks]\nreview_card = true\n")
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        call("--issues", day=3)
        server.faults.append(Fault("forbidden", method="POST", path="/pulls"))
        code, _, err = call("--issues", "--hooks")
        assert (code, "review of churn/data-quality" in err, server.state.pulls) == (1, True, [])
        assert "has a hook that failed" in server.state.issues[1].title
        other = clone(world.root.parent / "hub.git", tmp_path / "other")
        shutil.copytree(world.root / "traffic", other.root / "traffic", dirs_exist_ok=True)
        now = (FIRST + timedelta(days=4, hours=1)).isoformat()
        asked = ["-C", str(other.root), "--now", now, "monitor", "run", "churn", "--issues", "--hooks"]
        assert exit_code_of(asked) == 1
        assert [(pull.head, pull.base) for pull in server.state.pulls] == [("alert-churn-2026-11-05", "main")]
        assert [issue.state for issue in server.state.issues if "hook" in issue.title] == ["closed"]
        changed = other.git("diff", "--unified=0", "origin/main", "origin/alert-churn-2026-11-05").splitlines()
        assert [line for line in changed if line[0] in "+-" and line[1] not in "+-"] == [
            "-  status: approved",
            "+  status: pending_review",
        ]


def test_the_dashboard_is_one_issue_when_it_is_wanted(
    world: GitWorld, call: Callable[..., Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept up to date without a comment, not written when nothing is new, closed when it is turned off."""
    with GithubServer() as server:
        forge = f'[forge]\nkind = "github"\nrepository = "octo-org/models"\nbase_url = "{server.base_url}"\n'
        settle(world, f"{forge}dashboard_issue = true\n")
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        call("--issues", day=3)
        (issue,) = server.state.issues
        assert (issue.title, issue.labels) == ("Governance dashboard", ["mlgov/dashboard"])
        assert "in alert" not in issue.body
        for _ in range(2):
            asked = len(server.log)
            call("--issues")
        assert {method for method, _ in server.log[asked:]} == {"GET"}
        assert "**1 model · 1 in alert**\n\n### In alert\n\n- `churn`: " in issue.body
        assert (issue.state, issue.comments) == ("open", [])
        settle(world, forge)
        call("--issues")
        assert issue.state == "closed"


def test_records_that_stay_here_set_off_nothing(world: GitWorld, call: Callable[..., Call], trace: Path) -> None:
    """Other machines would not know that it was done."""
    settle(world, writes(trace))
    code, _, err = call("--hooks", "--no-push")
    assert (code, "--no-push" in err) == (2, True)


def test_an_event_needs_its_secret_before_anything_runs(world: GitWorld, call: Callable[..., Call]) -> None:
    """A webhook without one is a mistake in the setup, and the address is not repeated."""
    settle(world, '[hooks]\nevents = ["webhook:https://hooks.example/token-in-path"]\n')
    code, _, err = call("--hooks")
    assert (code, "MLGOV_WEBHOOK_SECRET" in err, "token-in-path" in err) == (2, True, False)


def test_the_example_of_the_guide_can_be_used() -> None:
    """Every key of it, and nothing that the settings do not know."""
    page = (Path(__file__).parents[2] / "docs/guide/alerts.md").read_text()
    block = page.split("```toml\n")[1].split("```")[0]
    hooks = load(block.encode()).hooks
    assert hooks.model_fields_set == set(type(hooks).model_fields)
