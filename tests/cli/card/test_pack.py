"""``mlgov card pack``: real repositories, and a pack that proves itself."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.lifecycle import bytes_digest
from tests.git_world import GitWorld

REPORT = b'{"auc": 0.9}\n'
CARD = f"""\
apiVersion: mlgov/v1
kind: ModelCard
metadata: {{name: churn}}
lifecycle: {{status: STATUS}}
spec:
  evaluation_details:
    - name: holdout
      evidence:
        - path: evidence/churn/report.json
          digest: {bytes_digest(REPORT)}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one card that was drafted and submitted."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(tmp_path)], check=True)
    world = GitWorld(tmp_path)
    world.write("mlgov.toml", "")
    world.write("evidence/churn/report.json", REPORT.decode())
    world.save("cards/churn.yaml", CARD.replace("STATUS", "draft"))
    world.save("cards/churn.yaml", CARD.replace("STATUS", "pending_review"))
    return tmp_path


def run(root: Path, *arguments: str) -> int:
    """Run the command at a fixed time."""
    return exit_code_of(["--now", "2026-11-20", "-C", str(root), "card", "pack", *arguments])


def test_a_pack_is_whole_and_proves_itself(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """sha256sum of the machine agrees with every line."""
    assert run(root, "churn") == 0
    opened = tmp_path_factory.mktemp("opened")
    with zipfile.ZipFile(root / "churn-evidence.zip") as archive:
        archive.extractall(opened)
    assert subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=opened, check=False).returncode == 0
    manifest = json.loads((opened / "MANIFEST.json").read_text())
    expected = {"card.pdf", "card.json", "card.md", "bom.cdx.json", "history.json", "coverage.json"}
    assert set(manifest["files"]) == expected | {"cards/churn.yaml", "evidence/churn/report.json"}
    assert (manifest["status"], manifest["version"]) == ("pending_review", 1)
    assert [each["status"] for each in json.loads((opened / "history.json").read_text())] == ["draft", "pending_review"]


def test_the_same_commit_and_time_give_the_same_bytes(root: Path) -> None:
    """Whatever lies in the work tree meanwhile."""
    run(root, "churn", "-o", "one.zip")
    (root / "cards/churn.yaml").write_text("not a card")
    run(root, "churn", "-o", "two.zip")
    assert (root / "one.zip").read_bytes() == (root / "two.zip").read_bytes()


def test_an_earlier_commit_can_be_packed(root: Path) -> None:
    """With the history up to then."""
    assert run(root, "churn", "--at", "HEAD~1", "-o", "old.zip") == 0
    with zipfile.ZipFile(root / "old.zip") as archive:
        assert json.loads(archive.read("MANIFEST.json"))["status"] == "draft"
        assert len(json.loads(archive.read("history.json"))) == 1


def test_a_card_with_errors_is_not_packed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Evidence that was changed proves nothing."""
    GitWorld(root).save("evidence/churn/report.json", "{}")
    assert run(root, "churn") == 1
    assert "MLG-C002" in capsys.readouterr().err
    assert not (root / "churn-evidence.zip").exists()


@pytest.mark.parametrize("arguments", [["nobody"], ["../churn"], ["churn", "--at", "nowhere"]])
def test_what_is_not_there(root: Path, arguments: list[str]) -> None:
    """A wrong name is wrong usage, a wrong commit the world."""
    assert run(root, *arguments) in (2, 3)
