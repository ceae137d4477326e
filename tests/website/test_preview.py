"""The pages of a proposal: documents of the head in the frame of the base, and marked on every page."""

import os
from pathlib import Path

import pytest

from mlgov.adapters.git_repository import GitRepository
from mlgov.cli.main import exit_code_of
from mlgov.errors import GitError, UsageError
from mlgov.website.build import preview
from mlgov.website.preview import Preview, preview_of
from tests.git_world import GitWorld
from tests.website import documents as d
from tests.website.dom import Dom, parse
from tests.website.hostile import PAYLOADS, hostile
from tests.website.world import new_site_world

EVIL_PAGE = "# Us\n\n<script>document.title = 'owned'</script>\n<img src=https://evil.example/x>\n"


def read(site: Path, path: str) -> Dom:
    """Read a page of a built site."""
    return parse((site / path).read_text(encoding="utf-8"))


def proposed(world: GitWorld) -> Preview:
    """Read what the world proposes."""
    return preview_of(GitRepository(world.root), "main", "change")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> GitWorld:
    """A proposal that changes a card, adds a hostile one, and brings settings, configuration and pages of its own."""
    world = new_site_world(tmp_path_factory.mktemp("preview") / "world")
    world.git("switch", "--quiet", "--create", "change")
    fraud = d.card("fraud", {"intended_uses": {"risk_rating": "low"}}, status="approved", title="Card fraud, better")
    world.write("cards/fraud.yaml", d.yaml_of(fraud))
    trap = hostile(d.card("trap", d.MAXIMAL | {"evaluation_details": []}, title="Trap"), PAYLOADS[0])
    world.write("cards/trap.yaml", d.yaml_of(trap))
    world.write("mlgov.toml", d.SETTINGS.replace("forge.example", "evil.example").replace("Model gov", "Owned gov"))
    world.write("evil.py", "import pathlib; pathlib.Path(__file__).with_name('ran').touch()\n")
    world.write("mkdocs.yml", d.MKDOCS.replace("Model governance", "Owned") + "hooks: [evil.py]\n")
    world.write("docs/index.md", EVIL_PAGE)
    world.write("docs/evil.md", EVIL_PAGE)
    world.commit("Own everything")
    return world


@pytest.fixture(scope="module")
def site(world: GitWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built preview; the work tree is that of the proposal all the while."""
    out = tmp_path_factory.mktemp("built") / "preview"
    preview(world.root, out, d.NOW, proposed(world), lambda said: None)
    return out


def test_documents_are_those_of_the_proposal(site: Path) -> None:
    """The changed one and the new one; the others are there too, so that no link is dead."""
    assert "Card fraud, better" in read(site, "cards/fraud.html").text
    assert "</title><script>alert(1)</script>" in read(site, "cards/trap.html").text
    assert "Customer churn" in read(site, "cards/churn.html").text


def test_configuration_settings_and_pages_are_those_of_the_base(world: GitWorld, site: Path) -> None:
    """No code ran, and nothing leads elsewhere."""
    assert not (world.root / "ran").exists()
    assert not (site / "evil.html").exists()
    every = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert [path for path, text in every.items() if "evil.example" in text or "Owned" in text] == []
    assert "We govern models." in every[site / "index.html"]


def test_the_page_of_a_changed_document_says_so_and_the_others_do_not(site: Path) -> None:
    """In the bar above everything else."""
    for path, said in (
        ("cards/fraud.html", "Proposed, not merged. This is cards/fraud.yaml as"),
        ("cards/trap.html", "Proposed, not merged. This is cards/trap.yaml as"),
        ("cards/churn.html", "the one of this page, if it has one, is not changed."),
        ("portfolio/gaps.html", "Documents are those of"),
        ("reference/rules.html", "Documents are those of"),
    ):
        assert said in " ".join(read(site, path).text.split()), path


def test_every_page_is_marked(world: GitWorld, site: Path) -> None:
    """By a bar and in its title, stamped ones and the page of errors' neighbours alike."""
    head = world.git("rev-parse", "change")
    pages = [path for path in site.rglob("*.html") if path.name != "404.html"]
    assert len(pages) > 15
    for path in pages:
        dom = parse(path.read_text(encoding="utf-8"))
        assert sum(attrs.get("class") == "mg-preview" for _, attrs in dom.elements) == 1, path
        assert f"<title>Preview {head[:8]}: " in path.read_text(encoding="utf-8"), path


def test_the_dashboard_lists_what_changes(world: GitWorld, site: Path) -> None:
    """With links to the pages, and says what is not shown."""
    dom = read(site, "index.html")
    text = " ".join(dom.text.split())
    assert "into main changes 2 documents: cards/fraud.yaml, cards/trap.yaml." in text
    assert "It also changes 4 files of settings or pages; those are shown as main has them." in text
    assert "cards/fraud.html" in dom.values("href")


def test_a_hostile_document_adds_nothing_that_acts(site: Path) -> None:
    """The page of the trap has the scripts of any other page."""
    trap, other = (read(site, f"cards/{name}.html") for name in ("trap", "fraud"))
    scripts = [[attrs for tag, attrs in dom.elements if tag == "script"] for dom in (trap, other)]
    assert scripts[0] == scripts[1]


def test_a_status_that_nobody_proved_is_no_approval(site: Path) -> None:
    """The proposal says approved; the bar says what that is worth."""
    text = " ".join(read(site, "cards/fraud.html").text.split())
    assert text.index("Proposed, not merged.") < text.index("Approved")


def test_links_are_files(site: Path) -> None:
    """So that an artifact can be looked at without a web server."""
    links = [href for href in read(site, "index.html").values("href") if "cards/" in href]
    assert links
    assert all(href.endswith(".html") for href in links)
    assert all((site / href).is_file() for href in links)


def test_the_same_proposal_gives_the_same_bytes(world: GitWorld, site: Path, tmp_path: Path) -> None:
    """Whatever lies in the work tree meanwhile."""
    world.git("switch", "--quiet", "main")
    try:
        preview(world.root, tmp_path / "again", d.NOW, proposed(world), lambda said: None)
    finally:
        world.git("switch", "--quiet", "change")
    both = [
        {path.relative_to(out): path.read_bytes() for path in out.rglob("*.html")} for out in (site, tmp_path / "again")
    ]
    assert both[0] == both[1]


def test_the_command_says_what_it_built(world: GitWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the base's rules; exit code 0."""
    arguments = ["-C", str(world.root), "--now", d.NOW.isoformat(), "site", "preview", "--base", "main"]
    assert exit_code_of([*arguments, "--out", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert f"{world.git('rev-parse', 'change')[:12]} into main, documents changed: 2." in out
    assert os.fspath(tmp_path / "out" / "index.html") in out


def test_a_base_without_a_configuration_cannot_be_a_frame(tmp_path: Path) -> None:
    """The proposal's own is none."""
    world = new_site_world(tmp_path)
    (world.root / "mkdocs.yml").unlink()
    world.commit("No site")
    world.git("switch", "--quiet", "--create", "change")
    world.write("mkdocs.yml", d.MKDOCS)
    world.commit("A site")
    with pytest.raises(UsageError, match=r"has no mkdocs\.yml"):
        preview(world.root, tmp_path / "out", d.NOW, proposed(world), lambda said: None)


def test_a_head_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Not shown as no change."""
    world = new_site_world(tmp_path)
    with pytest.raises(GitError):
        preview_of(GitRepository(world.root), "main", "nowhere")
