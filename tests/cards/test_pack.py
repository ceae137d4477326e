"""Packs: deterministic, in order, and harmless to open."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from mlgov.cards.pack import pack

AT = datetime(2026, 11, 21, 12, 30, 15, tzinfo=UTC)


def test_order_does_not_matter() -> None:
    """The same files are the same pack."""
    assert pack({"b": b"2", "a": b"1"}, {}, AT) == pack({"a": b"1", "b": b"2"}, {}, AT)


def test_entries_carry_the_time_of_the_pack() -> None:
    """Seconds of a zip file are even."""
    with zipfile.ZipFile(io.BytesIO(pack({"a": b"1"}, {"card": "churn"}, AT))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 21, 12, 30, 14)}
        assert archive.namelist() == sorted(archive.namelist())


@pytest.mark.parametrize("path", ["../a", "/a", "a/../b", "a\\b", "C:/a", "", "a//b", "MANIFEST.json", "SHA256SUMS"])
def test_paths_stay_inside(path: str) -> None:
    """And ours are ours."""
    with pytest.raises(ValueError, match="cannot be a path"):
        pack({path: b""}, {}, AT)
