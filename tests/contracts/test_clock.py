"""What every clock must do."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mlgov.adapters.system_clock import FrozenClock, SystemClock
from mlgov.ports import Clock
from tests.fakes.clock import ManualClock


@pytest.mark.parametrize(
    "clock", [SystemClock(), FrozenClock(datetime(2026, 6, 1, 14, tzinfo=timezone(timedelta(hours=2)))), ManualClock()]
)
def test_now_is_aware_and_in_utc(clock: Clock) -> None:
    """Whatever zone the machine or the argument is in."""
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    "clock", [SystemClock(), FrozenClock(datetime(2026, 6, 1, 14, tzinfo=timezone(timedelta(hours=2)))), ManualClock()]
)
def test_time_does_not_run_backwards(clock: Clock) -> None:
    """Two looks at a clock come in order."""
    assert clock.now() <= clock.now()
