"""What approved roles permit stays as it was approved, also when the activities and personas that they name change."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from mlgov.checks.tree import Governed, Tree, is_own, read_tree
from mlgov.errors import UsageError
from mlgov.findings import Finding
from mlgov.names import POLICIES_FOLDER, Kind, Status, policy_path_of
from mlgov.ports import File, Snapshot

if TYPE_CHECKING:  # loaded when there are roles
    from mlgov.roles import RenderedRole, RoleDocument


def check_permissions(base: Snapshot, now: Snapshot) -> Iterator[Finding]:
    """Find approved roles that permit something else because of an activity or persona of the repository.

    Args:
        base: The governed files of the base commit.
        now: The governed files as proposed.
    """
    if _own(base) == _own(now):
        return
    from mlgov.roles.rules import UNDER_APPROVAL

    before, after = read_tree(base), read_tree(now)
    for found in after.of(Kind.ROLE):
        earlier = before.named(Kind.ROLE, found.name)
        if not (earlier and _is_approved(earlier) and _is_approved(found)):
            continue
        at = ("lifecycle", "status")
        if _permits_else(earlier, before, found, after):
            message = "An activity or persona of this repository changes what the role permits while it is approved."
            yield UNDER_APPROVAL.at(found.document.location(at), message, pointer=at)
        elif _attached(found, base) != _attached(found, now):
            message = "The text of a policy that the role attaches changes while the role is approved."
            yield UNDER_APPROVAL.at(found.document.location(at), message, pointer=at)


def _own(snapshot: Snapshot) -> dict[str, File]:
    return {path: file for path, file in snapshot.items() if is_own(path) or path.startswith(f"{POLICIES_FOLDER}/")}


def _attached(found: Governed, snapshot: Snapshot) -> list[File | None]:
    spec = cast("RoleDocument", found.typed).spec
    arns = [*spec.managed_policy_arns, *([spec.permissions_boundary] if spec.permissions_boundary else [])]
    return [snapshot.get(policy_path_of(arn)) for arn in arns]


def _is_approved(found: Governed) -> bool:
    return found.typed.lifecycle.status is Status.APPROVED


def _permits_else(earlier: Governed, before: Tree, found: Governed, after: Tree) -> bool:
    """Compare what a role permits; one that cannot be rendered any more permits something else as well."""
    was = _rendered(earlier, before)
    return was is not None and was != _rendered(found, after)


def _rendered(found: Governed, tree: Tree) -> "RenderedRole | None":
    from mlgov.roles import render

    try:
        return render(cast("RoleDocument", found.typed), tree.library())
    except UsageError:
        return None
