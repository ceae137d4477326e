"""Connects what is outside: the forge, models that are asked, cloud accounts, sinks, commands and the printer."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlgov.errors import UsageError
from mlgov.names import SETTINGS_FILE
from mlgov.ports import (
    CardAccount,
    CommandRunner,
    Forge,
    MessageSink,
    ModelSource,
    PdfPrinter,
    RoleAccount,
    Scorer,
    Scorers,
)

if TYPE_CHECKING:
    from mlgov.settings import Settings
    from mlgov.wiring.repository import Services


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


def scorers(found: "Services") -> Scorers:
    """Give the models that monitors may ask: those whose address is on the main branch, too (see scorer_address)."""

    def named(name: str) -> Scorer:
        from mlgov.adapters.http_scorer import HttpScorer
        from mlgov.monitors.attribution.scorer_address import scorer_address

        return HttpScorer(scorer_address(name, found.settings, found.repository))

    return named


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


def pdf_printer(font_folders: Sequence[Path] = ()) -> PdfPrinter:
    """Connect to the printer of PDF.

    Args:
        font_folders: Folders with fonts beside those that the printer brings.
    """
    from mlgov.adapters.typst_pdf import TypstPdf

    return TypstPdf(font_folders)
