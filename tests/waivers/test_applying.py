"""Waivers in ``mlgov check`` and ``mlgov gate``: what holds, what does not, and what is said of it."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.approvals.people import AUTHOR, OWNER, RISK, VALIDATOR
from tests.approvals.world import World, card
from tests.waivers.world import (
    BOTH,
    CARD,
    REQUIRED,
    WAIVER,
    approve_waiver,
    check,
    fingerprint,
    new_repository,
    run,
    waiver,
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A repository below tmp_path, so that reports lie beside it."""
    return new_repository(tmp_path / "repository")


def codes(report: dict) -> list[str]:
    """Give the codes of the findings that count."""
    return [finding["code"] for finding in report["findings"]]


def test_without_a_waiver_the_findings_count(world: World, tmp_path: Path) -> None:
    """The world that all other tests start from."""
    code, report = check(world, tmp_path)
    assert (code, codes(report), report["waived"]) == (1, ["MLG-L001", "MLG-L001"], [])


def test_a_proven_waiver_takes_its_findings_out_of_the_exit_code(world: World, tmp_path: Path) -> None:
    """They are listed and counted with the waiver that covers them."""
    approve_waiver(world)
    code, report = check(world, tmp_path)
    assert (code, codes(report), report["summary"]["waived"]) == (0, [], 2)
    by = {"path": WAIVER, "reason": "We wait for data.", "expires": "2026-04-30", "attested": True}
    assert [each["waiver"] for each in report["waived"]] == [by, by]
    assert {each["fingerprint"] for each in report["waived"]} == set(BOTH)


@pytest.mark.parametrize("status", ["draft", "pending_review"])
def test_a_waiver_on_its_way_covers_nothing_and_that_is_said(world: World, tmp_path: Path, status: str) -> None:
    """As a note: nothing is wrong with it."""
    world.save(WAIVER, waiver("draft"))
    if status != "draft":
        world.flip(WAIVER, status)
        world.commit("Submit it")
    code, report = check(world, tmp_path)
    assert (code, report["waived"]) == (1, [])
    [said] = [finding for finding in report["findings"] if finding["code"] == "MLG-W004"]
    assert (said["severity"], said["path"]) == ("note", WAIVER)


def test_a_waiver_that_nobody_approved_covers_nothing(world: World, tmp_path: Path) -> None:
    """Its author flips the status; the history knows no approval."""
    world.save(WAIVER, waiver("draft"))
    world.flip(WAIVER, "pending_review")
    world.commit("Submit it")
    world.flip(WAIVER, "approved")
    world.commit("Approve it by hand", AUTHOR)
    code, report = check(world, tmp_path)
    assert (code, report["waived"]) == (1, [])
    [said] = [finding for finding in report["findings"] if finding["code"] == "MLG-W004"]
    assert said["severity"] == "warning"
    assert "approvals are missing" in said["message"]


@pytest.mark.parametrize("who", [AUTHOR, VALIDATOR, OWNER])
def test_the_rules_say_who_may_approve_a_waiver(world: World, tmp_path: Path, who) -> None:
    """Somebody without the role signs; the rule asks for a risk officer."""
    world.save(WAIVER, waiver("draft"), AUTHOR)
    world.flip(WAIVER, "pending_review")
    world.commit("Submit it")
    world.approve(WAIVER, who=who)
    assert check(world, tmp_path)[0] == 1


def test_whoever_asks_for_a_waiver_cannot_approve_it(world: World, tmp_path: Path) -> None:
    """Also when they hold the role and did not write the file."""
    approve_waiver(world, waiver("draft", requester=f"@{RISK.id}"))
    code, report = check(world, tmp_path)
    assert (code, report["waived"]) == (1, [])


def test_a_new_finding_of_the_rule_makes_all_count_again(world: World, tmp_path: Path) -> None:
    """A waiver lasts while what is there is a part of what it covers."""
    approve_waiver(world, waiver("draft", BOTH[:1]))
    code, report = check(world, tmp_path)
    assert (code, report["waived"]) == (1, [])
    assert sorted(codes(report)) == ["MLG-L001", "MLG-L001", "MLG-W005"]


