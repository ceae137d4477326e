"""What earlier runs found clean, so that a run after it need not look again.

Two things are kept, and never a finding, so that a cache can at worst keep silent and never speak:

- For each document in which nothing was found, the id of its content and the ids of the files that its rules looked
  at (evidence, baselines). The ids are git blob ids with SHA-256.
- For the whole, a digest of what the file system says about every governed file (size, times, inode), if the run found
  nothing at all. The next run with the same digest is over before anything is read.

All of it holds for one key: this version of mlgov and of what it reads documents with, these settings, this day.
The bytes carry a checksum and are read as plain values; anything odd in them empties the cache. Pure: where the bytes
lie is the business of an adapter. Why so: docs/decisions/0007-checking-ten-thousand-cards.md.
"""

import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mlgov.ports import File, Snapshot

_FORMAT = "mlgov check cache 1"
#: Packages beside mlgov itself that take part in a verdict.
_PACKAGES = ("mlgov", "pydantic", "pydantic_core", "yaml")
#: Stands for a content that was too large to be read, so that nothing is known of it.
_UNREAD = "unread"
_Dependencies = dict[str, str]


def cache_key(settings: bytes, day: str, place: str) -> str:
    """Digest everything but the documents that a verdict depends on.

    Args:
        settings: Bytes of mlgov.toml.
        day: The day on which review dates are judged, as ``2026-12-31``.
        place: Which repository it is about.
    """
    parts = [_FORMAT, sys.version, *_program(), hashlib.sha256(settings).hexdigest(), day, place]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _program() -> Iterator[str]:
    """Say which program this is: size and time of every source file of ours, and of the other packages' first one."""
    for name in _PACKAGES:
        found = importlib.util.find_spec(name)
        origin = Path(found.origin) if found and found.origin else Path()
        sources = sorted(origin.parent.rglob("*.py")) if name == "mlgov" else [origin]
        for source in sources:
            status = source.stat()
            yield f"{source} {status.st_size} {status.st_mtime_ns}"


class Watched(Mapping[str, File]):
    """A snapshot that notes what is looked up in it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._asked: set[str] = set()
        self._asked_for_all = False

    def __getitem__(self, path: str) -> File:
        self._asked.add(path)
        return self._snapshot[path]

    def __contains__(self, path: object) -> bool:
        self._asked.add(str(path))
        return path in self._snapshot

    def __iter__(self) -> Iterator[str]:
        self._asked_for_all = True
        return iter(self._snapshot)

    def __len__(self) -> int:
        self._asked_for_all = True
        return len(self._snapshot)

    def take(self) -> frozenset[str] | None:
        """Give the paths that were looked up since the last time; None when it was asked for all there are."""
        asked = None if self._asked_for_all else frozenset(self._asked)
        self._asked, self._asked_for_all = set(), False
        return asked


class Cache:
    """What is known to be clean.

    Args:
        key: As `cache_key` gives it.
        data: What ``rendered`` gave after an earlier run; empty when there is nothing.
    """

    def __init__(self, key: str, data: bytes = b"") -> None:
        self._key = key
        known = _read(data, key)
        self.whole: str = known.get("whole", "")
        self._clean: dict[str, tuple[str, _Dependencies]] = {p: (i, d) for p, (i, d) in known.get("clean", {}).items()}
        self._still_clean: dict[str, tuple[str, _Dependencies]] = {}

    def knows(self, path: str, snapshot: Snapshot) -> bool:
        """Say whether nothing was found in the document at ``path``, in the same surroundings."""
        known = self._clean.get(path)
        if known is None or file_id(snapshot.get(path)) != known[0]:
            return False
        for other, identity in known[1].items():
            if identity == _UNREAD or file_id(snapshot.get(other)) != identity:
                return False
        self._still_clean[path] = known
        return True

    def learn(self, path: str, asked: Iterable[str], snapshot: Snapshot) -> None:
        """Note that nothing was found at ``path`` by rules that looked at the files ``asked``."""
        others = {other: file_id(snapshot.get(other)) for other in sorted(asked) if other != path}
        self._still_clean[path] = (file_id(snapshot.get(path)), others)

    def rendered(self) -> bytes:
        """Give the bytes to keep: what this run found clean or knew to be so."""
        values = {"key": self._key, "whole": self.whole, "clean": self._still_clean}
        body = json.dumps(values, separators=(",", ":")).encode()
        return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def file_id(file: File | None) -> str:
    """Give the git blob id (SHA-256) of a file with its mode; empty when there is none."""
    if file is None:
        return ""
    if file.omitted_bytes:
        return _UNREAD
    blob = b"blob %d\0" % len(file.data) + file.data
    return f"{file.mode} {hashlib.sha256(blob).hexdigest()}"


def _read(data: bytes, key: str) -> dict[str, Any]:
    checksum, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        return {}
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return values if _is_ours(values, key) else {}


def _is_ours(values: Any, key: str) -> bool:  # noqa: ANN401 - any JSON
    if not isinstance(values, dict) or values.get("key") != key or not isinstance(values.get("whole"), str):
        return False
    clean = values.get("clean")
    return isinstance(clean, dict) and all(_is_entry(entry) for entry in clean.values())


def _is_entry(entry: Any) -> bool:  # noqa: ANN401 - any JSON
    if not isinstance(entry, list) or len(entry) != 2:
        return False
    identity, others = entry
    return isinstance(identity, str) and isinstance(others, dict) and all(isinstance(i, str) for i in others.values())
