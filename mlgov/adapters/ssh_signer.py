"""The key of whoever sits here, used through ``ssh-keygen -Y sign``.

ssh-keygen does all that touches the private key: it reads the file or asks ssh-agent or a security key, and asks for
the passphrase at the terminal. What is signed goes in and the signature comes out through pipes, so no copy of either
is left on the disk. Every signature is verified before it is handed on.
"""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from mlgov.adapters.ssh_keygen import ask
from mlgov.approvals.sshsig import PublicKey, SignatureRefused, dearmor, load_public_key, verify
from mlgov.errors import SigningError

#: Time for a person to find the passphrase or the device.
TIMEOUT_S = 300.0
_FILE_LIMIT_BYTES = 64 * 2**10

#: Names that ssh-keygen gives to keys, those that we would rather see used first.
_DEFAULT_NAMES = ("id_ed25519_sk", "id_ed25519", "id_ecdsa_sk", "id_ecdsa", "id_rsa")

#: What ssh-keygen says -> what to do about it.
_HINTS = {
    "incorrect passphrase": "Try again, or add the key to ssh-agent: ssh-add FILE",
    "agent refused": "Unlock the agent, or touch the device when it blinks.",
    "too open": "Let nobody else read the key: chmod 600 FILE",
    "No private key found": "Name the file of the private key, or add it to ssh-agent: ssh-add FILE",
    "doesn't match private": "Write the .pub file anew: ssh-keygen -y -f FILE",
    "device not found": "Plug in the security key that holds the private half.",
}


class SshSigner:
    """The Signer port on ssh-keygen.

    Args:
        key: File of a private key, or of a public key whose private half is beside it or in ssh-agent; or the line of a
            public key whose private half is in ssh-agent.
        timeout_s: Seconds that ssh-keygen may take, waiting for the person included.
        program: The program.
    """

    def __init__(self, key: Path | str, *, timeout_s: float = TIMEOUT_S, program: str = "ssh-keygen") -> None:
        self._key = key.absolute() if isinstance(key, Path) else key
        self._timeout_s = timeout_s
        self._program = program

    def public_key(self) -> str:
        """Give the public key as a line; may ask for the passphrase when no .pub file lies beside the private key."""
        return (self._stated_key() or self._derived_key()).line

    def sign(self, data: bytes, namespace: str) -> bytes:
        """Sign ``data``, as the port says."""
        stated = self._stated_key()
        with self._key_file() as file:
            reply = ask(
                ["-Y", "sign", "-f", str(file), "-n", namespace],
                stdin=data,
                timeout_s=self._timeout_s,
                program=self._program,
            )
        if reply.code:
            raise self._failure(reply.said)
        try:
            signature = dearmor(reply.out.decode("ascii", "replace"))
            signed_by = verify(signature, data, namespace)
        except SignatureRefused as error:
            raise SigningError(f"The signature that {self._program} made does not count. {error}") from None
        if stated and signed_by != stated:
            raise SigningError(
                f"{signed_by.fingerprint} has signed, but the public key beside it is {stated.fingerprint}.",
                hint=f"Write the .pub file anew: ssh-keygen -y -f {self._key}",
            )
        return signature

    def _stated_key(self) -> PublicKey | None:
        """Give the public key as far as it is written down; None when only the private key knows it."""
        if isinstance(self._key, str):
            return _load(self._key, "git's user.signingkey")
        text = _read(self._key)
        if not _is_private(text):
            return _load(text, str(self._key))
        beside = self._key.with_name(self._key.name + ".pub")
        return _load(_read(beside), str(beside)) if beside.is_file() else None

    def _derived_key(self) -> PublicKey:
        reply = ask(["-y", "-f", str(self._key)], timeout_s=self._timeout_s, program=self._program)
        if reply.code:
            raise self._failure(reply.said)
        return _load(reply.out.decode("utf-8", "replace"), str(self._key))

    @contextlib.contextmanager
    def _key_file(self) -> Iterator[Path]:
        """Give the file to name to ssh-keygen; it wants one even for a key in ssh-agent."""
        if isinstance(self._key, Path):
            yield self._key
            return
        with tempfile.TemporaryDirectory(prefix="mlgov-") as folder:
            file = Path(folder) / "key.pub"
            file.write_text(self._key + "\n", encoding="utf-8")
            yield file

    def _failure(self, said: str) -> SigningError:
        hint = next((hint for sign, hint in _HINTS.items() if sign in said), "Try it by hand: ssh-keygen -y -f FILE")
        what = said.removeprefix("Signing data on standard input").strip() or "no reason given"
        return SigningError(f"{self._program} did not sign: {what}", hint=hint)


def default_key_file(environment: Mapping[str, str]) -> Path:
    """Find the key that ssh itself would use, in ``~/.ssh``.

    Args:
        environment: Where HOME is looked up.

    Raises:
        SigningError: There is none.
    """
    folder = Path(environment["HOME"]) / ".ssh" if environment.get("HOME") else None
    files = [folder / name for name in _DEFAULT_NAMES] if folder else []
    found = next((file for file in files if file.is_file()), None)
    if not found:
        hint = "Make one with 'ssh-keygen -t ed25519', or name yours: git config --global gpg.format ssh; "
        hint += "git config --global user.signingkey FILE"
        raise SigningError("There is no SSH key to sign with.", hint=hint)
    return found


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_FILE_LIMIT_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise SigningError(f"The key {file} cannot be read: {error.strerror}.") from error


def _is_private(text: str) -> bool:
    return text.startswith("-----BEGIN ")


def _load(text: str, where: str) -> PublicKey:
    try:
        return load_public_key(text)
    except ValueError as error:
        raise SigningError(f"The key of {where} cannot be used. {error}") from None
