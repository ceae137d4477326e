"""Signed records as bytes."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from mlgov.approvals.envelope import PAYLOAD_TYPE, Envelope, EnvelopeRefused, load, pae, render
from mlgov.approvals.sshsig import SignatureRefused, load_public_key
from tests.approvals.ssh_material import KINDS, SECURITY_KINDS, line, statement

PAYLOAD = b'{"predicate":{}}'
SIGNATURE = b"SSHSIG and so on"
KEYID = "SHA256:" + "A" * 43
GOOD = render(PAYLOAD, SIGNATURE, KEYID)


def refusal(data: bytes) -> str:
    """Give the reason why some bytes are no record."""
    with pytest.raises(EnvelopeRefused) as caught:
        load(data)
    return str(caught.value)


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Write a record with something changed in its value."""
    value = json.loads(GOOD)
    change(value)
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def test_the_encoding_is_the_one_of_the_specification() -> None:
    """Lengths in bytes, in decimal, and single spaces; worked out by hand."""
    assert pae(b"hello") == b"DSSEv1 28 application/vnd.in-toto+json 5 hello"
    assert pae(b"") == b"DSSEv1 28 application/vnd.in-toto+json 0 "
    assert pae("é\n".encode()) == b"DSSEv1 28 application/vnd.in-toto+json 3 \xc3\xa9\n"


def test_a_record_is_one_text_of_json() -> None:
    """The bytes that are reviewed in a pull request."""
    assert GOOD.decode() == (
        "{\n"
        '  "payload": "eyJwcmVkaWNhdGUiOnt9fQ==",\n'
        '  "payloadType": "application/vnd.in-toto+json",\n'
        '  "signatures": [\n'
        "    {\n"
        f'      "keyid": "{KEYID}",\n'
        '      "sig": "U1NIU0lHIGFuZCBzbyBvbg=="\n'
        "    }\n"
        "  ]\n"
        "}\n"
    )


@pytest.mark.parametrize("payload", [b"x", bytes(range(256)), b"\xff" * 40_000])
def test_what_is_written_is_read(payload: bytes) -> None:
    """Any bytes can be a payload."""
    assert load(render(payload, SIGNATURE, KEYID)) == Envelope(payload, SIGNATURE, KEYID)


REFUSED_BYTES = {
    "nothing": (b"", "not JSON"),
    "no newline": (GOOD[:-1], "one way"),
    "two newlines": (GOOD + b"\n", "one way"),
    "windows": (GOOD.replace(b"\n", b"\r\n"), "one way"),
    "mark of byte order": (b"\xef\xbb\xbf" + GOOD, "plain ASCII"),
    "utf-16": (GOOD.decode().encode("utf-16"), "plain ASCII"),
    "one line": (json.dumps(json.loads(GOOD)).encode(), "one way"),
    "tabs": (GOOD.replace(b"  ", b"\t"), "one way"),
    "escaped letter": (GOOD.replace(b"SHA256", b"\\u0053HA256"), "one way"),
    "escaped slash": (GOOD.replace(b"application/", b"application\\/"), "one way"),
    "two values": (GOOD + GOOD, "not JSON"),
    "comment": (b"// x\n" + GOOD, "not JSON"),
    "field twice": (GOOD.replace(b'"payload":', b'"payload": "eA==", "payload":'), "a field twice"),
    "signature field twice": (GOOD.replace(b'"keyid":', b'"keyid": "x", "keyid":'), "a field twice"),
    "not a number": (b'{"payload": NaN}', "no JSON"),
    "infinity": (b'{"payload": -Infinity}', "no JSON"),
    "long number": (b'{"payload": ' + b"1" * 5000 + b"}", "not JSON"),
    "deep": (b"[" * 60_000, "not JSON"),
    "deep and closed": (b"[" * 30_000 + b"]" * 30_000, "not JSON"),
    "a list": (b"[]", "has not exactly the fields payload, payloadType, signatures"),
    "a number": (b"1", "has not exactly the fields"),
    "too large": (b" " * 65_537, "larger than 65536"),
}


@pytest.mark.parametrize(("data", "why"), REFUSED_BYTES.values(), ids=list(REFUSED_BYTES))
def test_other_bytes_are_refused(data: bytes, why: str) -> None:
    """Damaged, or the same record written in another way."""
    assert why in refusal(data)


