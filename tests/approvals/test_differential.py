"""Our verifier beside ssh-keygen: never looser, and where it is stricter, that has a name.

A whole record is damaged bit by bit. Both get every damaged record: ours strictly through `load`, ssh-keygen through a
reader that overlooks what it can (other base64, unknown fields, any JSON).
"""

import base64
import json
import random
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_private_key

from mlgov.adapters.ssh_verifier import SshVerifier
from mlgov.approvals.envelope import load, pae, render
from mlgov.approvals.sshsig import NAMESPACE, PublicKey, SignatureRefused, load_public_key, verify
from tests.approvals.ssh_material import (
    KINDS,
    MESSAGE,
    SECURITY_KINDS,
    FileKey,
    SecurityKey,
    Signature,
    keygen,
    line,
    statement,
    string,
    strings,
    to_sign,
)

ALL_KINDS = [*KINDS, *SECURITY_KINDS]
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
LEFTOVER_BITS = "base64: bits left over at its end, which say nothing"
OTHER_KEYID = "keyid: ssh-keygen is not told which key the record names"
VERSION_ZERO = "version: ssh-keygen takes 0 for 1"
STRICTER_ON_RECORDS = {LEFTOVER_BITS, OTHER_KEYID, VERSION_ZERO}
SAMPLE = 150
SEED = 20260601


def ours(data: bytes) -> PublicKey | None:
    """Give the signer of a record as mlgov sees it. Only the two refusals may come out of the code under test."""
    try:
        return load(data).signer()
    except ValueError:
        return None


