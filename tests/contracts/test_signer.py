"""What every signer must do: a key in memory, in a file, and in ssh-agent."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlgov.adapters.ssh_signer import SshSigner
from mlgov.approvals.sshsig import load_public_key, verify
from mlgov.errors import SigningError
from mlgov.ports import Signer
from tests.approvals.ssh_material import KINDS, keygen
from tests.fakes.signer import MemorySigner


@pytest.fixture(params=["memory", "ed25519", "ecdsa-256", "agent"])
def signer(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Signer]:
    """Make a signer."""
    if request.param == "memory":
        yield MemorySigner()
    elif request.param != "agent":
        yield SshSigner(keygen(tmp_path, *KINDS[request.param]))
    else:
        yield from agent_signer(tmp_path, monkeypatch)


def agent_signer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Signer]:
    """Start an agent, give it a key and throw the file of the private half away."""
    socket = folder / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE) as agent:
        assert agent.stdout
        agent.stdout.readline()  # it says where it listens once it does
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        file = keygen(folder, "-t", "ed25519")
        subprocess.run(["ssh-add", "-q", str(file)], check=True)
        file.unlink()
        yield SshSigner(file.with_suffix(".pub"))
        agent.terminate()


def test_the_signature_is_by_the_public_key(signer: Signer) -> None:
    """Over the data and for the namespace."""
    assert verify(signer.sign(b"data", "space@v1"), b"data", "space@v1").line == signer.public_key()


def test_the_public_key_is_one_line_without_a_comment(signer: Signer) -> None:
    """As it is written into a roster."""
    assert load_public_key(signer.public_key()).line == signer.public_key()


def test_no_data_can_be_signed_as_well(signer: Signer) -> None:
    """Bytes are bytes."""
    assert verify(signer.sign(b"", "n"), b"", "n").line == signer.public_key()


def test_nothing_is_signed_for_no_purpose(signer: Signer) -> None:
    """A namespace there must be."""
    with pytest.raises(SigningError):
        signer.sign(b"data", "")
