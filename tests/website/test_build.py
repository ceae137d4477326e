"""Whole sites, built by MkDocs from real repositories."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.errors import SettingsError, SiteError, UsageError
from mlgov.website.build import build
from mlgov.website.shipped import SCRIPTS, SHEETS
from tests.git_world import GitWorld, new_world
from tests.website import documents as d
from tests.website.dom import Dom, parse
from tests.website.world import new_site_world

FORGE = "https://forge.example/team/models/"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> GitWorld:
    """A repository with a model in alert and a card that cannot be read."""
    return new_site_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def built(world: GitWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its site."""
    out = tmp_path_factory.mktemp("built") / "site"
    build(world.root, out, d.NOW)
    return out


def pages_of(site: Path) -> dict[str, Dom]:
    """Take every page of a site apart, by address."""
    return {path.relative_to(site).as_posix(): parse(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def files_of(site: Path) -> dict[str, bytes]:
    """Read every file of a site."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def small_world(root: Path, **cards: dict[str, object]) -> GitWorld:
    """A repository with a few cards and nothing else."""
    world = new_world(root)
    world.write("mlgov.toml", d.SETTINGS)
    world.write("mkdocs.yml", d.MKDOCS)
    world.write("docs/index.md", "hello\n")
    for name, about in cards.items():
        world.write(f"cards/{name}.yaml", d.yaml_of(d.card(name, **about)))
    world.commit()
    return world


def test_every_document_has_its_page(built: Path) -> None:
    """Also the one that cannot be read, and the dashboard leads there."""
    found = {path for path in pages_of(built) if path.startswith(("cards/", "roles/"))}
    cards = {f"cards/{name}/index.html" for name in ("broken", "churn", "fraud", "legacy", "pricing")}
    assert found == cards | {f"roles/{name}index.html" for name in ("", "data-scientist/", "incomplete/")}
    assert "This card cannot be read" in pages_of(built)["cards/broken/index.html"].text
    assert "cards/broken/" in pages_of(built)["index.html"].values("href")


def test_links_lead_to_pages_that_are_there(built: Path) -> None:
    """Every link of every page; those to the forge are made of settings and paths."""
    for path, dom in pages_of(built).items():
        if path == "404.html":
            continue
        for href in dom.values("href"):
            target = urlsplit(urljoin(f"http://site/{path}", href))
            if href.startswith(FORGE):
                continue
            assert target.netloc == "site", (path, href)
            file = built / target.path.lstrip("/")
            assert (file / "index.html").is_file() or file.is_file(), (path, href)


def test_nothing_is_loaded_from_elsewhere(built: Path) -> None:
    """Scripts, styles, pictures and fonts lie in the site."""
    for path, dom in pages_of(built).items():
        for source in [*dom.values("src"), *dom.values("srcset"), *dom.values("data-src")]:
            assert not urlsplit(source).netloc, (path, source)
    for name in (*SHEETS, *SCRIPTS):
        text = (built / name).read_text(encoding="utf-8")
        named = set(re.findall(r"""https?://[^"')\s]+|url\(\s*["']?//""", text))
        assert named <= {"http://www.w3.org/2000/svg"}, name  # which is a name of elements, and is never asked


def test_card_pages_are_not_in_the_navigation_but_in_the_search(built: Path) -> None:
    """Searching for words of a card finds it; the dashboard does not answer in its place."""
    navigation = [href for href in pages_of(built)["roles/index.html"].values("href") if "cards/" in href]
    assert navigation == []
    index = json.loads((built / "search" / "search_index.json").read_text(encoding="utf-8"))
    places = {entry["location"].split("#")[0] for entry in index["docs"]}
    assert "cards/churn/" in places
    assert "" not in places
    assert any("ninety days" in entry["text"] for entry in index["docs"])


def test_the_same_now_gives_the_same_bytes(world: GitWorld, built: Path, tmp_path: Path) -> None:
    """Every file of the site, built again into another folder."""
    build(world.root, tmp_path / "again", d.NOW)
    once, again = files_of(built), files_of(tmp_path / "again")
    assert list(once) == list(again)
    assert [path for path in once if once[path] != again[path]] == []


def test_only_the_time_given_is_printed(world: GitWorld, tmp_path: Path) -> None:
    """A later now shows itself and no clock does."""
    build(world.root, tmp_path / "site", d.NOW + timedelta(hours=1))
    assert "As of 2026-03-10 07:00 UTC" in pages_of(tmp_path / "site")["index.html"].text


def test_the_build_starts_from_an_empty_folder(tmp_path: Path) -> None:
    """A card that is gone has no page any more."""
    world = small_world(tmp_path / "world", churn={}, fraud={})
    build(world.root, tmp_path / "site", d.NOW)
    world.remove("cards/fraud.yaml")
    build(world.root, tmp_path / "site", d.NOW)
    assert not (tmp_path / "site" / "cards" / "fraud").exists()


def test_an_empty_repository_builds(tmp_path: Path) -> None:
    """On the first day there is nothing but the settings."""
    world = small_world(tmp_path / "world")
    build(world.root, tmp_path / "site", d.NOW)
    assert "No models yet" in pages_of(tmp_path / "site")["index.html"].text


def test_a_hostile_title_stays_a_title_in_the_head_and_in_the_search(tmp_path: Path) -> None:
    """The theme prints titles as they come; the search index is HTML."""
    title = "</title><script>alert(1)</script> {{ x }} *a* <img src=x onerror=alert(1)>"
    world = small_world(tmp_path / "world", plain={"title": "word"}, hostile={"title": title})
    build(world.root, tmp_path / "site", d.NOW)
    found = pages_of(tmp_path / "site")
    plain, hostile = found["cards/plain/index.html"], found["cards/hostile/index.html"]
    assert hostile.tags() == plain.tags()
    assert hostile.text.count(title) == plain.text.count("word")
    index = json.loads((tmp_path / "site" / "search" / "search_index.json").read_text(encoding="utf-8"))
    entry = next(entry for entry in index["docs"] if entry["location"] == "cards/hostile/")
    assert parse(entry["title"]).elements == []
    assert parse(entry["title"]).text == title


def test_files_with_html_addresses(tmp_path: Path) -> None:
    """Our links follow the setting, although raw HTML is not rewritten."""
    world = small_world(tmp_path / "world", churn={})
    world.write("mkdocs.yml", d.MKDOCS + "use_directory_urls: false\n")
    build(world.root, tmp_path / "site", d.NOW)
    assert "cards/churn.html" in pages_of(tmp_path / "site")["index.html"].values("href")


def test_plain_mkdocs_builds_the_same_pages(world: GitWorld, built: Path, tmp_path: Path) -> None:
    """The plugin works without our command; only the time is the clock's."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    subprocess.run(command, cwd=world.root, check=True, capture_output=True)
    assert list(files_of(tmp_path / "site")) == list(files_of(built))


def test_rendered_markdown_makes_the_same_articles_without_the_plugin(
    world: GitWorld, built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any generator that reads Markdown can build the site from the files of `mlgov site render`, with its looks."""
    render = ["site", "render", "--out", str(tmp_path / "docs")]
    assert exit_code_of(["-C", str(world.root), "--now", d.NOW.isoformat(), *render]) == 0
    needed = "".join(f"{line}\n" for line in capsys.readouterr().err.splitlines() if line.startswith("extra_"))
    (tmp_path / "mkdocs.yml").write_text(d.MKDOCS.replace("  - mlgov\n", "") + needed)
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path / "site")]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    for path in ("index.html", "cards/churn/index.html", "roles/data-scientist/index.html"):
        assert _article(tmp_path / "site" / path) == _article(built / path)
    for asset in (*SHEETS, *SCRIPTS):
        assert f'"{asset}"' in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
        assert (tmp_path / "site" / asset).read_bytes() == (built / asset).read_bytes()


