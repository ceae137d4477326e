"""A sink that remembers, and an HTTP server that answers as it is told."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from mlgov.ports import Message, Undelivered


@dataclass
class MemoryMessages:
    """The MessageSink port in memory.

    Attributes:
        taken: The events that arrived, in order.
        refused: Ids of events that are never taken.
    """

    taken: list[Message] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def deliver(self, messages: Sequence[Message]) -> list[Undelivered]:
        self.taken += [message for message in messages if message.id not in self.refused]
        return [Undelivered(message.id, "Refused.") for message in messages if message.id in self.refused]


@dataclass(frozen=True)
class Request:
    """A request that arrived: its path, headers in lower case, and body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the server answers; status 0 drops the connection without a word."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class HttpReceiver:
    """A server on this machine.

    Attributes:
        requests: What arrived, in order.
        answers: What is answered to the next requests; then ``default`` is.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answers: list[Answer] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def default(self, request: Request) -> Answer:
        """Answer a request for which nothing is prepared."""
        return Answer()

    def __enter__(self) -> "HttpReceiver":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = Request(self.path, {key.lower(): value for key, value in self.headers.items()}, body)
                receiver.requests.append(request)
                answer = receiver.answers.pop(0) if receiver.answers else receiver.default(request)
                self.close_connection = True
                if answer.status:
                    self._reply(answer)

            do_GET = do_POST  # noqa: N815 - the name that the standard library calls

            def _reply(self, answer: Answer) -> None:
                self.send_response(answer.status)
                for key, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        return Handler


class EventBridgeServer(HttpReceiver):
    """EventBridge as far as PutEvents goes.

    Attributes:
        codes: Error codes for the next entries, one for each; None takes the entry. Entries beyond are taken.
        events: The entries that were taken, in order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.codes: list[str | None] = []
        self.events: list[dict[str, Any]] = []

    def default(self, request: Request) -> Answer:
        assert request.headers["x-amz-target"] == "AWSEvents.PutEvents"
        assert len(request.json["Entries"]) <= 10
        entries = [self._take(entry) for entry in request.json["Entries"]]
        failed = sum("ErrorCode" in entry for entry in entries)
        body = json.dumps({"FailedEntryCount": failed, "Entries": entries}).encode()
        return Answer(200, {"Content-Type": "application/x-amz-json-1.1"}, body)

    def default_for(self, count: int) -> Answer:
        """Prepare the answer to a call whose entries are all taken."""
        entries = [{"EventId": f"aws-{number}"} for number in range(count)]
        return Answer(200, {}, json.dumps({"FailedEntryCount": 0, "Entries": entries}).encode())

    def _take(self, entry: dict[str, Any]) -> dict[str, str]:
        code = self.codes.pop(0) if self.codes else None
        if code is not None:
            return {"ErrorCode": code, "ErrorMessage": "no"}
        self.events.append(entry)
        return {"EventId": f"aws-{len(self.events)}"}


def messages(count: int) -> list[Message]:
    """Make some events in EventBridge's shape."""
    return [
        Message(
            f"id-{number}",
            {
                "version": "0",
                "id": f"id-{number}",
                "detail-type": "SageMaker Model Card State Change",
                "source": "mlgov",
                "time": "2026-01-01T12:00:00Z",
                "resources": ["model-card/churn"],
                "detail": {"ModelCardName": "churn", "ModelCardVersion": number},
            },
        )
        for number in range(1, count + 1)
    ]
