"""What commands about roles do with access grants. Nothing of the history is read when there is no grant."""

from typing import TYPE_CHECKING

from mlgov.checks.tree import Tree
from mlgov.errors import GitError
from mlgov.names import Kind
from mlgov.wiring import proof_ledger

if TYPE_CHECKING:
    from mlgov.approvals.lives import Outcome
    from mlgov.roles.access_grants import LiveGrant
    from mlgov.wiring import Services


def live_grants(services: "Services", tree: Tree) -> "dict[str, list[LiveGrant]]":
    """List the grants of a tree that give something now by the history of HEAD, by role.

    Args:
        services: The repository, its ledger and clock.
        tree: The grants.

    Raises:
        GitError: The history is not whole.
    """
    found = tree.of(Kind.ACCESS_GRANT)
    if not found:
        return {}
    from mlgov.approvals.granting import grant_standings, history_of_grants, live_by_role

    outcome = None
    if is_committed(services):
        ledger = proof_ledger(services).records("reviews/")
        outcome = history_of_grants(services.repository, ledger, services.repository.resolve("HEAD"))
    return live_by_role(grant_standings(found, outcome, services.clock.now(), services.settings.grants.max_days))


def history(services: "Services") -> "Outcome | None":
    """Replay everything that the history of HEAD did; None when nothing is committed."""
    from mlgov.approvals.audit import replay

    if not is_committed(services):
        return None
    ledger = proof_ledger(services).records("reviews/")
    return replay(services.repository, ledger, services.repository.resolve("HEAD"))


def is_committed(services: "Services") -> bool:
    """Say whether there is a history at all."""
    if not services.repository.is_under_git():
        return False
    try:
        services.repository.resolve("HEAD")
    except GitError:
        return False
    return True
