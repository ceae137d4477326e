"""Histories that no vector file can hold: very many approvers, huge and deep records, odd numbers, dates and names."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mlgov.adapters.git_repository import GitRepository
from mlgov.approvals.audit import audit
from mlgov.approvals.effective import standings
from mlgov.approvals.envelope import RECORD_LIMIT_BYTES, pae
from mlgov.approvals.record import Decided
from mlgov.checks.tree import check_top
from tests.approvals.people import ADMIN, NOW, VALIDATOR, Someone
from tests.approvals.world import RULES, SETTINGS, World, card, new_repository
from tests.git_world import new_world

RECORD = "approvals/cards/mail/0001-first-validator.json"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A repository with rules, and a card under review."""
    return new_repository(tmp_path / "repo")


def effective(world: World, name: str = "mail") -> str:
    found = standings(world.audit().outcome, world.git.at.date())
    return next((standing.effective.value for standing in found if standing.name == name), "not governed")


def flipped(world: World) -> None:
    world.flip("cards/mail.yaml", "approved")
    world.commit("Approve", VALIDATOR)


# Very many persons

MANY = [Someone(f"validator-{number:02}") for number in range(50)]


def council(tmp_path: Path) -> World:
    """Start a repository whose cards need fifty validators, and a card under review."""
    world = World(new_world(tmp_path / "council"))
    world.git.at = NOW
    many = ", ".join(f'{{ role = "validator", count = {count} }}' for count in (20, 20, 10))
    rules = RULES.replace('needs = [{ role = "validator" }]', f"needs = [{many}]")
    people = "\n".join(who.table("validator") for who in MANY)
    world.save("mlgov.toml", f"{rules}\n{people}\n{ADMIN.table('admin')}", ADMIN)
    world.save("cards/mail.yaml", card("pending_review"))
    return world


@pytest.mark.parametrize(("missing", "codes"), [(0, set()), (1, {"MLG-V004"})])
def test_fifty_approvers_are_fifty_persons(tmp_path: Path, missing: int, codes: set[str]) -> None:
    """All of them are enough, and one less is not."""
    world = council(tmp_path)
    for who in MANY[missing:]:
        decided = world.decided("cards/mail.yaml", who, round=1)
        world.git.write(decided.path, who.record(replace(decided, prev=None)))
    flipped(world)
    assert world.codes() == codes
    assert effective(world) == ("unattested" if missing else "approved")


def test_one_of_fifty_who_signs_fifty_times_is_one(tmp_path: Path) -> None:
    """Rounds do not make persons."""
    world = council(tmp_path)
    for number in range(1, 51):
        world.sign("cards/mail.yaml", MANY[0], round=number)
    flipped(world)
    assert world.codes() == {"MLG-V004"}


# Records that are too much


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b" " * RECORD_LIMIT_BYTES + b"{}",
        b"{" + b" " * 20_000_000,
        b"",
        b"\xff\xfe{}",
        b"1e999",
    ],
    ids=["deep list", "deep object", "too large", "huge", "empty", "no UTF-8", "a number"],
)
def test_bytes_that_are_no_record_are_none(world: World, data: bytes) -> None:
    """Whatever they are, the audit ends, and says so."""
    world.git.write(RECORD, data)
    flipped(world)
    assert world.codes() == {"MLG-V001", "MLG-V004"}


def test_a_signed_statement_that_is_too_large_is_no_record(world: World) -> None:
    """The signature is valid, and the file is beyond the limit."""
    payload = world.decided("cards/mail.yaml", VALIDATOR, authors=("x" * RECORD_LIMIT_BYTES,)).statement()
    sealed = {"keyid": VALIDATOR.fingerprint, "sig": base64.b64encode(VALIDATOR.sign(pae(payload))).decode()}
    text = base64.b64encode(payload).decode()
    record = {"payload": text, "payloadType": "application/vnd.in-toto+json", "signatures": [sealed]}
    world.git.write(RECORD, json.dumps(record, indent=2, sort_keys=True) + "\n")
    flipped(world)
    assert world.codes() == {"MLG-V001", "MLG-V004"}


# Values that have no canonical form


@pytest.mark.parametrize("value", ["1" * 400, "1e999", "-.inf", ".nan", "9007199254740993", '"\\ud800"', "1e-999"])
def test_a_card_with_odd_numbers_is_judged_all_the_same(world: World, value: str) -> None:
    """It is approved by nobody, and nothing falls over."""
    world.git.write("cards/mail.yaml", card("approved") + f"  odd: {value}\n")
    world.commit("Odd")
    assert "MLG-V004" in world.codes() or "MLG-V016" in world.codes()
    assert effective(world) != "approved"


