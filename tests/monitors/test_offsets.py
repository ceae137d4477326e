"""Offsets: read leniently, written strictly."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.monitors import offsets


@pytest.mark.parametrize(
    ("text", "days"),
    [("-P8D", 8), ("-P1D", 1), ("-PT2D", 2), ("-p1w", 7), (" -P1DT12H ", 1.5), ("-PT30M", 30 / 1440), ("PT0H", 0)],
)
def test_offsets_are_read_leniently(text: str, days: float) -> None:
    """Model Monitor's own sample has -PT2D."""
    assert offsets.parse(text) == -timedelta(days=days)


@pytest.mark.parametrize(
    "text", ["P1D", "+P1D", "-P", "1D", "-P1Y", "-P1M", "", "-P99999D", "-P1D-P1D", "-P00000000000001D"]
)
def test_what_is_no_offset_is_refused(text: str) -> None:
    """Also data from after the firing, months and ages."""
    with pytest.raises(ValueError, match=r"write|longer|lies after"):
        offsets.parse(text)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3_000)))
def test_what_is_written_is_read_again(length: timedelta) -> None:
    """For every number of whole seconds."""
    whole = -timedelta(seconds=int(length.total_seconds()))
    text = offsets.render(whole)
    if len(text) <= offsets.MAX_LENGTH:
        assert offsets.parse(text) == whole


def test_offsets_are_written_strictly() -> None:
    """Days before T, nothing that is zero."""
    texts = [offsets.render(offsets.parse(text)) for text in ("-PT2D", "-P1W", "-PT36H", "PT0H", "-PT90S")]
    assert texts == ["-P2D", "-P7D", "-P1DT12H", "PT0S", "-PT1M30S"]
