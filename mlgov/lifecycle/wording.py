"""What pydantic complains of, in the words of people who write YAML."""

import difflib
import json
import re
from typing import Any

from pydantic_core import ErrorDetails

_EXPECTED = {
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "date_type": "a date",
}
_WORDS = {None: "null", True: "true", False: "false"}
_FIXES = {
    "list_type": "Write one item per line, each after '- '.",
    "dict_type": "Write its keys below it, one per line and indented.",
    "model_type": "Write its keys below it, one per line and indented.",
    "model_attributes_type": "Write its keys below it, one per line and indented.",
    "date_type": "Write it as 2026-12-31.",
    "string_too_long": "Shorten it; what is left out may stand in a file that the document names.",
    "string_too_short": "Write something, or take the key away.",
    "too_long": "Take items away.",
    "too_short": "Add an item, or take the key away.",
    "greater_than_equal": "Write a number in that range.",
    "less_than_equal": "Write a number in that range.",
}


_ENDS = {
    "greater_than": "more than {gt:g} is needed",
    "greater_than_equal": "at least {ge:g} is needed",
    "less_than": "less than {lt:g} is needed",
    "less_than_equal": "at most {le:g} is allowed",
    "multiple_of": "a multiple of {multiple_of:g} is needed",
}


def sentence(detail: ErrorDetails) -> str:
    """Say what is wrong with a value."""
    context, kind, found = detail.get("ctx", {}), detail["type"], detail["input"]
    if kind == "value_error":
        return f"{context['error']}."
    if kind in ("enum", "literal_error"):
        return f"{shown(found)} is not one of {context['expected']}."
    if kind == "union_tag_invalid":
        return f"{shown(_tag(found, context))} is not one of {context['expected_tags']}."
    if kind == "string_pattern_mismatch":
        return f"{shown(found)} does not have the form that this field takes."
    if wanted := _wanted(kind):
        return _of_type(found, wanted)
    return _of_size(kind, found, context) or _as_pydantic_says(detail)


def _tag(found: object, context: dict[str, Any]) -> object:
    """Give the word by which a choice is made, as it is written."""
    return found.get(context["discriminator"].strip("'")) if isinstance(found, dict) else found


def _of_type(found: object, wanted: str) -> str:
    if found is None:
        return f"nothing is written here; {wanted} is needed."
    return f"this should be {wanted}; found {shown(found)}."


def _of_size(kind: str, found: object, context: dict[str, Any]) -> str:
    if kind in ("string_too_short", "string_too_long", "too_short", "too_long"):
        return _of_length(kind, found, context)
    return f"{shown(found)} does not fit; {_ENDS[kind].format(**context)}." if kind in _ENDS else ""


def _as_pydantic_says(detail: ErrorDetails) -> str:
    said = re.sub(r"^Input\b", "this", detail["msg"])
    return f"{said[0].lower()}{said[1:]}; found {shown(detail['input'])}."


def _wanted(kind: str) -> str:
    """Name what a field holds, when the value is of another type."""
    if kind.startswith(("datetime_", "timezone_")):
        return "a moment such as 2026-12-31T18:00:00Z"
    if kind.startswith("date_"):
        return "a date"
    for same, begin in (("int_type", ("int_",)), ("float_type", ("float_", "finite_")), ("bool_type", ("bool_",))):
        if kind.startswith(begin):
            return _EXPECTED[same]
    return _EXPECTED.get(kind, "")


def _of_length(kind: str, found: object, context: dict[str, Any]) -> str:
    is_text = kind.startswith("string")
    limit = context["min_length" if kind.endswith("short") else "max_length"]
    unit = ("character" if is_text else "item") + ("" if limit == 1 else "s")
    length = len(found) if isinstance(found, str | list | dict) else 0
    if not length:
        what = "the text" if is_text else "the mapping" if isinstance(found, dict) else "the list"
        return f"{what} is empty; at least {limit:,} {unit} {'is' if limit == 1 else 'are'} needed."
    bound = "at least" if kind.endswith("short") else "at most"
    end = "needed" if kind.endswith("short") else "allowed"
    counted = f"{length:,} {'character' if is_text else 'item'}{'' if length == 1 else 's'}"
    return f"this has {counted}; {bound} {limit:,} {'is' if limit == 1 else 'are'} {end}."


def fix(detail: ErrorDetails, example: object = None) -> str:
    """Say what to do about it; empty when there is nothing better than the rule's own advice.

    Args:
        detail: What pydantic says.
        example: A legal value of the field, when the schema has one.
    """
    kind, found = detail["type"], detail["input"]
    if found is None and kind == "string_type" and example is None:
        return "Write something, or take the key away."
    if kind == "string_type" and isinstance(found, int | float):
        return "Put the value in quotes: this field holds text."
    if kind in ("float_type", "int_type") and isinstance(found, str) and _is_number(found):
        return "Remove the quotes: this field holds a number."
    if kind in ("enum", "literal_error"):
        return _closest(str(found), detail["ctx"]["expected"])
    if kind == "union_tag_invalid":
        return _closest(str(detail["ctx"]["tag"]), detail["ctx"]["expected_tags"])
    if kind == "string_pattern_mismatch" and example is not None:
        return f"Write it like {_example(example)}."
    return _FIXES.get(kind) or (f"Write it like {_example(example)}." if example is not None else "")


def shown(value: object) -> str:
    """Show a value in a message, shortened, in the words of YAML."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    text = _WORDS[value] if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _example(value: object) -> str:
    return repr(value) if isinstance(value, str) else json.dumps(value, default=str)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _closest(found: str, expected: str) -> str:
    words = [word.strip(" '") for word in expected.replace(" or ", ",").split(",")]
    close = difflib.get_close_matches(found.lower(), words, n=1)
    return f"Did you mean '{close[0]}'?" if close else ""
