"""Checking 1,000 model cards: the same programs as in `benchmarks.check_documents`, where start-up counts for more."""

from pathlib import Path

from benchmarks import check_documents
from benchmarks.measure import Cost

CARDS = 1_000
TITLE = f"Checking {CARDS:,} cards"
WORK = "The same programs on a tenth of the files."


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the cards in ``folder`` and measure all programs on them."""
    return check_documents.measure(folder, rounds, CARDS)
