"""What every sink of events must do: the one in memory, a file, a webhook and EventBridge."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mlgov.adapters.eventbridge_messages import EventBridgeMessages
from mlgov.adapters.jsonl_messages import JsonlMessages
from mlgov.adapters.webhook_messages import WebhookMessages
from mlgov.ports import MessageSink
from tests.fakes.messages import EventBridgeServer, HttpReceiver, MemoryMessages, messages


@dataclass
class World:
    """A sink, and the ids of what arrived behind it."""

    sink: MessageSink
    arrived: Callable[[], list[str]]


@pytest.fixture(params=["memory", "jsonl", "webhook", "eventbridge"])
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Make a sink and look behind it."""
    if request.param == "memory":
        memory = MemoryMessages()
        yield World(memory, lambda: [message.id for message in memory.taken])
    elif request.param == "jsonl":
        file = tmp_path / "out" / "events.jsonl"
        yield World(JsonlMessages(file), lambda: [json.loads(line)["id"] for line in file.read_text().splitlines()])
    elif request.param == "webhook":
        with HttpReceiver() as receiver:
            sink = WebhookMessages(receiver.url, secret="word")
            yield World(sink, lambda: [received.json["id"] for received in receiver.requests])
    else:
        with EventBridgeServer() as server:
            use_aws(monkeypatch, server.url)
            yield World(EventBridgeMessages("bus"), lambda: [json.loads(e["Detail"])["EventId"] for e in server.events])


def use_aws(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Point boto3 to a server on this machine, whatever the machine is set up for."""
    values = {
        "AWS_ENDPOINT_URL_EVENTBRIDGE": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


def test_events_arrive_in_order(world: World) -> None:
    """Each once, when nothing goes wrong."""
    sent = messages(13)
    assert world.sink.deliver(sent) == []
    assert world.arrived() == [message.id for message in sent]


def test_an_event_that_is_sent_again_has_its_id_again(world: World) -> None:
    """So that whoever listens can drop it; a sink may drop it before."""
    world.sink.deliver(messages(2))
    world.sink.deliver(messages(2))
    assert set(world.arrived()) == {"id-1", "id-2"}


def test_nothing_to_send_is_no_failure(world: World) -> None:
    """A stretch of history without status changes is common."""
    assert world.sink.deliver([]) == []
