"""Policy documents in one form, so that two that IAM treats alike are equal. Pure.

What says nothing: the order of statements and of values, a single value bare or in a list, a value twice, true for
"true", an account number for the ARN of that account, JSON as text or percent-encoded.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

_LISTS = ("Action", "NotAction", "Resource", "NotResource")
_PRINCIPALS = ("Principal", "NotPrincipal")
_ACCOUNT = re.compile(r"[0-9]{12}")
#: The only key of the form of a document that is none.
UNREADABLE = "unreadable"
#: The version that a document has which names none.
OLD_VERSION = "2008-10-17"


def canonical(document: object) -> dict[str, Any]:
    """Give the one form of a policy document.

    What is no policy document gets a form too, which equals that of no document.
    """
    value = _decoded(document)
    statements = list(_statements(value))
    if not isinstance(value, Mapping) or not all(isinstance(each, Mapping) for each in statements):
        return {UNREADABLE: _text(value)}
    others = {str(key): _word(each) for key, each in value.items() if key not in ("Statement", "Version")}
    forms = {_text(form): form for form in map(_statement, statements)}
    version = _word(value.get("Version", OLD_VERSION))
    return {**others, "Version": version, "Statement": [form for _, form in sorted(forms.items())]}


def statements_of(form: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the statements of a document in its one form; none for what cannot be read."""
    found: list[dict[str, Any]] = form.get("Statement", [])
    return found


def texts(value: object) -> list[str]:
    """Give the values of an element, in a list whether there was one or not."""
    return sorted({_word(each) for each in (value if isinstance(value, list | tuple) else [value])})


def _decoded(document: object) -> object:
    """Read a document that came as text: JSON, perhaps percent-encoded, as IAM's API gives it."""
    if not isinstance(document, str):
        return document
    for text in (document, unquote(document)):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            continue
    return document


def _statements(value: object) -> Iterator[object]:
    found = value.get("Statement", []) if isinstance(value, Mapping) else []
    yield from found if isinstance(found, list | tuple) else [found]


def _statement(written: Any) -> dict[str, Any]:  # noqa: ANN401 - a mapping, the caller has looked
    form: dict[str, Any] = {}
    for key, value in written.items():
        if key in _LISTS:
            form[key] = texts(value)
        elif key in _PRINCIPALS:
            form[key] = _principals(value)
        elif key == "Condition":
            form |= {key: _conditions(value)} if value else {}
        elif value not in ("", None):
            form[str(key)] = _word(value)
    return dict(sorted(form.items()))


def _principals(value: object) -> object:
    if not isinstance(value, Mapping):
        return {"AWS": ["*"]} if value == "*" else _text(value)
    return {str(kind): sorted({_arn(kind, each) for each in texts(names)}) for kind, names in sorted(value.items())}


def _arn(kind: object, name: str) -> str:
    return f"arn:aws:iam::{name}:root" if kind == "AWS" and _ACCOUNT.fullmatch(name) else name


def _conditions(value: object) -> object:
    if not isinstance(value, Mapping) or not all(isinstance(keys, Mapping) for keys in value.values()):
        return _text(value)
    return {
        str(operator): {str(key): texts(values) for key, values in sorted(keys.items(), key=lambda pair: str(pair[0]))}
        for operator, keys in sorted(value.items(), key=lambda pair: str(pair[0]))
    }


def _word(value: object) -> str:
    return value if isinstance(value, str) else _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
