"""The content digest: what an approval binds to."""

import hashlib
import json
import marshal
from functools import lru_cache
from typing import Any

import rfc8785

DIGEST_PREFIX = "sha256:"


def content_digest(value: dict[str, Any]) -> str:
    """Digest the content of a document: SHA-256 over RFC 8785 canonical JSON of kind, metadata.name and spec.

    Status, comments, key order, formatting and labels are outside, so changing them keeps every approval.

    Args:
        value: The document as the front door read it.

    Returns:
        ``sha256:`` and 64 hexadecimal digits.
    """
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    content = {"kind": value.get("kind"), "name": name, "spec": value.get("spec")}
    try:
        same = marshal.dumps(content, 2)
    except ValueError:
        return json_digest(content)
    return _digest_of_same(same)


@lru_cache(maxsize=128)
def _digest_of_same(content: bytes) -> str:
    """Digest the content again only when it is not what it was just before: a status moves many times more often."""
    return json_digest(marshal.loads(content))  # noqa: S302 - our own bytes of a moment ago


def json_digest(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Digest a JSON value: SHA-256 over its RFC 8785 canonical form, whatever the order of keys."""
    return bytes_digest(canonical_json(value))


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Write a JSON value in its RFC 8785 canonical form.

    The standard library writes nearly all documents, in C; the rest goes to rfc8785, which is the reference and takes
    fifty times as long.

    Raises:
        rfc8785.CanonicalizationError: The value has no canonical form: NaN, an integer beyond 2**53, half a character.
    """
    try:
        return _ENCODER.encode(_plain(value)).encode()
    except (_NotPlainError, UnicodeEncodeError):
        return rfc8785.dumps(value)


class _NotPlainError(Exception):
    """The two encoders might differ."""


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_SAFE_INTEGER = 2**53 - 1


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Give an equal value that both encoders write alike.

    RFC 8785 sorts keys as UTF-16, which is the order of Python for ASCII, and writes floats as ECMAScript does: without
    exponent from 1e-6 to 1e21 (Python: from 1e-4 to 1e16), and whole ones without a point.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is dict:
        try:
            ascii_keys = "".join(value).isascii()
        except TypeError:
            raise _NotPlainError from None
        if not ascii_keys:
            raise _NotPlainError
        return {key: found if type(found) is str else _plain(found) for key, found in value.items()}
    if kind is list:
        return [found if type(found) is str else _plain(found) for found in value]
    return _plain_number(value, kind)


def _plain_number(value: Any, kind: type) -> int | float:  # noqa: ANN401 - any JSON value
    if kind is int and abs(value) <= _SAFE_INTEGER:
        return int(value)
    if kind is float and abs(value) < 1e15:
        if value.is_integer():
            return int(value)
        if abs(value) >= 1e-4:
            return float(value)
    raise _NotPlainError


def bytes_digest(data: bytes) -> str:
    """Digest bytes: ``sha256:`` and 64 hexadecimal digits."""
    return DIGEST_PREFIX + hashlib.sha256(data).hexdigest()
