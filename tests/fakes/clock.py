"""A clock that tests move."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class ManualClock:
    """The Clock port, standing still until it is told to move."""

    time: datetime = datetime(2026, 6, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, span: timedelta) -> None:
        """Move forward."""
        self.time += span
