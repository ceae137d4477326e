"""The composition root: the only module that names an adapter class."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mlgov.errors import GitError, UsageError
from mlgov.names import SETTINGS_FILE
from mlgov.ports import (
    REGULAR_FILE,
    CardAccount,
    Clock,
    CommandRunner,
    EventSink,
    Forge,
    Ledger,
    MessageSink,
    ModelSource,
    PdfPrinter,
    Repository,
    RoleAccount,
    Scorer,
    Scorers,
    Shelf,
    SignatureVerifier,
    Signer,
    Surroundings,
    Tables,
    WorkTreeState,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from mlgov.adapters.capture_proxy import CaptureProxy
    from mlgov.adapters.sagemaker_schedules import SagemakerSchedules
    from mlgov.monitors.capturing import CaptureLog
    from mlgov.settings import Settings

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class _LazyTables:
    """Data files. PyArrow and pandas are loaded when the first one is read: most commands read none and start faster.

    Attributes:
        root: Folder that relative addresses start from.
        engine: Address of the cluster that takes data in; empty for this process.
        hours: The time outside of which folders of hours are passed over; None reads all.
    """

    root: Path
    engine: str = ""
    hours: tuple[datetime, datetime] | None = None

    def within(self, start: datetime, end: datetime) -> "_LazyTables":
        """Read only what may be of a time, as the port says."""
        return replace(self, hours=(start, end))

    def _opened(self) -> Tables:
        opened = tables(self.root, self.engine)
        return opened.within(*self.hours) if self.hours else opened

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, "pa.DataType"] | None = None
    ) -> Iterator["pa.RecordBatch"]:
        """Read a file or a folder of files, as the port says."""
        return self._opened().batches(uri, data_format=data_format, columns=columns)

    def fold(
        self,
        uri: str,
        step: "Callable[[Iterable[pa.RecordBatch]], T]",
        join: "Callable[[T, T], T]",
        *,
        data_format: str | None = None,
        columns: Mapping[str, "pa.DataType"] | None = None,
        only: Collection[str] | None = None,
    ) -> T:
        """Take in a source part by part, as the port says."""
        return self._opened().fold(uri, step, join, data_format=data_format, columns=columns, only=only)


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
        tables=_LazyTables(root, settings.monitors.engine_address if engine is None else engine),
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


def describe(root: Path, folders: Sequence[str]) -> WorkTreeState:
    """Say what the file system says of the governed files, without reading one. Raises GitError."""
    from mlgov.adapters.git.state import describe

    return describe(root, folders, (SETTINGS_FILE,))


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


def shelf(root: Path, name: str) -> Shelf:
    """Give the place in the git folder for a file that may be forgotten."""
    from mlgov.adapters.git.state import GitShelf

    return GitShelf(root, name)


def tables(root: Path, engine: str = "") -> Tables:
    """Connect to data files alone; relative addresses start from ``root``. Needs no governance repository.

    Args:
        root: Where relative addresses start.
        engine: Address of a cluster that takes the data in: ``spark://host:7077``, ``local[2]``, ``yarn`` or ``k8s://…``
            for Spark, ``tcp://host:8786`` or ``tls://…`` for Dask. Empty for this process.

    Raises:
        UsageError: The address is of neither.
    """
    from mlgov.adapters.arrow_tables import ArrowTables

    if not engine:
        return ArrowTables(root)
    if engine.startswith(("tcp://", "tls://")):
        from mlgov.adapters.dask_tables import DaskTables

        return DaskTables(root, engine)
    if engine.startswith(("spark://", "local", "k8s://")) or engine == "yarn":
        from mlgov.adapters.spark_tables import SparkTables

        return SparkTables(root, engine)
    raise UsageError(
        f"{engine!r} is no address of an engine.", hint="Write spark://HOST:PORT for Spark or tcp://HOST:PORT for Dask."
    )


def capture_proxy(
    upstream: str, log: "CaptureLog", *, path: str, listen: tuple[str, int], tell: Callable[[str], None]
) -> "CaptureProxy":
    """Stand before a scorer and write down what it is asked and answers.

    Args:
        upstream: Address of the scorer.
        log: Where captures go.
        path: What is captured: POSTs to it.
        listen: Host and port.
        tell: Told what went wrong with a capture.

    Raises:
        UsageError: ``upstream`` is no address.
        OutsideError: The port cannot be had.
    """
    from mlgov.adapters.capture_proxy import CaptureProxy
    from mlgov.monitors.capturing import BODY_BYTES

    host, port = listen
    return CaptureProxy(upstream, log, path=path, host=host, port=port, kept_bytes=BODY_BYTES, on_trouble=tell)


def schedule_source() -> "SagemakerSchedules":
    """Connect to the schedules of an AWS account. Raises OutsideError and UsageError."""
    from mlgov.adapters.sagemaker_schedules import SagemakerSchedules

    return SagemakerSchedules()


def whole_file(root: Path, uri: str, limit: int) -> bytes:
    """Read a small file, wherever an address leads. Raises TablesError."""
    from mlgov.adapters.arrow_tables.whole_files import whole_file

    return whole_file(root, uri, limit)


def frames(named: Mapping[str, Any]) -> Tables:
    """Connect to data frames in memory, by name."""
    from mlgov.adapters.frame_tables import FrameTables

    return FrameTables(named)


def scorers(found: Services) -> Scorers:
    """Give the models that monitors may ask.

    An address counts when it is in the settings here and the same on the main branch of the remote, as this clone
    knows it, or at HEAD when there is no remote: a proposal cannot make a run ask somebody else. The remote ``origin``
    is looked at whatever remote the settings name, because a proposal may change that name, too.
    """

    def named(name: str) -> Scorer:
        from mlgov.adapters.http_scorer import HttpScorer

        here = found.settings.monitors.scorers.get(name)
        if here is None:
            raise UsageError(f"mlgov.toml names no scorer '{name}'.", hint="Add it to [monitors.scorers].")
        if any(_scorers_at(found, ref).get(name) != here for ref in _main_refs(found)):
            hint = "Merge the change of mlgov.toml first, and fetch the main branch."
            raise UsageError(f"The address of the scorer '{name}' is not on the main branch yet.", hint=hint)
        return HttpScorer(here)

    return named


def _main_refs(found: Services) -> list[str]:
    """Name the main branches of the remotes; HEAD when there is no remote."""
    names = dict.fromkeys(["origin", found.settings.ledger.remote])
    remotes = [remote for name in names if (remote := found.repository.remote(name))]
    return [f"refs/remotes/{remote.name}/{remote.main or 'main'}" for remote in remotes] or ["HEAD"]


def _scorers_at(found: Services, ref: str) -> Mapping[str, str]:
    """Read the addresses that the settings had at a ref; none when they cannot be read."""
    from mlgov import settings as settings_module

    try:
        file = found.repository.snapshot(ref, (), (SETTINGS_FILE,)).get(SETTINGS_FILE)
        return settings_module.load(file.data, f"{ref}:{SETTINGS_FILE}").monitors.scorers if file else {}
    except (GitError, UsageError):
        return {}


def pdf_printer(font_folders: Sequence[Path] = ()) -> PdfPrinter:
    """Connect to the printer of PDF.

    Args:
        font_folders: Folders with fonts beside those that the printer brings.
    """
    from mlgov.adapters.typst_pdf import TypstPdf

    return TypstPdf(font_folders)


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


def forge(settings: "Settings", token: str, repository: str) -> Forge:
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
    if settings.forge.kind == "gitea":
        return _gitea(settings, token, name)
    from mlgov.adapters.forge_api.client import ForgeClient
    from mlgov.adapters.github_forge import GithubForge

    client = ForgeClient(base_url=settings.forge.base_url, token=token, repository=name)
    return GithubForge(client, login=settings.forge.login)


def _gitea(settings: "Settings", token: str, name: str) -> Forge:
    from mlgov.adapters.forge_api.client import ForgeClient
    from mlgov.adapters.gitea_forge import GiteaForge
    from mlgov.settings import GITHUB_API

    if settings.forge.base_url == GITHUB_API:
        hint = f'Write base_url = "https://HOST/api/v1" under [forge] in {SETTINGS_FILE}.'
        raise UsageError("Nobody says where Gitea is.", hint=hint)
    base_url = settings.forge.base_url
    client = ForgeClient(base_url=base_url, token=token, repository=name, name="Gitea", write_pause_s=0)
    return GiteaForge(client, login=settings.forge.login)


def surroundings(root: Path, settings: "Settings") -> Surroundings:
    """Look at the clone and the machine, as far as proofs rest on them. Raises GitError without a git repository."""
    from mlgov.adapters.git.surroundings import look_around
    from mlgov.adapters.git_ledger import GitLedger

    branch, remote = settings.ledger.branch, settings.ledger.remote
    breaks = GitLedger(root, branch=branch, remote=remote, push=False).verify()
    return look_around(root, ledger=branch, remote=remote, ledger_breaks=breaks)


def message_sink(
    kind: str, target: str, settings: "Settings", environment: Mapping[str, str], folder: Path
) -> MessageSink:
    """Connect to where events are sent.

    Args:
        kind: ``jsonl`` (a file), ``webhook`` (an address) or ``eventbridge`` (a bus).
        target: The file, address or bus.
        settings: Settings of the repository; they name the variable that holds the webhook's secret.
        environment: Where that variable is looked up.
        folder: What a relative file is relative to.

    Raises:
        UsageError: There is no such kind, the address is not safe, or the secret is missing.
    """
    if kind == "jsonl":
        from mlgov.adapters.jsonl_messages import JsonlMessages

        return JsonlMessages(folder / target)
    if kind == "webhook":
        from mlgov.adapters.webhook_messages import WebhookMessages

        variable = settings.events.webhook_secret
        if not environment.get(variable):
            hint = f"Set {variable}, or name another variable as events.webhook_secret in {SETTINGS_FILE}."
            raise UsageError(f"{variable} is not set; webhooks are not sent without a signature.", hint=hint)
        return WebhookMessages(target, secret=environment[variable])
    if kind == "eventbridge":
        from mlgov.adapters.eventbridge_messages import EventBridgeMessages

        return EventBridgeMessages(target)
    raise UsageError(f"There is no sink {kind!r}.", hint="Write jsonl:FILE, webhook:URL or eventbridge:BUS.")


def command_runner(root: Path) -> CommandRunner:
    """Give what runs commands of the organisation's own, started in the repository."""
    from mlgov.adapters.local_command import LocalCommand

    return LocalCommand(root)


