"""Cards of other tools: each field of the file is in the draft or is named as left out, and drafts never change."""

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mlgov.cards import CardDocument
from mlgov.cards.fields import written
from mlgov.cards.imports import IMPORTERS
from mlgov.documents import Pointer, load
from mlgov.errors import ImportFormatError

FILES = Path(__file__).parent / "files"
GOLDEN = Path(__file__).parents[2] / "golden" / "cards"
SOURCES = {
    "huggingface": "huggingface.md",
    "model-card-toolkit": "model_card_toolkit.json",
    "verifyml": "verifyml.json",
}


def source(name: str) -> bytes:
    """Give the bytes of the file that has every field of a format."""
    return (FILES / SOURCES[name]).read_bytes()


def leaves(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """List the values of a file and where they stand."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*pointer, key))
    else:
        yield pointer, value


@pytest.mark.parametrize("name", SOURCES)
def test_golden(name: str) -> None:
    """The draft and the report of a file with every field of its format."""
    imported = IMPORTERS[name](source(name), "leaves")
    report = [f"{entry.path}: {entry.reason}" for entry in imported.unmapped]
    said = json.dumps({"card": imported.value, "unmapped": report}, indent=2, ensure_ascii=False) + "\n"
    assert said == (GOLDEN / f"imported-{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SOURCES)
def test_the_draft_is_a_card(name: str) -> None:
    """It passes the schema, has the name that was given, and is a draft."""
    card = CardDocument.model_validate(IMPORTERS[name](source(name), "leaves").value)
    assert (card.metadata.name, card.lifecycle.status) == ("leaves", "draft")


@pytest.mark.parametrize("name", SOURCES)
def test_every_field_is_imported_or_reported(name: str) -> None:
    """No field of the file disappears; images and structures that a card cannot hold are named."""
    assert lost(name, source(name), values(name)) == []


@pytest.mark.parametrize("name", ["model-card-toolkit", "verifyml"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(data=st.data())
def test_every_field_of_a_smaller_file_is_imported_or_reported(name: str, data: st.DataObject) -> None:
    """A field must not depend on its neighbours to be told."""
    value = values(name)
    for _ in range(data.draw(st.integers(1, 12))):
        value = without(value, data.draw(st.sampled_from([pointer for pointer, _ in leaves(value)])))
    with contextlib.suppress(ImportFormatError):
        assert lost(name, json.dumps(value).encode(), value) == []


def without(value: Any, pointer: Pointer) -> Any:
    """Take one value out of a file."""
    if not isinstance(value, dict | list) or not pointer:
        return value
    if isinstance(value, list):
        return [without(each, pointer[1:]) if place == pointer[0] else each for place, each in enumerate(value)]
    kept = {key: without(each, pointer[1:]) if key == pointer[0] else each for key, each in value.items()}
    return {key: each for key, each in kept.items() if len(pointer) > 1 or key != pointer[0]}


def lost(name: str, data: bytes, value: Any) -> list[str]:
    """List the fields of a file that the import neither holds nor reports."""
    imported = IMPORTERS[name](data, "leaves")
    said = json.dumps(imported.value, ensure_ascii=False)
    said += said.replace('": "', ":")  # a tag such as domain:botany becomes a label
    reported = [entry.path for entry in imported.unmapped]
    return [
        written(pointer)
        for pointer, each in leaves(value)
        if is_lost(each, said) and not is_under(written(pointer), reported)
    ]


def is_lost(value: Any, said: str) -> bool:
    """Say whether a value of the file is not in the JSON of the draft."""
    return (value if isinstance(value, str) else json.dumps(value)) not in said


def values(name: str) -> Any:
    """Read the values of a file; of a README.md, those of its front matter."""
    if name != "huggingface":
        return json.loads(source(name))
    front = source(name).split(b"---\n")[1]
    document, _ = load(front, "front matter")
    assert document is not None
    return document.value


def is_under(path: str, reported: list[str]) -> bool:
    """Say whether a path or a parent of it was reported."""
    return any(path == each or path.startswith((each + ".", each + "[")) for each in reported)


def test_every_line_of_the_body_is_imported_or_reported() -> None:
    """A section that a card has no field for is named by its heading."""
    imported = IMPORTERS["huggingface"](source("huggingface"), "leaves")
    said = json.dumps(imported.value, ensure_ascii=False)
    reported = [entry.path.removeprefix("body: ") for entry in imported.unmapped]
    body = source("huggingface").decode().split("---\n", 2)[2]
    section, lost = "", []
    for line in body.splitlines():
        section = line.lstrip("# ").removesuffix(" [optional]") if re.match(r"#{1,6} \w", line) else section
        bare = re.sub(r"^- (\*\*.*?\*\* )?", "", line.replace("\\", "")).strip()
        is_text = bare and not line.startswith(("#", "|", "<!--", "```")) and "[More Information" not in line
        if is_text and bare not in said and not any(each.startswith(section) for each in reported):
            lost.append(line)
    assert lost == []


@pytest.mark.parametrize("name", SOURCES)
def test_equal_files_give_equal_drafts(name: str) -> None:
    """An import depends on the file and the name alone."""
    assert IMPORTERS[name](source(name), "leaves") == IMPORTERS[name](source(name), "leaves")
