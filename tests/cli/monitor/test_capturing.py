"""``mlgov monitor capture``: real callers, a real scorer, and files that monitors read."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.adapters.capture_proxy import REQUEST_BYTES, CaptureProxy
from mlgov.cli.main import exit_code_of
from mlgov.errors import OutsideError
from mlgov.monitors.capturing import BODY_BYTES, CaptureLog

Reply = tuple[int, dict[str, str], bytes]


class Scorer(BaseHTTPRequestHandler):
    """Answers with the number of rows; says 500 to ``bad``, much to ``large``, and without a length to ``open``."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.say(200, b"pong")

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["content-length"]))
        if asked == b"open":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"0.5")
            self.close_connection = True
            return
        answers = {b"bad": (500, b"no"), b"large": (200, b"x" * (BODY_BYTES + 10))}
        self.say(*answers.get(asked, (200, f"{asked.count(b',')}".encode())))

    def say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Path", self.path)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def scorer() -> Iterator[str]:
    """Run the scorer."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Scorer) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def proxy(upstream: str, log: Any, troubles: list[str] | None = None) -> Iterator[str]:
    """Run the proxy in this process."""
    told: list[str] = [] if troubles is None else troubles
    options: dict[str, Any] = {"path": "/invocations", "host": "127.0.0.1", "port": 0, "kept_bytes": BODY_BYTES}
    made = CaptureProxy(upstream, log, on_trouble=told.append, **options)
    running = threading.Thread(target=made.serve)
    running.start()
    yield made.address
    made.stop()
    running.join(10)


def ask(address: str, body: bytes = b"", *, method: str = "POST", path: str = "/invocations", **headers: str) -> Reply:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, {"Content-Type": "text/csv", **names})
        found = connection.getresponse()
        return found.status, {name.lower(): value for name, value in found.getheaders()}, found.read()
    finally:
        connection.close()


def captured(folder: Path) -> list[dict[str, Any]]:
    lines = [line for file in sorted(folder.rglob("*.jsonl")) for line in file.read_text().splitlines()]
    return [json.loads(line) for line in lines]


def test_what_is_asked_and_answered_is_written_as_monitors_read_it(tmp_path: Path) -> None:
    """The command itself, ended by SIGTERM: the layout of SageMaker, and columns with the answer first."""
    with scorer() as upstream:
        command = [sys.executable, "-m", "mlgov", "-C", str(tmp_path), "monitor", "capture", "--to", "captures"]
        command += ["--endpoint", "churn", "--upstream", upstream, "--listen", "127.0.0.1:0"]
        running = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        assert running.stdout is not None
        address = running.stdout.readline().strip()
        status, headers, body = ask(address, b"21,CA\n", X_Amzn_SageMaker_Inference_Id="i-1")
        assert (status, body, headers["x-path"]) == (200, b"1", "/invocations")
        assert ask(address, method="GET", path="/ping")[2] == b"pong"
        running.send_signal(signal.SIGTERM)
        said = running.communicate(timeout=30)[1]
    assert (running.returncode, "1 captured, 0 too large, 0 could not be written." in said) == (0, True), said
    (file,) = (tmp_path / "captures").rglob("*.jsonl")
    assert file.relative_to(tmp_path).parts[:3] == ("captures", "churn", "AllTraffic")
    assert len(file.relative_to(tmp_path).parts) == 8
    (batch,) = ArrowTables(tmp_path).batches("captures", data_format="sagemaker_capture")
    (row,) = batch.to_pylist()
    assert (row["_c0"], row["_c1"], row["_c2"], row["inferenceId"]) == (1, 21, "CA", "i-1")


def test_only_good_answers_of_the_path_are_captured(tmp_path: Path) -> None:
    """Errors and other paths pass through and leave nothing."""
    with scorer() as upstream, proxy(upstream, CaptureLog(tmp_path, "churn")) as address:
        assert ask(address, b"bad")[0] == 500
        assert ask(address, b"1,2", path="/other?x=1")[1]["x-path"] == "/other?x=1"
        assert ask(address, b"1,2", path="/invocations?x=1")[0] == 200
    assert len(captured(tmp_path)) == 1


def test_a_caller_gets_the_answer_when_nothing_can_be_written(tmp_path: Path) -> None:
    """A file where the folder should be, and a writer with a bug."""

    class Broken:
        def is_drawn(self) -> bool:
            return True

        def record(self, *arguments: Any, **options: Any) -> None:
            raise RuntimeError

    (tmp_path / "churn").write_text("a file")
    log, troubles = CaptureLog(tmp_path, "churn"), list[str]()
    with scorer() as upstream:
        with proxy(upstream, log) as address:
            assert ask(address, b"1,2")[::2] == (200, b"1")
        with proxy(upstream, Broken(), troubles) as address:
            assert [ask(address, b"1,2")[::2] for _ in range(2)] == [(200, b"1")] * 2
    assert (log.failed, troubles) == (1, ["A capture could not be written: RuntimeError."] * 2)


def test_large_answers_pass_and_are_not_captured(tmp_path: Path) -> None:
    """They are counted; the caller has every byte."""
    log = CaptureLog(tmp_path, "churn")
    with scorer() as upstream, proxy(upstream, log) as address:
        assert len(ask(address, b"large")[2]) == BODY_BYTES + 10
        assert ask(address, b"," * (BODY_BYTES + 1))[2] == f"{BODY_BYTES + 1}".encode()
        assert ask(address, b"open")[2] == b"0.5"
    assert (log.skipped, len(captured(tmp_path))) == (2, 1)


def test_requests_without_a_length_or_with_a_huge_one_are_refused(tmp_path: Path) -> None:
    """Before a byte of them is read."""
    with scorer() as upstream, proxy(upstream, CaptureLog(tmp_path, "churn")) as address:
        assert ask(address, Content_Length=str(REQUEST_BYTES + 1))[0] == 413
        assert ask(address, Transfer_Encoding="chunked")[0] == 411
        assert ask(address, Content_Length="-1")[0] == 411
        assert ask(address, b"1,2")[0] == 200


def test_a_scorer_that_is_gone_is_a_bad_gateway(tmp_path: Path) -> None:
    """The caller is told, and nothing is captured."""
    with scorer() as upstream:
        pass
    with proxy(upstream, CaptureLog(tmp_path, "churn")) as address:
        status, _, body = ask(address, b"1,2")
    assert (status, b"does not answer" in body, captured(tmp_path)) == (502, True, [])


def test_many_callers_at_once_lose_nothing(tmp_path: Path) -> None:
    """One record for each answer, each line whole."""
    log = CaptureLog(tmp_path, "churn")
    with scorer() as upstream, proxy(upstream, log) as address:
        callers = [threading.Thread(target=lambda: [ask(address, b"1,2") for _ in range(10)]) for _ in range(5)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    assert (log.written, len(captured(tmp_path))) == (50, 50)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--upstream", "https://127.0.0.1:1"), "no address of a scorer"),
        (("--upstream", "127.0.0.1:1"), "no address of a scorer"),
        (("--upstream", "http://127.0.0.1:99999"), "no address of a scorer"),
        (("--upstream", "http://127.0.0.1:1", "--endpoint", "../up"), "is no name"),
        (("--upstream", "http://127.0.0.1:1", "--listen", "here"), "no place to listen"),
        (("--upstream", "http://127.0.0.1:1", "--share", "2"), "--share"),
    ],
)
def test_wrong_usage_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], said: str
) -> None:
    """Exit 2, before anything listens."""
    code = exit_code_of(["-C", str(tmp_path), "monitor", "capture", "--to", "x", "--endpoint", "churn", *options])
    assert (code, said in capsys.readouterr().err) == (2, True)


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """Not a traceback."""
    with scorer() as upstream:
        port = int(upstream.rsplit(":", 1)[1])
        options: dict[str, Any] = {"path": "/", "host": "127.0.0.1", "port": port, "kept_bytes": 1, "on_trouble": print}
        with pytest.raises(OutsideError, match="cannot be listened on"):
            CaptureProxy(upstream, CaptureLog(tmp_path, "churn"), **options)