def model_source(kind: str, environment: Mapping[str, str]) -> ModelSource:
    """Connect to what knows models.

    Args:
        kind: ``mlflow`` or ``sagemaker``.
        environment: Where MLflow's address and credentials are looked up; boto3 looks up its own.

    Raises:
        UsageError: There is no such kind, or the address cannot be used.
    """
    if kind == "mlflow":
        from mlgov.adapters.mlflow_source import MlflowSource

        return MlflowSource(environment)
    if kind == "sagemaker":
        from mlgov.adapters.sagemaker_source import SagemakerSource

        return SagemakerSource()
    raise UsageError(f"There is no source {kind!r}.", hint="Known are mlflow and sagemaker.")


def card_account(service: str) -> CardAccount:
    """Connect to the model cards of a cloud account; region, credentials and endpoint come from the environment.

    Args:
        service: ``sagemaker``.

    Raises:
        CloudError: The environment does not say enough.
        UsageError: There is no such service.
    """
    if service == "sagemaker":
        from mlgov.adapters.sagemaker_cards import SageMakerCards

        return SageMakerCards()
    raise UsageError(f"There is no card service {service!r}.", hint="Known is sagemaker.")


def role_account(service: str) -> RoleAccount:
    """Connect to the IAM roles of a cloud account; region, credentials and endpoint come from the environment.

    Args:
        service: ``aws``.

    Raises:
        CloudError: The environment does not say enough.
        UsageError: There is no such service.
    """
    if service == "aws":
        from mlgov.adapters.iam_roles import IamRoles

        return IamRoles()
    raise UsageError(f"There is no account of kind {service!r}.", hint="Known is aws.")
