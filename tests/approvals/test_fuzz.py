"""Whatever the bytes: their own refusal, at once, in little memory."""

import contextlib
import json
import time
import tracemalloc
from base64 import b64encode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlgov.approvals.envelope import Envelope, EnvelopeRefused, load, pae, render
from mlgov.approvals.sshsig import NAMESPACE, SignatureRefused, armor, dearmor, load_public_key, verify
from tests.approvals.ssh_material import KINDS, SECURITY_KINDS, SecurityKey, Signature, string
from tests.fakes.signer import MemorySigner

SIGNER = MemorySigner()
PAYLOAD = b'{"_type":"https://in-toto.io/Statement/v1"}'
SIGNATURE = SIGNER.sign(pae(PAYLOAD), NAMESPACE)
RECORD = render(PAYLOAD, SIGNATURE, SIGNER.key.fingerprint)
TYPES = [
    b"ssh-ed25519",
    b"ssh-rsa",
    b"ecdsa-sha2-nistp256",
    b"ecdsa-sha2-nistp384",
    b"ecdsa-sha2-nistp521",
    b"sk-ssh-ed25519@openssh.com",
    b"sk-ecdsa-sha2-nistp256@openssh.com",
]

#: Rows of SSH strings: names that mean something, numbers of every size, and noise.
PART = st.one_of(
    st.sampled_from([*TYPES, b"nistp256", b"nistp521", b"ssh:", b"rsa-sha2-512", b"\1\0\1", b"\1\0\0\0\1"]),
    st.binary(max_size=80),
    st.integers(1, 2**4100).map(lambda number: number.to_bytes(number.bit_length() // 8 + 1, "big")),
    st.sampled_from([32, 33, 64, 65, 97, 133, 384, 512]).flatmap(lambda size: st.binary(min_size=size, max_size=size)),
)
ROW = st.tuples(st.sampled_from(TYPES), st.lists(PART, max_size=4)).map(
    lambda row: b"".join(string(part) for part in (row[0], *row[1]))
)
BLOB = st.builds(
    lambda key, inner, namespace, reserved, digest, rest: (
        Signature(key, inner, namespace, reserved=reserved, digest=digest, rest=rest).blob
    ),
    st.one_of(ROW, st.just(SIGNER.key.blob), st.binary(max_size=300)),
    st.one_of(ROW, st.binary(max_size=300)),
    st.sampled_from([NAMESPACE.encode(), b"git", b"", b"\xff"]),
    st.sampled_from([b"", b"", b"", b"x"]),
    st.sampled_from([b"sha512", b"sha256", b"sha1", b"\xff"]),
    st.sampled_from([b"", b"", b"\0"]),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["eA==", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["payload", "payloadType", "signatures", "keyid", "sig"]) | st.text(max_size=5), inner
        )
    ),
    max_leaves=12,
)


def splice(data: bytes, start: int, end: int, new: bytes) -> bytes:
    """Put other bytes in the place of some."""
    start, end = sorted((start % (len(data) + 1), end % (len(data) + 1)))
    return data[:start] + new + data[end:]


SPLICE = (st.integers(0, 10_000), st.integers(0, 10_000), st.binary(max_size=40))


def is_refused_or_genuine(signature: bytes) -> None:
    """Check what must hold for any bytes in the place of the signature of PAYLOAD."""
    try:
        key = verify(signature, pae(PAYLOAD), NAMESPACE)
    except SignatureRefused as error:
        assert str(error).isprintable()
        assert str(error).endswith(".")
    else:
        assert (signature, key) == (SIGNATURE, SIGNER.key)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_no_signature(data: bytes) -> None:
    """Noise, with and without the preamble."""
    is_refused_or_genuine(data)
    is_refused_or_genuine(SIGNATURE[:10] + data)


@settings(max_examples=800, deadline=None)
@given(BLOB)
def test_any_row_of_fields_is_no_signature(data: bytes) -> None:
    """Well formed outside, so that the inner parts are reached."""
    is_refused_or_genuine(data)


@settings(max_examples=800, deadline=None)
@given(*SPLICE)
def test_no_damage_to_a_signature_is_accepted(start: int, end: int, new: bytes) -> None:
    """Cut, doubled or overwritten anywhere."""
    is_refused_or_genuine(splice(SIGNATURE, start, end, new))


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=300), ROW.map(lambda blob: armor(blob))))
def test_any_text_is_dearmored_or_refused(text: str) -> None:
    """And what is read is written again just so."""
    with contextlib.suppress(SignatureRefused):
        assert armor(dearmor(text)) == text


