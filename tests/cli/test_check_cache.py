"""``mlgov check`` again: nothing is read twice, and nothing is missed."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_check import commit, git, mlgov, put, repository

__all__ = ["repository"]

CACHE = ".git/mlgov/check.json"


def age(repository: Path) -> None:
    """Put the times of all files back, as if they had been written a minute ago; git's index is told."""
    for path in [repository / "mlgov.toml", *repository.glob("cards/*")]:
        status = path.stat()
        os.utime(path, ns=(status.st_atime_ns - 60 * 10**9, status.st_mtime_ns - 60 * 10**9))
    git(repository, "add", "-A")


def whole(repository: Path) -> bool:
    """Whether the last run left word that the whole is clean."""
    return b'"whole":""' not in (repository / CACHE).read_bytes()


@pytest.fixture
def settled(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clean repository that was checked and has not changed for some time."""
    age(repository)
    time.sleep(2.2)  # the time that an inode changed at cannot be put back
    assert mlgov(repository, "check").returncode == 0
    assert whole(repository)
    return repository


def test_the_second_run_loads_neither_parser_nor_schema(settled: Path) -> None:
    """When nothing has changed, nothing is read: that is what makes it quick."""
    code = (
        "import sys; from mlgov.cli.main import exit_code_of;"
        f"code = exit_code_of(['--now', '2026-11-20', '-C', {str(settled)!r}, 'check', '--cache']);"
        "print(code, [m for m in ('pydantic', 'yaml', 'git', 'mlgov.sdk') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "0 []"


@pytest.mark.parametrize("same_size_and_time", [True, False])
def test_a_change_is_seen(settled: Path, *, same_size_and_time: bool) -> None:
    """A change is found, even one that keeps size and modification time."""
    card = settled / "cards/churn.yaml"
    before = card.stat()
    card.write_text(card.read_text().replace("draft", "draff"))
    if same_size_and_time:
        os.utime(card, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert mlgov(settled, "check").returncode == 1


def test_a_new_file_is_seen(settled: Path) -> None:
    """A file that comes is found, also where only its name is wrong."""
    (settled / "cards/README").write_text("")
    assert "MLG-S005" in mlgov(settled, "check").stdout


def test_a_clash_at_the_top_is_seen(settled: Path) -> None:
    """A folder beside the governed ones that some systems take for one of them."""
    (settled / "Cards").mkdir()
    assert mlgov(settled, "check").returncode == 1


def test_changed_settings_and_another_day_count(settled: Path) -> None:
    """New settings, or a review date that passes, are found though no document changed."""
    put(settled, "approved\n  review_by: 2026-12-01")
    assert mlgov(settled, "check").returncode == 0
    assert "MLG-L" in mlgov(settled, "--now", "2027-01-01", "check").stdout
    (settled / "mlgov.toml").write_text('[[required]]\nkind = "ModelCard"\nfields = ["metadata.title"]\n')
    assert "metadata.title" in mlgov(settled, "check").stdout


def test_findings_are_told_every_time(repository: Path) -> None:
    """A document with findings is read every time, and told in the same words."""
    (repository / "cards/churn.yaml").write_text("a: 1\n")
    runs = {(run.returncode, run.stdout) for run in (mlgov(repository, "check") for _ in range(3))}
    assert len(runs) == 1
    assert not whole(repository)


def test_files_that_changed_just_now_are_read_again(repository: Path) -> None:
    """A file system's clock may stand still between two changes; until it has moved on, the files are read."""
    ahead = 4_000_000_000  # the year 2096, so that a slow machine is not too late
    os.utime(repository / "cards/churn.yaml", (ahead, ahead))
    assert mlgov(repository, "check").returncode == 0
    assert not whole(repository)


@pytest.mark.parametrize("how", ["--no-cache", "--head=HEAD", "--base=HEAD", "CI"])
def test_verdicts_that_others_rely_on_come_without_a_cache(repository: Path, how: str) -> None:
    """In CI, against a base, for a commit, or when asked: no cache is read or written."""
    run = mlgov(repository, "check", CI="true") if how == "CI" else mlgov(repository, "check", how)
    assert run.returncode == 0
    assert not (repository / CACHE).exists()


def test_untracked_files_are_asked_about_every_time(settled: Path) -> None:
    """Whether git ignores a file depends on more than the file, so a run with untracked files is never skipped."""
    text = (settled / "cards/churn.yaml").read_text()
    (settled / "cards/other.yaml").write_text(text.replace("churn", "other"))
    assert mlgov(settled, "check").returncode == 0
    assert not whole(settled)
    commit(settled, "other")
    assert "in 2 files" in mlgov(settled, "check").stdout


def test_no_place_for_a_cache_is_no_matter(repository: Path) -> None:
    """A git folder that cannot take it, or none at all: the check works."""
    (repository / ".git/mlgov").write_text("in the way")
    assert mlgov(repository, "check").returncode == 0
    git(repository, "status")
    (repository / ".git").rename(repository.parent / "elsewhere")
    assert mlgov(repository, "check").returncode == 0


def test_a_link_in_place_of_the_cache_is_not_followed(settled: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A cache that is a link is not read, and what it leads to is not written."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "kept.json"
    elsewhere.write_text("kept")
    (settled / CACHE).unlink()
    (settled / CACHE).symlink_to(elsewhere)
    assert mlgov(settled, "check").returncode == 0
    assert elsewhere.read_text() == "kept"
