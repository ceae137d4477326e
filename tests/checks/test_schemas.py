"""The JSON Schemas say what pydantic checks, in a form that every editor reads."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker
from pydantic import ValidationError

from mlgov.checks.kinds import MODELS
from mlgov.checks.schemas import ENUM_DESCRIPTIONS, file_name, modeline, schema_files, schema_of
from mlgov.documents import load
from mlgov.names import FOLDERS, Kind, MonitoringType, RiskRating, Status

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = {
    Kind.MODEL_CARD: "cards/breast-cancer.yaml",
    Kind.ROLE: "roles/data-scientist.yaml",
    Kind.MONITOR_SET: "monitors/breast-cancer.yaml",
    Kind.WAIVER: "tests/examples/good/waiver-too-long/waivers/churn-business.yaml",
    Kind.ACCESS_GRANT: "tests/examples/good/grant-term/grants/developer-churn.yaml",
}
VALIDATORS = {kind: Draft7Validator(schema_of(kind), format_checker=FormatChecker()) for kind in MODELS}

#: What is put in the place of each value of a document.
STRANGE: tuple[Any, ...] = (None, "", -1, 1.5, True, [], {"x": "y"}, "x" * 5000, "2026-13-01", ["x"])

#: Where the two may differ, and why: lengths of two lists are compared; `check_role` and `kind_of` judge what
#: pydantic lets pass, because they can say it in words.
JUDGED_ELSEWHERE = {
    Kind.MODEL_CARD: ("metric_data",),
    Kind.ROLE: ("kind", "activities", "persona", "parameters", "network", "keys"),
    Kind.MONITOR_SET: (),
    Kind.WAIVER: (),
    Kind.ACCESS_GRANT: ("expires", "starts"),
}


def document(kind: Kind) -> dict[str, Any]:
    """Read the real document of a kind."""
    path = REPOSITORY / DOCUMENTS[kind]
    found, findings = load(path.read_bytes(), path.name)
    assert found, findings
    return found.value


def pydantic_accepts(kind: Kind, value: dict[str, Any]) -> bool:
    """Ask the model of the kind."""
    try:
        MODELS[kind].model_validate(value)
    except ValidationError:
        return False
    return True


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Walk over every schema inside a schema."""
    yield schema
    for key in ("properties", "patternProperties"):
        for part in schema.get(key, {}).values():
            yield from parts(part)
    for key in ("items", "additionalProperties", "then"):
        if isinstance(schema.get(key), dict):
            yield from parts(schema[key])
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from parts(part)


