"""``mlgov card push`` and ``pull`` against SageMaker on this machine, from real git repositories."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from tests.contracts.test_message_sink import use_aws
from tests.fakes.sagemaker_cards import CardService, SageMakerServer, StoredCard
from tests.git_world import GitWorld, new_world

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: {name}
  owners: ["@model-owners"]
  labels: {{team: risk}}
lifecycle:
  status: {status}
spec:
  model_overview:
    model_name: {model}
"""
CHURN = '{"model_overview":{"model_name":"m"}}'


@dataclass
class World:
    """A repository with the committed draft ``churn``, and an empty account."""

    git: GitWorld
    server: SageMakerServer
    said: Callable[[], Any]

    @property
    def service(self) -> CardService:
        return self.server.service

    def save(self, name: str, status: str = "draft", model: str = "m") -> None:
        """Commit a card."""
        self.git.save(f"cards/{name}.yaml", CARD.format(name=name, status=status, model=model))

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run ``mlgov card``; gives exit code, standard output and standard error."""
        code = exit_code_of(["-C", str(self.git.root), "--now", "2026-11-20T06:00:00Z", "card", *arguments])
        said = self.said()
        return code, said.out, said.err

    def push(self, *arguments: str) -> tuple[int, str, str]:
        """Push and say yes."""
        return self.run("push", "sagemaker", "--yes", *arguments)

    def pull(self, *arguments: str) -> tuple[int, str, str]:
        """Pull."""
        return self.run("pull", "sagemaker", *arguments)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    """Make the repository and the account."""
    git = new_world(tmp_path / "here")
    git.write("mlgov.toml", "")
    with SageMakerServer() as server:
        use_aws(monkeypatch, "")
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        made = World(git, server, capsys.readouterr)
        made.save("churn")
        yield made


def test_a_new_card_is_made(world: World) -> None:
    """With content, status, and labels as tags; what has no place is said on standard error."""
    code, out, err = world.push("churn")
    assert (code, out) == (0, "create churn (Draft)\nchurn: done: create\n")
    assert "metadata.owners" in err
    assert "metadata.labels" not in err
    assert "lifecycle.status" not in err
    assert world.service.cards == {"churn": StoredCard("Draft", [CHURN], [{"Key": "team", "Value": "risk"}])}


def test_pushing_again_changes_nothing(world: World) -> None:
    """And says so; nothing is said of fields without a place any more."""
    world.push("churn")
    assert world.push("--all") == (0, "1 card is in the account as in git.\n", "")
    assert world.service.calls == ["create churn"]


def test_a_life(world: World) -> None:
    """Content in one call and status in another, through review and approval to the archive."""
    world.push("churn")
    world.save("churn", "pending_review", "better")
    code, out, _ = world.push("churn")
    assert code == 0
    assert out == (
        "change churn (content, then status; version 1 -> 2)\n"
        "  status: Draft -> PendingReview\n"
        '  model_overview.model_name: "m" -> "better"\n'
        "churn: done: content, status\n"
    )
    world.save("churn", "approved", "better")
    assert "change churn (status; version 2)" in world.push("churn")[1]
    world.save("churn", "archived", "better")
    assert world.push("churn")[0] == 0
    assert world.service.calls == [
        "create churn",
        "content churn",
        "status churn PendingReview",
        "status churn Approved",
        "status churn Archived",
    ]
    assert world.push("--all")[1] == "1 card is in the account as in git.\n"


def test_what_was_archived_is_refused(world: World) -> None:
    """The others go on; the exit code says that something is left."""
    world.service.cards["churn"] = StoredCard("Archived", ["{}"])
    world.save("fraud")
    code, out, _ = world.push("--all")
    assert code == 1
    assert "refuse churn: It is archived in the account" in out
    assert "mlgov card reinstate" in out
    assert world.service.calls == ["create fraud"]
    assert world.run("push", "sagemaker", "churn", "--dry-run")[0] == 1


def test_a_dry_run_changes_nothing(world: World) -> None:
    """It says that something is pending; only the account is read."""
    code, out, _ = world.push("--all", "--dry-run")
    assert (code, out) == (4, "create churn (Draft)\n")
    assert set(world.server.operations()) == {"DescribeModelCard", "ListModelCards"}
    world.push("--all")
    assert world.push("--all", "--dry-run")[0] == 0


def test_only_what_is_committed_is_pushed(world: World) -> None:
    """Neither an edit of the work tree nor a card that git does not know."""
    world.git.write("cards/churn.yaml", CARD.format(name="churn", status="approved", model="edited"))
    world.git.write("cards/fraud.yaml", CARD.format(name="fraud", status="draft", model="m"))
    assert world.push("--all")[0] == 0
    assert world.service.cards.keys() == {"churn"}
    assert world.service.cards["churn"].contents == [CHURN]
    code, _, err = world.push("fraud")
    assert code == 2
    assert "Only what is committed is pushed" in err


def test_an_older_commit_can_be_pushed(world: World) -> None:
    """With --at; a commit that is not there is said."""
    world.save("churn", model="newer")
    assert world.push("churn", "--at", "HEAD~1")[0] == 0
    assert world.service.cards["churn"].contents == [CHURN]
    assert world.push("churn", "--at", "nowhere")[0] == 3


def test_a_card_with_errors_is_not_pushed(world: World) -> None:
    """It is said as check says it; the others are pushed."""
    world.save("broken", model="7")
    code, out, err = world.push("--all")
    assert code == 1
    assert "cards/broken.yaml:11:17: error MLG-S001" in err
    assert "create churn" in out
    assert world.service.cards.keys() == {"churn"}


def test_cited_evidence_has_to_be_committed(world: World) -> None:
    """A card whose evidence is gone has an error."""
    digest = "sha256:" + "0" * 64
    cited = f"  evaluation_details: [{{name: a, evidence: [{{path: evidence/a.json, digest: '{digest}'}}]}}]\n"
    world.git.save("cards/churn.yaml", CARD.format(name="churn", status="draft", model="m") + cited)
    code, _, err = world.push("churn")
    assert code == 1
    assert "MLG-C001" in err
    assert world.service.cards == {}


def test_nobody_to_ask(world: World) -> None:
    """Without a terminal and without --yes the plan is shown and nothing is done."""
    code, out, err = world.run("push", "sagemaker", "churn")
    assert (code, out) == (2, "create churn (Draft)\n")
    assert "--yes" in err
    assert world.service.cards == {}


@pytest.mark.parametrize(("answer", "code", "made"), [(b"y\n", 0, 1), (b"\n", 130, 0)])
def test_the_user_is_asked(world: World, answer: bytes, code: int, made: int) -> None:
    """On a terminal; nothing is no."""
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "mlgov", "-C", str(world.git.root), "card", "push", "sagemaker", "churn"]
    os.write(terminal, answer)
    done = subprocess.run(command, stdin=end, capture_output=True, text=True, check=False, timeout=60)
    os.close(terminal)
    os.close(end)
    assert (done.returncode, len(world.service.cards)) == (code, made), done.stderr
    assert "Change 1 card in the account? [y/N]" in done.stderr
    assert done.stdout.startswith("create churn (Draft)\n")


def test_a_failure_in_the_middle(world: World) -> None:
    """What was done and what was not is said card by card; the same command goes on from there."""
    world.push("churn")
    world.save("churn", "approved", "better")
    world.save("fraud")
    world.server.codes["CreateModelCard"] = ["AccessDeniedException"]
    code, out, err = world.push("--all")
    assert code == 5
    assert "churn: done: content, status" in out
    assert "fraud: NOT done: create: SageMaker could not make fraud: AccessDeniedException." in out
    assert "AWS4-HMAC-SHA256" not in out + err  # the signature, which the server repeats
    assert world.push("--all")[0] == 0
    assert world.service.cards.keys() == {"churn", "fraud"}


def test_a_failure_between_content_and_status(world: World) -> None:
    """The one is done and the other is not; the next push does only that."""
    world.push("churn")
    world.save("churn", "approved", "better")
    world.server.codes["UpdateModelCard"] = ["", "AccessDeniedException"]
    code, out, _ = world.push("churn")
    assert code == 5
    assert "churn: done: content\n" in out
    assert "churn: NOT done: status: SageMaker could not change churn: AccessDeniedException." in out
    assert world.push("churn")[0] == 0
    assert world.service.calls[1:] == ["content churn", "status churn Approved"]


def test_an_account_that_does_not_answer(world: World) -> None:
    """Nothing was done, so it is an environment that is broken."""
    world.server.codes["DescribeModelCard"] = ["AccessDeniedException"]
    code, out, err = world.push("churn")
    assert (code, out) == (3, "")
    assert "mlgov: SageMaker could not read churn: AccessDeniedException." in err
    assert "DescribeModelCard" in err


def test_without_a_region(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to set is said."""
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    code, _, err = world.push("churn")
    assert code == 3
    assert "AWS_REGION" in err


