"""What AWS says when it refuses a call, cut to what people read."""

from typing import Any

_WORDS = 400


def code_of(error: Exception) -> str:
    """Give the service's code of an error, such as ``AccessDenied``; empty when it is no answer of a service."""
    return str(_answer(error).get("Code", ""))[:_WORDS]


def message_of(error: Exception) -> str:
    """Give the service's own words; empty when it is no answer of a service."""
    return str(_answer(error).get("Message", ""))[:_WORDS]


def _answer(error: Exception) -> dict[str, Any]:
    response = getattr(error, "response", None)
    found = response.get("Error") if isinstance(response, dict) else None
    return found if isinstance(found, dict) else {}
