"""Commands of the organisation's own, really run."""

import os
import sys
import time
from pathlib import Path

import pytest

from mlgov.adapters.local_command import OUTPUT_BYTES, LocalCommand
from mlgov.ports import CommandEnd


def run(folder: Path, code: str, limit_s: float = 20, **environment: str) -> CommandEnd:
    return LocalCommand(folder).run([sys.executable, "-c", code], environment, limit_s=limit_s)


def test_a_command_gets_its_variables_and_folder(tmp_path: Path) -> None:
    """Beside those of this process; what it writes is kept."""
    end = run(tmp_path, "import os; print(os.getcwd(), os.environ['WHAT'], 'PATH' in os.environ)", WHAT="churn")
    assert end == CommandEnd("", f"{os.path.realpath(tmp_path)} churn True\n")


def test_words_are_no_shell(tmp_path: Path) -> None:
    """An argument is handed on as it is."""
    end = LocalCommand(tmp_path).run(
        [sys.executable, "-c", "import sys; print(sys.argv[1])", "$(id);*"], {}, limit_s=20
    )
    assert end.output == "$(id);*\n"


@pytest.mark.parametrize(
    ("code", "problem"),
    [("import sys; sys.exit(7)", "exit code 7"), ("import os; os.kill(os.getpid(), 9)", "signal 9")],
)
def test_a_command_that_fails_says_how(tmp_path: Path, code: str, problem: str) -> None:
    """By its exit code or the signal that ended it."""
    assert problem in run(tmp_path, code).problem


def test_a_command_that_is_not_there_was_never_started(tmp_path: Path) -> None:
    """The message is the system's."""
    end = LocalCommand(tmp_path).run(["no-such-program"], {}, limit_s=1)
    assert end == CommandEnd("The command could not be started: No such file or directory.", started=False)


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    """Also what it started in the background and what ignores a polite request."""
    child = "import signal,time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
    code = f"import subprocess,sys,time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    start = time.monotonic()
    end = run(tmp_path, code, limit_s=1)
    assert "more than 1 seconds" in end.problem
    assert time.monotonic() - start < 15


def test_a_flood_of_output_is_read_and_only_its_end_is_kept(tmp_path: Path) -> None:
    """In bounded memory; bytes that are no text are shown as such."""
    end = run(tmp_path, "import os\nfor _ in range(400): os.write(1, b'x' * 10000)\nos.write(2, b'\\xffend')")
    assert (end.problem, len(end.output), end.output[-5:]) == ("", OUTPUT_BYTES, "x\ufffdend"[-5:])