def test_a_waiver_outlives_the_correction_of_a_part(world: World, tmp_path: Path) -> None:
    """Fewer findings than were waived are still waived."""
    approve_waiver(world)
    world.save(CARD, card("draft") + "  training_details:\n    training_observations: Stable.\n")
    code, report = check(world, tmp_path)
    assert (code, codes(report), report["summary"]["waived"]) == (0, [], 1)


def test_a_waiver_of_nothing_is_said(world: World, tmp_path: Path) -> None:
    """All is corrected, so it can go."""
    approve_waiver(world)
    more = "  training_details:\n    training_observations: Stable.\n"
    world.save(CARD, card("draft") + more + "  business_details:\n    business_problem: Slow mail.\n")
    code, report = check(world, tmp_path)
    assert (code, codes(report), report["waived"]) == (0, ["MLG-W006"], [])


def test_findings_of_other_documents_are_not_covered(world: World, tmp_path: Path) -> None:
    """The fingerprint carries the path."""
    approve_waiver(world)
    world.save("cards/post.yaml", card("draft", name="post"))
    code, report = check(world, tmp_path)
    assert (code, report["summary"]["waived"]) == (1, 2)
    assert {finding["path"] for finding in report["findings"]} == {"cards/post.yaml"}


def test_after_its_last_day_a_waiver_covers_nothing(world: World, tmp_path: Path) -> None:
    """2026-04-30 is its last day."""
    approve_waiver(world)
    assert check(world, tmp_path, days=60)[0] == 0  # 2026-04-30
    code, report = check(world, tmp_path, days=61)
    assert (code, report["waived"]) == (1, [])
    assert "MLG-W003" in codes(report)


def test_a_term_longer_than_the_rules_allowed_at_the_approval_covers_nothing(world: World, tmp_path: Path) -> None:
    """Waiting until it looks short enough does not help."""
    approve_waiver(world, waiver("draft", expires="2026-07-30"))
    early = check(world, tmp_path)[1]
    late = check(world, tmp_path, days=80)[1]
    assert "MLG-W002" in codes(early)
    assert (early["waived"], late["waived"]) == ([], [])
    [said] = [finding for finding in late["findings"] if finding["code"] == "MLG-W004"]
    assert "only 2026-05-30 is allowed" in said["message"]


def test_an_edit_of_an_approved_waiver_covers_nothing(world: World, tmp_path: Path) -> None:
    """What was approved had one finding; somebody adds another."""
    approve_waiver(world, waiver("draft", BOTH[:1]))
    world.save(WAIVER, waiver("approved"))
    code, report = check(world, tmp_path)
    assert (code, report["waived"]) == (1, [])


def test_an_edit_that_is_not_committed_covers_nothing(world: World, tmp_path: Path) -> None:
    """The work tree cannot bring the waiver that it needs."""
    approve_waiver(world, waiver("draft", BOTH[:1]))
    world.git.write(WAIVER, waiver("approved"))
    assert check(world, tmp_path)[1]["waived"] == []


def test_a_hard_rule_stays(world: World, tmp_path: Path) -> None:
    """An approved waiver of an unknown key is a finding of its own and covers nothing."""
    world.save(CARD, card("draft") + "  colour: blue\n")
    finding = check(world, tmp_path)[1]["findings"][0]
    approve_waiver(world, waiver("draft", (finding["fingerprint"],), code=finding["code"]))
    code, report = check(world, tmp_path)
    assert (code, sorted(codes(report)), report["waived"]) == (1, ["MLG-S003", "MLG-W001"], [])


def test_a_false_code_beside_a_fingerprint_covers_nothing(world: World, tmp_path: Path) -> None:
    """The hard finding under the name of a soft rule."""
    world.save(CARD, card("draft") + "  colour: blue\n")
    finding = check(world, tmp_path)[1]["findings"][0]
    approve_waiver(world, waiver("draft", (finding["fingerprint"],)))
    code, report = check(world, tmp_path)
    assert (code, report["waived"]) == (1, [])


def test_without_approval_rules_the_declared_status_holds_and_is_called_unattested(tmp_path: Path) -> None:
    """Nothing can be proven then, and the report says so."""
    world = new_repository(tmp_path / "repository", REQUIRED)
    world.save(WAIVER, waiver("approved"))
    code, report = check(world, tmp_path)
    assert (code, [each["waiver"]["attested"] for each in report["waived"]]) == (0, [False, False])


