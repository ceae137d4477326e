"""pydantic's errors -> findings with a place, a did-you-mean and one wording."""

import difflib
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mlgov.documents import Document, Pointer, find
from mlgov.findings import Finding
from mlgov.lifecycle import rules
from mlgov.lifecycle.envelope import Envelope

ModelT = TypeVar("ModelT", bound=Envelope[Any])

_NUMBER_FOR_TEXT = "Put the value in quotes: this field holds text."


def validate(document: Document, model: type[ModelT]) -> tuple[ModelT | None, list[Finding]]:
    """Check a document against the schema of its kind.

    Args:
        document: What the front door let in.
        model: The pydantic model of its kind.

    Returns:
        The typed document and no findings, or None and one finding per problem.
    """
    try:
        return model.model_validate(document.value), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        return None, [_finding(document, model, detail) for detail in details]


def _finding(document: Document, model: type[BaseModel], detail: ErrorDetails) -> Finding:
    pointer = _pointer(document.value, detail)
    if detail["type"] in ("missing", "union_tag_not_found"):
        return _missing(document, pointer)
    if detail["type"] == "extra_forbidden":
        return _unknown(document, model, pointer)
    rule = rules.BAD_NAME if pointer == ("metadata", "name") else rules.SCHEMA
    location = document.location(pointer)
    return rule.at(location, f"{_written(pointer)}: {_sentence(detail)}", pointer=pointer, fix=_fix(detail))


def _missing(document: Document, pointer: Pointer) -> Finding:
    parent = _written(pointer[:-1]) or "the document"
    message = f"{parent} has no {pointer[-1]}."
    fix = f"Add '{pointer[-1]}:' below {parent}."
    return rules.MISSING_KEY.at(document.location(pointer), message, pointer=pointer, fix=fix)


def _unknown(document: Document, model: type[BaseModel], pointer: Pointer) -> Finding:
    key = str(pointer[-1])
    known = sorted(_known_keys(model, pointer[:-1]))
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    advice = f"Did you mean '{close[0]}'?" if close else f"Known keys here: {', '.join(known)}." if known else ""
    message = f"{_written(pointer[:-1]) or 'the document'} has the unknown key '{key}'."
    return rules.UNKNOWN_KEY.at(document.location(pointer, of_key=True), message, pointer=pointer, fix=advice)


def _pointer(value: Any, detail: ErrorDetails) -> Pointer:  # noqa: ANN401 - any YAML value
    """Keep what the document has of an error's location; pydantic puts names of union members between."""
    pointer: Pointer = ()
    for key in detail["loc"]:
        if find(value, (*pointer, key))[0]:
            pointer = (*pointer, key)
    if detail["type"] == "missing":
        return (*pointer, detail["loc"][-1])
    if detail["type"].startswith("union_tag"):
        return (*pointer, detail["ctx"]["discriminator"].strip("'"))
    return pointer


def _known_keys(model: type[BaseModel], pointer: Pointer) -> set[str]:
    """List the keys that the schema knows at ``pointer``; several models may stand there (unions)."""
    models: list[Any] = [model]
    for key in pointer:
        fields = [m.model_fields[key].annotation for m in models if isinstance(key, str) and key in m.model_fields]
        models = [found for annotation in (fields or models) for found in _models_in(annotation)]
    return {name for found in models for name in found.model_fields}


def _models_in(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - a type expression
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]


def _sentence(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return f"{context['error']}."
    if detail["type"] in ("enum", "literal_error"):
        return f"{_shown(detail['input'])} is not one of {context['expected']}."
    if detail["type"] == "union_tag_invalid":
        return f"{context['tag']!r} is not one of {context['expected_tags']}."
    message = detail["msg"][0].lower() + detail["msg"][1:]
    return f"{message}; found {_shown(detail['input'])}."


def _fix(detail: ErrorDetails) -> str:
    if detail["type"] == "string_type" and isinstance(detail["input"], int | float):
        return _NUMBER_FOR_TEXT
    if detail["type"] in ("enum", "literal_error"):
        return _closest(str(detail["input"]), detail["ctx"]["expected"])
    if detail["type"] == "union_tag_invalid":
        return _closest(detail["ctx"]["tag"], detail["ctx"]["expected_tags"])
    return ""


def _closest(found: str, expected: str) -> str:
    words = [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]
    close = difflib.get_close_matches(found.lower(), words, n=1)
    return f"Did you mean '{close[0]}'?" if close else ""


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = "null" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _written(pointer: Pointer) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in pointer).lstrip(".")
