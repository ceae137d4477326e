"""Scorers of one's own that write capture files, asked over HTTP on this machine."""

import asyncio
import datetime as dt
import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import numpy as np
import pytest

from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.monitors import capturing
from mlgov.monitors.capturing import CaptureLog, capture_asgi, capture_calls, capture_wsgi

NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_: object) -> None:
        pass


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
    """A scorer: half of the first cell of each row."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK" if body != b"bad" else "400 Bad", [("Content-Type", "text/csv")])
    for line in body.decode("utf-8", "replace").splitlines():
        yield f"{float(line.split(',')[0]) / 2}\n".encode() if body != b"bad" else b"no"


async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The same for JSON, in two messages."""
    body = b""
    more = True
    while more:
        message = await receive()
        body, more = body + message["body"], message.get("more_body", False)
    answer = json.dumps({"score": json.loads(body)["age"] / 2}).encode()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer[:3], "more_body": True})
    await send({"type": "http.response.body", "body": answer[3:]})


@contextmanager
def served(server: BaseServer, port: int) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def wsgi_served(app: Any) -> Any:
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    return served(server, server.server_port)


def asgi_served(app: Any) -> Any:
    """A small host of ASGI applications: bodies come in pieces of four bytes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            left = int(self.headers["Content-Length"])
            headers = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
            scope = {"type": "http", "method": "POST", "path": self.path, "headers": headers}

            async def receive() -> dict[str, Any]:
                nonlocal left
                body = self.rfile.read(min(4, left))
                left -= len(body)
                return {"type": "http.request", "body": body, "more_body": left > 0}

            async def send(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    self.send_response(message["status"])
                    for name, value in message["headers"]:
                        self.send_header(name.decode(), value.decode())
                    self.end_headers()
                else:
                    self.wfile.write(message["body"])

            asyncio.run(app(scope, receive, send))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    return served(server, server.server_port)


def post(address: str, body: bytes, kind: str, **headers: str) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(address, body, {"Content-Type": kind, **headers}, method="POST")
    with opener.open(request, timeout=10) as answer:
        found: bytes = answer.read()
    return found


@pytest.fixture
def log(tmp_path: Path) -> CaptureLog:
    return CaptureLog(tmp_path / "capture", "churn", now=lambda: NOW)


def rows(log: CaptureLog) -> list[dict[str, Any]]:
    """What a monitor reads of the capture."""
    tables = ArrowTables(log.folder.parent)
    return [row for batch in tables.batches("capture/churn") for row in batch.to_pylist()]


def test_a_wsgi_scorer_writes_what_monitors_read(log: CaptureLog) -> None:
    """CSV of two rows, with the id that the caller gave, in the folder of its hour."""
    with wsgi_served(capture_wsgi(wsgi, log)) as address:
        answer = post(
            f"{address}/invocations", b"21,CA\n45,NY\n", "text/csv", **{"X-Amzn-SageMaker-Inference-Id": "i-1"}
        )
        assert answer == b"10.5\n22.5\n"
    (file,) = log.folder.rglob("*.jsonl")
    assert file.parent == log.folder / "churn/AllTraffic/2026/01/02/03"
    found = rows(log)
    assert [(row["_c0"], row["_c1"], row["_c2"]) for row in found] == [(10.5, 21, "CA"), (22.5, 45, "NY")]
    assert {(row["inferenceId"], row["inferenceTime"]) for row in found} == {("i-1", "2026-01-02T03:04:05Z")}


def test_an_asgi_scorer_writes_what_monitors_read(log: CaptureLog) -> None:
    """JSON in pieces; the caller gets what it would have got."""
    with asgi_served(capture_asgi(asgi, log)) as address:
        assert json.loads(post(f"{address}/invocations", b'{"age": 21}', "application/json")) == {"score": 10.5}
    assert [(row["score"], row["age"]) for row in rows(log)] == [(10.5, 21)]


def test_a_plain_function_is_captured_by_its_values(log: CaptureLog) -> None:
    """Numbers of numpy are numbers."""
    scorer = capture_calls(lambda asked: [{"score": np.float64(row["age"] / 2)} for row in asked], log)
    assert scorer([{"age": 21}, {"age": 45}]) == [{"score": 10.5}, {"score": 22.5}]
    assert [(row["score"], row["age"]) for row in rows(log)] == [(10.5, 21), (22.5, 45)]


def test_other_paths_and_failures_are_not_captured(log: CaptureLog) -> None:
    """Health checks are no traffic, and a refused request has no prediction."""
    with wsgi_served(capture_wsgi(wsgi, log)) as address:
        post(f"{address}/ping", b"1\n", "text/csv")
        with pytest.raises(urllib.error.HTTPError):
            post(f"{address}/invocations", b"bad", "text/csv")
    assert not list(log.folder.rglob("*"))


def test_other_content_is_kept_as_base64(log: CaptureLog) -> None:
    """As SageMaker keeps it."""
    log.record(b"\xff\x00", b"0.5", asked_type="application/x-npy", answer_type="text/html")
    (file,) = log.folder.rglob("*.jsonl")
    captured = json.loads(file.read_text())["captureData"]
    assert [captured[side]["encoding"] for side in ("endpointInput", "endpointOutput")] == ["BASE64", "BASE64"]


def test_bodies_that_are_too_large_are_counted_and_passed_on(log: CaptureLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scorer works on; memory does not grow with what callers send."""
    monkeypatch.setattr(capturing, "BODY_BYTES", 10)
    with wsgi_served(capture_wsgi(wsgi, log)) as address:
        assert post(f"{address}/invocations", b"21," + b"x" * 100, "text/csv") == b"10.5\n"
    assert (log.skipped, rows(log) if log.folder.exists() else []) == (1, [])


def test_a_full_or_missing_disk_never_reaches_the_caller(tmp_path: Path) -> None:
    """It is counted."""
    (tmp_path / "file").write_text("no folder")
    log = CaptureLog(tmp_path / "file", "churn")
    log.record(b"1", b"2", asked_type="text/csv", answer_type="text/csv")
    assert log.failed == 1


def test_a_share_of_the_requests_is_drawn(tmp_path: Path) -> None:
    """About that share, and none or all at the ends."""
    drawn = sum(CaptureLog(tmp_path, "churn", share=0.2).is_drawn() for _ in range(2000))
    assert 280 < drawn < 520
    assert not CaptureLog(tmp_path, "churn", share=0).is_drawn()


def test_threads_write_whole_lines(log: CaptureLog) -> None:
    """Eight at a time, every line a record of its own."""

    def many() -> None:
        for _ in range(50):
            log.record(b"1,2", b"0.5", asked_type="text/csv", answer_type="text/csv")

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({row["eventId"] for row in rows(log)}) == 400


@pytest.mark.parametrize("name", ["", "..", "a/b", "-x", "a" * 64])
def test_names_that_are_no_folders_are_refused(tmp_path: Path, name: str) -> None:
    """They become part of a path."""
    with pytest.raises(ValueError, match="no name"):
        CaptureLog(tmp_path, name)


def test_it_loads_nothing_heavy() -> None:
    """It runs inside a scorer."""
    code = "import mlgov.monitors.capturing, sys; print([n for n in ('numpy', 'pyarrow', 'git') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
