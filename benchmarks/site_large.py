"""Building a site of 5,000 models: the same beside the same peer."""

from pathlib import Path

from benchmarks import site_pages
from benchmarks.measure import Cost

CARDS = 5000
TITLE = f"A site of {CARDS:,} models"
WORK = "The same with five times as many. Foreign formats are named by their command and not written beforehand."


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the cards in ``folder`` and build their site in both ways."""
    return site_pages.measure(folder, rounds, CARDS)
