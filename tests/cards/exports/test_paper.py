"""The card laid out for paper."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.cards import CardDocument
from mlgov.cards.exports.paper import paper
from mlgov.cards.transfer import ExportContext
from tests.cards.maximal import maximal

CONTEXT = ExportContext(datetime(2026, 11, 21, tzinfo=UTC), 3)
finite = st.floats(allow_nan=False, allow_infinity=False)


def blocks(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Lay out a card and give its blocks."""
    return list(paper(CardDocument.model_validate(value), CONTEXT)["blocks"])


def words(value: Any) -> str:
    """Give every text of a JSON value, without the places where a word may break."""
    if isinstance(value, dict):
        return "\n".join(map(words, value.values()))
    if isinstance(value, list):
        return "\n".join(map(words, value))
    return str(value).replace("\u200b", "")


def leaves(value: Any) -> list[Any]:
    """Give the texts of a card."""
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each)]
    return [value] if isinstance(value, str) else []


def test_every_text_of_a_card_is_on_the_paper() -> None:
    """A field that has no block of its own would be lost."""
    value = maximal()
    shown = words(paper(CardDocument.model_validate(value), CONTEXT)).casefold().replace("_", " ")
    skipped = {"mlgov/v1", "modelcard", "number", "string", "boolean", "linear graph", "bar chart", "matrix"}
    lost = [leaf for leaf in leaves(value) if leaf.casefold().replace("_", " ") not in shown]
    assert set(map(str.casefold, (leaf.replace("_", " ") for leaf in lost))) <= skipped


def with_metric(metric: dict[str, Any]) -> dict[str, Any]:
    """Make a card with one metric."""
    group = {"name": "g", "metric_data": [{"name": "m", **metric}]}
    return maximal() | {"spec": {"evaluation_details": [{"name": "e", "metric_groups": [group]}]}}


@given(st.lists(st.tuples(finite, finite).map(list), min_size=1, max_size=8))
def test_a_curve_stays_inside_its_frame(points: list[list[float]]) -> None:
    """Whatever its numbers are: equal, huge, negative."""
    curve = blocks(with_metric({"type": "linear_graph", "value": points}))[-1]
    assert curve["kind"] == "curve"
    assert all(-1e-9 <= share <= 1 + 1e-9 for point in curve["points"] for share in point)
    assert len(curve["points"]) >= 2


@given(st.lists(finite, min_size=1, max_size=8))
def test_bars_stand_on_zero(values: list[float]) -> None:
    """Up or down, inside the frame."""
    bars = blocks(with_metric({"type": "bar_chart", "value": values}))[-1]
    assert all(-1e-9 <= bar[end] <= 1 + 1e-9 for bar in bars["bars"] for end in ("from", "to"))
    assert len({bar["from"] for bar in bars["bars"]}) == 1


@pytest.mark.parametrize("word", ["x" * 200, "s3://bucket/" + "part/" * 60])
def test_long_words_may_break(word: str) -> None:
    """So that they stay on the page; what is copied is the same without the breaks."""
    value = maximal()
    value["spec"]["model_overview"]["model_description"] = word
    shown = str(blocks(value))
    assert word in shown.replace("\\u200b", "")
    assert word not in shown