def _article(file: Path) -> str:
    """Give what stands on the page, without the theme's edit button."""
    text = file.read_text(encoding="utf-8")
    article = text[text.index("<article") : text.index("</article>")]
    return article[article.index('<div class="mg ') :]


def test_edit_buttons_of_hand_written_pages_lead_to_docs(tmp_path: Path) -> None:
    """The theme's own button, with our address."""
    world = small_world(tmp_path / "world")
    world.write("docs/guide.md", "# Guide\n")
    build(world.root, tmp_path / "site", d.NOW)
    assert f"{FORGE}edit/main/docs/guide.md" in pages_of(tmp_path / "site")["guide/index.html"].values("href")


def test_the_dashboard_and_the_roles_come_first_in_the_navigation(tmp_path: Path) -> None:
    """Unless the configuration gives an order of its own."""
    world = small_world(tmp_path / "world")
    world.write("docs/guide.md", "# A guide\n")
    build(world.root, tmp_path / "site", d.NOW)
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    tabs = re.findall(r'class="md-tabs__link"[^>]*>\s*(\w[\w ]*\w)', page)
    assert tabs == ["Dashboard", "Roles", "A guide", "Portfolio", "Reference"]
    world.write("mkdocs.yml", d.MKDOCS + "nav: [guide.md, index.md, roles/index.md, reference/rules.md]\n")
    build(world.root, tmp_path / "site", d.NOW)
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert page.index("A guide") < page.index("Rules")


