"""What roles open together: duties in one hand over several roles, and policies that no role attaches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from mlgov.checks.tree import Governed, Tree
from mlgov.documents import Document, Pointer
from mlgov.errors import UsageError
from mlgov.findings import Finding
from mlgov.names import POLICIES_FOLDER, Kind, Status
from mlgov.roles import Library, RoleDocument, RoleSpec, attached_policies
from mlgov.roles.access_grants import AccessGrantDocument, principal_words


def check_access(tree: Tree, today: date) -> Iterator[Finding]:
    """Find what no role shows by itself.

    Args:
        tree: All roles and access grants, and the files of the snapshot.
        today: The day of the check.
    """
    roles = [found for found in tree.of(Kind.ROLE) if found.typed.lifecycle.status is not Status.ARCHIVED]
    if any(path.startswith(f"{POLICIES_FOLDER}/") for path in tree.snapshot):
        from mlgov.roles.lint.policy_files import check_policy_files

        specs = [found.typed.spec for found in tree.of(Kind.ROLE)]
        arns = [arn for spec in specs for arn in spec.managed_policy_arns]
        bounds = [spec.permissions_boundary for spec in specs if spec.permissions_boundary]
        yield from check_policy_files(tree.snapshot, arns, bounds)
    yield from _shared(roles, tree, today)


@dataclass(frozen=True, slots=True)
class _Held:
    """A role that a principal may assume, and the place that says so."""

    role: Governed
    document: Document
    is_grant: bool = False

    @property
    def pointer(self) -> Pointer:
        return ("spec", "role") if self.is_grant else ("spec", "trust")


def _granted(roles: list[Governed], tree: Tree, today: date) -> Iterator[tuple[str, _Held]]:
    """List who is granted a role, or may be soon. Behind a group stand many people, so it is no one of them."""
    by_name = {found.name: found for found in roles}
    for found in tree.of(Kind.ACCESS_GRANT):
        grant = cast(AccessGrantDocument, found.typed)
        counts = grant.lifecycle.status is not Status.ARCHIVED and grant.spec.expires.date() >= today
        if counts and grant.spec.role in by_name and grant.spec.principal.type != "identity_centre_group":
            yield (
                principal_words(grant.spec.principal),
                _Held(by_name[grant.spec.role], found.document, is_grant=True),
            )


def _shared(roles: list[Governed], tree: Tree, today: date) -> Iterator[Finding]:
    """Find roles that one principal may assume and whose duties do not go together."""
    by_principal: dict[str, list[_Held]] = {}
    for found in roles:
        for principal in sorted(set(_principals(found.typed.spec))):
            by_principal.setdefault(principal, []).append(_Held(found, found.document))
    for principal, each in _granted(roles, tree, today):
        by_principal.setdefault(principal, []).append(each)
    together = {principal: them for principal, them in by_principal.items() if len({h.role.name for h in them}) > 1}
    if together:
        held = {each.role.name: _duties(each.role, tree) for them in together.values() for each in them}
        for principal, them in together.items():
            yield from _toxic(principal, them, held)


def _toxic(principal: str, roles: list[_Held], held: Mapping[str, Mapping[str, object]]) -> Iterator[Finding]:
    """Find pairs of duties in the roles of one principal; what one role holds by itself is told there."""
    from mlgov.roles.lint import rules
    from mlgov.roles.lint.catalogue import pairs

    for pair in pairs():
        first, second = pair.one.id, pair.other.id
        ones = [each for each in roles if first in held[each.role.name] and second not in held[each.role.name]]
        others = [each for each in roles if second in held[each.role.name] and first not in held[each.role.name]]
        if not (ones and others):
            continue
        for each in [each for each in (*ones, *others) if each.is_grant] or others:  # what a grant adds is told there
            one, other = (each, others[0]) if each in ones else (ones[0], each)
            both = f"may {pair.one.title} as {one.role.name} and {pair.other.title} as {other.role.name}"
            place = each.document.location(each.pointer, of_key=not each.is_grant)
            yield rules.TOXIC_PAIR.at(place, f"{principal} {both}. {pair.reason}", pointer=each.pointer)


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
