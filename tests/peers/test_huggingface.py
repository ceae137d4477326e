"""The Hugging Face export held against the Hub's own reader, in an environment of its own; no network."""

import json
import os
import subprocess
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mlgov.cards import CardDocument
from mlgov.cards.exports import huggingface as exports
from mlgov.cards.imports import huggingface as imports
from mlgov.cards.transfer import ExportContext
from mlgov.documents import load
from tests.cards.maximal import card, maximal

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-peers" / "bin" / "python"
CONTEXT = ExportContext(now=datetime(2026, 11, 21, tzinfo=UTC))


def understood(readme: bytes) -> dict[str, Any]:
    """Let huggingface_hub read a README.md; a missing peer fails the test."""
    assert PYTHON.exists(), "The peers are missing: run 'make .venv-peers/.installed'."
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    script = str(ROOT / "tests/peers/load_with_hub.py")
    done = subprocess.run([PYTHON, script], input=readme, capture_output=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_hub_reads_the_maximal_card() -> None:
    """Metadata and results arrive as they are in the card, and the Hub writes them again unchanged."""
    found = understood(exports.export(card(), CONTEXT).data)
    (result,) = found["results"]
    assert found["again"]
    assert found["index"][0]["name"] == "churn model name"
    charts = found["data"].pop("mlgov")["charts"]
    assert [each["metric"]["type"] for each in charts] == ["linear_graph", "bar_chart", "matrix"]
    assert found["data"] == {
        "license": "apache-2.0",
        "tags": ["label_key:label value"],
        "datasets": ["example/churn-rows"],
    }
    assert (result["task_type"], result["dataset_type"]) == ("binary-classification", "example/unseen-customers")
    assert (result["metric_name"], result["metric_value"]) == ("recall of leavers", 0.84375)


@pytest.mark.parametrize("path", sorted((ROOT / "cards").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_hub_reads_our_own_cards(path: Path) -> None:
    """Every number metric of every evaluation is a result."""
    document, _ = load(path.read_bytes(), path.name)
    assert document is not None
    ours = CardDocument.model_validate(document.value)
    numbers = [
        metric.value
        for evaluation in ours.spec.evaluation_details
        for group in evaluation.metric_groups
        for metric in group.metric_data
        if metric.type == "number"
    ]
    assert [each["metric_value"] for each in understood(exports.export(ours, CONTEXT).data)["results"]] == numbers


def test_numbers_and_words_arrive_with_their_types() -> None:
    """Readers of YAML 1.1 would take 1e-05 for a text, and no for a truth value."""
    value = deepcopy(maximal())
    value["spec"]["additional_information"]["custom_details"] = {"language": "no", "license": "1e3", "metrics": "on"}
    metrics = value["spec"]["evaluation_details"][0]["metric_groups"][0]["metric_data"]
    numbers = [1e-05, -2e300, 1e22, 0.1, 3.0, 12345678.5]
    metrics[:] = [{"name": f"m{place}", "type": "number", "value": each} for place, each in enumerate(numbers)]
    found = understood(exports.export(CardDocument.model_validate(value), CONTEXT).data)
    assert [each["metric_value"] for each in found["results"]] == numbers
    assert [found["data"][key] for key in ("language", "license", "metrics")] == ["no", "1e3", "on"]


def test_a_card_that_says_nothing_can_be_read() -> None:
    """Also without results."""
    empty = {**maximal(), "metadata": {"name": "empty"}, "lifecycle": {"status": "draft"}, "spec": {}}
    assert understood(exports.export(CardDocument.model_validate(empty), CONTEXT).data)["results"] == []


def test_what_the_hub_writes_is_imported() -> None:
    """Results that huggingface_hub wrote itself become evaluations."""
    first = understood(exports.export(card(), CONTEXT).data)
    front = json.dumps({"model-index": first["index"]})
    imported = imports.read(f"---\n{front}\n---\n{first['body']}".encode(), "churn")
    evaluation = CardDocument.model_validate(imported.value).spec.evaluation_details[0]
    assert evaluation.metric_groups[0].metric_data[0].value == 0.84375
