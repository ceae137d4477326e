"""Options that many commands share."""

from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from tests.git_world import new_world


@pytest.mark.parametrize(
    "command",
    [
        ["gate", "--base", ""],
        ["gate", "--head", " "],
        ["site", "build", "--at", ""],
        ["site", "render", "--at", "", "--out", "pages"],
        ["site", "preview", "--base", ""],
        ["waiver", "new", "late", "--base", ""],
    ],
)
def test_an_empty_ref_is_no_default(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A variable that is not set in a script must not make a command look at something else than it was asked for."""
    world = new_world(tmp_path)
    world.write("mlgov.toml", "")
    assert exit_code_of(["-C", str(world.root), *command]) == 2
    assert "is a variable of the script not set?" in capsys.readouterr().err
