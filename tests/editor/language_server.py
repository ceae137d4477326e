"""A small client of the Language Server Protocol: JSON-RPC in Content-Length frames over a child's standard streams."""

import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

ANSWER_SECONDS = 30


class LanguageServer:
    """A running language server and the answers it gives.

    Args:
        command: The program and its arguments.
        root: The folder that is open in the editor.
        settings: Answers to ``workspace/configuration``, by section.
    """

    def __init__(self, command: list[str], root: Path, settings: dict[str, Any]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._settings = settings
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        self._last_id = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._start(root)

    def open(self, path: Path, text: str) -> list[dict[str, Any]]:
        """Write and open a file, and give its diagnostics in order of line."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        item = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._diagnostics.pop(path.as_uri(), None)
        self._notify("textDocument/didOpen", {"textDocument": item})
        while path.as_uri() not in self._diagnostics:
            self._handle(self._next())
        return sorted(self._diagnostics[path.as_uri()], key=lambda found: found["range"]["start"]["line"])

    def ask(self, method: str, path: Path, line: int, character: int) -> Any:
        """Send a request about a place (both numbers count from 0) and give its result."""
        position = {"line": line, "character": character}
        return self._request(method, {"textDocument": {"uri": path.as_uri()}, "position": position})

    def stop(self) -> None:
        """Shut the server down and close its streams."""
        try:
            self._request("shutdown", None)
            self._notify("exit", None)
            self._process.wait(timeout=10)
        finally:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            for stream in (self._process.stdin, self._process.stdout):
                if stream:
                    stream.close()

    def _start(self, root: Path) -> None:
        markup = {"contentFormat": ["markdown"]}
        document = {
            "hover": markup,
            "completion": {"completionItem": {"documentationFormat": ["markdown"], "snippetSupport": True}},
        }
        capabilities = {"textDocument": document, "workspace": {"configuration": True}}
        self._request("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": capabilities})
        self._notify("initialized", {})

    def _request(self, method: str, params: Any) -> Any:
        self._last_id += 1
        self._send({"id": self._last_id, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self._last_id and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]
            self._handle(message)

    def _handle(self, message: dict[str, Any]) -> None:
        method, params = message.get("method"), message.get("params", {})
        if method == "textDocument/publishDiagnostics":
            self._diagnostics[params["uri"]] = params["diagnostics"]
        elif method == "workspace/configuration":
            result = [self._settings.get(item.get("section")) for item in params["items"]]
            self._send({"id": message["id"], "result": result})
        elif "id" in message and method:
            self._send({"id": message["id"], "result": None})

    def _notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _next(self) -> dict[str, Any]:
        message = self._messages.get(timeout=ANSWER_SECONDS)
        assert message is not None, "the language server has ended"
        return message

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream
        while header := stream.readline():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
                while stream.readline().strip():
                    pass
                self._messages.put(json.loads(stream.read(length)))
        self._messages.put(None)
