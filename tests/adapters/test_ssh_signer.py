"""Signing with the keys that people have."""

import os
import pty
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from mlgov.adapters.ssh_signer import SshSigner, default_key_file
from mlgov.approvals.sshsig import verify
from mlgov.errors import SigningError
from tests.approvals.ssh_material import keygen

SPACE = "mlgov-approval@v1"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the agent nor the dialogues of whoever runs the tests."""
    for name in ("SSH_AUTH_SOCK", "SSH_ASKPASS", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def locked_key(folder: Path, passphrase: str) -> Path:
    """Make a key with a passphrase."""
    file = folder / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(file)], check=True)
    return file


def answer_with(monkeypatch: pytest.MonkeyPatch, folder: Path, passphrase: str) -> None:
    """Let a program answer when a passphrase is asked for."""
    program = folder / "askpass"
    program.write_text(f"#!/bin/sh\necho {passphrase}\n")
    program.chmod(0o700)
    monkeypatch.setenv("SSH_ASKPASS", str(program))
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")


def refusal(signer: SshSigner) -> SigningError:
    """Give the error of signing."""
    with pytest.raises(SigningError) as caught:
        signer.sign(b"data", SPACE)
    return caught.value


def test_the_public_key_comes_from_the_file_beside(tmp_path: Path) -> None:
    """So nobody is asked for a passphrase just to show it."""
    file = locked_key(tmp_path, "word")
    assert SshSigner(file).public_key() == " ".join(file.with_suffix(".pub").read_text().split()[:2])


def test_without_a_file_beside_ssh_keygen_works_it_out(tmp_path: Path) -> None:
    """From the private key."""
    file = keygen(tmp_path, "-t", "ed25519")
    written = file.with_suffix(".pub").read_text()
    file.with_suffix(".pub").unlink()
    assert written.startswith(SshSigner(file).public_key())


def test_the_public_file_names_the_private_one(tmp_path: Path) -> None:
    """Git's settings mostly name the .pub file."""
    signer = SshSigner(keygen(tmp_path, "-t", "ed25519").with_suffix(".pub"))
    assert verify(signer.sign(b"data", SPACE), b"data", SPACE).line == signer.public_key()


def test_a_relative_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one that looks like an option."""
    (tmp_path / "-f").mkdir()
    keygen(tmp_path / "-f", "-t", "ed25519", name="-n")
    monkeypatch.chdir(tmp_path / "-f")
    assert SshSigner(Path("-n")).sign(b"data", SPACE)


def test_a_passphrase_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By ssh-keygen, through the dialogue that the user has set up."""
    signer = SshSigner(locked_key(tmp_path, "word"))
    answer_with(monkeypatch, tmp_path, "word")
    assert verify(signer.sign(b"data", SPACE), b"data", SPACE).line == signer.public_key()


def test_a_wrong_passphrase_signs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the hint names a way out."""
    signer = SshSigner(locked_key(tmp_path, "word"))
    answer_with(monkeypatch, tmp_path, "other")
    error = refusal(signer)
    assert "incorrect passphrase" in error.message
    assert "ssh-add" in error.hint
    assert error.exit_code == 3


def test_a_passphrase_is_asked_for_at_the_terminal(tmp_path: Path) -> None:
    """A program of its own with a terminal of its own, and somebody who types the word there."""
    file = locked_key(tmp_path, "word")
    program = "import sys; from pathlib import Path; from mlgov.adapters.ssh_signer import SshSigner; "
    program += f"Path(sys.argv[2]).write_bytes(SshSigner(Path(sys.argv[1])).sign(b'data', {SPACE!r}))"
    child, terminal = pty.fork()
    if not child:
        os.execv(sys.executable, [sys.executable, "-c", program, str(file), str(tmp_path / "signature")])  # noqa: S606
    shown = b""
    while b"passphrase" not in shown:
        shown += os.read(terminal, 1024)
    os.write(terminal, b"word\n")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)
    assert verify((tmp_path / "signature").read_bytes(), b"data", SPACE)


def test_a_literal_key_is_looked_for_in_the_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As git's ``key::`` setting gives it; the agent signs."""
    file = keygen(tmp_path, "-t", "ed25519")
    text = file.with_suffix(".pub").read_text()
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(tmp_path / "agent")], stdout=subprocess.PIPE) as agent:
        assert agent.stdout
        agent.stdout.readline()
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        subprocess.run(["ssh-add", "-q", str(file)], check=True)
        signature = SshSigner(text).sign(b"data", SPACE)
        agent.terminate()
    assert text.startswith(verify(signature, b"data", SPACE).line)


