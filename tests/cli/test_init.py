"""``mlgov init``: a new governance repository works at once."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mlgov.cli.files import create_file
from mlgov.cli.main import exit_code_of
from mlgov.cli.scaffold import CI_FILES, FILES, scaffold
from mlgov.errors import MlgovError

NOW = "2026-11-20T12:00:00Z"


def mlgov(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as people do."""
    command = [sys.executable, "-m", "mlgov", "-C", str(folder), "--now", NOW, *arguments]
    environment = {key: value for key, value in os.environ.items() if key != "GITHUB_ACTIONS"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=folder.parent)


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder, away from the user's settings."""
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def tree(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """A repository that init has made, and its first commit."""
    folder = tmp_path / "governance"
    assert exit_code_of(["-q", "init", str(folder)]) == 0
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Start model governance")
    return folder


@pytest.mark.parametrize(
    "arguments",
    [["check", "--fail-on", "note"], ["schema", "--check"], ["role", "render", "example-role"], ["dashboard"]],
)
def test_a_new_repository_works_at_once(started: Path, arguments: list[str]) -> None:
    """Its documents are clean to the last note, its schemas fresh, its role renders, its models are listed."""
    result = mlgov(started, *arguments)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.slow
def test_its_site_builds_at_once(started: Path) -> None:
    """A warning of the site generator would be an error."""
    result = mlgov(started, "site", "build", "--out", "build/site")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Example model" in (started / "build" / "site" / "index.html").read_text(encoding="utf-8")


def test_its_documents_are_checked_before_the_first_commit(tmp_path: Path) -> None:
    """Somebody who has not called git yet can check already."""
    assert exit_code_of(["-q", "init", str(tmp_path / "new")]) == 0
    assert mlgov(tmp_path / "new", "check").returncode == 0


def test_everything_it_writes_is_committed(started: Path) -> None:
    """The ignore file hides nothing that init has made, and a built site does not show up."""
    tracked = subprocess.run(["git", "ls-files"], cwd=started, capture_output=True, text=True, check=True).stdout
    ours = {path for path in tree(started) if not path.startswith(".git/")}
    assert set(tracked.split()) == ours


def test_two_runs_write_the_same(tmp_path: Path) -> None:
    """The files do not depend on the folder or the day."""
    for name in ("one", "two"):
        exit_code_of(["-q", "init", str(tmp_path / name)])
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is in the way is listed, nothing is written, and the exit code says wrong usage."""
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "example-model.yaml").write_text("mine")
    (tmp_path / "mkdocs.yml").write_text("mine")
    assert exit_code_of(["init", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert re.findall(r"^  (\S+\.\w+)$", said, re.MULTILINE) == ["cards/example-model.yaml", "mkdocs.yml"]
    assert tree(tmp_path) == {"cards/example-model.yaml": b"mine", "mkdocs.yml": b"mine"}


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    """A folder with other files in it is no hindrance."""
    (tmp_path / "notes.txt").write_text("mine")
    assert exit_code_of(["-q", "init", str(tmp_path)]) == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "mlgov.toml").is_file()


@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_links_are_in_the_way(tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written through a link, whether it leads somewhere or not."""
    (tmp_path / "elsewhere").mkdir()
    folder = tmp_path / "governance"
    folder.mkdir()
    (folder / "cards").symlink_to(tmp_path / target)
    (folder / "mlgov.toml").symlink_to(tmp_path / "nowhere.toml")
    assert exit_code_of(["init", str(folder)]) == 2
    assert "\n  cards\n  mlgov.toml\n" in capsys.readouterr().err
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not (tmp_path / "nowhere.toml").exists()


def test_a_file_in_the_place_of_a_folder_is_in_the_way(tmp_path: Path) -> None:
    """Cards may be somebody's file."""
    (tmp_path / "cards").write_text("mine")
    assert exit_code_of(["init", str(tmp_path)]) == 2
    assert tree(tmp_path) == {"cards": b"mine"}


def test_without_ci_there_are_no_workflows(tmp_path: Path) -> None:
    """Whoever does not use GitHub gets neither workflows nor a forge."""
    assert exit_code_of(["-q", "init", str(tmp_path), "--ci", "none"]) == 0
    assert not (tmp_path / ".github").exists()
    assert 'kind = "none"' in (tmp_path / "mlgov.toml").read_text()


def test_next_steps_go_to_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output lists the files, one a line; advice is chatter."""
    folder = tmp_path / "new"
    assert exit_code_of(["init", str(folder)]) == 0
    said = capsys.readouterr()
    assert {Path(line) for line in said.out.splitlines()} == {folder / path for path in tree(folder)}
    assert "git init" in said.err
    assert "Settings > Pages" in said.err


def test_every_template_is_used() -> None:
    """A template without a row would be shipped and never written."""
    folder = Path(sys.modules["mlgov.cli.scaffold"].__file__ or "").parent
    templates = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    used = set(FILES.values()).union(*(files.values() for files in CI_FILES.values()))
    assert {path for path in templates if not path.endswith((".py", ".pyc"))} == used


def test_no_mark_is_left() -> None:
    """Every @MARK@ of a template has a value."""
    for ci in CI_FILES:
        for path, data in scaffold(ci=ci, version="1.2.3", schemas={}).items():
            assert re.search(rb"@[A-Z]+@", data) is None, path


def test_a_folder_that_cannot_be_made_is_an_outside_error(tmp_path: Path) -> None:
    """The environment is at fault: exit code 3."""
    (tmp_path / "file").write_text("")
    with pytest.raises(MlgovError) as caught:
        create_file(tmp_path / "file" / "x", b"")
    assert caught.value.exit_code == 3


class TestWorkflows:
    """The workflows that a new repository gets."""

    @pytest.fixture
    def workflows(self, tmp_path: Path) -> list[str]:
        """Write them and give their paths."""
        assert exit_code_of(["-q", "init", str(tmp_path / "new")]) == 0
        paths = [str(path) for path in sorted((tmp_path / "new" / ".github" / "workflows").iterdir())]
        assert len(paths) == 8
        return paths

    def test_they_fit_the_schema_of_github(self, workflows: list[str]) -> None:
        """check-jsonschema knows GitHub's schema without a network."""
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout

    def test_a_strict_audit_finds_nothing(self, workflows: list[str]) -> None:
        """zizmor, offline and at its strictest, has no finding."""
        program = str(Path(sys.executable).parent / "zizmor")
        command = [program, "--offline", "--strict-collection", "--persona", "auditor", *workflows]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("base", ["", "main"])
def test_the_steps_of_its_check_workflow_run(started: Path, tmp_path: Path, base: str) -> None:
    """What the check job runs after installing passes here, with and without a pull request, and leaves a summary."""
    job = yaml.safe_load((started / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8"))["jobs"]["check"]
    lines = [step["run"] for step in job["steps"] if "run" in step and "pip install" not in step["run"]]
    assert len(lines) == 2
    git(started, "update-ref", "refs/remotes/origin/main", "HEAD")
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    summary = tmp_path / "summary.md"
    environment = os.environ | {"PATH": programs, "BASE": base, "GITHUB_STEP_SUMMARY": str(summary)}
    for line in lines:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line]
        result = subprocess.run(command, cwd=started, env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
    assert summary.read_text().startswith("### mlgov check: passed")


def test_a_new_repository_of_a_forge_may_have_its_readme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """README.md and .gitignore are kept, said so, and everything else is written."""
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / ".gitignore").write_text("mine")
    assert exit_code_of(["init", str(tmp_path)]) == 0
    said = capsys.readouterr().err
    assert "Kept README.md" in said
    assert "Add the line 'build/'" in said
    assert (tmp_path / "README.md").read_text() == (tmp_path / ".gitignore").read_text() == "mine"
    assert (tmp_path / "cards" / "example-model.yaml").exists()


def test_who_stands_in_the_folder_need_not_go_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next steps begin with cd for another folder only."""
    monkeypatch.chdir(tmp_path)
    assert exit_code_of(["init", "."]) == 0
    assert "\n  cd " not in capsys.readouterr().err
    assert exit_code_of(["init", "other"]) == 0
    assert "Next steps:\n  cd other\n  git init" in capsys.readouterr().err
