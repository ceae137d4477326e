"""From the health of monitors to issues on GitHub and Gitea and back, over real HTTP.

With the marker ``node`` each request and reply is judged by GitHub's published description.
"""

import contextlib
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mlgov.errors import ForgeError
from mlgov.monitors.health import MonitorHealth
from mlgov.monitors.issue_text import UMBRELLA, marker_of
from mlgov.monitors.issues import synchronise
from mlgov.ports import Forge
from tests.fakes.gitea_server import GiteaServer
from tests.fakes.github_server import FAULTS, Fault, GithubServer
from tests.fakes.github_state import Account, StoredIssue
from tests.monitors.health_factory import alerting, broken, passing

SEEDS = range(12)
PERMANENT = {"hangs", "limited_primary", "forbidden", "missing", "gone", "unprocessable", "foreign_next"}
SURVIVABLE = sorted(set(FAULTS) - PERMANENT)


@pytest.fixture(params=["plain", "gitea", pytest.param("described", marks=pytest.mark.node)])
def server(request: pytest.FixtureRequest) -> Iterator[GithubServer]:
    judge = None
    if request.param == "described":
        from tests.fakes.github_description import description

        judge = description()
    kind = GiteaServer if request.param == "gitea" else GithubServer
    with kind(judge) as running:
        yield running
        assert running.deviations == []


def look(server: GithubServer) -> list[tuple[str | None, str, int]]:
    """Give marker, state and number of comments of every issue."""
    return [(marker_of(issue.body), issue.state, len(issue.comments)) for issue in server.state.issues]


def test_the_life_of_an_issue(server: GithubServer) -> None:
    """Opened, brought up to date, commented, closed, opened again: always the same issue."""
    marker = "<!-- mlgov:monitor model=churn monitor=data-quality v1 -->"
    steps = [
        (alerting("age"), (marker, "open", 0)),
        (alerting("age", run="run-2"), (marker, "open", 0)),
        (alerting("age", "income", run="run-3"), (marker, "open", 1)),
        (passing(1, run="run-4"), (marker, "open", 1)),
        (passing(2, run="run-5"), (marker, "closed", 1)),
        (alerting("age", run="run-6"), (marker, "open", 2)),
    ]
    for health, expected in steps:
        assert synchronise([health], server.forge()).failed == ()
        assert look(server) == [expected]
        writes = len([method for method, _ in server.log if method != "GET"])
        synchronise([health], server.forge())
        assert len([method for method, _ in server.log if method != "GET"]) == writes


def test_forged_issues_are_left_alone(server: GithubServer) -> None:
    """Somebody copies our marker and label: we open our own issue and do not touch theirs."""
    body = "<!-- mlgov:monitor model=churn monitor=data-quality v1 -->"
    forged = server.state.add("Nothing to see", body, ["mlgov/monitor"], Account("octocat"))
    synchronise([alerting()], server.forge())
    assert (forged.body, forged.state, forged.comments) == (body, "open", [])
    assert len(server.state.issues) == 2


def test_a_flood_becomes_a_few_issues_and_an_umbrella(server: GithubServer) -> None:
    """Twelve alerts, four issues, one umbrella issue that names eight."""
    flood = [alerting(model=f"model-{index:02}") for index in range(12)]
    synchronise(flood, server.forge(), max_new=4)
    assert sum(marker == UMBRELLA for marker, _, _ in look(server)) == 1
    assert len(server.state.issues) == 5


def test_an_issue_that_people_close_opens_again(server: GithubServer) -> None:
    """The monitor still fails: the same issue is opened, and nobody is told what they know already."""
    synchronise([alerting()], server.forge())
    server.state.issues[0].state = "closed"
    synchronise([alerting(run="run-2")], server.forge())
    assert [(state, comments) for _, state, comments in look(server)] == [("open", 0)]


def test_two_runs_at_once_leave_one_issue_and_one_comment(server: GithubServer) -> None:
    """Both start from the same state and write at the same time: the later one clears up."""
    for health in (alerting("age"), alerting("age", "income", run="run-2")):
        start = threading.Barrier(2)
        forges = [Together(server.forge(), start) for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(lambda forge, health=health: synchronise([health], forge), forges))
        assert [result.failed for result in done] == [(), ()]
        assert len(open_markers(server)) == 1
    (kept,) = (issue for issue in server.state.issues if issue.state == "open")
    assert sum("mlgov:change" in comment[1] for comment in kept.comments if comment) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_faults_lose_and_double_nothing(server: GithubServer, seed: int) -> None:
    """Any call may fail in any way that passes: runs that are simply started again end in one issue per alert."""
    dice = random.Random(seed)  # noqa: S311 - chooses faults, keeps no secret
    fleet: list[MonitorHealth] = [alerting(model=f"model-{index}") for index in range(4)] + [broken(model="model-9")]
    for _ in range(8):
        method, kind = dice.choice(["GET", "POST", "PATCH"]), dice.choice([*SURVIVABLE, "lost", "cut"])
        server.faults.append(Fault(kind, method=method, path="/issues", times=dice.randint(1, 3)))
    assert settle(server, fleet)
    assert sorted(open_markers(server)) == sorted(set(open_markers(server)))
    assert len(open_markers(server)) == 5
    assert len(server.state.issues) == 5


@pytest.mark.parametrize("seed", SEEDS)
def test_faults_close_nothing_twice_and_comment_nothing_twice(server: GithubServer, seed: int) -> None:
    """The same for the way on: one comment per change, closed once all have recovered."""
    dice = random.Random(seed)  # noqa: S311 - chooses faults, keeps no secret
    for run, state in enumerate([alerting("age"), alerting("age", "income"), passing(2)]):
        for _ in range(3):
            kind = dice.choice([*SURVIVABLE, "lost", "cut"])
            server.faults.append(Fault(kind, method=dice.choice(["POST", "PATCH"]), times=dice.randint(1, 2)))
        fresh = [replace_run(state, f"run-{run}")]
        assert settle(server, fresh)
    assert [(state, comments) for _, state, comments in look(server)] == [("closed", 1)]


def settle(server: GithubServer, healths: list[MonitorHealth]) -> bool:
    """Run until a run has nothing to complain about; False when that takes too long."""
    for _ in range(30):
        try:
            if not synchronise(healths, server.forge()).failed:
                return True
        except ForgeError as error:
            assert error.transient or error.status in (0, 418), error
    return False


class Together:
    """A forge whose first write of an issue and of a comment waits until the other run is there, too."""

    def __init__(self, forge: Forge, start: threading.Barrier) -> None:
        self._forge, self._start = forge, start
        self._waited: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name in ("open_issue", "comment") and name not in self._waited:
            self._waited.add(name)
            with contextlib.suppress(threading.BrokenBarrierError):
                self._start.wait(timeout=2)
        return getattr(self._forge, name)


def open_markers(server: GithubServer) -> list[str | None]:
    opened: list[StoredIssue] = [issue for issue in server.state.issues if issue.state == "open"]
    return [marker_of(issue.body) for issue in opened]


def replace_run(health: MonitorHealth, run: str) -> MonitorHealth:
    from dataclasses import replace

    return replace(health, execution_id=run)
