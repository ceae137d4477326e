"""What a record, a ledger branch and a remote may be called."""

import re
from collections.abc import Iterable, Mapping

from mlgov.errors import LedgerError, SettingsError
from mlgov.ports import FILE_LIMIT_BYTES

#: One part of a record's path: no dot in front (neither ``..`` nor ``.git``), nothing that a file system minds.
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._=+-]{0,126}")
_PARTS_LIMIT = 16
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*")
_REMOTE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def check_records(records: Mapping[str, bytes]) -> None:
    """Refuse records that cannot be kept.

    Raises:
        LedgerError: There are none, a path is not one for records, or one is too large.
    """
    if not records:
        raise LedgerError("There is no record to append.")
    for path, data in records.items():
        if not is_record_path(path):
            hint = "Use letters, digits and . _ = + - in each part, and at most 16 parts."
            raise LedgerError(f"{path[:200]!r} is no path for a record.", hint=hint)
        if len(data) > FILE_LIMIT_BYTES:
            raise LedgerError(f"The record {path} has {len(data):,} bytes; the limit is {FILE_LIMIT_BYTES:,}.")
    _check_nesting(records)


def is_record_path(path: str) -> bool:
    """Say whether a record, or a folder of records, may have this path."""
    parts = path.split("/")
    return len(parts) <= _PARTS_LIMIT and all(_PART.fullmatch(part) for part in parts)


def _check_nesting(paths: Iterable[str]) -> None:
    """Refuse ``a`` next to ``a/b``: one name cannot be a file and a folder."""
    known = set(paths)
    for path in known:
        parts = path.split("/")
        if inside := {"/".join(parts[:count]) for count in range(1, len(parts))} & known:
            raise LedgerError(f"The record {path} cannot lie below {inside.pop()}, which is a record too.")


def check_branch(name: str) -> str:
    """Give the name of the ledger branch back when it is one.

    Raises:
        SettingsError: It is not.
    """
    if not _BRANCH.fullmatch(name) or name.endswith(".lock") or len(name) > 200 or name == "HEAD":
        raise SettingsError(f"ledger.branch: {name[:80]!r} is not a name for the ledger branch.")
    return name


def check_remote(name: str | None) -> str | None:
    """Give the name of the remote back when it is one. An address is not: settings must not send records anywhere.

    Raises:
        SettingsError: It is not.
    """
    if name is not None and not _REMOTE.fullmatch(name):
        raise SettingsError(f"ledger.remote: {name[:80]!r} is not the name of a remote.")
    return name
