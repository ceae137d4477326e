"""The Clock port: the machine's clock, and a clock that stands still."""

from datetime import UTC, datetime


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Give the present time, aware, in UTC."""
        return datetime.now(UTC)


class FrozenClock:
    """A clock that always gives the same time, for runs that must give the same bytes.

    Args:
        now: The time; aware, in any zone.

    Raises:
        ValueError: ``now`` has no zone.
    """

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Give the frozen time, aware, in UTC."""
        return self._now
