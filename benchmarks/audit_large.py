"""Auditing 10,000 cards and 20,000 transitions. There is no peer; the bar is a minute on two cores."""

import sys
from pathlib import Path

from benchmarks.histories import ten_thousand
from benchmarks.measure import Cost, Program, alternate

CARDS = 10_000
TITLE = f"Auditing {CARDS:,} cards and {2 * CARDS:,} transitions"
WORK = (
    "Every card is drafted, submitted and approved with a signed record; mlgov replays all of it and verifies every "
    "signature. The bar: under 60 s."
)


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the repository in ``folder`` and measure the audit of it."""
    place = folder / "repository"
    ten_thousand(place, CARDS)
    mlgov = str(Path(sys.executable).parent / "mlgov")
    return alternate([Program("mlgov audit", [mlgov, "audit"], says=f"{CARDS:,} proven approvals")], rounds, place)
