"""Writing what a model is asked and answers as SageMaker data capture, from a scorer of one's own.

Standard library only: it runs inside the scorer. Files lie where Model Monitor looks for them,
``<folder>/<endpoint>/<variant>/yyyy/mm/dd/hh/<file>.jsonl`` by the UTC hour of the request, each process with files of
its own. Trouble with the disk is counted and never reaches the caller of the model.
"""

import base64
import json
import os
import random
import re
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

#: A larger body is not captured; it is counted as skipped.
BODY_BYTES = 1024 * 1024

_ID_HEADER = "x-amzn-sagemaker-inference-id"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Wsgi = Callable[..., Iterable[bytes]]


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a scorer has no Clock; tests hand in their own


@dataclass(slots=True)
class CaptureLog:
    """Appends capture records to files by hour. Several threads may share one.

    Attributes:
        folder: Where the files go.
        endpoint: Name of the endpoint.
        variant: Name of the model variant.
        share: Share of the requests that is captured, 0 to 1.
        now: The clock.
        chance: Draws the requests that are captured.
        written: Records that were written.
        failed: Records that could not be written.
        skipped: Requests or answers that were too large.
    """

    folder: Path
    endpoint: str
    variant: str = "AllTraffic"
    share: float = 1.0
    now: Callable[[], datetime] = _now
    chance: random.Random = field(default_factory=random.Random)
    written: int = 0
    failed: int = 0
    skipped: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _process: str = field(default_factory=lambda: f"{os.getpid()}-{uuid.uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        """Refuse names that are no folders. Raises ValueError."""
        for name in (self.endpoint, self.variant):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name: letters, digits, dots, dashes and underscores.")
        if not 0 <= self.share <= 1:
            raise ValueError(f"The share {self.share} is not between 0 and 1.")

    def is_drawn(self) -> bool:
        """Say whether the next request is captured."""
        return self.share >= 1 or self.chance.random() < self.share

    def record(
        self, asked: bytes, answer: bytes, *, asked_type: str = "", answer_type: str = "", inference_id: str = ""
    ) -> None:
        """Write one request and its answer.

        Args:
            asked: Body of the request.
            answer: Body of the answer.
            asked_type: Its content type; CSV and JSON are kept as text, others as base64.
            answer_type: Content type of the answer.
            inference_id: Id that the caller gave, by which labels find the record.
        """
        if max(len(asked), len(answer)) > BODY_BYTES:
            with self._lock:
                self.skipped += 1
            return
        moment = self.now().astimezone(UTC)
        metadata = {"eventId": str(uuid.uuid4()), "inferenceTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
        if inference_id:
            metadata["inferenceId"] = inference_id
        sides = {
            "endpointInput": _side("INPUT", asked, asked_type),
            "endpointOutput": _side("OUTPUT", answer, answer_type),
        }
        self._append({"captureData": sides, "eventMetadata": metadata, "eventVersion": "0"}, moment)

    def _append(self, record: dict[str, Any], moment: datetime) -> None:
        place = self.folder / self.endpoint / self.variant / moment.strftime("%Y/%m/%d/%H")
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            try:
                place.mkdir(parents=True, exist_ok=True)
                with (place / f"{self._process}.jsonl").open("ab", buffering=0) as out:
                    out.write(line)
                self.written += 1
            except OSError:
                self.failed += 1


def _side(mode: str, body: bytes, content_type: str) -> dict[str, str]:
    kind = content_type.split(";")[0].strip().lower()
    encoding = {"text/csv": "CSV", "application/json": "JSON", "application/jsonlines": "JSON"}.get(kind, "BASE64")
    try:
        data = body.decode("utf-8") if encoding != "BASE64" else base64.b64encode(body).decode()
    except UnicodeDecodeError:
        data, encoding = base64.b64encode(body).decode(), "BASE64"
    return {"observedContentType": content_type, "mode": mode, "data": data, "encoding": encoding}


def capture_asgi(app: Asgi, log: CaptureLog, path: str = "/invocations") -> Asgi:
    """Wrap an ASGI application (FastAPI, Starlette): successful POSTs to ``path`` are captured.

    Nothing is delayed or changed on its way; bodies are kept up to a megabyte.
    """

    async def captured(scope: Scope, receive: Receive, send: Send) -> None:
        is_asked = scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == path
        if not is_asked or not log.is_drawn():
            await app(scope, receive, send)
            return
        asked, answer, start = _Body(), _Body(), Message()

        async def heard() -> Message:
            message = await receive()
            asked.add(message.get("body", b""))
            return message

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            answer.add(message.get("body", b""))
            await send(message)

        await app(scope, heard, said)
        if 200 <= start.get("status", 500) < 300:
            of_request, of_answer = _headers(scope["headers"]), _headers(start.get("headers", ()))
            _write(log, asked, answer, of_request, of_answer.get("content-type", ""))

    return captured


def capture_calls(scorer: Callable[[Any], Any], log: CaptureLog) -> Callable[[Any], Any]:
    """Wrap a plain function that takes rows and gives answers, as JSON values: each call is captured.

    What JSON does not know (numbers of numpy, dates) is written as a number or a text. A call that raises is not.
    """

    def captured(asked: Any) -> Any:  # noqa: ANN401 - whatever the scorer takes
        answer = scorer(asked)
        if log.is_drawn():
            log.record(_json(asked), _json(answer), asked_type="application/json", answer_type="application/json")
        return answer

    return captured


def _json(value: Any) -> bytes:  # noqa: ANN401 - whatever the scorer takes
    return json.dumps(value, default=_spelled).encode()


def _spelled(value: Any) -> Any:  # noqa: ANN401 - whatever JSON does not know
    return value.tolist() if hasattr(value, "tolist") else str(value)


def capture_wsgi(app: Wsgi, log: CaptureLog, path: str = "/invocations") -> Wsgi:
    """Wrap a WSGI application (Flask, Django): successful POSTs to ``path`` are captured."""

    def captured(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_asked = environ["REQUEST_METHOD"] == "POST" and environ.get("PATH_INFO") == path
        if not is_asked or not log.is_drawn():
            return app(environ, start_response)
        asked = _Body()
        started: dict[str, Any] = {}
        environ = environ | {"wsgi.input": _Heard(environ["wsgi.input"], asked)}

        def noted(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:  # noqa: ANN401 - as WSGI has it
            started.update(status=status, headers={name.lower(): value for name, value in headers})
            return start_response(status, headers, *error)

        return _said(app(environ, noted), started, asked, environ, log)

    return captured


def _said(
    chunks: Iterable[bytes], started: dict[str, Any], asked: "_Body", environ: dict[str, Any], log: CaptureLog
) -> Iterator[bytes]:
    answer = _Body()
    try:
        for chunk in chunks:
            answer.add(chunk)
            yield chunk
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    if str(started.get("status", "")).startswith("2"):
        headers = {
            "content-type": environ.get("CONTENT_TYPE", ""),
            _ID_HEADER: environ.get("HTTP_" + _ID_HEADER.upper().replace("-", "_"), ""),
        }
        _write(log, asked, answer, headers, started["headers"].get("content-type", ""))


def _write(log: CaptureLog, asked: "_Body", answer: "_Body", headers: dict[str, str], answer_type: str) -> None:
    log.record(
        asked.data(),
        answer.data(),
        asked_type=headers.get("content-type", ""),
        answer_type=answer_type,
        inference_id=headers.get(_ID_HEADER, ""),
    )


class _Body:
    """The bytes of a body, one more than is captured at most: memory does not grow with what callers send."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._room = BODY_BYTES + 1

    def add(self, part: bytes) -> None:
        if part and self._room:
            self._parts.append(bytes(part[: self._room]))
            self._room -= len(self._parts[-1])

    def data(self) -> bytes:
        return b"".join(self._parts)


class _Heard:
    """A WSGI input that notes what is read from it."""

    def __init__(self, source: Any, body: _Body) -> None:  # noqa: ANN401 - as WSGI has it
        self._source, self._body = source, body

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else the input offers
        return getattr(self._source, name)

    def read(self, *size: int) -> bytes:
        return self._noted(self._source.read(*size))

    def readline(self, *size: int) -> bytes:
        return self._noted(self._source.readline(*size))

    def __iter__(self) -> Iterator[bytes]:
        return (self._noted(line) for line in self._source)

    def _noted(self, data: bytes) -> bytes:
        self._body.add(data)
        return data


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}
