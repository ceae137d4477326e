"""Comparing two windows on Spark and on Dask, each beside its own plain read of the same files."""

import subprocess
import sys
from pathlib import Path

from benchmarks.compare_windows import HERE, ours_and_floor, windows
from benchmarks.measure import Cost, Program, alternate

ROWS = 5_000_000
TITLE = f"Comparing two Parquet files of {ROWS:,} rows x 20 columns on Spark and Dask"
WORK = (
    "Two processes of this machine for each engine. The plain read is the engine's own: Spark scans every column into "
    "its noop sink, Dask loads every row group as a pandas frame. The CPU time is that of all processes, with their "
    "start; the memory is that of the largest one."
)


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the data in ``folder`` and measure all programs on it."""
    files, python = windows(folder, ROWS), str(engine_python())
    environment = {"PYTHONPATH": str(HERE.parent), "PYSPARK_PYTHON": python, "SPARK_LOCAL_IP": "127.0.0.1"}
    script = [python, str(HERE / "read_on_engine.py")]
    programs = [
        Program(title, [*script, engine, work, *files], says=says, environment=environment)
        for engine in ("spark", "dask")
        for title, work, says in (
            (f"mlgov on {engine.capitalize()}", "mlgov", "num_00"),
            (f"{engine.capitalize()}: its own plain read", "plain", "read"),
        )
    ]
    return alternate([*ours_and_floor(files), *programs], rounds, folder)


def engine_python() -> Path:
    """Install the engines into the environment that their tests use, and give its Python."""
    subprocess.run(["make", "--silent", ".venv-engines/.installed"], cwd=HERE.parent, check=True)
    python = HERE.parent / ".venv-engines" / "bin" / "python"
    if not python.exists():
        sys.exit(f"{python} is missing.")
    return python
