"""Paths, values and metrics as people type them for ``mlgov card edit``."""

import difflib
import re
from collections.abc import Iterable
from typing import Any

from mlgov.cards import CardDocument
from mlgov.cli.plain import shortened
from mlgov.documents import Change, Pointer, Value, find, load, scalars
from mlgov.documents.editor import written
from mlgov.documents.front_door import RefusedError, hidden_character
from mlgov.errors import UsageError
from mlgov.lifecycle.required import is_placeholder
from mlgov.lifecycle.validation import models_at

_STEP = re.compile(
    r"""(?P<key>(?:^|\.)[^.\[\]="']+)"""
    r"""|\[(?P<index>\d{1,6}|\+)\]"""
    r"""|\["(?P<quoted>[^"]*)"\]"""
    r"""|\[(?P<field>\w+)=(?:"(?P<text>[^"]*)"|(?P<bare>[^\]"]*))\]"""
)
#: As much of a value is repeated in a message.
SHOWN = 80
FORM = (
    "Write it like spec.intended_uses.risk_rating, spec.claims[0].statement or spec.evaluation_details[name=holdout]."
)


def split_assignment(text: str) -> tuple[str, str]:
    """Split ``PATH=VALUE`` at the first equals sign after the path. Raises UsageError when there is none."""
    at = _end_of_path(text)
    if not text[at:].startswith("="):
        raise UsageError(f"{text!r} is not PATH=VALUE.", hint=FORM)
    return text[:at], text[at + 1 :]


def resolve_path(text: str, value: Value, *, reading: bool = False) -> Pointer:
    """Find what a path means in a card.

    Args:
        text: Keys with dots between; ``[0]`` is an item of a list by place, ``[+]`` a new one at its end,
            ``[name=holdout]`` one by a text in it, ``["a.b"]`` a key with a dot.
        value: The card, as it is now.
        reading: Whether the path must lead to something.

    Raises:
        UsageError: The path is not one, or the schema of cards has no such key.
    """
    if not text or _end_of_path(text) != len(text):
        raise UsageError(f"{text!r} is not a path.", hint=FORM)
    pointer: Pointer = ()
    for step in _STEP.finditer(text):
        pointer = (*pointer, _key(step, text, find(value, pointer)[1]))
        if isinstance(pointer[-1], str):
            _check_key(pointer)
    if reading and not find(value, pointer)[0]:
        raise _nothing_at(pointer, value)
    return pointer


def _end_of_path(text: str) -> int:
    at = 0
    while found := _STEP.match(text, at):
        at = found.end()
    return at


def _key(step: re.Match[str], text: str, here: Value) -> str | int:
    if step["key"] is not None:
        return step["key"].removeprefix(".").strip()
    if step["quoted"] is not None:
        return step["quoted"]
    items = here if isinstance(here, list) else []
    if step["index"] is not None:
        return len(items) if step["index"] == "+" else int(step["index"])
    field, wanted = step["field"], step["text"] if step["text"] is not None else step["bare"]
    found = [i for i, item in enumerate(items) if isinstance(item, dict) and _spelled(item.get(field)) == wanted]
    if len(found) == 1:
        return found[0]
    said = [_spelled(item.get(field)) for item in items if isinstance(item, dict) and field in item]
    count = f"{len(found)} items have" if found else "No item has"
    raise UsageError(f"{text}: {count} the {field} {wanted!r}.", hint=_close(wanted, said, "There are"))


def _spelled(value: object) -> str:
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _check_key(pointer: Pointer) -> None:
    """Refuse a key that the schema does not know."""
    known = [name for model in models_at(CardDocument, pointer[:-1]) for name in model.model_fields]
    key = str(pointer[-1])
    if not known or key in known:
        return
    sections = {name for model in models_at(CardDocument, ("spec",)) for name in model.model_fields}
    hint = f"Did you mean 'spec.{key}'?" if len(pointer) == 1 and key in sections else _close(key, known, "Known are")
    raise UsageError(f"{written(pointer[:-1]) or 'A card'} has no key {key!r}.", hint=hint)


def _nothing_at(pointer: Pointer, value: Value) -> UsageError:
    reached = next(n for n in range(len(pointer) - 1, -1, -1) if find(value, pointer[:n])[0])
    here = find(value, pointer[:reached])[1]
    keys = list(here) if isinstance(here, dict) else []
    return UsageError(f"There is nothing at {written(pointer)}.", hint=_close(str(pointer[reached]), keys, "There are"))


