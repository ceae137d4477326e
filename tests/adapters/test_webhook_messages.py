"""Webhooks against a real server on this machine."""

import hashlib
import hmac
from collections.abc import Iterator

import pytest

from mlgov.adapters.webhook_messages import MAX_TRIES, MAX_WAIT_S, WebhookMessages
from mlgov.errors import UsageError
from tests.fakes.messages import Answer, HttpReceiver, messages

SECRET = "between-us"


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    """A server that answers 200 until told otherwise."""
    with HttpReceiver() as started:
        yield started


@pytest.fixture
def waits() -> list[float]:
    """The pauses that were made, in seconds."""
    return []


@pytest.fixture
def sink(receiver: HttpReceiver, waits: list[float]) -> WebhookMessages:
    """A webhook that waits without waiting."""
    return WebhookMessages(f"{receiver.url}/hook/t0ken?key=t0ken", secret=SECRET, timeout_s=5, sleep=waits.append)


def test_the_body_is_signed(receiver: HttpReceiver, sink: WebhookMessages) -> None:
    """With HMAC-SHA256 over the very bytes of the body; id and type are headers too."""
    sink.deliver(messages(1))
    got = receiver.requests[0]
    expected = hmac.new(SECRET.encode(), got.body, hashlib.sha256).hexdigest()
    assert got.headers["x-mlgov-signature-256"] == f"sha256={expected}"
    assert got.headers["x-mlgov-event-id"] == got.json["id"] == "id-1"
    assert got.headers["content-type"] == "application/json"
    assert got.path == "/hook/t0ken?key=t0ken"


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408, 0])
def test_what_may_pass_is_tried_again(
    receiver: HttpReceiver, sink: WebhookMessages, waits: list[float], status: int
) -> None:
    """With longer and longer pauses, and the same bytes each time."""
    receiver.answers += [Answer(status), Answer(status)]
    assert sink.deliver(messages(1)) == []
    assert waits == [1.0, 2.0]
    assert len({request.body for request in receiver.requests}) == 1
    assert len(receiver.requests) == 3


def test_the_receiver_says_how_long_to_wait(receiver: HttpReceiver, sink: WebhookMessages, waits: list[float]) -> None:
    """Within reason."""
    receiver.answers += [Answer(429, {"Retry-After": "7"}), Answer(503, {"Retry-After": "86400"})]
    assert sink.deliver(messages(1)) == []
    assert waits == [7.0, MAX_WAIT_S]


def test_a_refusal_is_the_last_word_on_one_event(
    receiver: HttpReceiver, sink: WebhookMessages, waits: list[float]
) -> None:
    """The next event is sent all the same."""
    receiver.answers += [Answer(200), Answer(400)]
    lost = sink.deliver(messages(3))
    assert [(one.id, one.reason) for one in lost] == [("id-2", "The receiver answered 400.")]
    assert (len(receiver.requests), waits) == (3, [])


def test_a_receiver_that_stays_away_is_not_asked_for_ever(
    receiver: HttpReceiver, sink: WebhookMessages, waits: list[float]
) -> None:
    """What was not tried is told as well, so that nothing is lost in silence."""
    receiver.answers += [Answer(200), *[Answer(500)] * 20]
    lost = sink.deliver(messages(4))
    assert [one.id for one in lost] == ["id-2", "id-3", "id-4"]
    assert lost[1].reason.startswith("Not tried")
    assert len(receiver.requests) == 1 + MAX_TRIES
    assert waits == [1.0, 2.0, 4.0, 8.0]


def test_patience_is_one_for_all_events(receiver: HttpReceiver, waits: list[float]) -> None:
    """A receiver that fails every event once does not keep a job busy for hours."""
    sink = WebhookMessages(receiver.url, secret=SECRET, patience_s=2.5, sleep=waits.append)
    receiver.answers += [Answer(500), Answer(200)] * 5
    lost = sink.deliver(messages(4))
    assert (waits, [one.id for one in lost]) == ([1.0, 1.0], ["id-3", "id-4"])


def test_a_redirect_is_not_followed(receiver: HttpReceiver, sink: WebhookMessages) -> None:
    """A signed event goes to whom the caller named."""
    with HttpReceiver() as other:
        for status in (301, 302, 303, 307, 308):
            receiver.answers.append(Answer(status, {"Location": f"{other.url}/elsewhere"}))
            lost = sink.deliver(messages(1))
            assert f"answered {status}, a redirect" in lost[0].reason
        assert other.requests == []


def test_a_server_that_is_not_there(waits: list[float]) -> None:
    """The reason holds neither secret nor address."""
    with HttpReceiver() as gone:
        url = gone.url
    sink = WebhookMessages(f"{url}/t0ken", secret=SECRET, sleep=waits.append)
    lost = sink.deliver(messages(1))
    assert lost[0].reason == "The receiver gave no answer (Connection refused)."


def test_a_server_that_does_not_answer_in_time(waits: list[float]) -> None:
    """A socket that takes connections and says nothing."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        lost = WebhookMessages(url, secret=SECRET, timeout_s=0.05, sleep=waits.append).deliver(messages(1))
    assert lost[0].reason == "The receiver gave no answer (timed out)."
    assert len(waits) == MAX_TRIES - 1


def test_proxies_are_not_asked_for_this_machine(
    receiver: HttpReceiver, sink: WebhookMessages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment of a job may name one."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert WebhookMessages(receiver.url, secret=SECRET).deliver(messages(1)) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "ftp://example.org/hook",
        "file:///etc/passwd",
        "https://user:s3cr3t@example.org/hook",
        "https://user@example.org/hook",
        "http://localhost.example.org/",
        "http://127.0.0.1@example.org/",
        "https:///hook",
        "https://example.org/a b",
        "https://example.org/\r\nX-Evil: 1",
        "https://example.org:port/",
        "https://[::1",
        "example.org",
        "",
    ],
)
def test_unsafe_addresses_are_refused(url: str) -> None:
    """Before anything is sent, and without repeating the address."""
    with pytest.raises(UsageError) as caught:
        WebhookMessages(url, secret=SECRET)
    said = caught.value.message + caught.value.hint
    assert "example.org" not in said
    assert "s3cr3t" not in said


def test_without_a_secret_nothing_is_sent() -> None:
    """An unsigned event could come from anybody."""
    with pytest.raises(UsageError, match="no secret"):
        WebhookMessages("https://example.org/", secret="")
