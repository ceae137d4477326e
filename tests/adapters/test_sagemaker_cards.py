"""SageMaker's cards through boto3, against a server on this machine that speaks SageMaker's protocol."""

import json
from collections.abc import Callable, Iterator

import botocore.exceptions
import pytest

from mlgov.adapters import sagemaker_cards
from mlgov.adapters.sagemaker_cards import HINTS, MAX_TRIES, SageMakerCards
from mlgov.errors import CloudError
from mlgov.ports import AccountCard, NewAccountCard
from tests.contracts.test_message_sink import use_aws
from tests.fakes.messages import Answer
from tests.fakes.sagemaker_cards import JSON_1_1, SageMakerServer

NEW = NewAccountCard("churn", "Draft", "{}")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SageMakerServer]:
    """SageMaker on this machine, named by the environment as boto3 wants it."""
    with SageMakerServer() as started:
        use_aws(monkeypatch, "")
        monkeypatch.setenv("AWS_ENDPOINT_URL", started.url)
        yield started


@pytest.fixture
def waits() -> list[float]:
    """The pauses that were made, in seconds."""
    return []


@pytest.fixture
def account(server: SageMakerServer, waits: list[float]) -> SageMakerCards:
    """An account that waits without waiting."""
    return SageMakerCards(sleep=waits.append)


def test_content_and_status_never_travel_together(server: SageMakerServer, account: SageMakerCards) -> None:
    """The service would refuse it; a card without tags and key says nothing of them."""
    account.create(NEW)
    account.update_content("churn", '{"a": 1}')
    account.update_status("churn", "Approved")
    assert [request.json for request in server.requests] == [
        {"ModelCardName": "churn", "Content": "{}", "ModelCardStatus": "Draft"},
        {"ModelCardName": "churn", "Content": '{"a": 1}'},
        {"ModelCardName": "churn", "ModelCardStatus": "Approved"},
    ]


def test_lists_are_read_page_by_page(server: SageMakerServer, account: SageMakerCards) -> None:
    """Until no page follows."""
    server.page = 2
    for name in "abcde":
        server.service.CreateModelCard(ModelCardName=name, Content="{}", ModelCardStatus="Draft")
    assert account.names() == list("abcde")
    assert server.operations() == ["ListModelCards"] * 3


def test_tags_are_read_page_by_page(server: SageMakerServer, account: SageMakerCards) -> None:
    """Which the service allows from 50 on."""
    tags = {f"key-{number}": str(number) for number in range(120)}
    account.create(NewAccountCard("churn", "Draft", "{}", tuple(tags.items())))
    found = account.find("churn")
    assert found is not None
    assert account.tags(found) == tags


def test_an_update_that_meets_another_is_tried_again(
    server: SageMakerServer, account: SageMakerCards, waits: list[float]
) -> None:
    """With longer and longer pauses."""
    account.create(NEW)
    server.codes["UpdateModelCard"] = ["ConflictException"] * 2
    account.update_content("churn", '{"a": 1}')
    assert server.service.cards["churn"].contents == ["{}", '{"a": 1}']
    assert waits == [1.0, 2.0]


def test_tries_are_bounded(server: SageMakerServer, account: SageMakerCards, waits: list[float]) -> None:
    """Then the conflict is told, as one of this card."""
    account.create(NEW)
    server.codes["UpdateModelCard"] = ["ConflictException"] * 9
    with pytest.raises(CloudError, match="could not change churn: ConflictException") as caught:
        account.update_status("churn", "Approved")
    assert caught.value.one_thing
    assert server.operations().count("UpdateModelCard") == MAX_TRIES


