"""What mlgov needs to sign and to believe a signature."""

from typing import Protocol


class Signer(Protocol):
    """A person's SSH key."""

    def public_key(self) -> str:
        """Give the public key as a line: type and base64. Raises SigningError when there is none that may sign."""

    def sign(self, data: bytes, namespace: str) -> bytes:
        """Sign ``data`` and give the signature: SSHSIG, binary.

        The person may be asked for a passphrase or to touch a device meanwhile.

        Args:
            data: What to sign.
            namespace: What it is signed for.

        Raises:
            SigningError: It was not signed.
        """


class SignatureVerifier(Protocol):
    """Somebody else's opinion of signatures by SSH keys."""

    def accepts(self, signature: bytes, message: bytes, namespace: str, key: str) -> bool:
        """Say whether ``key`` has signed ``message``. Raises SigningError when that could not be asked.

        Args:
            signature: The signature: SSHSIG, binary.
            message: What is said to be signed.
            namespace: What it must be signed for.
            key: Public key as a line: type and base64.
        """
