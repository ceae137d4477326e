"""``mlgov card refresh`` in a real repository, against servers and files on this machine."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.documents import load
from tests.cli.card.card_world import NOW, card
from tests.fakes.mlflow_server import RUN_ID, MlflowServer
from tests.fakes.skops_file import model
from tests.git_world import GitWorld, new_world

Run = Callable[..., tuple[int, str, str]]
SOURCE = f"mlflow:{RUN_ID}"
OVERVIEW = """\
  model_overview:
    model_creator: "@people" # by hand
"""


@pytest.fixture
def server() -> Iterator[MlflowServer]:
    """A tracking server on this machine."""
    with MlflowServer() as started:
        yield started


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """Make a repository with a draft and an approved card."""
    world = new_world(tmp_path / "governance")
    world.write("mlgov.toml", "")
    world.write("cards/churn.yaml", card("churn", "draft", content=OVERVIEW))
    world.write("cards/done.yaml", card("done", "approved", content=OVERVIEW))
    world.commit("start")
    return world


@pytest.fixture
def run(
    world: GitWorld, server: MlflowServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run ``mlgov``; gives exit code, standard output and standard error."""
    for name in ("TOKEN", "USERNAME", "PASSWORD"):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{name}", raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.url)

    def call(*arguments: str, now: str = NOW) -> tuple[int, str, str]:
        code = exit_code_of(["-C", str(world.root), "--now", now, *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def text(world: GitWorld, name: str = "churn") -> str:
    """Read a card."""
    return (world.root / f"cards/{name}.yaml").read_text()


def spec(world: GitWorld, name: str = "churn") -> Any:
    """Read the spec of a card."""
    document, findings = load(text(world, name).encode(), name)
    assert document is not None, findings
    return document.value["spec"]


def test_values_are_shown_and_taken(world: GitWorld, run: Run) -> None:
    """Comments stay, people's values stay, and every value is noted with its source."""
    code, out, err = run("card", "refresh", "churn", "--from", SOURCE, "--yes")
    assert (code, "cards/churn.yaml: refreshed." in err) == (0, True)
    assert "+ model_overview.algorithm_type: LogisticRegression\n" in out
    assert "! model_overview.model_creator (kept, written by people): @people -> trainer\n" in out
    assert "    accuracy: 0.9833333333333333\n" in out
    assert "# by hand" in text(world) and "# moved by pull requests" in text(world)
    found = spec(world)
    assert found["model_overview"]["model_creator"] == "@people"
    assert [each["field"] for each in found["imported"]][:2] == [
        "model_overview.model_id",
        "model_overview.algorithm_type",
    ]
    assert {(each["run"], each["at"]) for each in found["imported"]} == {(RUN_ID, NOW)}
    assert run("check")[0] == 0


def test_a_second_refresh_changes_nothing(world: GitWorld, run: Run) -> None:
    """On any later day; nothing is asked either."""
    run("card", "refresh", "churn", "--from", SOURCE, "--yes")
    before = text(world)
    code, out, err = run("card", "refresh", "churn", "--from", SOURCE, now="2027-01-01T00:00:00Z")
    assert (code, text(world) == before) == (0, True)
    assert "refreshed" not in err
    assert [line for line in out.splitlines() if line[0] in "+~"] == []
    assert run("card", "refresh", "churn", "--from", SOURCE, "--check", now="2027-01-01T00:00:00Z")[0] == 0


def test_a_hand_on_an_imported_value_is_found_and_kept(world: GitWorld, server: MlflowServer, run: Run) -> None:
    """As a warning at the value; refresh keeps it until it is told otherwise."""
    run("card", "refresh", "churn", "--from", SOURCE, "--yes")
    run("card", "edit", "churn", "--set", "spec.model_overview.algorithm_type=magic")
    code, out, _ = run("check", "--format", "json")
    (finding,) = json.loads(out)["findings"]
    assert (code, finding["code"]) == (0, "MLG-C015")
    assert f"mlflow:runs/{RUN_ID} at {server.url} on 2026-11-20" in finding["message"]
    _, out, _ = run("card", "refresh", "churn", "--from", SOURCE, "--yes")
    assert "! model_overview.algorithm_type (kept, edited by hand, imported from mlflow:runs/" in out
    assert spec(world)["model_overview"]["algorithm_type"] == "magic"
    run("card", "refresh", "churn", "--from", SOURCE, "--yes", "--overwrite")
    assert spec(world)["model_overview"]["algorithm_type"] == "LogisticRegression"
    assert json.loads(run("check", "--format", "json")[1])["findings"] == []


def test_the_fix_of_the_finding_makes_the_value_the_peoples(world: GitWorld, run: Run) -> None:
    """The command that it names works."""
    run("card", "refresh", "churn", "--from", SOURCE, "--yes")
    run("card", "edit", "churn", "--set", "spec.model_overview.algorithm_type=magic")
    path = 'spec.imported[field="model_overview.algorithm_type"]'
    assert run("card", "edit", "churn", "--unset", path)[0] == 0
    assert json.loads(run("check", "--format", "json")[1])["findings"] == []


def test_a_newer_run_is_shown_before_it_is_taken(world: GitWorld, server: MlflowServer, run: Run) -> None:
    """--check tells that there is something; --dry-run writes nothing."""
    run("card", "refresh", "churn", "--from", SOURCE, "--yes")
    before = text(world)
    server.run["data"]["metrics"][1]["value"] = 0.25
    code, out, _ = run("card", "refresh", "churn", "--from", SOURCE, "--check")
    assert (code, text(world) == before) == (4, True)
    assert out.endswith("    accuracy: 0.9833333333333333 -> 0.25\n")
    assert run("card", "refresh", "churn", "--from", SOURCE, "--dry-run")[0] == 0
    assert text(world) == before
    run("card", "refresh", "churn", "--from", SOURCE, "--yes")
    metrics = spec(world)["training_details"]["training_job_details"]["training_metrics"]
    assert metrics[0] == {"name": "accuracy", "value": 0.25}


def test_without_a_source_those_of_the_card_are_read_again(world: GitWorld, server: MlflowServer, run: Run) -> None:
    """Each for its own values, so that two sources of one value do not take turns."""
    world.write("churn.skops", model())
    run("card", "refresh", "churn", "--from", "mlflow:registry/churn@champion", "--yes")
    run("card", "refresh", "churn", "--from", "sklearn:churn.skops", "--yes")
    before = text(world)
    assert spec(world)["model_overview"]["algorithm_type"].startswith("Pipeline")
    assert run("card", "refresh", "churn", "--check", now="2027-01-01T00:00:00Z")[0] == 0
    server.run["data"]["metrics"][1]["value"] = 0.25
    assert run("card", "refresh", "churn", "--yes")[0] == 0
    assert text(world) != before
    assert spec(world)["model_overview"]["algorithm_type"].startswith("Pipeline")
    assert spec(world)["training_details"]["training_job_details"]["training_metrics"][0]["value"] == 0.25


def test_a_file_is_named_by_its_place_in_the_repository(world: GitWorld, run: Run, tmp_path: Path) -> None:
    """So it is found again wherever the command runs; of another file the card keeps the name alone."""
    world.write("models/churn.skops", model())
    (tmp_path / "other.skops").write_bytes(model(tol=0.1))
    run("-C", str(world.root / "cards"), "card", "refresh", "churn", "--from", "sklearn:../models/churn.skops", "--yes")
    assert {each["source"] for each in spec(world)["imported"]} == {"sklearn:models/churn.skops"}
    assert run("card", "refresh", "churn", "--check")[0] == 0
    run("card", "refresh", "churn", "--from", f"sklearn:{tmp_path}/other.skops", "--yes")
    assert {each["source"] for each in spec(world)["imported"]} == {"sklearn:other.skops"}


def test_another_server_is_not_taken_for_the_one_of_the_card(
    run: Run, monkeypatch: pytest.MonkeyPatch, world: GitWorld
) -> None:
    """Though it knows a run of the same id."""
    run("card", "refresh", "churn", "--from", SOURCE, "--yes")
    with MlflowServer() as other:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", other.url)
        code, _, err = run("card", "refresh", "churn", "--check")
    assert (code, "Set MLFLOW_TRACKING_URI" in err) == (2, True)


def test_nothing_is_written_when_nobody_can_be_asked(world: GitWorld, run: Run) -> None:
    """Without a terminal, --yes has to say so."""
    before = text(world)
    code, _, err = run("card", "refresh", "churn", "--from", SOURCE)
    assert (code, text(world) == before, "--yes" in err) == (2, True, True)


@pytest.mark.parametrize(("answer", "is_written"), [(True, True), (False, False)])
def test_on_a_terminal_people_are_asked(
    world: GitWorld, run: Run, monkeypatch: pytest.MonkeyPatch, answer: bool, is_written: bool
) -> None:
    """And obeyed."""
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda text, **more: bool(asked.append(text)) or answer)
    assert run("card", "refresh", "churn", "--from", SOURCE)[0] == 0
    assert asked == ["Change cards/churn.yaml?"]
    assert ("imported" in spec(world)) is is_written


def test_an_approved_card_is_not_changed_behind_its_approval(world: GitWorld, run: Run) -> None:
    """The command that has to come first is told."""
    before = text(world, "done")
    code, _, err = run("card", "refresh", "done", "--from", SOURCE, "--yes")
    assert (code, text(world, "done") == before) == (1, True)
    assert "mlgov card edit done --set lifecycle.status=pending_review" in err


def test_a_missing_card_is_made_when_asked(world: GitWorld, run: Run) -> None:
    """A draft from the smallest template, in canonical form."""
    assert run("card", "refresh", "new", "--from", SOURCE, "--yes")[0] == 2
    assert run("card", "refresh", "new", "--from", SOURCE, "--create")[0] == 0
    assert spec(world, "new")["model_overview"]["algorithm_type"] == "LogisticRegression"
    assert run("check")[0] == 0
    assert run("fmt", "--check")[0] in (0, 4)  # the other cards of this world are not canonical
    assert "new.yaml" not in run("fmt", "--check")[1]


def test_a_new_card_is_filled_from_its_source(world: GitWorld, run: Run) -> None:
    """From any template; what the template says is the organisation's, and stays."""
    assert run("card", "new", "fresh", "--template", "classification", "--from", SOURCE)[0] == 0
    assert spec(world, "fresh")["training_details"]["training_job_details"]["training_arn"] == f"runs:/{RUN_ID}"
    assert run("card", "refresh", "fresh", "--from", SOURCE, "--check")[0] == 0
    assert run("check")[0] == 0
    assert run("card", "new", "none", "--from", "mlflow:none")[0] == 2
    assert not (world.root / "cards/none.yaml").exists()


def test_a_clone_does_not_claim_the_source(world: GitWorld, run: Run) -> None:
    """Its values are those of another model now."""
    run("card", "refresh", "churn", "--from", SOURCE, "--yes")
    assert run("card", "clone", "churn", "copy")[0] == 0
    assert "imported" not in spec(world, "copy")


def test_a_skops_file_and_a_metadata_file(world: GitWorld, run: Run) -> None:
    """Named from where the command runs; both may fill one card."""
    world.write("churn.skops", model())
    world.write("meta.json", json.dumps({"spec": {"business_details": {"line_of_business": "retail"}}}))
    assert run("card", "refresh", "churn", "--from", "sklearn:churn.skops", "--yes")[0] == 0
    assert run("card", "refresh", "churn", "--from", "json:meta.json", "--yes")[0] == 0
    found = spec(world)
    assert found["business_details"]["line_of_business"] == "retail"
    assert {each["source"] for each in found["imported"]} == {"sklearn:churn.skops", "json:meta.json"}


def test_a_pickle_is_refused_with_advice(world: GitWorld, run: Run) -> None:
    """It is never opened as one."""
    world.write("model.pkl", b"\x80\x04K\x01.")
    code, _, err = run("card", "refresh", "churn", "--from", "sklearn:model.pkl")
    assert (code, "skops.io.dump" in err) == (2, True)


def test_differences_as_json(run: Run) -> None:
    """For programs: state, old and new value of each field."""
    said = json.loads(run("card", "refresh", "churn", "--from", SOURCE, "--dry-run", "-f", "json")[1])
    (creator,) = [row for row in said["differences"] if row["field"] == "model_overview.model_creator"]
    assert (said["format"], said["result"], said["files"]) == (
        "mlgov/card-deed/v1",
        "planned",
        [{"path": "cards/churn.yaml", "deed": "change"}],
    )
    assert (creator["state"], creator["old"], creator["new"]) == ("kept_written", "@people", "trainer")


def test_hostile_words_of_a_server_stay_words(server: MlflowServer, run: Run) -> None:
    """No escape sequence and no command of a CI runner reaches the terminal."""
    server.run["data"]["tags"] = [{"key": "mlflow.note.content", "value": "\x1b[31m\n::error::x"}]
    server.run["data"]["metrics"] = [{"key": "\x1b]0;x", "value": "NaN"}]
    _, out, err = run("card", "refresh", "churn", "--from", SOURCE, "--dry-run")
    assert "\x1b" not in out + err
    assert not any(line.startswith("::") for line in (out + err).splitlines())


@pytest.mark.parametrize(
    "arguments",
    [("churn", "--from", "x"), ("churn", "--from", "mlflow:none"), ("Bad", "--from", SOURCE), ("churn",), ("none",)],
)
def test_what_does_not_go_is_a_usage_error(run: Run, arguments: tuple[str, ...]) -> None:
    """Exit code 2."""
    assert run("card", "refresh", *arguments)[0] == 2


def test_what_a_refresh_did_as_json(run: Run) -> None:
    """Written once; the second time there is nothing to do. Standard output holds nothing else."""
    arguments = ("card", "refresh", "churn", "--from", SOURCE, "--yes", "-f", "json")
    first, second = (json.loads(run(*arguments)[1]) for _ in range(2))
    assert (first["result"], first["files"]) == ("done", [{"path": "cards/churn.yaml", "deed": "change"}])
    assert (second["result"], second["files"]) == ("unchanged", [])
    code, out, _ = run("card", "refresh", "fresh", "--create", "--check", "--from", SOURCE, "-f", "json")
    assert (code, json.loads(out)["files"]) == (4, [{"path": "cards/fresh.yaml", "deed": "add"}])


def test_a_new_card_of_a_group_begins_with_the_texts_of_the_newest(world: GitWorld, run: Run) -> None:
    """With 'new' and with 'refresh --create'; a card that is there is never filled so again."""
    group = "  model_package_details: {model_package_group_name: churn, model_package_version: 2}\n"
    texts = "  business_details: {business_problem: People leave.}\n"
    world.save("cards/churn-2.yaml", card("churn-2", "approved", content=group + texts))
    details = {"model_package_group_name": "churn", "model_package_version": 3}
    world.write("meta.json", json.dumps({"spec": {"model_package_details": details}}))
    for arguments in (("new", "one"), ("refresh", "two", "--create")):
        code, _, err = run("card", *arguments, "--from", "json:meta.json")
        assert (code, "Copied from" in err) == (0, True)
        text = (world.root / f"cards/{arguments[1]}.yaml").read_text()
        assert "business_problem: People leave." in text
        assert text.index("business_details:") < text.index("imported:")
    world.write("cards/two.yaml", text.replace("business_problem: People leave.", "business_problem:"))
    assert run("card", "refresh", "two", "--from", "json:meta.json", "--yes")[0] == 0
    assert "People leave" not in (world.root / "cards/two.yaml").read_text()


def test_a_file_outside_has_to_be_named_again(run: Run, world: GitWorld, tmp_path: Path) -> None:
    """A card keeps no path of somebody's machine; a file of the repository is found again."""
    metadata = '{"spec": {"business_details": {"line_of_business": "retail"}}}'
    (tmp_path / "metadata.json").write_text(metadata)
    assert run("card", "refresh", "churn", "--from", f"json:{tmp_path / 'metadata.json'}", "--yes")[0] == 0
    code, _, err = run("card", "refresh", "churn", "--yes")
    assert code == 2
    assert "no such file in this repository" in err
    assert "--from json:PATH" in err
    world.write("metadata.json", metadata)
    assert run("card", "refresh", "churn", "--yes")[0] == 0
