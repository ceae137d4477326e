"""A ledger writer that is killed at any moment: no acknowledged record is lost and nobody has to clean up."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlgov.adapters.git_ledger import GitLedger
from tests.git_world import GitWorld, clone, new_world

pytestmark = pytest.mark.slow

AT = datetime(2026, 6, 1, 6, tzinfo=UTC)
CHECKOUT = Path(__file__).parents[2]
KILLS = 60
LONGEST_LIFE_SECONDS = 0.25  # some eight appends


def die_while_writing(root: Path, name: str, rng: random.Random) -> list[str]:
    """Start a writer, kill it at a random moment after its first record, and give what it acknowledged.

    Half of the time the git that it runs dies with it, half of the time that git is left to end by itself. What runs at
    the other end of a push is never killed: its locks are another machine's.
    """
    command = [sys.executable, "-m", "tests.adapters.ledger_writer", str(root), name, "1000"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(rng.uniform(0, LONGEST_LIFE_SECONDS))
        children = Path(f"/proc/{writer.pid}/task/{writer.pid}/children").read_text().split()
        for process in [writer.pid, *(map(int, children) if rng.random() < 0.5 else ())]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        whole = [line for line in (first + writer.stdout.read()).splitlines(keepends=True) if line.endswith("\n")]
    assert whole, "the writer must live until its first record"
    return [line.strip() for line in whole]


def check(world: GitWorld, acknowledged: list[str]) -> None:
    """Every acknowledged record is there, whole, on a sound line of additions."""
    ledger = GitLedger(world.root, branch="mlgov-ledger", remote="origin")
    found = ledger.records("")
    assert not set(acknowledged) - found.keys()
    assert all(data == path.encode() for path, data in found.items())
    assert ledger.verify() == []
    assert world.git("fsck", "--strict", "--no-dangling") == ""


def test_killed_writers_lose_nothing(tmp_path: Path) -> None:
    """After each death the next append works at once."""
    world, rng = new_world(tmp_path / "world"), random.Random(20260601)  # noqa: S311 - moments, not secrets
    ledger = GitLedger(world.root, branch="mlgov-ledger")
    acknowledged: list[str] = []
    for number in range(KILLS):
        acknowledged += die_while_writing(world.root, f"run-{number:03}", rng)
        after = f"after/{number:03}"
        ledger.append({after: after.encode()}, message="after a death", at=AT)
        acknowledged.append(after)
    check(world, acknowledged)


def test_killed_pushers_lose_nothing(tmp_path: Path) -> None:
    """The next append from the same clone hands on what the dead one had kept; a second clone keeps writing."""
    rng = random.Random(20260602)  # noqa: S311 - moments, not secrets
    remote = new_world(tmp_path / "remote.git", "--bare")
    left, right = clone(remote.root, tmp_path / "left"), clone(remote.root, tmp_path / "right")
    acknowledged: list[str] = []
    for number in range(KILLS // 6):
        acknowledged += die_while_writing(left.root, f"run-{number:03}", rng)
        for side, world in (("left", left), ("right", right)):
            after = f"{side}/{number:03}"
            ledger = GitLedger(world.root, branch="mlgov-ledger", remote="origin")
            ledger.append({after: after.encode()}, message="after a death", at=AT)
            acknowledged.append(after)
    check(remote, acknowledged)
