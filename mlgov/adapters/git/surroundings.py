"""What a clone and its machine are like, as far as proofs rest on them. Nothing is changed, nobody else is asked."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from mlgov.adapters.git.commands import GitCommands
from mlgov.ports import Surroundings

_TIMEOUT_S = 10
_VERSION = re.compile(rb"git version (\d+(?:\.\d+)*)")
_OPENSSH = re.compile(rb"OpenSSH_(?:for_Windows_)?(\d+)\.(\d+)")


def look_around(root: Path, *, ledger: str, remote: str, ledger_breaks: Sequence[str]) -> Surroundings:
    """Look at a clone and its machine.

    Args:
        root: A folder of the repository.
        ledger: The ledger branch.
        remote: The remote that the ledger is pushed to.
        ledger_breaks: Commits of the ledger that did more than add records.

    Raises:
        GitError: There is no git repository, or git refused.
    """
    git = GitCommands(root)
    here, there = (_tip(git, ref) for ref in (f"refs/heads/{ledger}", f"refs/remotes/{remote}/{ledger}"))
    return Surroundings(
        git_version=git_version(git.run("version")),
        openssh_version=openssh_version(),
        is_shallow=git.run("rev-parse", "--is-shallow-repository").strip() == b"true",
        replaced=_replaced(git, root),
        ledger_tip=here or there,
        ledger_breaks=tuple(ledger_breaks),
        ledger_unpushed=bool(here) and bool(_setting(git, f"remote.{remote}.url")) and not _has(git, there, here),
        signature_format=_setting(git, "gpg.format"),
        allowed_signers=_is_file(root, _setting(git, "gpg.ssh.allowedSignersFile")),
        hook=_hook(git, root),
    )


def git_version(said: bytes) -> tuple[int, ...]:
    """Read what ``git version`` says; empty when it says something else."""
    match = _VERSION.match(said)
    return tuple(map(int, match[1].split(b"."))) if match else ()


def openssh_version(program: str = "ssh") -> tuple[int, ...] | None:
    """Ask OpenSSH for its version; None when it or ssh-keygen is not there, or gives none.

    ssh-keygen cannot be asked; it comes with ssh.
    """
    try:
        told = subprocess.run([program, "-V"], capture_output=True, check=False, timeout=_TIMEOUT_S)
        # Wrong usage is what it answers; that it answers shows that it is there.
        subprocess.run([f"{program}-keygen", "-?"], capture_output=True, check=False, timeout=_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _OPENSSH.search(told.stderr + told.stdout)
    return (int(match[1]), int(match[2])) if match else None


def _tip(git: GitCommands, ref: str) -> str:
    reply = git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return "" if reply.code else reply.out.decode("ascii", "replace").strip()


def _has(git: GitCommands, tip: str, commit: str) -> bool:
    return bool(tip) and git.ask("merge-base", "--is-ancestor", commit, tip).code == 0


def _replaced(git: GitCommands, root: Path) -> tuple[str, ...]:
    refs = git.run("for-each-ref", "--format=%(refname)", "refs/replace/").decode("utf-8", "replace").split()
    grafts = _git_path(git, root, "info/grafts")
    return (*refs, *(["info/grafts"] if grafts.is_file() and grafts.stat().st_size else []))


def _setting(git: GitCommands, key: str) -> str:
    """A setting as the user's own git sees it; empty without one."""
    reply = git.ask("config", "--get", key, as_user=True)
    return "" if reply.code else reply.out.decode("utf-8", "replace").strip()


def _is_file(root: Path, path: str) -> bool:
    return bool(path) and (root / Path(path).expanduser()).is_file()


def _hook(git: GitCommands, root: Path) -> bool:
    folder = _setting(git, "core.hooksPath")
    place = root / Path(folder).expanduser() if folder else _git_path(git, root, "hooks")
    hook = place / "pre-commit"
    return hook.is_file() and os.access(hook, os.X_OK)


def _git_path(git: GitCommands, root: Path, name: str) -> Path:
    common = git.run("rev-parse", "--git-common-dir").decode("utf-8", "surrogateescape").rstrip("\n")
    return root / common / name
