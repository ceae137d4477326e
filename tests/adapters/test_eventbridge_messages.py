"""EventBridge through boto3, against a server on this machine that speaks PutEvents."""

import json
from collections.abc import Iterator

import pytest

from mlgov.adapters.eventbridge_messages import MAX_TRIES, EventBridgeMessages
from mlgov.errors import OutsideError
from tests.contracts.test_message_sink import use_aws
from tests.fakes.messages import Answer, EventBridgeServer, messages


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EventBridgeServer]:
    """EventBridge on this machine, named by the environment."""
    with EventBridgeServer() as started:
        use_aws(monkeypatch, started.url)
        yield started


@pytest.fixture
def waits() -> list[float]:
    """The pauses that were made, in seconds."""
    return []


@pytest.fixture
def sink(server: EventBridgeServer, waits: list[float]) -> EventBridgeMessages:
    """A bus that waits without waiting."""
    return EventBridgeMessages("governance", sleep=waits.append)


def test_an_entry_holds_the_event(server: EventBridgeServer, sink: EventBridgeMessages) -> None:
    """Source, type, resources, time and bus are EventBridge's own; our id is in the detail."""
    sink.deliver(messages(1))
    entry = server.events[0]
    assert json.loads(entry.pop("Detail")) == {"ModelCardName": "churn", "ModelCardVersion": 1, "EventId": "id-1"}
    assert entry == {
        "EventBusName": "governance",
        "Source": "mlgov",
        "DetailType": "SageMaker Model Card State Change",
        "Resources": ["model-card/churn"],
        "Time": 1767268800,
    }


def test_ten_in_a_call(server: EventBridgeServer, sink: EventBridgeMessages) -> None:
    """More are refused by EventBridge."""
    assert sink.deliver(messages(25)) == []
    assert [len(request.json["Entries"]) for request in server.requests] == [10, 10, 5]


def test_entries_that_fail_are_put_again_alone(
    server: EventBridgeServer, sink: EventBridgeMessages, waits: list[float]
) -> None:
    """A call that succeeds may have lost some of its entries."""
    server.codes += [None, "ThrottlingException", None, "InternalFailure"]
    assert sink.deliver(messages(4)) == []
    assert [len(request.json["Entries"]) for request in server.requests] == [4, 2]
    assert (len(server.events), waits) == (4, [1.0])


def test_entries_that_are_refused_are_told(
    server: EventBridgeServer, sink: EventBridgeMessages, waits: list[float]
) -> None:
    """They are not put again, and those behind them are put."""
    server.codes += ["MalformedDetail"]
    lost = sink.deliver(messages(12))
    assert [(one.id, one.reason) for one in lost] == [("id-1", "EventBridge did not take it: MalformedDetail.")]
    assert (len(server.events), waits) == (11, [])


def test_entries_that_keep_failing_are_told(server: EventBridgeServer, sink: EventBridgeMessages) -> None:
    """After a few tries."""
    server.codes += ["ThrottlingException"] * 100
    assert [one.id for one in sink.deliver(messages(2))] == ["id-1", "id-2"]
    assert len(server.requests) == MAX_TRIES


def test_a_call_that_is_refused_ends_the_delivery(server: EventBridgeServer, sink: EventBridgeMessages) -> None:
    """What went through before stays delivered; all the rest is told."""
    body = b'{"__type": "AccessDeniedException", "message": "User t0p-secret may not"}'
    server.answers += [server.default_for(10), Answer(400, {"Content-Type": "application/x-amz-json-1.1"}, body)]
    lost = sink.deliver(messages(25))
    assert [one.id for one in lost] == [f"id-{number}" for number in range(11, 26)]
    assert "AccessDeniedException" in lost[0].reason
    assert "t0p-secret" not in lost[0].reason
    assert len(server.requests) == 2


def test_an_answer_with_too_few_entries_proves_nothing(server: EventBridgeServer, sink: EventBridgeMessages) -> None:
    """An entry without an id from EventBridge did not arrive as far as we know."""
    empty = Answer(200, {}, b'{"FailedEntryCount": 0, "Entries": []}')
    server.answers += [server.default_for(1), *[empty] * MAX_TRIES]
    lost = sink.deliver(messages(3))
    assert [(one.id, one.reason) for one in lost] == [
        ("id-2", "EventBridge did not take it: no answer."),
        ("id-3", "EventBridge did not take it: no answer."),
    ]


def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event is told."""
    with EventBridgeServer() as gone:
        url = gone.url
    use_aws(monkeypatch, url)
    lost = EventBridgeMessages("bus", sleep=lambda seconds: None).deliver(messages(2))
    assert [one.id for one in lost] == ["id-1", "id-2"]
    assert "EndpointConnectionError" in lost[0].reason


def test_without_a_region_there_is_no_client(server: EventBridgeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 is not left to guess."""
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(OutsideError, match="NoRegionError"):
        EventBridgeMessages("bus")
