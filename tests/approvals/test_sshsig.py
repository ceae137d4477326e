"""Signatures of ssh-keygen, verified without it."""

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from mlgov.approvals.sshsig import NAMESPACE, SignatureRefused, armor, dearmor, load_public_key, signed_bytes, verify
from tests.approvals import ssh_material
from tests.approvals.ssh_material import (
    KINDS,
    MESSAGE,
    SECURITY_KINDS,
    FileKey,
    SecurityKey,
    Signature,
    keygen,
    string,
    strings,
    to_sign,
)

ALL_KINDS = [*KINDS, *SECURITY_KINDS]
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493


def refusal(signature: bytes, message: bytes = MESSAGE, namespace: str = NAMESPACE) -> str:
    """Give the reason why a signature does not count."""
    with pytest.raises(SignatureRefused) as caught:
        verify(signature, message, namespace)
    return str(caught.value)


def test_the_namespace_is_the_one_that_is_documented() -> None:
    """Old records are signed for it."""
    assert NAMESPACE == ssh_material.NAMESPACE


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_signature_gives_the_key_that_made_it(keys: dict, kind: str) -> None:
    """Of every kind that may sign."""
    assert verify(keys[kind].sign(MESSAGE), MESSAGE, NAMESPACE).blob == keys[kind].public


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_both_digests_count(keys: dict, kind: str, digest: str) -> None:
    """ssh-keygen takes SHA-512 unless it is told otherwise."""
    signature = keys[kind].sign(MESSAGE, NAMESPACE, "-O", f"hashalg={digest}")
    assert Signature.read(signature).digest == digest.encode()
    assert verify(signature, MESSAGE, NAMESPACE).line == keys[kind].line


@pytest.mark.parametrize("message", [b"", b"\0", b"\xff" * 100_000])
def test_any_bytes_can_be_signed(keys: dict, message: bytes) -> None:
    """None, binary and many."""
    assert verify(keys["ed25519"].sign(message), message, NAMESPACE).line == keys["ed25519"].line


@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_the_signed_bytes_are_those_of_the_format(digest: str) -> None:
    """Written a second time in the tests."""
    assert signed_bytes(MESSAGE, NAMESPACE, digest) == to_sign(MESSAGE, digest=digest.encode())


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_another_message_is_refused(keys: dict, kind: str) -> None:
    """One byte is enough."""
    assert "does not fit" in refusal(keys[kind].sign(MESSAGE), MESSAGE + b"!")


@pytest.mark.parametrize("namespace", ["git", "file", "mlgov-approval@v2", "mlgov-approval@v", "Mlgov-approval@v1"])
def test_a_signature_for_another_purpose_is_refused(keys: dict, namespace: str) -> None:
    """A commit's signature is no approval."""
    signature = keys["ed25519"].sign(MESSAGE, namespace)
    assert refusal(signature) == f"The signature is made for '{namespace}', not for '{NAMESPACE}'."
    assert verify(signature, MESSAGE, namespace).line == keys["ed25519"].line


def test_the_namespace_of_a_signature_cannot_be_changed(keys: dict) -> None:
    """It is among what was signed."""
    signature = keys["ed25519"].sign(MESSAGE, "git")
    assert "does not fit" in refusal(Signature.read(signature).but(namespace=NAMESPACE.encode()))


def test_no_namespace_is_no_purpose(keys: dict) -> None:
    """Even when both sides agree on nothing."""
    signature = Signature.read(keys["ed25519"].sign(MESSAGE)).but(namespace=b"")
    assert "made for ''" in refusal(signature, namespace="")


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_signature_under_another_persons_key_is_refused(keys: dict, kind: str, tmp_path: Path) -> None:
    """The key in the signature is replaced by another of its type."""
    other = FileKey(keygen(tmp_path, *KINDS[kind])) if kind in KINDS else SecurityKey(kind)
    assert "does not fit" in refusal(Signature.read(keys[kind].sign(MESSAGE)).but(key=other.public))


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("other", ALL_KINDS)
def test_a_key_of_another_type_does_not_verify_it(keys: dict, kind: str, other: str) -> None:
    """Every signature under every other key; the algorithm must belong to the key's type."""
    if kind != other:
        found = refusal(Signature.read(keys[kind].sign(MESSAGE)).but(key=keys[other].public))
        assert "do not sign so" in found or {kind, other} == {"rsa-3072", "rsa-4096"}


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize(
    "algorithm",
    ["ssh-rsa", "ssh-dss", "rsa-sha2-256", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "", "none"],
)
def test_the_algorithm_cannot_be_renamed(keys: dict, kind: str, algorithm: str) -> None:
    """Not to one that the key's type does not sign with, and not to another that it does."""
    genuine = Signature.read(keys[kind].sign(MESSAGE))
    name = strings(genuine.inner)[0] if kind in KINDS else keys[kind].type
    if name != algorithm.encode():
        renamed = string(algorithm.encode()) + genuine.inner[4 + len(name) :]
        assert refusal(genuine.but(inner=renamed)).endswith(("do not sign so.", "the signed bytes."))


