"""From reasons to issues and back: against the forge in memory, and GitHub's adapter over real HTTP.

With the marker ``node`` each request and reply is judged by GitHub's published description.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from mlgov.names import Kind
from mlgov.ports import Forge, Issue
from mlgov.revalidation.issues import LABEL, marker, plan, synchronise, waiting
from mlgov.revalidation.triggers import Concern
from tests.fakes.forge import MemoryForge
from tests.fakes.github_server import Fault, GithubServer
from tests.fakes.github_state import Account

CALM = Concern(Kind.MODEL_CARD, "churn", "cards/churn.yaml", ("@model-owners", "not an owner @team"))
DUE = replace(CALM, reasons=("The review is due on 2026-12-31, within 30 days.",))
LATE = replace(CALM, reasons=("The review was due on 2026-12-31.",))


@dataclass
class World:
    """A forge, and how others see and change its issues."""

    forge: Forge
    server: GithubServer | None = None
    memory: MemoryForge | None = field(default=None)

    def issues(self) -> list[Issue]:
        return self.forge.issues(LABEL)

    def sync(self, *found: Concern, max_new: int = 10) -> None:
        assert synchronise(found, self.forge, max_new=max_new).failed == ()
        assert plan(found, self.issues(), max_new=0) == []

    def forge_an_issue(self, body: str) -> None:
        """Let a stranger open an issue with our label and a body of ours."""
        if self.server:
            self.server.state.add("Nothing to see", body, [LABEL], Account("octocat"))
        elif self.memory:
            self.memory.add("Nothing to see", body, [LABEL], "octocat")


@pytest.fixture(params=["memory", "github", pytest.param("described", marks=pytest.mark.node)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "memory":
        memory = MemoryForge()
        yield World(memory, memory=memory)
        return
    judge = None
    if request.param == "described":
        from tests.fakes.github_description import description

        judge = description()
    with GithubServer(judge) as server:
        yield World(server.forge(), server)
        assert server.deviations == []


def states(issues: Sequence[Issue]) -> list[bool]:
    """Say of each issue whether it is open."""
    return [issue.open for issue in issues]


def test_the_life_of_an_issue(world: World) -> None:
    """Opened, brought up to date in place, closed, opened again: always the same issue."""
    world.sync(CALM)
    assert world.issues() == []
    for found, is_open, said in (
        (DUE, True, "within 30 days"),
        (LATE, True, "was due on 2026-12-31"),
        (CALM, False, "needs no revalidation any more"),
        (LATE, True, "was due on 2026-12-31"),
        (replace(CALM, is_over=True), False, "is out of use"),
    ):
        world.sync(found)
        [issue] = world.issues()
        assert issue.open is is_open
        assert said in issue.body
        assert issue.body.startswith(marker(CALM))
        assert issue.title == "churn: revalidation"


def test_an_issue_asks_its_owners_and_nobody_else(world: World) -> None:
    """What is no well-formed owner is shown and mentions nobody."""
    world.sync(DUE)
    [issue] = world.issues()
    assert "Owners: @model-owners, `not an owner @\u200bteam`" in issue.body
    assert issue.labels == (LABEL,)


def test_what_people_ticked_stays_ticked_while_the_text_changes(world: World) -> None:
    """And a fresh round begins with an empty list."""
    world.sync(DUE)
    [issue] = world.issues()
    assert "- [ ] Is the risk rating still right?" in issue.body
    ticked = issue.body.replace("- [ ] Is the risk", "- [x] Is the risk").replace("\n", "\r\n")
    world.forge.edit_issue(issue.number, body=ticked)
    world.sync(LATE)
    [issue] = world.issues()
    assert "- [x] Is the risk rating still right?" in issue.body
    assert issue.body.count("- [x]") == 1
    world.sync(CALM)
    world.sync(DUE)
    assert "- [x]" not in world.issues()[0].body


def test_a_closed_issue_opens_again_while_reasons_are_left(world: World) -> None:
    """Closing by hand revalidates nothing."""
    world.sync(DUE)
    world.forge.edit_issue(world.issues()[0].number, is_open=False)
    world.sync(DUE)
    assert states(world.issues()) == [True]


def test_a_document_that_is_not_given_leaves_its_issue_to_people(world: World) -> None:
    """It may just not be readable today."""
    world.sync(DUE)
    world.sync()
    assert states(world.issues()) == [True]


def test_forged_issues_are_left_alone(world: World) -> None:
    """Somebody copies our marker and label: we open our own."""
    world.forge_an_issue(f"{marker(CALM)}\n")
    world.sync(DUE)
    assert states(world.issues()) == [True]
    world.sync(CALM)
    assert states(world.issues()) == [False]


def test_one_run_opens_only_so_many_issues(world: World) -> None:
    """The rest has its turn later."""
    many = [replace(DUE, name=f"m{n}", path=f"cards/m{n}.yaml") for n in range(5)]
    assert len(waiting(many, world.issues(), max_new=2)) == 3
    synchronise(many, world.forge, max_new=2)
    assert len(world.issues()) == 2
    synchronise(many, world.forge, max_new=10)
    assert len(world.issues()) == 5


def test_documents_of_one_name_and_other_kinds_have_issues_of_their_own(world: World) -> None:
    """The marker names the folder."""
    role = replace(DUE, kind=Kind.ROLE, path="roles/churn.yaml")
    world.sync(DUE, role)
    assert len(world.issues()) == 2


def test_of_two_issues_about_one_document_the_lower_number_stays(world: World) -> None:
    """Two runs at the same time opened both."""
    world.sync(DUE)
    body = world.issues()[0].body
    world.forge.open_issue("churn: revalidation", body, [LABEL])
    world.sync(DUE)
    assert states(world.issues()) == [True, False]


@pytest.mark.parametrize("kind", ["lost", "cut"])
def test_a_lost_reply_doubles_nothing(kind: str) -> None:
    """A request that took effect is not made again."""
    with GithubServer() as server:
        server.faults.append(Fault(kind, method="POST", path="/issues"))
        for _ in range(5):
            if not synchronise([DUE], server.forge(), max_new=10).failed:
                break
        assert [issue.state for issue in server.state.issues] == ["open"]


def test_a_monitors_issue_is_not_ours(world: World) -> None:
    """Another label, another marker: neither planner touches what the other one keeps."""
    from mlgov.monitors.issue_actions import LABEL as MONITOR_LABEL
    from mlgov.monitors.issues import synchronise as synchronise_monitors
    from tests.monitors.health_factory import alerting

    synchronise_monitors([alerting()], world.forge)
    world.sync(DUE)
    world.sync(CALM)
    synchronise_monitors([alerting()], world.forge)
    assert states(world.forge.issues(MONITOR_LABEL)) == [True]
    assert states(world.issues()) == [False]