def _close(found: str, known: Iterable[str], begin: str) -> str:
    listed = list(dict.fromkeys(known))
    close = difflib.get_close_matches(found, listed, n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else f"{begin} {', '.join(listed)}." if listed else ""


def check_words(value: Value, typed: str) -> None:
    """Refuse the dots that stand for somebody's own words in our examples. Raises UsageError."""
    inside = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    for each in inside:
        check_words(each, typed)
    if isinstance(value, str) and value.strip() and is_placeholder(value):
        raise UsageError(f"{typed}: {value} stands for your own words.", hint="Write them in its place.")


def check_visible(text: str, what: str) -> None:
    """Refuse text that a reviewer could not see. Raises UsageError."""
    if hidden := hidden_character(text):
        raise UsageError(f"{what} has the hidden character {hidden}.", hint="Remove the character.")


def read_value(text: str) -> Value:
    """Read a value: a plain word as YAML 1.2 reads it; what begins with a bracket or a quote as flow YAML or JSON.

    Raises:
        UsageError: It is neither.
    """
    text = text.replace("\r\n", "\n")
    check_visible(text, "The value")
    if text.lstrip()[:1] in ("[", "{", '"', "'"):
        document, findings = load(f"value: {text}\n".encode(), "value")
        if document is None or document.value.keys() != {"value"}:
            said = findings[0].message if findings else "It goes on after its end."
            hint = "For text that begins so, put all of it in quotes: '\"…\"'."
            hint = "For text that begins so, put all of it in quotes: '\"…\"'."
            raise UsageError(f"{shortened(text, SHOWN)}: {said}", hint=hint)
        found: Value = document.value["value"]
        return found
    try:
        return scalars.resolve(text)
    except RefusedError as refused:
        raise UsageError(f"{refused.message}", hint=refused.fix or refused.rule.fix) from None


def metric_change(text: str, value: Value) -> tuple[Change, str]:
    """Read ``EVALUATION/GROUP/METRIC=NUMBER``.

    Args:
        text: What was typed.
        value: The card, as it is now.

    Returns:
        The edit, and what it adds or changes, in words.

    Raises:
        UsageError: It has another form, or the metric is there and no number.
    """
    names, sign, number = text.rpartition("=")
    parts = names.split("/", 2)
    if not sign or len(parts) != 3 or not all(parts):
        hint = "Write it like holdout/Overall/recall=0.93."
        raise UsageError(f"{text!r} is not EVALUATION/GROUP/METRIC=NUMBER.", hint=hint)
    measured = read_value(number)
    if isinstance(measured, bool) or not isinstance(measured, int | float):
        raise UsageError(f"{text}: {number!r} is not a number.", hint="--set takes metrics of other types.")
    return _metric_change(parts, measured, value)


def _metric_change(parts: list[str], measured: float, value: Value) -> tuple[Change, str]:
    evaluation, group, metric = parts
    new: Any = {"name": metric, "type": "number", "value": measured}
    at, there = _named(value, ("spec", "evaluation_details"), evaluation)
    if not there:
        groups: list[Value] = [{"name": group, "metric_data": [new]}]
        return Change(at, {"name": evaluation, "metric_groups": groups}), f"a new evaluation {evaluation!r}"
    at, there = _named(value, (*at, "metric_groups"), group)
    if not there:
        return Change(at, {"name": group, "metric_data": [new]}), f"a new group {group!r} in {evaluation!r}"
    at, there = _named(value, (*at, "metric_data"), metric)
    if not there:
        return Change(at, new), f"a new metric {metric!r} in {group!r}"
    kind = find(value, (*at, "type"))[1]
    if kind != "number":
        raise UsageError(f"{metric!r} in {group!r} is a metric of type {kind}.", hint="Change it with --set.")
    return Change((*at, "value"), measured), f"another value of {metric!r} in {group!r}"


def _named(value: Value, pointer: Pointer, name: str) -> tuple[Pointer, bool]:
    """Find the item of that name in a list, or the place after its last item."""
    items = find(value, pointer)[1]
    listed: list[Any] = items if isinstance(items, list) else []
    for index, item in enumerate(listed):
        if isinstance(item, dict) and item.get("name") == name:
            return (*pointer, index), True
    return (*pointer, len(listed)), False
