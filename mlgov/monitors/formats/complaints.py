"""What a JSON Schema complains of, in the words of people who edit the file and not in those of a validator."""

from typing import Any

from mlgov.lifecycle.wording import shown

_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


#: Keyword of the schema -> what to say of it: ``found`` is the value, ``wanted`` the limit, ``count`` its length.
_SAID = {
    "minimum": "{found} is too small; at least {wanted} is needed.",
    "maximum": "{found} is too large; at most {wanted} is allowed.",
    "minLength": "the text is empty.",
    "minItems": "the list has {count} items; at least {wanted} are needed.",
    "maxItems": "the list has {count} items; at most {wanted} are allowed.",
    "not": "it has both numerical_statistics and string_statistics.",
}


def sentence(error: Any) -> str:  # noqa: ANN401 - jsonschema's error
    """Say what is wrong with a value.

    Args:
        error: What jsonschema's validator gives: which keyword is broken, by which value.
    """
    found, wanted = error.instance, error.validator_value
    match error.validator:
        case "required":
            return f"the key {next(key for key in wanted if key not in found)!r} is missing here."
        case "type":
            return _other_type(found, [wanted])
        case "enum":
            return f"{shown(found)} is not one of {', '.join(map(shown, wanted))}."
        case "anyOf":
            return _no_choice(error)
    count = len(found) if isinstance(found, list) else 0
    said = _SAID.get(error.validator, "{found} does not fit here.")
    return said.format(found=shown(found), wanted=shown(wanted), count=count)


def _no_choice(error: Any) -> str:  # noqa: ANN401 - jsonschema's error
    """Speak of the choice that has the right type; without one, of the types."""
    near = next((each for each in error.context if each.relative_path or each.validator != "type"), None)
    if near is None:
        return _other_type(error.instance, [each.validator_value for each in error.context])
    inside = ".".join(map(str, near.relative_path))
    return f"{inside}: {sentence(near)}" if inside else sentence(near)


def _other_type(found: object, wanted: list[str | list[str]]) -> str:
    flat = [name for each in wanted for name in ([each] if isinstance(each, str) else each)]
    names = sorted(dict.fromkeys(flat), key=lambda name: name == "null")
    said = " or ".join(_TYPES.get(name, name) for name in names)
    if found is None:
        return f"nothing is written here (null); {said} is needed."
    return f"this should be {said}; found {shown(found)}."