@settings(max_examples=800, deadline=None)
@given(st.one_of(st.text(max_size=200), st.tuples(st.sampled_from(TYPES), ROW | st.binary(max_size=200)), ROW))
@example("ssh-ed25519 \u0661")
@example("ssh-ed25519\x85AAAA")
def test_any_text_is_a_key_or_refused(given_key: str | bytes | tuple[bytes, bytes]) -> None:
    """With ValueError and a sentence; a key that is read is written again just so."""
    if isinstance(given_key, bytes):
        size = int.from_bytes(given_key[:4], "big")
        given_key = (given_key[4 : 4 + size], given_key)
    text = f"{given_key[0].decode()} {b64encode(given_key[1]).decode()}" if isinstance(given_key, tuple) else given_key
    try:
        key = load_public_key(text)
    except ValueError as error:
        assert type(error) is ValueError
        assert str(error).isprintable()
    else:
        assert text.startswith(key.line)


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.binary(max_size=400), JSON.map(lambda value: json.dumps(value, indent=2).encode())))
def test_any_bytes_are_no_record(data: bytes) -> None:
    """Noise, and JSON of any shape."""
    with pytest.raises(EnvelopeRefused) as caught:
        load(data)
    assert str(caught.value).isprintable()


@settings(max_examples=800, deadline=None)
@given(*SPLICE)
def test_no_damage_to_a_record_is_accepted(start: int, end: int, new: bytes) -> None:
    """What is read is written again just so, and verifies only when it is the whole record."""
    damaged = splice(RECORD, start, end, new)
    try:
        envelope = load(damaged)
        assert render(envelope.payload, envelope.signature, envelope.keyid) == damaged
        envelope.signer()
    except (EnvelopeRefused, SignatureRefused):
        return
    assert damaged == RECORD


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=1, max_size=2000), st.binary(min_size=1, max_size=300))
def test_what_is_written_is_read(payload: bytes, signature: bytes) -> None:
    """For any bytes."""
    keyid = SIGNER.key.fingerprint
    assert load(render(payload, signature, keyid)) == Envelope(payload, signature, keyid)


@pytest.mark.parametrize("kind", [*KINDS, *SECURITY_KINDS])
def test_a_genuine_signature_with_another_inside_is_refused(keys: dict, kind: str) -> None:
    """The fields of two genuine signatures over two messages, mixed in every way."""
    one, two = (Signature.read(keys[kind].sign(message)) for message in (pae(PAYLOAD), b"other"))
    is_refused = 0
    for changes in ({"inner": two.inner}, {"key": SecurityKey("sk-ed25519").public}, {"digest": b"sha256"}):
        with pytest.raises(SignatureRefused):
            verify(one.but(**changes), pae(PAYLOAD), NAMESPACE)
        is_refused += 1
    assert is_refused == 3


HOSTILE = {
    "brackets": b"[" * 65_536,
    "braces": b'{"payload":' * 5_900,
    "digits": b"9" * 65_536,
    "fields": b"{" + b",".join(b'"%d":0' % n for n in range(7_000)) + b"}",
    "escapes": b'"' + b"\\u0041" * 10_900 + b'"',
    "large": b"[" * 50_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_records_take_little_time_and_memory(name: str) -> None:
    """A second and some megabytes, however the bytes are chosen."""
    tracemalloc.start()
    start_s = time.perf_counter()
    with pytest.raises(EnvelopeRefused):
        load(HOSTILE[name])
    spent_s = time.perf_counter() - start_s
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert spent_s < 1
    assert peak_bytes < 16 * 2**20


def test_the_most_expensive_key_takes_little_time() -> None:
    """RSA with 16384 bits and an exponent of 64: the most arithmetic that a signature can ask for."""

    def mpint(number: int) -> bytes:
        return string(number.to_bytes(number.bit_length() // 8 + 1, "big"))

    key = string(b"ssh-rsa") + mpint(2**64 - 59) + mpint(2**16384 - 2**100 - 1)
    blob = Signature(key, string(b"rsa-sha2-512") + string(b"\x7f" * 2048)).blob
    start_s = time.perf_counter()
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(blob, b"", NAMESPACE)
    assert time.perf_counter() - start_s < 1