def test_a_literal_key_that_no_agent_has_signs_nothing(tmp_path: Path) -> None:
    """There is no private half anywhere."""
    assert (
        "did not sign" in refusal(SshSigner(keygen(tmp_path, "-t", "ed25519").with_suffix(".pub").read_text())).message
    )


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what was signed nor the signature nor the literal key."""
    keys, empty = tmp_path / "keys", tmp_path / "empty"
    keys.mkdir()
    empty.mkdir()
    file = keygen(keys, "-t", "ed25519")
    monkeypatch.setattr(tempfile, "tempdir", str(empty))
    monkeypatch.chdir(empty)
    SshSigner(file).sign(b"data", SPACE)
    refusal(SshSigner(file.with_suffix(".pub").read_text()))
    assert list(empty.iterdir()) == []
    assert sorted(found.name for found in keys.iterdir()) == ["key", "key.pub"]


def test_a_public_key_of_somebody_else_beside_the_private_one_is_noticed(tmp_path: Path) -> None:
    """The record would name the wrong person."""
    file = keygen(tmp_path, "-t", "ed25519")
    shutil.copy(keygen(tmp_path, "-t", "ed25519", name="other").with_suffix(".pub"), file.with_suffix(".pub"))
    error = refusal(SshSigner(file))
    assert "doesn't match private" in error.message
    assert "ssh-keygen -y -f FILE" in error.hint


def test_a_signature_by_another_key_is_not_handed_on(tmp_path: Path) -> None:
    """Genuine and over the right data, but somebody else's."""
    file, other = keygen(tmp_path, "-t", "ed25519"), keygen(tmp_path, "-t", "ed25519", name="other")
    program = stand_in(tmp_path, f"exec ssh-keygen -Y sign -f {other} -n {SPACE}")
    error = refusal(SshSigner(file, program=program))
    assert "has signed, but the public key beside it is SHA256:" in error.message
    assert error.hint.endswith(f"ssh-keygen -y -f {file}")


def test_a_weak_key_signs_nothing(tmp_path: Path) -> None:
    """Nobody could count the signature."""
    error = refusal(SshSigner(keygen(tmp_path, "-t", "rsa", "-b", "2048")))
    assert "RSA keys need 3072 bits" in error.message


def test_a_weak_key_without_a_public_file_signs_nothing(tmp_path: Path) -> None:
    """Found out by verifying what was made."""
    file = keygen(tmp_path, "-t", "rsa", "-b", "2048")
    file.with_suffix(".pub").unlink()
    assert "does not count. RSA keys need 3072 bits" in refusal(SshSigner(file)).message


def test_a_key_that_others_can_read_signs_nothing(tmp_path: Path) -> None:
    """ssh-keygen refuses it, and the hint says what to do."""
    file = keygen(tmp_path, "-t", "ed25519")
    file.chmod(0o644)
    assert "chmod 600" in refusal(SshSigner(file)).hint


@pytest.mark.parametrize("content", [b"", b"hello\n", b"-----BEGIN OPENSSH PRIVATE KEY-----\n\xff\n", b"\0" * 100_000])
def test_a_file_that_is_no_key_signs_nothing(tmp_path: Path, content: bytes) -> None:
    """Empty, text, damaged, binary."""
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(0o600)
    assert refusal(SshSigner(file)).message.isprintable()
    with pytest.raises(SigningError):
        SshSigner(file).public_key()


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    """With its path."""
    assert f"The key {tmp_path / 'none'} cannot be read" in refusal(SshSigner(tmp_path / "none")).message


