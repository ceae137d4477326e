"""ssh-keygen's opinion of signatures."""

import tempfile
from pathlib import Path

import pytest

from mlgov.adapters.ssh_verifier import SshVerifier
from mlgov.errors import SigningError
from tests.approvals.ssh_material import KINDS, SECURITY_KINDS, FileKey, SecurityKey, keygen, line
from tests.fakes.signer import MemorySigner

SPACE = "mlgov-approval@v1"
SIGNER = MemorySigner()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_key_is_known(kind: str, tmp_path: Path) -> None:
    """Those that ssh-keygen makes."""
    key = FileKey(keygen(tmp_path, *KINDS[kind]))
    assert SshVerifier().accepts(key.sign(b"data"), b"data", SPACE, key.line)


@pytest.mark.parametrize("kind", SECURITY_KINDS)
def test_security_keys_are_known(kind: str) -> None:
    """So the signatures that the tests work out are of the right form."""
    key = SecurityKey(kind)
    assert SshVerifier().accepts(key.sign(b"data"), b"data", SPACE, line(key.public))


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the answer."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for message in (b"data", b"other"):
        SshVerifier().accepts(SIGNER.sign(b"data", SPACE), message, SPACE, SIGNER.public_key())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("namespace", "key"),
    [
        ("", SIGNER.public_key()),
        ('x",cert-authority', SIGNER.public_key()),
        ("a,b", SIGNER.public_key()),
        ("*", SIGNER.public_key()),
        ("-O", SIGNER.public_key()),
        (SPACE, ""),
        (SPACE, SIGNER.public_key() + "\n* " + MemorySigner(2).public_key()),
        (SPACE, "cert-authority " + SIGNER.public_key()),
        (SPACE, SIGNER.public_key() + " comment"),
    ],
)
def test_nothing_can_be_slipped_into_the_list_of_signers(namespace: str, key: str) -> None:
    """Patterns, options and lines are refused before anything is written."""
    with pytest.raises(SigningError, match="not written so"):
        SshVerifier().accepts(SIGNER.sign(b"data", SPACE), b"data", namespace, key)


def test_a_missing_program_is_an_error_and_no_refusal() -> None:
    """Nobody should think that the signature is bad."""
    with pytest.raises(SigningError, match="not found"):
        SshVerifier(program="no-ssh-keygen-here").accepts(b"", b"", SPACE, SIGNER.public_key())


@pytest.mark.parametrize("script", ["kill -9 $$", "echo 'unknown option -- Y' >&2; exit 1"])
def test_a_program_that_does_not_answer_is_an_error(tmp_path: Path, script: str) -> None:
    """Ended by a signal, or too old."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    with pytest.raises(SigningError):
        SshVerifier(program=str(program)).accepts(b"", b"", SPACE, SIGNER.public_key())


def test_silence_is_no_yes(tmp_path: Path) -> None:
    """Exit code 0 alone does not count."""
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o700)
    assert not SshVerifier(program=str(program)).accepts(b"", b"", SPACE, SIGNER.public_key())
