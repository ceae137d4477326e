"""Access grants beside the roles that they are about, and beside each other."""

from collections.abc import Iterator
from datetime import date
from typing import cast

from mlgov.checks.tree import Governed, Tree
from mlgov.errors import UsageError
from mlgov.findings import Finding
from mlgov.names import Kind, Status
from mlgov.roles import RoleDocument
from mlgov.roles.access_grants import AccessGrantDocument


def check_grants(tree: Tree, today: date) -> Iterator[Finding]:
    """Find grants of roles that are not there, not approved, or cannot be given to their principal.

    Args:
        tree: All roles and grants.
        today: The day of the check.
    """
    found = tree.of(Kind.ACCESS_GRANT)
    if not found:
        return
    from mlgov.roles.access_grants.check import check_beside_role

    by_role: dict[str, list[Governed]] = {}
    for each in found:
        grant = cast(AccessGrantDocument, each.typed)
        role = tree.named(Kind.ROLE, grant.spec.role)
        yield from check_beside_role(each.document, grant, cast(RoleDocument, role.typed) if role else None)
        if role and grant.lifecycle.status is not Status.ARCHIVED and grant.spec.expires.date() >= today:
            by_role.setdefault(grant.spec.role, []).append(each)
    for name, grants in by_role.items():
        yield from _together(name, grants, tree)


def _together(role: str, grants: list[Governed], tree: Tree) -> Iterator[Finding]:
    """Judge the grants of one role together; a role that cannot be put together is told elsewhere."""
    from mlgov.roles.access_grants.check import check_together
    from mlgov.roles.assembly import assemble

    found = tree.named(Kind.ROLE, role)
    assert found is not None  # noqa: S101 - the caller has looked
    try:
        rendered = assemble(cast(RoleDocument, found.typed), tree.library())
    except (UsageError, KeyError):
        return
    yield from check_together([(each.document, cast(AccessGrantDocument, each.typed)) for each in grants], rendered)
