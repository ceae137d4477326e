"""What monitors saw, read from a real repository and its ledger."""

from datetime import timedelta
from pathlib import Path

import pytest

from mlgov.adapters.git_ledger import GitLedger
from mlgov.events import Event
from mlgov.monitors.execution import FOLDER, PROFILE_FOLDER
from mlgov.names import LEDGER_BRANCH
from mlgov.website.pictures import Picture, pictures
from mlgov.website.values import site_values
from mlgov.wiring import Services, services
from tests.git_world import GitWorld
from tests.website import documents as d
from tests.website import watched

KEY = ("churn", "data-quality")


class _Silent:
    def emit(self, event: Event) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> GitWorld:
    """A repository with profiles on its ledger."""
    return watched.new_watched_world(tmp_path_factory.mktemp("world"))


def opened(world: GitWorld) -> Services:
    """Open it."""
    return services(world.root, events=_Silent(), now=d.NOW, push=False)


def test_the_last_window_is_drawn_beside_its_baseline(world: GitWorld) -> None:
    """Columns from the worst on; monitors without a profile have no picture."""
    found = site_values(opened(world)).pictures
    assert list(found) == [KEY]
    assert [shape.column for shape in found[KEY].shapes] == ["tenure", "region", "spend", "calls"]
    assert found[KEY].window_end == d.FIRST_WINDOW + timedelta(days=watched.DAYS)
    assert found[KEY].is_baseline_same


def test_only_the_profiles_that_are_drawn_are_read(world: GitWorld) -> None:
    """A ledger has thousands of them."""
    asked: list[int] = []

    class Listening(GitLedger):
        def records(self, prefix: str, among: object = None) -> dict[str, bytes]:
            found = super().records(prefix, among)  # type: ignore[arg-type]
            asked.extend([len(found)] if prefix == f"{PROFILE_FOLDER}/" else [])
            return found

    ledger = Listening(world.root, branch=LEDGER_BRANCH)
    assert len(ledger.records(f"{FOLDER}/")) == 2 * watched.DAYS + 1
    pictures(site_values(opened(world)).rows, opened(world).repository, ledger)
    assert asked == [1]


def test_what_is_known_is_not_drawn_again(world: GitWorld) -> None:
    """As long as the profile and the baseline are the same."""
    services_ = opened(world)
    rows = site_values(services_).rows
    first = pictures(rows, services_.repository, services_.ledger)
    kept = {key: (made_of, Picture(trouble="kept")) for key, (made_of, _) in first.items()}
    assert pictures(rows, services_.repository, services_.ledger, known=kept)[KEY][1].trouble == "kept"
    other = {key: (("", ""), picture) for key, (_, picture) in kept.items()}
    assert pictures(rows, services_.repository, services_.ledger, known=other)[KEY][1].shapes


def test_another_baseline_is_never_drawn_over_an_old_window(tmp_path: Path) -> None:
    """The page says that it has changed."""
    world = watched.new_watched_world(tmp_path)
    world.write(watched.BASELINE, watched.profiles_of(3.0)[0])
    found = site_values(opened(world)).pictures[KEY]
    assert not found.shapes
    assert "has changed since the last window was judged" in found.trouble
    assert found.is_baseline_same is False
    (world.root / watched.BASELINE).unlink()
    assert "is missing" in site_values(opened(world)).pictures[KEY].trouble
