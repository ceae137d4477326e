"""A recording proxy: stands before a scorer that speaks HTTP, hands everything on, and writes down what it answered.

Bodies pass through in pieces, so memory does not grow with them. The answer has gone to the caller before anything is
written, and trouble with writing is counted and never reaches the caller.
"""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

from mlgov.errors import OutsideError, UsageError

#: A longer request is refused: SageMaker takes 25 MB.
REQUEST_BYTES = 25 * 1024 * 1024
PIECE = 64 * 1024
#: Seconds that the scorer and a caller may take for the next piece.
PATIENCE_S = 60.0
#: Seconds that requests have to come to their end when the proxy is stopped.
_PARTING_S = 5.0
_INFERENCE_ID = "x-amzn-sagemaker-inference-id"
#: Headers that are about one connection and not about the message.
_OF_CONNECTION = frozenset(
    ("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection")
) | {"te", "trailer", "transfer-encoding", "upgrade", "expect"}


class Log(Protocol):
    """Where captures go; `mlgov.monitors.capturing.CaptureLog` is one."""

    def is_drawn(self) -> bool:
        """Say whether the next request is captured."""

    def record(
        self, asked: bytes, answer: bytes, *, asked_type: str = "", answer_type: str = "", inference_id: str = ""
    ) -> None:
        """Write one request and its answer."""


class CaptureProxy:
    """A server of its own thread per caller.

    Args:
        upstream: Address of the scorer, ``http://HOST:PORT``.
        log: Where captures go.
        path: Successful POSTs to this path are captured; all else is only handed on.
        host: Where to listen.
        port: The port; any free one when 0.
        kept_bytes: Bytes of a body that are kept for the capture, at most.
        on_trouble: Told what went wrong with a capture.

    Raises:
        UsageError: ``upstream`` is no such address.
        OutsideError: The port cannot be had.
    """

    def __init__(
        self,
        upstream: str,
        log: Log,
        *,
        path: str,
        host: str,
        port: int,
        kept_bytes: int,
        on_trouble: Callable[[str], None],
    ) -> None:
        parts = urlsplit(upstream)
        try:
            usable = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0 and not parts.username
        except ValueError:
            usable = False
        if not usable or parts.query or parts.fragment:
            raise UsageError(f"{upstream!r} is no address of a scorer.", hint="Write http://127.0.0.1:8080.")
        scorer = (parts.hostname or "", parts.port or 80, parts.path.rstrip("/"))
        self._post = _Post(scorer, log, path, kept_bytes, on_trouble)
        try:
            self._server = ThreadingHTTPServer((host, port), type("Handler", (_Handler,), {"post": self._post}))
        except OSError as error:
            raise OutsideError(
                f"{host}:{port} cannot be listened on: {error.strerror}.", hint="Choose another with --listen."
            ) from None
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        """Where callers find it."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def serve(self) -> None:
        """Serve until `stop`, or until an interrupt is raised here."""
        try:
            self._server.serve_forever(poll_interval=0.2)
        finally:
            self._server.server_close()
            self._post.wait()

    def stop(self) -> None:
        """Stop serving; called from another thread."""
        self._server.shutdown()


@dataclass(frozen=True, slots=True)
class _Post:
    """What every connection works by."""

    scorer: tuple[str, int, str]
    log: Log
    path: str
    kept_bytes: int
    on_trouble: Callable[[str], None]
    doing: list[None] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Count a request that is being answered and captured."""
        with self.changed:
            self.doing.append(None)
        try:
            yield
        finally:
            with self.changed:
                self.doing.pop()
                self.changed.notify_all()

    def wait(self) -> None:
        """Let requests come to their end, for some seconds."""
        with self.changed:
            self.changed.wait_for(lambda: not self.doing, _PARTING_S)


class _Kept:
    """The first bytes of a body, one more than a capture may have: whoever writes it sees that it was too long."""

    def __init__(self, room: int) -> None:
        self._parts: list[bytes] = []
        self._room = room + 1

    def add(self, part: bytes) -> None:
        if self._room:
            self._parts.append(part[: self._room])
            self._room -= len(self._parts[-1])

    @property
    def data(self) -> bytes:
        return b"".join(self._parts)