def test_a_missing_ssh_keygen_is_an_error_of_the_environment(tmp_path: Path) -> None:
    """Exit code 3, and what to install."""
    error = refusal(SshSigner(keygen(tmp_path, "-t", "ed25519"), program="no-ssh-keygen-here"))
    assert (error.exit_code, error.message) == (3, "The program no-ssh-keygen-here was not found.")
    assert "OpenSSH 8.2" in error.hint


def stand_in(folder: Path, script: str) -> str:
    """Write a program to take ssh-keygen's place."""
    program = folder / "program"
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(0o700)
    return str(program)


def test_an_old_ssh_keygen_is_told_from_a_refusal(tmp_path: Path) -> None:
    """It does not know the option."""
    program = stand_in(tmp_path, "echo 'unknown option -- Y' >&2; exit 1")
    assert "too old" in refusal(SshSigner(keygen(tmp_path, "-t", "ed25519"), program=program)).message


def test_a_program_that_cannot_be_started_is_an_error(tmp_path: Path) -> None:
    """A file without the right to run it."""
    program = tmp_path / "program"
    program.write_text("")
    message = refusal(SshSigner(keygen(tmp_path, "-t", "ed25519"), program=str(program))).message
    assert "could not be started: Permission denied." in message


def test_waiting_has_an_end(tmp_path: Path) -> None:
    """And the program is not left running."""
    program = stand_in(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 60")
    signer = SshSigner(keygen(tmp_path, "-t", "ed25519"), program=program, timeout_s=0.5)
    assert "did not end within 0.5 seconds" in refusal(signer).message
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("answer", ["", "hello", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"])
def test_an_answer_that_is_no_signature_is_not_handed_on(tmp_path: Path, answer: str) -> None:
    """Whatever stands in for ssh-keygen."""
    (tmp_path / "answer").write_text(answer)
    program = stand_in(tmp_path, f"cat > /dev/null; cat {tmp_path}/answer")
    assert "does not count" in refusal(SshSigner(keygen(tmp_path, "-t", "ed25519"), program=program)).message


def test_an_old_signature_is_not_handed_on(tmp_path: Path) -> None:
    """One by the right key, over something else."""
    file = keygen(tmp_path, "-t", "ed25519")
    command = ["ssh-keygen", "-Y", "sign", "-f", str(file), "-n", SPACE]
    old = subprocess.run(command, input=b"old", capture_output=True, check=True).stdout
    (tmp_path / "answer").write_bytes(old)
    program = stand_in(tmp_path, f"cat > /dev/null; cat {tmp_path}/answer")
    assert "does not fit" in refusal(SshSigner(file, program=program)).message


def test_the_default_key_is_the_one_that_we_would_rather_see(tmp_path: Path) -> None:
    """Security keys first, then Ed25519, then the others."""
    (tmp_path / ".ssh").mkdir()
    environment = {"HOME": str(tmp_path)}
    for name in ("id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"):
        (tmp_path / ".ssh" / name).write_text("")
        assert default_key_file(environment) == tmp_path / ".ssh" / name


@pytest.mark.parametrize("environment", [{}, {"HOME": ""}, {"HOME": "/nonexistent"}])
def test_no_default_key_says_how_to_make_one(environment: dict[str, str]) -> None:
    """Where there is no home as well."""
    with pytest.raises(SigningError, match="no SSH key") as caught:
        default_key_file(environment)
    assert "ssh-keygen -t ed25519" in caught.value.hint


def test_many_signatures_at_a_time_do_not_meet(tmp_path: Path) -> None:
    """Four at once, each over its own data."""
    signer = SshSigner(keygen(tmp_path, "-t", "ed25519"))
    made: dict[int, bytes] = {}
    threads = [
        threading.Thread(target=lambda n=n: made.update({n: signer.sign(b"%d" % n, SPACE)}))  # type: ignore[misc]
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(verify(made[n], b"%d" % n, SPACE) for n in range(4))
