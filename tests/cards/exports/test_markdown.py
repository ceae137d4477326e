"""Markdown of the whole card: readable, complete, and harmless."""

import itertools
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from mlgov.cards import CardDocument
from mlgov.cards.exports.markdown import export
from mlgov.cards.transfer import ExportContext
from tests.cards.maximal import card, maximal
from tests.cards.test_escaping import TRICKS

GOLDEN = Path(__file__).parents[2] / "golden" / "cards" / "markdown.md"
CONTEXT = ExportContext(now=datetime(2026, 11, 21, 9, 30, tzinfo=UTC), version=7)


def tokens(value: dict[str, Any]) -> list[Any]:
    """Export a card and parse the Markdown as GitHub does, with tables."""
    text = export(CardDocument.model_validate(value), CONTEXT).data.decode()
    parsed: list[Any] = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    return [part for token in parsed for part in [token, *(token.children or [])]]


def test_golden() -> None:
    """The bytes of the maximal card."""
    assert export(card(), CONTEXT).data.decode() == GOLDEN.read_text(encoding="utf-8")


def test_nothing_is_unmapped() -> None:
    """Every field has its place."""
    assert export(card(), CONTEXT).unmapped == ()


def with_trick(value: Any, trick: str) -> Any:
    """Put a trick into every free text of a card."""
    if isinstance(value, dict):
        return {key: with_trick(each, trick) for key, each in value.items()}
    if isinstance(value, list):
        return [with_trick(each, trick) for each in value]
    return f"{trick} {value}" if isinstance(value, str) and " " in value and len(trick) + len(value) < 62 else value


@pytest.mark.parametrize("trick", TRICKS)
def test_no_text_of_a_card_becomes_markup(trick: str) -> None:
    """The page has the blocks of the harmless card, whatever its texts are; no link, HTML or code at all."""
    kinds = [token.type for token in tokens(with_trick(maximal(), trick)) if token.type.endswith("_open")]
    plain = [token.type for token in tokens(maximal()) if token.type.endswith("_open")]
    every = {token.type for token in tokens(with_trick(maximal(), trick))}
    assert [kind for kind in kinds if kind != "paragraph_open"] == [kind for kind in plain if kind != "paragraph_open"]
    assert not every & {"html_block", "html_inline", "link_open", "image", "code_inline", "fence", "code_block", "hr"}


def test_headings_go_down_one_level_at_a_time() -> None:
    """Readers of screen readers walk the outline."""
    levels = [int(token.tag[1]) for token in tokens(maximal()) if token.type == "heading_open"]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_a_chart_without_labels_is_numbered() -> None:
    """Labels are optional."""
    value = deepcopy(maximal())
    metrics = value["spec"]["evaluation_details"][0]["metric_groups"][0]["metric_data"]
    for metric in metrics:
        metric.pop("x_axis_name"), metric.pop("y_axis_name")
    text = export(CardDocument.model_validate(value), CONTEXT).data.decode()
    assert "| 1 | 101 | 7.5 |" in text
    assert "| 2 | 41.25 |" in text
