"""What a proposal would break, found out before it is made."""

from collections.abc import Mapping
from datetime import date

from mlgov.checks.check import check_change, check_snapshot
from mlgov.findings import Finding, Severity, in_order
from mlgov.ports import REGULAR_FILE, File, Snapshot
from mlgov.settings import Settings


def with_files(snapshot: Snapshot, files: Mapping[str, bytes | None]) -> Snapshot:
    """Give a snapshot as it is after files have been changed; None takes one away."""
    kept = {path: file for path, file in snapshot.items() if path not in files}
    return kept | {path: File(path, REGULAR_FILE, data) for path, data in files.items() if data is not None}


def check_proposed(
    start: Snapshot, files: Mapping[str, bytes | None], settings: Settings, *, today: date
) -> list[Finding]:
    """Find the errors in the files of a proposal, and those that it would cause elsewhere.

    Args:
        start: The governed files that matter, as they are committed.
        files: The proposal: new bytes by path, None where a file goes away.
        settings: The settings whose rules apply.
        today: The day on which review dates are judged.
    """
    after = with_files(start, files)
    known = {finding.fingerprint for finding in check_snapshot(start, settings, today=today)}
    found = check_change(start, after)
    for finding in check_snapshot(after, settings, today=today):
        if finding.location.path in files or finding.fingerprint not in known:
            found.append(finding)
    return in_order(finding for finding in found if finding.severity is Severity.ERROR)
