"""Which public keys may sign."""

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mlgov.approvals.public_keys import SMALL_ORDER_Y
from mlgov.approvals.sshsig import PublicKey, load_public_key
from tests.approvals.ssh_material import KINDS, SECURITY_KINDS, SecurityKey, keygen, line, mpint, string, strings

ALL_KINDS = [*KINDS, *SECURITY_KINDS]
P25519 = 2**255 - 19
RSA_MODULUS = 2**3071 + 1


def ed25519(point: bytes) -> str:
    """Write an Ed25519 key."""
    return line(string(b"ssh-ed25519") + string(point))


def rsa(exponent: bytes, modulus: bytes) -> str:
    """Write an RSA key."""
    return line(string(b"ssh-rsa") + exponent + modulus)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_key_of_every_kind_is_read_and_written_again(keys: dict, kind: str) -> None:
    """Type, bytes and line are those of the file."""
    blob = keys[kind].public
    key = load_public_key(line(blob) + " somebody@example.org\n")
    assert (key.type, key.blob, key.line) == (line(blob).split()[0], blob, line(blob))


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_the_fingerprint_is_the_one_that_ssh_keygen_prints(keys: dict, kind: str, tmp_path: Path) -> None:
    """The same text, for every kind."""
    file = tmp_path / "key.pub"
    file.write_text(line(keys[kind].public))
    told = subprocess.run(["ssh-keygen", "-l", "-f", str(file)], capture_output=True, check=True, text=True).stdout
    assert load_public_key(file.read_text()).fingerprint == told.split()[1]


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_only_security_keys_need_a_touch(keys: dict, kind: str) -> None:
    """The type says so."""
    assert load_public_key(line(keys[kind].public)).needs_touch == (kind in SECURITY_KINDS)


def test_tabs_and_a_comment_of_any_kind_do_not_matter(keys: dict) -> None:
    """The comment is nobody's claim, so nobody reads it."""
    key_type, data = keys["ed25519"].line.split()
    assert load_public_key(f" {key_type}\t {data}\tcert ssh-rsa \x07 é\r\n").type == "ssh-ed25519"


REFUSED_LINES = {
    "": "type ''",
    "ssh-ed25519": "empty",
    "ssh-ed25519 !!!!": "not base64",
    "ssh-ed448 AAAA": "'ssh-ed448', which is not known",
    "ssh-dss AAAA": "DSA keys are too weak",
    "rsa-sha2-512 AAAA": "not known",
    "webauthn-sk-ecdsa-sha2-nistp256@openssh.com AAAA": "not known",
    "ssh-ed25519-cert-v01@openssh.com AAAA": "Certificates",
    "sk-ssh-ed25519-cert-v01@openssh.com AAAA": "Certificates",
    'namespaces="git" ssh-ed25519 AAAA': "options",
    "cert-authority ssh-ed25519 AAAA": "options",
    "somebody@example.org ssh-ed25519 AAAA": "options",
    "ssh-ed25519 AAAA\nssh-ed25519 AAAA": "more than one line",
    "ssh-ed25519 " + "A" * 20000: "longer than 16384",
}


@pytest.mark.parametrize(("text", "why"), REFUSED_LINES.items())
def test_other_lines_are_refused_with_a_reason(text: str, why: str) -> None:
    """Options, certificates, weak and unknown types."""
    with pytest.raises(ValueError, match=why):
        load_public_key(text)


def test_what_ssh_keygen_makes_and_is_too_weak_is_refused(tmp_path: Path) -> None:
    """RSA with 2048 bits is still what some people have."""
    file = keygen(tmp_path, "-t", "rsa", "-b", "2048")
    with pytest.raises(ValueError, match="RSA keys need 3072 bits; this one has 2048"):
        load_public_key(file.with_suffix(".pub").read_text())


def test_a_certificate_that_ssh_keygen_makes_is_refused(tmp_path: Path) -> None:
    """Whether its line says so or only its bytes."""
    authority, file = keygen(tmp_path, "-t", "ed25519", name="ca"), keygen(tmp_path, "-t", "ed25519")
    command = ["ssh-keygen", "-q", "-s", str(authority), "-I", "id", "-n", "me", str(file.with_suffix(".pub"))]
    subprocess.run(command, check=True)
    text = (tmp_path / "key-cert.pub").read_text()
    with pytest.raises(ValueError, match="Certificates"):
        load_public_key(text)
    with pytest.raises(ValueError, match="Certificates"):
        load_public_key("ssh-ed25519 " + text.split()[1])


