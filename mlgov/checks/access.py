"""What roles open together: duties in one hand over several roles, and policies that no role attaches."""

from collections.abc import Iterator, Mapping
from typing import cast

from mlgov.checks.tree import Governed, Tree
from mlgov.errors import UsageError
from mlgov.findings import Finding
from mlgov.names import POLICIES_FOLDER, Kind, Status
from mlgov.roles import Library, RoleDocument, RoleSpec, attached_policies


def check_access(tree: Tree) -> Iterator[Finding]:
    """Find what no role shows by itself.

    Args:
        tree: All roles, and the files of the snapshot.
    """
    roles = [found for found in tree.of(Kind.ROLE) if found.typed.lifecycle.status is not Status.ARCHIVED]
    if any(path.startswith(f"{POLICIES_FOLDER}/") for path in tree.snapshot):
        from mlgov.roles.lint.policy_files import check_policy_files

        specs = [found.typed.spec for found in tree.of(Kind.ROLE)]
        arns = [arn for spec in specs for arn in spec.managed_policy_arns]
        bounds = [spec.permissions_boundary for spec in specs if spec.permissions_boundary]
        yield from check_policy_files(tree.snapshot, arns, bounds)
    yield from _shared(roles, tree)


def _shared(roles: list[Governed], tree: Tree) -> Iterator[Finding]:
    """Find roles that one principal may assume and whose duties do not go together."""
    by_principal: dict[str, list[Governed]] = {}
    for found in roles:
        for principal in sorted(set(_principals(found.typed.spec))):
            by_principal.setdefault(principal, []).append(found)
    together = {principal: them for principal, them in by_principal.items() if len(them) > 1}
    if together:
        held = {found.name: _duties(found, tree) for them in together.values() for found in them}
        for principal, them in together.items():
            yield from _toxic(principal, them, held)


def _toxic(principal: str, roles: list[Governed], held: Mapping[str, Mapping[str, object]]) -> Iterator[Finding]:
    """Find pairs of duties in the roles of one principal; what one role holds by itself is told there."""
    from mlgov.roles.lint import rules
    from mlgov.roles.lint.catalogue import pairs

    for pair in pairs():
        first, second = pair.one.id, pair.other.id
        ones = [found for found in roles if first in held[found.name] and second not in held[found.name]]
        others = [found for found in roles if second in held[found.name] and first not in held[found.name]]
        for found in others if ones else ():
            both = f"may {pair.one.title} as {ones[0].name} and {pair.other.title} as {found.name}"
            place = found.document.location(("spec", "trust"), of_key=True)
            yield rules.TOXIC_PAIR.at(place, f"{principal} {both}. {pair.reason}", pointer=("spec", "trust"))


def _principals(spec: RoleSpec) -> Iterator[str]:
    """List who may assume a role, one by one. Behind a SAML provider stand many people, so it is no one of them."""
    yield from spec.trust.principals
    for oidc in spec.trust.oidc:
        yield from (f"{subject} of {oidc.provider}" for subject in oidc.subjects)
    for github in spec.trust.github:
        yield from (f"the branch {name} of {github.repository}" for name in github.branches)
        yield from (f"the environment {name} of {github.repository}" for name in github.environments)
        yield from (f"the git tag {name} of {github.repository}" for name in github.git_tags)
        if github.pull_requests:
            yield f"pull requests of {github.repository}"


def _duties(found: Governed, tree: Tree) -> Mapping[str, object]:
    """List the duties of a role; none for one that cannot be put together, which is told elsewhere."""
    from mlgov.roles.assembly import assemble
    from mlgov.roles.check_statements import union
    from mlgov.roles.lint.duties import duties

    library: Library = tree.library()
    typed = found.typed
    try:
        rendered = assemble(cast(RoleDocument, typed), library)
    except (UsageError, KeyError):
        return {}
    return duties(*union(rendered, attached_policies(typed.spec, tree.snapshot)))
