"""``python -m benchmarks [NAME ...] [--rounds N] [--write FILE]``: run the benchmarks and print the ratios."""

import argparse
import os
import platform
import tempfile
from pathlib import Path
from types import ModuleType

from benchmarks import (
    ask_role,
    audit_beside_git,
    audit_large,
    check_documents,
    check_thousand,
    compare_engines,
    compare_five_million,
    compare_large,
    compare_slow_peers,
    compare_windows,
    gate_one_card,
    lint_roles,
    site_large,
    site_pages,
    site_rebuild,
)
from benchmarks.measure import Cost

BENCHMARKS: dict[str, ModuleType] = {
    "check": check_documents,
    "check-1000": check_thousand,
    "compare": compare_windows,
    "compare-5m": compare_five_million,
    "compare-5m-slow": compare_slow_peers,
    "compare-50m": compare_large,
    "compare-engines": compare_engines,
    "ask-role": ask_role,
    "lint-roles": lint_roles,
    "audit": audit_beside_git,
    "audit-10000": audit_large,
    "gate": gate_one_card,
    "site": site_pages,
    "site-5000": site_large,
    "site-rebuild": site_rebuild,
}
#: Run only when named: they need 12 GB of disk, hours of slow peers, or Java and engines.
LARGE = ("compare-50m", "compare-5m", "compare-5m-slow", "compare-engines")
HEAD = """\
# Benchmarks

mlgov beside a named peer: whole processes, the same files, runs in turn, medians. Absolute figures drift with the
machine; the ratio of one run holds. `make bench` measures again and writes this page.
"""


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument(
        "names",
        nargs="*",
        default=[name for name in BENCHMARKS if name not in LARGE],
        metavar="NAME",
        help=", ".join(BENCHMARKS),
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program")
    parser.add_argument("--write", type=Path, help="write the report to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlgov-benchmark-") as work:  # outside of any repository that ignores it
        sections = [_section(BENCHMARKS[name], Path(work, name), arguments.rounds) for name in arguments.names]
    report = "\n".join([HEAD, _machine(arguments.rounds), *sections])
    print(report)
    if arguments.write:
        arguments.write.write_text(report)


def _section(benchmark: ModuleType, folder: Path, rounds: int) -> str:
    costs: dict[str, Cost] = benchmark.measure(folder, rounds)
    ours = next(iter(costs.values()))
    rows = [
        f"| {name} | {cost.cpu_s:.2f} | {_wall(cost)} | {cost.peak_mb:.0f} | {cost.cpu_s / ours.cpu_s:.1f} |"
        for name, cost in costs.items()
    ]
    table = ["| program | CPU s | wall s | peak MB | x mlgov |", "|---|---|---|---|---|", *rows]
    return "\n".join([f"\n## {benchmark.TITLE}\n", benchmark.WORK, "", *table, ""])


def _wall(cost: Cost) -> str:
    return "" if cost.wall_s is None else f"{cost.wall_s:.1f}"


def _machine(rounds: int) -> str:
    return f"Measured on {os.cpu_count()} cores, Python {platform.python_version()}, medians of {rounds} runs."


if __name__ == "__main__":
    main()
