"""Comparing two windows of 50M rows x 20 columns: ``mlgov monitor compare`` beside its floor."""

from pathlib import Path

from benchmarks.compare_windows import bare, ours_and_floor, windows
from benchmarks.measure import Cost, alternate

ROWS = 50_000_000
TITLE = f"Comparing two Parquet files of {ROWS:,} rows x 20 columns"
WORK = (
    "The same columns as above, fifty times the rows (12 GB of files): the memory should be that of one million. The "
    "bar is 1.5 times the floor; the bare counts are what decoding and sorting alone take."
)


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the data in ``folder`` and measure the programs on it."""
    files = windows(folder, ROWS)
    return alternate([*ours_and_floor(files), bare(files)], rounds, folder)