def test_content_that_is_too_long_is_refused_before_any_call(world: World) -> None:
    """The limit of the service is known here, and said with the place."""
    metric = f"          - {{name: n%d, type: number, value: 1, notes: {'x' * 1000}}}\n"
    group = "        - name: g\n          metric_data:\n" + "".join(metric % number for number in range(101))
    long = f"  evaluation_details:\n    - name: e\n      metric_groups:\n{group}"
    world.git.save("cards/churn.yaml", CARD.format(name="churn", status="draft", model="m") + long)
    code, out, err = world.push("churn")
    assert (code, out) == (1, "")
    assert "cards/churn.yaml:" in err
    assert "100,000" in err
    assert world.server.requests == []


def test_cards_of_the_account_alone_are_left(world: World) -> None:
    """They are named, with --all."""
    world.service.cards["theirs"] = StoredCard("Draft", ["{}"])
    _, out, _ = world.push("--all")
    assert "Only in the account, and left alone: theirs." in out
    assert "theirs" not in world.push("churn")[1]
    assert world.service.calls == ["create churn"]


def test_a_key_for_new_cards(world: World) -> None:
    """Given once."""
    world.push("churn", "--kms-key", "alias/cards")
    assert world.service.cards["churn"].key == "alias/cards"


def test_a_push_as_json(world: World) -> None:
    """One document, whatever happened."""
    world.push("churn")
    world.save("churn", model="better")
    world.save("broken", model="7")
    code, out, _ = world.push("--all", "-f", "json")
    told = json.loads(out)
    assert code == 1
    assert told["format"] == "mlgov/card-push/v1"
    assert (told["with_errors"], told["only_in_account"]) == (["broken"], [])
    assert told["commit"] == world.git.git("rev-parse", "HEAD")
    assert told["cards"] == [
        {
            "name": "churn",
            "version": 1,
            "actions": ["content"],
            "differences": [{"path": "model_overview.model_name", "account": '"m"', "git": '"better"'}],
            "refusal": None,
            "done": ["content"],
            "trouble": None,
        }
    ]
    assert json.loads(world.push("churn", "--dry-run", "-f", "json")[1])["cards"][0]["done"] is None


