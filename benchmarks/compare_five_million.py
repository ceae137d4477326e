"""Comparing two windows of 5M rows x 20 columns: ``mlgov monitor compare`` beside its floor and NannyML."""

from dataclasses import replace
from pathlib import Path

from benchmarks.compare_windows import NANNYML, bare, ours_and_floor, peers_on, windows
from benchmarks.measure import Cost, alternate

ROWS = 5_000_000
TITLE = f"Comparing two Parquet files of {ROWS:,} rows x 20 columns"
ONE_CORE = "mlgov monitor compare, on one core"
WORK = (
    "The same columns as above, five times the rows. The bars: at most 3 times the floor, under 400 MB, and a tenth of "
    "NannyML. On one core it should be waited for twice as long. The bare counts have fixed bins and no "
    "nulls, sums, types or verdicts: what decoding and sorting alone take."
)


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the data in ``folder`` and measure all programs on it."""
    files = windows(folder, ROWS)
    ours, floor = ours_and_floor(files)
    alone = replace(ours, name=ONE_CORE, command=["taskset", "--cpu-list", "0", *ours.command])
    return alternate([ours, floor, bare(files), alone, *peers_on(files, [NANNYML])], rounds, folder)
