"""What ssh-keygen thinks of a signature: a second verifier that shares no code with ours.

ssh-keygen is the looser of the two in places (see `mlgov.approvals.sshsig`), so its yes alone approves nothing.
"""

import re
import tempfile
from pathlib import Path

from mlgov.adapters.ssh_keygen import NEEDED, ask
from mlgov.approvals.sshsig import armor
from mlgov.errors import SigningError

TIMEOUT_S = 30.0
_WHO = "signer"
_KEY = re.compile(r"[a-z0-9@.-]{1,80} [A-Za-z0-9+/]{1,16384}={0,2}")
_NAMESPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._-]{0,254}")


class SshVerifier:
    """The SignatureVerifier port on ``ssh-keygen -Y verify``.

    Args:
        program: The program.
    """

    def __init__(self, *, program: str = "ssh-keygen") -> None:
        self._program = program

    def accepts(self, signature: bytes, message: bytes, namespace: str, key: str) -> bool:
        """Say whether ``key`` has signed ``message``, as the port says.

        Key and signature lie in a folder of our own that nobody else can read, for as long as it takes.
        """
        if not _KEY.fullmatch(key) or not _NAMESPACE.fullmatch(namespace):
            raise SigningError("The key or the namespace is not written so that ssh-keygen can be asked about it.")
        with tempfile.TemporaryDirectory(prefix="mlgov-") as folder:
            allowed, file = Path(folder) / "allowed_signers", Path(folder) / "signature"
            allowed.write_text(f'{_WHO} namespaces="{namespace}" {key}\n', encoding="ascii")
            file.write_text(armor(signature), encoding="ascii")
            arguments = ["-Y", "verify", "-f", str(allowed), "-I", _WHO, "-n", namespace, "-s", str(file)]
            reply = ask(arguments, stdin=message, timeout_s=TIMEOUT_S, program=self._program)
        if reply.code < 0:
            raise SigningError(f"{self._program} was ended by signal {-reply.code}.", hint=NEEDED)
        return reply.code == 0 and f'Good "{namespace}" signature for {_WHO} with ' in reply.said
