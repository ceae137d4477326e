"""Several commands and scripts that change one card at the same time."""

import subprocess
import sys
from pathlib import Path

import pytest

from mlgov import IntendedUses, ModelCard
from mlgov.errors import MlgovError
from tests.git_world import new_world

CARD = (
    "apiVersion: mlgov/v1\nkind: ModelCard\nmetadata:\n  name: churn\nlifecycle:\n  status: draft\n"
    "spec:\n  intended_uses:\n    risk_rating: low\n"
)
COMMANDS = 4


@pytest.mark.parametrize("under_git", [True, False])
def test_no_edit_is_lost(tmp_path: Path, under_git: bool) -> None:
    """Each of several edits at once is in the card afterwards, with and without git."""
    if under_git:
        new_world(tmp_path)
    (tmp_path / "mlgov.toml").write_text("")
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/churn.yaml").write_text(CARD)
    mlgov = [sys.executable, "-m", "mlgov", "-C", str(tmp_path), "card", "edit", "churn"]
    running = [
        subprocess.Popen([*mlgov, "--add-metric", f"a/b/m{n}=1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for n in range(COMMANDS)
    ]
    assert [each.wait() for each in running] == [0] * COMMANDS
    text = (tmp_path / "cards/churn.yaml").read_text()
    assert [n for n in range(COMMANDS) if f"name: m{n}" not in text] == []


def test_a_script_that_read_before_an_edit_overwrites_nothing(tmp_path: Path) -> None:
    """It is told to load the card again."""
    (tmp_path / "mlgov.toml").write_text("")
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/churn.yaml").write_text(CARD)
    one, two = (ModelCard.load("churn", root=tmp_path) for _ in range(2))
    one.update(intended_uses=IntendedUses(risk_rating="high"))
    with pytest.raises(MlgovError, match="changed by somebody else"):
        two.update(intended_uses=IntendedUses(risk_rating="medium"))
    assert "risk_rating: high" in (tmp_path / "cards/churn.yaml").read_text()