@pytest.mark.parametrize("verb", ["push", "pull"])
@pytest.mark.parametrize("arguments", [(), ("churn", "--all")])
def test_names_or_all(world: World, verb: str, arguments: tuple[str, ...]) -> None:
    """One of the two."""
    assert world.run(verb, "sagemaker", *arguments)[0] == 2


def test_without_git_nothing_is_pushed(world: World, tmp_path: Path) -> None:
    """There is nothing that is committed."""
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "mlgov.toml").write_text("")
    assert exit_code_of(["-C", str(tmp_path / "bare"), "card", "push", "sagemaker", "--all"]) == 2


def test_a_card_that_is_not_here_becomes_a_draft(world: World) -> None:
    """With tags as labels; what stays behind is said; check passes it."""
    tags = [{"Key": "team", "Value": "risk"}]
    world.service.cards["fraud"] = StoredCard("Approved", ["{}", '{"model_overview": {"model_name": "f"}}'], tags)
    code, out, err = world.pull("fraud")
    assert (code, out) == (0, "wrote cards/fraud.yaml\n")
    assert "an imported card starts as a draft" in err
    text = (world.git.root / "cards/fraud.yaml").read_text()
    assert "status: draft" in text
    assert "team: risk" in text
    assert "model_name: f" in text
    assert exit_code_of(["-C", str(world.git.root), "check"]) == 0


def test_drift_is_told_field_by_field(world: World) -> None:
    """A card that is here is never touched."""
    before = (world.git.root / "cards/churn.yaml").read_bytes()
    world.service.cards["churn"] = StoredCard("Approved", ['{"model_overview": {"model_name": "other"}}'])
    code, out, _ = world.pull("--all")
    assert code == 1
    assert out == (
        "churn differs from git\n"
        "  status: git Draft, account Approved\n"
        '  model_overview.model_name: git "m", account "other"\n'
    )
    assert (world.git.root / "cards/churn.yaml").read_bytes() == before


def test_what_was_pushed_is_alike(world: World) -> None:
    """Nothing to write and nothing that differs."""
    world.push("--all")
    assert world.pull("--all") == (0, "1 card is in the account as in git.\n", "")
    assert world.pull("--all", "--dry-run")[0] == 0


def test_what_was_pulled_is_alike_once_it_is_committed(world: World) -> None:
    """Even before: a card that was never committed is compared as it lies in the work tree."""
    world.service.cards["fraud"] = StoredCard("Draft", ['{"model_overview":{"model_name":"f","model_artifact":[]}}'])
    world.pull("fraud")
    assert world.pull("fraud")[:2] == (0, "1 card is in the account as in git.\n")
    world.git.commit()
    assert world.pull("fraud")[0] == 0
    assert world.push("fraud", "--dry-run")[0] == 0