@pytest.mark.parametrize("kind", ["rsa-3072", "rsa-4096"])
@pytest.mark.parametrize(("algorithm", "digest"), [("rsa-sha2-256", hashes.SHA256()), ("ssh-rsa", hashes.SHA1())])  # noqa: S303 - the weak one is refused
def test_rsa_signs_with_sha2_only(keys: dict, kind: str, algorithm: str, digest: hashes.HashAlgorithm) -> None:
    """A genuine signature over SHA-1 does not count, one over SHA-256 does."""
    private = load_ssh_private_key(keys[kind].file.read_bytes(), None)
    assert isinstance(private, RSAPrivateKey)
    inner = string(algorithm.encode()) + string(private.sign(to_sign(MESSAGE), padding.PKCS1v15(), digest))
    signature = Signature(keys[kind].public, inner).blob
    if algorithm == "ssh-rsa":
        assert "'ssh-rsa', and keys of type ssh-rsa do not sign so" in refusal(signature)
    else:
        assert verify(signature, MESSAGE, NAMESPACE).line == keys[kind].line


def test_rsa_with_another_padding_is_refused(keys: dict) -> None:
    """PSS is not what SSH uses."""
    private = load_ssh_private_key(keys["rsa-3072"].file.read_bytes(), None)
    assert isinstance(private, RSAPrivateKey)
    pss = private.sign(to_sign(MESSAGE), padding.PSS(padding.MGF1(hashes.SHA512()), 64), hashes.SHA512())
    assert "does not fit" in refusal(Signature(keys["rsa-3072"].public, string(b"rsa-sha2-512") + string(pss)).blob)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_the_digest_cannot_be_swapped(keys: dict, kind: str) -> None:
    """It is among what was signed."""
    assert "does not fit" in refusal(Signature.read(keys[kind].sign(MESSAGE)).but(digest=b"sha256"))


@pytest.mark.parametrize("digest", [b"sha1", b"md5", b"sha384", b"SHA512", b"sha512 ", b"", b"\xff", b"sha\n512"])
def test_other_digests_are_refused(keys: dict, digest: bytes) -> None:
    """Weak, unknown or written otherwise."""
    found = refusal(Signature.read(keys["ed25519"].sign(MESSAGE)).but(digest=digest))
    assert "only sha256 and sha512 count" in found or "not printable ASCII" in found


@pytest.mark.parametrize("version", [0, 2, 256, 2**32 - 1])
def test_other_versions_are_refused(keys: dict, version: int) -> None:
    """Also 0, which ssh-keygen lets pass."""
    assert f"of version {version}" in refusal(Signature.read(keys["ed25519"].sign(MESSAGE)).but(version=version))


@pytest.mark.parametrize("magic", [b"SSHSIH", b"sshsig", b"\0\0\0\0\0\0"])
def test_another_preamble_is_refused(keys: dict, magic: bytes) -> None:
    """Something else altogether."""
    assert "does not start with SSHSIG" in refusal(Signature.read(keys["ed25519"].sign(MESSAGE)).but(magic=magic))


