"""Random histories by honest and dishonest persons: what an audit has found once it never forgets."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.approvals.effective import Effective, standings
from tests.approvals.people import AUTHOR, RISK, SECOND, STRANGER, VALIDATOR, Someone
from tests.approvals.world import World, card, new_repository

PEOPLE = st.sampled_from([AUTHOR, VALIDATOR, SECOND, RISK, STRANGER])
STATUSES = st.sampled_from(["draft", "pending_review", "approved", "archived"])
MOVES = st.lists(
    st.tuples(st.just("edit"), PEOPLE, STATUSES, st.integers(0, 2))
    | st.tuples(st.just("flip"), PEOPLE, STATUSES, st.just(0))
    | st.tuples(st.just("sign"), PEOPLE, st.sampled_from(["approve", "reject", "revoke"]), st.just(0))
    | st.tuples(st.just("approve"), PEOPLE, st.just(""), st.just(0)),
    min_size=3,
    max_size=8,
)
WAYS = st.sampled_from(["line", "merge", "squash", "rebase"])


def _move(world: World, what: str, who: Someone, how: str, number: int) -> None:
    path = "cards/mail.yaml"
    if what == "edit":
        world.git.write(path, card(how, f"Sorts mail, {number}."))
    elif what == "flip":
        world.flip(path, how)
    elif what == "sign":
        world.sign(path, who, decision=how)
    else:
        world.sign(path, who)
        world.flip(path, "approved")
    world.commit(what, who)


def _merge(world: World, way: str) -> None:
    git = world.git.git
    world.later(hours=1)
    if way == "rebase":
        git("rebase", "--quiet", "main")
    git("checkout", "--quiet", "main")
    if way == "squash":
        git("merge", "--quiet", "--squash", "topic")
        git("commit", "--quiet", "--allow-empty", "--message", "Squashed")
    else:
        git("merge", "--quiet", "--no-ff" if way == "merge" else "--ff-only", "topic")
    git("branch", "--quiet", "-D", "topic")


def _play(world: World, moves: list, way: str) -> None:
    if way != "line":
        world.git.git("checkout", "--quiet", "-b", "topic")
    for move in moves:
        _move(world, *move)
    if way != "line":
        _merge(world, way)


def _naive_approval(world: World, reasons: list[str]) -> bool:
    """Say, from files alone, whether somebody who may has signed the very content that is there."""
    subject = world.subject("cards/mail.yaml")
    for who in (VALIDATOR, SECOND, AUTHOR):
        for path, data in world.records("cards/mail.yaml").items():
            if path.endswith(f"-{who.id}.json") and subject.digest.removeprefix("sha256:") in _payload(data):
                reasons.append(path)
    return bool(reasons)


def _payload(data: bytes) -> str:
    import base64
    import json

    return base64.b64decode(json.loads(data)["payload"]).decode()


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(MOVES, WAYS), min_size=1, max_size=3))
def test_findings_stay_and_what_is_approved_is_signed(proposals: list) -> None:
    """Audits only ever add, twice the same is the same, and an effective approval has a record of that content."""
    with tempfile.TemporaryDirectory() as folder:
        world = new_repository(Path(folder) / "repo")
        known: set[tuple[object, ...]] = set()
        for moves, way in proposals:
            _play(world, moves, way)
            audit, again = world.audit(), world.audit()
            assert audit.findings == again.findings
            found = {(f.rule.code, f.location.path, f.message, f.fingerprint) for f in audit.findings}
            assert known <= found
            known = found
            (standing,) = standings(audit.outcome, world.git.at.date())
            if standing.effective is Effective.APPROVED:
                assert _naive_approval(world, [])
                assert set(standing.approvers) <= {VALIDATOR.id, SECOND.id, AUTHOR.id}
