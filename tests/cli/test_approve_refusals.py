"""What the check refuses cannot be approved: by no signature, by no flip, and by no gate."""

from pathlib import Path

import pytest

from tests.approvals.people import SECOND, VALIDATOR
from tests.approvals.world import card
from tests.cli.approving import Desk, make_keys, new_desk

DESCRIBED = '\n[[required]]\nkind = "ModelCard"\nstatus = ["approved"]\nfields = ["metadata.title"]\n'
BROKEN = card("pending_review").replace("risk_rating: low", "risk_rating: tiny")
CITING = card("pending_review") + (
    "  evaluation_details:\n    - name: holdout\n      evidence:\n        - path: evidence/mail/report.json\n"
    f"          digest: sha256:{'0' * 64}\n"
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def desk(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return new_desk(tmp_path / "repo", keys, capsys)


def refused(desk: Desk, *words: str, who: str = VALIDATOR.id) -> None:
    """Nothing is signed and the status stays, and each of the words is said."""
    before = desk.world.git.git("rev-parse", "HEAD")
    code, _, err = desk.approve("mail", who=who)
    assert (code, "Nothing was signed" in err) == (1, True), err
    assert [word for word in words if word not in err] == []
    assert desk.world.git.git("rev-parse", "HEAD") == before


def test_a_document_with_errors_is_not_signed(desk: Desk) -> None:
    """The finding is named with its file and line, and what to do."""
    desk.world.save("cards/mail.yaml", BROKEN)
    refused(desk, "cards/mail.yaml:12:18", "MLG-S001", "risk_rating")


def test_an_error_that_only_the_new_status_makes_is_found_before(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A field that approved cards need is missing while the card is still under review."""
    desk = new_desk(tmp_path / "repo", keys, capsys, more=DESCRIBED)
    assert desk.run("check", "--base", "main", "--head", "HEAD")[0] == 0
    refused(desk, "MLG-L001", "metadata.title")


def test_an_error_in_what_a_card_cites_is_one_of_the_card(desk: Desk) -> None:
    """A report with other bytes than the card says."""
    desk.world.git.write("evidence/mail/report.json", "{}")
    desk.world.save("cards/mail.yaml", CITING)
    refused(desk, "cards/mail.yaml:", "MLG-C002")


def test_an_error_that_the_base_has_already_counts_too(desk: Desk) -> None:
    """Somebody merged it past the check; that does not make it right."""
    desk.world.save("cards/mail.yaml", BROKEN)
    desk.world.git.git("branch", "-f", "main", "proposal")
    refused(desk, "MLG-S001")


def test_the_first_of_two_approvers_is_told_as_well(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not only the last one."""
    rules = '\n[[approvals.rules]]\nname = "Two"\nneeds = [{ role = "validator", count = 2 }]\n'
    desk = new_desk(tmp_path / "repo", keys, capsys, more=rules)
    desk.world.save("cards/mail.yaml", BROKEN)
    refused(desk, "MLG-S001", who=SECOND.id)


def test_errors_elsewhere_do_not_keep_anybody_from_signing(desk: Desk) -> None:
    """A signature is about one document; the gate judges the rest of the proposal."""
    desk.world.save("cards/other.yaml", card("draft", name="other").replace("risk_rating: low", "risk_rating: tiny"))
    assert desk.approve("mail")[0] == 0
    assert desk.run("gate", "--base", "main")[0] == 1


def test_a_document_with_errors_can_be_rejected(desk: Desk) -> None:
    """That is what a reviewer would want to do with it."""
    desk.world.save("cards/mail.yaml", BROKEN)
    assert desk.approve("mail", "--reject")[0] == 0
    assert desk.records() == ["approvals/cards/mail/0001-first-validator.json"]


def test_a_draft_that_is_approved_at_once_is_no_error(desk: Desk) -> None:
    """The step is legal with the approval that is about to be signed."""
    desk.world.git.git("checkout", "-q", "-B", "main", "main~1")
    desk.world.git.git("checkout", "-q", "-B", "proposal")
    desk.world.save("cards/mail.yaml", card("approved"))
    assert desk.approve("mail")[0] == 0


def test_the_gate_refuses_what_was_signed_elsewhere(desk: Desk) -> None:
    """A record made by hand flips no document with errors past the gate."""
    desk.world.save("cards/mail.yaml", BROKEN)
    desk.world.git.git("branch", "-f", "main", "proposal")
    desk.world.save("cards/mail.yaml", BROKEN.replace("pending_review", "approved"))
    code, out, _ = desk.run("gate", "--base", "main", "--simulate", "approve:first-validator")
    assert (code, "MLG-S001" in out) == (1, True), out


def test_the_gate_leaves_old_errors_of_drafts_alone(desk: Desk) -> None:
    """Only what becomes approved has to be free of errors that the base has."""
    desk.world.save("cards/mail.yaml", BROKEN)
    desk.world.git.git("branch", "-f", "main", "proposal")
    desk.world.save("cards/mail.yaml", BROKEN + "# A remark.\n")
    assert desk.run("gate", "--base", "main")[0] == 0


def test_rules_that_cannot_be_read_are_no_rules_to_approve(desk: Desk) -> None:
    """What is wrong with them is said, and where."""
    desk.world.save("mlgov.toml", "[approvals\n")
    code, _, err = desk.approve("--rules", who="first-admin")
    assert (code, "mlgov.toml" in err, "are those of" in err) == (2, True, False), err


def test_a_record_that_would_be_too_large_is_not_signed(desk: Desk) -> None:
    """Nobody would accept it; what is too much is said."""
    desk.world.git.write("cards/mail.yaml", card("pending_review", "Written by very many."))
    many = "\n".join(f"Co-authored-by: Somebody {'x' * 60} <{n:04}@example.org>" for n in range(600))
    desk.world.commit(f"Write\n\n{many}")
    code, _, err = desk.approve("mail")
    assert (code, "601 authors" in err, desk.records()) == (2, True, []), err


def test_a_document_that_changed_on_main_meanwhile_is_not_signed(desk: Desk) -> None:
    """What would be merged is something else than what is signed."""
    desk.world.git.git("checkout", "-q", "main")
    desk.world.save("cards/mail.yaml", card("draft", "Other words."))
    desk.world.git.git("checkout", "-q", "proposal")
    refused(desk, "cards/mail.yaml meanwhile", "Merge it in")
    assert desk.approve("mail", "--reject")[0] == 0