def test_a_line_of_another_type_than_its_bytes_is_refused(keys: dict) -> None:
    """The bytes count, and the line must not lie about them."""
    with pytest.raises(ValueError, match="says that it is of type ecdsa-sha2-nistp256, but holds"):
        load_public_key("ecdsa-sha2-nistp256 " + keys["ed25519"].line.split()[1])


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_bytes_left_over_are_refused(keys: dict, kind: str) -> None:
    """For every kind."""
    with pytest.raises(ValueError, match="1 bytes are left over after the end of the public key"):
        load_public_key(line(keys[kind].public + b"\0"))


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_key_that_is_cut_off_is_refused(keys: dict, kind: str) -> None:
    """Wherever it is cut."""
    blob = keys[kind].public
    for length in range(1, len(blob)):
        with pytest.raises(ValueError, match=r"cut off|not known"):
            load_public_key(f"{line(blob).split()[0]} {base64.b64encode(blob[:length]).decode()}")


def test_base64_in_a_second_form_is_refused(keys: dict) -> None:
    """Leftover bits, missing padding and white space between would all give the same bytes."""
    blob = string(b"ssh-ed25519") + string(strings(keys["ed25519"].public)[1])
    good = line(blob)
    assert good.endswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
    padded = line(keys["ecdsa-256"].public)
    assert padded.endswith("=")
    stem, last = padded.rstrip("=")[:-1], padded.rstrip("=")[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    leftover = stem + alphabet[alphabet.index(last) + 1] + "=" * padded.count("=")
    for text in (leftover, padded.rstrip("="), padded + "=", padded[:40] + "-" + padded[41:]):
        with pytest.raises(ValueError, match="base64"):
            load_public_key(text)


def x_squared(y: int) -> int:
    """Solve the equation of the curve -x² + y² = 1 + d x² y² for x²."""
    d = -121665 * pow(121666, -1, P25519)
    return (y * y - 1) * pow(d * y * y + 1, -1, P25519) % P25519


def doubled(x: int, y: int) -> tuple[int, int]:
    """Add a point of the curve to itself."""
    d = -121665 * pow(121666, -1, P25519)
    product = d * x * x * y * y
    return (
        2 * x * y * pow(1 + product, -1, P25519) % P25519,
        (y * y + x * x) * pow(1 - product, -1, P25519) % P25519,
    )


def square_root(value: int) -> int:
    """Give a square root modulo 2²⁵⁵ - 19 of a value that has one."""
    root = pow(value, (P25519 + 3) // 8, P25519)
    if root * root % P25519 != value % P25519:
        root = root * pow(2, (P25519 - 1) // 4, P25519) % P25519
    assert root * root % P25519 == value % P25519
    return root


@pytest.mark.parametrize("y", sorted(SMALL_ORDER_Y))
def test_the_listed_points_have_an_order_that_divides_eight(y: int) -> None:
    """Doubled three times, each is the neutral point; worked out with the curve's own equation."""
    point = square_root(x_squared(y)), y
    for _ in range(3):
        point = doubled(*point)
    assert point == (0, 1)


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("y", [*sorted(SMALL_ORDER_Y), P25519, P25519 + 1, 2**255 - 1])
def test_ed25519_keys_that_anybody_can_sign_for_are_refused(y: int, sign: int) -> None:
    """Points of small order, and the second way of writing a point."""
    with pytest.raises(ValueError, match="anybody could sign for it"):
        load_public_key(ed25519((y + (sign << 255)).to_bytes(32, "little")))


def test_an_ed25519_key_of_another_length_is_refused() -> None:
    """31 and 33 bytes."""
    for size in (0, 31, 33, 57):
        with pytest.raises(ValueError, match="32 bytes"):
            load_public_key(ed25519(b"\x07" * size))


@pytest.mark.parametrize("prefix", [b"\x02", b"\x03", b"\x00", b"\x05"])
def test_ecdsa_points_that_are_not_written_in_full_are_refused(prefix: bytes) -> None:
    """Compressed, or marked as something else."""
    point = (
        ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    )
    for written in (point, prefix + bytes(64), b""):
        blob = string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(written)
        with pytest.raises(ValueError, match="in full"):
            load_public_key(line(blob))


@pytest.mark.parametrize("bits", [256, 384, 521])
def test_an_ecdsa_point_beside_its_curve_is_refused(keys: dict, bits: int) -> None:
    """The library checks the equation."""
    key_type, curve, point = strings(keys[f"ecdsa-{bits}"].public)
    moved = point[:-1] + bytes([point[-1] ^ 1])
    with pytest.raises(ValueError, match="not on its curve"):
        load_public_key(line(string(key_type) + string(curve) + string(moved)))


def test_an_ecdsa_key_that_names_another_curve_is_refused(keys: dict) -> None:
    """The curve stands in the type and again beside the point."""
    key_type, _, point = strings(keys["ecdsa-256"].public)
    with pytest.raises(ValueError, match="another curve"):
        load_public_key(line(string(key_type) + string(b"nistp384") + string(point)))


REFUSED_RSA = {
    "bits below": (mpint(65537), mpint(2**3070 + 1), "this one has 3071"),
    "bits beyond": (mpint(65537), mpint(2**16384 + 1), "this one has 16385"),
    "even modulus": (mpint(65537), mpint(RSA_MODULUS + 1), "must be odd"),
    "even exponent": (mpint(65538), mpint(RSA_MODULUS), "must be odd"),
    "exponent 1": (mpint(1), mpint(RSA_MODULUS), "unusual public exponent"),
    "exponent 3": (mpint(3), mpint(RSA_MODULUS), "unusual public exponent"),
    "large exponent": (mpint(2**64 + 1), mpint(RSA_MODULUS), "unusual public exponent"),
    "exponent 0": (string(b""), mpint(RSA_MODULUS), "zero"),
    "zeros in front": (string(b"\0\1\0\1"), mpint(RSA_MODULUS), "zeros in front"),
    "negative": (string(b"\x81\0\1"), mpint(RSA_MODULUS), "negative"),
}


@pytest.mark.parametrize(("exponent", "modulus", "why"), REFUSED_RSA.values(), ids=list(REFUSED_RSA))
def test_weak_and_damaged_rsa_keys_are_refused(exponent: bytes, modulus: bytes, why: str) -> None:
    """Sizes, exponents and numbers written in a second way."""
    with pytest.raises(ValueError, match=why):
        load_public_key(rsa(exponent, modulus))


def test_the_smallest_and_largest_rsa_keys_are_read() -> None:
    """The limits belong to what is allowed."""
    for bits in (3072, 16384):
        assert load_public_key(rsa(mpint(65537), mpint(2 ** (bits - 1) + 1))).type == "ssh-rsa"


@pytest.mark.parametrize("kind", SECURITY_KINDS)
@pytest.mark.parametrize("application", [b"", b"https://example.org", b"ss", b"SSH:", b" ssh:"])
def test_a_security_key_for_something_else_is_refused(kind: str, application: bytes) -> None:
    """Web sites ask such keys for signatures, too."""
    with pytest.raises(ValueError, match="does not start with 'ssh:'"):
        load_public_key(line(SecurityKey(kind, application).public))


@pytest.mark.parametrize("kind", SECURITY_KINDS)
def test_a_security_key_with_a_name_after_ssh_is_read(kind: str) -> None:
    """People with several keys give them names."""
    assert load_public_key(line(SecurityKey(kind, b"ssh:work").public)).needs_touch


def test_control_characters_are_refused(keys: dict) -> None:
    """Nobody can smuggle them onto a terminal through a name."""
    with pytest.raises(ValueError, match="printable"):
        load_public_key(line(SecurityKey("sk-ed25519", b"ssh:\x1b[2J").public))
    with pytest.raises(ValueError, match=r"type 'ssh-\?\[2J'"):
        load_public_key("ssh-\x1b[2J AAAA")


def test_keys_are_equal_when_their_bytes_are(keys: dict) -> None:
    """So a key can be looked up in a roster."""
    assert load_public_key(keys["ed25519"].line + " a") == PublicKey("ssh-ed25519", keys["ed25519"].public)
