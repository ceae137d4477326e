"""``mlgov revalidate``: the plan, and the issues over real HTTP."""

import json
from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from tests.approvals.world import SETTINGS, World, card, new_repository
from tests.fakes.github_server import TOKEN, GithubServer

SAID = "cards/mail.yaml\n    The review was due on 2026-06-30.\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An approved card whose review was due."""
    world = new_repository(tmp_path)
    world.save("cards/mail.yaml", card("pending_review", review_by="2026-06-30"))
    world.approve()
    return world


def run(world: World, *arguments: str, now: str = "2026-07-01T06:00:00Z") -> int:
    """Run the command."""
    return exit_code_of(["-q", "-C", str(world.git.root), "--now", now, "revalidate", *arguments])


def test_the_plan_names_documents_and_reasons(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is changed; the exit code says that something is pending."""
    assert run(world) == 4
    assert capsys.readouterr().out == SAID


def test_nothing_due_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """With the exit code 0."""
    assert run(world, now="2026-03-02T06:00:00Z") == 0
    assert capsys.readouterr().out == "No document has to be looked at again.\n"


def test_programs_get_json(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """One object per document that has to be looked at."""
    assert run(world, "-f", "json") == 4
    report = json.loads(capsys.readouterr().out)
    [found] = report["documents"]
    assert (found["path"], found["owners"]) == ("cards/mail.yaml", ["@first-owner"])
    assert found["reasons"] == ["The review was due on 2026-06-30."]
    assert report["issues"] == {"actions": [], "failed": [], "waiting": []}


def test_windows_are_settings(world: World) -> None:
    """Here a year before."""
    world.save("mlgov.toml", f"{SETTINGS}\n[revalidation]\nwindows_days = [366]\n")
    assert run(world, now="2026-03-02T06:00:00Z") == 4


def test_issues_need_a_token(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is asked."""
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    assert run(world, "--issues") == 2


@pytest.fixture
def server(world: World, monkeypatch: pytest.MonkeyPatch) -> GithubServer:
    """A forge on the loopback interface that the settings name."""
    with GithubServer() as running:
        forge = f'[forge]\nkind = "github"\nrepository = "octo-org/models"\nbase_url = "{running.base_url}"\n'
        (world.git.root / "mlgov.toml").write_text(f"{SETTINGS}\n{forge}login = 'github-actions[bot]'\n")
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        yield running


def test_issues_are_opened_and_closed(world: World, server: GithubServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Planned first, then done, then done again without a change, then closed after a new approval."""
    assert run(world, "--issues", "--dry-run") == 4
    assert server.state.issues == []
    assert run(world, "--issues") == 0
    [issue] = server.state.issues
    assert issue.title == "mail: revalidation"
    assert run(world, "--issues", "--dry-run") == 0
    world.git.at = world.git.at.replace(month=7)
    world.save("cards/mail.yaml", card("pending_review", review_by="2026-12-31"))
    world.approve()
    assert run(world, "--issues") == 0
    assert issue.state == "closed"
    said = capsys.readouterr().out
    assert "issues: open an issue: mail: revalidation" in said
    assert "issues: close issue #1: cards/mail.yaml is done" in said
