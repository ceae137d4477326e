"""``mlgov doctor``."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.guards.declared import Declared
from mlgov.guards.labels import LABELS
from mlgov.guards.rulesets import ledger_ruleset, main_ruleset
from tests.fakes.github_server import Fault, GithubServer
from tests.fakes.github_settings import StoredRuleset
from tests.git_world import CLEAN, GitWorld, new_world

DECLARED = Declared(check_source=None)
PEOPLE = '[[people]]\nid = "vera"\nhandles = ["vera"]\nroles = ["owner", "validator", "admin"]\n'


@pytest.fixture
def server() -> Iterator[GithubServer]:
    """A repository whose settings are those that mlgov declares."""
    with GithubServer() as running:
        settings = running.state.settings
        settings.labels, settings.sha_pinning = [label.name for label in LABELS], True
        settings.rulesets = [
            StoredRuleset(1, ("main",), main_ruleset(DECLARED)["rules"]),
            StoredRuleset(2, ("mlgov-ledger",), ledger_ruleset(DECLARED)["rules"]),
        ]
        yield running


@pytest.fixture
def world(tmp_path: Path, server: GithubServer, monkeypatch: pytest.MonkeyPatch) -> GitWorld:
    """A clone in which everything is as it should be."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, CLEAN[name])
    monkeypatch.setenv("GITHUB_TOKEN", "token-of-admin")
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    made = new_world(tmp_path / "clone")
    forge = f'[forge]\nkind = "github"\nrepository = "octo-org/models"\nbase_url = "{server.base_url}"\n'
    made.write("mlgov.toml", forge + PEOPLE)
    for command in ("schema", "guards"):
        assert exit_code_of(["-q", "-C", str(made.root), command]) == 0
    made.commit()
    made.git("branch", "mlgov-ledger", made.git("commit-tree", "-m", "start", made.git("mktree")))
    hook = made.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n", encoding="utf-8")
    hook.chmod(0o755)
    return made


def run(world: GitWorld, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """Ask the doctor for JSON."""
    capsys.readouterr()
    code = exit_code_of(["-C", str(world.root), "doctor", "-f", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def codes(report: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in report["findings"]]


def test_where_all_is_well_there_is_nothing_to_say(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """No error, no warning, no note."""
    assert run(world, capsys, "--fail-on", "note") == (
        0,
        {"format": "mlgov/doctor/v1", "summary": {"errors": 0, "warnings": 0, "notes": 0}, "findings": []},
    )


def test_text_says_what_why_and_how(world: GitWorld, server: GithubServer, capsys: pytest.CaptureFixture[str]) -> None:
    """The worst first, with one line of each."""
    server.state.settings.workflows_may_approve = True
    server.state.settings.labels = server.state.settings.labels[1:]
    assert exit_code_of(["-C", str(world.root), "doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "error: Workflows may approve pull requests. [MLG-G009]"
    assert lines[1].startswith("    why:  A workflow that may approve")
    assert lines[2].startswith("    mend: Settings > Actions")
    assert lines[-1] == "1 error, 1 warning."


def test_a_guard_that_was_switched_off_is_found(
    world: GitWorld, server: GithubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole ruleset of the main branch is gone."""
    del server.state.settings.rulesets[0]
    code, report = run(world, capsys)
    assert code == 1
    assert {"MLG-G002", "MLG-G003", "MLG-G004", "MLG-G005", "MLG-G006"} == set(codes(report))


def test_the_branch_that_the_forge_takes_for_main_is_looked_at(
    world: GitWorld, server: GithubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """This clone may know another name."""
    server.state.settings.default_branch = "trunk"
    code, report = run(world, capsys)
    assert code == 1
    assert any("Branch trunk can be rewritten" in finding["what"] for finding in report["findings"])


def test_without_a_token_the_rest_is_looked_at(
    world: GitWorld, monkeypatch: pytest.MonkeyPatch, server: GithubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the report says what was not read."""
    monkeypatch.delenv("GITHUB_TOKEN")
    (world.root / "schemas" / "role.json").write_text("{}")
    code, report = run(world, capsys)
    assert (code, codes(report)) == (0, ["MLG-G028", "MLG-G001"])
    assert "GITHUB_TOKEN is not set" in report["findings"][1]["what"]
    assert server.log == []


def test_a_token_that_sees_little_says_so(
    world: GitWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it may not read is no error, and not good either."""
    monkeypatch.setenv("GITHUB_TOKEN", "token-of-actions")
    code, report = run(world, capsys)
    assert code == 0
    assert set(codes(report)) == {"MLG-G001"}
    assert any("rights of workflows" in finding["what"] for finding in report["findings"])


def test_the_token_is_nowhere_in_the_report(
    world: GitWorld, monkeypatch: pytest.MonkeyPatch, server: GithubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even when the server repeats it."""
    monkeypatch.setenv("GITHUB_TOKEN", "token-of-actions")
    server.faults.append(Fault("echo", times=99))
    assert exit_code_of(["-C", str(world.root), "doctor"]) == 3
    said = capsys.readouterr()
    assert "You sent *** to me" in said.out
    assert "token-of-actions" not in said.out + said.err


def test_a_forge_that_does_not_answer_is_a_failure_of_the_environment(
    world: GitWorld, server: GithubServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found in the clone is told all the same."""
    monkeypatch.setattr("mlgov.adapters.forge_api.client.FIRST_WAIT_S", 0.0)
    server.faults.append(Fault("bad_gateway", times=99))
    (world.root / ".git" / "hooks" / "pre-commit").unlink()
    code, report = run(world, capsys)
    assert (code, codes(report)) == (3, ["MLG-G001", "MLG-G027"])


def test_the_forge_need_not_be_asked(world: GitWorld, server: GithubServer, capsys: pytest.CaptureFixture[str]) -> None:
    """With --no-forge nothing leaves this machine."""
    assert run(world, capsys, "--no-forge")[0] == 0
    assert server.log == []


def test_without_a_forge_there_is_still_the_clone(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """The report says that the settings name none."""
    world.write("mlgov.toml", PEOPLE)
    code, report = run(world, capsys)
    assert (code, codes(report)) == (0, ["MLG-G001"])


def test_without_git_there_are_still_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A repository that was just made has no history yet."""
    (tmp_path / "mlgov.toml").write_text(PEOPLE)
    code, report = run(GitWorld(tmp_path), capsys, "--fail-on", "warning")
    assert code == 1
    assert set(codes(report)) == {"MLG-G028", "MLG-G001"}


def test_a_shallow_clone_fails(world: GitWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It cannot prove anything."""
    world.commit("second")
    world.git("clone", "--quiet", "--depth=1", f"file://{world.root}", str(tmp_path / "shallow"))
    code, report = run(GitWorld(tmp_path / "shallow"), capsys, "--no-forge")
    assert code == 1
    assert "MLG-G022" in codes(report)


def test_a_block_of_codeowners_that_was_changed_is_found(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is named."""
    world.write(".github/CODEOWNERS", (world.root / ".github" / "CODEOWNERS").read_text().replace("@vera", "@mallory"))
    _, report = run(world, capsys, "--no-forge")
    assert [(f["code"], f["place"]) for f in report["findings"]] == [("MLG-G015", ".github/CODEOWNERS")]
