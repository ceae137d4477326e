"""Persons with keys, and SSH signatures by them, made from the format so that tests need no ssh-keygen."""

import base64
import hashlib
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mlgov.approvals import envelope
from mlgov.approvals.record import Decided
from mlgov.approvals.sshsig import NAMESPACE


@dataclass(frozen=True)
class Someone:
    """A person with an Ed25519 key that is the same in every run."""

    id: str

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.id.encode()).digest())

    @property
    def blob(self) -> bytes:
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return _string(b"ssh-ed25519") + _string(raw)

    @property
    def line(self) -> str:
        return f"ssh-ed25519 {base64.b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")

    def sign(self, message: bytes, namespace: str = NAMESPACE) -> bytes:
        """Make an SSHSIG signature (OpenSSH, PROTOCOL.sshsig)."""
        parts = (namespace.encode(), b"", b"sha512")
        digest = hashlib.sha512(message).digest()
        signed = b"SSHSIG" + b"".join(map(_string, (*parts, digest)))
        inner = _string(b"ssh-ed25519") + _string(self.key.sign(signed))
        body = b"".join(map(_string, (self.blob, *parts, inner)))
        return b"SSHSIG" + struct.pack(">I", 1) + body

    def seal(self, payload: bytes) -> bytes:
        return envelope.render(payload, self.sign(envelope.pae(payload)), self.fingerprint)

    def record(self, decided: Decided) -> bytes:
        return self.seal(decided.statement())

    def table(self, *roles: str, **more: object) -> str:
        """Give the [[people]] table of this person."""
        facts = {"id": self.id, "handles": [self.id], "emails": [f"{self.id}@example.org"], "keys": [self.line]}
        facts |= {"roles": list(roles)} | more
        return "[[people]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in facts.items())


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value).replace("'", '"') if isinstance(value, list) else f'"{value}"'


OWNER, AUTHOR = Someone("first-owner"), Someone("first-author")
VALIDATOR, SECOND = Someone("first-validator"), Someone("second-validator")
RISK, ADMIN, OTHER_ADMIN = Someone("risk-officer"), Someone("first-admin"), Someone("second-admin")
STRANGER, BOT = Someone("stranger"), Someone("robot")
SECURITY = Someone("security-officer")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
