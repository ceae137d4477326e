"""The evidence pack: everything about one card in one file that proves itself without us.

A zip file with a list of digests that ``sha256sum --check SHA256SUMS`` reads. The same files and time give the same
bytes: entries are in order, stored as they are, and all carry the time of the pack.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mlgov.lifecycle import bytes_digest

SUMS = "SHA256SUMS"
MANIFEST = "MANIFEST.json"
#: The first year that a zip file can say.
_FIRST_YEAR = 1980


def pack(files: Mapping[str, bytes], about: Mapping[str, Any], at: datetime) -> bytes:
    """Pack files.

    Args:
        files: Bytes by path inside the pack; relative paths with ``/`` and without ``..``.
        about: JSON values that the manifest says of the whole.
        at: Aware time of the pack.

    Returns:
        A zip file with ``files``, a manifest and the digests of them all.

    Raises:
        ValueError: A path would lead out of the folder that the pack is opened in, or is one of ours.
    """
    for path in files:
        _check_path(path)
    listed = {path: {"bytes": len(data), "digest": bytes_digest(data)} for path, data in sorted(files.items())}
    manifest = {**about, "made_at": at.astimezone(UTC).isoformat(timespec="seconds"), "files": listed}
    whole = {**files, MANIFEST: (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()}
    return _zipped({**whole, SUMS: _sums(whole)}, at)


def _check_path(path: str) -> None:
    parts = path.split("/")
    if path in (SUMS, MANIFEST) or "\\" in path or any(part in ("", ".", "..") or ":" in part for part in parts):
        raise ValueError(f"{path!r} cannot be a path in a pack")


def _sums(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{bytes_digest(data).removeprefix('sha256:')}  {path}\n" for path, data in sorted(files.items()))
    return "".join(lines).encode()


def _zipped(files: Mapping[str, bytes], at: datetime) -> bytes:
    moment = at.astimezone(UTC)
    stamp = (max(moment.year, _FIRST_YEAR), moment.month, moment.day, moment.hour, moment.minute, moment.second)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(path, stamp)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, data)
    return out.getvalue()
