"""A repository with one monitored model, and mlgov called in it at a given time."""

import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from tests.cli.test_monitor import FIRST, Call, drifting_world
from tests.git_world import GitWorld


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> GitWorld:
    """One model that drifts on its third and fourth day, with a committed baseline."""
    return drifting_world(tmp_path_factory.mktemp("template"))


@pytest.fixture
def ready(template: GitWorld, tmp_path: Path) -> GitWorld:
    """A copy of it."""
    shutil.copytree(template.root, tmp_path / "repository")
    return GitWorld(tmp_path / "repository")


@pytest.fixture
def call(ready: GitWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Call]:
    """Run mlgov at a time; gives exit code, standard output and standard error."""
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, day: int = 2, hour: int = 0, root: Path = ready.root) -> Call:
        now = (FIRST + timedelta(days=day, hours=hour, minutes=7)).isoformat()
        code = exit_code_of(["-C", str(root), "--now", now, *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def by_default() -> Iterator[None]:
    """Ctrl-C goes where Python sends it by itself, also when tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pressing(work: Callable[..., object], after: int = 0) -> Callable[..., object]:
    """Give the same work with Ctrl-C pressed before it is done, after some calls."""
    calls = iter(range(after))

    def pressed(*given: object, **named: object) -> object:
        if next(calls, None) is None:
            signal.raise_signal(signal.SIGINT)
        return work(*given, **named)

    return pressed
