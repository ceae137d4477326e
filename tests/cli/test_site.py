"""``mlgov site``."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.website.render import render_pages
from mlgov.website.values import site_values
from mlgov.wiring import services
from tests.fakes.events import RecordedEvents
from tests.git_world import GitWorld
from tests.website import documents as d
from tests.website.world import new_site_world

NOW = ["--now", d.NOW.isoformat()]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> GitWorld:
    """A repository with a few models."""
    return new_site_world(tmp_path_factory.mktemp("world"))


def test_build_says_where_the_site_is(world: GitWorld, capfd: pytest.CaptureFixture[str]) -> None:
    """And what cannot be read; nothing else is said, the theme's advertising included."""
    assert exit_code_of(["-C", str(world.root), *NOW, "site", "build"]) == 0
    out, err = capfd.readouterr()
    assert (world.root / "build" / "site" / "index.html").is_file()
    assert str(world.root / "build" / "site") in out
    assert "1 document cannot be read: cards/broken.yaml:11:3. Run 'mlgov check'" in err
    assert err.count("\n") == 1


def test_a_relative_out_is_below_the_folder_of_the_command(world: GitWorld) -> None:
    """Not below the process's."""
    assert exit_code_of(["-C", str(world.root), *NOW, "site", "build", "--out", "elsewhere"]) == 0
    assert (world.root / "elsewhere" / "index.html").is_file()


def test_a_configuration_that_runs_code_is_a_settings_error(
    world: GitWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and the code did not run."""
    before = (world.root / "mkdocs.yml").read_text()
    world.write("evil.py", "import pathlib; pathlib.Path(__file__).with_name('ran').touch()\n")
    world.write("mkdocs.yml", before + "hooks: [evil.py]\n")
    assert exit_code_of(["-C", str(world.root), "site", "build"]) == 2
    assert "hooks is not taken here" in capsys.readouterr().err
    assert not (world.root / "ran").exists()
    world.write("mkdocs.yml", before)


def test_render_writes_the_same_pages_that_the_plugin_adds(world: GitWorld, tmp_path: Path) -> None:
    """So another generator can build the site; our style sheet and script come along."""
    assert exit_code_of(["-C", str(world.root), *NOW, "site", "render", "--out", str(tmp_path)]) == 0
    values = site_values(services(world.root, events=RecordedEvents(), now=d.NOW, push=False))
    pages = {page.path: page.markdown for page in render_pages(values)}
    written = {path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.rglob("*.md")}
    assert written == pages
    assert (tmp_path / "assets" / "mlgov" / "mlgov.css").is_file()


def test_render_shows_an_earlier_time(world: GitWorld, tmp_path: Path) -> None:
    """By commit; what is no commit, no tag and no day is wrong usage."""
    then = world.git("log", "--format=%H", "--grep", "Churn is pending_review").strip()
    render = ["-C", str(world.root), *NOW, "site", "render", "--out", str(tmp_path), "--at"]
    assert exit_code_of([*render, then]) == 0
    assert "In review" in (tmp_path / "cards" / "churn.md").read_text()
    assert not (tmp_path / "cards" / "fraud.md").exists()
    assert exit_code_of([*render, "nowhere"]) == 2
    assert exit_code_of([*render, "1999-12-31"]) == 2


@pytest.mark.slow
def test_serve_follows_a_change_of_a_card(world: GitWorld, tmp_path: Path) -> None:
    """On the loopback interface, with the page built again when the YAML changes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mlgov", "-C", str(world.root), *NOW, "site", "serve", "--port", str(port)]
    heard = tmp_path / "heard"
    with heard.open("wb") as file:
        server = subprocess.Popen(command, stdout=file, stderr=file)
    try:
        assert "pricing" in _fetched(f"http://127.0.0.1:{port}/cards/pricing/", "pricing")
        world.write("cards/pricing.yaml", d.yaml_of(d.card("pricing", title="A new name")))
        assert "A new name" in _fetched(f"http://127.0.0.1:{port}/cards/pricing/", "A new name")
        world.write("cards/pricing.yaml", "kind: [")
        assert "This card cannot be read" in _fetched(f"http://127.0.0.1:{port}/cards/pricing/", "cannot be read")
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert "Documentation built" in heard.read_text()
    assert "_mg-shell" not in heard.read_text()  # a page of ours for the theme alone


def _fetched(url: str, wanted: str) -> str:
    """Ask until the page says what is wanted, at most a minute and a half."""
    found = ""
    for _ in range(450):
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                found = reply.read().decode()
        except OSError:
            found = ""
        if wanted in found:
            break
        time.sleep(0.2)
    return found
