"""``mlgov dashboard``."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mlgov.cli.dashboard import to_text
from mlgov.cli.main import exit_code_of
from tests.git_world import new_world
from tests.website import documents as d
from tests.website.values import alarming, maximal, site
from tests.website.world import new_site_world

NOW = ["--now", d.NOW.isoformat()]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a model in alert."""
    return new_site_world(tmp_path_factory.mktemp("site")).root


def test_the_model_in_alert_stands_out_and_stands_first(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mark, capitals, and its reason below."""
    assert exit_code_of(["-C", str(root), *NOW, "dashboard"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("6 models · 1 in alert · 1 cannot be read")
    first = lines[3]
    assert first.startswith("▲ Customer churn")
    assert "IN ALERT since 2026-03-09" in first
    assert any("churn: Data quality (data-quality): in alert since" in line for line in lines[9:])


def test_without_colour_there_is_no_escape(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe gets plain text."""
    assert exit_code_of(["-C", str(root), *NOW, "--no-color", "dashboard"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_with_colour_the_alert_is_red() -> None:
    """The whole row, in bold."""
    text = to_text(site(*maximal(), executions=alarming()).rows, d.NOW, color=True)
    assert "\x1b[31m\x1b[1m▲ Customer churn" in text


def test_a_monitor_near_an_alert_is_not_just_ok() -> None:
    """The cell says how near."""
    executions = [d.execution(day, violated=day == 7) for day in range(8)]
    text = to_text(site(*maximal(), executions=executions).rows, d.NOW, color=False)
    assert "OK · 1 of 2 bad windows to an alert" in text


def test_models_with_one_title_are_told_apart() -> None:
    """The name stands behind the title, also where the title is cut, and nowhere else."""
    rows = site(*maximal(), executions=alarming()).rows
    long = "A title that goes on and on until it is cut in the table, "
    alike = [replace(rows[0], model="one", title=f"{long}one"), replace(rows[0], model="two", title=f"{long}two")]
    text = to_text([*alike, replace(rows[0], model="other", title="Other")], d.NOW, color=False)
    assert "… (one)" in text
    assert "… (two)" in text
    assert "Other (" not in text


def test_json_is_alone_on_standard_output(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs can read it as it comes."""
    assert exit_code_of(["-C", str(root), *NOW, "dashboard", "-f", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["counts"]["in_alert"] == 1


def test_a_file_instead_of_the_terminal(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """-o writes the rows and prints nothing."""
    target = tmp_path / "rows.csv"
    assert exit_code_of(["-C", str(root), *NOW, "dashboard", "-f", "csv", "-o", str(target)]) == 0
    assert capsys.readouterr().out == ""
    assert target.read_bytes().startswith(b"model,title,card")


def test_the_same_now_gives_the_same_bytes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Twice the command, once the text."""
    arguments = ["-C", str(root), *NOW, "dashboard", "-f", "json"]
    exit_code_of(arguments)
    once = capsys.readouterr().out
    exit_code_of(arguments)
    assert capsys.readouterr().out == once


def test_an_empty_repository_is_told_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No table of nothing."""
    new_world(tmp_path).write("mlgov.toml", "")
    assert exit_code_of(["-C", str(tmp_path), "dashboard"]) == 0
    assert "cards/<name>.yaml" in capsys.readouterr().out


@pytest.mark.parametrize("hostile", ["\\u001b[2J", "\\r", "\\u0007", "\\u009b31m"])
def test_text_of_documents_cannot_steer_the_terminal(hostile: str) -> None:
    """Controls in a file that cannot be read are shown, not obeyed."""
    data = d.yaml_of(d.card("churn")).replace(b'"metadata"', f'"{hostile}": 1, "metadata"'.encode())
    text = to_text(site(files={"cards/churn.yaml": data}).rows, d.NOW, color=False)
    assert all(character.isprintable() or character == "\n" for character in text)
