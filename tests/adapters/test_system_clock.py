"""The machine's clock and the frozen one."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from mlgov.adapters.system_clock import FrozenClock, SystemClock


def test_the_system_clock_runs_between_two_looks_at_the_machine() -> None:
    """It is the machine's time."""
    before = datetime.fromtimestamp(time.time_ns() // 10**9, UTC)
    assert before <= SystemClock().now() <= before + timedelta(minutes=1)


def test_a_frozen_clock_gives_the_same_moment_in_utc() -> None:
    """Fourteen o'clock two hours east is noon."""
    clock = FrozenClock(datetime(2026, 6, 1, 14, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == clock.now() == datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_time_without_a_zone_is_refused() -> None:
    """It would mean something else on another machine."""
    with pytest.raises(ValueError, match="aware"):
        FrozenClock(datetime(2026, 6, 1))  # noqa: DTZ001 - that is the test
