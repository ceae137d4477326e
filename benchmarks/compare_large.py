"""Comparing two windows of 50M rows x 20 columns: ``mlgov monitor compare`` beside its floor."""

from pathlib import Path

from benchmarks.compare_windows import ours_and_floor, windows
from benchmarks.measure import Cost, alternate

ROWS = 50_000_000
TITLE = f"Comparing two Parquet files of {ROWS:,} rows x 20 columns"
WORK = "The same columns as above, fifty times the rows (12 GB of files): the memory should be that of one million."


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the data in ``folder`` and measure both programs on it."""
    return alternate(ours_and_floor(windows(folder, ROWS)), rounds, folder)