def test_a_pull_can_be_tried(world: World) -> None:
    """Nothing is written; the exit code tells of what is new and of what differs."""
    world.service.cards["fraud"] = StoredCard("Draft", ["{}"])
    code, out, _ = world.pull("fraud", "--dry-run")
    assert (code, out) == (4, "would write cards/fraud.yaml\n")
    assert not (world.git.root / "cards/fraud.yaml").exists()
    world.service.cards["churn"] = StoredCard("Draft", ["{}"])
    assert world.pull("churn", "--dry-run")[0] == 4


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("Fraud", "{}", "Nothing here can have this name"),
        ("fraud", "no JSON", "no JSON"),
        ("fraud", '{"surprise": 1}', "holds no content"),
        ("fraud", json.dumps({"model_overview": {"model_name": "x" * 1025}}), "does not fit into a card"),
    ],
)
def test_what_cannot_be_taken_in_is_left(world: World, name: str, content: str, reason: str) -> None:
    """It is said why, the others are taken in, and the exit code tells of it."""
    world.service.cards = {name: StoredCard("Draft", [content]), "good": StoredCard("Draft", ["{}"])}
    code, out, _ = world.pull("--all")
    assert code == 1
    assert f"{name} is left: " in out
    assert reason in out
    assert [path.name for path in sorted((world.git.root / "cards").iterdir())] == ["churn.yaml", "good.yaml"]


def test_a_removed_card_does_not_come_back(world: World) -> None:
    """A tombstone keeps its name."""
    world.git.git("config", "user.name", "Someone")
    world.git.git("config", "user.email", "someone@example.org")
    assert world.run("rm", "churn", "--reason", "Not used", "--no-push")[0] == 0
    world.git.git("merge", "--quiet", "rm-churn" if "rm-churn" in world.git.git("branch") else "remove-churn")
    world.service.cards["churn"] = StoredCard("Draft", ["{}"])
    code, out, _ = world.pull("--all")
    assert code == 1
    assert "It was removed here" in out
    assert not (world.git.root / "cards/churn.yaml").exists()


@pytest.mark.parametrize("content", ["cards/fraud.yaml\n", ""])
def test_what_is_in_the_way_is_not_overwritten(world: World, content: str) -> None:
    """A file that git ignores, or a card that cannot be read."""
    world.git.save(".gitignore", content)
    world.git.write("cards/fraud.yaml", "mine")
    world.service.cards["fraud"] = StoredCard("Draft", ["{}"])
    assert world.pull("fraud")[0] == 1
    assert (world.git.root / "cards/fraud.yaml").read_text() == "mine"


def test_a_folder_that_cannot_be_written(world: World) -> None:
    """What was written before is said: that is a part; nothing at all is an environment that is broken."""
    world.service.cards["fraud"] = StoredCard("Draft", ["{}"])
    world.git.remove("cards/churn.yaml")
    world.git.write("other/churn.yaml", "")
    (world.git.root / "cards").rmdir()
    (world.git.root / "cards").write_text("in the way")
    code, out, err = world.pull("fraud")
    assert code == 3
    assert "NOT written: cards/fraud.yaml" in out
    assert "could not be written" in err


@pytest.mark.parametrize("name", ["../churn", "a_b", "-a", "x" * 64, ""])
def test_names_that_no_card_has(world: World, name: str) -> None:
    """Refused before the account is asked."""
    assert world.pull("--", name)[0] == 2
    assert world.push("--", name)[0] == 2
    assert world.server.requests == []


def test_a_card_that_the_account_does_not_have(world: World) -> None:
    """Said, and nothing is written."""
    code, _, err = world.pull("nobody")
    assert code == 2
    assert "The account has no card nobody." in err


def test_a_pull_as_json(world: World) -> None:
    """One entry for a card, with what it is."""
    world.service.cards = {
        "churn": StoredCard("Approved", [CHURN]),
        "fraud": StoredCard("Draft", ['{"model_overview": {}, "surprise": 1}']),
        "Odd": StoredCard("Draft", ["{}"]),
    }
    code, out, _ = world.pull("--all", "-f", "json")
    told = json.loads(out)
    assert (code, told["format"]) == (1, "mlgov/card-pull/v1")
    odd, churn, fraud = told["cards"]
    assert (odd["name"], odd["is"]) == ("Odd", "left")
    assert churn["differences"] == [{"path": "status", "account": "Approved", "git": "Draft"}]
    assert (fraud["is"], fraud["written"]) == ("new", True)
    assert fraud["unmapped"][0]["path"] == "Content.surprise"


def test_what_an_account_says_is_harmless_on_a_terminal(world: World) -> None:
    """Values and names of an account are shown, not obeyed."""
    world.service.cards["churn"] = StoredCard("Draft", [json.dumps({"a\x1b[2J\n::error::": "\x1b]0;x\x07"})])
    for _, out, err in (world.pull("--all"), world.push("--all", "--dry-run")):
        assert "\x1b" not in out + err
        assert "\n::error" not in out + err