class _Handler(BaseHTTPRequestHandler):
    """One connection of a caller."""

    protocol_version = "HTTP/1.1"
    timeout = PATIENCE_S
    post: ClassVar[_Post]

    def _hand_on(self) -> None:
        with self.post.turn():
            length = self._length()
            if length is not None:
                self._pass(length)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _hand_on  # noqa: N815 - as http.server has it

    def _pass(self, length: int) -> None:
        is_captured = self.command == "POST" and urlsplit(self.path).path == self.post.path and self.post.log.is_drawn()
        asked, answer = _Kept(self.post.kept_bytes), _Kept(self.post.kept_bytes)
        host, port, prefix = self.post.scorer
        scorer = http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
        try:
            try:
                found = self._ask(scorer, prefix, length, asked)
            except (OSError, http.client.HTTPException) as error:
                self.close_connection = True
                self._refuse(502, f"The scorer does not answer: {type(error).__name__}.")
                return
            is_whole = self._answer(found, answer)
        finally:
            scorer.close()
        if is_captured and is_whole and 200 <= found.status < 300:
            self._write(asked, answer, found.headers.get("content-type", ""))

    def _length(self) -> int | None:
        """Read how long the request is; None when it was refused."""
        said, *others = set(self.headers.get_all("content-length", ["0"]))
        if others or self.headers.get("transfer-encoding") or not said.isascii() or not said.isdigit():
            self.close_connection = True
            self._refuse(411, "Say how long the body is: Content-Length.")
            return None
        if int(said) > REQUEST_BYTES:
            self.close_connection = True
            self._refuse(413, f"A request may have {REQUEST_BYTES:,} bytes.")
            return None
        return int(said)

    def _ask(
        self, scorer: http.client.HTTPConnection, prefix: str, length: int, asked: _Kept
    ) -> http.client.HTTPResponse:
        scorer.putrequest(self.command, prefix + self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _OF_CONNECTION:
                scorer.putheader(name, value)
        scorer.endheaders()
        for piece in self._pieces(length):
            asked.add(piece)
            scorer.send(piece)
        return scorer.getresponse()

    def _pieces(self, length: int) -> Iterator[bytes]:
        while length:
            piece = self.rfile.read(min(PIECE, length))
            if not piece:
                raise ConnectionError("the caller went away")
            length -= len(piece)
            yield piece

    def _answer(self, found: http.client.HTTPResponse, answer: _Kept) -> bool:
        """Hand the answer to the caller as it comes; gives whether all of it arrived."""
        self.send_response_only(found.status, found.reason)
        for name, value in found.headers.items():
            if name.lower() not in _OF_CONNECTION:
                self.send_header(name, value)
        has_length = found.headers.get("content-length") is not None
        has_body = self.command != "HEAD" and found.status not in (204, 304)
        if has_body and not has_length:  # the end of the connection is the end of the body
            self.send_header("Connection", "close")
            self.close_connection = True
        try:
            self.end_headers()
            while has_body and (piece := found.read1(PIECE)):
                answer.add(piece)
                self.wfile.write(piece)
            self.wfile.flush()
            if has_body and has_length and found.length:
                raise ConnectionError("the scorer went away")
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            return False
        return True

    def _write(self, asked: _Kept, answer: _Kept, answer_type: str) -> None:
        """Write the capture. The caller has its answer: nothing that happens here may reach it."""
        try:
            self.post.log.record(
                asked.data,
                answer.data,
                asked_type=self.headers.get("content-type", ""),
                answer_type=answer_type,
                inference_id=self.headers.get(_INFERENCE_ID, ""),
            )
        except Exception as error:  # whatever it is, the scorer must go on answering
            self.post.on_trouble(f"A capture could not be written: {type(error).__name__}.")

    def _refuse(self, status: int, sentence: str) -> None:
        body = sentence.encode() + b"\n"
        self.send_response_only(status)
        for name, value in (
            ("Content-Type", "text/plain"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def setup(self) -> None:
        """Send answers at once, not when more is there to send."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002, ANN401 - as http.server has it
        """Say nothing: requests are in the captures."""
