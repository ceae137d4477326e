"""Schedules in AWS's cron spelling, and the windows between two firings.

Only whole hours in UTC, as Model Monitor has it:

    cron(0 * ? * * *)      every hour
    cron(0 H ? * * *)      every day at H o'clock, H from 0 to 23
    cron(0 S/I ? * * *)    every I hours from S o'clock on; the count starts again at S every day

EventBridge's spelling of every day, ``* * ? *`` for the last four fields, means the same. ``rate(…)`` counts from when
a schedule was made, and ``NOW`` fires once; neither says which windows there are, so both are refused with what to
write instead.

A run looks at the time from the firing before it (included) to its own (excluded).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_CRON = re.compile(r"cron\(\s*(.*?)\s*\)")
_RATE = re.compile(r"rate\(\s*(\d{1,4})\s+(minute|hour|day)s?\s*\)", re.IGNORECASE)
#: Every day, as AWS lets one write it: one of day of month and day of week is a question mark.
_DAILY = (["?", "*", "*", "*"], ["*", "*", "?", "*"])
_EXAMPLES = "cron(0 * ? * * *), cron(0 6 ? * * *) or cron(0 0/8 ? * * *)"
#: Of windows that are asked for: firings are counted one by one, and days before the first year do not exist.
_YEARS = range(1970, 2200)
_STEPS = re.compile(r"(\d{1,2})/(\d{1,2})")


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A span of time: ``start`` is in it, ``end`` is not. Both are aware and UTC."""

    start: datetime
    end: datetime

    def __str__(self) -> str:
        return f"{moment_text(self.start)}..{moment_text(self.end)}"

    @property
    def key(self) -> str:
        """The end of the window as part of a path."""
        return self.end.strftime("%Y-%m-%dT%H%M%SZ")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a monitor fires.

    Attributes:
        text: As written in the document.
        hours: The hours of each day, in UTC, in order.
    """

    text: str
    hours: tuple[int, ...]

    @property
    def longest_period(self) -> timedelta:
        """The longest time between two firings."""
        following = (*self.hours[1:], self.hours[0] + 24)
        return timedelta(hours=max(later - hour for hour, later in zip(self.hours, following, strict=True)))

    def last_firing(self, now: datetime) -> datetime:
        """Give the last firing at or before ``now``."""
        day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        firings = (day + timedelta(days=days, hours=hour) for days in (0, -1) for hour in reversed(self.hours))
        return next(firing for firing in firings if firing <= now)

    def last_window(self, now: datetime) -> Window:
        """Give the last window that is complete at ``now``."""
        end = self.last_firing(now)
        return Window(self.last_firing(end - timedelta(microseconds=1)), end)

    def windows(self, span: Window) -> Iterator[Window]:
        """Give the complete windows within ``span``, in order."""
        start = span.start if self.last_firing(span.start) == span.start else self.next_firing(span.start)
        while (end := self.next_firing(start)) <= span.end:
            yield Window(start, end)
            start = end

    def next_firing(self, moment: datetime) -> datetime:
        """Give the first firing after ``moment``."""
        last = self.last_firing(moment)
        later = next((hour for hour in self.hours if hour > last.hour), None)
        midnight = last.replace(hour=0)
        return midnight + (timedelta(hours=later) if later is not None else timedelta(days=1, hours=self.hours[0]))


def parse(text: str) -> Schedule:
    """Read a schedule.

    Raises:
        ValueError: The spelling is not one of the three; the message says why.
    """
    if instead := _instead(text.strip()):
        raise ValueError(f"'{text}' {instead}")
    found = _CRON.fullmatch(text.strip())
    fields = found[1].split() if found else []
    if len(fields) != 6:
        raise ValueError(f"'{text}' is not a schedule; write {_EXAMPLES}")
    minute, hours, *others = fields
    if minute != "0":
        raise ValueError(f"'{text}' fires at minute {minute}; monitors fire on the full hour, so the first field is 0")
    if others not in _DAILY:
        raise ValueError(f"'{text}' picks days; monitors fire every day, so the last four fields are '? * * *'")
    return Schedule(text, _hours(hours, text))


def _instead(text: str) -> str:
    """Say what to write instead of a schedule that has no windows of its own; empty for others."""
    if text.upper() == "NOW":
        return "fires once; give a schedule, and run one window with 'mlgov monitor run NAME --window A..B'"
    found = _RATE.fullmatch(text)
    if not found:
        return ""
    count, unit = int(found[1]), found[2].lower()
    hours = count * 24 if unit == "day" else count if unit == "hour" else 0
    spelled = {1: "cron(0 * ? * * *)", 24: "cron(0 0 ? * * *)"}
    meant = spelled.get(hours) or (f"cron(0 0/{hours} ? * * *)" if 1 < hours < 24 else "")
    why = "counts from when it was made, so nobody could tell its windows"
    return f"{why}; write {meant}" if meant else f"{why}; monitors fire every 1 to 24 hours: {_EXAMPLES}"


def _hours(field: str, text: str) -> tuple[int, ...]:
    if field == "*":
        return tuple(range(24))
    if field.isascii() and field.isdigit() and int(field) < 24:
        return (int(field),)
    steps = _STEPS.fullmatch(field)
    if steps and int(steps[1]) < 24 and 1 <= int(steps[2]) <= 24:
        return tuple(range(int(steps[1]), 24, int(steps[2])))
    raise ValueError(
        f"'{text}' has the hours '{field}'; they may be *, H or S/I with H and S from 0 to 23, I from 1 to 24"
    )


def moment_text(moment: datetime) -> str:
    """Write a time as ``2026-12-31T06:00:00Z``; fractions only when there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_moment(text: str) -> datetime:
    """Read an ISO 8601 time as aware UTC; one without a zone is UTC.

    Raises:
        ValueError: It is no time, or not within the years 1 to 9999 in UTC.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"'{text}' is no time; write it as 2026-12-31T06:00:00Z") from None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"'{text}' is not within the years 1 to 9999 in UTC") from None


def read_window(text: str) -> Window:
    """Read a window written as ``A..B``.

    Raises:
        ValueError: One of the ends is no time or outside of the years 1970 to 2199, or they are in the wrong order.
    """
    start_text, separator, end_text = text.partition("..")
    if not separator:
        raise ValueError(f"'{text}' is not a window; write 2026-12-30T06:00:00Z..2026-12-31T06:00:00Z")
    start, end = read_moment(start_text), read_moment(end_text)
    if start >= end:
        how = "ends before it starts" if start > end else "has no length"
        raise ValueError(f"The window '{text}' {how}; write the earlier time first")
    if start.year not in _YEARS or end.year not in _YEARS:
        raise ValueError(f"The window '{text}' is outside of the years {_YEARS[0]} to {_YEARS[-1]}")
    return Window(start, end)