REFUSED_VALUES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "field more": (lambda value: value.update(note=""), "record has not exactly"),
    "payload missing": (lambda value: value.pop("payload"), "record has not exactly"),
    "type missing": (lambda value: value.pop("payloadType"), "record has not exactly"),
    "signatures missing": (lambda value: value.pop("signatures"), "record has not exactly"),
    "another type": (lambda value: value.update(payloadType="text/plain"), "payloadType"),
    "type in capitals": (lambda value: value.update(payloadType=PAYLOAD_TYPE.upper()), "payloadType"),
    "type is none": (lambda value: value.update(payloadType=None), "payloadType"),
    "no signature": (lambda value: value["signatures"].clear(), "exactly one"),
    "two signatures": (lambda value: value["signatures"].append(value["signatures"][0]), "exactly one"),
    "signatures no list": (lambda value: value.update(signatures=value["signatures"][0]), "exactly one"),
    "signature no object": (lambda value: value.update(signatures=["x"]), "signature has not exactly"),
    "signature field more": (lambda value: value["signatures"][0].update(cert=""), "signature has not exactly"),
    "keyid missing": (lambda value: value["signatures"][0].pop("keyid"), "signature has not exactly"),
    "keyid empty": (lambda value: value["signatures"][0].update(keyid=""), "fingerprint"),
    "keyid a number": (lambda value: value["signatures"][0].update(keyid=1), "fingerprint"),
    "keyid with newline": (lambda value: value["signatures"][0].update(keyid=KEYID + "\n"), "fingerprint"),
    "keyid too short": (lambda value: value["signatures"][0].update(keyid=KEYID[:-1]), "fingerprint"),
    "payload no text": (lambda value: value.update(payload=[]), "payload is not text"),
    "payload empty": (lambda value: value.update(payload=""), "payload is empty"),
    "payload not base64": (lambda value: value.update(payload="e!=="), "payload is not base64"),
    "payload url-safe": (lambda value: value.update(payload="_-8="), "payload is not base64"),
    "payload with newline": (lambda value: value.update(payload="eA==\n"), "payload is"),
    "payload unpadded": (lambda value: value.update(payload="eA"), "payload is not base64"),
    "payload with leftover bits": (lambda value: value.update(payload="eB=="), "not written in the one way"),
    "signature empty": (lambda value: value["signatures"][0].update(sig=""), "signature is empty"),
    "signature no text": (lambda value: value["signatures"][0].update(sig=None), "signature is not text"),
    "signature with leftover bits": (lambda value: value["signatures"][0].update(sig="eB=="), "not written in the one"),
}


@pytest.mark.parametrize(("change", "why"), REFUSED_VALUES.values(), ids=list(REFUSED_VALUES))
def test_other_values_are_refused(change: Callable[[dict[str, Any]], object], why: str) -> None:
    """Fields, their types, and base64 in its one form."""
    assert why in refusal(changed(change))


def test_keys_in_another_order_are_refused() -> None:
    """The same value, other bytes."""
    value = json.loads(GOOD)
    turned = {name: value[name] for name in reversed(value)}
    assert "one way" in refusal((json.dumps(turned, indent=2) + "\n").encode())


def test_the_largest_record_is_read_and_one_byte_more_is_not_written() -> None:
    """64 KiB, whoever wrote it."""
    room = 65_536 - len(render(b"abc", SIGNATURE, KEYID))
    payload = b"x" * (3 + room // 4 * 3)
    assert load(render(payload, SIGNATURE, KEYID)).payload == payload
    with pytest.raises(EnvelopeRefused, match="larger"):
        render(payload + b"xyz" * 2, SIGNATURE, KEYID)


@pytest.mark.parametrize(
    ("payload", "signature", "keyid"), [(b"", b"x", KEYID), (b"x", b"", KEYID), (b"x", b"x", "me")]
)
def test_what_could_not_be_read_is_not_written(payload: bytes, signature: bytes, keyid: str) -> None:
    """A mistake of ours is found before it is committed."""
    with pytest.raises(EnvelopeRefused):
        render(payload, signature, keyid)


@pytest.mark.parametrize("kind", [*KINDS, *SECURITY_KINDS])
def test_a_record_names_its_signer(keys: dict, kind: str) -> None:
    """Written, read and verified, for every kind of key."""
    key = load_public_key(line(keys[kind].public))
    data = render(statement(), keys[kind].sign(pae(statement())), key.fingerprint)
    assert load(data).signer() == key


def test_a_record_that_names_another_key_is_refused(keys: dict) -> None:
    """Whoever reads the file must not be told a wrong name."""
    record = Envelope(PAYLOAD, keys["ed25519"].sign(pae(PAYLOAD)), KEYID)
    with pytest.raises(SignatureRefused, match=f"names the key {KEYID}, but SHA256:.* has signed"):
        record.signer()


def test_a_signature_over_the_bare_payload_is_refused(keys: dict) -> None:
    """The type is signed as well."""
    key = load_public_key(keys["ed25519"].line)
    with pytest.raises(SignatureRefused, match="does not fit"):
        Envelope(PAYLOAD, keys["ed25519"].sign(PAYLOAD), key.fingerprint).signer()


def test_a_signature_for_git_is_refused(keys: dict) -> None:
    """A commit with such a text approves nothing."""
    key = load_public_key(keys["ed25519"].line)
    with pytest.raises(SignatureRefused, match="made for 'git'"):
        Envelope(PAYLOAD, keys["ed25519"].sign(pae(PAYLOAD), "git"), key.fingerprint).signer()


def test_another_payload_under_the_same_signature_is_refused(keys: dict) -> None:
    """What was signed is what counts."""
    key = load_public_key(keys["ed25519"].line)
    data = render(PAYLOAD, keys["ed25519"].sign(pae(PAYLOAD)), key.fingerprint)
    other = data.replace(base64.b64encode(PAYLOAD), base64.b64encode(b'{"predicate":[]}'))
    with pytest.raises(SignatureRefused, match="does not fit"):
        load(other).signer()
