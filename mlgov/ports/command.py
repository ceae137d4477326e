"""What mlgov needs to run a command of the organisation's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CommandEnd:
    """How a command ended.

    Attributes:
        problem: Why it counts as failed, as a sentence; empty when it ended with exit code 0.
        output: The last of what it wrote, standard output and standard error together; words of others.
        started: Whether it ran at all.
    """

    problem: str = ""
    output: str = ""
    started: bool = True


class CommandRunner(Protocol):
    """Runs commands on this machine."""

    def run(self, argv: Sequence[str], environment: Mapping[str, str], *, limit_s: float) -> CommandEnd:
        """Run a command to its end, without a shell. It never raises for what the command does.

        Args:
            argv: Program and arguments.
            environment: Variables beside those of this process.
            limit_s: Seconds after which it is ended, with everything that it started.
        """
