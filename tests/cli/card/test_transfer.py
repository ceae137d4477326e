"""``mlgov card export`` and ``mlgov card import``: files, names, and what is said on standard error."""

import json
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from tests.git_world import GitWorld

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
  title: Churn
lifecycle:
  status: draft
spec:
  model_overview:
    model_name: {name}
"""
CONTENT = {"model_overview": {"model_name": "churn"}, "surprise": 1}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a governance repository with one card, without git."""
    (tmp_path / "mlgov.toml").write_text("")
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "churn.yaml").write_text(CARD.format(name="churn"))
    return tmp_path


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``mlgov card`` in the repository; gives exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = exit_code_of(["-C", str(root), "card", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_an_export_goes_to_standard_output(run: Any) -> None:
    """And nothing else does; what has no place is listed on standard error."""
    code, out, err = run("export", "churn", "--to", "sagemaker")
    assert (code, json.loads(out)) == (0, {"model_overview": {"model_name": "churn"}})
    assert "metadata.title" in err


def test_an_export_goes_to_a_file(run: Any, root: Path) -> None:
    """Relative to -C; a file that is replaced is named."""
    (root / "out").mkdir()
    assert run("export", "churn", "--to", "sagemaker", "-o", "out/card.json")[:2] == (0, "")
    (root / "cards" / "churn.yaml").write_text(CARD.format(name="new"))
    code, _, err = run("export", "churn", "--to", "sagemaker", "-o", "out/card.json")
    assert code == 0
    assert "Replaced out/card.json." in err
    assert json.loads((root / "out/card.json").read_text()) == {"model_overview": {"model_name": "new"}}


@pytest.mark.parametrize("name", ["other", "../churn", "Churn", ""])
def test_a_card_that_is_not_there(run: Any, name: str) -> None:
    """A usage error, whatever the name looks like."""
    code, out, err = run("export", name, "--to", "sagemaker")
    assert (code, out) == (2, "")
    assert "There is no cards/" in err


def test_a_card_with_errors_is_not_exported(run: Any, root: Path) -> None:
    """Said as ``mlgov check`` says it."""
    (root / "cards" / "churn.yaml").write_text(CARD.format(name=7))
    code, out, err = run("export", "churn", "--to", "sagemaker")
    assert (code, out) == (1, "")
    assert "cards/churn.yaml:10:17: error MLG-S001" in err


def test_cited_evidence_is_looked_at(run: Any, root: Path) -> None:
    """A card whose evidence is gone or changed is not exported; with the evidence it is."""
    digest = "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"
    evidence = (
        f"  evaluation_details: [{{name: a, evidence: [{{path: evidence/a.json, digest: 'sha256:{digest}'}}]}}]\n"
    )
    (root / "cards" / "churn.yaml").write_text(CARD.format(name="churn") + evidence)
    code, _, err = run("export", "churn", "--to", "sagemaker")
    assert code == 1
    assert "MLG-C001" in err
    (root / "evidence").mkdir()
    (root / "evidence" / "a.json").write_text("{}\n")
    assert run("export", "churn", "--to", "sagemaker")[0] == 0


def test_other_cards_do_not_matter(run: Any, root: Path) -> None:
    """Only the card that is asked for is read."""
    (root / "cards" / "broken.yaml").write_text("{")
    assert run("export", "churn", "--to", "sagemaker")[0] == 0


def test_under_git_too(root: Path, run: Any) -> None:
    """The history is asked for the version of the content."""
    world = GitWorld(root)
    world.git("init", "--quiet", "--initial-branch=main")
    assert run("export", "churn", "--to", "json")[0] == 0
    world.git("add", ".")
    world.git("commit", "--quiet", "-m", "First")
    assert run("export", "churn", "--to", "json")[0] == 0


def test_an_import_writes_a_draft(run: Any, root: Path) -> None:
    """With the line by which editors find the schema; what has no place is listed on standard error."""
    (root / "Fraud_Model.json").write_text(json.dumps(CONTENT))
    code, out, err = run("import", "Fraud_Model.json", "--from", "sagemaker")
    assert (code, out) == (0, "cards/fraud-model.yaml\n")
    assert "surprise: A card has no such field." in err
    assert (root / "cards" / "fraud-model.yaml").read_text() == (
        "# yaml-language-server: $schema=../schemas/modelcard.json\n"
        "apiVersion: mlgov/v1\nkind: ModelCard\nmetadata:\n  name: fraud-model\nlifecycle:\n  status: draft\n"
        "spec:\n  model_overview:\n    model_name: churn\n"
    )
    assert exit_code_of(["-C", str(root), "check"]) == 0


def test_the_files_own_name_comes_first(run: Any, root: Path) -> None:
    """Before the name of the file, and after --name."""
    (root / "response.json").write_text(json.dumps({"ModelCardName": "Fraud", "Content": CONTENT}))
    assert run("import", "response.json", "--from", "sagemaker")[1] == "cards/fraud.yaml\n"
    assert run("import", "response.json", "--from", "sagemaker", "--name", "mine")[1] == "cards/mine.yaml\n"


def test_a_card_is_never_overwritten(run: Any, root: Path) -> None:
    """Whatever it holds."""
    (root / "churn.json").write_text(json.dumps(CONTENT))
    before = (root / "cards" / "churn.yaml").read_bytes()
    code, out, err = run("import", "churn.json", "--from", "sagemaker")
    assert (code, out) == (2, "")
    assert "cards/churn.yaml is there already." in err
    assert (root / "cards" / "churn.yaml").read_bytes() == before


def test_a_dangling_link_is_not_followed(run: Any, root: Path) -> None:
    """A link where the card should be is in the way as a file is."""
    (root / "cards" / "fraud.yaml").symlink_to(root / "elsewhere.yaml")
    (root / "fraud.json").write_text(json.dumps(CONTENT))
    assert run("import", "fraud.json", "--from", "sagemaker")[0] in (2, 3)
    assert not (root / "elsewhere.yaml").exists()


@pytest.mark.parametrize("name", ["Fraud", "../fraud", "con", "-", "x" * 64])
def test_illegal_names_are_refused(run: Any, root: Path, name: str) -> None:
    """Before anything is written."""
    (root / "fraud.json").write_text(json.dumps(CONTENT))
    code, _, err = run("import", "fraud.json", "--from", "sagemaker", "--name", name)
    assert code == 2
    assert "--name" in err
    assert [path.name for path in (root / "cards").iterdir()] == ["churn.yaml"]


def test_values_over_our_limits_are_refused_with_their_places(run: Any, root: Path) -> None:
    """All of them at once, so that they are corrected in one go; nothing is written."""
    content = {"model_overview": {"model_name": "x" * 1025, "model_version": 0}}
    (root / "fraud.json").write_text(json.dumps(content))
    code, _, err = run("import", "fraud.json", "--from", "sagemaker")
    assert code == 2
    assert "spec.model_overview.model_name: this has 1,025 characters; at most 1,024 are allowed" in err
    assert "spec.model_overview.model_version" in err
    assert not (root / "cards" / "fraud.yaml").exists()


def test_a_file_that_is_not_there(run: Any) -> None:
    """The system's reason, and exit code 3."""
    code, _, err = run("import", "gone.json", "--from", "sagemaker")
    assert code == 3
    assert "could not be read" in err


def test_hostile_text_of_a_file_is_shown_harmlessly(run: Any, root: Path) -> None:
    """Keys of the file end up on the terminal; a line break in one cannot start a command of a CI run."""
    (root / "fraud.json").write_text(json.dumps({**CONTENT, "a\n::error::b": 1}))
    code, _, err = run("import", "fraud.json", "--from", "sagemaker")
    assert code == 0
    assert "\n::error" not in err


def test_one_card_of_a_template(run: Any, root: Path) -> None:
    """--name chooses by logical id."""
    card = {"Type": "AWS::SageMaker::ModelCard", "Properties": {"ModelCardName": "fraud", "Content": {}}}
    other = {"Type": "AWS::SageMaker::ModelCard", "Properties": {"ModelCardName": "other", "Content": {}}}
    (root / "stack.json").write_text(json.dumps({"Resources": {"FraudCard": card, "OtherCard": other}}))
    assert run("import", "stack.json", "--from", "cloudformation")[0] == 2
    code, out, _ = run("import", "stack.json", "--from", "cloudformation", "--name", "FraudCard")
    assert (code, out) == (0, "cards/fraud.yaml\n")
