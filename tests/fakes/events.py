"""A listener that remembers."""

from dataclasses import dataclass, field

from mlgov.events import Event, Notice


@dataclass
class RecordedEvents:
    """The EventSink port, keeping what it hears in order."""

    heard: list[Event] = field(default_factory=list)

    def emit(self, event: Event) -> None:
        self.heard.append(event)

    @property
    def notices(self) -> list[str]:
        """The messages of the notices."""
        return [event.message for event in self.heard if isinstance(event, Notice)]
