"""Monitors made ready for the page."""

import pytest

from mlgov.website.pages.monitors import schedule_words


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("cron(0 * ? * * *)", "every hour"),
        ("cron(0 6 ? * * *)", "every day at 06:00 UTC"),
        ("cron(0 0/8 ? * * *)", "every day at 00:00, 08:00 and 16:00 UTC"),
        ("cron(0 1/2 ? * * *)", "every day at 01:00, 03:00 and so on until 23:00 UTC"),
        ("daily", ""),
    ],
)
def test_a_schedule_is_said_in_words(schedule: str, words: str) -> None:
    """Whatever cannot be read is left to the check."""
    assert schedule_words(schedule) == words
