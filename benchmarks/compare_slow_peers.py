"""Comparing two windows of 5M rows x 20 columns: ``mlgov monitor compare`` beside the peers that take very long."""

from pathlib import Path

from benchmarks.compare_five_million import ROWS
from benchmarks.compare_windows import NANNYML, PEERS, ours_and_floor, peers_on, windows
from benchmarks.measure import Cost, alternate

TITLE = f"Comparing two Parquet files of {ROWS:,} rows x 20 columns, slow peers"
WORK = "The same files as above. The bars: a 40th of whylogs and a 100th of Evidently, which run once."


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the data in ``folder`` and measure all programs on it; takes half an hour."""
    files = windows(folder, ROWS)
    slow = [name for name in PEERS if name != NANNYML]
    return alternate(ours_and_floor(files), rounds, folder) | alternate(peers_on(files, slow), 1, folder)
