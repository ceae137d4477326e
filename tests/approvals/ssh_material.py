"""SSH keys and signatures for tests, put together from the published formats and not with the code under test."""

import base64
import hashlib
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NAMESPACE = "mlgov-approval@v1"
MESSAGE = b"what is approved"

#: Arguments of ssh-keygen by the name of the key in tests.
KINDS = {
    "ed25519": ("-t", "ed25519"),
    "ecdsa-256": ("-t", "ecdsa", "-b", "256"),
    "ecdsa-384": ("-t", "ecdsa", "-b", "384"),
    "ecdsa-521": ("-t", "ecdsa", "-b", "521"),
    "rsa-3072": ("-t", "rsa", "-b", "3072"),
    "rsa-4096": ("-t", "rsa", "-b", "4096"),
}
SECURITY_KINDS = ("sk-ed25519", "sk-ecdsa")


def string(data: bytes) -> bytes:
    """Write an SSH string."""
    return len(data).to_bytes(4, "big") + data


def mpint(number: int) -> bytes:
    """Write an SSH mpint above zero."""
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big"))


def strings(data: bytes) -> list[bytes]:
    """Read a row of SSH strings."""
    found = []
    while data:
        size = int.from_bytes(data[:4], "big")
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return found


def line(blob: bytes) -> str:
    """Write a public key as a line."""
    return f"{strings(blob[: 4 + blob[3]])[0].decode()} {base64.b64encode(blob).decode()}"


def keygen(folder: Path, *arguments: str, name: str = "key") -> Path:
    """Make a key without a passphrase and give the file of its private half."""
    file = folder / name
    subprocess.run(["ssh-keygen", "-q", "-N", "", "-C", "", *arguments, "-f", str(file)], check=True)
    return file


@dataclass(frozen=True)
class Signature:
    """The fields of an SSHSIG blob."""

    key: bytes
    inner: bytes
    namespace: bytes = NAMESPACE.encode()
    magic: bytes = b"SSHSIG"
    version: int = 1
    reserved: bytes = b""
    digest: bytes = b"sha512"
    rest: bytes = b""

    @property
    def blob(self) -> bytes:
        parts = (self.key, self.namespace, self.reserved, self.digest, self.inner)
        return self.magic + self.version.to_bytes(4, "big") + b"".join(string(part) for part in parts) + self.rest

    @classmethod
    def read(cls, blob: bytes) -> Self:
        """Take a blob apart."""
        key, namespace, reserved, digest, inner = strings(blob[10:])
        return cls(key, inner, namespace, blob[:6], int.from_bytes(blob[6:10], "big"), reserved, digest)

    def but(self, **changes: object) -> bytes:
        """Give the blob with other fields."""
        return replace(self, **changes).blob  # type: ignore[arg-type]


def to_sign(message: bytes, namespace: bytes = NAMESPACE.encode(), digest: bytes = b"sha512") -> bytes:
    """Give the bytes that a key signs for an SSHSIG signature."""
    hashed = hashlib.new(digest.decode(), message).digest()
    return b"SSHSIG" + b"".join(string(part) for part in (namespace, b"", digest, hashed))


@dataclass(frozen=True)
class SecurityKey:
    """A security key without the device: what one would answer, computed here.

    Attributes:
        kind: One of SECURITY_KINDS.
        application: What the key is for.
    """

    kind: str
    application: bytes = b"ssh:"
    _ed25519: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    _ecdsa: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def type(self) -> bytes:
        names = {"sk-ed25519": b"sk-ssh-ed25519@openssh.com", "sk-ecdsa": b"sk-ecdsa-sha2-nistp256@openssh.com"}
        return names[self.kind]

    @property
    def public(self) -> bytes:
        if self.kind == "sk-ed25519":
            point = self._ed25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            parts = (self.type, point, self.application)
        else:
            point = self._ecdsa.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            parts = (self.type, b"nistp256", point, self.application)
        return b"".join(string(part) for part in parts)

    def sign(self, message: bytes, *, flags: int = 1, counter: int = 7, **fields: object) -> bytes:
        """Sign a message as an SSHSIG blob."""
        signed = to_sign(message, digest=bytes(fields.get("digest", b"sha512")))  # type: ignore[call-overload]
        tail = bytes([flags]) + counter.to_bytes(4, "big")
        told = hashlib.sha256(self.application).digest() + tail + hashlib.sha256(signed).digest()
        return Signature(self.public, string(self.type) + string(self._raw(told)) + tail).but(**fields)

    def _raw(self, told: bytes) -> bytes:
        if self.kind == "sk-ed25519":
            return self._ed25519.sign(told)
        r, s = decode_dss_signature(self._ecdsa.sign(told, ec.ECDSA(hashes.SHA256())))
        return mpint(r) + mpint(s)


@dataclass(frozen=True)
class FileKey:
    """A key that ssh-keygen has made."""

    file: Path

    @property
    def line(self) -> str:
        return " ".join(self.file.with_suffix(".pub").read_text().split()[:2])

    @property
    def public(self) -> bytes:
        return base64.b64decode(self.line.split()[1])

    def sign(self, message: bytes, namespace: str = NAMESPACE, *options: str) -> bytes:
        """Sign with ssh-keygen and give the blob."""
        return dearmor(self.armored(message, namespace, *options))

    def armored(self, message: bytes, namespace: str = NAMESPACE, *options: str) -> str:
        """Sign with ssh-keygen and give what it prints."""
        command = ["ssh-keygen", "-Y", "sign", "-f", str(self.file), "-n", namespace, *options]
        return subprocess.run(command, input=message, capture_output=True, check=True).stdout.decode()


def dearmor(text: str) -> bytes:
    """Take a signature out of its armour, trusting it."""
    return base64.b64decode("".join(text.splitlines()[1:-1]))


def statement(size: int = 900) -> bytes:
    """Make a payload of about the size of a real statement."""
    subject = b'{"_type":"https://in-toto.io/Statement/v1","predicate":{"note":"%s"}}'
    return subject % (b"x" * (size - len(subject) + 2))
