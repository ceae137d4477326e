"""Progress of long work: on a terminal only, never in CI, and never a line on standard output."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from mlgov.events import Event, Progress, stepwise

CARD = """\
# yaml-language-server: $schema=../schemas/modelcard.json
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: {name}
lifecycle:
  status: draft
spec:
  intended_uses:
    risk_rating: low
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with so many cards that people would wait."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "mlgov.toml").write_text("")
    (folder / "cards").mkdir()
    for number in range(120):
        (folder / f"cards/card-{number}.yaml").write_text(CARD.format(name=f"card-{number}"))
    return folder


def on_a_terminal(root: Path, *arguments: str, **environment: str) -> tuple[str, str]:
    """Run the command with standard error on a terminal; give standard output and what the terminal got."""
    ours, theirs = pty.openpty()
    clean = {k: v for k, v in os.environ.items() if k not in ("CI", "GITHUB_ACTIONS")} | environment
    command = [sys.executable, "-m", "mlgov", "--now", "2026-11-20", "-C", str(root), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, env=clean, check=False)
    os.close(theirs)
    chunks = []
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(ours)
    return done.stdout.decode(), b"".join(chunks).decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "--no-cache"], "Checking 120/120"),
        (["fmt", "--check"], "Formatting 120/120"),
        (["card", "coverage"], "Comparing 120/120"),
    ],
)
def test_long_work_tells_how_far_it_is(root: Path, arguments: list[str], said: str) -> None:
    """One line that is written over and over, and an end of it."""
    out, terminal = on_a_terminal(root, *arguments)
    assert f"{said}\r\n" in terminal
    assert terminal.count("\x1b[K") > 50
    assert said.split(" ")[0] + " " not in out


def test_ci_gets_silence(root: Path) -> None:
    """A log is no terminal, also when it looks like one."""
    assert on_a_terminal(root, "check", "--no-cache", CI="true")[1] == ""


def test_people_who_want_quiet_get_it(root: Path) -> None:
    """With --quiet, before the command."""
    assert on_a_terminal(root, "--quiet", "check", "--no-cache")[1] == ""


def test_without_a_terminal_nothing_is_said(root: Path) -> None:
    """A pipe gets errors alone."""
    command = [sys.executable, "-m", "mlgov", "--now", "2026-11-20", "-C", str(root), "check", "--no-cache"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"Nothing found in 120 files.\n", b"")


@pytest.mark.parametrize(("total", "told"), [(0, 0), (99, 0), (100, 101), (1050, 106), (20_000, 101)])
def test_how_often_it_is_told(total: int, told: int) -> None:
    """Not at all for a few things; about a hundred times for many, and every thing is given once."""
    heard: list[Event] = []
    assert list(stepwise(range(total), "work", heard.append)) == list(range(total))
    assert len(heard) == told
    assert not heard or heard[-1] == Progress("work", total, total)


def test_nobody_needs_to_listen() -> None:
    """Functions can be called without a terminal."""
    assert list(stepwise(range(300), "work", None)) == list(range(300))
