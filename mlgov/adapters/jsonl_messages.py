"""Events as lines of a file. A line that is there already is not written again, so a replay adds nothing."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from mlgov.ports import Message, Undelivered


class JsonlMessages:
    """The MessageSink port on a file of JSON lines.

    Args:
        path: The file; it is made when it is not there and only ever added to.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def deliver(self, messages: Sequence[Message]) -> list[Undelivered]:
        """Add the events whose ids are not in the file yet, all in one write."""
        try:
            before = self._path.read_bytes() if self._path.exists() else b""
            known = set(_ids(before))
            lines = [message.data() + b"\n" for message in messages if message.id not in known]
            if lines:
                torn = b"" if not before or before.endswith(b"\n") else b"\n"  # the rest of a write that broke off
                self._append(torn + b"".join(lines))
        except OSError as error:
            reason = f"{self._path.name} could not be written: {error.strerror}."
            return [Undelivered(message.id, reason) for message in messages]
        return []

    def _append(self, data: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _ids(data: bytes) -> Iterator[str]:
    for line in data.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            yield value["id"]
