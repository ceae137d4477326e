"""Model cards of a SageMaker account, through boto3.

boto3 finds region, credentials and endpoint by itself (``AWS_REGION``, ``AWS_ENDPOINT_URL`` and so on) and tries
again, a few times, what was throttled or did not arrive. What it does not try again is an update that met another one;
that is done here.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from mlgov.adapters.aws_answers import code_of, message_of
from mlgov.errors import CloudError
from mlgov.ports import AccountCard, NewAccountCard

MAX_TRIES = 4
FIRST_WAIT_S = 1.0
PAGE = 100
#: A list whose pages do not end after this many is not followed any further.
MAX_PAGES = 10_000
_CONFLICT = "ConflictException"
_MISSING = ("ResourceNotFound", "ResourceNotFoundException")
#: What the service says of one request; its words are about the request and worth repeating.
_ABOUT_THE_REQUEST = (*_MISSING, _CONFLICT, "ValidationException", "ResourceLimitExceeded", "ResourceInUse")
_SIGN_IN = "Give credentials as for the aws command: AWS_PROFILE, AWS_ACCESS_KEY_ID and so on, or a role."
_REGION = "Name the region with AWS_REGION."
_RIGHTS = (
    "The calls are sagemaker:ListModelCards, DescribeModelCard, CreateModelCard, UpdateModelCard, ListTags, AddTags."
)
_UNREACHABLE = "Check the network, AWS_REGION and AWS_ENDPOINT_URL."
#: Code of the service or class of boto3 -> what to do.
HINTS = {
    **dict.fromkeys(("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"), _SIGN_IN),
    **dict.fromkeys(
        ("ProfileNotFound", "TokenRetrievalError", "SSOTokenLoadError", "UnauthorizedSSOTokenError"), _SIGN_IN
    ),
    **dict.fromkeys(("UnrecognizedClientException", "InvalidSignatureException", "InvalidClientTokenId"), _SIGN_IN),
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "IncompleteSignature"), _SIGN_IN),
    **dict.fromkeys(("NoRegionError", "InvalidRegionError"), _REGION),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException"), _RIGHTS),
    "ResourceLimitExceeded": "The account has as many as it may have; ask AWS for more, or delete some.",
    _CONFLICT: "Somebody else changes it, or it is there already. Run the same command again.",
    "ThrottlingException": "The account makes too many calls. Run the same command again later.",
}


class SageMakerCards:
    """The CardAccount port on SageMaker.

    Args:
        client: A boto3 client of the service ``sagemaker``; made from the environment when None.
        sleep: How to wait; for tests.

    Raises:
        CloudError: The environment does not say enough to reach AWS.
    """

    def __init__(self, *, client: Any = None, sleep: Callable[[float], None] = time.sleep) -> None:  # noqa: ANN401 - boto3 makes its classes at run time
        self._sleep = sleep
        self._client = client or _client()

    def names(self) -> list[str]:
        """List the names of all cards."""
        return sorted(
            str(each.get("ModelCardName", ""))
            for each in self._pages("list the cards", "list_model_cards", "ModelCardSummaries")
        )

    def find(self, name: str) -> AccountCard | None:
        """Read the newest version of a card; None when there is none."""
        try:
            answer = self._client.describe_model_card(ModelCardName=name)
        except _foreign_errors() as error:
            if code_of(error) in _MISSING:
                return None
            raise _as_ours(error, f"read {name}") from None
        version = answer.get("ModelCardVersion")
        return AccountCard(
            name=name,
            version=version if isinstance(version, int) else 0,
            status=str(answer.get("ModelCardStatus") or ""),
            content=str(answer.get("Content") or ""),
            id=str(answer.get("ModelCardArn") or ""),
        )

    def tags(self, card: AccountCard) -> dict[str, str]:
        """Read the tags of a card."""
        tags = self._pages(f"read the tags of {card.name}", "list_tags", "Tags", ResourceArn=card.id)
        return {str(tag.get("Key", "")): str(tag.get("Value", "")) for tag in tags}

    def create(self, card: NewAccountCard) -> None:
        """Make a card. A conflict is not tried again: it means that the card is there."""
        arguments: dict[str, Any] = {
            "ModelCardName": card.name,
            "Content": card.content,
            "ModelCardStatus": card.status,
        }
        if card.tags:
            arguments["Tags"] = [{"Key": key, "Value": value} for key, value in card.tags]
        if card.key:
            arguments["SecurityConfig"] = {"KmsKeyId": card.key}
        try:
            self._client.create_model_card(**arguments)
        except _foreign_errors() as error:
            raise _as_ours(error, f"make {card.name}") from None

    def update_content(self, name: str, content: str) -> None:
        """Replace the content of a card."""
        self._update(name, Content=content)

    def update_status(self, name: str, status: str) -> None:
        """Move a card to another status."""
        self._update(name, ModelCardStatus=status)

    def _update(self, name: str, **change: str) -> None:
        for attempt in range(MAX_TRIES):
            try:
                self._client.update_model_card(ModelCardName=name, **change)
            except _foreign_errors() as error:
                if code_of(error) != _CONFLICT or attempt == MAX_TRIES - 1:
                    raise _as_ours(error, f"change {name}") from None
                self._sleep(FIRST_WAIT_S * 2**attempt)
            else:
                return

    def _pages(self, what: str, operation: str, key: str, **arguments: str) -> Iterator[dict[str, Any]]:
        """Read a list page by page."""
        limit: dict[str, Any] = {"MaxResults": PAGE}
        for _ in range(MAX_PAGES):
            try:
                answer = getattr(self._client, operation)(**arguments, **limit)
            except _foreign_errors() as error:
                raise _as_ours(error, what) from None
            yield from answer.get(key) or ()
            if not answer.get("NextToken"):
                return
            limit["NextToken"] = answer["NextToken"]
        raise CloudError("SageMaker's list does not end.", hint=_UNREACHABLE)


def _client() -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
    import boto3
    from botocore.config import Config

    try:
        config = Config(connect_timeout=10, read_timeout=60, retries={"mode": "standard"})
        return boto3.session.Session().client("sagemaker", config=config)
    except _foreign_errors() as error:
        raise _as_ours(error, "connect") from None


def _as_ours(error: Exception, what: str) -> CloudError:
    """Make our error of boto3's.

    Its words are told for what the service says of the request alone: others could hold what the environment holds.
    """
    code = code_of(error) or type(error).__name__
    is_about = code in _ABOUT_THE_REQUEST
    reason = f"{code}: {message_of(error)}" if is_about else code
    return CloudError(
        f"SageMaker could not {what}: {reason.rstrip('.')}.", hint=HINTS.get(code, _hint(error)), one_thing=is_about
    )


def _hint(error: Exception) -> str:
    return "" if code_of(error) in _ABOUT_THE_REQUEST else f"{_UNREACHABLE} {_RIGHTS}"


def _foreign_errors() -> tuple[type[Exception], ...]:
    """Everything that boto3 raises.

    Refused calls and missing settings; ValueError for an endpoint that is no address; the other two for an answer that
    is JSON and yet none of the service's.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    return (BotoCoreError, ClientError, ValueError, AttributeError, TypeError)
