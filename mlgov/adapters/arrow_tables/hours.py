"""Folders by hour, ``yyyy/mm/dd/hh`` in UTC, as SageMaker writes captures and labels."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

#: A time: its start, included, and its end, excluded; aware.
Span = tuple[datetime, datetime]

_HOUR = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/(\d{2})/[^/]+$")
_LENGTH = timedelta(hours=1)


def hour_of(path: str) -> datetime | None:
    """Read the hour of the folder that a file lies in; None when it lies in no such folder."""
    found = _HOUR.search(path.replace("\\", "/"))
    try:
        return datetime.strptime("".join(found.groups()), "%Y%m%d%H").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def is_within(below: str, span: Span) -> bool:
    """Say whether a file may hold something of a time; only one in the folder of another hour may not.

    Args:
        below: Its path below the address that is read.
        span: The time.
    """
    hour = hour_of(f"/{below.lstrip('/')}")
    return hour is None or (hour < span[1] and hour + _LENGTH > span[0])


def are_manifests(below: Iterable[str], sides: tuple[str, ...]) -> bool:
    """Say whether files look like manifests of batch jobs: their folders say when a job ran, not when its rows were."""
    return {path.lstrip("/").split("/")[0] for path in below} == set(sides)
