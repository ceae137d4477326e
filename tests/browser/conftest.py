"""A built site, a server on the loopback interface, and a browser that may talk to nobody else."""

import functools
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect, sync_playwright

from mlgov.website.build import build
from tests.website import documents as d
from tests.website.hostile import PAYLOADS
from tests.website.world import new_site_world

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# How long a page takes is the machine's business too: what never comes is a mistake, what comes late is none.
expect.set_options(timeout=60_000)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder and give its address, ending with a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with a model in alert and a card full of traps, ending with a slash."""
    world = new_site_world(tmp_path_factory.mktemp("world"))
    traps = "\n\n".join(PAYLOADS)[:2000]
    spec = {"business_details": {"business_problem": f"zebrafish {traps}"}, "evaluation_details": [_many_points()]}
    world.write("cards/traps.yaml", d.yaml_of(d.card("traps", spec, title="<img src=x onerror=alert(1)> Traps")))
    world.write("mlgov.toml", d.SETTINGS.replace("[site]\n", '[site]\ndownloads = ["pdf", "pack"]\n'))
    world.commit("Set traps")
    site = tmp_path_factory.mktemp("built") / "site"
    build(world.root, site, d.NOW)
    with served(site) as address:
        yield address


def _many_points() -> dict[str, Any]:
    """Make an evaluation with more points than a table lists, and bars with a hostile label."""
    points = [[float(x), float(x * x)] for x in range(1000)]
    curve = {"name": "Calibration", "type": "linear_graph", "value": points, "x_axis_name": "x", "y_axis_name": "y"}
    labels = ["<img src=x onerror=alert(1)>", "b"]
    bars = {"name": "Bars", "type": "bar_chart", "value": [1.0, 2.0], "x_axis_name": labels, "y_axis_name": "v"}
    return {"name": "holdout", "metric_groups": [{"name": "Shape", "metric_data": [curve, bars]}]}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's chromium."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is not installed: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Both colour schemes."""
    return str(request.param)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A desktop window that prefers light colours."""
    made = browser.new_context(viewport={"width": 1366, "height": 900}, color_scheme="light")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """A page of the context; whatever it says on the console, asks of others or pops up is an error."""
    opened = context.new_page()
    said, foreign = watched(opened, address)
    yield opened
    assert (said, foreign) == ([], [])


def watched(page: Page, address: str) -> tuple[list[str], list[str]]:
    """Write down console messages, errors and dialogs, and requests to elsewhere, which are stopped."""
    said: list[str] = []
    foreign: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        said.append(f"{message.type}: {message.text}")

    def gate(route: Route) -> None:
        if route.request.url.startswith((address, "data:")):
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    page.on("console", heard)
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.context.route("**/*", gate)
    return said, foreign
