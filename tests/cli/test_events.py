"""``mlgov events`` on a real repository."""

import json
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from tests.cli.test_startup import run_without_extras
from tests.contracts.test_message_sink import use_aws
from tests.fakes.messages import Answer, EventBridgeServer, HttpReceiver
from tests.git_world import GitWorld, clone, new_world

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata: {{name: {name}}}
lifecycle: {{status: {status}}}
spec: {{}}
"""
SECRET = "between-us"


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """Make a repository in which a card went from draft to approved, its review on a merged branch."""
    world = new_world(tmp_path / "repository")
    world.write("mlgov.toml", "")
    world.save("cards/churn.yaml", CARD.format(name="churn", status="draft"))
    world.git("tag", "v1")
    world.git("checkout", "--quiet", "-b", "work")
    world.save("cards/churn.yaml", CARD.format(name="churn", status="pending_review"))
    world.git("checkout", "--quiet", "main")
    world.save("notes.md", "Nothing to do with cards.")
    world.git("merge", "--quiet", "--no-ff", "--no-edit", "work")
    world.git("tag", "v2")
    world.save("cards/churn.yaml", CARD.format(name="churn", status="approved"))
    return world


@pytest.fixture
def run(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``mlgov events``; gives exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = exit_code_of(["-C", str(world.root), "events", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def statuses(out: str) -> list[tuple[str | None, str | None]]:
    """Read previous status and status of each line."""
    details = [json.loads(line)["detail"] for line in out.splitlines()]
    return [(detail["PreviousStatus"], detail["ModelCardStatus"]) for detail in details]


def test_the_whole_history(run: Any) -> None:
    """The commit that did it is the merge, not a commit of the branch."""
    code, out, err = run()
    assert (code, err) == (0, "")
    assert statuses(out) == [(None, "Draft"), ("Draft", "PendingReview"), ("PendingReview", "Approved")]


def test_a_stretch_of_it(run: Any, world: GitWorld) -> None:
    """After A, up to B; the ids are those of the whole."""
    code, out, _ = run("--from", "v1", "--to", "v2")
    assert (code, statuses(out)) == (0, [("Draft", "PendingReview")])
    assert json.loads(out)["detail"]["CommitSha"] == world.git("rev-parse", "v2")
    assert out in run()[1]
    assert run("--from", "HEAD") == (0, "", "")


def test_a_commit_of_a_merged_branch_is_a_start(run: Any) -> None:
    """What main took over after it is told: the merge."""
    assert statuses(run("--from", "work", "--to", "v2")[1]) == [("Draft", "PendingReview")]


def test_a_start_that_is_not_before_the_end_is_refused(run: Any) -> None:
    """Nothing to tell would be a wrong answer."""
    code, out, err = run("--from", "v2", "--to", "v1")
    assert (code, out) == (2, "")
    assert "v2 does not come before v1" in err


def test_other_shapes_and_forms(run: Any, world: GitWorld) -> None:
    """CloudEvents for programs, lines for people, a file instead of the terminal."""
    assert json.loads(run("--from", "v2", "--shape", "cloudevents")[1])["specversion"] == "1.0"
    assert "churn version 1: pending_review -> approved (risk unknown)" in run("--from", "v2", "-f", "text")[1]
    assert run("--from", "v2", "-o", "events.jsonl")[1] == ""
    assert statuses((world.root / "events.jsonl").read_text()) == [("PendingReview", "Approved")]


def test_settings_name_account_region_and_source(run: Any, world: GitWorld) -> None:
    """From mlgov.toml of the work tree."""
    world.write("mlgov.toml", '[events]\naccount = "111122223333"\nregion = "eu-west-1"\nsource = "governance"\n')
    event = json.loads(run("--from", "v2")[1])
    assert (event["account"], event["region"], event["source"]) == ("111122223333", "eu-west-1", "governance")


def test_a_shallow_clone_is_refused(world: GitWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its history would make every card new."""
    clone(world.root, tmp_path / "shallow", "--depth=1")
    assert exit_code_of(["-C", str(tmp_path / "shallow"), "events"]) == 3
    assert "shallow" in capsys.readouterr().err


