"""``mlgov card submit``, ``archive``, ``reinstate`` and ``rm`` on real repositories, a remote on disk and real HTTP."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from tests.cli.card.card_world import NOW, CardWorld, card, new_card_world
from tests.fakes.github_server import TOKEN, Fault, GithubServer

Out = pytest.CaptureFixture[str]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CardWorld:
    """Cards, a remote, and no token."""
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)
    return new_card_world(tmp_path)


@pytest.fixture
def server(world: CardWorld, monkeypatch: pytest.MonkeyPatch) -> Iterator[GithubServer]:
    """The same with a forge and a token for it."""
    with GithubServer() as running:
        world.set_settings(
            f'[forge]\nkind = "github"\nrepository = "octo-org/models"\nbase_url = "{running.base_url}"\n'
        )
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        yield running


def state(world: CardWorld) -> tuple[str, str, str]:
    """What must not change: where HEAD is, what is staged and what is not, and the branch."""
    git = world.here.git
    return git("rev-parse", "HEAD"), git("status", "--porcelain"), git("symbolic-ref", "HEAD")


# submit


def test_a_draft_is_submitted(world: CardWorld, capsys: Out) -> None:
    """One commit with one file on a branch of its own, pushed; the comment is kept, and what is left is said."""
    before = state(world)
    assert world.run("submit", "draft") == 0
    assert world.files("submit-draft") == ["M\tcards/draft.yaml"]
    assert "  status: pending_review # moved by pull requests\n" in world.text("submit-draft", "cards/draft.yaml")
    assert world.remote.git("log", "-1", "--format=%an <%ae> %s", "submit-draft") == (
        "Someone <someone@example.org> Submit the card draft for review"
    )
    assert state(world) == before
    captured = capsys.readouterr()
    assert "Pushed to origin." in captured.out
    assert "open a pull request of submit-draft into main" in captured.out


def test_an_approved_card_goes_back_to_review_with_its_changes(world: CardWorld) -> None:
    """The edits of the work tree are part of the proposal."""
    changed = card("approved", "approved", content="    purpose_of_model: Tell customers apart.\n")
    world.here.write("cards/approved.yaml", changed)
    assert world.run("submit", "approved") == 0
    assert world.text("submit-approved", "cards/approved.yaml") == changed.replace(" approved #", " pending_review #")


def test_other_changes_are_neither_touched_nor_swept_along(world: CardWorld) -> None:
    """Staged, unstaged and new files stay exactly as they are."""
    world.here.write("cards/approved.yaml", card("approved", "approved", content="    purpose_of_model: Staged.\n"))
    world.here.git("add", "cards/approved.yaml")
    world.here.write("cards/archived.yaml", "being written")
    world.here.write("notes.txt", "new")
    before = state(world)
    assert world.run("submit", "draft") == 0
    assert world.files("submit-draft") == ["M\tcards/draft.yaml"]
    assert state(world) == before


def test_a_new_card_is_submitted_with_the_evidence_it_cites(world: CardWorld) -> None:
    """The digest binds the file to the card; other evidence stays behind."""
    report = b'{"auc": 0.91}\n'
    digest = hashlib.sha256(report).hexdigest()
    cites = "  evaluation_details:\n    - name: holdout\n      evidence:\n        - path: evidence/new/report.json\n"
    world.here.write("cards/new.yaml", card("new", "draft", content=f"{cites}          digest: sha256:{digest}\n"))
    world.here.write("evidence/new/report.json", report)
    world.here.write("evidence/new/other.json", b"{}")
    assert world.run("submit", "new") == 0
    assert world.files("submit-new") == ["A\tcards/new.yaml", "A\tevidence/new/report.json"]


def test_a_card_that_is_not_ready_is_refused(world: CardWorld, capsys: Out) -> None:
    """By what the next status requires; nothing has happened."""
    world.here.write("cards/draft.yaml", card("draft", "draft", owners=False))
    assert world.run("submit", "draft") == 1
    assert world.branches(world.here) == ["main"]
    err = capsys.readouterr().err
    assert "cards/draft.yaml:3:1: error MLG-L001 metadata.owners is empty" in err
    assert "mlgov card todo" in err


def test_a_card_that_cannot_be_read_is_refused(world: CardWorld, capsys: Out) -> None:
    """With line and column."""
    world.here.write("cards/draft.yaml", card("draft", "draft").replace("spec:", "spec:\n  nonsense: 1"))
    assert world.run("submit", "draft") == 1
    assert "cards/draft.yaml:10:3: error MLG-S003" in capsys.readouterr().err


def test_an_archived_card_is_final(world: CardWorld, capsys: Out) -> None:
    """The rules say so, and so does the message."""
    assert world.run("submit", "archived") == 2
    assert "archived is final" in capsys.readouterr().err


def test_a_card_in_review_without_changes_has_nothing_to_submit(world: CardWorld, capsys: Out) -> None:
    """No branch, no commit."""
    assert world.run("submit", "pending-review") == 0
    assert "Nothing to do" in capsys.readouterr().err
    assert world.branches(world.here) == ["main"]


def test_submitting_again_changes_nothing(world: CardWorld, capsys: Out) -> None:
    """The plan after its own application is empty."""
    assert world.run("submit", "draft") == 0
    tip = world.remote.git("rev-parse", "submit-draft")
    assert world.run("submit", "draft") == 0
    assert world.remote.git("rev-parse", "submit-draft") == tip
    assert "holds this already" in capsys.readouterr().out


def test_more_edits_are_added_to_the_proposal(world: CardWorld) -> None:
    """A second commit on the same branch."""
    assert world.run("submit", "draft") == 0
    world.here.write("cards/draft.yaml", card("draft", "draft", content="    purpose_of_model: More.\n"))
    assert world.run("submit", "draft", "-m", "Say more") == 0
    assert world.remote.git("log", "--format=%s", "main..submit-draft").split("\n") == [
        "Say more",
        "Submit the card draft for review",
    ]


def test_a_branch_that_was_left_over_is_not_overwritten(world: CardWorld, capsys: Out) -> None:
    """The message says how to go on."""
    assert world.run("submit", "draft") == 0
    world.here.save("README.md", "main moved on")
    world.here.write("cards/draft.yaml", card("draft", "draft", content="    purpose_of_model: More.\n"))
    assert world.run("submit", "draft") == 2
    assert "git branch -D submit-draft" in capsys.readouterr().err
    assert world.run("submit", "draft", "--branch", "again") == 0


def test_a_dry_run_shows_the_plan_and_changes_nothing(world: CardWorld, capsys: Out) -> None:
    """Branch, files, message and the difference."""
    assert world.run("submit", "draft", "--dry-run", "--reviewer", "@octo-org/validators") == 0
    out = capsys.readouterr().out
    assert "Commit on the branch submit-draft" in out
    assert "+  status: pending_review # moved by pull requests" in out
    assert "ask octo-org/validators for a review" in out
    assert (world.branches(world.here), world.branches(world.remote)) == (["main"], ["main"])


def test_no_push_stops_at_the_branch(world: CardWorld, capsys: Out) -> None:
    """And says which command pushes."""
    assert world.run("submit", "draft", "--no-push") == 0
    assert world.branches(world.remote) == ["main"]
    assert "git push --set-upstream origin submit-draft" in capsys.readouterr().out


def test_without_a_remote_the_branch_is_made(world: CardWorld, capsys: Out) -> None:
    """There is nobody to push to, which is no error."""
    world.here.git("remote", "remove", "origin")
    assert world.run("submit", "draft") == 0
    assert "git push --set-upstream REMOTE submit-draft" in capsys.readouterr().out


def test_a_push_that_fails_says_what_is_done(world: CardWorld, capsys: Out) -> None:
    """The commit stays, and asking again goes on from there."""
    hidden = world.remote.root.rename(world.remote.root.with_name("hidden.git"))
    assert world.run("submit", "draft") == 5
    captured = capsys.readouterr()
    assert "Committed" in captured.out
    assert "git push --set-upstream origin submit-draft" in captured.out
    assert "Run the same command again" in captured.err
    hidden.rename(world.remote.root)
    assert world.run("submit", "draft") == 0
    assert world.files("submit-draft") == ["M\tcards/draft.yaml"]


def test_hooks_of_the_user_run_and_may_refuse(world: CardWorld, capsys: Out) -> None:
    """They see exactly what is committed; a refusal leaves no branch and an untouched work tree."""
    hook = world.here.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ngit diff --cached --name-only\ngrep status cards/draft.yaml\nexit 1\n")
    hook.chmod(0o755)
    before = state(world)
    assert world.run("submit", "draft") == 3
    assert "cards/draft.yaml status: pending_review" in capsys.readouterr().err
    assert (state(world), world.branches(world.here)) == (before, ["main"])


def test_commits_are_signed_when_the_user_signs(world: CardWorld, tmp_path: Path) -> None:
    """With the user's own settings of git: here a signing program that writes a fixed signature."""
    signer = tmp_path / "sign"
    signer.write_text(
        '#!/bin/sh\ncat >/dev/null\necho "[GNUPG:] SIG_CREATED " >&2\necho "-----BEGIN PGP SIGNATURE-----"\n'
    )
    signer.chmod(0o755)
    world.here.git("config", "commit.gpgSign", "true")
    world.here.git("config", "gpg.program", str(signer))
    assert world.run("submit", "draft") == 0
    assert "BEGIN PGP SIGNATURE" in world.remote.git("cat-file", "commit", "submit-draft")


