"""JSON Schemas for editors, generated from the pydantic models of the kinds.

Draft-07, because every editor reads it. Everything is written where it is used (no ``$ref``), a value that may be null
is one schema with two types, and a choice by ``type`` is a row of if/then: that is what makes an editor point at the
right line and say one thing, instead of "not valid under any of the given schemas".
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from mlgov.checks.kinds import MODELS
from mlgov.lifecycle.descriptions import descriptions
from mlgov.lifecycle.rules import BAD_NAME
from mlgov.names import NAME_PATTERN, RESERVED_NAMES, Kind

DRAFT = "http://json-schema.org/draft-07/schema#"
FOLDER = "schemas"

#: What the values of our enums mean; editors show it beside each value.
ENUM_DESCRIPTIONS: dict[str, dict[str, str]] = {
    "Status": {
        "draft": "Being written; nobody relies on it.",
        "pending_review": "Complete, and waiting for its reviewers.",
        "approved": "Reviewed; its content is frozen until it goes back to review.",
        "archived": "Out of use; frozen for good and kept for the record.",
    },
    "RiskRating": {
        "low": "A wrong answer does little harm.",
        "medium": "A wrong answer does harm that can be put right.",
        "high": "A wrong answer does serious or lasting harm.",
        "unknown": "Not rated yet.",
    },
    "MonitoringType": {
        "data_quality": "Do the inputs still look like the baseline?",
        "model_quality": "Are the predictions still right, judged by ground truth?",
        "model_bias": "Does the model treat groups as it did?",
        "model_explainability": "Do the same features still decide? (feature attribution drift)",
    },
}

_TITLES = {"apiVersion": "API version"}
_ACRONYMS = re.compile(r"\b(arns?|iam|id|js|kms|ks|psi|s3|uri|ecr)\b", re.IGNORECASE)
_KEY_ORDER = ("$schema", "$id", "title", "description", "markdownDescription", "type", "const", "enum")

Schema = dict[str, Any]


def file_name(kind: Kind) -> str:
    """Name of the schema file of a kind: the kind in lower case."""
    return f"{kind.value.lower()}.json"


def modeline(kind: Kind) -> str:
    """The first line of a document of ``kind``, by which editors find its schema."""
    return f"# yaml-language-server: $schema=../{FOLDER}/{file_name(kind)}"


def schema_files() -> dict[str, bytes]:
    """Every schema file, by name. The same code gives the same bytes."""
    return {file_name(kind): _written(schema_of(kind)) for kind in MODELS}


def schema_of(kind: Kind) -> Schema:
    """The draft-07 schema of the documents of ``kind``."""
    schema = inlined(MODELS[kind], Described)
    identity = {"$schema": DRAFT, "$id": f"urn:mlgov:v1:{kind.value.lower()}"}
    schema["title"] = _words(re.sub(r"(?<!^)(?=[A-Z])", "_", kind.value))
    schema["properties"]["kind"]["const"] = kind.value
    return _ordered(identity | schema)


def inlined(model: type[BaseModel], generator: type[GenerateJsonSchema]) -> Schema:
    """The schema of a model with everything written where it is used, in words that people can read."""
    raw = model.model_json_schema(schema_generator=generator)
    return _readable(raw, raw.get("$defs", {}))


class Described(GenerateJsonSchema):
    """pydantic's own, with what the fields mean."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        written = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for name, text in descriptions(model).items():
            if name in written.get("properties", {}):
                written["properties"][name].setdefault("description", text)
        return written


def _written(schema: Schema) -> bytes:
    return (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode()


def _readable(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """Rewrite one schema and everything below it."""
    schema = _resolved(schema, definitions)
    for key in ("properties", "patternProperties"):
        if key in schema:
            schema[key] = {name: _readable(part, definitions) for name, part in schema[key].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            schema[key] = _readable(schema[key], definitions)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            schema[key] = [_readable(part, definitions) for part in schema[key]]
    return _ordered(_narrowed(_titled(_chosen_by_type(_nullable(schema)))))


def _resolved(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """Put a definition where it is used; what is said at the place of use wins."""
    reference = schema.get("$ref")
    if reference is None:
        return {key: value for key, value in schema.items() if key != "$defs"}
    name = reference.rsplit("/", 1)[-1]
    here = {key: value for key, value in schema.items() if key != "$ref"}
    meanings = ENUM_DESCRIPTIONS.get(name)
    described = {"enumDescriptions": [meanings[value] for value in definitions[name]["enum"]]} if meanings else {}
    return _resolved(definitions[name], definitions) | described | here


def _nullable(schema: Schema) -> Schema:
    """Turn "X or null" into X with a second type."""
    branches = schema.get("anyOf", [])
    others = [branch for branch in branches if branch.get("type") != "null"]
    if len(branches) != 2 or len(others) != 1 or not isinstance(others[0].get("type"), str):
        return schema
    merged: Schema = others[0] | {key: value for key, value in schema.items() if key != "anyOf"}
    merged["type"] = [merged["type"], "null"]
    if "enum" in merged:
        merged["enum"] = [*merged["enum"], None]
    return merged


def _chosen_by_type(schema: Schema) -> Schema:
    """Turn a discriminated union into if/then: the value of one key decides which schema judges the rest."""
    key = schema.pop("discriminator", {}).get("propertyName")
    if key is None:
        return schema
    variants = schema.pop("oneOf")
    names = [variant["properties"][key]["const"] for variant in variants]
    choice = {
        "title": _words(key),
        "description": "It decides which other keys are there.",
        "type": "string",
        "enum": names,
        "enumDescriptions": [variant.get("description", "") for variant in variants],
    }
    rules = [
        {"if": {"required": [key], "properties": {key: {"const": name}}}, "then": variant}
        for name, variant in zip(names, variants, strict=True)
    ]
    return schema | {"type": "object", "required": [key], "properties": {key: choice}, "allOf": rules}


def _titled(schema: Schema) -> Schema:
    """Give titles and descriptions that people can read."""
    if "description" in schema:
        schema["description"] = " ".join(schema["description"].split())
        if "`" in schema["description"]:
            schema["markdownDescription"] = schema["description"]
    if schema.get("type") == "object" and "title" in schema:
        schema["title"] = _words(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", schema["title"]))
    for name, part in schema.get("properties", {}).items():
        part["title"] = _TITLES.get(name) or _words(name)
    return schema


def _narrowed(schema: Schema) -> Schema:
    """Say what pydantic checks but does not write, and leave out defaults of null, which editors would insert."""
    if schema.get("default", ...) is None:
        del schema["default"]
    if "patternProperties" in schema and "properties" not in schema:
        schema["additionalProperties"] = False
    if schema.get("pattern") == f"^{NAME_PATTERN}$":
        schema |= {"not": {"enum": sorted(RESERVED_NAMES)}, "patternErrorMessage": BAD_NAME.summary}
    if schema.get("format") == "date":
        schema |= {"pattern": r"^\d{4}-\d{2}-\d{2}$", "patternErrorMessage": "A date is written as 2026-12-31."}
    return schema


def _words(name: str) -> str:
    text = name.replace("_", " ").strip().lower()
    text = _ACRONYMS.sub(lambda found: found[0].upper().replace("ARNS", "ARNs"), text)
    return text[:1].upper() + text[1:]


def _ordered(schema: Schema) -> Schema:
    first = {key: schema[key] for key in _KEY_ORDER if key in schema}
    rest = {key: schema[key] for key in sorted(schema) if key not in first and key != "properties"}
    last = {"properties": schema["properties"]} if "properties" in schema else {}
    return first | rest | last
