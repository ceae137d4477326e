"""What commands that judge documents do with waivers. Nothing is loaded when there is none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlgov.errors import GitError
from mlgov.findings import Finding, Waived
from mlgov.names import Kind, folder_of
from mlgov.ports import Repository, Snapshot

if TYPE_CHECKING:
    from mlgov.approvals.waiving import Ground
    from mlgov.wiring import Services

_PREFIX = f"{folder_of(Kind.WAIVER)}/"


def has_waivers(snapshot: Snapshot) -> bool:
    """Say whether there are waivers at all; most repositories have none, and pay nothing."""
    return any(path.startswith(_PREFIX) for path in snapshot)


def sifted(
    services: "Services", findings: Sequence[Finding], snapshot: Snapshot, ref: str
) -> tuple[list[Finding], tuple[Waived, ...]]:
    """Take out the findings that are waived, by what the history of ``ref`` says of waivers.

    Args:
        services: The repository, its ledger and clock.
        findings: What a check of ``snapshot`` found.
        snapshot: What is judged.
        ref: The base of a change; else the commit that is judged, or HEAD.

    Returns:
        Findings that count, with what is to be said of waivers; and those that are waived.

    Raises:
        GitError: The history is not whole.
    """
    if not has_waivers(snapshot):
        return list(findings), ()
    from mlgov.approvals.waiving import sift

    found = sift(findings, snapshot, ground_at(services, ref))
    return list(found.kept), found.waived


def ground_at(services: "Services", ref: str) -> "Ground":
    """Read what waivers are judged by: the history of ``ref``; nothing when nothing is committed."""
    from mlgov.approvals.waiving import Ground, history_of_waivers

    outcome = None
    if _is_committed(services.repository, ref):
        ledger = services.ledger.records("reviews/")
        outcome = history_of_waivers(services.repository, ledger, services.repository.resolve(ref))
    return Ground(outcome, ref, services.clock.now().date())


def _is_committed(repository: Repository, ref: str) -> bool:
    if not repository.is_under_git():
        return False
    try:
        repository.resolve(ref)
    except GitError:
        if ref == "HEAD":
            return False  # nothing is committed yet
        raise
    return True
