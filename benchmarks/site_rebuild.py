"""Building a site of 1,000 models again after an edit of one card, as live reload does."""

import json
import re
import sys
from pathlib import Path

from benchmarks.measure import Cost, Program, alternate
from benchmarks.site_pages import CARDS, MKDOCS, NOW, PLAIN, make_site

TIMES = 3
TITLE = f"One edit on a site of {CARDS:,} models"
WORK = (
    f"Both programs build the site once, as 'serve' does, and again after each of {TIMES} edits of one card, in one "
    "process; the CPU seconds are those of the median build after an edit. mlgov reads the cards again and makes what "
    "changed; MkDocs with the Material theme and its search prints the same pages from Markdown, as in the benchmark "
    "of the site. The page must have the new word each time. The bar: under 2 s."
)


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the cards in ``folder`` and build their site again in both ways."""
    peer = make_site(folder, CARDS)
    card = next(path for path in sorted((folder / "cards").glob("*.yaml")))
    marked = re.sub(r"(model_description: >-\n\s+)", r"\1WORD ", card.read_text(), count=1)
    if "WORD" not in marked:
        sys.exit(f"{card} has no description to edit")
    card.write_text(marked)
    page = peer / "docs" / "cards" / f"{card.stem}.md"
    page.write_text(f"{page.read_text()}\nWORD\n")
    for top in (folder, peer):
        config = top / "mkdocs.yml"
        plugins = "plugins:\n  search: {}\n  mlgov: {now: '" + NOW + "'}\n" if top == folder else "plugins: [search]\n"
        config.write_text(MKDOCS.replace("plugins: [search]\n", plugins) + (PLAIN if top == peer else ""))
    script, built = str(Path(__file__).parent / "rebuild.py"), f"cards/{card.stem}/index.html"
    programs = [
        Program(name, [sys.executable, script, str(top / "mkdocs.yml"), str(edited), built, str(TIMES)], says="again_s")
        for name, top, edited in (("mlgov", folder, card), ("MkDocs with Material", peer, page))
    ]
    costs = alternate(programs, rounds, folder)
    said = {name: json.loads((folder / f"{name.replace(' ', '-')}.log").read_text()) for name in costs}
    return {name: Cost(said[name]["again_s"], cost.peak_mb) for name, cost in costs.items()}
