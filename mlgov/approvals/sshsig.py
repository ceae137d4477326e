"""Signatures as ``ssh-keygen -Y sign`` makes them (OpenSSH's PROTOCOL.sshsig), verified without ssh-keygen.

A signature counts only if all of this holds:

- The preamble is ``SSHSIG``, the version is 1, the reserved field is empty, the digest is SHA-256 or SHA-512, and no
  byte is left over at any level.
- Its namespace is the expected one: a signature under a git commit or a file never counts as an approval.
- The key in it may sign (see `mlgov.approvals.public_keys`), and the algorithm is one that keys of this type sign with.
- A security key was touched.

That is as strict as ssh-keygen and stricter in places; what ssh-keygen accepts and this refuses is listed by name in
tests/approvals/test_differential.py. Whose key it is, is another question: see the roster.

One key can make many signatures over one message, and from an ECDSA signature anybody can work out a second one that
holds as well. So never tell two approvals apart by their signatures.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mlgov.approvals.public_keys import PublicKey, canonical_base64, load_public_key, read_blob
from mlgov.approvals.ssh_signatures import check
from mlgov.approvals.ssh_wire import Reader, string

__all__ = [
    "NAMESPACE",
    "PublicKey",
    "SignatureRefused",
    "armor",
    "dearmor",
    "load_public_key",
    "signed_bytes",
    "verify",
]

#: What approvals are signed for.
NAMESPACE = "mlgov-approval@v1"
MAGIC = b"SSHSIG"
VERSION = 1
#: The largest that counts, by an RSA key of 16384 bits, has less than half of it.
SIGNATURE_LIMIT_BYTES = 16384

_DIGESTS: Mapping[str, Callable[[bytes], Any]] = MappingProxyType({"sha256": hashlib.sha256, "sha512": hashlib.sha512})
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_LINE = 70


class SignatureRefused(ValueError):  # noqa: N818 - a refusal is a result, no broken set-up
    """A signature does not count; its text is a sentence that says why."""


def verify(signature: bytes, message: bytes, namespace: str) -> PublicKey:
    """Give the key that signed ``message``.

    Args:
        signature: The signature in binary form (see `dearmor`).
        message: The bytes that were signed.
        namespace: What they must have been signed for.

    Raises:
        SignatureRefused: The signature does not count.
    """
    try:
        return _verify(signature, message, namespace)
    except ValueError as error:
        raise SignatureRefused(str(error)) from None


def signed_bytes(message: bytes, namespace: str, digest: str) -> bytes:
    """Give the bytes that the key itself signs, as PROTOCOL.sshsig says; between them stands the empty reserved field.

    Args:
        message: What is signed.
        namespace: What for.
        digest: ``sha256`` or ``sha512``.
    """
    hashed = _DIGESTS[digest](message).digest()
    return MAGIC + string(namespace.encode()) + string(b"") + string(digest.encode()) + string(hashed)


def armor(blob: bytes) -> str:
    """Write a signature as ``ssh-keygen -Y sign`` does: base64 in lines of 70 between two marks."""
    text = base64.b64encode(blob).decode()
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def dearmor(text: str) -> bytes:
    """Read a signature that is written exactly as `armor` does.

    Raises:
        SignatureRefused: It is not.
    """
    lines = text.split("\n")
    try:
        if len(text) > 2 * SIGNATURE_LIMIT_BYTES:
            raise ValueError("The signature is too long.")
        blob = canonical_base64("".join(lines[1:-2]), "signature")
    except ValueError as error:
        raise SignatureRefused(str(error)) from None
    if armor(blob) != text:
        raise SignatureRefused(f"The signature is not written as ssh-keygen does, between '{_BEGIN}' and '{_END}'.")
    return blob


def _verify(signature: bytes, message: bytes, namespace: str) -> PublicKey:
    if len(signature) > SIGNATURE_LIMIT_BYTES:
        raise ValueError(f"The signature is longer than {SIGNATURE_LIMIT_BYTES} bytes.")
    reader = Reader(signature, "signature")
    if reader.take(len(MAGIC)) != MAGIC:
        raise ValueError("The signature is none of ssh-keygen: it does not start with SSHSIG.")
    if (version := reader.uint32()) != VERSION:
        raise ValueError(f"The signature is of version {version}; only version {VERSION} counts.")
    blob = reader.string()
    signed_for = reader.string()
    if not namespace or signed_for != namespace.encode():
        shown = signed_for[:80].decode("ascii", "replace")
        raise ValueError(f"The signature is made for {shown!r}, not for {namespace!r}.")
    if reader.string():
        raise ValueError("The reserved field of the signature is not empty.")
    digest = reader.name()
    if digest not in _DIGESTS:
        raise ValueError(f"The signature uses the digest {digest[:80]!r}; only sha256 and sha512 count.")
    inner = reader.string()
    reader.end()
    key_type, parts = read_blob(blob)
    check(key_type, parts, inner, signed_bytes(message, namespace, digest))
    return PublicKey(key_type, blob)