def test_the_reserved_field_must_be_empty(keys: dict) -> None:
    """It is not signed as it stands there, so anybody could write something into it."""
    changed = Signature.read(keys["ed25519"].sign(MESSAGE)).but(reserved=b"hidden")
    assert refusal(changed) == "The reserved field of the signature is not empty."


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("rest", [b"\0", b"x" * 100, string(b"")])
def test_bytes_left_over_are_refused_at_every_level(keys: dict, kind: str, rest: bytes) -> None:
    """After the whole, the key, and the inner signature."""
    genuine = Signature.read(keys[kind].sign(MESSAGE))
    for changed in (
        genuine.but(rest=rest),
        genuine.but(key=genuine.key + rest),
        genuine.but(inner=genuine.inner + rest),
    ):
        assert "left over" in refusal(changed)


@pytest.mark.parametrize("bits", [256, 384, 521])
def test_bytes_left_over_after_the_numbers_of_ecdsa_are_refused(keys: dict, bits: int) -> None:
    """The innermost level."""
    genuine = Signature.read(keys[f"ecdsa-{bits}"].sign(MESSAGE))
    name, numbers = strings(genuine.inner)
    assert "left over" in refusal(genuine.but(inner=string(name) + string(numbers + b"\0")))


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_signature_that_is_cut_off_is_refused(keys: dict, kind: str) -> None:
    """Wherever it is cut."""
    signature = keys[kind].sign(MESSAGE)
    assert {refusal(signature[:length]) for length in range(len(signature))} == {"The signature is cut off."}


@pytest.mark.parametrize("bits", [256, 384, 521])
def test_ecdsa_numbers_have_one_form(keys: dict, bits: int) -> None:
    """Zeros in front, a negative number and zero are refused before any arithmetic."""
    genuine = Signature.read(keys[f"ecdsa-{bits}"].sign(MESSAGE))
    name, numbers = strings(genuine.inner)
    r, s = strings(numbers)
    for first, why in ((b"\0" + r, "zeros"), (b"\x80" + r, "negative"), (b"", "zero"), (b"\0", "zero")):
        assert why in refusal(genuine.but(inner=string(name) + string(string(first) + string(s))))


def test_an_ed25519_signature_has_one_form(keys: dict) -> None:
    """Its second number plus the order of the curve would fit the same equation."""
    genuine = Signature.read(keys["ed25519"].sign(MESSAGE))
    raw = strings(genuine.inner)[1]
    second = int.from_bytes(raw[32:], "little") + ED25519_ORDER
    changed = raw[:32] + second.to_bytes(32, "little")
    assert "does not fit" in refusal(genuine.but(inner=string(b"ssh-ed25519") + string(changed)))


@pytest.mark.parametrize("size", [0, 63, 65, 114])
def test_an_ed25519_signature_of_another_length_is_refused(keys: dict, size: int) -> None:
    """64 bytes it is."""
    inner = string(b"ssh-ed25519") + string(b"\1" * size)
    assert "64 bytes" in refusal(Signature(keys["ed25519"].public, inner).blob)


@pytest.mark.parametrize("change", [-1, 1])
def test_an_rsa_signature_of_another_length_is_refused(keys: dict, change: int) -> None:
    """As long as the modulus."""
    inner = string(b"rsa-sha2-512") + string(b"\1" * (384 + change))
    assert "length of its key" in refusal(Signature(keys["rsa-3072"].public, inner).blob)


@pytest.mark.parametrize("kind", SECURITY_KINDS)
@pytest.mark.parametrize(("flags", "counts"), [(0, False), (4, False), (0xFE, False), (1, True), (5, True)])
def test_a_security_key_must_have_been_touched(kind: str, flags: int, counts: bool) -> None:
    """Bit 0 says so; a PIN in its place is not enough."""
    signature = SecurityKey(kind).sign(MESSAGE, flags=flags)
    if counts:
        assert verify(signature, MESSAGE, NAMESPACE).needs_touch
    else:
        assert refusal(signature) == "The security key was not touched for this signature."


@pytest.mark.parametrize("kind", SECURITY_KINDS)
def test_flags_and_counter_of_a_security_key_are_signed(keys: dict, kind: str) -> None:
    """They cannot be changed afterwards."""
    genuine = Signature.read(keys[kind].sign(MESSAGE, flags=1, counter=1))
    for tail in (b"\5\0\0\0\1", b"\1\0\0\0\2"):
        assert "does not fit" in refusal(genuine.but(inner=genuine.inner[:-5] + tail))


