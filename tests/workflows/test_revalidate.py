"""The scheduled job that asks for revalidations, run on real checkouts and a loopback forge."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.github_server import TOKEN, Fault, GithubServer
from tests.workflows.forge_world import CARD, ForgeWorld, Job, card, new_forge_world
from tests.workflows.runner import load

TOP = Path(__file__).parents[2]
SHIPPED = TOP / "mlgov" / "cli" / "scaffold" / "workflows" / "monitor.yml"


@pytest.fixture
def server() -> Iterator[GithubServer]:
    with GithubServer(repository="octo-org/models") as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, server: GithubServer) -> ForgeWorld:
    """A main branch whose card was approved by a review, and should have been looked at again long ago."""
    world = new_forge_world(tmp_path, server)
    author = world.author
    overdue = card("approved").replace("review_by: 2099-06-30", "review_by: 2026-03-31")
    author.git("commit", "--quiet", "--allow-empty", "--message", "Before")
    author.save(CARD, overdue)
    pull = world.propose()
    world.review(pull, "first-validator")
    before, after = world.merge(pull, "squash")
    assert world.capture(before, after).last.outcome == "success"
    return world


def due(world: ForgeWorld) -> Job:
    return world.job("monitors.yml", "revalidate", "main", event_name="schedule")


def test_one_issue_per_document_is_opened_and_kept(world: ForgeWorld, server: GithubServer) -> None:
    """It names the reason; a second run changes nothing; the issue closes when the card is out of use."""
    first = due(world)
    assert first.outcomes == ["skipped"] * 3 + ["success"], first.log
    (issue,) = server.state.issues
    assert ("churn" in issue.title, "mlgov/revalidation" in issue.labels, issue.state) == (True, True, "open")
    assert "2026-03-31" in issue.body
    text = (issue.body, len(issue.comments))
    assert due(world).last.outcome == "success"
    assert (len(server.state.issues), (issue.body, len(issue.comments))) == (1, text)
    author = world.author
    author.git("fetch", "--quiet", "origin")
    author.git("reset", "--quiet", "--hard", "origin/main")
    author.save(CARD, (author.root / CARD).read_text().replace("status: approved", "status: archived"))
    author.git("push", "--quiet", "origin", "HEAD:main")
    assert due(world).last.outcome == "success"
    assert [issue.state for issue in server.state.issues] == ["closed"]


def test_a_forge_that_fails_makes_the_job_fail(world: ForgeWorld, server: GithubServer) -> None:
    """Nobody thinks that nothing is due; the token is not shown."""
    server.faults.append(Fault("bad_gateway", "GET", "/issues$", 99))
    done = due(world).last
    assert (done.outcome, TOKEN in done.log) == ("failure", False), done.log


def test_what_is_shipped_does_the_same() -> None:
    """The workflow of a new repository has the same job, with no more rights."""
    ours, theirs = (load(path)["jobs"] for path in (TOP / ".github" / "workflows" / "monitors.yml", SHIPPED))
    assert ours["revalidate"]["permissions"] == theirs["revalidate"]["permissions"]
    assert theirs["revalidate"]["permissions"] == {"contents": "read", "issues": "write"}
    last = theirs["revalidate"]["steps"][-1]
    assert last["run"] == ours["revalidate"]["steps"][-1]["run"].removeprefix(".venv/bin/")
    assert (theirs["revalidate"]["needs"], theirs["revalidate"]["if"]) == ("run", "${{ !cancelled() }}")
