"""Files that are printed for the site: PDF and evidence pack of each card."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from mlgov.lifecycle import bytes_digest
from mlgov.website import attachments
from mlgov.website.build import build
from mlgov.website.memory import Memory
from mlgov.website.render import render_pages
from mlgov.website.values import site_values
from mlgov.wiring import Services, services
from tests.fakes.events import RecordedEvents
from tests.git_world import GitWorld, new_world
from tests.website import documents as d
from tests.website.dom import read_page

REPORT = b'{"auc": 0.9}\n'
PDF, PACK = "downloads/churn.pdf", "downloads/churn-evidence.zip"


def card(name: str, digest: str = bytes_digest(REPORT), **spec: Any) -> bytes:
    """Write a card that cites a report."""
    evaluation = {"name": "holdout", "evidence": [{"path": "evidence/churn/report.json", "digest": digest}]}
    return d.yaml_of(d.card(name, {"evaluation_details": [evaluation], **spec}))


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A card, one whose evidence was changed, and one with a letter that no font has; all files are asked for."""
    world = new_world(tmp_path / "world")
    world.write("mlgov.toml", d.SETTINGS.replace("[site]\n", '[site]\ndownloads = ["pdf", "pack"]\n'))
    world.write("mkdocs.yml", d.MKDOCS)
    world.write("docs/index.md", "# About us\n")
    world.write("evidence/churn/report.json", REPORT)
    world.write("cards/churn.yaml", card("churn"))
    world.write("cards/doubtful.yaml", card("doubtful", d.DIGEST))
    world.write("cards/letters.yaml", card("letters", business_details={"business_problem": "猫"}))
    world.commit("Start")
    return world


def opened(world: GitWorld) -> Services:
    """Open the repository at a fixed time."""
    return services(world.root, events=RecordedEvents(), now=d.NOW, push=False)


def links(world: GitWorld, name: str) -> list[str]:
    """List the downloads on a card's page."""
    pages = {page.path: page for page in render_pages(site_values(opened(world)))}
    dom = read_page(pages[f"cards/{name}.md"].markdown)
    return [attrs["download"] for tag, attrs in dom.elements if "download" in attrs]


def test_a_built_site_has_what_its_pages_link_to(world: GitWorld, tmp_path: Path) -> None:
    """A PDF, and a pack with the evidence and the same PDF."""
    build(world.root, tmp_path / "site", d.NOW)
    pdf = (tmp_path / "site" / PDF).read_bytes()
    assert pdf.startswith(b"%PDF")
    with zipfile.ZipFile(tmp_path / "site" / PACK) as archive:
        assert archive.read("card.pdf") == pdf
        assert archive.read("evidence/churn/report.json") == REPORT
        assert json.loads(archive.read("MANIFEST.json"))["commit"] == world.git("rev-parse", "HEAD")
    assert links(world, "churn")[-2:] == ["churn.pdf", "churn-evidence.zip"]


@pytest.mark.parametrize("name", ["doubtful", "letters"])
def test_what_cannot_be_made_leaves_the_command(world: GitWorld, name: str) -> None:
    """The command says what is wrong; the page has no dead link."""
    assert not [each for each in links(world, name) if each.endswith((".pdf", ".zip"))]
    page = next(p for p in render_pages(site_values(opened(world))) if p.path == f"cards/{name}.md")
    assert f"mlgov card pack {name}" in read_page(page.markdown).text


def test_a_card_that_is_not_committed_has_no_pack(world: GitWorld) -> None:
    """A pack proves what is in the history."""
    world.write("cards/churn.yaml", card("churn", business_details={"business_problem": "Letters."}))
    assert sorted(site_values(opened(world)).attached) == [PDF]


def test_nothing_is_printed_unasked(world: GitWorld) -> None:
    """Printing takes longer than everything else."""
    world.write("mlgov.toml", d.SETTINGS)
    assert site_values(opened(world)).attached == {}


def test_only_what_is_asked_for_is_there(world: GitWorld) -> None:
    """One kind alone."""
    world.write("mlgov.toml", d.SETTINGS.replace("[site]\n", '[site]\ndownloads = ["pack"]\n'))
    assert sorted(site_values(opened(world)).attached) == [PACK]


def test_many_cards_are_left_to_the_command(world: GitWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound of the other formats holds here, too."""
    monkeypatch.setattr(attachments, "MANY", 2)
    assert site_values(opened(world)).attached == {}


def test_an_earlier_time_has_the_pack_of_then(world: GitWorld) -> None:
    """As the pages of then do."""
    then = world.git("rev-parse", "HEAD")
    world.save("cards/churn.yaml", card("churn", business_details={"business_problem": "Letters."}), "Say more")
    data = site_values(opened(world), at=then).attached[PACK]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert json.loads(archive.read("MANIFEST.json"))["commit"] == then
        assert b"Letters." not in archive.read("cards/churn.yaml")


def test_what_did_not_change_is_not_printed_again(world: GitWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody edits a card, the others keep their PDF."""
    memory = Memory()
    first = site_values(opened(world), memory=memory).attached

    def refuse(*arguments: object) -> bytes:
        raise AssertionError("printed again")

    monkeypatch.setattr(attachments, "paper", refuse)
    kept = {path: data for path, data in site_values(opened(world), memory=memory).attached.items() if path == PDF}
    assert kept == {PDF: first[PDF]}
