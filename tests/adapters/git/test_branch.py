"""Moving a branch when others are at work or have died at it."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mlgov.adapters.git import branch as branch_module
from mlgov.adapters.git.branch import Branch
from mlgov.adapters.git.commands import GitCommands
from mlgov.errors import GitError, LedgerError
from tests.git_world import GitWorld, new_world

REF = "refs/heads/records"


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A repository with two commits."""
    world = new_world(tmp_path / "world")
    world.save("a", "1")
    world.save("a", "2")
    return world


@pytest.fixture
def branch(world: GitWorld) -> Branch:
    return Branch(GitCommands(world.root), "records")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long in tests."""
    monkeypatch.setattr(branch_module, "_EMPTY_LOCK_SECONDS", 0.2)
    monkeypatch.setattr(branch_module, "_PATIENCE_SECONDS", 0.2)


def lock_file(world: GitWorld) -> Path:
    return world.root / f".git/{REF}.lock"


def note_file(world: GitWorld) -> Path:
    return world.root / ".git/mlgov-writer"


def first_and_second(world: GitWorld) -> tuple[str, str]:
    return world.git("rev-parse", "HEAD~1"), world.git("rev-parse", "HEAD")


def test_a_branch_moves_from_the_id_that_was_seen(world: GitWorld, branch: Branch) -> None:
    """From nothing, and from one commit to the next."""
    first, second = first_and_second(world)
    with branch.turn():
        assert branch.move(first, None)
        assert branch.move(second, first)
    assert world.git("rev-parse", REF) == second


def test_a_branch_that_somebody_moved_stays(world: GitWorld, branch: Branch) -> None:
    """The caller looks again."""
    first, second = first_and_second(world)
    world.git("update-ref", REF, second)
    with branch.turn():
        assert not branch.move(second, first)
        assert not branch.move(first, None)
    assert world.git("rev-parse", REF) == second


def test_a_move_to_nothing_is_an_error(branch: Branch) -> None:
    """An id that is not there cannot become the tip."""
    with branch.turn(), pytest.raises(GitError):
        branch.move("1" * 40, None)


def test_a_note_is_only_there_while_the_branch_moves(world: GitWorld, branch: Branch) -> None:
    """An empty note says that nobody died."""
    with branch.turn():
        branch.move(first_and_second(world)[0], None)
    assert note_file(world).read_bytes() == b""


def test_only_one_writer_has_its_turn(world: GitWorld, branch: Branch) -> None:
    """The other waits, and in the end says so."""
    other = Branch(GitCommands(world.root), "records")
    with branch.turn(), pytest.raises(LedgerError, match="Another mlgov"), other.turn():
        pass
    with other.turn():
        pass


@pytest.mark.parametrize("left_behind", ["the id", "nothing"])
def test_the_lock_of_a_dead_writer_is_cleared(world: GitWorld, branch: Branch, left_behind: str) -> None:
    """The note names the id that it died at; git had written it into its lock, or had not come that far."""
    first, _ = first_and_second(world)
    note_file(world).write_text(first)
    lock_file(world).write_text(f"{first}\n" if left_behind == "the id" else "")
    with branch.turn():
        assert branch.move(first, None)
    assert not lock_file(world).exists()


@pytest.mark.parametrize(
    ("note", "left_behind"), [("", "the id"), ("", "nothing"), ("0" * 40, "the id")], ids=["id", "empty", "other id"]
)
def test_the_lock_of_somebody_else_stays(world: GitWorld, branch: Branch, note: str, left_behind: str) -> None:
    """Without a note nobody of ours died; with another id in the lock it is not the one that the dead writer made."""
    first, _ = first_and_second(world)
    note_file(world).write_text(note)
    lock_file(world).write_text(f"{first}\n" if left_behind == "the id" else "")
    with branch.turn(), pytest.raises(LedgerError, match="locked by another git") as caught:
        branch.move(first, None)
    assert lock_file(world).exists()
    assert str(lock_file(world)) in caught.value.hint


def test_an_empty_lock_that_changes_is_alive(world: GitWorld, branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is writing it right now, although an earlier writer died."""
    monkeypatch.setattr(branch_module, "_EMPTY_LOCK_SECONDS", 2.0)
    first, second = first_and_second(world)
    note_file(world).write_text(first)
    lock_file(world).write_text("")
    timer = threading.Timer(0.3, lambda: lock_file(world).write_text(f"{second}\n"))
    timer.start()
    with branch.turn():
        assert lock_file(world).read_text() == f"{second}\n"
    timer.join()


class StuckWriter:
    """A writer whose git waits in the middle of moving the branch until a file appears."""

    def __init__(self, world: GitWorld, folder: Path) -> None:
        slow = folder / "git"
        slow.write_text(
            f'#!/bin/sh\ncase "$*" in *update-ref*) touch {folder}/stuck\n'
            f'while [ ! -e "{folder}/go on" ]; do sleep 0.05; done;; esac\nexec git "$@"\n'
        )
        slow.chmod(0o755)
        code = (
            "import pathlib; from mlgov.adapters.git.branch import Branch\n"
            "from mlgov.adapters.git.commands import GitCommands\n"
            f"branch = Branch(GitCommands(pathlib.Path({str(world.root)!r})), 'records')\n"
            f"with branch.turn(): branch.move({first_and_second(world)[0]!r}, None)"
        )
        environment = os.environ | {"GIT_PYTHON_GIT_EXECUTABLE": str(slow)}
        self._process = subprocess.Popen([sys.executable, "-c", code], env=environment)
        self._stuck = folder / "stuck"

    def __enter__(self) -> "subprocess.Popen[bytes]":
        while not self._stuck.exists():
            assert self._process.poll() is None, "the writer ended before git was stuck"
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def test_a_git_that_outlives_its_killed_writer_keeps_its_turn(
    world: GitWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lock must not be taken for a dead one's: the turn ends when git ends."""
    with StuckWriter(world, tmp_path) as writer:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        branch = Branch(GitCommands(world.root), "records")
        with pytest.raises(LedgerError, match="Another mlgov"), branch.turn():
            pass
        (tmp_path / "go on").touch()
    monkeypatch.setattr(branch_module, "_PATIENCE_SECONDS", 10.0)
    with branch.turn():
        assert world.git("rev-parse", REF) == first_and_second(world)[0]


def test_a_git_folder_that_cannot_be_written_is_a_ledger_error(world: GitWorld, branch: Branch) -> None:
    """With the system's reason."""
    note_file(world).mkdir()
    with pytest.raises(LedgerError, match="cannot be written"), branch.turn():
        pass
