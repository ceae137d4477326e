"""The Hugging Face card: front matter that every YAML reader understands alike, and a body that is read back."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlgov.cards import CardDocument
from mlgov.cards.exports.huggingface import export
from mlgov.cards.hub import LABELS, PROSE, dataset_id
from mlgov.cards.imports import huggingface as imports
from mlgov.cards.transfer import ExportContext
from mlgov.documents import find, load
from tests.cards.maximal import card, maximal

REPOSITORY = Path(__file__).parents[3]
GOLDEN = REPOSITORY / "tests" / "golden" / "cards" / "huggingface.md"
CONTEXT = ExportContext(now=datetime(2026, 11, 21, 9, 30, tzinfo=UTC), version=7)


def front(value: dict[str, Any]) -> dict[str, Any]:
    """Export a card and read its front matter as the Hub does, and as we do; both must see the same."""
    data = export(CardDocument.model_validate(value), CONTEXT).data
    text = data.decode().split("---\n")[1]
    document, _ = load(text.encode(), "front matter")
    assert document is not None
    theirs: dict[str, Any] = yaml.safe_load(text)
    assert theirs == document.value
    return theirs


def test_golden() -> None:
    """The bytes of the maximal card."""
    assert export(card(), CONTEXT).data.decode() == GOLDEN.read_text(encoding="utf-8")


def test_every_field_stands_in_the_body() -> None:
    """What no section of the template holds stands under More Information."""
    assert export(card(), CONTEXT).unmapped == ()


def test_numbers_of_evaluations_are_the_model_index() -> None:
    """With their task and data set."""
    assert front(maximal())["model-index"] == [
        {
            "name": "churn model name",
            "results": [
                {
                    "task": {"type": "binary-classification"},
                    "dataset": {"type": "example/unseen-customers", "name": "holdout rows"},
                    "metrics": [{"type": "recall_of_leavers", "name": "recall of leavers", "value": 0.84375}],
                }
            ],
        }
    ]


@pytest.mark.parametrize("number", [1e-05, -1e-300, 2.5e17, 1e22, 0.0, 3, 2**53 - 1])
def test_numbers_are_numbers_to_all_readers(number: float) -> None:
    """YAML 1.1 needs a point before an exponent."""
    value = deepcopy(maximal())
    value["spec"]["evaluation_details"][0]["metric_groups"][0]["metric_data"][0]["value"] = number
    assert front(value)["model-index"][0]["results"][0]["metrics"][0]["value"] == number


@pytest.mark.parametrize(
    "text", ["no", "on", "null", "1.5", "a: b", "# c", "- d", "'e", '"f', "é 🙂", "[g]", "a\nb", "---"]
)
def test_texts_are_texts_to_all_readers(text: str) -> None:
    """Whatever a name looks like."""
    value = deepcopy(maximal())
    value["spec"]["model_overview"]["model_name"] = text
    assert front(value)["model_name"] == text


def test_several_groups_are_told_apart() -> None:
    """The same measure of two groups keeps the name of its group."""
    value = deepcopy(maximal())
    (group,) = value["spec"]["evaluation_details"][0]["metric_groups"]
    value["spec"]["evaluation_details"][0]["metric_groups"].append({**group, "name": "second"})
    names = [each["name"] for each in front(value)["model-index"][0]["results"][0]["metrics"]]
    assert names == ["overall group: recall of leavers", "second: recall of leavers"]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("owner/name", "owner/name"),
        ("hf://datasets/owner/name", "owner/name"),
        ("https://huggingface.co/datasets/owner/name-2.0", "owner/name-2.0"),
        ("data/train.csv", ""),
        ("s3://bucket/key", ""),
        ("a/b/c", ""),
        ("holdout rows of June", ""),
        ("imdb", ""),
    ],
)
def test_ids_of_data_sets_on_the_hub(address: str, found: str) -> None:
    """Only what looks like an id is listed as one."""
    assert dataset_id(address) == found


@pytest.mark.parametrize("pointer", [pointer for pointer, _ in PROSE.values()] + list(LABELS.values()))
def test_every_field_with_a_place_is_read_back(pointer: tuple[str, ...]) -> None:
    """Texts with markup, line breaks and paragraphs come back as they were."""
    value = deepcopy(maximal())
    hard = "A *star*, <b>tag</b> & [link](x)."
    hard += "" if pointer in LABELS.values() else "\n# no heading\n\n- no list\n---\n1. no number"
    _, section = find(value, ("spec", *pointer[:-1]))
    section[pointer[-1]] = hard
    imported = imports.read(export(CardDocument.model_validate(value), CONTEXT).data, "churn")
    assert find(imported.value, ("spec", *pointer)) == (True, hard)


def test_lists_and_tags_of_the_front_matter_come_back() -> None:
    """Custom details keep them as words parted by commas."""
    value = deepcopy(maximal())
    details = {"language": "en, no", "license": "mit", "tags": "leaves, trees"}
    value["spec"]["additional_information"]["custom_details"] = details
    assert front(value)["language"] == ["en", "no"]
    assert front(value)["tags"] == ["label_key:label value", "leaves", "trees"]
    imported = imports.read(export(CardDocument.model_validate(value), CONTEXT).data, "churn")
    assert find(imported.value, ("spec", "additional_information", "custom_details")) == (True, details)


def test_sections_may_be_headings_of_the_first_level() -> None:
    """Many authors write them so; the first one that is no section is the title."""
    text = b"# Leaf letters\n\nSorts.\n\n# Intended uses\n\nSorting.\n\n# Citation\n\nThe book.\n"
    imported = imports.read(text, "leaves")
    assert find(imported.value, ("metadata", "title")) == (True, "Leaf letters")
    assert find(imported.value, ("spec", "model_overview", "model_description")) == (True, "Sorts.")
    assert find(imported.value, ("spec", "intended_uses", "intended_uses")) == (True, "Sorting.")
    assert [entry.path for entry in imported.unmapped] == ["body: Citation"]


def test_the_risk_rating_is_read_back() -> None:
    """It decides what else a card needs."""
    imported = imports.read(export(card(), CONTEXT).data, "churn")
    assert find(imported.value, ("spec", "intended_uses", "risk_rating")) == (True, "high")


def test_what_is_for_people_alone_is_reported_once() -> None:
    """Sections below More Information are not taken for sections of the template."""
    imported = imports.read(export(card(), CONTEXT).data, "churn")
    assert [entry.path for entry in imported.unmapped].count("body: More Information") == 1
    assert "Explained" not in json.dumps(imported.value)


def evaluations(value: dict[str, Any], change: tuple[str, str] = ("", "")) -> tuple[Any, list[str]]:
    """Export a card, change a text in it, import it; gives its evaluations without metadata, and what was reported."""
    text = export(CardDocument.model_validate(value), CONTEXT).data.decode().replace(*change)
    found = imports.read(text.encode(), "churn")
    groups = [each.get("metric_groups") for each in found.value["spec"]["evaluation_details"]]
    return groups, [each.path for each in found.unmapped]


def several_groups() -> dict[str, Any]:
    """A card whose groups hold charts first, last and alone."""
    value = deepcopy(maximal())
    (group,) = value["spec"]["evaluation_details"][0]["metric_groups"]
    charts = [metric for metric in group["metric_data"] if isinstance(metric["value"], list)]
    curve = {"name": "tiny  | steps", "type": "linear_graph", "value": [[1e-05, -1e-300], [2, 1e22]]}
    value["spec"]["evaluation_details"][0]["metric_groups"] = [
        {"name": "charts | alone", "metric_data": [*charts, curve]},
        {"name": "turned", "metric_data": group["metric_data"][::-1]},
        group,
    ]
    return value


@pytest.mark.parametrize("value", [maximal(), several_groups()], ids=["maximal", "several groups"])
def test_metrics_of_all_types_come_back_as_they_were(value: dict[str, Any]) -> None:
    """Numbers, words, truth values, curves, bar charts and matrices: in their order, with notes and axes."""
    groups, reported = evaluations(value)
    assert groups == [each["metric_groups"] for each in value["spec"]["evaluation_details"]]
    assert not any("chart" in path or path.startswith("body: Metrics") for path in reported)


def test_charts_are_the_same_to_all_readers() -> None:
    """Readers of YAML 1.1 see the same numbers under our key."""
    charts = front(several_groups())["mlgov"]["charts"]
    assert charts[3]["metric"]["value"] == [[1e-05, -1e-300], [2, 1e22]]


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        ('type: "matrix"', "mlgov.charts[2]"),
        ('group: "overall group"', "mlgov.charts[0]"),
        ("value: [31.5, 41.25]", "mlgov.charts[1]"),
    ],
)
def test_charts_that_do_not_hold_are_reported(change: str, reported: str) -> None:
    """One of another type, of a group that is not there, or with too few bars is left out and told."""
    other = {"value: [31.5, 41.25]": "value: [31.5]"}.get(change, change.replace('"', '"no ', 1))
    groups, paths = evaluations(maximal(), (change, other))
    assert any(path in (reported, "mlgov") or path.startswith(f"{reported}.") for path in paths)
    assert "body: Metrics: overall group" in paths
    assert len(groups[0][0]["metric_data"]) < 6
