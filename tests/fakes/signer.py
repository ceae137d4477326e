"""Signing and verifying in memory."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mlgov.approvals.ssh_wire import string
from mlgov.approvals.sshsig import MAGIC, PublicKey, SignatureRefused, signed_bytes, verify
from mlgov.errors import SigningError

TYPE = b"ssh-ed25519"


class MemorySigner:
    """The Signer port with an Ed25519 key that is never on a disk.

    Args:
        seed: One byte; the same seed is the same key, and the same data gives the same signature.
        refuses: Whether the person closes the window.
    """

    def __init__(self, seed: int = 1, *, refuses: bool = False) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self._refuses = refuses

    @property
    def key(self) -> PublicKey:
        """The public key as a value."""
        point = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return PublicKey(TYPE.decode(), string(TYPE) + string(point))

    def public_key(self) -> str:
        return self.key.line

    def sign(self, data: bytes, namespace: str) -> bytes:
        if self._refuses or not namespace:
            raise SigningError("The person did not sign.")
        inner = string(TYPE) + string(self._private.sign(signed_bytes(data, namespace, "sha512")))
        parts = (self.key.blob, namespace.encode(), b"", b"sha512", inner)
        return MAGIC + (1).to_bytes(4, "big") + b"".join(string(part) for part in parts)


class LibraryVerifier:
    """The SignatureVerifier port on our own verifier."""

    def accepts(self, signature: bytes, message: bytes, namespace: str, key: str) -> bool:
        try:
            return verify(signature, message, namespace).line == key
        except SignatureRefused:
            return False