def test_a_user_without_identity_is_told(world: CardWorld, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing has happened."""
    world.here.git("config", "user.useConfigOnly", "true")
    world.here.git("config", "--unset", "user.email")
    for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    assert world.run("submit", "draft") == 3
    assert "git config user.name" in capsys.readouterr().err
    assert world.branches(world.here) == ["main"]


def test_outside_of_git_a_proposal_is_refused(tmp_path: Path, capsys: Out) -> None:
    """There is nothing to commit to."""
    (tmp_path / "cards").mkdir()
    (tmp_path / "mlgov.toml").write_text("")
    (tmp_path / "cards/draft.yaml").write_text(card("draft", "draft"))
    assert exit_code_of(["-C", str(tmp_path), "--now", NOW, "card", "submit", "draft"]) == 2
    assert "git init" in capsys.readouterr().err


# The pull request


def test_a_pull_request_is_opened_and_reviewers_are_asked(world: CardWorld, server: GithubServer, capsys: Out) -> None:
    """Once, however often the command runs."""
    for _ in range(2):
        assert world.run("submit", "draft", "--reviewer", "@octocat", "--reviewer", "@octo-org/validators") == 0
    [pull] = server.state.pulls
    assert (pull.title, pull.head, pull.base) == ("Submit the card draft for review", "submit-draft", "main")
    assert (pull.reviewers, pull.teams) == (["octocat"], ["validators"])
    assert "Content digest: `sha256:" in pull.body
    assert "reviewer: Review the card" in pull.body
    assert "Pull request 1: https://github.com/octo-org/models/pull/1" in capsys.readouterr().out


def test_words_of_a_card_do_not_act_in_a_pull_request(world: CardWorld, server: GithubServer) -> None:
    """What comes from the document stands in code, whatever it says."""
    hostile = 'name: "@everyone closes #1 ``` <!-- x -->"\n      metric_groups:\n'
    group = "        - name: g\n          metric_data:\n            - {name: m, type: number, value: 1}\n"
    world.here.write(
        "cards/draft.yaml", card("draft", "draft", content=f"  evaluation_details:\n    - {hostile}{group}")
    )
    assert world.run("submit", "draft") == 0
    head, fence, rest = server.state.pulls[0].body.partition("````text\n")
    assert fence
    assert "@everyone" not in head
    assert rest.endswith("````\n")
    assert rest.count("````") == 1


def test_a_forge_that_refuses_leaves_the_branch(world: CardWorld, server: GithubServer, capsys: Out) -> None:
    """Partial success: what is done is said, the token is not, and asking again finishes it."""
    server.faults.append(Fault("forbidden", method="POST"))
    assert world.run("submit", "draft") == 5
    captured = capsys.readouterr()
    assert "Pushed to origin." in captured.out
    assert "open a pull request of submit-draft into main" in captured.out
    assert "did not open a pull request" in captured.err
    assert TOKEN not in captured.out + captured.err
    assert world.run("submit", "draft") == 0
    assert len(server.state.pulls) == 1


def test_a_review_that_could_not_be_asked_for_is_said(world: CardWorld, server: GithubServer, capsys: Out) -> None:
    """The pull request is there."""
    server.faults.append(Fault("unprocessable", path="requested_reviewers"))
    assert world.run("submit", "draft", "--reviewer", "octocat") == 5
    out = capsys.readouterr().out
    assert "Pull request 1" in out
    assert "ask octocat for a review" in out


# -f json


def said(capsys: Out) -> dict[str, Any]:
    """Read what a command printed: one JSON object and nothing else."""
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["format"] == "mlgov/card-deed/v1"
    return found


def test_a_submission_as_json(world: CardWorld, server: GithubServer, capsys: Out) -> None:
    """Branch, commit, push and pull request; nothing is left to do."""
    assert world.run("submit", "draft", "-f", "json") == 0
    found = said(capsys)
    assert (found["command"], found["card"], found["result"]) == ("submit", "draft", "done")
    assert found["files"] == [{"path": "cards/draft.yaml", "deed": "change"}]
    assert (found["branch"], found["into"], found["pushed"]) == ("submit-draft", "main", True)
    assert found["commit"] == world.remote.git("rev-parse", "submit-draft")
    assert found["pull_request"] == {"number": 1, "url": "https://github.com/octo-org/models/pull/1"}
    assert (found["left_to_do"], found["trouble"]) == ([], None)


def test_half_a_submission_as_json(world: CardWorld, server: GithubServer, capsys: Out) -> None:
    """What is done, what is left, and why."""
    server.faults.append(Fault("forbidden", method="POST"))
    assert world.run("submit", "draft", "-f", "json", "--reviewer", "octocat") == 5
    found = said(capsys)
    assert (found["result"], found["pushed"], found["pull_request"]) == ("partial", True, None)
    assert [line.split(" ")[0] for line in found["left_to_do"]] == ["open", "ask"]
    assert "did not open a pull request" in found["trouble"]["message"]


def test_a_plan_as_json(world: CardWorld, capsys: Out) -> None:
    """Nothing happens, so there is no commit; the difference is there."""
    assert world.run("submit", "draft", "--dry-run", "-f", "json") == 0
    found = said(capsys)
    assert (found["result"], found["commit"], found["pushed"]) == ("planned", None, False)
    assert "+  status: pending_review" in found["difference"]
    assert found["left_to_do"][0] == "git push --set-upstream origin submit-draft"
    assert "submit-draft" not in world.branches(world.here)


def test_nothing_to_do_as_json(world: CardWorld, capsys: Out) -> None:
    """A card that is in review already."""
    for command, name in (("submit", "pending-review"), ("archive", "archived")):
        assert world.run(command, name, "-f", "json") == 0
        found = said(capsys)
        assert (found["command"], found["result"], found["files"]) == (command, "unchanged", [])


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (["archive", "approved"], {"cards/approved.yaml": "change"}),
        (["reinstate", "archived", "--as", "again"], {"cards/again.yaml": "add"}),
        (
            ["rm", "archived", "--reason", "replaced"],
            {"cards/archived.yaml": "remove", "cards/.tombstones/archived.yaml": "add"},
        ),
    ],
)
def test_every_move_tells_its_files(world: CardWorld, capsys: Out, arguments: list[str], files: dict[str, str]) -> None:
    """As a program needs them."""
    assert world.run(*arguments, "-f", "json", "--no-push") == 0
    found = said(capsys)
    assert {each["path"]: each["deed"] for each in found["files"]} == files
    assert (found["command"], found["pushed"]) == (arguments[0], False)


# archive, rm, reinstate: each proposal passes `mlgov check --base`


def checked(world: CardWorld, branch: str) -> int:
    """Judge a branch as CI does."""
    return exit_code_of(["-C", str(world.here.root), "--now", NOW, "check", "--base", "main", "--head", branch])


@pytest.mark.parametrize(
    ("arguments", "branch"),
    [
        (["submit", "draft"], "submit-draft"),
        (["submit", "approved"], "submit-approved"),
        (["archive", "approved"], "archive-approved"),
        (["rm", "archived", "--reason", "Replaced."], "remove-archived"),
        (["rm", "draft", "--reason", "Never used."], "remove-draft"),
        (["reinstate", "archived", "--as", "archived-2"], "reinstate-archived-2"),
    ],
)
def test_what_is_proposed_is_legal(world: CardWorld, arguments: list[str], branch: str) -> None:
    """And doing it twice changes nothing, also on another day."""
    assert world.run(*arguments) == 0
    assert checked(world, branch) == 0
    tip = world.remote.git("rev-parse", branch)
    later = ["-C", str(world.here.root), "--now", "2027-01-01", "card", *arguments]
    assert exit_code_of(later) == 0
    assert world.remote.git("rev-parse", branch) == tip


@pytest.mark.parametrize("name", ["draft", "pending-review"])
def test_only_an_approved_card_is_archived(world: CardWorld, name: str) -> None:
    """Nobody relied on the others."""
    assert world.run("archive", name) == 2
    assert world.branches(world.here) == ["main"]


def test_archiving_does_not_change_content(world: CardWorld, capsys: Out) -> None:
    """Edits in the work tree are refused by the rule, before anything happens."""
    world.here.write("cards/approved.yaml", card("approved", "approved", content="    purpose_of_model: New.\n"))
    assert world.run("archive", "approved") == 1
    assert "MLG-L004" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "first"), [("approved", "mlgov card archive approved"), ("pending-review", "lifecycle.status=draft")]
)
def test_what_is_in_use_or_in_review_is_not_removed(world: CardWorld, capsys: Out, name: str, first: str) -> None:
    """The message says what comes first."""
    assert world.run("rm", name, "--reason", "x") == 2
    assert first in capsys.readouterr().err


def test_a_removed_card_leaves_a_tombstone_and_its_name(world: CardWorld, capsys: Out) -> None:
    """The name cannot be used again; the history can still be seen, and the content can come back under a new name."""
    assert world.run("rm", "archived", "--reason", "Replaced: see\nthe next one") == 0
    assert world.files("remove-archived") == ["A\tcards/.tombstones/archived.yaml", "D\tcards/archived.yaml"]
    assert "Replaced: see the next one" in world.text("remove-archived", "cards/.tombstones/archived.yaml")
    world.merge("remove-archived")
    assert world.run("rm", "archived", "--reason", "again") == 2
    assert world.run("show", "archived") == 2
    assert "was removed" in capsys.readouterr().err
    assert world.run("history", "archived") == 0
    assert world.run("reinstate", "archived", "--as", "archived") == 2
    assert world.run("reinstate", "archived", "--as", "risen") == 0
    text = world.text("reinstate-risen", "cards/risen.yaml")
    assert "  status: draft # moved by pull requests\n" in text
    assert "mlgov/reinstates: archived sha256:" in text
    world.here.write("cards/archived.yaml", card("archived", "draft"))
    assert world.run("submit", "archived") == 1
    assert "MLG-L008" in capsys.readouterr().err


def monitor_set(status: str) -> str:
    """Write a monitor set of the model ``archived``."""
    head = "apiVersion: mlgov/v1\nkind: MonitorSet\nmetadata: {name: watch}\n"
    return f"{head}lifecycle: {{status: {status}}}\nspec: {{model: archived}}\n"


def test_a_card_that_something_watches_is_not_removed(world: CardWorld, capsys: Out) -> None:
    """The proposal would break a monitor set that is in use, so it is not made."""
    world.here.save("monitors/watch.yaml", monitor_set("approved"))
    assert world.run("rm", "archived", "--reason", "x") == 1
    assert "MLG-X001" in capsys.readouterr().err


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_retired_monitor_sets_go_with_their_card(world: CardWorld, status: str) -> None:
    """Each leaves its own tombstone, and the proposal is legal."""
    world.here.save("monitors/watch.yaml", monitor_set(status))
    world.here.git("push", "--quiet", "origin", "main")
    assert world.run("rm", "archived", "--reason", "x") == 0
    assert world.files("remove-archived") == [
        "A\tcards/.tombstones/archived.yaml",
        "D\tcards/archived.yaml",
        "A\tmonitors/.tombstones/watch.yaml",
        "D\tmonitors/watch.yaml",
    ]
    assert checked(world, "remove-archived") == 0


def test_what_was_never_committed_is_just_a_file(world: CardWorld, capsys: Out) -> None:
    """Nothing remembers it, so there is nothing to bury."""
    world.here.write("cards/new.yaml", card("new", "draft"))
    assert world.run("rm", "new", "--reason", "x") == 2
    assert "never committed" in capsys.readouterr().err


def test_local_changes_are_not_removed_silently(world: CardWorld, capsys: Out) -> None:
    """They would be lost."""
    world.here.write("cards/draft.yaml", card("draft", "draft", content="    purpose_of_model: New.\n"))
    assert world.run("rm", "draft", "--reason", "x") == 2
    assert "not committed" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["draft", "approved", "pending-review"])
def test_only_what_was_retired_is_reinstated(world: CardWorld, name: str) -> None:
    """The others are here already."""
    assert world.run("reinstate", name, "--as", "new") == 2


@pytest.mark.parametrize("verb", [["submit"], ["archive"], ["rm", "--reason", "x"], ["reinstate", "--as", "new"]])
@pytest.mark.parametrize("name", ["nope", "../x", "Draft"])
def test_a_name_that_no_card_has_is_refused(world: CardWorld, verb: list[str], name: str) -> None:
    """Unknown names, paths and what no name can be."""
    assert world.run(verb[0], name, *verb[1:]) == 2
    assert world.branches(world.here) == ["main"]


def test_todo_knows_of_a_submission(world: CardWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """Made and not pushed, pushed, and with other content since."""

    def todo() -> str:
        capsys.readouterr()
        assert world.run("todo", "draft") == 0
        return capsys.readouterr().out

    assert "mlgov card submit draft" in todo()
    assert world.run("submit", "draft", "--no-push") == 0
    assert "git push --set-upstream origin submit-draft" in todo()
    assert world.run("submit", "draft") == 0
    assert "which is pushed: review" in todo()
    assert world.run("edit", "draft", "--set", "spec.intended_uses.risk_rating=high") == 0
    assert "proposes this card with other content" in todo()
