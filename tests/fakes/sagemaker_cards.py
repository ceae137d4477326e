"""SageMaker's model cards with the service's own rules: in memory behind our port, and over HTTP for boto3."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mlgov.errors import CloudError
from mlgov.ports import AccountCard, NewAccountCard
from tests.fakes.messages import Answer, HttpReceiver, Request

NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
STATUSES = ("Draft", "PendingReview", "Approved", "Archived")
CONTENT_CHARACTERS = 100_000
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:model-card/"
JSON_1_1 = {"Content-Type": "application/x-amz-json-1.1"}


class RefusedError(Exception):
    """The service refuses a call; says the code, and why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass
class StoredCard:
    """A card with all versions of its content; the number of the newest is their count."""

    status: str
    contents: list[str]
    tags: list[dict[str, str]] = field(default_factory=list)
    key: str = ""


@dataclass
class CardService:
    """The service's state and rules; methods are called as its operations, with their arguments.

    Attributes:
        cards: What it holds, by name.
        calls: The names of the changes that were made, in order.
    """

    cards: dict[str, StoredCard] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def CreateModelCard(  # noqa: N802 - the service's own names
        self,
        *,
        ModelCardName: str,  # noqa: N803
        Content: str,  # noqa: N803
        ModelCardStatus: str,  # noqa: N803
        Tags: list[dict[str, str]] | None = None,  # noqa: N803
        SecurityConfig: dict[str, str] | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        if not NAME.fullmatch(ModelCardName):
            raise RefusedError("ValidationException", "The name does not satisfy the pattern.")
        if ModelCardName in self.cards:
            raise RefusedError("ConflictException", f"Model card {ModelCardName} exists.")
        key = (SecurityConfig or {}).get("KmsKeyId", "")
        self.cards[ModelCardName] = StoredCard(_status(ModelCardStatus), [_content(Content)], Tags or [], key)
        self.calls.append(f"create {ModelCardName}")
        return {"ModelCardArn": ARN + ModelCardName}

    def UpdateModelCard(  # noqa: N802
        self,
        *,
        ModelCardName: str,  # noqa: N803
        Content: str | None = None,  # noqa: N803
        ModelCardStatus: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        card = self._card(ModelCardName)
        if (Content is None) == (ModelCardStatus is None):
            raise RefusedError("ValidationException", "Content and status cannot be updated in one call.")
        if Content is not None:
            if card.status == "Archived":
                raise RefusedError("ValidationException", "Model card is in the Archived state.")
            card.contents.append(_content(Content))
            self.calls.append(f"content {ModelCardName}")
        if ModelCardStatus is not None:
            card.status = _status(ModelCardStatus)
            self.calls.append(f"status {ModelCardName} {ModelCardStatus}")
        return {"ModelCardArn": ARN + ModelCardName}

    def DescribeModelCard(self, *, ModelCardName: str) -> dict[str, Any]:  # noqa: N802, N803
        card = self._card(ModelCardName)
        return {
            "ModelCardArn": ARN + ModelCardName,
            "ModelCardName": ModelCardName,
            "ModelCardVersion": len(card.contents),
            "Content": card.contents[-1],
            "ModelCardStatus": card.status,
            "CreationTime": 1767268800,
            "CreatedBy": {},
        }

    def ListModelCards(self, *, MaxResults: int = 10, NextToken: str = "") -> dict[str, Any]:  # noqa: N802, N803
        names, start = list(self.cards), int(NextToken or 0)
        found = [
            {"ModelCardName": name, "ModelCardArn": ARN + name, "ModelCardStatus": "Draft", "CreationTime": 1767268800}
            for name in names[start : start + MaxResults]
        ]
        return _page("ModelCardSummaries", found, start, len(names))

    def ListTags(self, *, ResourceArn: str, MaxResults: int = 50, NextToken: str = "") -> dict[str, Any]:  # noqa: N802, N803
        if not 50 <= MaxResults <= 100:
            raise RefusedError("ValidationException", "MaxResults is out of range.")
        tags, start = self._card(ResourceArn.removeprefix(ARN)).tags, int(NextToken or 0)
        return _page("Tags", tags[start : start + MaxResults], start, len(tags))

    def _card(self, name: str) -> StoredCard:
        if name not in self.cards:
            raise RefusedError("ResourceNotFound", f"Model card {name} does not exist.")
        return self.cards[name]


def _page(key: str, found: list[Any], start: int, total: int) -> dict[str, Any]:
    end = start + len(found)
    return {key: found, **({"NextToken": str(end)} if end < total else {})}


def _status(status: str) -> str:
    if status not in STATUSES:
        raise RefusedError("ValidationException", f"{status} is no status.")
    return status


def _content(content: str) -> str:
    if len(content) > CONTENT_CHARACTERS:
        raise RefusedError("ValidationException", "The content is too long.")
    if not isinstance(json.loads(content), dict):
        raise RefusedError("ValidationException", "The content is no object.")
    return content


@dataclass
class MemoryCardAccount:
    """The CardAccount port in memory.

    Attributes:
        service: The cards and the rules.
        before: Is called before every change and may raise what the change should fail with.
    """

    service: CardService = field(default_factory=CardService)
    before: Callable[[], None] = lambda: None

    def names(self) -> list[str]:
        return sorted(self.service.cards)

    def find(self, name: str) -> AccountCard | None:
        if name not in self.service.cards:
            return None
        found = self.service.DescribeModelCard(ModelCardName=name)
        version, status = found["ModelCardVersion"], found["ModelCardStatus"]
        return AccountCard(name, version, status, found["Content"], found["ModelCardArn"])

    def tags(self, card: AccountCard) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.service.cards[card.name].tags}

    def create(self, card: NewAccountCard) -> None:
        tags = [{"Key": key, "Value": value} for key, value in card.tags]
        security = {"KmsKeyId": card.key} if card.key else None
        self._change(
            self.service.CreateModelCard,
            ModelCardName=card.name,
            Content=card.content,
            ModelCardStatus=card.status,
            Tags=tags,
            SecurityConfig=security,
        )

    def update_content(self, name: str, content: str) -> None:
        self._change(self.service.UpdateModelCard, ModelCardName=name, Content=content)

    def update_status(self, name: str, status: str) -> None:
        self._change(self.service.UpdateModelCard, ModelCardName=name, ModelCardStatus=status)

    def _change(self, operation: Callable[..., Any], **arguments: Any) -> None:
        self.before()
        try:
            operation(**arguments)
        except RefusedError as error:
            raise CloudError(f"{error.code}: {error}", one_thing=True) from None


class SageMakerServer(HttpReceiver):
    """SageMaker on this machine, as far as model cards go.

    Attributes:
        service: The cards and the rules.
        codes: Error codes for the next calls of an operation, by its name; each is used once, an empty one lets pass.
        page: Items on a page, at most.
    """

    def __init__(self) -> None:
        super().__init__()
        self.service = CardService()
        self.codes: dict[str, list[str]] = {}
        self.page = 100

    def default(self, request: Request) -> Answer:
        operation = request.headers["x-amz-target"].removeprefix("SageMaker.")
        assert request.headers["content-type"] == JSON_1_1["Content-Type"]
        assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256 ")
        prepared = self.codes.get(operation)
        if prepared and (code := prepared.pop(0)):
            return _refused(code, f"made to fail for {request.headers['authorization']}")
        arguments = request.json
        if operation == "ListModelCards":
            arguments["MaxResults"] = min(arguments["MaxResults"], self.page)
        try:
            answer = getattr(self.service, operation)(**arguments)
        except RefusedError as error:
            return _refused(error.code, str(error))
        return Answer(200, JSON_1_1, json.dumps(answer).encode())

    def operations(self) -> list[str]:
        """List the operations that were called, in order."""
        return [request.headers["x-amz-target"].removeprefix("SageMaker.") for request in self.requests]


def _refused(code: str, reason: str) -> Answer:
    status = 500 if code == "InternalFailure" else 400
    return Answer(status, JSON_1_1, json.dumps({"__type": code, "message": reason}).encode())