def test_throttling_is_waited_out(server: SageMakerServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """By boto3's own standard retries, as often as the environment says."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    server.codes["DescribeModelCard"] = ["ThrottlingException"]
    assert SageMakerCards().find("churn") is None
    server.codes["DescribeModelCard"] = ["ThrottlingException"] * 2
    with pytest.raises(CloudError, match="ThrottlingException") as caught:
        SageMakerCards().find("churn")
    assert "later" in caught.value.hint
    assert not caught.value.one_thing


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("AccessDeniedException", "sagemaker:ListModelCards"),
        ("UnrecognizedClientException", "AWS_PROFILE"),
        ("ExpiredTokenException", "AWS_PROFILE"),
        ("InternalFailure", "network"),
        ("NeverHeardOfException", "network"),
    ],
)
def test_refusals_are_ours_and_hold_no_credentials(
    server: SageMakerServer, account: SageMakerCards, code: str, hint: str
) -> None:
    """The server repeats the signature in its words; the code alone is told."""
    found = AccountCard("churn", 1, "Draft", "{}", "arn")
    calls: dict[str, Callable[[], object]] = {
        "ListModelCards": account.names,
        "ListTags": lambda: account.tags(found),
        "DescribeModelCard": lambda: account.find("churn"),
        "CreateModelCard": lambda: account.create(NEW),
        "UpdateModelCard": lambda: account.update_status("churn", "Draft"),
    }
    for operation, call in calls.items():
        server.codes[operation] = [code]
        with pytest.raises(CloudError, match=f"^SageMaker could not [a-z]+ [a-z ]+: {code}.$") as caught:
            call()
        assert hint in caught.value.hint
        assert (caught.value.one_thing, caught.value.exit_code, caught.value.__cause__) == (False, 3, None)


def test_every_error_of_boto3_is_known() -> None:
    """None of them leaves the adapter as it is, and every hint is for one that exists."""
    ours = sagemaker_cards._foreign_errors()
    theirs = {
        name: each
        for name, each in vars(botocore.exceptions).items()
        if isinstance(each, type) and issubclass(each, Exception) and not issubclass(each, Warning)
    }
    no_description = {"UndefinedModelAttributeError", "MissingServiceIdError"}  # of a service; boto3 ships SageMaker's
    assert {name for name, each in theirs.items() if not issubclass(each, ours)} == no_description
    local = {name for name in HINTS if name.endswith("Error") or name == "ProfileNotFound"}
    assert local <= theirs.keys()


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"", b'{"ModelCardVersion": "x"}', b"\xff\xfe"])
def test_an_answer_that_is_none(server: SageMakerServer, account: SageMakerCards, body: bytes) -> None:
    """A proxy's page or half an answer raises our error, or is a card that says nothing; nothing crashes."""
    server.answers.append(Answer(200, JSON_1_1, body))
    try:
        found = account.find("churn")
    except CloudError:
        return
    assert found is not None
    assert (found.status, found.content) == ("", "")


def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Said with what to look at."""
    with SageMakerServer() as gone:
        url = gone.url
    use_aws(monkeypatch, "")
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    with pytest.raises(CloudError, match="EndpointConnectionError") as caught:
        SageMakerCards().names()
    assert "AWS_ENDPOINT_URL" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "value", "code", "hint"),
    [
        ("AWS_DEFAULT_REGION", None, "NoRegionError", "AWS_REGION"),
        ("AWS_ACCESS_KEY_ID", None, "NoCredentialsError|PartialCredentialsError", "AWS_PROFILE"),
        ("AWS_PROFILE", "nobody", "ProfileNotFound", "AWS_PROFILE"),
        ("AWS_ENDPOINT_URL", "no address", "ValueError", "AWS_ENDPOINT_URL"),
    ],
)
def test_an_environment_that_says_too_little(
    server: SageMakerServer, monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, code: str, hint: str
) -> None:
    """Named, with what to set."""
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(CloudError, match=code) as caught:
        SageMakerCards().names()
    assert hint in caught.value.hint


def test_what_the_service_says_of_a_request_is_told(server: SageMakerServer, account: SageMakerCards) -> None:
    """It is what the user has to correct."""
    with pytest.raises(CloudError, match=r"ValidationException: Odd is no status\.$"):
        account.create(NewAccountCard("churn", "Odd", "{}"))
    assert json.loads(server.requests[-1].body)["ModelCardStatus"] == "Odd"
