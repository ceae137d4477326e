"""Building a site of 1,000 and 5,000 models: ``mlgov site build`` beside plain MkDocs with the same theme and text."""

import subprocess
import sys
from pathlib import Path

from benchmarks.check_documents import make_repository
from benchmarks.measure import Cost, Program, alternate

CARDS = 1000
TITLE = f"A site of {CARDS:,} models"
WORK = (
    "mlgov reads the cards and their history, and builds the dashboard, a page per card, the pages about all of them, "
    "the search and the downloads. The peer is MkDocs with the Material theme and its search; it gets the very pages "
    "that 'mlgov site render' wrote, as Markdown, out of the navigation, and reads no cards and no history."
)
NOW = "2026-06-01T06:00:00Z"
MKDOCS = """\
site_name: Models
theme: {name: material, font: false}
plugins: [search]
markdown_extensions:
  - toc: {permalink: true}
"""
PLAIN = """\
nav: [index.md]
not_in_nav: "*.md"
"""


def measure(folder: Path, rounds: int, cards: int = CARDS) -> dict[str, Cost]:
    """Make the cards in ``folder`` and build their site in both ways."""
    peer = make_site(folder, cards)
    mlgov = _mlgov()
    plain = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(peer / "mkdocs.yml")]
    programs = [
        Program("mlgov site build", [mlgov, "--now", NOW, "site", "build"], says="pages in"),
        Program("MkDocs with Material", plain),
    ]
    costs = alternate(programs, rounds, folder)
    pages = len(list((folder / "build" / "site" / "cards").rglob("index.html")))
    if pages != cards or len(list((peer / "site" / "cards").rglob("index.html"))) != cards:
        sys.exit(f"{pages} pages of cards instead of {cards}")
    return costs


def make_site(folder: Path, cards: int) -> Path:
    """Make a repository in ``folder``, and beside it a plain site of the same pages, whose folder is given."""
    make_repository(folder, cards)
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text("# About\n\nA site made for measuring.\n")
    (folder / "mkdocs.yml").write_text(MKDOCS.replace("[search]", "[search, mlgov]"))
    peer = folder.parent / f"{folder.name}-peer"
    render = [_mlgov(), "-C", str(folder), "--now", NOW, "site", "render", "--out", str(peer / "docs")]
    subprocess.run(render, check=True, capture_output=True)
    (peer / "mkdocs.yml").write_text(MKDOCS + PLAIN)
    return peer


def _mlgov() -> str:
    return str(Path(sys.executable).parent / "mlgov")
