"""What mlgov needs to tell somebody, and the time."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mlgov.events import Event


class PdfPrinter(Protocol):
    """Prints papers as PDF."""

    def print(self, paper: Mapping[str, Any], *, at: datetime) -> bytes:
        """Print a paper: the same bytes for the same paper and time. Raises PdfError.

        Args:
            paper: JSON values as `mlgov.cards.exports.paper.paper` gives them.
            at: Aware time that the file says it was made.
        """


class Clock(Protocol):
    """Where "now" comes from."""

    def now(self) -> datetime:
        """Give the present time, aware, in UTC."""


class EventSink(Protocol):
    """Whoever listens to what happens."""

    def emit(self, event: Event) -> None:
        """Take one event."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event that is told to the outside.

    Attributes:
        id: Stays the same whenever the event is told again.
        body: The event as a JSON object.
        content_type: Its media type.
    """

    id: str
    body: Mapping[str, Any]
    content_type: str = "application/json"

    def data(self) -> bytes:
        """Give the body as bytes: one line of JSON, always the same for the same body."""
        return json.dumps(self.body, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An event that did not arrive, as far as we know.

    Attributes:
        id: Its id.
        reason: Why, as a sentence; without secrets.
    """

    id: str
    reason: str


class MessageSink(Protocol):
    """Where events are sent. They arrive at least once: who sends again after a failure may send some twice."""

    def deliver(self, messages: Sequence[Message]) -> list[Undelivered]:
        """Send events in order and give those that did not arrive; what else went wrong is in their reasons."""
