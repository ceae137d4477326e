"""Offsets of a monitor's data from the time it fires: ISO 8601 durations below zero, such as -P8D.

Read leniently: Model Monitor's own documentation has the malformed ``-PT2D``. Written strictly.
"""

import re
from datetime import timedelta

#: As long as Model Monitor allows.
MAX_LENGTH = 15

_OFFSET = re.compile(r"\s*(?P<sign>[-+]?)P(?P<units>(?:T?\d+[WDHMS])*)\s*", re.IGNORECASE)
_UNIT = re.compile(r"(T?)(\d+)([WDHMS])", re.IGNORECASE)
_SECONDS = {"W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "S": 1}
#: Nobody waits longer for labels, and sums of days stay within the calendar.
_LONGEST = timedelta(days=3_660)


def parse(text: str) -> timedelta:
    """Read an offset; it is zero or below.

    A ``T`` may be missing or misplaced, and letters may be small. ``M`` is minutes: months have no fixed length.

    Raises:
        ValueError: It is no duration, lies after the firing, or is longer than ten years.
    """
    found = _OFFSET.fullmatch(text)
    units = list(_UNIT.finditer(found["units"])) if found else []
    if found is None or not units or len(text) > MAX_LENGTH:
        raise ValueError(f"'{text}' is no offset; write one like -P8D, -P1D or -PT6H")
    if "M" in found["units"].upper() and "T" not in found["units"].upper():
        raise ValueError(f"'{text}' counts months, which differ in length; write days, as in -P30D")
    length = timedelta(seconds=sum(int(unit[2]) * _SECONDS[unit[3].upper()] for unit in units))
    if length and found["sign"] != "-":
        raise ValueError(f"'{text}' lies after the firing, where no data is yet; write -{text.strip().lstrip('+')}")
    if length > _LONGEST:
        raise ValueError(f"'{text}' is longer than ten years")
    return -length


def render(offset: timedelta) -> str:
    """Write an offset strictly: weeks never, days before ``T``, zero as ``PT0S``."""
    left = -int(offset.total_seconds())
    if not left:
        return "PT0S"
    days, left = divmod(left, 86_400)
    hours, left = divmod(left, 3_600)
    minutes, seconds = divmod(left, 60)
    times = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if count)
    return "-P" + (f"{days}D" if days else "") + (f"T{times}" if times else "")
