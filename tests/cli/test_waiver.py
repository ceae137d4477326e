"""``mlgov waiver``: drafts of waivers, and which are in force."""

import json
from pathlib import Path

import pytest

from mlgov.checks.layout import format_document
from mlgov.names import Kind
from tests.approvals.world import World, card
from tests.waivers.world import BOTH, CARD, REQUIRED, WAIVER, approve_waiver, check, new_repository, run, waiver

GIVEN = ["--reason", "We wait for data.", "--control", "A person looks.", "--requester", "@first-owner"]
DATED = [*GIVEN, "--expires", "2026-04-30"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A card that lacks two required fields."""
    return new_repository(tmp_path / "repository")


def findings(*fingerprints: str) -> list[str]:
    """Give the options that name findings."""
    return [part for each in fingerprints for part in ("--finding", each)]


def test_a_draft_covers_the_findings_once_it_is_approved(world: World, tmp_path: Path) -> None:
    """From the command to the check that passes."""
    assert run(world, "waiver", "new", "mail-gaps", *findings(*BOTH), *DATED) == 0
    text = (world.git.root / WAIVER).read_text()
    assert "status: draft" in text
    assert "says: spec.business_details is empty" in text
    assert check(world, tmp_path)[0] == 1
    approve_waiver(world, text)
    assert check(world, tmp_path)[0] == 0


def test_a_draft_is_in_canonical_form(world: World) -> None:
    """As 'mlgov fmt' would write it, with the schema's line on top."""
    run(world, "waiver", "new", "mail-gaps", *findings(*BOTH), *DATED, "--ticket", "RISK-12")
    data = (world.git.root / WAIVER).read_bytes()
    assert format_document(data, WAIVER, Kind.WAIVER) == data
    assert data.startswith(b"# yaml-language-server: $schema=../schemas/waiver.json\n")
    assert b"ticket: RISK-12" in data


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Mail Gaps", *findings(*BOTH), *DATED], "no legal name"),
        (["mail-gaps", *findings("0" * 16), *DATED], "There is no finding 0000000000000000"),
        (["mail-gaps", *findings(*BOTH), *GIVEN, "--expires", "2027-01-01"], "cannot expire on 2027-01-01"),
        (["mail-gaps", *findings(*BOTH), *GIVEN, "--expires", "2026-01-01"], "cannot expire on 2026-01-01"),
        (["mail-gaps", *findings(*BOTH), *GIVEN, "--expires", "soon"], "is no day"),
        (["mail-gaps", *findings(*BOTH), *DATED, "--requester", "owner"], "does not have the form"),
        (["mail-gaps", *findings(*BOTH), *DATED, "--reason", " "], "spec.reason"),
    ],
)
def test_what_cannot_be_waived_is_refused(
    world: World, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """Nothing is written."""
    assert run(world, "waiver", "new", *arguments) == 2
    assert said in capsys.readouterr().err
    assert not (world.git.root / "waivers").exists()


def test_a_hard_rule_is_refused_with_its_code(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And what to do about the finding instead."""
    world.save(CARD, card("draft") + "  colour: blue\n")
    [finding] = check(world, tmp_path)[1]["findings"]
    assert run(world, "waiver", "new", "mail-gaps", *findings(finding["fingerprint"]), *DATED) == 2
    assert "MLG-S003 (unknown-key) cannot be waived" in capsys.readouterr().err


def test_findings_of_two_documents_need_two_waivers(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A waiver is about one document."""
    world.save("cards/post.yaml", card("draft", name="post"))
    all_of_them = [finding["fingerprint"] for finding in check(world, tmp_path)[1]["findings"]]
    assert run(world, "waiver", "new", "mail-gaps", *findings(*all_of_them), *DATED) == 2
    assert "cards/mail.yaml and cards/post.yaml" in capsys.readouterr().err


def test_a_waiver_that_is_there_is_not_replaced(world: World) -> None:
    """Another name is needed."""
    arguments = ["waiver", "new", "mail-gaps", *findings(*BOTH), *DATED]
    assert (run(world, *arguments), run(world, *arguments)) == (0, 2)


def test_the_list_says_what_is_in_force(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Until when, of what, why, and who asked."""
    approve_waiver(world)
    assert run(world, "waiver", "list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "mail-gaps: in force, until 2026-04-30: 2 findings (MLG-L001) in cards/mail.yaml",
        "    asked for by @first-owner: We wait for data.",
    ]


def test_the_list_says_why_a_waiver_is_not_in_force(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A draft, here."""
    world.save(WAIVER, waiver("draft"))
    assert run(world, "waiver", "list", "-f", "json") == 0
    [found] = json.loads(capsys.readouterr().out)["waivers"]
    assert (found["state"], found["why"]) == ("not in force", "The waiver covers nothing yet: it is draft.")


def test_the_list_calls_a_waiver_without_approval_rules_unattested(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It holds, and nothing proves it."""
    world = new_repository(tmp_path, REQUIRED)
    world.save(WAIVER, waiver("approved"))
    assert run(world, "waiver", "list") == 0
    assert "    Nothing proves its approval: there are no approval rules." in capsys.readouterr().out


def test_an_empty_list_says_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """For people; programs get an empty list."""
    assert run(world, "waiver", "list") == 0
    assert capsys.readouterr().out == "There are no waivers.\n"
