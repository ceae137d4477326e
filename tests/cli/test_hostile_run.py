"""``mlgov check`` run on a hostile repository: what it prints, a terminal and a CI runner can take."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.cli.reporters import FORMATS
from tests.cli.findings import PAYLOADS
from tests.git_world import GitWorld

CARD = """apiVersion: mlgov/v1
kind: ModelCard
metadata: {name: churn}
lifecycle: {status: draft}
spec:
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A repository whose file names, keys and values are every payload that a file system and YAML let pass."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    world = GitWorld(tmp_path)
    world.write("mlgov.toml", "")
    keys = [text for text in PAYLOADS.values() if text.isprintable()]
    world.write("cards/churn.yaml", CARD + "".join(f"  {quoted(text)}: {quoted(text)}\n" for text in keys))
    for text in PAYLOADS.values():
        name = text.replace("/", "_")
        world.write(f"cards/{name}.yaml", "[")
    return tmp_path


def quoted(text: str) -> str:
    """Write YAML's plainest string."""
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_hostile_repository_prints_nothing_to_obey(hostile: Path, fmt: str) -> None:
    """Findings are there, exit code 1; no control character, no command of a document's, on either stream."""
    command = [sys.executable, "-m", "mlgov", "-C", str(hostile), "check", "-f", fmt]
    result = subprocess.run(command, capture_output=True, check=False)
    printed = (result.stdout + result.stderr).decode()
    assert result.returncode == 1, printed
    assert "MLG-" in printed
    assert [c for c in printed if not c.isprintable() and c != "\n"] == []
    assert re.search(r"##[A-Za-z]*\[", printed) is None
    commands = [line for line in printed.splitlines() if line.lstrip().startswith("::")]
    assert all(fmt == "github" and re.match(r"::(error|warning|notice) file=", line) for line in commands)
    assert len(commands) <= 30


@pytest.mark.parametrize("text", ["\x1b[31mno", "::error::no", "no\x9bsuch"])
def test_error_messages_are_harmless_too(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is typed or found on the way into an error message is shown, not obeyed."""
    (tmp_path / "mlgov.toml").write_text("")
    for arguments in (["check", text], ["explain", text], [text], ["check", "-f", text]):
        assert exit_code_of(["-C", str(tmp_path), *arguments]) == 2
        said = capsys.readouterr().err
        assert [c for c in said if not c.isprintable() and c != "\n"] == []
        assert not any(line.lstrip().startswith("::") for line in said.splitlines())


def test_a_terminal_without_unicode_shows_codes(tmp_path: Path) -> None:
    """A letter that the terminal cannot show is written as its code, not taken for a bug."""
    program = "from mlgov.cli.main import run; import sys; sys.argv[1:] = ['explain', 'モデル']; run()"
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, env=environment)
    assert result.returncode == 2
    assert b"\\u30e2" in result.stderr
