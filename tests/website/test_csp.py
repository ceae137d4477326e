"""Every page has a strict content policy, which allows the theme's own scripts and nobody else's."""

import base64
import hashlib
import posixpath
import re
from pathlib import Path

import pytest
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config

from mlgov.website.build import build
from mlgov.website.csp import with_policy
from tests.website import documents as d
from tests.website.dom import Dom, parse
from tests.website.world import new_site_world

POLICY = "Content-Security-Policy"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a hand-written page that brings a script of its own."""
    world = new_site_world(tmp_path_factory.mktemp("world"))
    world.write("docs/guide.md", "# Guide\n\n<script>alert(1)</script>\n\n[a card](cards/churn.md)\n")
    out = tmp_path_factory.mktemp("built") / "site"
    build(world.root, out, d.NOW)
    return out


def policy_of(dom: Dom) -> str:
    """Give the policy of a page."""
    found = [attrs["content"] for tag, attrs in dom.elements if tag == "meta" and attrs.get("http-equiv") == POLICY]
    assert len(found) == 1
    return found[0]


def test_every_page_has_a_policy_without_unsafe_words(built: Path) -> None:
    """Also the page of errors; the policy stands before anything that it governs."""
    pages = list(built.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        text = page.read_text(encoding="utf-8")
        policy = policy_of(parse(text))
        assert policy.startswith("default-src 'none'; ")
        assert not re.search(r"unsafe|https?:|\*", policy)
        assert text.index(POLICY) < text.index("<link") < text.index("<script")


def test_the_scripts_of_the_theme_are_allowed_and_those_of_a_text_are_not(built: Path) -> None:
    """By their digests."""
    page = (built / "guide" / "index.html").read_text(encoding="utf-8")
    inline = [script for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL) if script.strip()]
    allowed = [script for script in inline if _digest(script) in policy_of(parse(page))]
    assert [script for script in inline if script not in allowed] == ["alert(1)"]
    assert allowed


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def test_a_site_that_is_built_after_one_was_served_has_the_policy(tmp_path: Path) -> None:
    """Pages that are only served have none, because the live reload is a script in the page."""
    world = new_site_world(tmp_path / "world")
    config = load_config(str(world.root / "mkdocs.yml"), site_dir=str(tmp_path / "served"), plugins=["mlgov", "search"])
    config.plugins.on_startup(command="serve", dirty=False)
    mkdocs_build(config)
    assert POLICY not in (tmp_path / "served" / "index.html").read_text(encoding="utf-8")
    build(world.root, tmp_path / "site", d.NOW)
    assert POLICY in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_a_page_without_a_head_stays_as_it_is() -> None:
    """A sitemap, for instance."""
    assert with_policy("<urlset></urlset>") == "<urlset></urlset>"


def test_nothing_of_a_page_has_a_style_or_a_script_that_the_policy_would_stop(built: Path) -> None:
    """No style attribute and no handler on generated pages."""
    for page in [*built.rglob("cards/*/index.html"), *built.rglob("portfolio/*/index.html"), built / "index.html"]:
        text = page.read_text(encoding="utf-8")
        article = parse(text[text.index("<article") : text.index("</article>")])
        assert not [name for _, attrs in article.elements for name in attrs if name == "style" or name.startswith("on")]
        assert not [tag for tag, _ in article.elements if tag in ("script", "style", "iframe", "object", "base")]


def test_every_link_of_the_site_leads_somewhere(built: Path) -> None:
    """Pages, files and anchors; addresses of the forge are others' business."""
    pages = {path: parse(path.read_text(encoding="utf-8")) for path in built.rglob("*.html") if path.name != "404.html"}
    ids = {path: set(dom.values("id")) for path, dom in pages.items()}
    for path, dom in pages.items():
        for href in dom.values("href") + dom.values("src") + dom.values("data-models") + dom.values("data-compare"):
            if re.match(r"[a-z]+:", href):
                continue
            place, _, anchor = href.partition("#")
            place = place.partition("?")[0]
            target = Path(posixpath.normpath(path.parent / place)) if place else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), (path, href)
            if anchor and not anchor.startswith("__") and target in ids:
                assert anchor in ids[target], (path, href)
