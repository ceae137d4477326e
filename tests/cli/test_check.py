"""``mlgov check`` on real repositories: the whole, some paths, a change against its base."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
lifecycle:
  status: {status}
spec:
  intended_uses:
    risk_rating: low
"""
IDENTITY = ["-c", "user.name=author", "-c", "user.email=author@example.org", "-c", "commit.gpgsign=false"]


def git(repository: Path, *arguments: str) -> str:
    """Run git."""
    command = ["git", "-C", str(repository), *IDENTITY, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def mlgov(repository: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "mlgov", "--now", "2026-11-20", "-C", str(repository), *arguments]
    clean = {k: v for k, v in os.environ.items() if k not in ("GITHUB_ACTIONS", "CI", "FORCE_COLOR")}
    return subprocess.run(command, check=False, capture_output=True, text=True, env={**clean, **environment})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one draft card on main."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "mlgov.toml").write_text("")
    (tmp_path / "cards").mkdir()
    put(tmp_path, "draft")
    commit(tmp_path, "draft")
    return tmp_path


def put(repository: Path, status: str, risk: str = "low") -> None:
    """Write the card."""
    (repository / "cards/churn.yaml").write_text(CARD.format(status=status).replace("low", risk))


def commit(repository: Path, message: str) -> None:
    """Commit everything."""
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", message)


def test_a_clean_repository(repository: Path) -> None:
    """Nothing found is said in one line, and the exit code is 0."""
    result = mlgov(repository, "check")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "Nothing found in 1 file.\n"


def test_findings_and_exit_codes(repository: Path) -> None:
    """A finding has path, line, column, code and advice; --fail-on decides the exit code."""
    put(repository, "Draft")
    result = mlgov(repository, "check")
    assert result.returncode == 1
    assert "cards/churn.yaml:6:11: error MLG-S001" in result.stdout
    assert "Did you mean 'draft'?" in result.stdout
    assert mlgov(repository, "check", "--fail-on", "never").returncode == 0


def test_a_warning_fails_only_when_asked(repository: Path) -> None:
    """An overdue review is a warning."""
    path = repository / "cards/churn.yaml"
    path.write_text(CARD.format(status="approved\n  review_by: 2026-01-01"))
    assert mlgov(repository, "check").returncode == 0
    assert mlgov(repository, "check", "--fail-on", "warning").returncode == 1


def test_paths_limit_the_report(repository: Path) -> None:
    """Only findings of the named files are reported; a path that is not there is a mistake."""
    put(repository, "Draft")
    assert mlgov(repository, "check", "roles/").returncode == 2
    (repository / "roles").mkdir()
    assert mlgov(repository, "check", "roles").returncode == 0
    assert mlgov(repository, "check", "cards/churn.yaml").returncode == 1
    assert mlgov(repository, "check", "cards").returncode == 1
    assert mlgov(repository, "check", "/etc").returncode == 2


def test_several_reports_in_one_run(repository: Path, tmp_path: Path) -> None:
    """Text goes to the terminal and SARIF and JUnit to files."""
    put(repository, "Draft")
    sarif, junit = tmp_path / "out.sarif", tmp_path / "out.xml"
    result = mlgov(repository, "check", "-f", "text", "-f", "sarif", "-o", str(sarif), "-f", "junit", "-o", str(junit))
    assert result.returncode == 1
    assert "MLG-S001" in result.stdout
    assert json.loads(sarif.read_text())["runs"][0]["results"][0]["ruleId"] == "MLG-S001"
    assert "MLG-S001" in junit.read_text()


def test_github_actions_get_annotations(repository: Path) -> None:
    """In Actions the format is chosen by itself."""
    put(repository, "Draft")
    assert mlgov(repository, "check", GITHUB_ACTIONS="true").stdout.startswith("::error file=cards/churn.yaml,line=6,")


def test_a_change_is_judged_by_the_rules_of_its_base(repository: Path) -> None:
    """A pull request that loosens the rules is still judged by the old ones."""
    strict = '[[required]]\nkind = "ModelCard"\nstatus = ["pending_review"]\nfields = ["metadata.owners"]\n'
    (repository / "mlgov.toml").write_text(strict)
    commit(repository, "rules")
    git(repository, "checkout", "-q", "-b", "topic")
    (repository / "mlgov.toml").write_text("")
    put(repository, "pending_review")
    commit(repository, "loosen and submit")
    assert mlgov(repository, "check").returncode == 0
    result = mlgov(repository, "check", "--base", "main", "--head", "HEAD")
    assert result.returncode == 1
    assert "MLG-L001" in result.stdout


def test_transitions_are_judged_from_the_fork_point(repository: Path) -> None:
    """What main did meanwhile is not blamed on the topic branch."""
    git(repository, "checkout", "-q", "-b", "topic")
    (repository / "roles").mkdir()
    (repository / "note.txt").write_text("unrelated")
    commit(repository, "topic")
    git(repository, "checkout", "-q", "main")
    put(repository, "pending_review")
    commit(repository, "submitted on main")
    git(repository, "checkout", "-q", "topic")
    assert mlgov(repository, "check", "--base", "main").returncode == 0
    put(repository, "approved")
    result = mlgov(repository, "check", "--base", "main")
    assert "MLG-L002" in result.stdout


def test_a_head_is_judged_by_its_committed_bytes(repository: Path) -> None:
    """The work tree may say something else; --head looks at the commit, also through replace refs."""
    git(repository, "checkout", "-q", "-b", "topic")
    put(repository, "approved")
    commit(repository, "jump")
    put(repository, "draft")
    assert mlgov(repository, "check", "--base", "main").returncode == 0
    assert mlgov(repository, "check", "--base", "main", "--head", "HEAD").returncode == 1
    evil = git(repository, "rev-parse", "HEAD:cards/churn.yaml").strip()
    innocent = git(repository, "rev-parse", "main:cards/churn.yaml").strip()
    git(repository, "replace", evil, innocent)
    assert mlgov(repository, "check", "--base", "main", "--head", "HEAD").returncode == 1


@pytest.mark.parametrize("ref", ["nowhere", "--upload-pack=touch x", "", "HEAD;id"])
def test_a_base_that_is_no_commit(repository: Path, ref: str) -> None:
    """An unknown or hostile ref is a mistake of the caller, never an empty success."""
    result = mlgov(repository, "check", f"--base={ref}")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_outside_of_a_governance_repository(tmp_path: Path) -> None:
    """Without mlgov.toml the command says how to start."""
    result = mlgov(tmp_path, "check")
    assert result.returncode == 2
    assert "mlgov init" in result.stderr


def test_broken_settings(repository: Path) -> None:
    """A typing mistake in the settings stops the check."""
    (repository / "mlgov.toml").write_text("[sit]\n")
    result = mlgov(repository, "check")
    assert result.returncode == 2
    assert "did you mean site" in result.stderr


def test_a_twin_of_a_governed_folder(repository: Path) -> None:
    """What a system without letter case takes for a governed folder is found in commits that git alone can make."""
    blob = git(repository, "hash-object", "-w", "cards/churn.yaml").strip()
    git(repository, "update-index", "--add", "--cacheinfo", f"100644,{blob},Cards/churn.yaml")
    git(repository, "commit", "-q", "-m", "twin")
    result = mlgov(repository, "check", "--head", "HEAD")
    assert result.returncode == 1
    assert "Cards:1:1: error MLG-S006" in result.stdout
    assert mlgov(repository, "check").returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_not_a_success(repository: Path) -> None:
    """A report that nobody got is an error of the environment."""
    command = [sys.executable, "-m", "mlgov", "-C", str(repository), "check"]
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (result.returncode, result.stderr) == (3, "mlgov: No space left on device.\n")


@pytest.mark.parametrize("now", ["1969-12-31", "9001-01-01", "tomorrow"])
def test_a_present_that_cannot_be(repository: Path, now: str) -> None:
    """Times at the end of what dates can hold would overflow later on."""
    result = mlgov(repository, "--now", now, "check")
    assert (result.returncode, "--now" in result.stderr) == (2, True)


def test_a_folder_is_no_report(repository: Path) -> None:
    """The caller named a folder; a file is asked for."""
    result = mlgov(repository, "check", "-f", "json", "-o", ".")
    assert (result.returncode, "is a folder" in result.stderr) == (2, True)


def test_git_is_not_installed(repository: Path) -> None:
    """One sentence and what to do; checking a folder goes on without it."""
    result = mlgov(repository, "check", "--base", "main", PATH="/nowhere")
    assert result.returncode == 3
    assert result.stderr == "mlgov: The program git was not found.\n  Install git 2.31 or newer.\n"


def test_without_git(tmp_path: Path) -> None:
    """Checking a folder needs no git; a base does, and says so."""
    (tmp_path / "mlgov.toml").write_text("")
    assert mlgov(tmp_path, "check").returncode == 0
    assert mlgov(tmp_path, "check", "--base", "main").returncode == 3
