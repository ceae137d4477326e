"""``mlgov guards``."""

import subprocess
from pathlib import Path

import pytest

from mlgov.cli.guards import git_top
from mlgov.cli.main import exit_code_of

SETTINGS = '[forge]\nkind = "github"\nrepository = "octo-org/models"\n'


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder that is a governance repository at the top of a git repository."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "mlgov.toml").write_text(SETTINGS)
    return tmp_path


def test_guards_are_written_once(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first run names every file; the second has nothing to do."""
    assert exit_code_of(["-C", str(repository), "guards"]) == 0
    written = [line.removesuffix(" written") for line in capsys.readouterr().out.splitlines()]
    assert ".github/CODEOWNERS" in written
    assert all((repository / path).is_file() for path in written)
    assert exit_code_of(["-C", str(repository), "guards"]) == 0
    assert capsys.readouterr().out == ""
    assert exit_code_of(["-C", str(repository), "guards", "--check"]) == 0


def test_check_names_the_stale_file_and_changes_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 4: changes are pending."""
    exit_code_of(["-q", "-C", str(repository), "guards"])
    capsys.readouterr()
    owners = repository / ".github" / "CODEOWNERS"
    owners.write_text(owners.read_text() + "/mlgov.toml @mallory\n")
    assert exit_code_of(["-C", str(repository), "guards", "--check"]) == 4
    assert capsys.readouterr().out == ".github/CODEOWNERS is not up to date\n"
    assert owners.read_text().endswith("@mallory\n")


def test_a_repository_in_a_folder_writes_to_the_top(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Forges look there; the paths of the block start from there."""
    folder = repository / "governance"
    folder.mkdir()
    (repository / "mlgov.toml").rename(folder / "mlgov.toml")
    assert exit_code_of(["-C", str(folder), "guards"]) == 0
    assert "/governance/mlgov.toml has no owner" in (repository / ".github" / "CODEOWNERS").read_text()
    assert not (folder / ".github").exists()


def test_without_a_forge_it_says_what_to_do(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written for a forge that nobody named."""
    (repository / "mlgov.toml").write_text("")
    assert exit_code_of(["-C", str(repository), "guards"]) == 2
    assert 'kind = "github"' in capsys.readouterr().err
    assert not (repository / ".github").exists()


def test_the_top_is_where_git_is(tmp_path: Path) -> None:
    """A work tree of git has a file called .git; without git the folder itself is the top."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert git_top(inner) == inner
    (tmp_path / "a" / ".git").write_text("gitdir: elsewhere\n")
    assert git_top(inner) == tmp_path / "a"
