"""The CommandRunner port on this machine: no shell, no input, a limit of time, and only the last output is kept."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from mlgov.ports import CommandEnd

OUTPUT_BYTES = 16 * 1024
_CHUNK_BYTES = 64 * 1024
_LAST_WORDS_S = 5.0


class LocalCommand:
    """Runs commands in a folder.

    Args:
        folder: Where they start.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, argv: Sequence[str], environment: Mapping[str, str], *, limit_s: float) -> CommandEnd:
        """Run a command to its end, or end it with everything that it started."""
        try:
            process = subprocess.Popen(
                list(argv),
                cwd=self._folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or type(error).__name__
            return CommandEnd(f"The command could not be started: {said}.", started=False)
        return _watched(process, limit_s)


def _watched(process: "subprocess.Popen[bytes]", limit_s: float) -> CommandEnd:
    kept = bytearray()
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    reader = threading.Thread(target=_keep_last, args=(process.stdout, kept), daemon=True)
    reader.start()
    problem = ""
    try:
        code = process.wait(limit_s)
        if code:
            how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
            problem = f"The command {how}."
    except subprocess.TimeoutExpired:
        problem = f"The command was ended because it took more than {limit_s:g} seconds."
    finally:
        _end_all(process)
    reader.join(_LAST_WORDS_S)
    return CommandEnd(problem, bytes(kept).decode("utf-8", "replace"))


def _keep_last(stream: IO[bytes], kept: bytearray) -> None:
    """Read to the end, so that the command never waits for us, and keep the last part."""
    with stream:
        while chunk := os.read(stream.fileno(), _CHUNK_BYTES):
            kept += chunk
            del kept[:-OUTPUT_BYTES]


def _end_all(process: "subprocess.Popen[bytes]") -> None:
    """End what is left of the command and what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
