"""Models that can be asked: a function in memory, and a server of MLflow's kind on the loopback."""

import json
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

Model = Callable[[npt.NDArray[np.float64]], npt.ArrayLike]


class MemoryScorer:
    """The Scorer port on a function."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.asked = 0

    def score(self, columns: Sequence[str], rows: Sequence[Sequence[float]]) -> list[float]:
        self.asked += len(rows)
        return [float(value) for value in np.asarray(self._model(np.array(rows, np.float64)))] if rows else []


class ModelServer:
    """Serves a function as MLflow's scoring server does, or answers what a test wants.

    Args:
        model: The function; gets the rows in the order of the columns asked with.
        answer: Gives status, headers and body instead.
    """

    def __init__(self, model: Model, answer: Callable[[], tuple[int, dict[str, str], bytes]] | None = None) -> None:
        self.questions: list[dict[str, list[object]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["dataframe_split"]
                server.questions.append(question)
                status, headers, body = answer() if answer else (200, {}, server.reply(model, question["data"]))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(BrokenPipeError):  # who was answered too slowly or too much hangs up
                    self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @staticmethod
    def reply(model: Model, rows: list[object]) -> bytes:
        answers = np.asarray(model(np.array(rows, np.float64)))
        return json.dumps({"predictions": answers.tolist()}).encode()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/invocations"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
