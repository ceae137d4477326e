"""Signed records: a DSSE envelope around an in-toto statement, in one canonical form of bytes.

A record is a JSON file of the shape that the DSSE specification gives (https://github.com/secure-systems-lab/dsse),
with exactly one signature. ``payload`` and ``sig`` are base64. The signature is one of SSH keys (SSHSIG, binary) over
the pre-authentication encoding (`pae`) of type and payload, made for `mlgov.approvals.sshsig.NAMESPACE`, and ``keyid``
is the fingerprint of the key that made it.

There is one way to write a record: sorted keys, an indent of two spaces, one newline at the end. Any other bytes are
refused, so that one record is one content and nobody can hide anything in a file that verifies.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from mlgov.approvals.public_keys import PublicKey, canonical_base64
from mlgov.approvals.sshsig import NAMESPACE, SignatureRefused, verify

PAYLOAD_TYPE = "application/vnd.in-toto+json"
RECORD_LIMIT_BYTES = 64 * 2**10

_FIELDS = ("payload", "payloadType", "signatures")
_SIGNATURE_FIELDS = ("keyid", "sig")
_KEYID = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


class EnvelopeRefused(ValueError):  # noqa: N818 - a refusal is a result, no broken set-up
    """A file is no signed record; its text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed record, not verified yet.

    Attributes:
        payload: The bytes that were signed.
        signature: The SSHSIG signature, binary.
        keyid: Fingerprint of the key that the record says has signed.
    """

    payload: bytes
    signature: bytes
    keyid: str

    def signer(self) -> PublicKey:
        """Verify the signature and give the key that made it.

        Raises:
            SignatureRefused: It does not count, or ``keyid`` names another key.
        """
        key = verify(self.signature, pae(self.payload), NAMESPACE)
        if key.fingerprint != self.keyid:
            raise SignatureRefused(f"The record names the key {self.keyid}, but {key.fingerprint} has signed it.")
        return key


def pae(payload: bytes) -> bytes:
    """Give what is signed: DSSE's pre-authentication encoding of PAYLOAD_TYPE and ``payload``."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def render(payload: bytes, signature: bytes, keyid: str) -> bytes:
    """Write a record.

    Args:
        payload: The bytes that were signed; not empty.
        signature: The SSHSIG signature over ``pae(payload)``, binary; not empty.
        keyid: Fingerprint of the key that signed.

    Raises:
        EnvelopeRefused: The record would be larger than 64 KiB, or one that `load` refuses for another reason.
    """
    data = _render(Envelope(payload, signature, keyid))
    load(data)
    return data


def load(data: bytes) -> Envelope:
    """Read a record. The signature is not verified here.

    Raises:
        EnvelopeRefused: It is not exactly as `render` writes one.
    """
    if len(data) > RECORD_LIMIT_BYTES:
        raise EnvelopeRefused(f"The record is larger than {RECORD_LIMIT_BYTES} bytes.")
    envelope = _envelope(_strict_json(data))
    if _render(envelope) != data:
        raise EnvelopeRefused("The record is not written in the one way that counts; mlgov itself writes records so.")
    return envelope


def _render(envelope: Envelope) -> bytes:
    value = {
        "payload": base64.b64encode(envelope.payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": envelope.keyid, "sig": base64.b64encode(envelope.signature).decode()}],
    }
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def _envelope(value: object) -> Envelope:
    fields = _object(value, _FIELDS, "record")
    if fields["payloadType"] != PAYLOAD_TYPE:
        raise EnvelopeRefused(f"The payloadType of the record is not {PAYLOAD_TYPE!r}.")
    signatures = fields["signatures"]
    if not isinstance(signatures, list) or len(signatures) != 1:
        raise EnvelopeRefused("The record has not exactly one signature.")
    signature = _object(signatures[0], _SIGNATURE_FIELDS, "signature")
    keyid = signature["keyid"]
    if not isinstance(keyid, str) or not _KEYID.fullmatch(keyid):
        raise EnvelopeRefused("The keyid of the signature is not the fingerprint of a key (SHA256:...).")
    return Envelope(_base64(fields["payload"], "payload"), _base64(signature["sig"], "signature"), keyid)


def _base64(value: object, what: str) -> bytes:
    if not isinstance(value, str):
        raise EnvelopeRefused(f"The {what} is not text.")
    try:
        return canonical_base64(value, what)
    except ValueError as error:
        raise EnvelopeRefused(str(error)) from None


def _object(value: object, fields: tuple[str, ...], what: str) -> Mapping[str, object]:
    if not isinstance(value, dict) or sorted(value) != list(fields):
        raise EnvelopeRefused(f"The {what} has not exactly the fields {', '.join(fields)}.")
    return value


def _strict_json(data: bytes) -> object:
    try:
        return json.loads(data.decode("ascii"), object_pairs_hook=_unique, parse_constant=_no_number)
    except (
        ValueError,
        RecursionError,
    ) as error:  # bytes beyond ASCII, damaged JSON, a number of 5,000 digits, 10,000 brackets
        if isinstance(error, EnvelopeRefused):
            raise
        raise EnvelopeRefused("The record is not JSON in plain ASCII.") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise EnvelopeRefused("The record has a field twice.")
    return value


def _no_number(name: str) -> NoReturn:
    raise EnvelopeRefused(f"The record holds {name}, which is no JSON.")