def test_a_dead_link_in_a_hand_written_page_is_an_error(tmp_path: Path) -> None:
    """The build is strict, and the message names the page."""
    world = small_world(tmp_path / "world")
    world.write("docs/guide.md", "# Guide\n\n[gone](gone.md)\n")
    with pytest.raises(SiteError, match=r"guide\.md.*gone\.md"):
        build(world.root, tmp_path / "site", d.NOW)


def test_a_hand_written_page_cannot_take_the_place_of_a_generated_one(tmp_path: Path) -> None:
    """Otherwise it would say what the card does not."""
    world = small_world(tmp_path / "world", churn={})
    world.write("docs/cards/churn.md", "# Approved\n")
    with pytest.raises(SiteError, match=r"docs/cards/churn\.md"):
        build(world.root, tmp_path / "site", d.NOW)


def test_a_folder_with_other_things_is_not_emptied(world: GitWorld, tmp_path: Path) -> None:
    """MkDocs deletes what is in the target."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="is not empty"):
        build(world.root, tmp_path, d.NOW)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_the_repository_itself_is_not_a_target(world: GitWorld) -> None:
    """Nor a folder above it."""
    for target in (world.root, world.root.parent):
        with pytest.raises(UsageError, match="holds the repository"):
            build(world.root, target, d.NOW)


def test_without_a_configuration_the_error_says_where_to_get_one(tmp_path: Path) -> None:
    """`mlgov init` writes one."""
    new_world(tmp_path).write("mlgov.toml", "")
    with pytest.raises(SettingsError, match=r"mkdocs\.yml"):
        build(tmp_path, tmp_path / "build" / "site", d.NOW)


@pytest.mark.parametrize("target", ["../mlgov.toml", "../.git", "nowhere.md"])
def test_a_symbolic_link_below_docs_is_an_error(target: str, tmp_path: Path) -> None:
    """Its target would be published; one that leads nowhere is refused in the same words."""
    world = small_world(tmp_path / "world")
    (world.root / "docs" / "leak").symlink_to(target)
    with pytest.raises(SiteError, match=r"docs/leak is a symbolic link"):
        build(world.root, tmp_path / "site", d.NOW)


def test_a_file_system_that_refuses_is_an_error_of_the_site(tmp_path: Path) -> None:
    """A file stands where the folder of the site should be."""
    world = small_world(tmp_path / "world")
    (tmp_path / "file").write_text("x")
    with pytest.raises(SiteError, match="could not be built"):
        build(world.root, tmp_path / "file" / "site", d.NOW)


def test_a_language_that_the_theme_does_not_have_is_an_error_of_the_site(tmp_path: Path) -> None:
    """The message names what is missing."""
    world = small_world(tmp_path / "world")
    world.write("mkdocs.yml", d.MKDOCS.replace("font: false", "font: false\n  language: zz"))
    with pytest.raises(SiteError, match=r"zz\.html"):
        build(world.root, tmp_path / "site", d.NOW)


def test_the_page_of_errors_leads_on(built: Path) -> None:
    """It may be shown at any address, so the link begins at the top of the server."""
    dom = pages_of(built)["404.html"]
    assert "This page does not exist, or no longer" in dom.text
    assert "/" in dom.values("href")