@pytest.mark.parametrize("kind", SECURITY_KINDS)
def test_a_security_key_for_web_sites_does_not_count(kind: str) -> None:
    """Refused by its application, whatever it signs."""
    assert "application" in refusal(SecurityKey(kind, b"https://example.org").sign(MESSAGE))


@pytest.mark.parametrize("kind", SECURITY_KINDS)
def test_the_application_of_a_security_key_is_signed(kind: str) -> None:
    """A key cannot be passed off as one with another name."""
    key = SecurityKey(kind, b"ssh:")
    renamed = key.public[: -4 - len(key.application)] + string(b"ssh:work")
    assert "does not fit" in refusal(Signature.read(key.sign(MESSAGE)).but(key=renamed))


def test_a_certificate_in_a_signature_is_refused(keys: dict) -> None:
    """Signatures by certificates carry them where the key is."""
    blob = string(b"ssh-ed25519-cert-v01@openssh.com") + string(b"x" * 32)
    assert "Certificates" in refusal(Signature.read(keys["ed25519"].sign(MESSAGE)).but(key=blob))


def test_a_weak_key_signs_nothing(tmp_path: Path) -> None:
    """A genuine signature by RSA with 2048 bits."""
    key = FileKey(keygen(tmp_path, "-t", "rsa", "-b", "2048"))
    assert "RSA keys need 3072 bits" in refusal(key.sign(MESSAGE))


def test_a_key_that_anybody_can_sign_for_signs_nothing() -> None:
    """For the neutral point, the signature (neutral point, 0) fits every message."""
    neutral = (1).to_bytes(32, "little")
    forged = Signature(string(b"ssh-ed25519") + string(neutral), string(b"ssh-ed25519") + string(neutral + bytes(32)))
    assert "anybody could sign" in refusal(forged.blob)


def test_a_huge_signature_is_refused_unread() -> None:
    """No more than 16 KiB is looked at."""
    assert "longer than 16384 bytes" in refusal(b"SSHSIG" + bytes(2**20))


def test_a_length_beyond_the_end_is_refused() -> None:
    """A length of 4 GiB takes no memory."""
    assert refusal(b"SSHSIG\0\0\0\1\xff\xff\xff\xff") == "The signature is cut off."


def test_reasons_carry_no_controls(keys: dict) -> None:
    """They may end on a terminal."""
    genuine = Signature.read(keys["ed25519"].sign(MESSAGE))
    for changed in (
        genuine.but(namespace=b"\x1b[2J\n"),
        genuine.but(digest=b"\x1b"),
        genuine.but(inner=string(b"\x1b")),
    ):
        assert refusal(changed).isprintable()


@pytest.mark.parametrize("kind", KINDS)
def test_armour_is_that_of_ssh_keygen(keys: dict, kind: str) -> None:
    """Taken off and put on again, the same text."""
    text = keys[kind].armored(MESSAGE)
    assert dearmor(text) == ssh_material.dearmor(text)
    assert armor(dearmor(text)) == text


@pytest.mark.parametrize("size", [1, 51, 52, 53, 105])
def test_armour_keeps_the_bytes(size: int) -> None:
    """Below, at and above the end of a line."""
    blob = hashlib.sha512(bytes([size])).digest() * 2
    assert dearmor(armor(blob[:size])) == blob[:size]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: "\n" * 5,
        lambda text: text.removesuffix("\n"),
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("SSH SIGNATURE", "PGP SIGNATURE"),
        lambda text: text.replace("\nU1NI", "\nU1N\nI"),
        lambda text: text.replace("\nU1NI", "\n!1NI"),
        lambda text: text.replace("\nU1NI", "\n\u0415NI"),
        lambda text: text + text,
        lambda text: "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
        lambda text: armor(bytes(40000)),
    ],
)
def test_other_armour_is_refused(keys: dict, change) -> None:
    """Anything else than what ssh-keygen writes."""
    with pytest.raises(SignatureRefused):
        dearmor(change(keys["ed25519"].armored(MESSAGE)))


def test_the_key_of_a_signature_equals_the_loaded_one(keys: dict) -> None:
    """So a roster can be asked for it."""
    assert verify(keys["ed25519"].sign(MESSAGE), MESSAGE, NAMESPACE) == load_public_key(keys["ed25519"].line)
