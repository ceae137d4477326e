"""The template with every field of a card, written from the schema: what it says cannot go stale."""

import textwrap
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mlgov.cards.schema import CardSpec
from mlgov.documents import style
from mlgov.lifecycle.descriptions import descriptions

_HEAD = """\
# template: Every field of a card, each with a comment that says what to write.
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: full
lifecycle:
  status: draft
# Fill in what you know and delete the rest: a field that is empty says nothing.
spec:
"""


def full_template() -> bytes:
    """Write the template."""
    return (_HEAD + "\n".join(_fields(CardSpec, 2)) + "\n").encode()


def _fields(model: type[BaseModel], indent: int) -> Iterator[str]:
    """Write the fields of a part, empty, each below its comment."""
    for name, field in model.model_fields.items():
        part, is_list = _part(field.annotation)
        yield from _comment(_said(model, name), indent)
        if part and not is_list and not any(each.is_required() for each in part.model_fields.values()):
            yield f"{' ' * indent}{name}:"
            yield from _fields(part, indent + 2)
            continue
        if part:
            yield from _comment("Each item has:" if is_list else "It has:", indent)
            yield from _shape(_parts(field.annotation), indent, 2)
        yield f"{' ' * indent}{name}:{_empty(field)}"


def _shape(parts: list[type[BaseModel]], indent: int, depth: int) -> Iterator[str]:
    """Describe the items of a list in comments: one line per key, deeper parts below theirs."""
    fields = {name: field for part in parts for name, field in part.model_fields.items()}
    fields = {name: fields[name] for name in sorted(fields, key=lambda name: name == "notes")}
    for name, field in fields.items():
        inner, _ = _part(field.annotation)
        said = _said(parts[0], name) if len(parts) == 1 else _said_by_type(parts, name)
        needed = all(part.model_fields[name].is_required() for part in parts if name in part.model_fields)
        yield from _comment(f"{name}{' (required)' if needed else ''}: {said}", indent, depth)
        if inner:
            yield from _shape(_parts(field.annotation), indent, depth + 2)


def _said_by_type(parts: list[type[BaseModel]], name: str) -> str:
    """Say what a key means where ``type`` decides which part is meant."""
    types = {str(get_args(part.model_fields["type"].annotation)[0]): part for part in parts}
    if name == "type":
        return f"{', '.join(types)}."
    said: dict[str, list[str]] = {}
    for each, part in types.items():
        if name in part.model_fields:
            said.setdefault(_said(part, name), []).append(each)
    return next(iter(said)) if len(said) == 1 else " ".join(f"{', '.join(of)}: {text}" for text, of in said.items())


def _comment(text: str, indent: int, depth: int = 0) -> Iterator[str]:
    lead = " " * indent + "# " + " " * depth
    width = max(style.WIDTH - len(lead), 40)
    for number, line in enumerate(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)):
        yield lead + ("  " if depth and number else "") + line


def _said(model: type[BaseModel], name: str) -> str:
    text = " ".join(descriptions(model).get(name, "").split())
    examples = [each for each in model.model_fields[name].examples or () if isinstance(each, str | int | float)]
    return f"{text} For instance: {examples[0]}" if examples and str(examples[0]) not in text else text


def _empty(field: FieldInfo) -> str:
    """Give what stands behind the colon of a field that nobody has filled in."""
    default = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, Enum):
        return f" {default.value}"
    return f" {style.inline(default)}" if default is not None else ""


def _part(annotation: Any) -> tuple[type[BaseModel] | None, bool]:  # noqa: ANN401 - a type expression
    """Give the first part that a field holds, and whether it holds a list of them."""
    parts = _parts(annotation)
    return (parts[0] if parts else None), _holds_list(annotation)


def _parts(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - a type expression
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for each in get_args(annotation) for part in _parts(each)]


def _holds_list(annotation: Any) -> bool:  # noqa: ANN401 - a type expression
    return get_origin(annotation) is list or any(get_origin(each) is list for each in get_args(annotation))
