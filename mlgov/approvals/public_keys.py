"""Public SSH keys: which ones may sign, and what is inside them.

A key that is refused here can be given to nobody in the roster, and no signature by it counts:

- DSA, RSA below 3072 bits, RSA with a public exponent that is even, below 65537 or beyond 64 bits.
- Certificates: who issued one would have to be judged as well, and its dates are nobody's proof.
- Ed25519 points of small order: anybody can make signatures that hold for such a "key".
- Security keys whose application does not start with ``ssh:``: the device may sign logins to web sites with them.
- Whatever is written in a second way: other base64, compressed points, bytes left over.

The formats are those of RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 and OpenSSH's PROTOCOL.u2f.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mlgov.approvals.ssh_wire import Reader

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

RSA_MIN_BITS = 3072
#: OpenSSH reads no larger numbers either; a signature by such a key is checked in about a millisecond.
RSA_MAX_BITS = 16384
RSA_MIN_EXPONENT = 65537
_RSA_EXPONENT_BITS = 64
_LINE_LIMIT_CHARACTERS = 16384
APPLICATION_PREFIX = "ssh:"
_CERTIFICATE = "-cert-v01@openssh.com"
_ADVICE = "Use an Ed25519 key: ssh-keygen -t ed25519."

#: Bytes of a coordinate by curve.
CURVES: Mapping[str, int] = MappingProxyType({"nistp256": 32, "nistp384": 48, "nistp521": 66})

_P25519 = 2**255 - 19
_Y_OF_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
#: The y coordinates of the points whose order divides 8, without the bit for the sign of x.
SMALL_ORDER_Y = frozenset({0, 1, _P25519 - 1, _Y_OF_ORDER_8, _P25519 - _Y_OF_ORDER_8})


@dataclass(frozen=True, slots=True)
class Ed25519Parts:
    """An Ed25519 key: the encoded point (32 bytes); for a security key its application, else empty."""

    point: bytes
    application: str = ""


@dataclass(frozen=True, slots=True)
class EcdsaParts:
    """An ECDSA key: curve, uncompressed point; for a security key its application, else empty."""

    curve: str
    point: bytes
    application: str = ""


@dataclass(frozen=True, slots=True)
class RsaParts:
    """An RSA key."""

    exponent: int
    modulus: int


Parts = Ed25519Parts | EcdsaParts | RsaParts


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key. Made by `load_public_key` or by verifying a signature, it is one that may sign.

    Attributes:
        type: Its type as SSH names it, for instance ``ssh-ed25519``.
        blob: The key in SSH's binary encoding, type included.
    """

    type: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the blob as ``ssh-keygen -l`` prints it: ``SHA256:`` and 43 characters."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")

    @property
    def line(self) -> str:
        """The key as a line of a .pub file: type and base64, without comment and newline."""
        return f"{self.type} {base64.b64encode(self.blob).decode()}"

    @property
    def needs_touch(self) -> bool:
        """Whether it lives in a security key that wants to be touched for every signature."""
        return self.type.startswith("sk-")


def load_public_key(text: str) -> PublicKey:
    """Read a public key as it stands in a .pub file: type, base64, and a comment that is ignored.

    Args:
        text: One line; white space around it is ignored.

    Raises:
        ValueError: It is no such line, or the key may not sign; a sentence says why.
    """
    line = text.strip(" \t\r\n")
    if len(line) > _LINE_LIMIT_CHARACTERS:
        raise ValueError(f"The public key is longer than {_LINE_LIMIT_CHARACTERS} characters.")
    if "\n" in line or "\r" in line:
        raise ValueError("The public key is more than one line.")
    key_type, _, rest = line.replace("\t", " ").partition(" ")
    _check_type(key_type, rest)
    encoded = rest.lstrip(" ").partition(" ")[0]
    blob = canonical_base64(encoded, "public key")
    key = PublicKey(key_type, blob)
    inner, _ = read_blob(blob)
    if inner != key_type:
        raise ValueError(f"The public key says that it is of type {key_type}, but holds one of type {inner}.")
    return key


def read_blob(blob: bytes) -> tuple[str, Parts]:
    """Read a key in binary encoding and give its type and what is inside.

    Raises:
        ValueError: It is damaged, or may not sign; a sentence says why.
    """
    reader = Reader(blob, "public key")
    key_type = reader.name()
    _check_type(key_type, "")
    parts = _READERS[key_type](reader)
    reader.end()
    return key_type, parts


