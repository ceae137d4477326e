"""Running ssh-keygen: the one place that starts the program.

Arguments are a list, written down by the callers; names that others chose come after their option. No shell. What goes
wrong before the program answers leaves as `SigningError`.
"""

import contextlib
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from subprocess import PIPE

from mlgov.errors import SigningError

NEEDED = "OpenSSH 8.2 or newer is needed."
_SAID_CHARACTERS = 500
_GRACE_S = 2.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What ssh-keygen answered.

    Attributes:
        code: Exit code.
        out: Standard output.
        said: Standard error and output on one line, without controls.
    """

    code: int
    out: bytes
    said: str


def ask(arguments: Sequence[str], *, stdin: bytes = b"", timeout_s: float, program: str = "ssh-keygen") -> Reply:
    """Run ssh-keygen and give what it answered.

    It has the user's environment (ssh-agent, a dialogue for passphrases) and may ask at the terminal, in English.

    Args:
        arguments: Its arguments.
        stdin: Standard input.
        timeout_s: Seconds until it is ended.
        program: The program.

    Raises:
        SigningError: It is missing or too old, could not be started, or did not end in time.
    """
    environment = os.environ | {"LC_ALL": "C", "LANGUAGE": "C"}
    try:
        with subprocess.Popen([program, *arguments], stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment) as process:
            out, err = _answer(process, stdin, timeout_s)
    except FileNotFoundError:
        raise SigningError(f"The program {program} was not found.", hint=f"Install OpenSSH. {NEEDED}") from None
    except subprocess.TimeoutExpired:
        raise SigningError(f"{program} did not end within {timeout_s:g} seconds.") from None
    except OSError as error:
        raise SigningError(f"{program} could not be started: {error.strerror}.") from error
    reply = Reply(process.returncode, out, one_line(err + b" " + out))
    if reply.code and ("unknown option" in reply.said or "illegal option" in reply.said):
        raise SigningError(f"{program} is too old to know this kind of signature.", hint=NEEDED)
    return reply


def _answer(process: "subprocess.Popen[bytes]", stdin: bytes, timeout_s: float) -> tuple[bytes, bytes]:
    try:
        return process.communicate(stdin, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        process.terminate()  # not killed at once: it may have to switch the terminal's echo on again
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
        process.kill()
        raise


def one_line(data: bytes) -> str:
    """Put what the program said on one line, without controls."""
    text = " ".join(data.decode("utf-8", "replace").split())
    return "".join(character if character.isprintable() else "?" for character in text)[:_SAID_CHARACTERS]