def test_a_version_that_cannot_be_read_is_said(run: Any, world: GitWorld) -> None:
    """On standard error, so that the lines stay events."""
    world.save("cards/churn.yaml", "spec: [")
    code, out, err = run("--from", "v2")
    assert (code, statuses(out)) == (0, [("PendingReview", "Approved")])
    assert "cards/churn.yaml cannot be read at" in err


def test_a_file_takes_what_is_not_in_it(run: Any, world: GitWorld) -> None:
    """A replay adds nothing."""
    for start in ("v2", "v1"):
        assert run("--from", start, "--sink", "jsonl:out/events.jsonl")[0] == 0
    lines = (world.root / "out/events.jsonl").read_text()
    assert statuses(lines) == [("PendingReview", "Approved"), ("Draft", "PendingReview")]


def test_a_webhook_that_fails_first(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again; standard output stays empty."""
    monkeypatch.setenv("MLGOV_WEBHOOK_SECRET", SECRET)
    with HttpReceiver() as receiver:
        receiver.answers += [Answer(503, {"Retry-After": "0"})]
        code, out, err = run("--from", "v1", "--sink", f"webhook:{receiver.url}")
        assert (code, out) == (0, "")
        assert err == "sink 1 (webhook): 2 of 2 events delivered.\n"
        assert [request.json["detail"]["ModelCardStatus"] for request in receiver.requests] == [
            "PendingReview",
            "PendingReview",
            "Approved",
        ]


def test_some_that_do_not_arrive_are_partial_success(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their ids are said, and neither the secret nor the address is."""
    monkeypatch.setenv("MLGOV_WEBHOOK_SECRET", SECRET)
    with HttpReceiver() as receiver:
        receiver.answers += [Answer(200), Answer(410)]
        code, _, err = run("--from", "v1", "--sink", f"webhook:{receiver.url}/t0ken")
        lost = receiver.requests[1].json["id"]
    assert code == 5
    assert f"sink 1 (webhook): not delivered: {lost}: The receiver answered 410." in err
    assert SECRET not in err
    assert "t0ken" not in err


def test_none_that_arrive_are_a_failure(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sink that works makes it partial."""
    monkeypatch.setenv("MLGOV_WEBHOOK_SECRET", SECRET)
    with HttpReceiver() as receiver:
        receiver.answers += [Answer(410)] * 4
        hook = f"webhook:{receiver.url}"
        assert run("--from", "v1", "--sink", hook)[0] == 3
        assert run("--from", "v1", "--sink", hook, "--sink", "jsonl:events.jsonl")[0] == 5


def test_event_bridge(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through boto3, at the endpoint that the environment names."""
    with EventBridgeServer() as server:
        use_aws(monkeypatch, server.url)
        assert run("--sink", "eventbridge:governance")[0] == 0
        assert [json.loads(entry["Detail"])["ModelCardStatus"] for entry in server.events] == [
            "Draft",
            "PendingReview",
            "Approved",
        ]


def test_a_sink_that_needs_an_extra_names_it(world: GitWorld) -> None:
    """boto3 is not installed with mlgov alone."""
    result = run_without_extras(world.root, "events", "--sink", "eventbridge:bus")
    assert result.returncode == 2
    assert "pip install 'mlgov[aws]'" in result.stderr
    assert run_without_extras(world.root, "events").returncode == 0


def test_a_dry_run_sends_nothing(run: Any) -> None:
    """It prints what would be sent; nothing has to be there for it."""
    code, out, _ = run("--from", "v2", "--sink", "webhook:https://example.org/", "--dry-run")
    assert (code, statuses(out)) == (0, [("PendingReview", "Approved")])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--sink", "webhook:https://example.org/"), "MLGOV_WEBHOOK_SECRET is not set"),
        (("--sink", "pigeon:home"), "no sink 'pigeon'"),
        (("--sink", "jsonl"), "Sink 1 names no target"),
        (("--sink", "eventbridge:bus", "--shape", "cloudevents"), "its own shape"),
    ],
)
def test_sinks_that_cannot_work_are_refused_before_anything_is_sent(
    run: Any, world: GitWorld, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    """Also when another sink stands before them."""
    monkeypatch.delenv("MLGOV_WEBHOOK_SECRET", raising=False)
    code, out, err = run("--sink", "jsonl:events.jsonl", *arguments)
    assert (code, out) == (2, "")
    assert said.replace("Sink 1", "Sink 2") in err
    assert not (world.root / "events.jsonl").exists()
