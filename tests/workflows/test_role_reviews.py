"""A role that reviews approved, and an activity of it that changes: gate, capture and audit on real checkouts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from tests.fakes.github_server import GithubServer
from tests.git_world import clone
from tests.workflows.forge_world import ForgeWorld, new_forge_world

ACTIVITY = """\
id: read_reports
title: Read reports
summary: Reads reports.
statements:
  - sid: ReadReports
    purpose: Reads the reports.
    actions: ["{action}"]
    resources: ["arn:{{partition}}:s3:::reports/*"]
"""
ROLE = """\
apiVersion: mlgov/v1
kind: Role
metadata:
  name: readers
lifecycle:
  status: approved
spec:
  persona: custom
  account: "111122223333"
  activities:
    - id: read_reports
"""
PLACE = "roles/activities/read_reports.yaml"


@pytest.fixture
def server() -> Iterator[GithubServer]:
    with GithubServer(repository="octo-org/models") as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, server: GithubServer) -> ForgeWorld:
    """A main branch whose role was approved by a review."""
    world = new_forge_world(tmp_path, server)
    world.author.write("roles/readers.yaml", ROLE)
    world.author.save(PLACE, ACTIVITY.format(action="s3:GetObject"))
    land(world, reviewed=True)
    world.author.git("fetch", "--quiet", "origin")
    world.author.git("reset", "--quiet", "--hard", "origin/main")
    return world


def land(world: ForgeWorld, *, reviewed: bool) -> None:
    """Propose what the author has committed, let it be reviewed, merge it, and capture the reviews."""
    pull = world.propose()
    if reviewed:
        world.review(pull, "first-validator")
    log = world.gate(pull).log
    assert ("Approved by first-validator" in log) is reviewed, log
    before, after = world.merge(pull, "squash")
    assert world.capture(before, after).last.code == 0


def audited(world: ForgeWorld) -> int:
    fresh = clone(world.hub.root, world.place / f"fresh-{world.jobs}")
    return exit_code_of(["-C", str(fresh.root), "audit"])


@pytest.mark.parametrize(("reviewed", "code"), [(True, 0), (False, 1)])
def test_a_changed_activity_is_captured_with_its_reviews(world: ForgeWorld, reviewed: bool, code: int) -> None:
    """The role itself does not change; its reviews are captured all the same, and without them the role is stale."""
    assert audited(world) == 0
    world.author.save(PLACE, ACTIVITY.format(action="s3:PutObject"))
    land(world, reviewed=reviewed)
    assert audited(world) == code
