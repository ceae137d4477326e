"""What every verifier must say: ssh-keygen and our own."""

import pytest

from mlgov.adapters.ssh_verifier import SshVerifier
from mlgov.ports import SignatureVerifier
from tests.fakes.signer import LibraryVerifier, MemorySigner

SPACE = "space@v1"
SIGNER = MemorySigner()


@pytest.fixture(params=[SshVerifier, LibraryVerifier])
def verifier(request: pytest.FixtureRequest) -> SignatureVerifier:
    """Make a verifier."""
    return request.param()


def test_a_signature_is_accepted(verifier: SignatureVerifier) -> None:
    """By its key, over its message, for its purpose."""
    assert verifier.accepts(SIGNER.sign(b"data", SPACE), b"data", SPACE, SIGNER.public_key())


def test_another_key_is_not(verifier: SignatureVerifier) -> None:
    """Whoever else it is."""
    assert not verifier.accepts(SIGNER.sign(b"data", SPACE), b"data", SPACE, MemorySigner(2).public_key())


def test_another_message_is_not(verifier: SignatureVerifier) -> None:
    """Longer by one."""
    assert not verifier.accepts(SIGNER.sign(b"data", SPACE), b"data.", SPACE, SIGNER.public_key())


def test_another_purpose_is_not(verifier: SignatureVerifier) -> None:
    """A signature for one thing is none for another."""
    assert not verifier.accepts(SIGNER.sign(b"data", "git"), b"data", SPACE, SIGNER.public_key())


@pytest.mark.parametrize("blob", [b"", b"SSHSIG", b"\0" * 300, b"x" * 20_000])
def test_garbage_is_not(verifier: SignatureVerifier, blob: bytes) -> None:
    """An answer, not an error."""
    assert verifier.accepts(blob, b"data", SPACE, SIGNER.public_key()) is False
