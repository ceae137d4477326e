"""Connects a governance repository, and the machine that it lies on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mlgov.errors import GitError, UsageError
from mlgov.names import SETTINGS_FILE
from mlgov.ports import (
    REGULAR_FILE,
    Clock,
    EventSink,
    Ledger,
    Repository,
    Shelf,
    SignatureVerifier,
    Signer,
    Surroundings,
    Tables,
    WorkTreeState,
)
from mlgov.wiring.data import LazyTables

if TYPE_CHECKING:
    from mlgov.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a command may use.

    Attributes:
        root: Top folder of the governance repository.
        settings: Settings of the work tree.
        repository: git and the work tree.
        ledger: The ledger branch.
        tables: Data files.
        clock: The time.
        events: Whoever listens to progress.
    """

    root: Path
    settings: "Settings"
    repository: Repository
    ledger: Ledger
    tables: Tables
    clock: Clock
    events: EventSink


def services(
    root: Path,
    *,
    events: EventSink,
    now: datetime | None = None,
    push: bool = True,
    bare_at: str = "",
    engine: str | None = None,
) -> Services:
    """Connect a governance repository to the real world.

    Args:
        root: Its top folder.
        events: Who listens.
        now: Frozen time; the machine's clock when None.
        push: Whether the ledger is pushed when it has a remote.
        bare_at: Where the settings of a bare repository are looked up, which has no files; empty for a work tree.
        engine: Address of the cluster that takes data in, empty for this process; that of the settings when None.

    Raises:
        UsageError: A bare repository never had settings.
    """
    from mlgov import settings as settings_module
    from mlgov.adapters.git_ledger import GitLedger
    from mlgov.adapters.git_repository import GitRepository
    from mlgov.adapters.system_clock import FrozenClock, SystemClock

    repository = GitRepository(root, now)
    data = _committed(repository, root, bare_at) if bare_at else (root / SETTINGS_FILE).read_bytes()
    settings = settings_module.load(data)
    ledger = settings.ledger
    return Services(
        root=root,
        settings=settings,
        repository=repository,
        ledger=GitLedger(root, branch=ledger.branch, remote=ledger.remote, push=push),
        tables=LazyTables(root, settings.monitors.engine_address if engine is None else engine),
        clock=FrozenClock(now) if now else SystemClock(),
        events=events,
    )


def _committed(repository: Repository, root: Path, ref: str) -> bytes:
    """Read the settings of a commit; none at all when it has no plain file of them but its history has."""
    file = repository.snapshot(ref, (), (SETTINGS_FILE,)).get(SETTINGS_FILE)
    if file and file.mode == REGULAR_FILE:
        return file.data
    if not repository.history(ref, (SETTINGS_FILE,)):
        hint = "Name the branch of its documents, or another repository with -C."
        raise UsageError(f"{root} is no governance repository: it never had a {SETTINGS_FILE} at {ref}.", hint=hint)
    return b""


def find_root(start: Path) -> Path:
    """Find the governance repository that ``start`` lies in: the nearest folder up that holds mlgov.toml.

    Raises:
        UsageError: There is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if is_bare(folder):
            hint = f"It has no files. 'mlgov audit', 'status' and 'verify' need none; else: git clone {folder} DIR"
            raise UsageError(f"{folder} is a bare repository.", hint=hint)
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise UsageError(
        f"{start} is not in a governance repository: no {SETTINGS_FILE} here or above.",
        hint="Go to one, name one with -C, or start one with 'mlgov init DIR'.",
    )


def is_bare(folder: Path) -> bool:
    """Say whether a folder is itself a git repository without files."""
    from mlgov.adapters.git.index import is_bare

    return is_bare(folder)


def find_history(start: Path) -> Path:
    """Find the governance repository that ``start`` lies in, for commands that only look at what is committed.

    Returns:
        Its top folder; a bare repository itself.

    Raises:
        UsageError: There is none.
    """
    folder = start.resolve()
    return folder if is_bare(folder) else find_root(folder)


def clock() -> Clock:
    """Give the machine's clock."""
    from mlgov.adapters.system_clock import SystemClock

    return SystemClock()


def describe(root: Path, folders: Sequence[str]) -> WorkTreeState:
    """Say what the file system says of the governed files, without reading one. Raises GitError."""
    from mlgov.adapters.git.state import describe

    return describe(root, folders, (SETTINGS_FILE,))


def shelf(root: Path, name: str) -> Shelf:
    """Give the place in the git folder for a file that may be forgotten."""
    from mlgov.adapters.git.state import GitShelf

    return GitShelf(root, name)


def _is_there(repository: Repository, ref: str) -> bool:
    try:
        return bool(repository.resolve(ref))
    except GitError:
        return False


def proof_ledger(services: Services, ref: str = "HEAD") -> Ledger:
    """Connect to the ledger that counts for proofs: the one that the first approval rules of a history name.

    The settings of today are not asked: whoever changes them could name a branch of their own.

    Raises:
        GitError: The history is not whole.
    """
    from mlgov.adapters.git_ledger import GitLedger
    from mlgov.approvals.audit import first_settings

    settings = services.settings
    if services.repository.is_under_git() and _is_there(services.repository, ref):
        settings = first_settings(services.repository, ref) or settings
    if settings.ledger == services.settings.ledger:
        return services.ledger
    named = settings.ledger
    return GitLedger(services.root, branch=named.branch, remote=named.remote, push=False)


def surroundings(root: Path, settings: "Settings") -> Surroundings:
    """Look at the clone and the machine, as far as proofs rest on them. Raises GitError without a git repository."""
    from mlgov.adapters.git.surroundings import look_around
    from mlgov.adapters.git_ledger import GitLedger

    branch, remote = settings.ledger.branch, settings.ledger.remote
    breaks = GitLedger(root, branch=branch, remote=remote, push=False).verify()
    return look_around(root, ledger=branch, remote=remote, ledger_breaks=breaks)


def signer(root: Path, environment: Mapping[str, str], key_file: Path | None = None) -> Signer:
    """Connect to the SSH key of whoever sits here.

    Args:
        root: Top folder of the governance repository; git's settings are asked there.
        environment: Where HOME is looked up.
        key_file: A private key, or a public key whose private half is beside it or in ssh-agent. When None, the key
            that git signs commits with (``user.signingkey`` when ``gpg.format`` is ``ssh``), else one in ``~/.ssh``.

    Raises:
        GitError: git could not be asked.
        SigningError: There is no key.
    """
    from mlgov.adapters.git.signing import signing_key
    from mlgov.adapters.ssh_signer import SshSigner, default_key_file

    return SshSigner(key_file or signing_key(root) or default_key_file(environment))


def signature_verifier() -> SignatureVerifier:
    """Connect to ssh-keygen as a second opinion of signatures."""
    from mlgov.adapters.ssh_verifier import SshVerifier

    return SshVerifier()
