"""Values that must be in a reply of a forge. A reply of another form is odd, and no answer that can be used."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

T = TypeVar("T")

_CO_AUTHOR = re.compile(r"^co-authored-by:[ \t]*([^<\n]*?)[ \t]*<([^>\n]*)>[ \t]*$", re.IGNORECASE | re.MULTILINE)


class OddReplyError(ValueError):
    """The reply is not what the forge would send."""


def value(data: Mapping[str, Any], key: str, kind: type[T]) -> T:
    """Give a value that must be there and of a type."""
    found = data.get(key)
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise OddReplyError
    return found


def login(data: Mapping[str, Any], key: str) -> str:
    """Give the login of an account; empty where there is none any more."""
    account = data.get(key)
    return str(account.get("login") or "") if isinstance(account, dict) else ""


def moment(text: str) -> datetime:
    """Read a time. Raises OddReplyError when it has no zone."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise OddReplyError
    return read.astimezone(UTC)


def repository_of(end: Mapping[str, Any]) -> str:
    """Give ``owner/name`` of the repository that a branch of a pull request is in; empty when that is gone."""
    repository = end.get("repo")
    return str(repository.get("full_name") or "") if isinstance(repository, dict) else ""


def co_authors(message: str) -> tuple[tuple[str, str], ...]:
    """Read names and addresses of the ``Co-authored-by`` lines of a commit message."""
    return tuple(_CO_AUTHOR.findall(message.replace("\r", "")))


def one_line(text: str, limit: int) -> str:
    """Put words on one line and cut them to ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
