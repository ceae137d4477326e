"""``mlgov card coverage``."""

import json
from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata: {name: churn}
lifecycle: {status: draft}
spec:
  intended_uses: {intended_uses: Letters to customers.}
  claims:
    - framework: eu-ai-act-annex-iv
      requirement: "7"
      statement: "See | [the list](javascript:x) <b>"
"""
SETS = """\
apiVersion: mlgov/v1
kind: MonitorSet
metadata: {name: churn}
lifecycle: {status: draft}
spec:
  model: churn
  monitors:
    - name: quality
      monitoring_type: data_quality
      source: {uri: traffic/churn}
      baseline: baselines/churn/quality
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one card and its monitors."""
    (tmp_path / "mlgov.toml").write_text("")
    for folder, text in (("cards", CARD), ("monitors", SETS)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "churn.yaml").write_text(text)
    return tmp_path


def run(root: Path, *arguments: str) -> int:
    """Run the command at a fixed time."""
    return exit_code_of(["--now", "2026-11-20", "-C", str(root), "card", "coverage", *arguments])


def test_the_matrix_has_a_row_per_card(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Frameworks of the past are left out unless asked for."""
    assert run(root) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert (row.split()[0], "SR-26-2" in head, "SR-11-7" in head) == ("churn", True, False)
    assert run(root, "--superseded", "-f", "markdown") == 0
    assert "SR-11-7" in capsys.readouterr().out


def test_the_sheet_says_what_is_missing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By requirement; a claim and a monitor count."""
    assert run(root, "churn", "--framework", "eu-ai-act-annex-iv", "-f", "json") == 0
    [sheet] = json.loads(capsys.readouterr().out)
    found = {line["requirement"]: line for line in sheet["requirements"]}
    assert found["1(a)"]["missing"] == ["model_overview.model_owner", "model_overview.model_version"]
    assert (found["7"]["answer"], found["9"]["answer"], found["8"]["answer"]) == ("claimed", "answered", "outside")


def test_a_claim_stays_text_in_markdown(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No cell, no link and no HTML of its own."""
    assert run(root, "churn", "--framework", "eu-ai-act-annex-iv", "-f", "markdown") == 0
    assert r"See \| \[the list\](javascript:x) \<b\>" in capsys.readouterr().out


def test_the_list_names_successors(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All versions are listed, with the day they ended."""
    assert run(root, "--list") == 0
    assert "2026-04-17" in capsys.readouterr().out
    assert run(root, "--list", "-f", "json", "-o", "list.json") == 0
    assert {each["id"] for each in json.loads((root / "list.json").read_text())} >= {"sr-11-7", "sr-26-2"}


@pytest.mark.parametrize(("arguments", "said"), [(["churm"], "churm"), (["--framework", "gdpr"], "gdpr")])
def test_unknown_names_are_errors(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """Of cards and of frameworks."""
    assert run(root, *arguments) == 2
    assert said in capsys.readouterr().err


HOUSE = """\
id: house
title: House rules
version: "1"
summary: What we ask of ourselves.
link: https://rules.example.org
effective: 2026-01-01
requirements:
  - {id: H1, title: Say what it is for, fields: [intended_uses.intended_uses]}
  - {id: H2, title: Own it, fields: [model_overview.model_owner]}
"""


def house(root: Path, text: str = HOUSE) -> None:
    """Write the pack of the organisation, and a claim of the card against it."""
    (root / "monitors/churn.yaml").unlink()  # its baseline is not there
    (root / "frameworks").mkdir()
    (root / "frameworks/house.yaml").write_text(text)
    claim = "    - {framework: house, requirement: H2, statement: The list of owners says it.}\n"
    (root / "cards/churn.yaml").write_text(CARD + claim)


def test_a_pack_of_the_organisation_is_held_against_cards(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the matrix, in the sheet, in the list; and its requirements can be claimed."""
    house(root)
    assert run(root) == 0
    assert "HOUSE" in capsys.readouterr().out.splitlines()[0]
    assert run(root, "churn", "--framework", "house", "-f", "json") == 0
    (sheet,) = json.loads(capsys.readouterr().out)
    assert [line["answer"] for line in sheet["requirements"]] == ["answered", "claimed"]
    assert run(root, "--list") == 0
    assert "House rules" in capsys.readouterr().out
    assert exit_code_of(["--now", "2026-11-20", "-C", str(root), "check"]) == 0


def test_a_bad_pack_of_the_organisation_stops_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A matrix without it would look whole; the check says more, and so does a claim against it."""
    house(root, HOUSE.replace("model_overview.model_owner", "model_overview.owner"))
    assert run(root) == 2
    assert "frameworks/house.yaml:9:38: No card has a field" in capsys.readouterr().err
    assert exit_code_of(["--now", "2026-11-20", "-C", str(root), "check", "-f", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(each["code"], each["path"]) for each in found] == [
        ("MLG-C013", "cards/churn.yaml"),
        ("MLG-C016", "frameworks/house.yaml"),
    ]


def test_a_changed_pack_makes_a_clean_card_be_looked_at_again(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier run found clean depends on the pack."""
    monkeypatch.delenv("CI", raising=False)
    house(root)
    check = ["--now", "2026-11-20", "-C", str(root), "check", "--cache"]
    assert exit_code_of(check) == exit_code_of(check) == 0
    (root / "frameworks/house.yaml").write_text(HOUSE.replace("id: H2", "id: H3"))
    assert exit_code_of(check) == 1
    assert "has no requirement 'H2'" in capsys.readouterr().out
