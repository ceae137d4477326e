"""Comparing two windows of 5M rows x 20 columns: ``mlgov monitor compare`` beside its floor."""

from pathlib import Path

from benchmarks.compare_windows import ours_and_floor, windows
from benchmarks.measure import Cost, alternate

ROWS = 5_000_000
TITLE = f"Comparing two Parquet files of {ROWS:,} rows x 20 columns"
WORK = "The same columns as above, five times the rows."


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the data in ``folder`` and measure both programs on it."""
    return alternate(ours_and_floor(windows(folder, ROWS)), rounds, folder)
