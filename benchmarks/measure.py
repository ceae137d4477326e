"""Whole processes, measured from outside: CPU seconds (user and system), peak memory and time on the wall."""

import ctypes
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: PR_SET_CHILD_SUBREAPER of Linux' prctl.
_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Program:
    """Something to measure.

    Attributes:
        name: What it is called in the report.
        command: The command line.
        exit_codes: Exit codes that count as having done the work.
        says: Words of its output that prove that it did the work.
        environment: Variables that it needs besides those of this process.
    """

    name: str
    command: Sequence[str]
    exit_codes: tuple[int, ...] = (0,)
    says: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost.

    Attributes:
        cpu_s: CPU seconds, user and system, of the process and all that it started, waited for or not.
        peak_mb: Largest resident memory of any of them in MB.
        wall_s: Seconds that somebody waited; depends on what else the machine did. None when not measured.
    """

    cpu_s: float
    peak_mb: float
    wall_s: float | None = None


def alternate(programs: Sequence[Program], rounds: int, folder: Path) -> dict[str, Cost]:
    """Run programs in turn, ``rounds`` times each, and give the median cost of each.

    Raises:
        SystemExit: A program failed; a failed run is no measurement.
    """
    runs: dict[str, list[Cost]] = {program.name: [] for program in programs}
    for _ in range(rounds):
        for program in programs:
            runs[program.name].append(run_once(program, folder))
    return {name: _median(costs) for name, costs in runs.items()}


def run_once(program: Program, folder: Path) -> Cost:
    """Run a program once in ``folder`` and measure it."""
    log = folder / f"{program.name.replace(' ', '-').replace('/', '-')}.log"
    _adopt_orphans()
    environment = {**os.environ, **program.environment}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else every run compiles what an installed program has compiled
    started_s = time.monotonic()
    with log.open("wb") as out:
        command = program.command
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.monotonic() - started_s
    used = [usage, *_orphans()]
    process.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text(errors="replace")
    if process.returncode not in program.exit_codes or program.says not in said:
        sys.exit(f"{program.name} did not do the work (exit code {process.returncode}):\n{said[-2000:]}")
    return Cost(sum(use.ru_utime + use.ru_stime for use in used), max(use.ru_maxrss for use in used) / 1024, wall_s)


def _adopt_orphans() -> None:
    """Become the parent of processes that outlive theirs, such as Spark's Java, so that their cost is known as well."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _orphans() -> Iterator[resource.struct_rusage]:
    """Wait for what a program left behind."""
    while True:
        try:
            yield os.wait4(-1, 0)[2]
        except ChildProcessError:
            return


def _median(costs: list[Cost]) -> Cost:
    waited = [cost.wall_s for cost in costs if cost.wall_s is not None]
    cpu_s, peak_mb = (statistics.median(found) for found in ([c.cpu_s for c in costs], [c.peak_mb for c in costs]))
    return Cost(cpu_s, peak_mb, statistics.median(waited) if waited else None)
