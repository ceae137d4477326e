"""moto as a server on this machine, for tests that want an account of AWS."""

import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOTO = ROOT / ".venv-peers" / "bin" / "moto_server"
START_S = 60


@contextmanager
def moto_address() -> Iterator[Callable[[], str]]:
    """Give the address of moto, which starts when it is first asked for and ends with the block."""
    started: list[tuple[subprocess.Popen[bytes], str]] = []
    with tempfile.TemporaryDirectory() as folder:

        def address() -> str:
            if not started:
                started.append(_start(Path(folder) / "log"))
            return started[0][1]

        try:
            yield address
        finally:
            for server, _ in started:
                server.terminate()
                server.wait(30)


def reset(address: str) -> None:
    """Empty the account."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(f"{address}/moto-api/reset", method="POST"), timeout=10).close()


def _start(log: Path) -> "tuple[subprocess.Popen[bytes], str]":
    assert MOTO.exists(), "moto is missing: run 'make .venv-peers/.installed'."
    with log.open("wb") as output:
        server = subprocess.Popen([MOTO, "-H", "127.0.0.1", "-p", "0"], stdout=output, stderr=output)
    for _ in range(START_S * 10):
        said = [word for word in log.read_text().split() if word.startswith("http://127.0.0.1:")]
        if said:
            return server, said[0]
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    server.terminate()
    pytest.fail(f"moto did not start: {log.read_text()}")