def pointers(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Walk over the places of a document; of a list, the first entry stands for all."""
    if at:
        yield at
    if isinstance(value, dict):
        for key, part in value.items():
            yield from pointers(part, (*at, key))
    elif isinstance(value, list) and value:
        yield from pointers(value[0], (*at, 0))


def variants(value: dict[str, Any], at: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    """Spoil a document at one place in every way."""
    for strange in STRANGE:
        spoilt = copy.deepcopy(value)
        _parent(spoilt, at)[at[-1]] = strange
        yield spoilt
    dropped = copy.deepcopy(value)
    del _parent(dropped, at)[at[-1]]
    yield dropped
    if isinstance(at[-1], str):
        extended = copy.deepcopy(value)
        _parent(extended, at)["Unknown-Key"] = 1
        yield extended


def _parent(value: Any, at: tuple[Any, ...]) -> Any:
    for key in at[:-1]:
        value = value[key]
    return value


@pytest.mark.parametrize("kind", MODELS)
def test_schema_and_pydantic_agree_on_spoilt_documents(kind: Kind) -> None:
    """Every place of a real document, spoilt in every way, gets one verdict from both."""
    value = document(kind)
    differences, verdicts = [], set()
    for at in pointers(value):
        if set(at) & set(JUDGED_ELSEWHERE[kind]):
            continue
        for spoilt in variants(value, at):
            accepted = pydantic_accepts(kind, spoilt)
            verdicts.add(accepted)
            if VALIDATORS[kind].is_valid(spoilt) != accepted:
                differences.append((at, accepted))
    assert differences == []
    assert verdicts == {True, False}


@pytest.mark.parametrize("folder", ["good", "bad"])
def test_schema_and_pydantic_agree_on_the_examples(folder: str) -> None:
    """What pydantic refuses, the schema refuses; what is good, both accept."""
    judged = 0
    for path in sorted((REPOSITORY / "tests" / "examples" / folder).rglob("*.yaml")):
        kind = FOLDERS.get(path.parent.name)
        found, _ = load(path.read_bytes(), path.name)
        if kind is None or found is None:
            continue
        judged += 1
        refused = not VALIDATORS[kind].is_valid(found.value)
        if folder == "good" or not pydantic_accepts(kind, found.value):
            assert refused == (folder == "bad"), path
    assert judged > 20


@pytest.mark.parametrize("kind", MODELS)
def test_real_documents_are_valid(kind: Kind) -> None:
    """The documents of this repository pass and name their schema in the first line."""
    assert list(VALIDATORS[kind].iter_errors(document(kind))) == []
    text = (REPOSITORY / DOCUMENTS[kind]).read_text(encoding="utf-8")
    assert text.splitlines()[0] == modeline(kind)


@pytest.mark.parametrize("kind", MODELS)
def test_a_schema_is_draft_07_and_knows_its_name(kind: Kind) -> None:
    """The dialect and the id are written down, and nothing newer than draft-07 is used."""
    schema = schema_of(kind)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == f"urn:mlgov:v1:{kind.lower()}"
    newer = {"$ref", "$defs", "unevaluatedProperties", "prefixItems", "dependentSchemas", "discriminator"}
    assert [sorted(newer & set(part)) for part in parts(schema) if newer & set(part)] == []


@pytest.mark.parametrize("kind", MODELS)
def test_every_key_is_described(kind: Kind) -> None:
    """An editor has a title and a description for every key, each on one line."""
    for part in parts(schema_of(kind)):
        for name, described in part.get("properties", {}).items():
            assert described["title"], name
            assert described["description"].endswith((".", "?")), name
            assert "\n" not in described["description"]


@pytest.mark.parametrize("kind", MODELS)
def test_unknown_keys_are_refused_everywhere(kind: Kind) -> None:
    """An object either lists its keys or says what any key holds."""
    for part in parts(schema_of(kind)):
        if part.get("type") in ("object", ["object", "null"]) and "allOf" not in part:
            assert "additionalProperties" in part
            assert part["additionalProperties"] is not True


@pytest.mark.parametrize("kind", MODELS)
def test_every_example_in_a_schema_is_valid(kind: Kind) -> None:
    """What an editor offers as an example fits the place where it is offered."""
    checked = 0
    for part in parts(schema_of(kind)):
        for example in part.get("examples", ()):
            checked += 1
            assert list(Draft7Validator(part, format_checker=FormatChecker()).iter_errors(example)) == []
    assert checked > 5


def test_every_value_of_our_enums_is_explained() -> None:
    """A new status, rating or monitoring type needs a line for editors."""
    for enum in (Status, RiskRating, MonitoringType):
        assert list(ENUM_DESCRIPTIONS[enum.__name__]) == [member.value for member in enum]


def test_schema_files_are_deterministic_json() -> None:
    """Two runs give the same bytes, one file a kind."""
    first, second = schema_files(), schema_files()
    assert first == second
    assert sorted(first) == sorted(file_name(kind) for kind in Kind)
    for data in first.values():
        assert json.loads(data)["type"] == "object"
        assert data.endswith(b"}\n")


def test_a_value_that_may_be_null_is_one_schema_with_two_types() -> None:
    """Editors explain two types better than two schemas."""
    overview = schema_of(Kind.MODEL_CARD)["properties"]["spec"]["properties"]["model_overview"]
    assert overview["type"] == ["object", "null"]
    assert overview["properties"]["model_id"]["type"] == ["string", "null"]


def test_reserved_names_are_refused() -> None:
    """A name that the file system treats specially is refused in the editor already."""
    value = document(Kind.MODEL_CARD)
    value["metadata"]["name"] = "con"
    assert not VALIDATORS[Kind.MODEL_CARD].is_valid(value)
    assert not pydantic_accepts(Kind.MODEL_CARD, value)