def ecdsa_public_key(parts: EcdsaParts) -> "EllipticCurvePublicKey":
    """Give the key as the library wants it.

    Raises:
        ValueError: The point is not on the curve.
    """
    from cryptography.hazmat.primitives.asymmetric import ec

    curves = {"nistp256": ec.SECP256R1(), "nistp384": ec.SECP384R1(), "nistp521": ec.SECP521R1()}
    curve: ec.EllipticCurve = curves[parts.curve]
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, parts.point)
    except ValueError:
        raise ValueError("The point of the ECDSA key is not on its curve.") from None


def canonical_base64(text: str, what: str) -> bytes:
    """Decode base64 that is written in its one form: RFC 4648 section 4, padded, no leftover bits, nothing between.

    Raises:
        ValueError: It is not.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"The {what} is not base64.") from None
    if not data or base64.b64encode(data).decode() != text:
        raise ValueError(f"The {what} is empty, or its base64 is not written in the one way that counts.")
    return data


def _check_type(key_type: str, rest: str) -> None:
    if key_type in _READERS:
        return
    shown = re.sub(r"[^!-~]", "?", key_type)[:80]
    if key_type.endswith(_CERTIFICATE):
        raise ValueError(f"Certificates ({shown}) are not accepted. Give the public key itself.")
    if key_type == "ssh-dss":
        raise ValueError(f"DSA keys are too weak. {_ADVICE}")
    if any(word in _READERS for word in rest.split(" ")):
        raise ValueError("The line starts with options. Give the type and the key alone, as in a .pub file.")
    known = ", ".join(_READERS)
    raise ValueError(f"The public key is of the type '{shown}', which is not known. Known are {known}.")


def _ed25519(reader: Reader) -> Ed25519Parts:
    point = reader.string()
    if len(point) != 32:
        raise ValueError("The Ed25519 key has not the length of 32 bytes.")
    y = int.from_bytes(point, "little") % 2**255
    if y >= _P25519 or y in SMALL_ORDER_Y:
        raise ValueError("The Ed25519 key is none that ssh-keygen makes: anybody could sign for it. Make a new one.")
    return Ed25519Parts(point)


def _sk_ed25519(reader: Reader) -> Ed25519Parts:
    return Ed25519Parts(_ed25519(reader).point, _application(reader))


def _ecdsa(curve: str) -> Callable[[Reader], EcdsaParts]:
    def read(reader: Reader) -> EcdsaParts:
        if reader.string() != curve.encode():
            raise ValueError("The ECDSA key names another curve than its type does.")
        point = reader.string()
        if len(point) != 1 + 2 * CURVES[curve] or point[0] != 4:
            raise ValueError("The point of the ECDSA key is not written in full (uncompressed).")
        parts = EcdsaParts(curve, point)
        ecdsa_public_key(parts)  # refuses a point that is not on the curve
        return parts

    return read


def _sk_ecdsa(reader: Reader) -> EcdsaParts:
    parts = _ecdsa("nistp256")(reader)
    return EcdsaParts(parts.curve, parts.point, _application(reader))


def _application(reader: Reader) -> str:
    application = reader.name()
    if not application.startswith(APPLICATION_PREFIX):
        hint = "Make it with ssh-keygen -t ed25519-sk, without another application."
        raise ValueError(f"The application of the security key does not start with '{APPLICATION_PREFIX}'. {hint}")
    return application


def _rsa(reader: Reader) -> RsaParts:
    exponent, modulus = reader.positive(), reader.positive()
    bits = modulus.bit_length()
    if bits < RSA_MIN_BITS:
        raise ValueError(f"RSA keys need {RSA_MIN_BITS} bits; this one has {bits}. {_ADVICE}")
    if bits > RSA_MAX_BITS:
        raise ValueError(f"RSA keys may have {RSA_MAX_BITS} bits at most; this one has {bits}. {_ADVICE}")
    if not modulus % 2 or not exponent % 2:
        raise ValueError("The RSA key is damaged: its numbers must be odd.")
    if exponent < RSA_MIN_EXPONENT or exponent.bit_length() > _RSA_EXPONENT_BITS:
        raise ValueError(f"The RSA key has an unusual public exponent (the usual one is {RSA_MIN_EXPONENT}). {_ADVICE}")
    return RsaParts(exponent, modulus)


_READERS: Mapping[str, Callable[[Reader], Parts]] = MappingProxyType(
    {
        "ssh-ed25519": _ed25519,
        "ecdsa-sha2-nistp256": _ecdsa("nistp256"),
        "ecdsa-sha2-nistp384": _ecdsa("nistp384"),
        "ecdsa-sha2-nistp521": _ecdsa("nistp521"),
        "ssh-rsa": _rsa,
        "sk-ssh-ed25519@openssh.com": _sk_ed25519,
        "sk-ecdsa-sha2-nistp256@openssh.com": _sk_ecdsa,
    }
)
