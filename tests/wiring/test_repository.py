"""What the composition root decides itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from mlgov import wiring
from mlgov.approvals.sshsig import NAMESPACE
from mlgov.errors import SigningError
from tests.approvals.ssh_material import keygen
from tests.git_world import GitWorld


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A repository."""
    (tmp_path / "repository").mkdir()
    made = GitWorld(tmp_path / "repository")
    made.git("init", "-q")
    return made


def public_line(file: Path) -> str:
    """Read the public key of a file."""
    return " ".join(file.with_suffix(".pub").read_text().split()[:2])


def test_the_signer_uses_the_key_that_is_named(world: GitWorld, tmp_path: Path) -> None:
    """Whatever git is set to."""
    named, configured = (keygen(tmp_path, "-t", "ed25519", name=name) for name in ("named", "configured"))
    world.git("config", "gpg.format", "ssh")
    world.git("config", "user.signingkey", str(configured))
    assert wiring.signer(world.root, {}, named).public_key() == public_line(named)


def test_the_signer_uses_the_key_that_git_signs_with(world: GitWorld, tmp_path: Path) -> None:
    """People have set that up already."""
    configured = keygen(tmp_path, "-t", "ed25519")
    world.git("config", "gpg.format", "ssh")
    world.git("config", "user.signingkey", f"{configured}.pub")
    assert wiring.signer(world.root, {}).public_key() == public_line(configured)


def test_the_signer_falls_back_to_the_key_that_ssh_uses(world: GitWorld, tmp_path: Path) -> None:
    """In the home folder, and it signs what our second verifier accepts."""
    (tmp_path / ".ssh").mkdir()
    keygen(tmp_path / ".ssh", "-t", "ed25519", name="id_ed25519")
    signer = wiring.signer(world.root, {"HOME": str(tmp_path)})
    signature = signer.sign(b"data", NAMESPACE)
    assert wiring.signature_verifier().accepts(signature, b"data", NAMESPACE, signer.public_key())


def test_without_any_key_the_signer_says_so(world: GitWorld, tmp_path: Path) -> None:
    """Before anything is shown or asked."""
    with pytest.raises(SigningError, match="no SSH key"):
        wiring.signer(world.root, {"HOME": str(tmp_path)})


def test_the_cryptography_library_is_loaded_only_when_something_is_verified() -> None:
    """Most commands verify nothing and start faster."""
    program = "import sys; import mlgov.cli.main, mlgov.wiring, mlgov.approvals.envelope; "
    program += "sys.exit(any(name.split('.')[0] == 'cryptography' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
