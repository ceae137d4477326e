"""What is said when something is wrong: the file, the place, and what to do next."""

import json
from pathlib import Path
from typing import Any

import pytest

from mlgov.cards.imports import IMPORTERS
from mlgov.cli.main import exit_code_of
from tests.cli.card.card_world import NOW, CardWorld, card, new_card_world
from tests.git_world import new_world

CITED = """\
  evaluation_details:
    - name: a
      evidence:
        - path: evidence/churn/a.json
          digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
"""


@pytest.fixture
def world(tmp_path: Path) -> CardWorld:
    """Cards under git."""
    return new_card_world(tmp_path / "world")


@pytest.fixture
def run(world: CardWorld, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``mlgov card``; gives exit code and standard error."""

    def call(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        return world.run(*arguments), capsys.readouterr().err

    return call


@pytest.mark.parametrize("data", [b"", b"{}", b"---\n---\n"])
def test_no_card_is_made_of_nothing(world: CardWorld, run: Any, tmp_path: Path, data: bytes) -> None:
    """A file that says nothing of a model is refused."""
    (tmp_path / "empty.json").write_bytes(data)
    code, err = run("import", str(tmp_path / "empty.json"), "--from", "huggingface")
    assert (code, "empty.json: " in err) == (2, True)
    assert not (world.here.root / "cards/empty.yaml").exists()


def test_an_import_names_the_evidence_that_is_missing(world: CardWorld, run: Any, tmp_path: Path) -> None:
    """The files belong to the card, and no format holds them."""
    (tmp_path / "other.json").write_text(json.dumps(_values("other")))
    code, err = run("import", str(tmp_path / "other.json"), "--from", "json")
    assert (code, "not here" in err, "evidence/churn/a.json" in err) == (0, True, True)


def _values(name: str) -> Any:
    from mlgov.documents import load

    document = load(card(name, "draft", content=CITED).encode(), "x.yaml")[0]
    assert document is not None
    return document.value


@pytest.mark.parametrize(
    ("format_", "data", "said"),
    [
        ("json", b"[", "bad.file: Line "),
        ("sagemaker", b"{", "bad.file: The file is no JSON"),
        ("verifyml", b"\x80abc", "bad.file: The file is no JSON of a VerifyML card: it is not UTF-8"),
    ],
)
def test_a_bad_file_is_named(run: Any, tmp_path: Path, format_: str, data: bytes, said: str) -> None:
    """By every importer, and by a source of a new card."""
    (tmp_path / "bad.file").write_bytes(data)
    code, err = run("import", str(tmp_path / "bad.file"), "--from", format_, "--name", "new")
    assert (code, said in err) == (2, True), err
    code, err = run("new", "new", "--from", f"json:{tmp_path / 'bad.file'}")
    assert (code, "bad.file: The file" in err) == (2, True), err


def test_our_own_export_to_the_hub_comes_back_with_settings_and_results() -> None:
    """What its tables say is read, and every kind of metric with its values."""
    from datetime import UTC, datetime

    from mlgov.cards import CardDocument
    from mlgov.cards.exports import EXPORTERS
    from mlgov.cards.transfer import ExportContext
    from tests.cards.maximal import maximal

    exported = EXPORTERS["huggingface"](
        CardDocument.model_validate(maximal()), ExportContext(datetime(2026, 11, 20, tzinfo=UTC))
    )
    found: Any = IMPORTERS["huggingface"](exported.data, "churn")
    spec = found.value["spec"]
    assert [each["name"] for each in spec["training_details"]["training_job_details"]["hyper_parameters"]] == [
        "max_depth",
        "own parameter",
    ]
    [evaluation] = spec["evaluation_details"]
    assert evaluation["evaluation_observation"] == "evaluation observation"
    [group] = evaluation["metric_groups"]
    written = maximal()["spec"]["evaluation_details"][0]["metric_groups"][0]["metric_data"]
    assert [(each["type"], each["value"]) for each in group["metric_data"]] == [
        (each["type"], each["value"]) for each in written
    ]
    assert len({each["type"] for each in written}) == 6


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("edit", "draft", "--set", "metadata.title=7"), 1, "--set 'metadata.title=\"TEXT\"'"),
        (("edit", "draft", "--set", "metadata.title=a\rb"), 2, "The value has the hidden character U+000D"),
        (("edit", "draft", "--set", "spec.claims=" + "[" * 4000), 2, "more characters"),
        (("new", "new", "--title", "a\x01b"), 2, "--title has the hidden character U+0001"),
        (("new", "new", "--owner", "foo"), 2, "--owner 'foo' is no handle"),
        (("show", "cards/draft.yaml"), 2, "Write draft."),
        (("show", "draft", "--at", "nothing"), 2, "'nothing' names no commit"),
        (("submit", "draft", "--branch", "a..b"), 2, "cannot be the name of a branch"),
        (("list", "--risk", "high"), 0, "No card is like that."),
    ],
)
def test_what_was_typed_is_answered(run: Any, arguments: tuple[str, ...], code: int, said: str) -> None:
    """With the option or the path, and a short message."""
    got, err = run(*arguments)
    assert (got, said in err) == (code, True), err
    assert len(err) < 1000


def test_line_ends_of_windows_are_line_ends(world: CardWorld, run: Any) -> None:
    """In a value too."""
    assert run("edit", "draft", "--set", "spec.business_details.business_problem=a\r\nb")[0] == 0
    assert b"\r" not in (world.here.root / "cards/draft.yaml").read_bytes()


@pytest.mark.parametrize("command", [("history", "x"), ("versions", "x"), ("diff",)])
def test_before_the_first_commit(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    """There is nothing to fetch."""
    world = new_world(tmp_path)
    world.write("mlgov.toml", "")
    world.write("cards/x.yaml", card("x", "draft"))
    assert exit_code_of(["-C", str(tmp_path), "--now", NOW, "card", *command]) == 3
    err = capsys.readouterr().err
    assert "nothing is committed yet" in err
    assert "etch" not in err


def test_the_history_of_a_removed_card_says_why(world: CardWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """From its tombstone."""
    assert world.run("rm", "draft", "--reason", "not needed any more", "--no-push") == 0
    world.here.git("merge", "--quiet", "remove-draft")
    capsys.readouterr()
    assert world.run("history", "draft") == 0
    assert capsys.readouterr().out.endswith("Removed on 2026-11-20: not needed any more\n")


def test_a_hook_that_refuses_is_named_as_one(world: CardWorld, run: Any) -> None:
    """Its own words may say little."""
    hook = world.here.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho hook says no\nexit 1\n")
    hook.chmod(0o755)
    code, err = run("submit", "draft", "--no-push")
    assert (code, "perhaps by a hook" in err, "hook says no" in err) == (3, True, True)
    assert "run the command again" in err


@pytest.mark.parametrize(
    ("make", "fix"),
    [
        (lambda root: (root / "cards/t.yaml").write_text("metadata:\n\tname: t\n"), "YAML takes no tabs"),
        (lambda root: (root / "cards/t.yaml").symlink_to("draft.yaml"), "Put a copy of the file"),
    ],
)
def test_the_advice_fits(world: CardWorld, capsys: pytest.CaptureFixture[str], make: Any, fix: str) -> None:
    """Tabs and links are named as such."""
    make(world.here.root)
    assert exit_code_of(["-C", str(world.here.root), "check"]) == 1
    assert fix in capsys.readouterr().out
