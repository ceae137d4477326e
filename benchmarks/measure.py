"""Whole processes, measured from outside: CPU seconds (user and system) and peak memory."""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Program:
    """Something to measure.

    Attributes:
        name: What it is called in the report.
        command: The command line.
        exit_codes: Exit codes that count as having done the work.
        says: Words of its output that prove that it did the work.
    """

    name: str
    command: Sequence[str]
    exit_codes: tuple[int, ...] = (0,)
    says: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost.

    Attributes:
        cpu_s: CPU seconds, user and system, of the process and its children.
        peak_mb: Largest resident memory in MB.
    """

    cpu_s: float
    peak_mb: float


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
    with log.open("wb") as out:
        process = subprocess.Popen(program.command, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text(errors="replace")
    if process.returncode not in program.exit_codes or program.says not in said:
        sys.exit(f"{program.name} did not do the work (exit code {process.returncode}):\n{said[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _median(costs: list[Cost]) -> Cost:
    return Cost(statistics.median(c.cpu_s for c in costs), statistics.median(c.peak_mb for c in costs))
