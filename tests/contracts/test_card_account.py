"""What every account of cards must do: the one in memory, and SageMaker through boto3 (against a server here)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mlgov.adapters.sagemaker_cards import SageMakerCards
from mlgov.errors import CloudError
from mlgov.ports import CardAccount, NewAccountCard
from tests.contracts.test_message_sink import use_aws
from tests.fakes.sagemaker_cards import CardService, MemoryCardAccount, SageMakerServer

CONTENT = '{"model_overview":{"model_name":"größer"}}'
NEW = NewAccountCard("churn", "Draft", CONTENT, (("team", "risk"), ("stage", "")), "alias/cards")


@dataclass
class World:
    """An account, and the service behind it."""

    account: CardAccount
    service: CardService


@pytest.fixture(params=["memory", "sagemaker"])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Make an account and look behind it."""
    if request.param == "memory":
        memory = MemoryCardAccount()
        yield World(memory, memory.service)
        return
    with SageMakerServer() as server:
        use_aws(monkeypatch, "")
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield World(SageMakerCards(sleep=lambda seconds: None), server.service)


def test_an_empty_account(world: World) -> None:
    """No names, and no card of any name."""
    assert world.account.names() == []
    assert world.account.find("churn") is None


def test_a_card_that_was_made_is_found(world: World) -> None:
    """As version 1, with what it was made of; tags and key are given along."""
    world.account.create(NEW)
    found = world.account.find("churn")
    assert found is not None
    assert (found.name, found.version, found.status, found.content) == ("churn", 1, "Draft", CONTENT)
    assert found.id.endswith(":model-card/churn")
    assert world.account.tags(found) == {"team": "risk", "stage": ""}
    assert world.service.cards["churn"].key == "alias/cards"


def test_names_come_in_order(world: World) -> None:
    """All of them, however many pages they are."""
    made = [f"card-{number}" for number in range(123, 0, -1)]
    for name in made:
        world.service.CreateModelCard(ModelCardName=name, Content="{}", ModelCardStatus="Draft")
    assert world.account.names() == sorted(made)


def test_a_new_content_is_a_new_version(world: World) -> None:
    """And leaves the status as it is."""
    world.account.create(NEW)
    world.account.update_status("churn", "Approved")
    world.account.update_content("churn", "{}")
    found = world.account.find("churn")
    assert found is not None
    assert (found.version, found.status, found.content) == (2, "Approved", "{}")


def test_a_new_status_is_no_new_version(world: World) -> None:
    """And leaves the content as it is."""
    world.account.create(NEW)
    world.account.update_status("churn", "PendingReview")
    found = world.account.find("churn")
    assert found is not None
    assert (found.version, found.status, found.content) == (1, "PendingReview", CONTENT)


def test_an_archived_card_is_frozen(world: World) -> None:
    """Its content, not its status; the refusal concerns this card alone."""
    world.account.create(NEW)
    world.account.update_status("churn", "Archived")
    with pytest.raises(CloudError, match="Archived state") as caught:
        world.account.update_content("churn", "{}")
    assert caught.value.one_thing


def test_a_card_that_is_there_is_not_made_again(world: World) -> None:
    """It stays what it was."""
    world.account.create(NEW)
    with pytest.raises(CloudError, match="ConflictException") as caught:
        world.account.create(NewAccountCard("churn", "Approved", "{}"))
    assert caught.value.one_thing
    assert json.loads(world.service.cards["churn"].contents[-1]) == json.loads(CONTENT)


def test_a_card_that_is_not_there_is_not_changed(world: World) -> None:
    """Nor made."""
    with pytest.raises(CloudError, match="ResourceNotFound"):
        world.account.update_status("churn", "Approved")
    assert world.account.names() == []
