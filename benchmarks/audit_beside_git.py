"""Auditing 1,000 cards and 10,000 commits: ``mlgov audit`` beside git, which lists the same history and its blobs."""

import sys
from pathlib import Path

from benchmarks.histories import ten_commits_each
from benchmarks.measure import Cost, Program, alternate

CARDS = 1_000
TITLE = f"Auditing {CARDS:,} cards and {CARDS * 10:,} commits"
WORK = (
    "Every card is drafted, edited, submitted, approved with a signed record, edited and approved again, ten commits "
    "each. mlgov replays the history, judges every status and verifies every signature that counts. git, as the floor, "
    "prints the same history with `git log --raw` and all its contents with `git cat-file --batch`. The bar: at most "
    "5 times what git takes."
)
#: The ids of all contents of the history, each once, and then the contents.
FLOOR = (
    "git log --first-parent --raw --no-abbrev --no-renames --format=%H%n%an%n%ae%n%ct%n%B > log.txt && "
    "awk '/^:/ {if (!seen[$4]++) print $4}' log.txt | git cat-file --batch > blobs.txt && wc -l log.txt"
)


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the repository in ``folder`` and measure both programs on it."""
    place = folder / "repository"
    ten_commits_each(place, CARDS)
    mlgov = str(Path(sys.executable).parent / "mlgov")
    programs = [
        Program("mlgov audit", [mlgov, "audit"], says=f"{2 * CARDS:,} proven approvals"),
        Program("git log and cat-file", ["sh", "-c", FLOOR], says="log.txt"),
    ]
    return alternate(programs, rounds, place)
