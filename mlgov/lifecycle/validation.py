"""pydantic's errors -> findings with a place, a did-you-mean and one wording."""

import difflib
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mlgov.documents import Document, Pointer, find
from mlgov.findings import Finding
from mlgov.lifecycle import rules, wording

ModelT = TypeVar("ModelT", bound=BaseModel)


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
    message = f"{_written(pointer)}: {wording.sentence(detail)}"
    return rule.at(location, message, pointer=pointer, fix=wording.fix(detail, _example(model, pointer)))


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
    return {name for found in models_at(model, pointer) for name in found.model_fields}


def models_at(model: type[BaseModel], pointer: Pointer) -> list[type[BaseModel]]:
    """List the models that may stand at ``pointer``; there are several where the schema has a union."""
    models: list[Any] = [model]
    for key in pointer:
        fields = [m.model_fields[key].annotation for m in models if isinstance(key, str) and key in m.model_fields]
        models = [found for annotation in (fields or models) for found in _models_in(annotation)]
    return models


def _example(model: type[BaseModel], pointer: Pointer) -> object:
    """Give a legal value of the field at ``pointer``, or of its items, from the schema's examples."""
    names = [i for i, key in enumerate(pointer) if isinstance(key, str)]
    if not names:
        return None
    last = names[-1]
    for found in models_at(model, pointer[:last]):
        field = found.model_fields.get(str(pointer[last]))
        if field and field.examples:
            there, example = find(field.examples[0], (0,) * (len(pointer) - last - 1))
            return example if there else None
    return None


def _models_in(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - a type expression
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]


def _written(pointer: Pointer) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in pointer).lstrip(".")
