"""The composition root: the only module that names an adapter class."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mlgov import settings as settings_module
from mlgov.errors import UsageError
from mlgov.names import SETTINGS_FILE
from mlgov.ports import Clock, EventSink, Forge, Ledger, Repository, Tables
from mlgov.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


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
    settings: Settings
    repository: Repository
    ledger: Ledger
    tables: Tables
    clock: Clock
    events: EventSink


@dataclass(frozen=True, slots=True)
class _LazyTables:
    """Data files. PyArrow and pandas are loaded when the first one is read: most commands read none and start faster.

    Attributes:
        root: Folder that relative addresses start from.
    """

    root: Path

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, "pa.DataType"] | None = None
    ) -> Iterator["pa.RecordBatch"]:
        """Read a file or a folder of files, as the port says."""
        from mlgov.adapters.arrow_tables import ArrowTables

        return ArrowTables(self.root).batches(uri, data_format=data_format, columns=columns)


def find_root(start: Path) -> Path:
    """Find the governance repository that ``start`` lies in: the nearest folder up that holds mlgov.toml.

    Raises:
        UsageError: There is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise UsageError(
        f"{start} is not in a governance repository: no {SETTINGS_FILE} here or above.",
        hint="Go to one, name one with -C, or start one with 'mlgov init DIR'.",
    )


def clock() -> Clock:
    """Give the machine's clock."""
    from mlgov.adapters.system_clock import SystemClock

    return SystemClock()


def services(root: Path, *, events: EventSink, now: datetime | None = None, push: bool = True) -> Services:
    """Connect a governance repository to the real world.

    Args:
        root: Its top folder.
        events: Who listens.
        now: Frozen time; the machine's clock when None.
        push: Whether the ledger is pushed when it has a remote.
    """
    from mlgov.adapters.git_ledger import GitLedger
    from mlgov.adapters.git_repository import GitRepository
    from mlgov.adapters.system_clock import FrozenClock, SystemClock

    settings = settings_module.load((root / SETTINGS_FILE).read_bytes())
    ledger = settings.ledger
    return Services(
        root=root,
        settings=settings,
        repository=GitRepository(root),
        ledger=GitLedger(root, branch=ledger.branch, remote=ledger.remote, push=push),
        tables=_LazyTables(root),
        clock=FrozenClock(now) if now else SystemClock(),
        events=events,
    )


def tables(root: Path) -> Tables:
    """Connect to data files alone; relative addresses start from ``root``. Needs no governance repository."""
    from mlgov.adapters.arrow_tables import ArrowTables

    return ArrowTables(root)


def forge(settings: Settings, token: str, repository: str) -> Forge:
    """Connect to the forge that the settings name.

    Args:
        settings: Settings of the repository.
        token: Access token.
        repository: ``owner/name``, used when the settings name none.

    Raises:
        UsageError: The settings name no forge, or no repository is known.
    """
    name = settings.forge.repository or repository
    if settings.forge.kind == "none" or not name:
        raise UsageError("No forge is configured.", hint="Set forge.kind and forge.repository in mlgov.toml.")
    from mlgov.adapters.github_forge import GithubForge

    return GithubForge(base_url=settings.forge.base_url, token=token, repository=name, login=settings.forge.login)
