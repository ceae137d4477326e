"""The content digest: what an approval binds to."""

import hashlib
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
    return json_digest(content)


def json_digest(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Digest a JSON value: SHA-256 over its RFC 8785 canonical form, whatever the order of keys."""
    return bytes_digest(rfc8785.dumps(value))


def bytes_digest(data: bytes) -> str:
    """Digest bytes: ``sha256:`` and 64 hexadecimal digits."""
    return DIGEST_PREFIX + hashlib.sha256(data).hexdigest()