def theirs(data: bytes, key: str) -> bool:
    """Say what ssh-keygen thinks of a record, read as leniently as Python's libraries do it."""
    try:
        value = json.loads(data)
        payload, kind = base64.b64decode(value["payload"]), value["payloadType"].encode()
        signature = base64.b64decode(value["signatures"][0]["sig"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    return SshVerifier().accepts(signature, message, NAMESPACE, key)


def flipped(data: bytes, bit: int) -> bytes:
    """Turn one bit around."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def record(key: FileKey | SecurityKey, size: int = 300) -> bytes:
    """Make a record."""
    fingerprint = load_public_key(line(key.public)).fingerprint
    return render(statement(size), key.sign(pae(statement(size))), fingerprint)


def name_of(data: bytes, damaged: bytes) -> str:
    """Name the reason why ssh-keygen may accept a damaged record that we refuse; empty when there is none."""
    start = data.index(b'"keyid"') + 1
    if damaged[:start] + damaged[start + 59 :] == data[:start] + data[start + 59 :]:
        return OTHER_KEYID
    try:
        value = json.loads(damaged)
        payload, signature = base64.b64decode(value["payload"]), base64.b64decode(value["signatures"][0]["sig"])
    except (ValueError, KeyError, TypeError):
        return ""
    genuine = load(data)
    if (payload, signature) == (genuine.payload, genuine.signature):
        return LEFTOVER_BITS
    if payload == genuine.payload and signature == Signature.read(genuine.signature).but(version=0):
        return VERSION_ZERO
    return ""


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_both_accept_the_genuine_record(keys: dict, kind: str) -> None:
    """For every kind of key."""
    data = record(keys[kind])
    assert ours(data) == load_public_key(line(keys[kind].public))
    assert theirs(data, line(keys[kind].public))


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_no_flipped_bit_of_a_signature_is_accepted(keys: dict, kind: str) -> None:
    """Every bit, for every kind of key, without ssh-keygen."""
    signature = keys[kind].sign(MESSAGE)
    for bit in range(8 * len(signature)):
        with pytest.raises(SignatureRefused):
            verify(flipped(signature, bit), MESSAGE, NAMESPACE)


@pytest.mark.parametrize(("kind", "size"), [("ed25519", 900), ("rsa-3072", 100), ("sk-ecdsa", 100)])
def test_no_flipped_bit_of_a_record_is_accepted(keys: dict, kind: str, size: int) -> None:
    """Every bit of the file, without ssh-keygen; the first is about as large as real ones are."""
    data = record(keys[kind], size)
    assert [bit for bit in range(8 * len(data)) if ours(flipped(data, bit))] == []


def test_ssh_keygen_agrees_on_a_sample_of_flipped_bits(keys: dict) -> None:
    """Drawn with a seed; what it accepts has a name."""
    data = record(keys["ed25519"])
    sample = random.Random(SEED).sample(range(8 * len(data)), SAMPLE)  # noqa: S311 - a sample, no secret
    assert set(names(data, keys["ed25519"].line, sample)) <= STRICTER_ON_RECORDS


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-256", "sk-ed25519"])
def test_ssh_keygen_agrees_on_every_flipped_bit(keys: dict, kind: str) -> None:
    """Two processes at a time; what it accepts has a name, and no name is on the list for nothing."""
    data = record(keys[kind])
    found = set(names(data, line(keys[kind].public), range(8 * len(data))))
    depends_on_the_last_byte = set() if kind == "ed25519" else {LEFTOVER_BITS}
    assert STRICTER_ON_RECORDS - depends_on_the_last_byte <= found <= STRICTER_ON_RECORDS


def names(data: bytes, key: str, bits: "range | list[int]") -> Iterator[str]:
    """Name the reason for every flipped bit that ssh-keygen accepts; ours must refuse them all."""
    damaged = [flipped(data, bit) for bit in bits]
    assert not any(ours(one) for one in damaged)
    with ThreadPoolExecutor(2) as pool:
        accepted = list(pool.map(lambda one: theirs(one, key), damaged))
    return (name_of(data, one) for one, is_accepted in zip(damaged, accepted, strict=True) if is_accepted)


def version_zero(keys: dict, folder: Path) -> bytes:
    """Say that it is of version 0."""
    return Signature.read(keys["ed25519"].sign(MESSAGE)).but(version=0)


def reserved_field(keys: dict, folder: Path) -> bytes:
    """Write something where nothing should be."""
    return Signature.read(keys["ed25519"].sign(MESSAGE)).but(reserved=b"anything")


def zeros_in_front(keys: dict, folder: Path) -> bytes:
    """Write a number of ECDSA with zeros in front."""
    genuine = Signature.read(keys["ecdsa-256"].sign(MESSAGE))
    name, numbers = strings(genuine.inner)
    r, s = strings(numbers)
    return genuine.but(inner=string(name) + string(string(b"\0\0" + r) + string(s)))


def short_rsa(keys: dict, folder: Path) -> bytes:
    """Leave out a zero at the front of an RSA signature; about one in 256 has one."""
    private = load_ssh_private_key(keys["rsa-3072"].file.read_bytes(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    for number in range(100_000):
        signed = to_sign(b"%d" % number)
        raw = private.sign(signed, padding.PKCS1v15(), hashes.SHA512())
        if raw[0] == 0:
            break
    MESSAGES["short_rsa"] = b"%d" % number
    return Signature(keys["rsa-3072"].public, string(b"rsa-sha2-512") + string(raw[1:])).blob


def rsa_2048(keys: dict, folder: Path) -> bytes:
    """Sign with a key that is too short."""
    return FileKey(keygen(folder, "-t", "rsa", "-b", "2048")).sign(MESSAGE)


def rsa_exponent_3(keys: dict, folder: Path) -> bytes:
    """Sign with a key whose public exponent is 3."""
    private = rsa.generate_private_key(3, 3072)
    public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    raw = private.sign(to_sign(MESSAGE), padding.PKCS1v15(), hashes.SHA512())
    return Signature(base64.b64decode(public.split()[1]), string(b"rsa-sha2-512") + string(raw)).blob


def untouched_ed25519(keys: dict, folder: Path) -> bytes:
    """Sign with a security key that nobody touched."""
    return keys["sk-ed25519"].sign(MESSAGE, flags=0)


def untouched_ecdsa(keys: dict, folder: Path) -> bytes:
    """Sign with a security key that nobody touched."""
    return keys["sk-ecdsa"].sign(MESSAGE, flags=4)


def other_application(keys: dict, folder: Path) -> bytes:
    """Sign with a security key that is for web sites."""
    return SecurityKey("sk-ed25519", b"https://example.org").sign(MESSAGE)


def small_order(keys: dict, folder: Path) -> bytes:
    """Forge a signature for the neutral point of Ed25519."""
    neutral = (1).to_bytes(32, "little")
    inner = string(b"ssh-ed25519") + string(neutral + bytes(32))
    return Signature(string(b"ssh-ed25519") + string(neutral), inner).blob


def second_ed25519(keys: dict, folder: Path) -> bytes:
    """Add the order of the curve to the second number of an Ed25519 signature."""
    genuine = Signature.read(keys["ed25519"].sign(MESSAGE))
    raw = strings(genuine.inner)[1]
    second = int.from_bytes(raw[32:], "little") + ED25519_ORDER
    return genuine.but(inner=string(b"ssh-ed25519") + string(raw[:32] + second.to_bytes(32, "little")))


MESSAGES: dict[str, bytes] = {}
#: Made for the purpose: ssh-keygen (OpenSSH 9.2) accepts every one of them.
STRICTER: dict[str, Callable[[dict, Path], bytes]] = {
    "version_zero": version_zero,
    "reserved_field": reserved_field,
    "zeros_in_front": zeros_in_front,
    "short_rsa": short_rsa,
    "rsa_2048": rsa_2048,
    "rsa_exponent_3": rsa_exponent_3,
    "untouched_ed25519": untouched_ed25519,
    "untouched_ecdsa": untouched_ecdsa,
    "other_application": other_application,
    "small_order": small_order,
    "second_ed25519": second_ed25519,
}


@pytest.mark.parametrize("name", STRICTER)
def test_what_ssh_keygen_accepts_and_we_refuse_is_listed(keys: dict, name: str, tmp_path: Path) -> None:
    """One by one. A newer ssh-keygen may refuse some; then the list is longer than it needs to be, and no harm done."""
    signature = STRICTER[name](keys, tmp_path)
    message = MESSAGES.get(name, MESSAGE)
    with pytest.raises(SignatureRefused):
        verify(signature, message, NAMESPACE)
    told = subprocess.run(["ssh", "-V"], capture_output=True, check=True).stderr
    accepted = SshVerifier().accepts(signature, message, NAMESPACE, line(Signature.read(signature).key))
    assert accepted or not told.startswith(b"OpenSSH_9.2")
