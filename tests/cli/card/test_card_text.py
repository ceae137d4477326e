"""A card for a terminal."""

import re
from typing import Any

import pytest

from mlgov.cards import CardDocument
from mlgov.cli.card.card_text import card_text, number, title
from tests.cards.maximal import card, maximal
from tests.website.hostile import hostile


def shown(found: CardDocument, width: int = 100) -> str:
    """Write a card without colours."""
    return card_text(found, [("Version", "3")], width=width, color=False)


def texts_of(value: Any) -> list[str]:
    """List the texts and numbers of a document."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts_of(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts_of(each)]
    return [number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)]


def squeezed(text: str) -> str:
    """Drop blanks and line ends."""
    return re.sub(r"\s", "", text)


def test_every_value_of_a_maximal_card_is_shown() -> None:
    """Nothing is left out, whatever the section; points of curves are summed up."""
    value = maximal()
    curves = []
    for evaluation in value["spec"]["evaluation_details"]:
        for group in evaluation.get("metric_groups", []):
            curves += [metric for metric in group["metric_data"] if metric["type"] == "linear_graph"]
    for curve in curves:
        curve["value"] = []
    text = squeezed(shown(card(), width=400))
    words = {"ModelCard", "mlgov/v1", "approved", "True", "False"}
    kinds = {"number", "string", "boolean", "linear_graph", "bar_chart", "matrix"}
    missing = [word for word in texts_of(value) if word not in words | kinds and squeezed(word) not in text]
    assert curves
    assert missing == []


@pytest.mark.parametrize("width", [50, 72, 100])
def test_lines_keep_to_the_width(width: int) -> None:
    """Text is wrapped, and a table that does not fit is written as labelled text."""
    assert [line for line in shown(card(), width).splitlines() if len(line) > width] == []


def test_headings_stand_out_only_in_colour() -> None:
    """A pipe gets plain text."""
    assert "\x1b" not in shown(card())
    assert "\x1b[1m" in card_text(card(), [], width=80, color=True)


@pytest.mark.parametrize("payload", ["::error::x", "##[group]x", "<script>alert(1)</script>", "word ::error::x " * 20])
def test_words_of_a_card_do_not_act(payload: str) -> None:
    """In every field that takes text."""
    found = CardDocument.model_validate(hostile(maximal(), payload))
    for line in shown(found, width=60).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def test_an_empty_card_has_a_name_and_a_status() -> None:
    """And no empty headings."""
    value = {"apiVersion": "mlgov/v1", "kind": "ModelCard", "metadata": {"name": "x"}, "lifecycle": {"status": "draft"}}
    text = shown(CardDocument.model_validate({**value, "spec": {}}))
    assert text.splitlines() == ["x", "Name     x", "Status   draft", "Risk     unknown", "Version  3"]


def test_a_chart_and_a_matrix_have_their_labels() -> None:
    """Rows are the x labels, as the schema says."""
    bars = {"name": "recall", "type": "bar_chart", "value": [0.5, 1], "x_axis_name": ["cat", "dog"], "y_axis_name": "r"}
    matrix = {
        "name": "m",
        "type": "matrix",
        "value": [[1, 2], [3, 4]],
        "x_axis_name": ["a", "b"],
        "y_axis_name": ["c", "d"],
    }
    curve = {"name": "roc", "type": "linear_graph", "value": [[0, 0.5], [0.5, 0.25], [1, 1]], "x_axis_name": "fpr"}
    groups = [{"name": "g", "metric_data": [bars, matrix, curve]}]
    value = maximal()
    value["spec"] = {"evaluation_details": [{"name": "e", "metric_groups": groups}]}
    text = shown(CardDocument.model_validate(value))
    assert re.search(r"cat +0\.5 +█{10}\n", text)
    assert re.search(r"dog +1 +█{20}\n", text)
    assert re.search(r" c +d\n +a +1 +2\n +b +3 +4\n", text)
    assert re.search(r"fpr +0 to 1, between 0 and 1, 3 points\n +y +0\.5 to 1, between 0\.25 and 1, 3 points", text)


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (0.1, "0.1"), (-3, "-3"), (1e300, "1e+300"), (2.0**60, repr(2.0**60))]
)
def test_numbers_keep_all_their_digits(value: float, text: str) -> None:
    """Whole ones lose their point."""
    assert number(value) == text


def test_titles_are_words() -> None:
    """Keys as people read them."""
    assert title("training_job_details") == "Training job details"
    assert title("training_arn") == "Training ARN"
