"""Live reload: a site built again after an edit is the site that a first build makes, and little is written."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from mlgov.website import plugin
from mlgov.website.memory import Memory
from tests.git_world import GitWorld
from tests.website import documents as d
from tests.website import watched
from tests.website.test_stamping import INDEX, files_of
from tests.website.world import new_site_world

LATER = d.NOW + timedelta(hours=1)


class Served:
    """A repository that is served: built again and again in one process, by the clock that is given."""

    def __init__(self, world: GitWorld, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.site = world, site
        memory = Memory()
        self._use = lambda: monkeypatch.setattr(plugin, "memory_of", lambda root: memory)

    def build(self, now: object = d.NOW) -> dict[str, bytes]:
        """Build once, as the server of MkDocs does."""
        self._use()
        plugins = {"search": {}, "mlgov": {"now": str(now)}}
        config = load_config(str(self.world.root / "mkdocs.yml"), site_dir=str(self.site), plugins=plugins)
        config.plugins.on_startup(command="serve", dirty=False)
        build(config, serve_url="http://127.0.0.1:8000/")
        return {path: data for path, data in files_of(self.site).items() if not path.startswith("sitemap")}


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[GitWorld, str], Served]:
    """Makes servers with a memory each."""
    return lambda world, name: Served(world, tmp_path / name / "site", monkeypatch)


def test_a_site_built_again_is_the_site_built_anew(tmp_path: Path, served: Callable[[GitWorld, str], Served]) -> None:
    """After an edit, later, after a card is gone, broken, new and mended: byte for byte, search index included."""
    world = new_site_world(tmp_path / "world")
    again = served(world, "again")
    again.build()
    fraud = (world.root / "cards/fraud.yaml").read_bytes()

    def take_away() -> None:
        (world.root / "cards/fraud.yaml").unlink()
        world.write("cards/churn.yaml", b"no: card\n")

    def mend() -> None:
        world.write("cards/fraud.yaml", fraud)
        world.write("docs/index.md", "# About\n\nSee [pricing](cards/pricing.md).\n")

    changes = [
        (d.NOW, lambda: world.write("cards/pricing.yaml", d.yaml_of(d.card("pricing", title="Prices")))),
        (LATER, lambda: None),
        (LATER, take_away),
        (LATER, mend),
    ]
    for place, (now, change) in enumerate(changes):
        change()
        assert again.build(now) == served(world, f"anew-{place}").build(now)


def test_one_edit_writes_one_card(tmp_path: Path, served: Callable[[GitWorld, str], Served]) -> None:
    """The page and the search have the new words; the pages of others are the very files of before."""
    world = new_site_world(tmp_path / "world")
    server = served(world, "site")
    server.build()
    others = ("cards/churn/index.html", "cards/fraud/index.html", "roles/data-scientist/index.html")
    before = {path: (server.site / path).stat().st_ino for path in (*others, "cards/pricing/index.html")}
    times = {path: (server.site / path).stat().st_mtime_ns for path in others}
    spec = {"business_details": {"business_problem": "Zebrafish cost too much."}}
    world.write("cards/pricing.yaml", d.yaml_of(d.card("pricing", spec)))
    files = server.build()
    assert b"Zebrafish cost too much." in files["cards/pricing/index.html"]
    assert b"Zebrafish cost too much." in files[INDEX]
    assert {path: (server.site / path).stat().st_ino for path in others} == {path: before[path] for path in others}
    assert {path: (server.site / path).stat().st_mtime_ns for path in others} == times
    assert not (server.site.parent / "site-aside").exists()


def test_a_build_that_failed_spoils_nothing(tmp_path: Path, served: Callable[[GitWorld, str], Served]) -> None:
    """A page in the way stops a build half-way; when it is gone, everything is there again."""
    world = new_site_world(tmp_path / "world")
    server = served(world, "site")
    whole = server.build()
    world.write("docs/roles/index.md", "# In the way\n")
    with pytest.raises(Abort, match="BuildError"):
        server.build()
    (world.root / "docs/roles/index.md").unlink()
    assert server.build() == whole


def test_pages_of_monitors_are_kept_too(tmp_path: Path, served: Callable[[GitWorld, str], Served]) -> None:
    """And follow the clock: what is due next moves on while nothing else does."""
    world = watched.new_watched_world(tmp_path / "world")
    server = served(world, "site")
    page = "monitors/churn/data-quality/index.html"
    first = server.build()[page]
    assert server.build()[page] == first
    tomorrow = d.NOW + timedelta(days=1)
    assert server.build(tomorrow)[page] == served(world, "anew").build(tomorrow)[page] != first
