"""Tables of fields from a JSON Schema in which everything is written where it is used."""

import json
from collections.abc import Iterator
from typing import Any

from scripts.reference.markdown import anchor, code, plain, table

Schema = dict[str, Any]
Section = tuple[str, Schema]

_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null"}


def sections(schema: Schema, path: str = "") -> Iterator[Section]:
    """List every object with named keys, and its path, from the top down. ``[]`` is an item of a list."""
    if _named(schema):
        yield path, schema
    for key, part in schema.get("properties", {}).items():
        yield from sections(part, f"{path}.{key}".lstrip("."))
    for variant in _variants(schema):
        names = {key: part for key, part in variant["properties"].items() if key != "type"}
        kind = variant["properties"]["type"]["const"]
        yield from sections(variant | {"properties": names}, f"{path} of type {kind}")
    if isinstance(schema.get("items"), dict):
        yield from sections(schema["items"], f"{path}[]")
    for part in _values(schema):
        yield from sections(part, f"{path}.NAME")


def written(found: Section) -> str:
    """Write one section: heading, what it is, a row for each of its fields, and what its words mean."""
    path, schema = found
    head = f"## {code(path)}\n\n" if path else ""
    about = plain(schema.get("description", ""))
    rows = [_row(path, key, part, schema) for key, part in schema.get("properties", {}).items()]
    return "\n\n".join(filter(None, [f"{head}{about}".strip(), table(["field", "meaning"], rows), *_meanings(schema)]))


def _named(schema: Schema) -> bool:
    return bool(schema.get("properties"))


def _variants(schema: Schema) -> list[Schema]:
    return [rule["then"] for rule in schema.get("allOf", [])]


def _values(schema: Schema) -> list[Schema]:
    """List what the values of free names may be."""
    values = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    return [value for value in values if isinstance(value, dict)]


def _row(path: str, key: str, part: Schema, parent: Schema) -> tuple[str, str]:
    said = [f"*{_kind(part)}{', required' if key in parent.get('required', []) else ''}.*"]
    said += [plain(part["description"])] if part.get("description") else []
    said += list(_limits(part)) + list(_default(part)) + list(_examples(part))
    below = [name for name, schema in sections(part, f"{path}.{key}".lstrip(".")) if _named(schema)]
    said += [f"See [{code(below[0])}](#{anchor(below[0])})."] if below else []
    return code(key), " ".join(said)


def _kind(part: Schema) -> str:
    if "const" in part:
        return code(part["const"])
    if "enum" in part:
        return "one of " + ", ".join(code(value) for value in part["enum"] if value is not None)
    for choice in ("anyOf", "oneOf"):
        if choice in part:
            return " or ".join(dict.fromkeys(_kind(branch) for branch in part[choice]))
    types = part.get("type", "string")
    return " or ".join(_type(part, name) for name in ([types] if isinstance(types, str) else types) if name != "null")


def _type(part: Schema, name: str) -> str:
    if name == "array":
        return f"list of {_kind(part.get('items', {}))}"
    if name == "object":
        values = _values(part)
        return f"names with {_kind(values[0])}" if values else "fields"
    return "date" if part.get("format") == "date" else _WORDS[name]


def _limits(part: Schema) -> Iterator[str]:
    for key, words in (
        ("minimum", "At least {}."),
        ("exclusiveMinimum", "More than {}."),
        ("maximum", "At most {}."),
        ("exclusiveMaximum", "Less than {}."),
        ("maxLength", "At most {} characters."),
        ("minItems", "At least {} of them."),
        ("maxItems", "At most {} of them."),
    ):
        if key in part:
            yield words.format(f"{part[key]:,}")


def _default(part: Schema) -> Iterator[str]:
    if part.get("default") not in (None, "", [], {}):
        yield f"Default: {code(_json(part['default']))}."


def _examples(part: Schema) -> Iterator[str]:
    if examples := part.get("examples"):
        yield f"For instance {code(_json(examples[0]))}."


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _meanings(schema: Schema) -> Iterator[str]:
    """List what the words mean that a field may have."""
    for key, part in schema.get("properties", {}).items():
        for choice in (part, part.get("items", {}), *part.get("anyOf", [])):
            if "enumDescriptions" in choice:
                rows = zip(choice["enum"], choice["enumDescriptions"], strict=False)
                yield table([code(key), "means"], ([code(value), plain(text)] for value, text in rows if value))
