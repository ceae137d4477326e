"""approve, gate, status, verify and audit on real repositories, with real keys of ssh-keygen."""

import csv
import io
import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from mlgov.adapters.git_ledger import GitLedger
from mlgov.approvals.capture import render_capture
from mlgov.cli.main import exit_code_of
from tests.approvals.people import ADMIN, AUTHOR, NOW, OWNER, VALIDATOR
from tests.approvals.world import SETTINGS, World, card
from tests.git_world import clone, new_world

HOSTILE = "\x1b[31mred \n::error::x <script> | ![a](b)"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the keys of the validator, of an administrator and of a stranger."""
    folder = tmp_path_factory.mktemp("keys")
    for name in (VALIDATOR.id, ADMIN.id, "stranger"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(command, check=True)
    return folder


@pytest.fixture
def world(tmp_path: Path, keys: Path) -> World:
    """A repository with rules and a card under review, on the branch proposal that goes into main."""
    world = World(new_world(tmp_path / "repo"))
    world.git.at = NOW
    settings = SETTINGS
    for who in (VALIDATOR, ADMIN):
        settings = settings.replace(who.line, " ".join((keys / f"{who.id}.pub").read_text().split()[:2]))
    world.save("mlgov.toml", settings, ADMIN)
    world.save("cards/mail.yaml", card("draft"))
    world.git.git("config", "user.name", "first-validator")
    world.git.git("config", "user.email", "first-validator@example.org")
    world.git.git("checkout", "-q", "-b", "proposal")
    world.save("cards/mail.yaml", card("pending_review"))
    return world


@pytest.fixture
def mlgov(world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Run a command in the repository, an hour later; gives exit code, standard output and standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        now = (world.git.at + timedelta(hours=1)).isoformat()
        monkeypatch.setenv("GIT_AUTHOR_DATE", now)
        monkeypatch.setenv("GIT_COMMITTER_DATE", now)
        code = exit_code_of(["-C", str(world.git.root), "--now", now, *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def approve(mlgov, keys: Path):
    """Run approve with the key of somebody."""
    return lambda *arguments, who=VALIDATOR.id: mlgov("approve", *arguments, "--key", str(keys / who))


def test_approving_signs_sets_the_status_and_passes_every_command(world: World, approve, mlgov) -> None:
    """The whole way: gate pending, approve, gate approved, audit clean, status and verify say approved."""
    assert mlgov("gate", "--base", "main")[0] == 0
    code, out, err = approve("mail", "--yes")
    assert (code, "Wrote approvals/cards/mail/0001-first-validator.json" in out) == (0, True), err
    assert "status: approved" in (world.git.root / "cards/mail.yaml").read_text()
    assert mlgov("gate", "--base", "main")[0] == 0
    code, _, err = mlgov("audit")
    assert (code, "and 1 proven approval replayed." in err) == (0, True), err
    code, out, _ = mlgov("status")
    assert (code, "Approved by first-validator" in out) == (0, True)
    code, out, _ = mlgov("verify", "mail", "--ssh-keygen")
    assert (code, "ssh-keygen accepts it too" in out) == (0, True)


def test_a_dry_run_shows_and_signs_nothing(world: World, approve) -> None:
    """The content, the rules and what comes of it are shown."""
    before = world.git.git("rev-parse", "HEAD")
    code, out, _ = approve("mail", "--dry-run")
    assert (code, "then nothing is missing any more" in out) == (0, True)
    assert world.git.git("rev-parse", "HEAD") == before
    assert not (world.git.root / "approvals").exists()


def test_without_a_terminal_somebody_has_to_say_yes(approve) -> None:
    """Nobody can be asked here, so it is a mistake in the call."""
    code, _, err = approve("mail")
    assert (code, "--yes" in err) == (2, True)


@pytest.mark.parametrize("arguments", [[], ["mail", "--rules"], ["absent", "--yes"], ["mail", "--branch", "gone"]])
def test_a_call_that_makes_no_sense_is_refused(approve, arguments: list[str]) -> None:
    """No name, a name and the rules, no such document, no such branch."""
    assert approve(*arguments)[0] in (2, 3)


def test_an_unknown_key_is_refused_before_anything_is_signed(world: World, approve) -> None:
    """The rules know whose keys count."""
    code, _, err = approve("mail", "--yes", who="stranger")
    assert (code, "belongs to nobody" in err) == (2, True)
    assert not (world.git.root / "approvals").exists()


def test_a_draft_is_not_approved(world: World, approve) -> None:
    """Only what is pending review is."""
    world.save("cards/mail.yaml", card("draft", "Other."))
    assert approve("mail", "--yes")[0] == 2


def test_the_author_is_told_that_their_approval_would_not_count(world: World, approve) -> None:
    """Nothing is signed then."""
    world.save("cards/mail.yaml", card("pending_review", "Other."), VALIDATOR)
    code, _, err = approve("mail", "--yes")
    assert (code, "wrote the content" in err, "Nothing was signed" in err) == (1, True, True)
    assert not (world.git.root / "approvals").exists()


def test_a_rejection_is_recorded_and_refuses_the_gate(world: World, approve, mlgov) -> None:
    """The status stays, and the gate says no once somebody sets it to approved."""
    assert approve("mail", "--reject", "--yes")[0] == 0
    assert "pending_review" in (world.git.root / "cards/mail.yaml").read_text()
    world.flip("cards/mail.yaml", "approved")
    world.commit("Flip")
    code, out, _ = mlgov("gate", "--base", "main")
    assert (code, "rejected this content" in out) == (1, True)


def test_a_revocation_takes_an_approval_back(world: World, approve, mlgov) -> None:
    """The card says approved and is not any more."""
    assert approve("mail", "--yes")[0] == 0
    world.git.git("branch", "-f", "main", "proposal")
    world.later(hours=2)
    assert approve("mail", "--revoke", "--yes")[0] == 0
    code, out, _ = mlgov("status", "mail")
    assert (code, "revoked" in out) == (1, True)
    assert mlgov("audit")[0] == 1
    assert mlgov("verify", "mail")[0] == 1


def test_a_change_of_rules_is_approved_by_an_administrator(world: World, approve, mlgov) -> None:
    """The gate waits for it, and takes it."""
    file = world.git.root / "mlgov.toml"
    world.save("mlgov.toml", file.read_text().replace('role = "validator"', 'role = "owner"', 1))
    code, out, _ = mlgov("gate", "--base", "main")
    assert (code, "an administrator" in out) == (1, True)
    assert approve("--rules", "--yes", who=ADMIN.id)[0] == 0
    assert mlgov("gate", "--base", "main")[0] == 0


def test_rules_that_do_not_change_need_no_approval(approve) -> None:
    """That is a mistake in the call."""
    assert approve("--rules", "--yes", who=ADMIN.id)[0] == 2


def test_without_rules_nothing_can_be_approved(world: World, approve) -> None:
    """The base says who may approve."""
    world.git.git("checkout", "-q", "main")
    world.save("mlgov.toml", "")
    world.git.git("checkout", "-q", "-B", "fresh")
    world.git.git("update-ref", "refs/heads/main", world.git.git("commit-tree", "HEAD^{tree}", "-m", "x"))
    world.git.git("reset", "-q", "--hard", "main")
    world.save("cards/mail.yaml", card("pending_review"))
    code, _, err = approve("mail", "--yes")
    assert (code, "no approval rules" in err) == (2, True)


def test_other_changes_in_the_work_tree_stay(world: World, approve) -> None:
    """What is not committed is neither signed nor lost; a changed card itself is refused."""
    world.git.write("notes.txt", "mine")
    world.git.write("cards/other.yaml", "half a card")
    assert approve("mail", "--yes")[0] == 0
    assert (world.git.root / "notes.txt").read_text() == "mine"
    assert "other" not in world.git.git("ls-tree", "-r", "--name-only", "HEAD")


def test_a_card_with_changes_that_are_not_committed_is_refused(world: World, approve) -> None:
    """The status would be set in a file that is being written."""
    world.git.write("cards/mail.yaml", card("pending_review", "Not committed."))
    assert approve("mail", "--yes")[0] == 3
    assert "Not committed." in (world.git.root / "cards/mail.yaml").read_text()


def test_a_branch_that_is_not_checked_out_is_approved_there(world: World, approve) -> None:
    """The work tree stays where it is."""
    world.git.git("checkout", "-q", "main")
    code, _, err = approve("mail", "--branch", "proposal", "--yes")
    assert code == 0, err
    assert "status: approved" in world.git.git("show", "proposal:cards/mail.yaml")
    assert "status: draft" in (world.git.root / "cards/mail.yaml").read_text()


def test_the_branch_is_pushed_and_another_remote_is_left_alone(world: World, approve, tmp_path: Path) -> None:
    """To the remote that the settings name."""
    for name in ("origin", "other"):
        clone(world.git.root, tmp_path / f"{name}.git", "--bare")
        world.git.git("remote", "add", name, str(tmp_path / f"{name}.git"))
    world.git.git("fetch", "-q", "origin")
    code, _, err = approve("mail", "--into", "main", "--yes")
    assert (code, "Pushed proposal to origin" in err) == (0, True)
    tips = [world.git.git("ls-remote", name, "refs/heads/proposal").split()[0] for name in ("origin", "other")]
    assert (tips[0] == world.git.git("rev-parse", "HEAD"), tips[1] == tips[0]) == (True, False)


def test_a_push_that_is_refused_is_an_error_and_loses_nothing(world: World, approve, tmp_path: Path) -> None:
    """The commit is here."""
    bare = clone(world.git.root, tmp_path / "origin.git", "--bare")
    (bare.root / "hooks/pre-receive").write_text("#!/bin/sh\nexit 1\n")
    (bare.root / "hooks/pre-receive").chmod(0o755)
    world.git.git("remote", "add", "origin", str(bare.root))
    world.git.git("fetch", "-q", "origin")
    assert approve("mail", "--into", "main", "--yes")[0] == 3
    assert "status: approved" in world.git.git("show", "HEAD:cards/mail.yaml")
    assert approve("mail", "--into", "main", "--no-push", "--reject", "--yes")[0] == 0


def test_the_gate_supposes_approvals(world: World, mlgov) -> None:
    """And says what would still be missing."""
    world.git.git("branch", "-f", "main", "proposal")
    world.flip("cards/mail.yaml", "approved")
    world.commit("Flip")
    assert mlgov("gate", "--base", "main")[0] == 1
    assert mlgov("gate", "--base", "main", "--simulate", "approve:first-validator")[0] == 0
    assert mlgov("gate", "--base", "main", "--simulate", "reject:first-validator")[0] == 1
    assert mlgov("gate", "--base", "main", "--simulate", "approve:nobody")[0] == 2
    assert mlgov("gate", "--base", "main", "--simulate", "praise:first-validator")[0] == 2


def test_the_gate_supposes_approvals_of_a_draft_that_is_approved_at_once(world: World, mlgov) -> None:
    """A step that is legal with its approvals is no error when they are supposed."""
    world.flip("cards/mail.yaml", "approved")
    world.commit("Flip")
    assert mlgov("gate", "--base", "main", "--simulate", "approve:first-validator")[0] == 0


def test_the_shapes_of_json_stay(world: World, mlgov, tmp_path: Path) -> None:
    """Programs read them: gate, status and the report of an audit."""
    found = json.loads(mlgov("gate", "--base", "main", "-f", "json")[1])
    assert found["format"] == "mlgov/gate/v1"
    assert sorted(found) == ["base", "documents", "findings", "format", "head", "pull_request", "verdict"]
    keys = ["after", "approvers", "before", "costs", "path", "sentences", "verdict"]
    assert [sorted(each) for each in found["documents"]] == [keys]
    found = json.loads(mlgov("status", "-f", "json")[1])
    fields = ["approved_in", "approvers", "declared", "digest", "effective", "evidence", "kind", "name", "path"]
    assert (found["format"], sorted(found["documents"][0])) == (
        "mlgov/status/v1",
        [*fields, "reason", "valid_until"],
    )
    report = tmp_path / "report.json"
    assert mlgov("audit", "--report", str(report))[0] == 0
    found = json.loads(report.read_text())
    shape = ["approvals", "checkpoint", "commits", "documents", "findings", "format", "root"]
    assert (found["format"], sorted(found)) == ("mlgov/audit/v1", shape)


def test_status_writes_csv_to_a_file(world: World, mlgov, tmp_path: Path) -> None:
    """One row per document; a name that is not there is a mistake in the call."""
    target = tmp_path / "status.csv"
    assert mlgov("status", "-f", "csv", "-o", str(target))[0] == 0
    rows = list(csv.DictReader(io.StringIO(target.read_text())))
    assert [(row["name"], row["declared"]) for row in rows] == [("mail", "pending_review")]
    assert mlgov("status", "absent")[0] == 2
    assert mlgov("status", "--at", "main", "mail")[0] == 0


def test_an_audit_holds_a_checkpoint_and_a_root(world: World, mlgov) -> None:
    """What an earlier audit printed is found again, until the history is another."""
    checkpoint = mlgov("audit")[2].split("Checkpoint: ")[1].split()[0]
    root = world.git.git("rev-parse", "main~1")
    assert mlgov("audit", "--checkpoint", checkpoint, "--root", root)[0] == 0
    world.git.git("reset", "-q", "--hard", "HEAD~1")
    code, out, _ = mlgov("audit", "--checkpoint", checkpoint)
    assert (code, "MLG-V013" in out) == (1, True)
    assert mlgov("audit", "--checkpoint", "yesterday")[0] == 2
    assert mlgov("audit", "--report", "report.txt")[0] == 2


def test_a_shallow_clone_is_an_environment_that_does_not_do(world: World, tmp_path: Path) -> None:
    """Nothing is proven by half a history."""
    shallow = clone(world.git.root, tmp_path / "shallow", "--depth=1")
    for command in (["audit"], ["status"], ["verify", "mail"]):
        assert exit_code_of(["-C", str(shallow.root), *command]) == 3


def test_hostile_text_reaches_no_terminal_and_no_report(world: World, approve, mlgov, tmp_path: Path) -> None:
    """Neither from a document nor from the name of an author."""
    text = json.dumps(HOSTILE)
    world.git.git("config", "user.name", VALIDATOR.id)
    world.save("cards/mail.yaml", card("pending_review", text), OWNER)
    (world.git.root / "cards/mail.yaml").write_text(card("approved", text))
    world.commit("x", "\x1b[31m::error::evil <b>|x")
    outputs = [mlgov(*command) for command in (["gate", "--base", "main"], ["audit"], ["status"], ["verify", "mail"])]
    outputs += [mlgov("gate", "--base", "main", "-f", form) for form in ("markdown", "json")]
    outputs += [mlgov("status", "-f", form) for form in ("json", "csv")]
    outputs.append(approve("mail", "--dry-run"))
    report = tmp_path / "report.md"
    outputs.append(mlgov("audit", "--report", str(report)))
    said = "\n".join(part for _, out, err in outputs for part in (out, err)) + report.read_text()
    assert "\x1b" not in said
    assert not [line for line in said.splitlines() if line.lstrip().startswith("::")]
    assert 70 not in [code for code, _, _ in outputs]
    assert "<b>" not in report.read_text()


def test_the_author_of_a_card_is_its_first_author(world: World, approve) -> None:
    """The statement names who wrote the content, as git tells it."""
    out = approve("mail", "--dry-run")[1]
    assert f"{AUTHOR.id} <{AUTHOR.id}@example.org>" in out


@pytest.mark.parametrize(("branch", "code", "status"), [("mlgov-ledger", 0, "approved"), ("mine", 1, "unattested")])
def test_a_ledger_that_a_change_names_for_itself_proves_nothing(
    world: World, mlgov, branch: str, code: int, status: str
) -> None:
    """The same captured review counts on the ledger of the rules, and not on one that comes with the change."""
    if branch == "mine":
        world.git.write("mlgov.toml", (world.git.root / "mlgov.toml").read_text() + '[ledger]\nbranch = "mine"\n')
    world.flip("cards/mail.yaml", "approved")
    world.commit("Flip")
    capture = world.capture("cards/mail.yaml", [world.review("cards/mail.yaml", "first-validator")])
    ledger = GitLedger(world.git.root, branch=branch, push=False)
    ledger.append({capture.path: render_capture(capture)}, message="Captured", at=world.git.at)
    assert mlgov("audit")[0] == code
    (row,) = json.loads(mlgov("status", "mail", "-f", "json")[1])["documents"]
    assert row["effective"] == status


def test_a_branch_that_moved_on_at_the_remote_is_approved_as_it_is_there(world: World, approve, tmp_path: Path) -> None:
    """What lies here is older; nobody signs what is not proposed any more."""
    bare = clone(world.git.root, tmp_path / "origin.git", "--bare")
    world.git.git("remote", "add", "origin", str(bare.root))
    old = world.git.git("rev-parse", "proposal")
    world.save("cards/mail.yaml", card("pending_review", "Sorts more mail."))
    world.git.git("push", "-q", "origin", "proposal")
    world.git.git("checkout", "-q", "main")
    world.git.git("branch", "-q", "-f", "proposal", old)
    code, out, err = approve("mail", "--branch", "proposal", "--into", "main", "--dry-run")
    assert (code, "Sorts more mail." in out) == (0, True), err


def test_a_branch_that_parted_from_the_remote_is_refused(world: World, approve, tmp_path: Path) -> None:
    """Nobody can say which of the two is proposed."""
    bare = clone(world.git.root, tmp_path / "origin.git", "--bare")
    world.git.git("remote", "add", "origin", str(bare.root))
    old = world.git.git("rev-parse", "proposal")
    world.save("cards/mail.yaml", card("pending_review", "Sorts more mail."))
    world.git.git("push", "-q", "origin", "proposal")
    world.git.git("reset", "-q", "--hard", old)
    world.save("cards/mail.yaml", card("pending_review", "Sorts less mail."))
    code, _, err = approve("mail", "--branch", "proposal", "--into", "main", "--dry-run")
    assert (code, "have parted" in err) == (2, True)


def test_what_is_approved_as_it_is_cannot_be_approved_again(world: World, approve) -> None:
    """There is nothing to decide about; with another review date there is."""
    assert approve("mail", "--yes")[0] == 0
    world.git.git("branch", "-f", "main", "proposal")
    code, _, err = approve("mail", "--yes")
    assert (code, "approved as it is" in err) == (2, True)
    world.save("cards/mail.yaml", card("approved", review_by="2026-12-01"))
    assert approve("mail", "--yes")[0] == 0


def test_an_approval_by_a_role_that_is_not_asked_for_is_not_signed(world: World, approve) -> None:
    """Administrators change rules, they do not validate models."""
    code, _, err = approve("mail", "--yes", who=ADMIN.id)
    assert (code, "first-admin has no role that is needed here" in err) == (1, True)
    assert not (world.git.root / "approvals").exists()


def test_the_gate_refuses_a_change_of_a_record(world: World, approve, mlgov) -> None:
    """Records only ever come."""
    assert approve("mail", "--yes")[0] == 0
    world.git.git("branch", "-f", "main", "proposal")
    file = world.git.root / "approvals/cards/mail/0001-first-validator.json"
    world.save("approvals/cards/mail/0001-first-validator.json", file.read_text() + "\n")
    code, out, _ = mlgov("gate", "--base", "main", "-f", "json")
    assert (code, "MLG-V011" in out) == (1, True)


def test_the_check_says_what_an_edit_costs(world: World, approve, mlgov) -> None:
    """Before it is pushed: an edit of the content costs the approval, a comment does not."""
    assert approve("mail", "--yes")[0] == 0
    world.git.git("branch", "-f", "main", "proposal")
    file = world.git.root / "cards/mail.yaml"
    world.git.write("cards/mail.yaml", file.read_text() + "# a comment\n")
    assert "MLG-V017" not in mlgov("check", "--base", "main", "-f", "json")[1]
    world.git.write("cards/mail.yaml", card("approved", "Sorts other mail."))
    said = mlgov("check", "--base", "main", "-f", "json")[1]
    assert [f["path"] for f in json.loads(said)["findings"] if f["code"] == "MLG-V017"] == ["cards/mail.yaml"]
    assert "first-validator" in said


def test_a_draft_under_another_name_has_the_authors_that_it_had(world: World, approve) -> None:
    """Who wrote it does not become independent by a rename."""
    world.save("cards/post.yaml", card("pending_review", name="post"), VALIDATOR)
    world.git.git("branch", "-f", "main", "proposal")
    world.git.remove("cards/post.yaml")
    world.save("cards/letters.yaml", card("pending_review", name="letters"))
    code, _, err = approve("letters", "--yes")
    assert (code, "wrote the content" in err) == (1, True)
