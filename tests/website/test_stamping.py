"""Stamped pages are the pages that MkDocs prints; the search knows them; nothing of a text becomes more than text."""

import json
from pathlib import Path

import pytest

from mlgov.website import plugin
from mlgov.website.build import build
from mlgov.website.stamping import search_entries, stamp_of
from mlgov.website.values import Page
from tests.website import documents as d
from tests.website.dom import parse
from tests.website.hostile import PAYLOADS
from tests.website.values import page, site
from tests.website.world import new_site_world

INDEX = "search/search_index.json"


def files_of(site: Path) -> dict[str, bytes]:
    """Read every file of a site."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("urls", ["", "use_directory_urls: false\n"], ids=["folders", "files"])
def test_stamped_pages_are_those_that_mkdocs_prints(urls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte by byte, with a sitemap, in both kinds of addresses; only the search index is written in another way."""
    world = new_site_world(tmp_path / "world")
    world.write("mkdocs.yml", d.MKDOCS + "site_url: https://models.example/site/\n" + urls)
    build(world.root, tmp_path / "stamped", d.NOW)
    monkeypatch.setattr(plugin, "_may_stamp", lambda config: False)
    build(world.root, tmp_path / "printed", d.NOW)
    stamped, printed = files_of(tmp_path / "stamped"), files_of(tmp_path / "printed")
    assert list(stamped) == list(printed)
    differing = [path for path in stamped if stamped[path] != printed[path]]
    assert [path for path in differing if path != INDEX] == ["sitemap.xml", "sitemap.xml.gz"]
    found, wanted = (set(site["sitemap.xml"].splitlines()) for site in (stamped, printed))
    assert found == wanted  # in another order


def test_the_search_finds_every_section_that_it_would_find_in_a_printed_page(tmp_path: Path) -> None:
    """One entry per page and per heading, with the words of the section."""
    world = new_site_world(tmp_path / "world")
    build(world.root, tmp_path / "site", d.NOW)
    index = json.loads((tmp_path / "site" / INDEX).read_text(encoding="utf-8"))
    entries = {entry["location"]: entry for entry in index["docs"]}
    assert entries["cards/churn/"]["title"] == "Customer churn"
    assert "leaves within ninety days" in entries["cards/churn/#overview"]["text"]
    assert not [place for place in entries if "_mg-shell" in place]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_stays_text_in_the_search_index(payload: str) -> None:
    """The theme shows titles and texts of entries as HTML."""
    card = d.card("churn", {"business_details": {"business_problem": payload}}, title=payload[:256])
    stamp = stamp_of(page(site(card), "cards/churn.md"))
    assert stamp
    for entry in search_entries(stamp, "cards/churn/"):
        assert parse(entry["title"]).elements == []
        assert parse(entry["text"]).elements == []


@pytest.mark.parametrize(
    "markdown",
    [
        "no head",
        '---\ntitle: "x"\n---\n\nplain words\n',
        '---\ntitle: "x"\n---\n\n## Twice\n\n## Twice\n',
        '---\ntitle: "x"\n---\n\n## With `code`\n',
    ],
)
def test_what_is_no_row_of_blocks_is_left_to_mkdocs(markdown: str) -> None:
    """Its Markdown may mean anything."""
    assert stamp_of(Page("a/b.md", markdown, None, "x")) is None
