"""Whatever the format: each field of a card is in the file, or is named as left out. New formats are held to it too."""

import contextlib
import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mlgov.cards import CardDocument
from mlgov.cards.exports import EXPORTERS
from mlgov.cards.fields import written
from mlgov.cards.markdown import number
from mlgov.cards.transfer import ExportContext
from mlgov.documents import Pointer
from mlgov.errors import UsageError
from tests.cards.exports.test_json_card import changed, pointers
from tests.cards.maximal import card, maximal, missing

CONTEXT = ExportContext(now=datetime(2026, 11, 21, 9, 30, tzinfo=UTC), version=7)
#: What is not content: that a card is a card, and the name under which it was asked for.
OF_THE_ENVELOPE = {("apiVersion",), ("kind",), ("metadata", "name")}


def leaves(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """List the values of a card and where they stand."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*pointer, key))
    else:
        yield pointer, value


def said(data: bytes) -> str:
    """Give the text of a file without escapes, line breaks, case and word marks, which formats may choose."""
    text = data.decode("utf-8", "replace")
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text).replace("\\n", " ")
    return plain(html.unescape(re.sub(r"\\\n", "\n", text)))


def plain(text: str) -> str:
    """Leave letters, digits and the signs of numbers, in lower case."""
    return re.sub(r"[^a-z0-9.@/:]", "", text.lower())


def is_told(value: Any, text: str) -> bool:
    """Say whether a value is in the text of a file."""
    if isinstance(value, bool):
        return str(value).lower() in text
    if isinstance(value, int | float):
        return number(value) in text or json.dumps(value) in text
    return plain(value.removeprefix("sha256:")) in text  # formats write the name of the algorithm in their own way


def test_the_maximal_card_is_maximal() -> None:
    """A field that is added to the schema has to be added to the card of this test."""
    assert missing(CardDocument, maximal()) == []


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_field_is_exported_or_reported(name: str) -> None:
    """No field of the maximal card disappears."""
    assert lost(name, maximal()) == []


@pytest.mark.parametrize("name", EXPORTERS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(data=st.data())
def test_every_field_of_a_smaller_card_is_exported_or_reported(name: str, data: st.DataObject) -> None:
    """A field must not depend on its neighbours to be told."""
    value = maximal()
    for _ in range(data.draw(st.integers(1, 15))):
        value = changed(value, data.draw(st.sampled_from(pointers(value)[2:])), None)
    with contextlib.suppress(UsageError):  # a format may refuse a card, which is as loud as a report
        assert lost(name, value) == []


@pytest.mark.parametrize("name", EXPORTERS)
def test_a_group_of_charts_alone_keeps_its_names(name: str) -> None:
    """Also where no number needs them."""
    value = maximal()
    metrics = value["spec"]["evaluation_details"][0]["metric_groups"][0]["metric_data"]
    metrics[:] = [metric for metric in metrics if isinstance(metric["value"], list)]
    assert lost(name, value) == []


def lost(name: str, value: dict[str, Any]) -> list[str]:
    """List the fields of a card that a format neither holds nor reports."""
    exported = EXPORTERS[name](CardDocument.model_validate(value), CONTEXT)
    text = said(exported.data)
    reported = [entry.path for entry in exported.unmapped]
    return [
        written(pointer)
        for pointer, each in leaves(value)
        if pointer not in OF_THE_ENVELOPE and not is_told(each, text) and not is_under(written(pointer), reported)
    ]


def is_under(path: str, reported: list[str]) -> bool:
    """Say whether a path or a parent of it was reported."""
    return any(path == each or path.startswith((each + ".", each + "[")) for each in reported)


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_reported_field_is_a_field_of_the_card(name: str) -> None:
    """A report that names a field which the card does not have would send people searching."""
    paths = [written(pointer) for pointer, _ in leaves(maximal())]
    for entry in EXPORTERS[name](card(), CONTEXT).unmapped:
        assert any(is_under(path, [entry.path]) for path in paths), entry
        assert entry.reason.endswith("."), entry


@pytest.mark.parametrize("name", EXPORTERS)
def test_equal_cards_give_equal_bytes(name: str) -> None:
    """An export depends on the card and the context alone."""
    assert EXPORTERS[name](card(), CONTEXT) == EXPORTERS[name](card(), CONTEXT)


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_smallest_card_can_be_exported(name: str) -> None:
    """A card that says nothing yet is a card."""
    empty = {**maximal(), "spec": {}, "metadata": {"name": "empty"}, "lifecycle": {"status": "draft"}}
    assert EXPORTERS[name](CardDocument.model_validate(empty), CONTEXT).data
