"""What the navigation of a site holds."""

from pathlib import Path

import pytest

from mlgov.errors import SiteError
from mlgov.website.build import build
from mlgov.website.navigation import whole
from tests.website import documents as d
from tests.website.dom import parse
from tests.website.world import new_site_world

WRITTEN = ["a.md", "notes/2.md", "notes/1.md", "notes/deep/3.md"]


def test_our_pages_come_first() -> None:
    """Those that the configuration does not name."""
    assert whole([{"Notes": "a.md"}], ["index.md", "roles/index.md"], WRITTEN) == [
        "index.md",
        "roles/index.md",
        {"Notes": "a.md"},
    ]


def test_a_page_of_ours_stays_where_the_configuration_names_it() -> None:
    """At any depth, with a title or without."""
    nav = [{"All": [{"Rules": "reference/rules.md"}, "roles/index.md"]}]
    assert whole(nav, ["index.md", "roles/index.md", "reference/rules.md"], WRITTEN) == ["index.md", *nav]


def test_a_folder_stands_for_its_pages() -> None:
    """By path, in a list with others and alone."""
    pages = ["notes/1.md", "notes/2.md", "notes/deep/3.md"]
    assert whole([{"Notes": ["a.md", "notes/"]}], [], WRITTEN) == [{"Notes": ["a.md", *pages]}]
    assert whole([{"Notes": "notes/"}], [], WRITTEN) == [{"Notes": pages}]


def test_a_folder_without_pages_is_no_silent_gap(tmp_path: Path) -> None:
    """The site is not built, and the name is said."""
    world = new_site_world(tmp_path)
    configuration = (world.root / "mkdocs.yml").read_text(encoding="utf-8")
    world.write("mkdocs.yml", f"{configuration}nav:\n  - Notes: nothing/\n")
    with pytest.raises(SiteError, match="nothing/"):
        build(world.root, tmp_path / "site", d.NOW)


def test_a_built_site_has_the_pages_in_this_order(tmp_path: Path) -> None:
    """Dashboard and roles by themselves, then what the configuration lists."""
    world = new_site_world(tmp_path)
    configuration = (world.root / "mkdocs.yml").read_text(encoding="utf-8")
    world.write("docs/notes/one.md", "# First note\n")
    world.write("mkdocs.yml", f"{configuration}nav:\n  - Notes: notes/\n  - Rules: reference/rules.md\n")
    build(world.root, tmp_path / "site", d.NOW)
    page = (tmp_path / "site/notes/one/index.html").read_text(encoding="utf-8")
    tabs = parse(page.split('data-md-component="tabs">', 1)[1].split("</nav>", 1)[0])
    assert [text.strip() for text in tabs.texts if text.strip()] == [
        *("Dashboard", "Roles", "Who may do what", "Portfolio", "Notes", "Rules")
    ]
