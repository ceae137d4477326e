"""Signatures of SSH keys over some bytes: the innermost part of a signature file.

The formats are those of RFC 4253 section 6.6 and RFC 8332 (RSA), RFC 5656 section 3.1.2 (ECDSA), RFC 8709 (Ed25519) and
OpenSSH's PROTOCOL.u2f (security keys). A security key signs the digests of its application and of the bytes, with a
byte of flags and a counter between them; a signature without the flag "a person touched it" does not count.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from mlgov.approvals.public_keys import EcdsaParts, Ed25519Parts, Parts, RsaParts, ecdsa_public_key
from mlgov.approvals.ssh_wire import Reader

USER_PRESENT = 0x01
_ED25519_BYTES = 64

#: Which algorithms a key of each type signs with. RSA with SHA-1 calls itself ssh-rsa, and is not there.
ALGORITHMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ssh-ed25519": ("ssh-ed25519",),
        "ecdsa-sha2-nistp256": ("ecdsa-sha2-nistp256",),
        "ecdsa-sha2-nistp384": ("ecdsa-sha2-nistp384",),
        "ecdsa-sha2-nistp521": ("ecdsa-sha2-nistp521",),
        "ssh-rsa": ("rsa-sha2-256", "rsa-sha2-512"),
        "sk-ssh-ed25519@openssh.com": ("sk-ssh-ed25519@openssh.com",),
        "sk-ecdsa-sha2-nistp256@openssh.com": ("sk-ecdsa-sha2-nistp256@openssh.com",),
    }
)


def check(key_type: str, parts: Parts, signature: bytes, message: bytes) -> None:
    """Check that ``signature`` is one by this key over ``message``.

    Args:
        key_type: Type of the key.
        parts: What is inside the key.
        signature: Algorithm and signature in SSH's binary encoding.
        message: The bytes that were signed.

    Raises:
        ValueError: It is not; a sentence says why.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    reader = Reader(signature, "signature")
    algorithm = reader.name()
    if algorithm not in ALGORITHMS[key_type]:
        raise ValueError(f"The signature is made by {algorithm[:80]!r}, and keys of type {key_type} do not sign so.")
    encoded = reader.string()
    if not isinstance(parts, RsaParts) and parts.application:
        message = _touched(reader, parts.application, message)
    reader.end()
    try:
        _check_numbers(parts, algorithm, encoded, message)
    except InvalidSignature:
        raise ValueError("The signature does not fit the key and the signed bytes.") from None
    except UnsupportedAlgorithm:
        raise ValueError("The cryptography library of this machine does not know this kind of signature.") from None


def _touched(reader: Reader, application: str, message: bytes) -> bytes:
    """Read what a security key adds and give the bytes that it signed."""
    flags, counter = reader.take(1), reader.take(4)
    if not flags[0] & USER_PRESENT:
        raise ValueError("The security key was not touched for this signature.")
    return hashlib.sha256(application.encode()).digest() + flags + counter + hashlib.sha256(message).digest()


def _check_numbers(parts: Parts, algorithm: str, encoded: bytes, message: bytes) -> None:
    if isinstance(parts, Ed25519Parts):
        _check_ed25519(parts, encoded, message)
    elif isinstance(parts, EcdsaParts):
        _check_ecdsa(parts, encoded, message)
    else:
        _check_rsa(parts, algorithm, encoded, message)


def _check_ed25519(parts: Ed25519Parts, encoded: bytes, message: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if len(encoded) != _ED25519_BYTES:
        raise ValueError(f"The Ed25519 signature has not the length of {_ED25519_BYTES} bytes.")
    Ed25519PublicKey.from_public_bytes(parts.point).verify(encoded, message)


def _check_ecdsa(parts: EcdsaParts, encoded: bytes, message: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    reader = Reader(encoded, "signature")
    r, s = reader.positive(), reader.positive()
    reader.end()
    digests = {"nistp256": hashes.SHA256(), "nistp384": hashes.SHA384(), "nistp521": hashes.SHA512()}
    digest: hashes.HashAlgorithm = digests[parts.curve]
    ecdsa_public_key(parts).verify(encode_dss_signature(r, s), message, ec.ECDSA(digest))


def _check_rsa(parts: RsaParts, algorithm: str, encoded: bytes, message: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    if len(encoded) != (parts.modulus.bit_length() + 7) // 8:
        raise ValueError("The RSA signature has not the length of its key.")
    digest = hashes.SHA256() if algorithm == "rsa-sha2-256" else hashes.SHA512()
    key = rsa.RSAPublicNumbers(parts.exponent, parts.modulus).public_key()
    key.verify(encoded, message, padding.PKCS1v15(), digest)
