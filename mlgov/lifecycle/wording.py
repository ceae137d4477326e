"""What pydantic complains of, in the words of people who write YAML."""

import difflib

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


def sentence(detail: ErrorDetails) -> str:
    """Say what is wrong with a value."""
    context, kind = detail.get("ctx", {}), detail["type"]
    if kind == "value_error":
        return f"{context['error']}."
    if kind in ("enum", "literal_error"):
        return f"{shown(detail['input'])} is not one of {context['expected']}."
    if kind == "union_tag_invalid":
        return f"{context['tag']!r} is not one of {context['expected_tags']}."
    if kind == "string_pattern_mismatch":
        return f"{shown(detail['input'])} does not have the form that this field takes."
    if kind in _EXPECTED:
        return f"this should be {_EXPECTED[kind]}; found {shown(detail['input'])}."
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]}; found {shown(detail['input'])}."


def fix(detail: ErrorDetails, example: object = None) -> str:
    """Say what to do about it; empty when there is nothing better than the rule's own advice.

    Args:
        detail: What pydantic says.
        example: A legal value of the field, when the schema has one.
    """
    kind, found = detail["type"], detail["input"]
    if kind == "string_type" and isinstance(found, int | float):
        return "Put the value in quotes: this field holds text."
    if kind in ("float_type", "int_type") and isinstance(found, str) and _is_number(found):
        return "Remove the quotes: this field holds a number."
    if kind in ("enum", "literal_error"):
        return _closest(str(found), detail["ctx"]["expected"])
    if kind == "union_tag_invalid":
        return _closest(detail["ctx"]["tag"], detail["ctx"]["expected_tags"])
    if kind == "string_pattern_mismatch" and example is not None:
        return f"Write it like {example!r}."
    return _FIXES.get(kind) or (f"Write it like {example!r}." if example is not None else "")


def shown(value: object) -> str:
    """Show a value in a message, shortened."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = "null" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


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