def test_a_repository_without_commits_has_no_waivers(tmp_path: Path) -> None:
    """What is not committed covers nothing."""
    root = tmp_path / "repository"
    root.mkdir()
    subprocess.run(["git", "init", "-q", root], check=True)
    for path, text in {"mlgov.toml": REQUIRED, CARD: card("draft"), WAIVER: waiver("approved")}.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    (tmp_path / "world").mkdir()
    from tests.git_world import new_world

    world = World(new_world(tmp_path / "world"))
    world.git.root = root
    assert check(world, tmp_path)[1]["waived"] == []


# Changes


def branch(world: World) -> None:
    """Leave main behind and go on beside it."""
    subprocess.run(["git", "-C", world.git.root, "checkout", "-qb", "topic"], check=True)


def test_a_change_cannot_bring_its_own_waiver(world: World, tmp_path: Path) -> None:
    """It is approved on the branch; what counts is the base."""
    branch(world)
    approve_waiver(world)
    code, report = check(world, tmp_path, "--base", "main")
    assert (code, report["waived"]) == (1, [])
    assert "MLG-W004" in codes(report)


def test_a_change_profits_from_a_waiver_of_its_base(world: World, tmp_path: Path) -> None:
    """The branch edits the card; the gap was waived before."""
    approve_waiver(world)
    branch(world)
    world.save(CARD, card("draft", "Sorts letters."))
    code, report = check(world, tmp_path, "--base", "main")
    assert (code, report["summary"]["waived"]) == (0, 2)


def test_a_change_that_withdraws_a_waiver_loses_it(world: World, tmp_path: Path) -> None:
    """Else main would break with the merge."""
    approve_waiver(world)
    branch(world)
    world.flip(WAIVER, "archived")
    world.commit("Archive it")
    code, report = check(world, tmp_path, "--base", "main")
    assert (code, report["waived"]) == (1, [])


def test_the_gate_counts_as_the_check_does(world: World, tmp_path: Path) -> None:
    """A new card with gaps is refused without a waiver of the base, and passes with one."""
    world.save(
        CARD,
        card("draft") + "  training_details:\n    training_observations: Stable.\n"
        "  business_details:\n    business_problem: Slow mail.\n",
    )
    approve_waiver(world)
    branch(world)
    world.save(CARD, card("draft"))
    assert run(world, "gate", "--base", "main", "-o", str(tmp_path / "out")) == 0
    world.save("cards/post.yaml", card("draft", name="post"))
    assert run(world, "gate", "--base", "main", "-o", str(tmp_path / "out")) == 1


# Lists


CRITERIA = """\
  evaluation_details:
    - name: Held-out mail
      metric_groups:
        - name: Quality
          metric_data:
            - name: accuracy
              type: number
              value: 0.8
  acceptance_criteria:
"""
ONE = """\
    - name: good enough
      evaluation: Held-out mail
      metric: accuracy
      condition: at_least
      threshold: 0.9
"""
ANOTHER = ONE.replace("good enough", "very good").replace("0.9", "0.99")


def test_an_item_that_takes_the_place_of_a_waived_one_is_not_waived(tmp_path: Path) -> None:
    """The fingerprint of a list item is its place; the waiver also knows which item it was."""
    world = new_repository(tmp_path / "repository", "")
    world.save(CARD, card("approved") + CRITERIA + ONE)
    [finding] = [f for f in check(world, tmp_path)[1]["findings"] if f["code"] == "MLG-C006"]
    arguments = ["--reason", "x", "--control", "x", "--requester", "@first-owner", "--expires", "2026-04-30"]
    assert run(world, "waiver", "new", "mail-gaps", "--finding", finding["fingerprint"], *arguments) == 0
    world.flip(WAIVER, "approved")
    world.commit("Approve it")
    assert check(world, tmp_path)[1]["summary"]["waived"] == 1
    world.save(CARD, card("approved") + CRITERIA + ANOTHER)
    report = check(world, tmp_path)[1]
    assert (report["waived"], json.dumps(report).count("MLG-C006") > 0) == ([], True)
    assert fingerprint("x") != finding["fingerprint"]
