"""From sections to the smallest edits of a card's file."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from mlgov.cards import CardDocument
from mlgov.cards.fields import is_empty
from mlgov.documents import LIMITS, Change, Document, Pointer, Removal, Value, find, load
from mlgov.errors import UsageError
from mlgov.lifecycle import validate
from mlgov.sdk.sections import Metric
from mlgov.sdk.values import plain

#: Keys that say what an item of a list is about: evaluations, metrics, claims, evidence and imported values.
_IDENTITY = ("name", "framework", "requirement", "path", "field")


class _Gone:
    """Stands for a field that is to be taken out of the file."""


GONE = _Gone()


def closed(value: Any) -> Any:  # noqa: ANN401 - a section or a list of them
    """Give plain values. What is not set stays out; what somebody set to None or emptied is `GONE`."""
    if isinstance(value, list):
        return [closed(each) for each in value]
    if not isinstance(value, BaseModel):
        return plain(value)
    given = {name: _number(getattr(value, name), value) for name in type(value).model_fields}
    told = {name: each for name, each in given.items() if name in value.model_fields_set or not _is_nothing(each)}
    return {name: GONE if _is_nothing(each) else closed(each) for name, each in told.items()}


def _is_nothing(value: object) -> bool:
    return value is None or value in ([], {})


def _held(wanted: Any) -> Any:  # noqa: ANN401 - what `closed` gave
    """Leave out what is gone, for a value that is written whole."""
    if isinstance(wanted, dict):
        return {key: _held(each) for key, each in wanted.items() if each is not GONE}
    return [_held(each) for each in wanted] if isinstance(wanted, list) else wanted


def _number(value: Any, of: BaseModel) -> Any:  # noqa: ANN401 - any value of a section
    """Write a whole number without a point: the schema reads 1 as 1.0. The value of a metric stays as it was given."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < LIMITS.integer
    return int(value) if is_whole and not isinstance(of, Metric) else value


def differences(value: Value, pointer: Pointer, wanted: Any) -> Iterator[Change | Removal]:  # noqa: ANN401 - of `closed`
    """Find the smallest edits that put ``wanted`` at ``pointer``; keys that are there besides are left alone.

    What is gone is taken out of the file, and a mapping with it of which nothing stays. An empty key that its author
    left for later stays.
    """
    there, found = find(value, pointer)
    if wanted is GONE or (there and _empties(found, wanted)):
        if there and not is_empty(found):
            yield Removal(pointer)
    elif there and isinstance(found, dict) and isinstance(wanted, dict):
        for key, each in wanted.items():
            yield from differences(value, (*pointer, key), each)
    elif there and isinstance(found, list) and isinstance(wanted, list) and len(found) <= len(wanted):
        yield from _in_list(value, pointer, found, wanted)
    elif not there or found != _held(wanted):
        yield Change(pointer, _held(wanted))


def _in_list(value: Value, pointer: Pointer, found: list[Value], wanted: list[Any]) -> Iterator[Change | Removal]:
    for index, each in enumerate(wanted):
        if index < len(found) and _is_another(found[index], each):
            yield Change((*pointer, index), _held(each))
        else:
            yield from differences(value, (*pointer, index), each)


def _empties(found: Value, wanted: Any) -> bool:  # noqa: ANN401 - what `closed` gave
    """Say whether all that a mapping holds is gone. An item of a list stays, whatever it holds."""
    if not isinstance(found, dict) or not isinstance(wanted, dict) or not found:
        return False
    return all(wanted.get(key) is GONE or _empties(each, wanted.get(key)) for key, each in found.items())


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
