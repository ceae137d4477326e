"""``mlgov gate`` on a pull request that approves one card. There is no peer; the bar is a second of CPU."""

import sys
from pathlib import Path

from benchmarks.histories import one_proposal
from benchmarks.measure import Cost, Program, alternate

SIZES = (10_000, 1_000, 10)
TITLE = "The gate on a pull request of one card"
WORK = (
    "One card is approved on a branch; the gate judges it by the history of its base, in repositories of several "
    "sizes. It reads the files that differ and what they rest on. The bar: under 1 s of CPU."
)


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the repositories in ``folder`` and measure the gate in each."""
    mlgov = str(Path(sys.executable).parent / "mlgov")
    gate = [mlgov, "--now", "2026-01-02T00:00:00Z", "gate", "--base", "main"]
    found: dict[str, Cost] = {}
    for cards in SIZES:
        place = folder / str(cards)
        one_proposal(place, cards)
        found |= alternate([Program(f"mlgov gate, {cards:,} cards", gate, says="nothing is missing")], rounds, place)
    return found
