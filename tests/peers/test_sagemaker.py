"""Exports held against programs that will read them: SageMaker's SDK v2 and cfn-lint, in their own environment."""

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mlgov.cards import CardDocument
from mlgov.cards.exports import EXPORTERS
from mlgov.cards.transfer import ExportContext
from tests.cards.sagemaker_cards import of_a_model, of_a_package, typed

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-peers" / "bin"
CONTEXT = ExportContext(now=datetime(2026, 11, 21, tzinfo=UTC))
CARDS = [of_a_model(), of_a_package()]


def peer(program: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a program of the peers; a missing one fails the test."""
    assert (PEERS / program).exists(), "The peers are missing: run 'make .venv-peers/.installed'."
    environment = {**os.environ, "SAGEMAKER_SUPPRESS_V2_WARNING": "1", "AWS_DEFAULT_REGION": "eu-west-1"}
    return subprocess.run([PEERS / program, *arguments], input=stdin, capture_output=True, check=False, env=environment)


def exported(value: dict[str, Any], format_: str) -> dict[str, Any]:
    """Export a card and read the file as plain JSON."""
    return json.loads(EXPORTERS[format_](typed(value), CONTEXT).data)


def as_sent(cards: list[dict[str, Any]]) -> list[Any]:
    """Let the SDK load cards and say what it would send."""
    done = peer("python", str(ROOT / "tests/peers/load_with_sdk.py"), stdin=json.dumps(cards).encode())
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout.splitlines()[-1])  # it chats on standard output too


def own_cards() -> list[CardDocument]:
    """Read the cards of this repository."""
    from mlgov.documents import load

    documents = [load(path.read_bytes(), path.name)[0] for path in sorted((ROOT / "cards").glob("*.yaml"))]
    return [CardDocument.model_validate(document.value) for document in documents if document]


def pruned(value: Any) -> Any:
    """Leave out empty lists, which the SDK writes for every list that is not there."""
    if isinstance(value, dict):
        return {key: pruned(each) for key, each in value.items() if each != []}
    return [pruned(each) for each in value] if isinstance(value, list) else value


def test_the_sdk_loads_maximal_cards_and_sends_them_unchanged() -> None:
    """Every field and all six types of metrics pass SageMaker's own decoder and come out equal."""
    contents = [exported(value, "sagemaker") for value in CARDS]
    cards = [{"name": "churn", "status": "Approved", "content": json.dumps(content)} for content in contents]
    sent = as_sent(cards)
    assert [json.loads(each["Content"]) for each in sent] == contents
    assert {each["ModelCardStatus"] for each in sent} == {"Approved"}


def test_the_sdk_loads_the_arguments_for_the_command_line() -> None:
    """Content as text, the name and the status are what the SDK would have sent itself."""
    arguments = [exported(value, "aws-cli") for value in CARDS]
    sent = as_sent(
        [{"name": a["ModelCardName"], "status": a["ModelCardStatus"], "content": a["Content"]} for a in arguments]
    )
    for theirs, ours in zip(sent, arguments, strict=True):
        assert {**theirs, "Content": json.loads(theirs["Content"])} == {
            "ModelCardName": ours["ModelCardName"],
            "ModelCardStatus": ours["ModelCardStatus"],
            "Content": json.loads(ours["Content"]),
        }


def test_the_sdk_loads_our_own_cards_or_we_said_that_it_would_not() -> None:
    """Cards that were written for people pass as well; the one thing that the SDK refuses is reported on export."""
    exports = [EXPORTERS["sagemaker"](card, CONTEXT) for card in own_cards()]
    contents = [json.loads(each.data) for each in exports]
    warned = [any("SDK v2 loads only" in left.reason for left in each.unmapped) for each in exports]
    sent = as_sent([{"name": "any", "status": "Draft", "content": json.dumps(content)} for content in contents])
    assert len(contents) >= 5
    assert [isinstance(each, str) for each in sent] == warned
    loaded = [(each, content) for each, content in zip(sent, contents, strict=True) if isinstance(each, dict)]
    assert len(loaded) >= 4
    for each, content in loaded:
        assert pruned(json.loads(each["Content"])) == pruned(content)


def test_cfn_lint_finds_nothing_in_the_templates(tmp_path: Path) -> None:
    """The maximal cards and our own cards pass with exit code 0, so without a warning too."""
    cards = [*map(typed, CARDS), *own_cards()]
    files = []
    for number, card in enumerate(cards):
        file = tmp_path / f"{number}.json"
        file.write_bytes(EXPORTERS["cloudformation"](card, CONTEXT).data)
        files.append(str(file))
    done = peer("cfn-lint", *files)
    assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (0, "", "")


def test_cfn_lint_would_have_found_a_mistake(tmp_path: Path) -> None:
    """The same command on a template with a word in the wrong case fails: the test above can."""
    template = exported(CARDS[0], "cloudformation")
    (resource,) = template["Resources"].values()
    resource["Properties"]["Content"]["IntendedUses"]["RiskRating"] = "high"
    (tmp_path / "bad.json").write_text(json.dumps(template))
    done = peer("cfn-lint", str(tmp_path / "bad.json"))
    assert done.returncode == 2
    assert "'high' is not one of" in done.stdout.decode()
