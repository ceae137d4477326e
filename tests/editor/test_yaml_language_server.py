"""An editor with the YAML language server understands our documents by their modeline and our schemas."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlgov.checks.schemas import FOLDER, modeline, schema_files
from mlgov.names import Kind
from tests.editor.language_server import LanguageServer

pytestmark = pytest.mark.node

PROGRAM = Path(__file__).parents[2] / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
SETTINGS = {"yaml": {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True}}
REPOSITORY = Path(__file__).parents[2]

BAD_CARD = f"""{modeline(Kind.MODEL_CARD)}
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: Churn
  titel: Churn
lifecycle:
  status: aproved
  review_by: 2027-13-30
spec:
  model_overview:
    model_version: 0
  intended_uses:
  evaluation_details:
    - name: holdout
      metric_groups:
        - name: quality
          metric_data:
            - name: auc
              type: number
              value: high
            - name: confusion
              type: matrix
"""

UNFINISHED_CARD = f"""{modeline(Kind.MODEL_CARD)}
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
lifecycle:
  status: @
spec:
  model_overview:
    model_name: churn
    @
  evaluation_details:
    - name: holdout
      metric_groups:
        - name: quality
          metric_data:
            - name: auc
              type: number
              @
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A governance repository as far as an editor cares: a folder with schemas."""
    root = tmp_path_factory.mktemp("governance")
    (root / FOLDER).mkdir()
    for name, data in schema_files().items():
        (root / FOLDER / name).write_bytes(data)
    return root


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[LanguageServer]:
    """A running language server with that folder open."""
    assert PROGRAM.is_file(), "run 'npm ci' first"
    running = LanguageServer(["node", str(PROGRAM), "--stdio"], folder, SETTINGS)
    yield running
    running.stop()


def place(text: str, needle: str) -> tuple[int, int]:
    """Find the line and column (from 0) of a piece of text."""
    before = text[: text.index(needle)]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def completions(server: LanguageServer, path: Path, text: str, cursor: int) -> dict[str, dict[str, Any]]:
    """Ask what may stand at the ``cursor``-th mark of a text; the marks are taken out before the file is opened."""
    clean = text.replace("@", "")
    before = "".join(text.split("@")[: cursor + 1])
    server.open(path, clean)
    line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    items = server.ask("textDocument/completion", path, line, column)["items"]
    return {item["label"]: item for item in items}


def test_problems_stand_on_their_lines(server: LanguageServer, folder: Path) -> None:
    """Each problem is named once, on the line where it is."""
    found = server.open(folder / "cards" / "bad.yaml", BAD_CARD)
    lines = BAD_CARD.splitlines()
    said = [(lines[f["range"]["start"]["line"]].strip(), f["message"]) for f in found]
    assert [line for line, _ in said] == [
        "name: Churn",
        "titel: Churn",
        "status: aproved",
        "review_by: 2027-13-30",
        "model_version: 0",
        "value: high",
        "- name: confusion",
    ]
    assert "starts and ends with a letter or digit" in said[0][1]
    assert "titel is not allowed" in said[1][1]
    assert '"pending_review"' in said[2][1]
    assert 'Missing property "value"' in said[6][1]


@pytest.mark.parametrize(
    "path", ["cards/breast-cancer.yaml", "roles/data-scientist.yaml", "monitors/breast-cancer.yaml"]
)
def test_the_documents_of_this_repository_have_no_problems(server: LanguageServer, folder: Path, path: str) -> None:
    """Real documents with their own modelines are clean."""
    text = (REPOSITORY / path).read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schemas/")
    assert server.open(folder / path, text) == []


def test_hovering_tells_what_a_key_means(server: LanguageServer, folder: Path) -> None:
    """The text comes from the description of the field, with the meaning of each value."""
    path = folder / "cards" / "hover.yaml"
    server.open(path, BAD_CARD)
    overview = server.ask("textDocument/hover", path, *place(BAD_CARD, "model_version"))["contents"]["value"]
    status = server.ask("textDocument/hover", path, *place(BAD_CARD, "status:"))["contents"]["value"]
    assert "Model version" in overview
    assert "Version of the model, 1 or more." in overview
    assert "`archived`: Out of use; frozen for good and kept for the record." in status


def test_statuses_are_offered(server: LanguageServer, folder: Path) -> None:
    """After ``status: `` come the four statuses with their meaning."""
    offered = completions(server, folder / "cards" / "status.yaml", UNFINISHED_CARD, 0)
    assert list(offered) == ["draft", "pending_review", "approved", "archived"]
    assert offered["draft"]["documentation"] == "Being written; nobody relies on it."


def test_keys_are_offered(server: LanguageServer, folder: Path) -> None:
    """Inside a section come the keys that it does not have yet."""
    offered = completions(server, folder / "cards" / "keys.yaml", UNFINISHED_CARD, 1)
    assert {"model_id", "model_description", "model_owner"} <= set(offered)
    assert "model_name" not in offered


def test_the_keys_of_the_chosen_type_are_offered(server: LanguageServer, folder: Path) -> None:
    """A metric of type number is offered the keys of a number."""
    offered = completions(server, folder / "cards" / "metric.yaml", UNFINISHED_CARD, 2)
    assert {"value", "x_axis_name", "notes"} <= set(offered)


def test_personas_are_offered(server: LanguageServer, folder: Path) -> None:
    """A role is offered the personas that come with mlgov, and what they are."""
    text = f"{modeline(Kind.ROLE)}\napiVersion: mlgov/v1\nkind: Role\nspec:\n  persona: @\n"
    offered = completions(server, folder / "roles" / "persona.yaml", text, 0)
    assert "Explores data" in offered["data_scientist"]["documentation"]


def test_a_new_file_is_offered_a_whole_document(server: LanguageServer, folder: Path) -> None:
    """In an empty file one choice writes the envelope."""
    offered = completions(server, folder / "monitors" / "new.yaml", f"{modeline(Kind.MONITOR_SET)}\n@\n", 0)
    assert offered["kind"]["insertText"] == "kind: MonitorSet"
    assert "metadata:\n  name:" in offered["Monitor set"]["insertText"]
