"""Hostile files: every importer refuses them with a hint or makes a card of them, and nothing else ever happens."""

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlgov.cards import CardDocument
from mlgov.cards.imports import IMPORTERS
from mlgov.documents.front_door import hidden_character
from mlgov.errors import ImportFormatError
from tests.cards.imports.test_open_formats import SOURCES, source

JSON_FORMATS = ("model-card-toolkit", "verifyml", "json")
REFUSED = {
    "empty": b"",
    "binary": bytes(range(256)),
    "utf-16 without a mark": "{}".encode("utf-16-be"),
    "no json": b"model_details: {}",
    "a list": b"[]",
    "a number": b"1",
    "not a number": b'{"model_details": {"name": NaN}}',
    "infinity": b'{"model_details": {"name": -Infinity}}',
    "beyond all numbers": b'{"model_details": {"name": 1e999}}',
    "endless digits": b'{"model_details": {"name": ' + b"9" * 5000 + b"}}",
    "a key twice": b'{"model_details": {"name": "a", "name": "b"}}',
    "deep": b'{"model_details": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "rather deep": b'{"model_details": {"a": ' + b"[" * 80 + b"]" * 80 + b"}}",
    "cut off": b'{"model_details": {"name": "a"',
    "another format": b'{"openapi": "3.1.0"}',
    "null": b'{"model_details": null}',
}
REFUSED_READMES = {
    "binary": b"\xff\xfe\x00\x01",
    "zero bytes": b"# A\0B",
    "no end": b"---\nlicense: mit\n",
    "bad yaml": b"---\nlicense: [mit\n---\n",
    "a list": b"---\n- mit\n---\n",
    "an alias": b"---\na: &a [b]\nc: *a\n---\n",
    "a tag": b"---\na: !!python/object/apply:os.system ['true']\n---\n",
    "a key twice": b"---\nlicense: mit\nlicense: gpl\n---\n",
    "not a number": b"---\nvalue: .nan\n---\n",
    "deep": b"---\na: " + b"[" * 5000 + b"]" * 5000 + b"\n---\n",
    "hidden characters": "---\nlicense: m\u202eit\n---\n".encode(),
    "too large": b"# A\n" + b"a" * (1024 * 1024),
}


@pytest.mark.parametrize("name", JSON_FORMATS)
@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_is_no_card_is_refused_with_a_hint(name: str, data: bytes) -> None:
    """The message is short and says what to do."""
    with pytest.raises(ImportFormatError) as caught:
        IMPORTERS[name](data, "leaves")
    assert caught.value.hint
    assert len(caught.value.message) < 600


@pytest.mark.parametrize("data", REFUSED_READMES.values(), ids=REFUSED_READMES)
def test_a_bad_readme_is_refused_with_a_hint(data: bytes) -> None:
    """The front matter goes through the same front door as every YAML."""
    with pytest.raises(ImportFormatError) as caught:
        IMPORTERS["huggingface"](data, "leaves")
    assert caught.value.hint


def test_a_readme_without_front_matter_is_read() -> None:
    """Metadata is not required."""
    imported = IMPORTERS["huggingface"](b"# Leaf letters\n\nSorts letters.\n", "leaves")
    card = CardDocument.model_validate(imported.value)
    assert card.spec.model_overview is not None
    assert (card.title, card.spec.model_overview.model_description) == ("Leaf letters", "Sorts letters.")


@pytest.mark.parametrize(
    "data",
    [
        b"<!--" * 250_000,
        b"# " + b" " * 500_000 + b"#" * 400_000 + b"x",
        b"- **" + b"a" * 900_000,
        b"\\" * 1_000_000,
        b"&" * 1_000_000,
        b"#\n" * 100_000,
        b"---\n" * 200_000,
        b"## More Information\n" + b"### a\n" * 150_000,
    ],
    ids=["comments", "heading", "label", "escapes", "references", "headings", "rules", "sections"],
)
def test_a_readme_cannot_use_up_the_machine(data: bytes) -> None:
    """The largest file of the worst shape takes seconds at most, whatever comes out."""
    begun = time.process_time()
    with contextlib.suppress(ImportFormatError):
        IMPORTERS["huggingface"](data, "leaves")
    assert time.process_time() - begun < 10


leaf = st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text()
anything = st.recursive(leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))


def mixed(value: Any) -> st.SearchStrategy[Any]:
    """Draw something like ``value``, with anything in the place of some of its parts."""
    if isinstance(value, dict):
        parts: st.SearchStrategy[Any] = st.fixed_dictionaries({}, optional={k: mixed(v) for k, v in value.items()})
    elif isinstance(value, list):
        parts = st.lists(st.one_of(*map(mixed, value)), max_size=4) if value else st.just([])
    else:
        parts = st.just(value)
    return st.one_of(parts, parts, parts, anything)


@pytest.mark.parametrize("name", ["model-card-toolkit", "verifyml"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_json_gives_a_card_or_a_refusal(name: str, data: st.DataObject) -> None:
    """Whatever stands where a text, a list or a mapping was expected; hidden characters never come through."""
    value = data.draw(mixed(json.loads(source(name))))
    try:
        imported = IMPORTERS[name](json.dumps(value).encode(), "leaves")
    except ImportFormatError as error:
        assert error.hint
        return
    assert CardDocument.model_validate(imported.value).lifecycle.status == "draft"
    assert not [text for text in texts(imported.value) if hidden_character(text)]


def texts(value: Any) -> list[str]:
    """List all texts and keys of a value."""
    if isinstance(value, dict):
        return [text for key, each in value.items() for text in [key, *texts(each)]]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []


lines = st.sampled_from(source("huggingface").decode().splitlines())
readmes = st.lists(lines | st.text(max_size=40), max_size=60).map("\n".join)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(readmes, st.booleans())
def test_any_readme_gives_a_card_or_a_refusal(body: str, with_front: bool) -> None:
    """Whatever lines follow one another."""
    front = source("huggingface").decode().split("---\n")[1] if with_front else ""
    data = f"---\n{front}---\n{body}" if front else body
    try:
        imported = IMPORTERS["huggingface"](data.encode("utf-8", "replace"), "leaves")
    except ImportFormatError as error:
        assert error.hint
        return
    assert CardDocument.model_validate(imported.value).lifecycle.status == "draft"
    assert not [text for text in texts(imported.value) if hidden_character(text)]


@pytest.mark.parametrize("metric", [{"type": "a", "value": 1, "slice": "s"}, {"type": "a" * 250, "value": 1}])
def test_a_card_that_would_be_too_large_is_refused(metric: dict[str, Any]) -> None:
    """A draft that the front door would refuse is not made, and a million results do not take hours."""
    metrics = [{**metric, "slice": f"slice {place}"} for place in range(100_000 if len(metric) == 3 else 1_500)]
    data = json.dumps({"quantitative_analysis": {"performance_metrics": metrics}}).encode()
    with pytest.raises(ImportFormatError, match="more than a card of 256 KiB can say"):
        IMPORTERS["model-card-toolkit"](data, "leaves")


@pytest.mark.parametrize("name", SOURCES)
def test_long_texts_are_cut_and_the_cut_is_told(name: str) -> None:
    """Nothing over a limit of the schema comes through, and nothing is cut in silence."""
    long = "very " * 1000
    data = source(name).replace(b"Tells oak leaves from beech leaves.", long.encode())
    data = data.replace(b"Suggests answers to loan requests.", long.encode())
    data = data.replace(b"Sorts letters about leaves.", long.encode())
    imported = IMPORTERS[name](data, "leaves")
    card = CardDocument.model_validate(imported.value)
    assert card.spec.model_overview is not None
    assert len(card.spec.model_overview.model_description or "") <= 1024
    assert [entry.reason for entry in imported.unmapped if "cut to 1,024 characters" in entry.reason]
