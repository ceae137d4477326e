"""Schedules: the accepted spellings, what is refused and why, and the windows between firings."""

from datetime import UTC, datetime, timedelta

import pytest

from mlgov.monitors.schedule import Window, moment_text, parse, read_window

DAY = datetime(2026, 11, 20, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: int = 20) -> datetime:
    """Give a time in November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("cron(0 * ? * * *)", tuple(range(24))),
        ("cron(0 0 ? * * *)", (0,)),
        ("cron(0 23 ? * * *)", (23,)),
        ("cron(0 06 ? * * *)", (6,)),
        ("cron(0 0/8 ? * * *)", (0, 8, 16)),
        ("cron(0 0/10 ? * * *)", (0, 10, 20)),
        ("cron(0 17/24 ? * * *)", (17,)),
        ("cron(0 6 * * ? *)", (6,)),
        (" cron( 0 12/1 ? * * * ) ", tuple(range(12, 24))),
    ],
)
def test_the_spellings_of_model_monitor_are_read(text: str, hours: tuple[int, ...]) -> None:
    """Hourly, daily, and every so many hours with a new count each day."""
    assert parse(text).hours == hours


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hourly", "is not a schedule"),
        ("0 * ? * * *", "is not a schedule"),
        ("cron(0 * ? * *)", "is not a schedule"),
        ("NOW", "fires once; .*--window A..B"),
        ("rate(1 hour)", r"write cron\(0 \* \? \* \* \*\)"),
        ("rate(8 hours)", r"write cron\(0 0/8 \? \* \* \*\)"),
        ("rate(1 day)", r"write cron\(0 0 \? \* \* \*\)"),
        ("rate(30 minutes)", "every 1 to 24 hours"),
        ("rate(2 days)", "every 1 to 24 hours"),
        ("cron(30 * ? * * *)", "minute 30"),
        ("cron(* * ? * * *)", "full hour"),
        ("cron(0 */5 ? * * *)", "hours '\\*/5'"),
        ("cron(0 9-17 ? * * *)", "hours '9-17'"),
        ("cron(0 24 ? * * *)", "hours '24'"),
        ("cron(0 0/0 ? * * *)", "hours '0/0'"),
        ("cron(0 0/25 ? * * *)", "hours '0/25'"),
        ("cron(0 ¹ ? * * *)", "hours '¹'"),
        ("cron(0 6 ? * MON *)", "picks days"),
    ],
)
def test_anything_else_is_refused_with_a_reason(text: str, said: str) -> None:
    """Only whole hours of every day."""
    with pytest.raises(ValueError, match=said):
        parse(text)


@pytest.mark.parametrize(
    ("text", "now", "start", "end"),
    [
        ("cron(0 * ? * * *)", at(6, 20), at(5), at(6)),
        ("cron(0 * ? * * *)", at(6), at(5), at(6)),
        ("cron(0 * ? * * *)", at(0, 5), at(23, day=19), at(0)),
        ("cron(0 5 ? * * *)", at(5), at(5, day=19), at(5)),
        ("cron(0 5 ? * * *)", at(4, 59), at(5, day=18), at(5, day=19)),
        ("cron(0 0/10 ? * * *)", at(3), at(20, day=19), at(0)),
        ("cron(0 0/10 ? * * *)", at(11), at(0), at(10)),
    ],
)
def test_the_last_window_ends_at_the_last_firing(text: str, now: datetime, start: datetime, end: datetime) -> None:
    """A window reaches from the firing before (included) to the firing itself (excluded)."""
    assert parse(text).last_window(now) == Window(start, end)


def test_windows_of_a_span_touch_and_are_complete() -> None:
    """No moment is looked at twice or not at all; pieces at the ends are left out."""
    schedule = parse("cron(0 0/10 ? * * *)")
    found = list(schedule.windows(Window(at(5), at(5, day=21))))
    assert found == [Window(at(10), at(20)), Window(at(20), at(0, day=21))]


def test_a_span_on_the_grid_has_all_its_windows() -> None:
    """Both ends may be firings."""
    found = list(parse("cron(0 * ? * * *)").windows(Window(DAY, DAY + timedelta(hours=3))))
    assert [(w.start.hour, w.end.hour) for w in found] == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.parametrize(
    ("text", "hours"), [("cron(0 * ? * * *)", 1), ("cron(0 0/10 ? * * *)", 10), ("cron(0 6 ? * * *)", 24)]
)
def test_the_longest_period_is_what_lateness_is_measured_by(text: str, hours: int) -> None:
    """Uneven schedules take their longest gap."""
    assert parse(text).longest_period == timedelta(hours=hours)


def test_windows_are_written_and_read() -> None:
    """A..B, with UTC for times without a zone."""
    window = read_window("2026-11-19T06:00..2026-11-20T06:00:00+00:00")
    assert str(window) == "2026-11-19T06:00:00Z..2026-11-20T06:00:00Z"
    assert window.key == "2026-11-20T060000Z"
    assert moment_text(datetime.fromisoformat("2026-11-20T07:00:00+01:00")) == "2026-11-20T06:00:00Z"


@pytest.mark.parametrize("text", ["2026-11-20", "a..b", "2026-11-20..2026-11-20", "2026-11-21..2026-11-20"])
def test_a_window_that_is_none_is_refused(text: str) -> None:
    """Two times, the earlier first."""
    with pytest.raises(ValueError, match=r"window|is no time"):
        read_window(text)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00+14:00..2026-11-20", "2026-11-20..9999-12-31T23-14:00", "0001-01-01..2026-11-20"]
)
def test_a_window_beyond_the_calendar_is_refused(text: str) -> None:
    """A zone can move a time out of the years that exist, and nobody counts firings from the first year on."""
    with pytest.raises(ValueError, match="years"):
        read_window(text)
