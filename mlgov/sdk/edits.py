"""From sections to the smallest edits of a card's file."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from mlgov.cards import CardDocument
from mlgov.documents import LIMITS, Change, Document, Pointer, Value, find, load
from mlgov.errors import UsageError
from mlgov.lifecycle import validate
from mlgov.sdk.sections import Metric
from mlgov.sdk.values import plain

#: Keys that say what an item of a list is about: evaluations, metrics, claims, evidence and imported values.
_IDENTITY = ("name", "framework", "requirement", "path", "field")


def closed(value: Any) -> Value:  # noqa: ANN401 - a section or a list of them
    """Give plain values; what is not set and what is empty stays out."""
    if isinstance(value, list):
        return [closed(each) for each in value]
    if not isinstance(value, BaseModel):
        return plain(value)  # type: ignore[no-any-return]
    given = {name: _number(getattr(value, name), value) for name in type(value).model_fields}
    return {name: closed(each) for name, each in given.items() if each is not None and each != [] and each != {}}


def _number(value: Any, of: BaseModel) -> Any:  # noqa: ANN401 - any value of a section
    """Write a whole number without a point: the schema reads 1 as 1.0. The value of a metric stays as it was given."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < LIMITS.integer
    return int(value) if is_whole and not isinstance(of, Metric) else value


def differences(value: Value, pointer: Pointer, wanted: Value) -> Iterator[Change]:
    """Find the smallest edits that put ``wanted`` at ``pointer``; keys that are there besides are left alone."""
    there, found = find(value, pointer)
    if there and isinstance(found, dict) and isinstance(wanted, dict):
        for key, each in wanted.items():
            yield from differences(value, (*pointer, key), each)
    elif there and isinstance(found, list) and isinstance(wanted, list) and len(found) <= len(wanted):
        for index, each in enumerate(wanted):
            if index < len(found) and _is_another(found[index], each):
                yield Change((*pointer, index), each)
            else:
                yield from differences(value, (*pointer, index), each)
    elif not there or found != wanted:
        yield Change(pointer, wanted)


def _is_another(found: Value, wanted: Value) -> bool:
    """Say whether two items of a list are about different things: one is no edit of the other."""
    if not isinstance(found, dict) or not isinstance(wanted, dict):
        return False
    return any(found.get(key) != wanted.get(key) for key in _IDENTITY)


def checked(data: bytes, path: str) -> tuple[Document, CardDocument]:
    document, findings = load(data, path)
    typed, problems = validate(document, CardDocument) if document else (None, findings)
    if document is None or typed is None:
        first = problems[0]
        raise UsageError(f"{first.location}: {first.message}", hint=first.fix)
    return document, typed