@pytest.mark.parametrize("value", ["1" * 400, ".inf", '"\\ud800"'])
def test_an_approved_card_gets_odd_numbers(world: World, value: str) -> None:
    """Then it is not approved any more."""
    world.approve()
    world.git.write("cards/mail.yaml", card("approved") + f"  odd: {value}\n")
    world.commit("Odd")
    assert effective(world) != "approved"


@pytest.mark.parametrize("value", ["1" * 400, ".inf", '"\\ud800"'])
def test_an_activity_with_odd_numbers_is_digested_somehow(world: World, value: str) -> None:
    """An approved role that would use it is stale."""
    head = "apiVersion: mlgov/v1\nkind: Role\nmetadata: {name: ops}\nlifecycle:\n  status: pending_review\n"
    world.save("roles/ops.yaml", f"{head}spec: {{persona: custom, activities: [{{id: odd}}]}}\n")
    world.approve("roles/ops.yaml")
    world.save("roles/activities/odd.yaml", f"id: odd\nnumber: {value}\n")
    assert world.codes() == {"MLG-V006"}


# Dates


@pytest.mark.parametrize(("at", "codes"), [(1, {"MLG-V004", "MLG-V009"}), (2**40, {"MLG-V004", "MLG-V009"})])
def test_a_commit_from_another_age_makes_no_approval_fresh(world: World, at: int, codes: set[str]) -> None:
    """The signature is too young for the one and too old for the other."""
    world.sign("cards/mail.yaml", VALIDATOR)
    world.flip("cards/mail.yaml", "approved")
    world.git.git("add", "-A")
    world.git.git("commit", "-q", "-m", "x", GIT_COMMITTER_DATE=f"@{at} +0000", GIT_AUTHOR_DATE=f"@{at} +0000")
    assert world.codes() == codes


# Names


@pytest.mark.parametrize(
    "path", ["Cards/mail.yaml", "cards/Mail.yaml", "cards/m\u0430il.yaml", "cards/mail.YAML", "cards/x/mail.yaml"]
)
def test_a_card_in_a_twin_of_its_place_is_not_governed(tmp_path: Path, path: str) -> None:
    """Nobody takes it for the approved one: it has no standing at all."""
    world = World(new_world(tmp_path / "repo"))
    world.git.at = NOW
    world.save("mlgov.toml", SETTINGS, ADMIN)
    world.save(path, card("approved"))
    assert world.audit().outcome.lives == {}


@pytest.mark.parametrize("name", ["Approvals", "APPROVALS", "approval\u017f", "approvals"])
def test_a_twin_of_the_folder_of_records_is_found_by_the_check(name: str) -> None:
    """Some systems would mix the two; the right name is fine."""
    found = [finding.rule.code for finding in check_top([name])]
    assert found == ([] if name == "approvals" else ["MLG-S006"])


def test_paths_that_no_work_tree_can_hold_are_no_records(world: World) -> None:
    """A line end, bytes that are no UTF-8, and a very long name."""
    data = VALIDATOR.record(world.decided("cards/mail.yaml", VALIDATOR))
    blob = world.git.git("hash-object", "-w", "--stdin", stdin=data)
    world.flip("cards/mail.yaml", "approved")
    world.git.git("add", "-A")
    for name in (b"0001-a\n.json", b"0001-\xff.json", b"0001-" + b"a" * 3000 + b".json"):
        line = b"100644 " + blob.encode() + b"\tapprovals/cards/mail/" + name + b"\0"
        world.git.git("update-index", "-z", "--index-info", stdin=line)
    world.git.git("commit", "-q", "-m", "x")
    assert world.codes() == {"MLG-V004", "MLG-V014"}


def test_a_record_under_two_names_counts_once(world: World) -> None:
    """Also when the tree holds a twin that a work tree would merge with it."""
    record: Decided = world.decided("cards/mail.yaml", VALIDATOR)
    for path in (record.path, record.path.replace("first-validator", "second-validator")):
        world.git.write(path, VALIDATOR.record(record))
    flipped(world)
    assert world.codes() == {"MLG-V001"}
    assert standings(world.audit().outcome, world.git.at.date())[0].approvers == ("first-validator",)


# The same history from elsewhere


def test_a_tag_or_a_side_branch_is_no_first_parent_line(world: World) -> None:
    """An approval that never reached the line proves nothing there."""
    world.git.git("checkout", "-q", "-b", "side")
    world.approve()
    world.git.git("checkout", "-q", "main")
    world.flip("cards/mail.yaml", "approved")
    world.commit("Flip")
    world.git.at += timedelta(hours=1)
    world.git.git("merge", "-q", "-s", "ours", "--no-ff", "-m", "Ours", "side")
    assert {f.rule.code for f in audit(GitRepository(world.git.root), {}).findings} == {"MLG-V004"}
